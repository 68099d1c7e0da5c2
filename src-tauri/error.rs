//! What a command rejects with: a code that the interface puts into words, and what it needs to
//! do so. Nothing here is meant to be read in English by a person.

use confidant_chat::app::ProfileError;
use confidant_chat::ask::AnswerError;
use confidant_chat::failure::Failure;
use confidant_chat::name::NameError;
use confidant_chat::port::directory::DirectoryError;
use confidant_chat::port::history::HistoryError;
use confidant_chat::port::model::ModelError;
use confidant_chat::runtime::{OpenError, RenameError, RunError};
use confidant_chat::session::SessionError;
use confidant_chat::settings::SettingError;
use confidant_models::AddressError;
use confidant_vault::VaultError;
use serde::Serialize;

/// Why a command did nothing.
#[derive(Clone, Debug, Serialize, specta::Type)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum CommandError {
    NotSignedIn,
    NoKeyring,
    KeyringLocked,
    KeyringFailed {
        detail: String,
    },
    AccountsDamaged,
    WrongPassword,
    TooManyAttempts {
        retry_in: u32,
    },
    IdentifierTaken,
    NameEmpty,
    NameTooLong {
        max: u32,
    },
    NameInvalid,
    PasswordRequired,
    NotRemembered,
    LastAdmin,
    NotAllowed,
    AccountMissing,
    AccountsNewer {
        found: u32,
        known: u32,
    },
    ThreadMissing,
    ProfileMissing,
    ProfileForbidden,
    ConversationClosed,
    MessageEmpty,
    MessageTooLong {
        max: u32,
    },
    NothingToRetry,
    Busy,
    MessageMissing,
    CommandUnknown {
        name: String,
    },
    ReservedKey {
        key: String,
    },
    SessionFull,
    SettingInvalid {
        id: String,
    },
    SettingUnknown {
        id: String,
    },
    SettingRequired {
        id: String,
    },
    EnvUnknown {
        name: String,
    },
    AskClosed,
    AnswerInvalid,
    AnswerTooLong {
        max: u32,
    },
    TooManyFiles {
        max: u32,
    },
    FileTooLarge {
        name: String,
        #[specta(type = u32)]
        max: u64,
    },
    FileWrongType {
        name: String,
    },
    FileUnreadable {
        name: String,
    },
    FileUnwritable {
        name: String,
    },
    ElementMissing,
    AddressInvalid,
    Model {
        failure: Failure,
    },
    StorageFull,
    StorageReadOnly,
    StorageDamaged {
        detail: String,
    },
    StorageNewer {
        found: u32,
        known: u32,
    },
    StorageInUse,
    StorageFailed {
        detail: String,
    },
    LinkRefused,
    ImportUnknown {
        name: String,
    },
    ImportDamaged {
        name: String,
        detail: String,
    },
    ImportNewer {
        found: u32,
        known: u32,
    },
    NothingToImport,
    TransferBusy,
    ExportNoRoom,
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoKeyring => Self::NoKeyring,
            VaultError::KeyringLocked => Self::KeyringLocked,
            VaultError::Keyring(detail) => Self::KeyringFailed { detail },
            VaultError::WrongPassword => Self::WrongPassword,
            VaultError::TooManyAttempts { retry_in } => {
                // Rounded up, so that trying when the count reaches nothing is not too early.
                let seconds = retry_in.as_secs() + u64::from(retry_in.subsec_nanos() > 0);
                Self::TooManyAttempts { retry_in: u32::try_from(seconds).unwrap_or(u32::MAX) }
            }
            VaultError::Taken => Self::IdentifierTaken,
            VaultError::Name(error) => error.into(),
            VaultError::PasswordRequired | VaultError::OnlySlot => Self::PasswordRequired,
            VaultError::FileDamaged => Self::AccountsDamaged,
            VaultError::FileFull => Self::StorageFull,
            VaultError::FileReadOnly => Self::StorageReadOnly,
            VaultError::File(detail) => Self::StorageFailed { detail },
            // No window asks for it there.
            VaultError::RememberingOff | VaultError::NotRemembered => Self::NotRemembered,
            VaultError::LastAdmin => Self::LastAdmin,
            VaultError::NotFound => Self::AccountMissing,
            VaultError::Damaged => Self::KeyringFailed { detail: error.to_string() },
            VaultError::Newer { found, known } => Self::AccountsNewer { found, known },
        }
    }
}

