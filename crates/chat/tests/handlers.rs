//! What the compiler says of handlers that do not fit. A newcomer reads that first, so it has to
//! name the shape that is expected.
//!
//! Each `tests/handlers/*.rs` must not compile, and the `.stderr` file beside it has lines that the
//! compiler must say, in their order. What else it says is its own affair, and changes with it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library as it was built for this test, and the folder with all that it needs.
fn library() -> (PathBuf, PathBuf) {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().expect("a test lies in a folder").to_owned();
    let built = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.starts_with("libconfidant_chat-") && name.ends_with(".rlib")
    });
    let newest = built.max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    (newest.expect("the library was built before its test"), folder)
}

/// What the compiler says of a file that it refuses.
fn refusal(file: &Path, out: &Path) -> String {
    let (library, folder) = library();
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiled = Command::new(compiler)
        .args(["--edition", "2024", "--emit", "metadata", "--color", "never", "--out-dir"])
        .arg(out)
        .arg("-L")
        .arg(format!("dependency={}", folder.display()))
        .arg("--extern")
        .arg(format!("confidant_chat={}", library.display()))
        .arg(file)
        .output()
        .unwrap();
    assert!(!compiled.status.success(), "{} must not compile", file.display());
    String::from_utf8(compiled.stderr).unwrap()
}

#[test]
fn a_handler_that_does_not_fit_is_told_the_shape_that_does() {
    let out = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let snippets: Vec<_> =
        files.filter(|path| path.extension() == Some(OsStr::new("rs"))).collect();
    assert_eq!(snippets.len(), 4, "all of them are found");
    for snippet in snippets {
        let said = refusal(&snippet, out.path());
        let mut lines = said.lines();
        for expected in fs::read_to_string(snippet.with_extension("stderr")).unwrap().lines() {
            assert!(
                lines.any(|line| line.contains(expected)),
                "of {} the compiler must say {expected:?}, and said:\n{said}",
                snippet.display()
            );
        }
    }
}
