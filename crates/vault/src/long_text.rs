//! Texts of any length in entries of limited length.
//!
//! Windows refuses an entry of more than 2,560 bytes. A longer text is cut into parts, each an
//! entry of its own, and a head under the text's own name that counts and hashes them. The parts of
//! a new text are written beside those of the old one and the head after them, so that whatever
//! happens in between, the head says either the old text or the new one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::checksum::sha256;
use crate::entries::Entries;
use crate::error::VaultError;
use crate::names;

/// The most bytes in one entry.
const LIMIT: usize = 2_000;

/// The most parts of one text: what makes it safe to believe a head. 512,000 bytes are far more
/// than a keyring is for.
const MAX_PARTS: usize = 256;

/// What a head begins with. A text that happens to begin like it is cut whatever its length, so
/// that one is never taken for the other.
const HEAD: &str = "confidant-parts-1:";

/// What an entry says in place of a text that is too long for it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    parts: usize,
    sha256: String,
    generation: String,
}

/// The text that was [written](write()) as `name`, if there is one.
pub(crate) fn read(
    entries: &mut dyn Entries,
    name: &str,
) -> Result<Option<Zeroizing<String>>, VaultError> {
    let Some(text) = entries.read(name)? else {
        return Ok(None);
    };
    if !text.starts_with(HEAD) {
        return Ok(Some(text));
    }
    let head = Head::parse(&text).ok_or(VaultError::Damaged)?;
    let mut whole = Zeroizing::new(String::with_capacity(head.parts * LIMIT));
    for number in 0..head.parts {
        let part = entries.read(&names::part(name, &head.generation, number))?;
        whole.push_str(&part.ok_or(VaultError::Damaged)?);
    }
    if sha256(&whole) != head.sha256 {
        return Err(VaultError::Damaged);
    }
    Ok(Some(whole))
}

/// Stores `text` as `name`, over what was there.
pub(crate) fn write(entries: &mut dyn Entries, name: &str, text: &str) -> Result<(), VaultError> {
    let before = head_of(entries, name)?;
    if text.len() <= LIMIT && !text.starts_with(HEAD) {
        entries.write(name, text)?;
    } else {
        let parts = cut(text);
        if parts.len() > MAX_PARTS {
            return Err(VaultError::Keyring(format!("{} bytes are too much", text.len())));
        }
        let generation = Uuid::new_v4().simple().to_string();
        for (number, part) in parts.iter().enumerate() {
            entries.write(&names::part(name, &generation, number), part)?;
        }
        let head = Head { parts: parts.len(), sha256: sha256(text), generation };
        entries.write(name, &head.text())?;
    }
    if let Some(before) = before {
        before.discard(entries, name);
    }
    Ok(())
}

/// Removes the text `name`; whether there was one.
pub(crate) fn remove(entries: &mut dyn Entries, name: &str) -> Result<bool, VaultError> {
    let head = head_of(entries, name)?;
    let removed = entries.remove(name)?;
    if let Some(head) = head {
        head.discard(entries, name);
    }
    Ok(removed)
}

