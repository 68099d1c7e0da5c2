//! Writes that fail after they have reached the disk.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::slice;

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::FileSource;
use confidant_chat::step::Step;

use super::*;
use crate::files::FileName;
use crate::log::Log;
use crate::read;
use crate::testing::{Person, put, said, thread};

/// A log that takes nothing: there is no putting of this file on any disk.
fn deaf() -> Log {
    let dir = tempfile::tempdir().unwrap();
    symlink("/dev/null", dir.path().join("db")).unwrap();
    Log::open(dir.path()).unwrap()
}

/// A writing thread, without one that removes files.
fn start(shared: &Arc<Shared>) -> Writer {
    Writer::start(Arc::clone(shared), mpsc::channel().0).unwrap()
}

fn written(writer: &Writer, changes: Vec<Change>) -> Result<(), HistoryError> {
    writer.ask(changes, Durability::OnDisk).blocking_recv().unwrap()
}

fn steps(shared: &Shared, thread: ThreadId) -> Vec<Step> {
    read::steps(&shared.engine().unwrap(), shared.seal(), thread, None, 9).unwrap().items
}

#[test]
fn a_message_that_is_sent_again_after_a_failure_is_there_once() {
    let person = Person::new();
    let chat = thread();
    let (first, keep_first) = said(chat.id, 0, "first");
    let shared = person.shared(person.engine());
    shared
        .engine()
        .unwrap()
        .apply(&person.dir(), shared.seal(), &[put(&chat), keep_first], &mut Undo::default())
        .unwrap();
    shared.close().unwrap();

    let shared = Arc::new(person.shared(person.engine().with_log(deaf())));
    let writer = start(&shared);
    let renamed = confidant_chat::thread::Thread { name: "renamed".into(), ..chat.clone() };
    let (_, lost) = said(chat.id, 1, "again");
    let failed = written(&writer, vec![put(&renamed), lost]);
    assert!(matches!(failed, Err(HistoryError::Failed(_))), "{failed:?}");
    assert_eq!(steps(&shared, chat.id), slice::from_ref(&first), "refused is refused");
    let header = read::thread(&shared.engine().unwrap(), shared.seal(), chat.id);
    assert_eq!(header, Ok(chat.clone()));

    let (again, keep_again) = said(chat.id, 2, "again");
    written(&writer, vec![keep_again]).unwrap();
    drop(writer);
    assert_eq!(steps(&shared, chat.id), [first, again]);
    assert_eq!(shared.engine().unwrap().counts().unwrap().steps, 2);
}

#[test]
fn a_deletion_that_is_refused_leaves_the_files() {
    let person = Person::new();
    let chat = thread();
    let shared = person.shared(person.engine());
    let writer = start(&Arc::new(shared));
    written(&writer, vec![put(&chat)]).unwrap();
    drop(writer);

    let shared = Arc::new(person.shared(person.engine().with_log(deaf())));
    let name = FileName { thread: chat.id, file: ElementId::new() };
    let source = FileSource::Bytes(b"content".to_vec());
    shared.files().put(name, source, || true).unwrap();
    let writer = start(&shared);
    let soon = writer.ask(vec![Change::DeleteThread(chat.id)], Durability::Soon);
    soon.blocking_recv().unwrap().unwrap_err();
    assert_eq!(shared.files().read(name, 0, 99), Ok(b"content".to_vec()), "refused is refused");

    written(&writer, vec![Change::DeleteThread(chat.id)]).unwrap();
    assert_eq!(shared.files().read(name, 0, 99), Err(HistoryError::NotFound));
}

#[test]
fn what_cannot_be_taken_back_at_once_is_before_the_next_write() {
    let person = Person::new();
    let chat = thread();
    let shared = Arc::new(person.shared(person.engine().with_log(deaf())));
    // Somebody who reads, and so keeps the files from being opened again.
    let reader = shared.engine().unwrap();
    let writer = start(&shared);
    let (_, lost) = said(chat.id, 0, "again");
    written(&writer, vec![put(&chat), lost]).unwrap_err();
    let there = read::next_sequence(&reader, chat.id);
    assert_eq!(there, Ok(1), "it was written, and is still there");
    drop(reader);

    let (again, keep_again) = said(chat.id, 1, "again");
    written(&writer, vec![put(&chat), keep_again]).unwrap();
    assert_eq!(steps(&shared, chat.id), [again]);
}
