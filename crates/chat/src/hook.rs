//! The moments at which a profile's own code runs.

mod shape;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;

pub use shape::Handles;

use crate::action::Pressed;
use crate::chat::Chat;
use crate::feedback::Feedback;
use crate::message::Message;
use crate::settings::SettingValues;
use crate::thread::Thread;

/// What handlers return. Any error will do; the person sees it in the conversation.
pub type Result<T = (), E = anyhow::Error> = std::result::Result<T, E>;

/// A moment in the life of a conversation.
#[derive(Clone, Debug)]
pub enum Hook {
    /// A new conversation opened.
    ChatStart,
    /// The person said something.
    Message(Message),
    /// The person wants a reply to go on that was broken off: stopped, interrupted by the end of the
    /// app, or by the model. This is what it says so far.
    Continue(Message),
    /// The person pressed Stop; what ran was dropped already.
    Stop,
    /// A stored thread was opened again; session and settings are back already.
    ChatResume(Thread),
    /// The person left. Comes exactly once.
    ChatEnd,
    /// The person confirmed other settings, which are in effect already. All values.
    SettingsUpdate(SettingValues),
    /// The person pressed a button under a message.
    Action(Pressed),
    /// The person judged a reply, or took that back.
    Feedback(Rated),
}

/// A reply that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Rated {
    /// The reply.
    pub message: Message,
    /// The judgement; `None` when it was taken back.
    pub feedback: Option<Feedback>,
}

/// Code that takes part in conversations.
///
/// Everything it can do goes through [`Chat`], and everything it does becomes an
/// [`Event`](crate::event::Event), so that it may as well live in another process.
pub trait Handler: Send + Sync {
    /// The work for this moment, or `None` when there is none.
    fn handle(&self, chat: Chat, hook: Hook) -> Option<BoxFuture<'static, Result>>;
}

type OnChat = Arc<dyn Fn(Chat) -> BoxFuture<'static, Result> + Send + Sync>;
type OnPayload<T> = Arc<dyn Fn(Chat, T) -> BoxFuture<'static, Result> + Send + Sync>;

/// A [`Handler`] made of async functions, one for each moment that matters.
#[derive(Clone, Default)]
pub struct Hooks {
    chat_start: Option<OnChat>,
    message: Option<OnPayload<Message>>,
    continue_reply: Option<OnPayload<Message>>,
    stop: Option<OnChat>,
    chat_resume: Option<OnPayload<Thread>>,
    chat_end: Option<OnChat>,
    settings_update: Option<OnPayload<SettingValues>>,
    /// By the name of the button.
    actions: HashMap<String, OnPayload<Pressed>>,
    feedback: Option<OnPayload<Rated>>,
}

impl Handler for Hooks {
    fn handle(&self, chat: Chat, hook: Hook) -> Option<BoxFuture<'static, Result>> {
        match hook {
            Hook::ChatStart => self.chat_start.as_ref().map(|run| run(chat)),
            Hook::Message(message) => self.message.as_ref().map(|run| run(chat, message)),
            Hook::Continue(reply) => self.continue_reply.as_ref().map(|run| run(chat, reply)),
            Hook::Stop => self.stop.as_ref().map(|run| run(chat)),
            Hook::ChatResume(thread) => self.chat_resume.as_ref().map(|run| run(chat, thread)),
            Hook::ChatEnd => self.chat_end.as_ref().map(|run| run(chat)),
            Hook::SettingsUpdate(values) => {
                self.settings_update.as_ref().map(|run| run(chat, values))
            }
            Hook::Action(pressed) => {
                self.actions.get(&pressed.button.name).map(|run| run(chat, pressed))
            }
            Hook::Feedback(rated) => self.feedback.as_ref().map(|run| run(chat, rated)),
        }
    }
}

impl Hooks {
    /// These hooks where they are set, and those of `defaults` where they are not.
    #[must_use]
    pub(crate) fn or(&self, defaults: &Self) -> Self {
        Self {
            chat_start: self.chat_start.clone().or_else(|| defaults.chat_start.clone()),
            message: self.message.clone().or_else(|| defaults.message.clone()),
            continue_reply: self.continue_reply.clone().or_else(|| defaults.continue_reply.clone()),
            stop: self.stop.clone().or_else(|| defaults.stop.clone()),
            chat_resume: self.chat_resume.clone().or_else(|| defaults.chat_resume.clone()),
            chat_end: self.chat_end.clone().or_else(|| defaults.chat_end.clone()),
            settings_update: self
                .settings_update
                .clone()
                .or_else(|| defaults.settings_update.clone()),
            actions: defaults
                .actions
                .iter()
                .chain(&self.actions)
                .map(|(name, run)| (name.clone(), Arc::clone(run)))
                .collect(),
            feedback: self.feedback.clone().or_else(|| defaults.feedback.clone()),
        }
    }

