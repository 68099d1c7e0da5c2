//! Records: what is sealed, in which version, and together with what.

use confidant_chat::branch::TRUNK;
use confidant_chat::ids::UserId;
use confidant_chat::port::history::HistoryError;
use confidant_chat::step::Step;
use confidant_chat::thread::Thread;
use confidant_seal::{DataKey, Place, Purpose, SealingKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::trees::Tree;

/// A type that is stored, as its version number in one byte and then as JSON. When the type changes
/// so that what is stored no longer reads as it, its version goes up, and the old one goes on being
/// read.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// The tree it is kept in.
    const TREE: Tree;
    /// The version that is written, and the newest that is read.
    const VERSION: u8 = 1;

    /// What every version since `_version` added, with the values that it has for older records.
    fn added(_version: u8) -> Value {
        Value::Null
    }

    /// The record as it is sealed: its version, then itself.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Failed`] when it has no form as JSON.
    fn plain(&self) -> Result<Vec<u8>, HistoryError> {
        let mut plain = vec![Self::VERSION];
        serde_json::to_writer(&mut plain, self)
            .map_err(|error| HistoryError::Failed(format!("{}: {error}", Self::TREE.name())))?;
        Ok(plain)
    }

    /// What [`plain`](Self::plain) gave, in this version of the app or an earlier one.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Damaged`] when it is nothing such, [`HistoryError::Newer`] when a newer
    /// version of the app wrote it.
    fn parse(plain: &[u8]) -> Result<Self, HistoryError> {
        let (&version, json) =
            plain.split_first().ok_or_else(|| HistoryError::Damaged("it is empty".into()))?;
        if version > Self::VERSION {
            let (found, known) = (u32::from(version), u32::from(Self::VERSION));
            return Err(HistoryError::Newer { found, known });
        }
        let read = match Self::added(version) {
            Value::Object(mut record) if version < Self::VERSION => serde_json::from_slice(json)
                .and_then(|old: Map<String, Value>| {
                    record.extend(old);
                    serde_json::from_value(Value::Object(record))
                }),
            _ => serde_json::from_slice(json),
        };
        // Only the category of the error: its text may quote what is stored.
        read.map_err(|error| HistoryError::Damaged(format!("{:?} error", error.classify())))
    }
}

impl Record for Thread {
    const TREE: Tree = Tree::Threads;
    // 2 has branches, and 3 a pin and the bin, which earlier versions of the app would drop.
    const VERSION: u8 = 3;

    fn added(_version: u8) -> Value {
        json!({ "branches": [], "branch": TRUNK, "pinned": false, "binnedAt": null })
    }
}

impl Record for Step {
    const TREE: Tree = Tree::Steps;
    // 2 has a branch, elements, feedback and a language, which version 1 of the app would drop.
    const VERSION: u8 = 2;

    fn added(_version: u8) -> Value {
        json!({ "branch": TRUNK, "elements": [], "feedback": null, "language": null })
    }
}

/// A preference with its name, which its key does not tell.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preference {
    pub(crate) name: String,
    pub(crate) value: Value,
}

impl Record for Preference {
    const TREE: Tree = Tree::Preferences;
}

/// Seals and opens one person's records.
pub(crate) struct Seal {
    key: SealingKey,
    user: UserId,
}

impl Seal {
    /// The seal of `user`, whose data key is `key`.
    pub(crate) fn new(user: UserId, key: &DataKey) -> Self {
        Self { key: key.sealing_key(Purpose::Records), user }
    }

    /// Whose it is.
    pub(crate) fn user(&self) -> UserId {
        self.user
    }