/// The head that `name` has now, if it is in parts.
fn head_of(entries: &mut dyn Entries, name: &str) -> Result<Option<Head>, VaultError> {
    match entries.read(name) {
        Ok(text) => Ok(text.and_then(|text| Head::parse(&text))),
        // It is about to be replaced or removed, and says nothing of any parts.
        Err(VaultError::Damaged) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Head {
    fn parse(text: &str) -> Option<Self> {
        let head: Self = serde_json::from_str(text.strip_prefix(HEAD)?).ok()?;
        (head.parts <= MAX_PARTS).then_some(head)
    }

    fn text(&self) -> String {
        let Self { parts, sha256, generation } = self;
        format!(r#"{HEAD}{{"parts":{parts},"sha256":"{sha256}","generation":"{generation}"}}"#)
    }

    /// Removes the parts of a text that nothing refers to any more. One that stays is of no
    /// consequence: it goes with its account.
    fn discard(&self, entries: &mut dyn Entries, name: &str) {
        for number in 0..self.parts {
            if let Err(error) = entries.remove(&names::part(name, &self.generation, number)) {
                tracing::warn!(%error, "part of a replaced keyring entry stays behind");
            }
        }
    }
}

/// `text` in pieces of at most [`LIMIT`] bytes, each of them text.
fn cut(mut text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(text.len() / LIMIT + 1);
    while !text.is_empty() {
        let (part, rest) = text.split_at(text.floor_char_boundary(LIMIT));
        parts.push(part);
        text = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use keyring_core::Error;
    use proptest::prelude::*;

    use super::*;
    use crate::keyring::Keyring;
    use crate::testing;
    use crate::testing::faulty::Faulty;

    fn long(letter: &str) -> String {
        letter.repeat(LIMIT * 2 + 1)
    }

    #[test]
    fn a_short_text_is_stored_as_it_is_for_other_programs_to_read() {
        let store = testing::store();
        write(&mut Keyring::given("app", store.clone()), "a", "sk-1234").unwrap();
        assert_eq!(testing::entries(&store), [("a".into(), "sk-1234".into())]);
    }

    #[test]
    fn no_entry_is_longer_than_windows_allows() {
        let store = testing::store();
        write(&mut Keyring::given("app", store.clone()), "a", &"ä€😀".repeat(1_000)).unwrap();
        let entries = testing::entries(&store);
        assert_eq!(entries.len(), 6, "9,000 bytes make five parts, and a head");
        for (name, text) in entries {
            assert!(text.len() <= LIMIT, "{name} has {} bytes", text.len());
        }
    }

    #[test]
    fn what_is_replaced_or_removed_leaves_nothing_behind() {
        let store = testing::store();
        let mut keyring = Keyring::given("app", store.clone());
        write(&mut keyring, "a", &long("x")).unwrap();
        write(&mut keyring, "a", &long("y")).unwrap();
        assert_eq!(read(&mut keyring, "a").unwrap().unwrap().as_str(), long("y"));
        assert_eq!(testing::entries(&store).len(), 4, "three parts of the new one, and a head");
        write(&mut keyring, "a", "short").unwrap();
        assert_eq!(testing::entries(&store).len(), 1);
        write(&mut keyring, "a", &long("z")).unwrap();
        assert!(remove(&mut keyring, "a").unwrap(), "it was there");
        assert_eq!(testing::entries(&store), []);
    }

    #[test]
    fn a_write_that_is_interrupted_leaves_the_old_text_or_the_new_one() {
        let mut interrupted = 0;
        for writes in 0.. {
            let store = Faulty::default();
            let mut keyring = Keyring::given("app", store.store());
            write(&mut keyring, "a", &long("x")).unwrap();

            store.allow(writes);
            let result = write(&mut keyring, "a", &long("y"));
            store.allow(usize::MAX);

            let text = read(&mut keyring, "a").unwrap().unwrap();
            assert_eq!(*text, long(if result.is_ok() { "y" } else { "x" }), "{writes} writes");
            interrupted += usize::from(result.is_err());
            if store.names().len() == 4 && result.is_ok() {
                break;
            }
        }
        assert_eq!(interrupted, 4, "three parts and the head can fail to be written");
    }

    #[test]
    fn a_missing_changed_or_swapped_part_is_damage() {
        let tamper: [fn(&mut Keyring, &[String]); 3] = [
            |keyring, parts| assert!(keyring.remove(&parts[1]).unwrap(), "it was there"),
            |keyring, parts| keyring.write(&parts[1], &"z".repeat(LIMIT)).unwrap(),
            |keyring, parts| {
                let [first, last] = [&parts[0], &parts[2]]
                    .map(|name| (name.clone(), keyring.read(name).unwrap().unwrap()));
                keyring.write(&first.0, &last.1).unwrap();
                keyring.write(&last.0, &first.1).unwrap();
            },
        ];
        // Every part differs from every other.
        let numbers = (0..1_500).map(|number| number.to_string()).collect::<String>();
        for tamper in tamper {
            let store = testing::store();
            let mut keyring = Keyring::given("app", store.clone());
            write(&mut keyring, "a", &numbers).unwrap();
            let mut parts = keyring.names().unwrap();
            parts.retain(|name| name.starts_with("part:"));
            parts.sort();
            tamper(&mut keyring, &parts);
            assert_eq!(read(&mut keyring, "a"), Err(VaultError::Damaged));
        }
    }

    #[rstest::rstest]
    #[case("")]
    #[case("{}")]
    #[case(r#"{"parts":9999999999,"sha256":"","generation":""}"#)]
    #[case(r#"{"parts":257,"sha256":"","generation":""}"#)]
    #[case(r#"{"parts":-1,"sha256":"","generation":""}"#)]
    fn a_head_that_makes_no_sense_is_damage(#[case] json: &str) {
        let mut keyring = Keyring::given("app", testing::store());
        keyring.write("a", &format!("{HEAD}{json}")).unwrap();
        assert_eq!(read(&mut keyring, "a"), Err(VaultError::Damaged));
    }

    #[test]
    fn more_than_a_keyring_is_for_is_refused_before_anything_is_written() {
        let store = testing::store();
        let mut keyring = Keyring::given("app", store.clone());
        let refused = write(&mut keyring, "a", &"x".repeat(MAX_PARTS * LIMIT + 1));
        assert!(matches!(refused, Err(VaultError::Keyring(_))), "{refused:?}");
        assert_eq!(testing::entries(&store), []);
    }

    #[test]
    fn a_locked_keyring_is_not_damage() {
        let store = testing::store();
        let mut keyring = Keyring::given("app", store.clone());
        write(&mut keyring, "a", &long("x")).unwrap();
        let part = keyring.names().unwrap().into_iter().find(|name| name.contains(":1:")).unwrap();
        testing::fail_next(&store, "app", &part, Error::NoStorageAccess("locked".into()));
        assert_eq!(read(&mut keyring, "a"), Err(VaultError::KeyringLocked));
    }

    proptest! {
        #[test]
        fn every_text_comes_back(
            text in prop_oneof![
                ".{0,100}",
                "(confidant-parts-1:)?.{0,20}",
                "[aä€😀]{1500,3000}",
                proptest::string::string_regex("[ -~]{1999,2001}").unwrap(),
            ],
        ) {
            let mut keyring = Keyring::given("app", testing::store());
            write(&mut keyring, "a", &text).unwrap();
            let back = read(&mut keyring, "a").unwrap().unwrap();
            prop_assert_eq!(back.as_str(), text);
        }
    }
}
