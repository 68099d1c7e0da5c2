//! Language models, whoever runs them.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;

/// A language model that can be asked and that answers bit by bit.
#[async_trait]
pub trait Model: Send + Sync {
    /// The model's name as its server knows it, such as `llama3.2`.
    fn name(&self) -> &str;

    /// Starts a reply. Dropping the stream stops it.
    ///
    /// # Errors
    ///
    /// When the reply cannot start. What goes wrong later comes as an item of the stream.
    async fn stream(&self, request: Request) -> Result<DeltaStream, ModelError>;

    /// Asks the server for a sign of life, without spending tokens where that is possible.
    ///
    /// # Errors
    ///
    /// What a reply would fail with.
    async fn check(&self) -> Result<(), ModelError>;
}

/// The pieces of a reply, in order.
pub type DeltaStream = Pin<Box<dyn Stream<Item = Result<Delta, ModelError>> + Send>>;

/// One piece of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Text to append.
    Text(String),
}

/// What a model is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What the model should be, before any message.
    pub system: Option<String>,
    /// The conversation, oldest first.
    pub messages: Vec<ModelMessage>,
    /// How freely to choose words, 0 to 2; the server's own default when `None`.
    pub temperature: Option<f64>,
}

/// One message of a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelMessage {
    /// Who said it.
    pub author: Author,
    /// What was said.
    pub text: String,
}

/// Who said something, as models see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The person.
    User,
    /// The model, or what spoke in its place.
    Assistant,
}

/// What can go wrong with a model, as far as a person would act differently on it.
///
/// `detail` is the server's or the network's own wording, for the log of a curious person; it never
/// holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The key is missing, wrong, or not allowed to use this model.
    #[error("the model's server refused the key: {detail}")]
    Unauthorized {
        /// In the server's words.
        detail: String,
    },
    /// Too many requests, or the account's money is spent.
    #[error("the model's server asks for patience: {detail}")]
    RateLimited {
        /// How long the server asked to wait.
        retry_in: Option<Duration>,
        /// In the server's words.
        detail: String,
    },
    /// The conversation does not fit into what the model reads.
    #[error("the conversation is too long for the model: {detail}")]
    ContextTooLong {
        /// In the server's words.
        detail: String,
    },
    /// No connection, no answer in time, or no such host.
    #[error("the model's server cannot be reached: {detail}")]
    Unreachable {
        /// In the network's words.
        detail: String,
    },
    /// The server has no such model, or no such address.
    #[error("the model's server has no such model: {detail}")]
    NotFound {
        /// In the server's words.
        detail: String,
    },
    /// The server declined or failed, or said what no such server says.
    #[error("the model's server could not answer: {detail}")]
    Refused {
        /// In the server's words.
        detail: String,
    },
    /// The reply began and broke off.
    #[error("the reply broke off: {detail}")]
    Interrupted {
        /// In the network's words.
        detail: String,
    },
}

impl ModelError {
    /// The technical words.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Unauthorized { detail }
            | Self::RateLimited { detail, .. }
            | Self::ContextTooLong { detail }
            | Self::Unreachable { detail }
            | Self::NotFound { detail }
            | Self::Refused { detail }
            | Self::Interrupted { detail } => detail,
        }
    }
}