    /// What [`close_bytes`](Self::close_bytes) made of a record's [plain form](Record::plain), given
    /// how many bytes of it are readable.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Damaged`] with the tree and the key when it does not open,
    /// [`HistoryError::Newer`] when a newer version of the app wrote it.
    pub(crate) fn open<R: Record>(
        &self,
        key: &[u8],
        beside: usize,
        value: &[u8],
    ) -> Result<R, HistoryError> {
        let plain = self.open_bytes(R::TREE, key, beside, value)?;
        R::parse(&plain).map_err(|error| match error {
            HistoryError::Damaged(why) => damaged(R::TREE, key, &why),
            error => error,
        })
    }

    /// The value of what is `plain` at `key`: `beside`, which stays readable, and then the rest,
    /// sealed together with where it is and what stands beside it.
    pub(crate) fn close_bytes(
        &self,
        tree: Tree,
        key: &[u8],
        beside: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, HistoryError> {
        let bound = [key, beside].concat();
        let sealed = self
            .key
            .seal(&self.place(tree, &bound), plain)
            .map_err(|error| HistoryError::Failed(error.to_string()))?;
        Ok([beside, &sealed].concat())
    }

    /// What [`close_bytes`](Self::close_bytes) made a value of.
    pub(crate) fn open_bytes(
        &self,
        tree: Tree,
        key: &[u8],
        beside: usize,
        value: &[u8],
    ) -> Result<Vec<u8>, HistoryError> {
        let (beside, sealed) =
            value.split_at_checked(beside).ok_or_else(|| damaged(tree, key, "it is cut off"))?;
        let bound = [key, beside].concat();
        self.key
            .open(&self.place(tree, &bound), sealed)
            .map_err(|error| damaged(tree, key, &error.to_string()))
    }

    fn place<'a>(&'a self, tree: Tree, key: &'a [u8]) -> Place<'a> {
        Place { tree: tree.name(), key, user: self.user.as_bytes() }
    }
}

/// A record that is not what was written, named by its tree and key. Keys are not secret.
pub(crate) fn damaged(tree: Tree, key: &[u8], why: &str) -> HistoryError {
    HistoryError::Damaged(format!("{} {}: {why}", tree.name(), Hex(key)))
}

/// Bytes as hexadecimal digits, for logs and errors.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use confidant_chat::step::StepKind;

    use super::*;

    fn seal() -> Seal {
        Seal::new(UserId::new(), &DataKey::random().unwrap())
    }

    impl Seal {
        fn close<R: Record>(&self, key: &[u8], beside: &[u8], record: &R) -> Vec<u8> {
            self.close_bytes(R::TREE, key, beside, &record.plain().unwrap()).unwrap()
        }
    }

    fn preference() -> Preference {
        Preference { name: "model".into(), value: Value::from(0.1 + 0.2) }
    }

    #[test]
    fn a_record_opens_where_it_was_put_and_nowhere_else() {
        let seal = seal();
        let value = seal.close(b"key", b"side", &preference());
        assert_eq!(seal.open::<Preference>(b"key", 4, &value), Ok(preference()));

        let elsewhere = seal.open::<Preference>(b"kez", 4, &value);
        assert!(matches!(elsewhere, Err(HistoryError::Damaged(_))), "another key in the tree");
        let mut beside = value.clone();
        beside[0] ^= 1;
        let changed = seal.open::<Preference>(b"key", 4, &beside);
        assert!(matches!(changed, Err(HistoryError::Damaged(_))), "what stands beside it counts");
        let cut = seal.open::<Preference>(b"key", 4, &value[..3]);
        assert!(matches!(cut, Err(HistoryError::Damaged(_))), "shorter than what is beside it");
    }

    #[test]
    fn a_newer_record_is_called_newer_and_other_bytes_are_damage_without_quoting_them() {
        let seal = seal();
        let newer = seal.close_bytes(Tree::Preferences, b"k", b"", b"\x02{}").unwrap();
        assert_eq!(
            seal.open::<Preference>(b"k", 0, &newer),
            Err(HistoryError::Newer { found: 2, known: 1 })
        );
        for plain in [&b""[..], b"\x01", b"\x01\"secret words\""] {
            let value = seal.close_bytes(Tree::Preferences, b"k", b"", plain).unwrap();
            let Err(HistoryError::Damaged(why)) = seal.open::<Preference>(b"k", 0, &value) else {
                panic!("these bytes are no preference");
            };
            assert!(why.starts_with("preferences 6b: "), "names tree and key: {why}");
            assert!(!why.contains("secret"), "errors are logged, so they quote nothing: {why}");
        }
    }

