//! Questions as a handler puts them. Every limit is checked here, not in the window.

use std::time::Duration;

use crate::action::{Action, Button};
use crate::ask::{Answer, AskedFile, MAX_ANSWER, Want};
use crate::settings::{Setting, SettingValues};

/// Something that [`Chat::ask`](crate::chat::Chat::ask) can ask.
pub trait Question: sealed::Sealed {
    /// What a handler gets when it is answered.
    type Answer;

    /// The question in parts.
    #[doc(hidden)]
    fn into_parts(self) -> Parts;

    /// The answer as the handler gets it.
    #[doc(hidden)]
    fn read(answer: Answer) -> Option<Self::Answer>;
}

mod sealed {
    pub trait Sealed {}
}

/// A question: what it says, what it wants, and how long it stays open.
#[doc(hidden)]
#[derive(Debug)]
pub struct Parts {
    pub(crate) prompt: String,
    pub(crate) want: Want,
    pub(crate) within: Duration,
}

macro_rules! question {
    ($question:ident, $answer:ty, $variant:ident) => {
        impl sealed::Sealed for $question {}

        impl Question for $question {
            type Answer = $answer;

            fn into_parts(self) -> Parts {
                Parts { prompt: self.prompt, want: self.want, within: self.within }
            }

            fn read(answer: Answer) -> Option<$answer> {
                match answer {
                    Answer::$variant(given) => Some(given),
                    _ => None,
                }
            }
        }

        impl $question {
            /// How long the question stays open.
            #[must_use]
            pub fn within(mut self, wait: Duration) -> Self {
                self.within = wait;
                self
            }
        }
    };
}

/// Asks for words. Gives them trimmed.
///
/// ```no_run
/// # use confidant_chat::prelude::*;
/// # async fn handler(chat: Chat, _: Message) -> Result {
/// match chat.ask(AskUser::new("What is your name?")).await? {
///     Some(name) => chat.say(format!("Hello {name}")).await,
///     None => chat.say("Another time, then.").await,
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AskUser {
    prompt: String,
    want: Want,
    within: Duration,
}

question!(AskUser, String, Text);

impl AskUser {
    /// Asks with `prompt` (Markdown) for words, within 60 seconds.
    pub fn new(prompt: impl Into<String>) -> Self {
        let want =
            Want::Text { placeholder: String::new(), max_length: MAX_ANSWER, multiline: true };
        Self { prompt: prompt.into(), want, within: Duration::from_secs(60) }
    }

    /// Shown while the field is empty.
    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        if let Want::Text { placeholder, .. } = &mut self.want {
            *placeholder = text.into();
        }
        self
    }

    /// The most characters; at most [`MAX_ANSWER`].
    #[must_use]
    pub fn max_length(mut self, characters: u32) -> Self {
        if let Want::Text { max_length, .. } = &mut self.want {
            *max_length = characters.clamp(1, MAX_ANSWER);
        }
        self
    }

    /// Allows one line only.
    #[must_use]
    pub fn single_line(mut self) -> Self {
        if let Want::Text { multiline, .. } = &mut self.want {
            *multiline = false;
        }
        self
    }
}

/// Asks for files. Gives where they lie on this computer.
#[derive(Clone, Debug)]
pub struct AskFile {
    prompt: String,
    want: Want,
    within: Duration,
}

question!(AskFile, Vec<AskedFile>, Files);

impl AskFile {
    /// Asks with `prompt` (Markdown) for one file of at most 2 MiB, within 90 seconds.
    pub fn new(prompt: impl Into<String>) -> Self {
        let want = Want::Files { accept: Vec::new(), max_size: 2 * 1024 * 1024, max_files: 1 };
        Self { prompt: prompt.into(), want, within: Duration::from_secs(90) }
    }

    /// Accepts only these MIME types, such as `text/csv`, or `image/*`.
    #[must_use]
    pub fn accept<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        if let Want::Files { accept, .. } = &mut self.want {
            *accept = types.into_iter().map(Into::into).collect();
        }
        self
    }

    /// The largest file, in bytes.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        if let Want::Files { max_size, .. } = &mut self.want {
            *max_size = bytes;
        }
        self
    }

    /// The most files at once.
    #[must_use]
    pub fn max_files(mut self, files: u32) -> Self {
        if let Want::Files { max_files, .. } = &mut self.want {
            *max_files = files.max(1);
        }
        self
    }
}

/// Asks to press one of several buttons. Gives the name of the one that was pressed.
#[derive(Clone, Debug)]
pub struct AskAction {
    prompt: String,
    want: Want,
    within: Duration,
}

question!(AskAction, String, Choice);

impl AskAction {
    /// Asks with `prompt` (Markdown), within 90 seconds.
    pub fn new(prompt: impl Into<String>) -> Self {
        let want = Want::Choice { options: Vec::new() };
        Self { prompt: prompt.into(), want, within: Duration::from_secs(90) }
    }

    /// One more button: its name, and what it says.
    #[must_use]
    pub fn option(self, name: &str, label: &str) -> Self {
        self.button(Button::new(name, label))
    }

    /// One more button, with its tooltip and icon. One of the app's own is left out.
    #[must_use]
    pub fn action(self, action: &Action) -> Self {
        match action.button() {
            Some(button) => self.button(button.clone()),
            None => self,
        }
    }

    fn button(mut self, button: Button) -> Self {
        if let Want::Choice { options } = &mut self.want {
            options.push(button);
        }
        self
    }
}

/// Asks for several values at once. Gives the value of every field.
#[derive(Clone, Debug)]
pub struct AskForm {
    prompt: String,
    want: Want,
    within: Duration,
}

question!(AskForm, SettingValues, Form);

impl AskForm {
    /// Asks with `prompt` (Markdown), within 10 minutes.
    pub fn new(prompt: impl Into<String>) -> Self {
        let want = Want::Form { fields: Vec::new(), submit: None };
        Self { prompt: prompt.into(), want, within: Duration::from_secs(10 * 60) }
    }

    /// One more field.
    #[must_use]
    pub fn field(mut self, field: Setting) -> Self {
        if let Want::Form { fields, .. } = &mut self.want {
            fields.push(field);
        }
        self
    }

    /// What the button says.
    #[must_use]
    pub fn submit(mut self, label: &str) -> Self {
        if let Want::Form { submit, .. } = &mut self.want {
            *submit = Some(label.into());
        }
        self
    }
}
