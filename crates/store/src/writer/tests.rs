//! Writes that fail after they have reached the disk, or before.
#![cfg(unix)]

use std::fs::File;
use std::slice;

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::FileSource;
use confidant_chat::step::Step;

use super::*;
use crate::files::FileName;
use crate::read;
use crate::testing::{Person, put, said, thread};

/// A store with one thread in it, a way to have what is written to its journal go elsewhere, and
/// its writing thread, without one that removes files.
fn start(person: &Person) -> (Arc<Shared>, Writer, confidant_chat::thread::Thread) {
    let shared = Arc::new(person.shared(person.engine()));
    let chores = Chores::new(false, false);
    let writer = Writer::start(Arc::clone(&shared), mpsc::channel().0, chores).unwrap();
    let chat = thread();
    written(&writer, vec![put(&chat)]).unwrap();
    (shared, writer, chat)
}

/// What takes nothing: there is no putting of `/dev/null` on any disk, nor of anything into
/// `/dev/full`.
fn writing_to(shared: &Shared, path: &str) -> File {
    let deaf = File::options().write(true).open(path).unwrap();
    shared.journal().swap_file(deaf)
}

fn written(writer: &Writer, changes: Vec<Change>) -> Result<(), HistoryError> {
    writer.ask(changes, Durability::OnDisk).blocking_recv().unwrap()
}

fn steps(shared: &Shared, thread: ThreadId) -> Vec<Step> {
    read::steps(&shared.engine().unwrap(), shared.seal(), thread, None, 9).unwrap().items
}

/// All steps after opening the store anew, with trees that are made from the journal.
fn steps_of_the_journal(person: &Person, shared: Arc<Shared>, thread: ThreadId) -> Vec<Step> {
    shared.close().unwrap();
    drop(shared);
    std::fs::remove_dir_all(person.dir().join("sled")).unwrap();
    let store = person.open();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(crate::kit::all_steps(&store, thread))
}

#[test]
fn zeros_that_did_not_fit_are_not_made_up_for_where_something_has_been_written_since() {
    let person = Person::new();
    let (shared, writer, chat) = start(&person);
    let mut kept = Vec::new();
    for sequence in 0..3 {
        let (step, keep) = said(chat.id, sequence, "kept");
        written(&writer, vec![keep]).unwrap();
        kept.push(step);
        shared.journal().reserve_nothing();
    }
    drop(writer);
    assert_eq!(steps_of_the_journal(&person, shared, chat.id), kept);
}

#[test]
fn what_was_refused_is_in_neither_copy_and_can_be_sent_again() {
    for deaf in ["/dev/null", "/dev/full"] {
        let person = Person::new();
        let (shared, writer, chat) = start(&person);
        let (first, keep_first) = said(chat.id, 0, "first");
        written(&writer, vec![keep_first]).unwrap();

        let file = writing_to(&shared, deaf);
        let renamed = confidant_chat::thread::Thread { name: "renamed".into(), ..chat.clone() };
        let (_, lost) = said(chat.id, 1, "lost");
        let failed = written(&writer, vec![put(&renamed), lost]);
        assert!(failed.is_err(), "{deaf} takes nothing");
        assert_eq!(steps(&shared, chat.id), slice::from_ref(&first), "refused is refused");
        let header = read::thread(&shared.engine().unwrap(), shared.seal(), chat.id);
        assert_eq!(header.unwrap(), chat);

        // Nothing is written after what could not be taken back.
        let (again, keep_again) = said(chat.id, 1, "again");
        written(&writer, vec![keep_again.clone()]).unwrap_err();
        shared.journal().swap_file(file);
        written(&writer, vec![keep_again]).unwrap();
        drop(writer);
        assert_eq!(steps(&shared, chat.id), [first.clone(), again.clone()]);
        assert_eq!(shared.engine().unwrap().figures().unwrap().steps, 2);
        assert_eq!(steps_of_the_journal(&person, shared, chat.id), [first, again]);
    }
}

#[test]
fn one_change_of_a_group_that_makes_no_sense_leaves_the_others() {
    let person = Person::new();
    let (shared, writer, chat) = start(&person);
    let (first, keep_first) = said(chat.id, 0, "first");
    let (_, in_its_place) = said(chat.id, 0, "in its place");
    let (second, keep_second) = said(chat.id, 1, "second");
    let (_, nowhere) = said(ThreadId::new(), 0, "nowhere");
    // Asked for at once, and so most likely written together.
    let asked = [vec![keep_first], vec![keep_second.clone(), nowhere], vec![in_its_place]]
        .map(|changes| writer.ask(changes, Durability::OnDisk));
    let last = writer.ask(vec![keep_second], Durability::OnDisk);
    let [kept, orphan, taken] = asked.map(|answer| answer.blocking_recv().unwrap());
    assert_eq!((kept, orphan), (Ok(()), Err(HistoryError::NotFound)));
    assert!(matches!(taken, Err(HistoryError::Failed(_))), "{taken:?}");
    assert_eq!(last.blocking_recv().unwrap(), Ok(()));
    drop(writer);
    let expected = [first, second];
    assert_eq!(steps(&shared, chat.id), expected);
    assert_eq!(steps_of_the_journal(&person, shared, chat.id), expected);
}

#[test]
fn a_deletion_that_is_refused_leaves_the_files() {
    let person = Person::new();
    let (shared, writer, chat) = start(&person);
    let name = FileName { thread: chat.id, file: ElementId::new() };
    let source = FileSource::Bytes(b"content".to_vec());
    shared.files().put(name, source, || true).unwrap();

    let file = writing_to(&shared, "/dev/null");
    let soon = writer.ask(vec![Change::DeleteThread(chat.id)], Durability::Soon);
    soon.blocking_recv().unwrap().unwrap_err();
    assert_eq!(shared.files().read(name, 0, 99), Ok(b"content".to_vec()), "refused is refused");

    shared.journal().swap_file(file);
    written(&writer, vec![Change::DeleteThread(chat.id)]).unwrap();
    assert_eq!(shared.files().read(name, 0, 99), Err(HistoryError::NotFound));
}

#[test]
fn trees_that_break_are_opened_anew_with_everything_in_them() {
    let person = Person::new();
    let (shared, writer, chat) = start(&person);
    let mut expected = Vec::new();
    for (round, why) in
        [HistoryError::StorageFull, HistoryError::Damaged("a page".into())].into_iter().enumerate()
    {
        let (step, keep) = said(chat.id, u32::try_from(round).unwrap(), "text");
        written(&writer, vec![keep]).unwrap();
        expected.push(step);
        shared.give_up(shared.engine().unwrap(), &why);
        assert_eq!(steps(&shared, chat.id), expected, "after {why}");
    }
    let rebuilt = shared.repairs().borrow().rebuilt;
    assert!(rebuilt, "what could not be read was made anew, and that is told");
}

#[test]
fn trees_that_may_open_are_not_given_up_for_a_journal_with_gaps() {
    let person = Person::new();
    let (shared, writer, chat) = start(&person);
    let (first, keep_first) = said(chat.id, 0, "first");
    written(&writer, vec![keep_first]).unwrap();
    let number = shared.journal().next();
    shared.journal().skip_to(number + 1);
    let (second, keep_second) = said(chat.id, 1, "second");
    written(&writer, vec![keep_second]).unwrap();
    std::fs::remove_file(person.dir().join("journal/0000000000000001.log")).unwrap();
    let why = HistoryError::Damaged("sled panicked".into());
    shared.give_up(shared.engine().unwrap(), &why);
    assert_eq!(steps(&shared, chat.id), [first, second], "only the trees have the first");
}