    /// Whether messages are answered.
    pub(crate) fn has_message(&self) -> bool {
        self.message.is_some()
    }

    /// Whether replies that were broken off can go on.
    pub(crate) fn has_continue(&self) -> bool {
        self.continue_reply.is_some()
    }

    /// Whether something runs for buttons of this name.
    pub(crate) fn has_action(&self, name: &str) -> bool {
        self.actions.contains_key(name)
    }
}

fn on_chat<F, Fut>(run: F) -> OnChat
where
    F: Fn(Chat) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result> + Send + 'static,
{
    // What runs before the first await belongs to the hook's task too: there it may panic or take
    // its time without harm to the conversation.
    let run = Arc::new(run);
    Arc::new(move |chat| {
        let run = Arc::clone(&run);
        Box::pin(async move { run(chat).await })
    })
}

fn on_payload<T, F, Fut>(run: F) -> OnPayload<T>
where
    T: Send + 'static,
    F: Fn(Chat, T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result> + Send + 'static,
{
    let run = Arc::new(run);
    Arc::new(move |chat, payload| {
        let run = Arc::clone(&run);
        Box::pin(async move { run(chat, payload).await })
    })
}

/// Something that hooks can be set on: an [`App`](crate::app::App) for its defaults, or a
/// [`ChatProfile`](crate::profile::ChatProfile), whose own hooks win.
pub trait SetHooks: Sized {
    /// Where the hooks are kept.
    #[doc(hidden)]
    fn hooks_mut(&mut self) -> &mut Hooks;

    /// Runs once when a new conversation opens. Nothing is stored before something is said.
    #[must_use]
    fn on_chat_start<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat,)> + Fn(Chat) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().chat_start = Some(on_chat(run));
        self
    }

    /// Runs for each message of the person, one at a time, in order.
    #[must_use]
    fn on_message<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat, Message)> + Fn(Chat, Message) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().message = Some(on_payload(run));
        self
    }

    /// Runs when the person wants a reply to go on that was broken off, with what it says so far.
    /// [`Chat::go_on`] appends to it, and [`Chat::context`] ends with it. Without this hook nobody is
    /// offered to continue, and a reply can only be made anew.
    #[must_use]
    fn on_continue<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat, Message)> + Fn(Chat, Message) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().continue_reply = Some(on_payload(run));
        self
    }

    /// Runs after the person pressed Stop and what ran was dropped.
    #[must_use]
    fn on_stop<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat,)> + Fn(Chat) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().stop = Some(on_chat(run));
        self
    }

    /// Runs when a stored thread is opened again, after its session and settings are back.
    #[must_use]
    fn on_chat_resume<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat, Thread)> + Fn(Chat, Thread) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().chat_resume = Some(on_payload(run));
        self
    }

    /// Runs exactly once when the person leaves: another thread, sign-out, quit. It may still
    /// write the session and the user; at sign-out and quit it has 2 seconds.
    #[must_use]
    fn on_chat_end<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat,)> + Fn(Chat) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().chat_end = Some(on_chat(run));
        self
    }

    /// Runs when the person confirmed other settings, with the value of every setting.
    #[must_use]
    fn on_settings_update<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat, SettingValues)> + Fn(Chat, SettingValues) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().settings_update = Some(on_payload(run));
        self
    }

    /// Runs when the person pressed the button `name` under a message, after whatever runs.
    #[must_use]
    fn on_action<F, Fut>(mut self, name: &str, run: F) -> Self
    where
        F: Handles<(Chat, Pressed)> + Fn(Chat, Pressed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().actions.insert(name.into(), on_payload(run));
        self
    }

    /// Runs when the person judged a reply, or took that back. It is kept already.
    #[must_use]
    fn on_feedback<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Chat, Rated)> + Fn(Chat, Rated) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.hooks_mut().feedback = Some(on_payload(run));
        self
    }
}