impl From<DirectoryError> for CommandError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::NotFound => Self::AccountMissing,
            DirectoryError::Taken => Self::IdentifierTaken,
            DirectoryError::LastAdmin => Self::LastAdmin,
            DirectoryError::NotAllowed => Self::NotAllowed,
            DirectoryError::NoKeyring => Self::NoKeyring,
            DirectoryError::KeyringLocked => Self::KeyringLocked,
            DirectoryError::Failed(detail) => Self::KeyringFailed { detail },
        }
    }
}

impl From<NameError> for CommandError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Empty => Self::NameEmpty,
            NameError::TooLong { max } => Self::NameTooLong { max: in_u32(max) },
            NameError::Control => Self::NameInvalid,
        }
    }
}

impl From<HistoryError> for CommandError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::NotFound => Self::ThreadMissing,
            HistoryError::StorageFull => Self::StorageFull,
            HistoryError::ReadOnly => Self::StorageReadOnly,
            HistoryError::Damaged(detail) => Self::StorageDamaged { detail },
            HistoryError::Newer { found, known } => Self::StorageNewer { found, known },
            HistoryError::InUse => Self::StorageInUse,
            HistoryError::Closed => Self::NotSignedIn,
            HistoryError::Failed(detail) => Self::StorageFailed { detail },
        }
    }
}

impl From<ProfileError> for CommandError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Missing => Self::ProfileMissing,
            ProfileError::Forbidden => Self::ProfileForbidden,
        }
    }
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Profile(error) => error.into(),
            OpenError::History(error) => error.into(),
        }
    }
}

impl From<RenameError> for CommandError {
    fn from(error: RenameError) -> Self {
        match error {
            RenameError::Name(error) => error.into(),
            RenameError::History(error) => error.into(),
        }
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Empty => Self::MessageEmpty,
            RunError::TooLong { max } => Self::MessageTooLong { max: in_u32(max) },
            RunError::Profile(error) => error.into(),
            RunError::NothingToRetry => Self::NothingToRetry,
            RunError::Busy => Self::Busy,
            RunError::NoSuchMessage => Self::MessageMissing,
            RunError::UnknownCommand { name } => Self::CommandUnknown { name },
            RunError::History(error) => error.into(),
            RunError::Closed => Self::ConversationClosed,
        }
    }
}

impl From<SessionError> for CommandError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::ReservedKey { key } => Self::ReservedKey { key },
            SessionError::SessionFull => Self::SessionFull,
            SessionError::Mistyped { key, .. } => Self::SettingInvalid { id: key },
            SessionError::Setting(error) => error.into(),
            SessionError::History(error) => error.into(),
            SessionError::Closed | SessionError::Ended => Self::ConversationClosed,
        }
    }
}

impl From<SettingError> for CommandError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Unknown { id } => Self::SettingUnknown { id },
            SettingError::Invalid { id } => Self::SettingInvalid { id },
            SettingError::Required { id } => Self::SettingRequired { id },
        }
    }
}

impl From<AnswerError> for CommandError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Closed => Self::AskClosed,
            AnswerError::Nothing | AnswerError::Unfit => Self::AnswerInvalid,
            AnswerError::TooLong { max } => Self::AnswerTooLong { max },
            AnswerError::Field(error) => error.into(),
            AnswerError::TooMany { max } => Self::TooManyFiles { max },
            AnswerError::TooLarge { name, max } => Self::FileTooLarge { name, max },
            AnswerError::WrongType { name } => Self::FileWrongType { name },
        }
    }
}

impl From<AddressError> for CommandError {
    fn from(_: AddressError) -> Self {
        Self::AddressInvalid
    }
}

impl From<ModelError> for CommandError {
    fn from(error: ModelError) -> Self {
        Self::Model { failure: (&error).into() }
    }
}

/// A limit as the window reads it; none of ours comes near the end of that.
fn in_u32(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}
