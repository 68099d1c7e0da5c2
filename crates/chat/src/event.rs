//! The one spine: everything a conversation does comes out as an [`Event`], to the window, to a
//! test, or to whatever comes after windows.

use serde::{Deserialize, Serialize};

use crate::branch::Branch;
use crate::command::Command;
use crate::failure::Failure;
use crate::ids::StepId;
use crate::profile::ProfileCard;
use crate::settings::{Setting, SettingValues};
use crate::step::Step;
use crate::thread::ThreadSummary;
use crate::toast::Toast;

/// Something happened in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Event {
    /// The conversation is open, and this is how it stands. Always first; after it only changes.
    Opened {
        /// How it stands.
        snapshot: Box<Snapshot>,
    },
    /// A step is new.
    Said {
        /// The step.
        step: Box<Step>,
    },
    /// Text was appended to a step that is being written.
    Delta {
        /// The step.
        step: StepId,
        /// What to append.
        text: String,
    },
    /// A step is now as given.
    Changed {
        /// The step.
        step: Box<Step>,
    },
    /// A step is gone.
    Removed {
        /// The step.
        step: StepId,
    },
    /// Another branch is in view.
    Branched {
        /// All branches.
        branches: Vec<Branch>,
        /// The one in view.
        branch: u32,
        /// Its newest steps, oldest first.
        steps: Vec<Step>,
        /// Where older steps begin, as in a [`Snapshot`].
        earlier: Option<u32>,
    },
    /// The chat settings are now these.
    Settings {
        /// The value of every setting.
        #[specta(type = std::collections::HashMap<String, serde_json::Value>)]
        values: SettingValues,
    },
    /// The commands are now these.
    Commands {
        /// All of them.
        commands: Vec<Command>,
    },
    /// The profile began or finished its work, or messages began or ceased to wait for it.
    Working {
        /// Whether it is at work.
        working: bool,
        /// Messages that wait for their turn, in order. They are safe on disk already.
        queued: Vec<StepId>,
    },
    /// The thread has come into being, or its name or activity changed.
    Named {
        /// The thread as lists show it.
        thread: ThreadSummary,
    },
    /// There is something to notice for a moment.
    Toast {
        /// What.
        toast: Toast,
    },
    /// The profile proposes to go on with another one, in a new conversation. It is for the person
    /// to agree.
    Handover {
        /// The other profile's name.
        profile: String,
        /// What to say there first.
        message: Option<String>,
    },
    /// Something outside any step went wrong: a change that could not be kept, say.
    Failed {
        /// What went wrong.
        failure: Failure,
    },
}

/// How a conversation stands at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The thread.
    pub thread: ThreadSummary,
    /// Whether the thread is stored yet; a new conversation is not until something is said.
    pub stored: bool,
    /// The profile, or `None` when the thread's profile is gone: it reads, but cannot go on.
    pub profile: Option<ProfileCard>,
    /// The newest steps, oldest first.
    pub steps: Vec<Step>,
    /// Where older steps begin: ask for the steps before this sequence. `None` at the beginning.
    pub earlier: Option<u32>,
    /// How the thread went on otherwise.
    pub branches: Vec<Branch>,
    /// The branch in view.
    pub branch: u32,
    /// What a message can be sent with.
    pub commands: Vec<Command>,
    /// The profile's settings.
    pub settings: Vec<Setting>,
    /// The value of every setting.
    #[specta(type = std::collections::HashMap<String, serde_json::Value>)]
    pub values: SettingValues,
    /// Whether replies that were broken off can go on.
    pub continues: bool,
    /// Whether the profile is at work.
    pub working: bool,
    /// Messages that wait for their turn.
    pub queued: Vec<StepId>,
}
