//! The first app of the framework's guide, made outside of this repository from what the guide
//! shows and nothing else. It builds, and its own test passes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that a page shows: the block after a line such as `` `src/main.rs`: `` is a file, and
/// one after ``At the end of `src/main.rs`:`` goes on with it.
fn files_of(page: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::<String, String>::new();
    let mut named = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
            let block: String = block.flat_map(|line| [line, "\n"]).collect();
            if let Some((name, goes_on)) = named.take() {
                let file = files.entry(name).or_default();
                assert_eq!(!file.is_empty(), goes_on, "a file is begun once and then gone on with");
                file.push_str(&block);
            }
        } else if let Some(line) = line.strip_suffix("`:") {
            let (before, name) = line.split_once('`').unwrap_or_default();
            named = Some((name.to_owned(), before == "At the end of "));
        } else if !line.is_empty() {
            named = None;
        }
    }
    files
}

/// The repository's profiles as a file within `home`. Under the same ones, what was built here
/// serves there as well, where its features are the same.
fn profiles(root: &Path, home: &Path) -> PathBuf {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let begin = manifest.find("[profile.dev]").expect("the profiles end the manifest");
    let path = home.join("profiles.toml");
    fs::write(&path, &manifest[begin..]).unwrap();
    path
}

/// Where this test itself was built: cargo holds no lock on it while tests run.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let target = program.ancestors().nth(3).expect("a test lies in target/debug/deps");
    target.to_owned()
}

#[test]
fn the_first_app_of_the_guide_builds_and_passes_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/framework/getting-started.md")).unwrap();
    let files = files_of(&page);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["Cargo.toml", "src/main.rs"]);

    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // The repository is where it is, rather than next door.
        let beside = "\"../confidant\"";
        fs::write(path, text.replace(beside, &format!("{root:?}"))).unwrap();
    }
    // The same versions as here, so that nothing has to be fetched.
    fs::copy(root.join("Cargo.lock"), home.path().join("Cargo.lock")).unwrap();

    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--offline", "--config"]).arg(profiles(root, home.path()));
    cargo.current_dir(home.path()).env("CARGO_TARGET_DIR", target());
    let output = cargo.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "it builds and passes:\n{said}\n{complaints}");
    assert!(said.contains("test tests::it_counts ... ok"), "its test ran: {said}");
}
