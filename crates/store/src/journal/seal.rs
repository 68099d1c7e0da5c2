//! The seal of the journal: a frame opens only in its own file, at its own place.

use confidant_chat::ids::UserId;
use confidant_chat::port::history::HistoryError;
use confidant_seal::{DataKey, OVERHEAD, Place, Purpose, SealingKey};

/// What a file of the journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything there was before a certain change.
    Base,
    /// Changes, one after the other.
    Log,
}

impl Kind {
    /// What the names of such files end in.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Log => "log",
        }
    }
}

/// The first bytes of a file of the journal; the last of them is the version of what follows.
const MAGIC: &[u8; 8] = b"CFDNTJ\x00\x01";

/// The length of what comes before the frames of a file.
pub(crate) const HEADER: usize = MAGIC.len() + OVERHEAD;

/// Seals and opens what is in one person's journal.
pub(crate) struct JournalSeal {
    key: SealingKey,
    user: UserId,
}

impl JournalSeal {
    /// The seal of `user`, whose data key is `key`.
    pub(crate) fn new(user: UserId, key: &DataKey) -> Self {
        Self { key: key.sealing_key(Purpose::Journal), user }
    }

    /// How the file of that kind and number begins. It holds nothing, and tells whose it is.
    pub(crate) fn header(&self, kind: Kind, number: u64) -> Result<Vec<u8>, HistoryError> {
        let sealed = self.close("head", kind, number, 0, b"")?;
        Ok([&MAGIC[..], &sealed].concat())
    }

    /// Whether `header` is that of the file of that kind and number.
    pub(crate) fn knows(&self, kind: Kind, number: u64, header: &[u8]) -> bool {
        let sealed = header.strip_prefix(MAGIC).and_then(|rest| rest.get(..OVERHEAD));
        sealed.is_some_and(|sealed| self.open("head", kind, number, 0, sealed).is_some())
    }

    /// What is sealed in the frame `frame` of a file.
    pub(crate) fn close_frame(
        &self,
        kind: Kind,
        file: u64,
        frame: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, HistoryError> {
        self.close("frame", kind, file, frame, plain)
    }

    /// What [`close_frame`](Self::close_frame) sealed; `None` when it is anything else.
    pub(crate) fn open_frame(
        &self,
        kind: Kind,
        file: u64,
        frame: u64,
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        self.open("frame", kind, file, frame, sealed)
    }

    fn close(
        &self,
        what: &str,
        kind: Kind,
        file: u64,
        frame: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, HistoryError> {
        let key = key(what, kind, file, frame);
        let sealed = self.key.seal(&self.place(&key), plain);
        sealed.map_err(|error| HistoryError::Failed(error.to_string()))
    }

    fn open(
        &self,
        what: &str,
        kind: Kind,
        file: u64,
        frame: u64,
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        self.key.open(&self.place(&key(what, kind, file, frame)), sealed).ok()
    }

    fn place<'a>(&'a self, key: &'a [u8]) -> Place<'a> {
        Place { tree: "journal", key, user: self.user.as_bytes() }
    }
}

fn key(what: &str, kind: Kind, file: u64, frame: u64) -> Vec<u8> {
    // Both words are of one length for each meaning, and the numbers always are.
    let (file, frame) = (file.to_be_bytes(), frame.to_be_bytes());
    [what.as_bytes(), b"/", kind.ending().as_bytes(), b"/", &file, &frame].concat()
}
