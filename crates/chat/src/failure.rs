//! What went wrong, in terms that a person can act on.

use serde::{Deserialize, Serialize};

use crate::port::model::ModelError;

/// Why a reply or a turn did not finish. Kept with the step, so that it reads the same tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What kind of thing happened; the interface chooses its words and remedies by this.
    pub code: FailureCode,
    /// The technical words behind it, for the "Details" fold. May be empty.
    pub detail: String,
    /// Seconds until trying again makes sense, where the other side said so.
    pub retry_in: Option<u32>,
}

/// The kinds of [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum FailureCode {
    /// The profile's code returned an error.
    HandlerFailed,
    /// The profile's code panicked.
    HandlerPanicked,
    /// The model refused the key.
    ModelUnauthorized,
    /// Too many requests; [`Failure::retry_in`] may say how long to wait.
    ModelRateLimited,
    /// The conversation is longer than the model reads.
    ModelContextTooLong,
    /// Nothing answered at the model's address.
    ModelUnreachable,
    /// The address answers, but has no such model.
    ModelNotFound,
    /// The model declined, or its server failed.
    ModelRefused,
    /// The reply broke off midway. What had arrived is kept.
    ModelInterrupted,
    /// No room on the disk.
    StorageFull,
    /// The disk can only be read.
    StorageReadOnly,
    /// History could not be written for another reason.
    StorageFailed,
    /// What stood here was damaged on the disk, both copies of it, and is lost.
    StorageDamaged,
}

impl Failure {
    /// A failure with no waiting time.
    pub fn new(code: FailureCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_in: None }
    }

    /// What a handler's error means to the person: a model's error is told as such, anything else
    /// as a failure of the profile.
    #[must_use]
    pub fn from_handler(error: &anyhow::Error) -> Self {
        match error.downcast_ref::<ModelError>() {
            Some(error) => error.into(),
            None => Self::new(FailureCode::HandlerFailed, format!("{error:#}")),
        }
    }
}

impl From<&ModelError> for Failure {
    fn from(error: &ModelError) -> Self {
        let code = match error {
            ModelError::Unauthorized { .. } => FailureCode::ModelUnauthorized,
            ModelError::RateLimited { .. } => FailureCode::ModelRateLimited,
            ModelError::ContextTooLong { .. } => FailureCode::ModelContextTooLong,
            ModelError::Unreachable { .. } => FailureCode::ModelUnreachable,
            ModelError::NotFound { .. } => FailureCode::ModelNotFound,
            ModelError::Refused { .. } => FailureCode::ModelRefused,
            ModelError::Interrupted { .. } => FailureCode::ModelInterrupted,
        };
        let retry_in = match error {
            ModelError::RateLimited { retry_in, .. } => {
                retry_in.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX))
            }
            _ => None,
        };
        Self { code, detail: error.detail().to_owned(), retry_in }
    }
}
