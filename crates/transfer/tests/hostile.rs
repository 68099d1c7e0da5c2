//! Files that are damaged, or made to do harm.

use std::io::{Cursor, Write};

use confidant_chat::port::history::History;
use confidant_transfer::{Format, Import, Left, TransferError, Watch, Which};
use proptest::prelude::*;
use serde_json::json;
use zip::write::SimpleFileOptions;

use crate::generated::{self, keep};
use crate::kit::{self, blocking, export, file, history, import_at};

fn refused(bytes: &[u8]) -> TransferError {
    let (_dir, path) = file(bytes);
    import_at(&history(), &path).1.unwrap_err()
}

#[test]
fn what_is_no_archive_is_refused_as_such() {
    assert_eq!(refused(b""), TransferError::Unknown);
    assert_eq!(refused(b"Hello"), TransferError::Unknown);
    assert_eq!(refused(b"{\"a\": 1}"), TransferError::Unknown);
    assert_eq!(refused(&kit::zip(&[("a.txt", b"a")])), TransferError::Unknown);
    assert!(matches!(refused(b"PK\x03\x04 and no more"), TransferError::Damaged(_)));
    assert!(matches!(refused(b"SQLite format 3\0 and no more"), TransferError::Damaged(_)));
    let dir = tempfile::tempdir().unwrap();
    let missing = import_at(&history(), &dir.path().join("nothing")).1;
    assert!(matches!(missing, Err(TransferError::Unreadable(_))), "{missing:?}");
    let directory = import_at(&history(), dir.path()).1;
    assert!(matches!(directory, Err(TransferError::Unreadable(_))), "{directory:?}");
}

#[test]
fn json_without_end_in_depth_or_length_is_refused() {
    let deep = format!("{{\"confidant\":1,\"threads\":{}", "[".repeat(1_000_000));
    assert!(matches!(refused(deep.as_bytes()), TransferError::Damaged(_)));
    let long = vec![b'a'; 70 << 20];
    let step = [b"[\"" as &[u8], &long, b"\"]"].concat();
    assert!(matches!(
        refused(&[b"[{\"title\":", &step[..], b"}]"].concat()),
        TransferError::Damaged(_)
    ));
}

#[test]
fn a_file_that_is_not_what_the_zip_says_stays_behind() {
    let one = json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "createdAt": "2026-01-02T03:04:05Z",
        "metadata": {}, "steps": [{
            "id": "01890a5d-ac96-774b-bcce-b302099a8001", "type": "user_message", "output": "see",
            "createdAt": "2026-01-02T03:04:05Z", "elements": [{
                "id": "01890a5d-ac96-774b-bcce-b302099a8099",
                "forId": "01890a5d-ac96-774b-bcce-b302099a8001",
                "type": "file", "name": "a", "display": "inline", "content": { "file": "a" },
            }],
        }],
    });
    let document = json!({ "confidant": 1, "threads": [one] }).to_string();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("threads.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(document.as_bytes()).unwrap();
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("a", stored).unwrap();
    zip.write_all(b"the content of it").unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let at = bytes.windows(11).position(|it| it == b"the content").unwrap();
    bytes[at] ^= 1;
    let (_dir, path) = file(&bytes);
    let history = history();
    let (imported, _) = import_at(&history, &path);
    assert_eq!((imported.threads, imported.left.get(&Left::Files)), (1, Some(&1)));
    assert_eq!(kit::only(&history).1[0].elements, [], "it is not shown as if it were there");
}

#[test]
fn what_is_cancelled_leaves_whole_threads_only() {
    let steps: Vec<_> = (0..2_000)
        .map(|at| {
            json!({
                "id": format!("01890a5d-ac96-774b-bcce-b30200{at:06}"), "type": "user_message",
                "output": "x".repeat(1_000), "createdAt": "2026-01-02T03:04:05Z",
            })
        })
        .collect();
    let thread = json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "createdAt": "2026-01-02T03:04:05Z",
        "metadata": {}, "steps": steps,
    });
    let document = json!({ "confidant": 1, "threads": [thread] }).to_string();
    let (_dir, path) = file(document.as_bytes());
    let history = history();
    let kept = std::sync::Arc::clone(&history);
    let (imported, done) = blocking(move || {
        let import = Import::open(&path, kit::PROFILE).unwrap();
        let watch = Watch::default();
        let progress = watch.progress();
        let ending = watch.clone();
        let half = document.len() as u64 / 2;
        let canceller = std::thread::spawn(move || {
            while progress.borrow().done < half {
                std::thread::yield_now();
            }
            ending.cancel();
        });
        let result = import.run(kept, &watch);
        canceller.join().unwrap();
        result
    });
    // It may have been quicker than whoever cancelled it.
    if imported.threads == 0 {
        assert_eq!(done, Err(TransferError::Cancelled));
        let emptied = blocking({
            let history = std::sync::Arc::clone(&history);
            move || {
                let runtime = tokio::runtime::Handle::current();
                let binned = runtime.block_on(history.binned(None, 10)).unwrap().items;
                (binned.len(), runtime.block_on(history.figures()).unwrap().steps)
            }
        });
        assert_eq!(emptied, (0, 0), "nothing of it is left");
    }
    assert!(history.is_on_disk());
}

#[test]
fn what_the_end_of_the_app_left_half_done_is_removed() {
    let history = history();
    let half = confidant_chat::thread::Thread {
        binned_at: Some(confidant_chat::clock::now()),
        ..confidant_chat::thread::Thread::begin("assistant")
    };
    let id = half.id;
    keep(&history, &[generated::Generated { thread: half, steps: Vec::new(), files: Vec::new() }]);
    let found = blocking({
        let history = std::sync::Arc::clone(&history) as std::sync::Arc<dyn History>;
        move || {
            use confidant_chat::port::history::{Change, Durability};
            let runtime = tokio::runtime::Handle::current();
            let half = Change::PutPreference {
                name: "import.half".into(),
                value: Some(id.to_string().into()),
            };
            runtime.block_on(history.write(vec![half], Durability::OnDisk)).unwrap();
            runtime.block_on(confidant_transfer::tidy(&history)).unwrap();
            let gone = runtime.block_on(history.thread(id)).is_err();
            (gone, runtime.block_on(history.preference("import.half")).unwrap())
        }
    });
    assert_eq!(found, (true, None));
}

#[test]
fn a_full_disk_ends_it_with_what_was_whole() {
    let before = history();
    let one = json!({ "confidant": 1, "threads": [{
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "createdAt": "2026-01-02T03:04:05Z",
        "metadata": {}, "steps": [],
    }]});
    let (_dir, path) = file(one.to_string().as_bytes());
    before.set_full(true);
    let (imported, done) = import_at(&before, &path);
    let full = confidant_chat::port::history::HistoryError::StorageFull;
    assert_eq!((imported.threads, done), (0, Err(full.into())));
    before.set_full(false);
    assert_eq!(import_at(&before, &path).0.threads, 1, "and goes on when there is room");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is flipped or cut: no panic, and what it says went well is as it was.
    #[test]
    fn a_damaged_archive_says_so_or_comes_as_it_was(
        all in generated::threads(3),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let before = history();
        keep(&before, &all);
        let (_, mut bytes, _) = export(&before, Which::All, Format::Json);
        for (at, flip) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let (_dir, path) = file(&bytes);
        let after = history();
        let (imported, done) = import_at(&after, &path);
        if done.is_ok() && imported.left.is_empty() {
            prop_assert_eq!(kit::threads(&after), kit::threads(&before));
        }
    }
}
