use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

fn chosen(home: &TempDir) -> EntryFile {
    let file = EntryFile::in_dir(home.path().join("accounts"));
    file.choose().unwrap();
    file
}

fn copy(home: &TempDir, number: usize) -> PathBuf {
    home.path().join("accounts").join(COPIES[number])
}

#[test]
fn entries_are_written_read_found_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let mut file = chosen(&home);
    assert_eq!(file.read("a").unwrap(), None);
    file.write("a", "one").unwrap();
    file.write("a", "two\n\u{0}ä").unwrap();
    let mut again = EntryFile::in_dir(home.path().join("accounts"));
    assert_eq!(again.read("a").unwrap().unwrap().as_str(), "two\n\u{0}ä");
    assert!(again.holds("a").unwrap());
    assert_eq!(again.names().unwrap(), ["a"]);
    assert!(again.remove("a").unwrap(), "it was there");
    assert!(!again.remove("a").unwrap(), "and now it is not");
    assert_eq!(file.names().unwrap(), [""; 0]);
}

#[test]
fn a_copy_that_cannot_be_read_is_no_reason_not_to_read_the_other() {
    let home = tempfile::tempdir().unwrap();
    let mut file = chosen(&home);
    file.write("a", "one").unwrap();
    // Opens on Unix, and is then refused by the system, as a bad place of a disk is.
    fs::remove_file(copy(&home, 1)).unwrap();
    fs::create_dir(copy(&home, 1)).unwrap();
    assert_eq!(file.read("a").unwrap().unwrap().as_str(), "one");
}

#[test]
fn nothing_is_made_until_somebody_chooses_it_and_the_choice_lasts() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("accounts");
    let open = || EntryFile::in_dir(dir.clone());
    assert!(!open().is_chosen() && !open().exists() && !dir.exists());
    open().set_aside().unwrap();
    assert!(!dir.exists(), "the keyring needs no file to be chosen");

    let mut file = open();
    file.choose().unwrap();
    file.write("a", "kept").unwrap();
    assert!(file.is_chosen() && open().is_chosen());
    file.set_aside().unwrap();
    assert!(!file.is_chosen() && !open().is_chosen() && open().exists());
    file.choose().unwrap();
    assert!(open().is_chosen());
    assert_eq!(open().read("a").unwrap().unwrap().as_str(), "kept", "what was there stays");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let mut file = chosen(&home);
    file.write("a", "one").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.path().join("accounts")), 0o700);
    assert_eq!([0, 1].map(|number| mode(&copy(&home, number))), [0o600, 0o600]);
}

#[test]
fn both_copies_damaged_are_told_and_left_as_they_are() {
    let home = tempfile::tempdir().unwrap();
    let mut file = chosen(&home);
    file.write("a", "one").unwrap();
    fs::write(copy(&home, 0), "nonsense").unwrap();
    fs::remove_file(copy(&home, 1)).unwrap();
    assert_eq!(file.read("a"), Err(VaultError::FileDamaged));
    assert_eq!(file.write("a", "two"), Err(VaultError::FileDamaged));
    file.choose().unwrap();
    assert_eq!(file.names(), Err(VaultError::FileDamaged), "choosing it again makes no empty one");
    assert_eq!(fs::read_to_string(copy(&home, 0)).unwrap(), "nonsense");
    fs::remove_file(copy(&home, 0)).unwrap();
    assert_eq!(file.read("a"), Err(VaultError::FileDamaged), "gone is no empty list either");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_looked_at_is_no_reason_to_go_over_to_the_keyring() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("accounts"), "a file in place of the directory").unwrap();
    let mut file = EntryFile::in_dir(home.path().join("accounts"));
    assert!(file.is_chosen());
    assert!(matches!(file.names(), Err(VaultError::File(_))));
}

#[test]
fn a_newer_file_is_told_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut file = chosen(&home);
    let json = r#"{"version":2,"people":[]}"#;
    let newer = format!("{}\n{json}", sha256(json));
    fs::write(copy(&home, 1), &newer).unwrap();
    let error = VaultError::Newer { found: 2, known: 1 };
    assert_eq!(file.names(), Err(error.clone()));
    assert_eq!(file.write("a", "one"), Err(error));
    assert_eq!(fs::read_to_string(copy(&home, 1)).unwrap(), newer);
}

#[test]
fn of_two_copies_the_newer_one_is_right() {
    for behind in [0, 1] {
        let home = tempfile::tempdir().unwrap();
        let mut file = chosen(&home);
        file.write("a", "one").unwrap();
        let before = fs::read(copy(&home, behind)).unwrap();
        file.write("a", "two").unwrap();
        fs::write(copy(&home, behind), before).unwrap();
        assert_eq!(file.read("a").unwrap().unwrap().as_str(), "two");
        let copies = [0, 1].map(|number| fs::read(copy(&home, number)).unwrap());
        assert_eq!(copies[0], copies[1], "the other one has caught up");
    }
}

#[test]
fn changes_made_at_once_are_all_kept() {
    let home = tempfile::tempdir().unwrap();
    chosen(&home);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let mut file = EntryFile::in_dir(home.path().join("accounts"));
            scope.spawn(move || {
                for number in 0..8 {
                    file.write(&format!("{writer}:{number}"), "x").unwrap();
                }
            });
        }
    });
    assert_eq!(chosen(&home).names().unwrap().len(), 32);
}

#[rstest::rstest]
#[case(ErrorKind::StorageFull, VaultError::FileFull)]
#[case(ErrorKind::QuotaExceeded, VaultError::FileFull)]
#[case(ErrorKind::ReadOnlyFilesystem, VaultError::FileReadOnly)]
#[case(ErrorKind::PermissionDenied, VaultError::File("here: permission denied".into()))]
fn what_the_system_says_is_told_apart(#[case] said: ErrorKind, #[case] expected: VaultError) {
    assert_eq!(EntryFile::in_dir("here".into()).failed(&said.into()), expected);
}

/// One way of damaging a copy.
#[derive(Clone, Debug)]
enum Damage {
    Flip { at: prop::sample::Index, bit: u8 },
    Cut { at: prop::sample::Index },
    Remove,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<prop::sample::Index>(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip { at, bit }),
        any::<prop::sample::Index>().prop_map(|at| Damage::Cut { at }),
        Just(Damage::Remove),
    ]
}

impl Damage {
    fn hit(&self, path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        match self {
            Self::Flip { at, bit } => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                fs::write(path, bytes).unwrap();
            }
            Self::Cut { at } => fs::write(path, &bytes[..at.index(bytes.len())]).unwrap(),
            Self::Remove => fs::remove_file(path).unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_to_one_copy_loses_nothing_and_is_put_right(
        entries in prop::collection::btree_map("[a-z:]{1,12}", ".{0,40}", 1..6),
        which in 0..2_usize,
        damage in damage(),
    ) {
        let home = tempfile::tempdir().unwrap();
        let mut file = chosen(&home);
        for (name, text) in &entries {
            file.write(name, text).unwrap();
        }
        let whole = fs::read(copy(&home, 1 - which)).unwrap();
        damage.hit(&copy(&home, which));
        for (name, text) in &entries {
            let read = file.read(name).unwrap();
            prop_assert_eq!(read.as_deref().map(String::as_str), Some(text.as_str()));
        }
        prop_assert_eq!(fs::read(copy(&home, which)).unwrap(), whole);
    }
}
