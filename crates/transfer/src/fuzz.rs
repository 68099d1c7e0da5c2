//! What `cargo xtask fuzz` throws bytes at: everything that reads files of others, but for SQLite
//! itself. What came in must go out, and come in again, the same.

use std::io::Cursor;
use std::sync::Arc;

use confidant_chat::testing::MemoryHistory;

use crate::import::Origin;
use crate::{Export, Format, Import, Imported, Watch, Which};

/// A file that somebody imports.
pub fn imports(bytes: &[u8]) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    let _within = runtime.enter();
    let (first, second) = (Arc::new(MemoryHistory::default()), Arc::new(MemoryHistory::default()));
    let imported = import(&first, bytes);
    if imported.threads == 0 {
        return;
    }
    let once = export(&first);
    let again = import(&second, &once);
    assert_eq!(again.threads, imported.threads, "all of it comes in again");
    assert!(again.left.is_empty(), "and nothing stays behind");
    assert!(export(&second) == once, "byte for byte");
}

fn import(history: &Arc<MemoryHistory>, bytes: &[u8]) -> Imported {
    let Ok(import) = Import::within(Origin::Bytes(bytes.into()), "assistant") else {
        return Imported::default();
    };
    let preview = import.preview(Arc::clone(history) as _, &Watch::default());
    let (imported, done) = import.run(Arc::clone(history) as _, &Watch::default());
    if done.is_ok() {
        assert_eq!(preview, Ok(imported.clone()), "it does what it said that it would");
    }
    imported
}

fn export(history: &Arc<MemoryHistory>) -> Vec<u8> {
    let (history, watch) = (Arc::clone(history), Watch::default());
    let export = Export::prepare(history as _, Which::All, Format::Json, &watch);
    let mut out = Cursor::new(Vec::new());
    let written = export.and_then(|export| export.write(&mut out, &watch));
    assert!(written.is_ok(), "what is there can be exported: {written:?}");
    out.into_inner()
}