    #[test]
    fn what_version_one_of_the_app_would_drop_is_marked_as_newer_than_it() {
        fn check<R: Record>(record: &R) {
            let seal = seal();
            let value = seal.close(b"k", b"", record);
            let plain = seal.open_bytes(R::TREE, b"k", 0, &value).unwrap();
            let version = R::VERSION;
            assert!(version > 1 && plain[0] == version, "it stands first, in {}", R::TREE.name());
            let next = [&[version + 1][..], b"{}"].concat();
            let next = seal.close_bytes(R::TREE, b"k", b"", &next).unwrap();
            let newer = seal.open::<R>(b"k", 0, &next).map(drop);
            let (found, known) = (u32::from(version) + 1, u32::from(version));
            assert_eq!(newer, Err(HistoryError::Newer { found, known }));
        }
        check(&Thread::begin("assistant"));
        check(&Step::said(StepKind::Assistant, 0, String::new()));
    }

    /// What is on people's disks today must open in every later release.
    #[test]
    fn version_one_reads_for_good() {
        let seal = seal();
        let thread = concat!(
            "\x01",
            r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"Plan","profile":"assistant","#,
            r#""createdAt":"2026-01-02T03:04:05Z","lastActivity":"2026-01-02T03:04:05.678Z","#,
            r#""session":{"turns":3},"settings":{"temperature":0.5}}"#,
        );
        let value = seal.close_bytes(Tree::Threads, b"k", b"", thread.as_bytes()).unwrap();
        let thread: Thread = seal.open(b"k", 0, &value).unwrap();
        assert_eq!((thread.name.as_str(), &thread.session["turns"]), ("Plan", &Value::from(3)));
        assert_eq!((thread.branches.len(), thread.branch), (0, 0), "it had no branches");
        assert_eq!((thread.pinned, thread.binned_at), (false, None), "nor a bin");

        let step = concat!(
            "\x01",
            r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8058","sequence":7,"parent":null,"#,
            r#""kind":"assistant","name":"","input":"","output":"Hello","state":"failed","#,
            r#""failure":{"code":"modelRateLimited","detail":"429","retryIn":30},"#,
            r#""ask":{"want":{"kind":"files","accept":["text/csv"],"maxSize":2097152,"maxFiles":1},"#,
            r#""deadline":"2026-01-02T03:05:35Z","state":{"state":"answered","summary":"a.csv"}},"#,
            r#""actions":["setUpModel"],"command":"draw","createdAt":"2026-01-02T03:04:05Z","#,
            r#""endedAt":"2026-01-02T03:04:06Z"}"#,
        );
        let value = seal.close_bytes(Tree::Steps, b"k", b"", step.as_bytes()).unwrap();
        let step: Step = seal.open(b"k", 0, &value).unwrap();
        assert_eq!((step.sequence, step.output.as_str()), (7, "Hello"));
        assert_eq!((step.branch, step.elements.len()), (0, 0), "it had neither");
        assert_eq!((step.language, step.feedback), (None, None), "nor these");
        assert_eq!(step.failure.unwrap().retry_in, Some(30));

        let preference = "\x01{\"name\":\"model\",\"value\":null}".as_bytes();
        let value = seal.close_bytes(Tree::Preferences, b"k", b"", preference).unwrap();
        let preference: Preference = seal.open(b"k", 0, &value).unwrap();
        assert_eq!(preference, Preference { name: "model".into(), value: Value::Null });
    }
}
