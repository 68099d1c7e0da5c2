//! The interface's view of the commands is generated, and must be current.

use std::fs;
use std::path::Path;

const BINDINGS: &str = "ui/src/bridge/bindings.ts";

/// `UPDATE_BINDINGS=1 cargo test bindings` writes the file anew.
#[test]
fn bindings_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(BINDINGS);
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        confidant::export_bindings(&file).unwrap();
        return;
    }
    let fresh = tempfile::tempdir().unwrap();
    let fresh = fresh.path().join("bindings.ts");
    confidant::export_bindings(&fresh).unwrap();
    assert!(
        fs::read_to_string(&fresh).unwrap() == fs::read_to_string(&file).unwrap(),
        "{BINDINGS} is stale: run UPDATE_BINDINGS=1 cargo test --test app bindings"
    );
}
