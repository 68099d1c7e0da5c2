//! Chat profiles: the different partners that an app offers to talk to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::hook::{Hooks, SetHooks};
use crate::port::model::Model;
use crate::settings::Setting;
use crate::user::PersistedUser;

/// A ready-made first message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Starter {
    /// What the button says.
    pub label: String,
    /// What is sent when it is pressed.
    pub message: String,
    /// The command to send it with.
    pub command: Option<String>,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
}

impl Starter {
    /// A button `label` that sends `message`.
    pub fn new(label: &str, message: &str) -> Self {
        Self { label: label.into(), message: message.into(), command: None, icon: None }
    }

    /// The same starter with an icon from the Lucide set.
    #[must_use]
    pub fn icon(mut self, icon: &str) -> Self {
        self.icon = Some(icon.into());
        self
    }

    /// The same starter sent with a command.
    #[must_use]
    pub fn command(mut self, command: &str) -> Self {
        self.command = Some(command.into());
        self
    }
}

/// Ready-made first messages that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StarterCategory {
    /// What it is called.
    pub label: String,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
    /// The messages.
    pub starters: Vec<Starter>,
}

impl StarterCategory {
    /// A category without messages yet.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: label.into(), icon: None, starters: Vec::new() }
    }

    /// The same category with an icon from the Lucide set.
    #[must_use]
    pub fn icon(mut self, icon: &str) -> Self {
        self.icon = Some(icon.into());
        self
    }

    /// The same category with one more message.
    #[must_use]
    pub fn starter(mut self, starter: Starter) -> Self {
        self.starters.push(starter);
        self
    }
}

/// A profile as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileCard {
    /// What identifies it.
    pub name: String,
    /// What it is called.
    pub display_name: String,
    /// What it is for, in Markdown.
    pub markdown_description: String,
    /// The name of an icon from the Lucide set.
    pub icon: Option<String>,
    /// Whether it is chosen at first.
    pub default: bool,
    /// Its ready-made first messages.
    pub starters: Vec<Starter>,
    /// More of them, by what they are about.
    pub categories: Vec<StarterCategory>,
}

type Audience = Arc<dyn Fn(&PersistedUser) -> bool + Send + Sync>;

/// One partner to talk to: how it presents itself, whom it talks to, and its code.
#[derive(Clone)]
pub struct ChatProfile {
    card: ProfileCard,
    settings: Vec<Setting>,
    commands: Vec<Command>,
    audience: Option<Audience>,
    model: Option<Arc<dyn Model>>,
    hooks: Hooks,
}

impl ChatProfile {
    /// A profile identified by `name`, which threads remember it by.
    pub fn new(name: &str) -> Self {
        let card = ProfileCard {
            name: name.into(),
            display_name: name.into(),
            markdown_description: String::new(),
            icon: None,
            default: false,
            starters: Vec::new(),
            categories: Vec::new(),
        };
        Self {
            card,
            settings: Vec::new(),
            commands: Vec::new(),
            audience: None,
            model: None,
            hooks: Hooks::default(),
        }
    }

    /// What it is called, when that is not its name.
    #[must_use]
    pub fn display_name(mut self, name: &str) -> Self {
        self.card.display_name = name.into();
        self
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn describe(mut self, markdown: &str) -> Self {
        self.card.markdown_description = markdown.into();
        self
    }

    /// The name of an icon from the Lucide set.
    #[must_use]
    pub fn icon(mut self, icon: &str) -> Self {
        self.card.icon = Some(icon.into());
        self
    }

    /// Chosen at first. Without any such profile the first one is.
    #[must_use]
    pub fn default(mut self) -> Self {
        self.card.default = true;
        self
    }

    /// One more ready-made first message.
    #[must_use]
    pub fn starter(mut self, starter: Starter) -> Self {
        self.card.starters.push(starter);
        self
    }

    /// More ready-made first messages, under a heading of their own.
    #[must_use]
    pub fn category(mut self, category: StarterCategory) -> Self {
        self.card.categories.push(category);
        self
    }

    /// One more command that a message can be sent with.
    #[must_use]
    pub fn command(mut self, command: Command) -> Self {
        self.commands.push(command);
        self
    }

    /// One more thing to adjust.
    #[must_use]
    pub fn setting(mut self, setting: Setting) -> Self {
        self.settings.push(setting);
        self
    }

    /// Talks only to people for whom `allowed` says so. Asked when profiles are listed, when one
    /// is opened, and on every message.
    #[must_use]
    pub fn visible_to(
        mut self,
        allowed: impl Fn(&PersistedUser) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.audience = Some(Arc::new(allowed));
        self
    }

    /// Answers with this model instead of the one that the person chose.
    #[must_use]
    pub fn model(mut self, model: Arc<dyn Model>) -> Self {
        self.model = Some(model);
        self
    }

    pub(crate) fn card(&self) -> &ProfileCard {
        &self.card
    }

    pub(crate) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    pub(crate) fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// Whether one of the ready-made messages is sent with the command `name`.
    pub(crate) fn starts_with(&self, name: &str) -> bool {
        let in_categories = self.card.categories.iter().flat_map(|category| &category.starters);
        self.card
            .starters
            .iter()
            .chain(in_categories)
            .any(|starter| starter.command.as_deref() == Some(name))
    }

    pub(crate) fn own_model(&self) -> Option<Arc<dyn Model>> {
        self.model.clone()
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    pub(crate) fn talks_to(&self, user: &PersistedUser) -> bool {
        self.audience.as_ref().is_none_or(|allowed| allowed(user))
    }
}

impl SetHooks for ChatProfile {
    fn hooks_mut(&mut self) -> &mut Hooks {
        &mut self.hooks
    }
}
