//! Files beside the trees, as the runtime keeps and reads them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::port::history::{FileSource, History, HistoryError};
use confidant_chat::thread::Thread;
use confidant_store::Store;
use tempfile::TempDir;

use crate::kit::{Person, at, files, put, thread, write};

/// The most that one read gives.
const MOST: usize = 4 * 1024 * 1024;

/// Keeps `content` as a file of `thread`.
pub(crate) async fn keep(store: &Store, thread: ThreadId, content: &[u8]) -> ElementId {
    let file = ElementId::new();
    let kept = store.put_file(thread, file, FileSource::Bytes(content.to_vec())).await;
    assert_eq!(kept, Ok(content.len() as u64));
    file
}

/// Where a person's files are.
pub(crate) fn dir(person: &Person) -> PathBuf {
    person.dir().join("files")
}

/// What is there, while it may be going.
pub(crate) fn names(person: &Person) -> BTreeSet<PathBuf> {
    let list = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten().map(|it| it.path());
    let (dirs, mut names): (Vec<_>, Vec<_>) = list(&dir(person)).partition(|it| it.is_dir());
    names.extend(dirs.iter().flat_map(|dir: &PathBuf| list(dir)));
    names.into_iter().collect()
}

/// Where one of them is.
pub(crate) fn path(person: &Person, thread: ThreadId, file: ElementId) -> PathBuf {
    dir(person).join(thread.to_string()).join(file.to_string())
}

/// Waits for what is done in the background.
pub(crate) fn wait_until(what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(60), "never happened: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A file of `length` zeros that takes no room, outside of any store.
pub(crate) fn zeros(length: u64) -> (TempDir, FileSource) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("zeros");
    File::create(&path).unwrap().set_len(length).unwrap();
    (home, FileSource::Path(path))
}

fn assert_failed<T: std::fmt::Debug>(result: &Result<T, HistoryError>, why: &str) {
    assert!(matches!(result, Err(HistoryError::Failed(_))), "{why}: {result:?}");
}

#[tokio::test]
async fn what_is_kept_reads_back_after_reopening_and_is_never_replaced() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    let source = person.dir().with_file_name("source");
    let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_be_bytes).collect();
    let (bytes, streamed) = {
        let store = person.open();
        fs::write(&source, &content).unwrap();
        write(&store, vec![put(&chat)]).await;
        let streamed = ElementId::new();
        let kept = store.put_file(chat.id, streamed, FileSource::Path(source.clone())).await;
        assert_eq!(kept, Ok(800_000));
        (keep(&store, chat.id, &content).await, streamed)
    };
    fs::remove_file(source).unwrap();
    let store = person.open();
    for file in [bytes, streamed] {
        assert!(store.read_file(chat.id, file, 0, MOST).await.as_ref() == Ok(&content));
        let part = store.read_file(chat.id, file, 65_530, 12).await;
        assert_eq!(part, Ok(content[65_530..65_542].to_vec()), "over a border");
        assert_eq!(store.read_file(chat.id, file, 800_000, 1).await, Ok(vec![]), "at the end");
        assert_eq!(store.read_file(chat.id, file, 0, 0).await, Ok(vec![]));
        let again = store.put_file(chat.id, file, FileSource::Bytes(b"other".to_vec())).await;
        assert_failed(&again, "there is one already");
        assert_eq!(store.read_file(chat.id, file, 0, 4).await, Ok(vec![0; 4]), "and it stays");
    }
    assert_eq!(files(&dir(&person)).len(), 2, "nothing is left of the attempts");
    let empty = keep(&store, chat.id, b"").await;
    assert_eq!(store.read_file(chat.id, empty, 0, 9).await, Ok(vec![]));
    for (thread, file) in [(chat.id, ElementId::new()), (ThreadId::new(), bytes)] {
        assert_eq!(store.read_file(thread, file, 0, 9).await, Err(HistoryError::NotFound));
    }
    let figures = store.figures().await.unwrap();
    assert!(figures.bytes > 1_600_000, "files count too, got {}", figures.bytes);
}

#[tokio::test]
async fn a_large_file_is_read_a_bounded_bit_at_a_time() {
    let person = Person::new();
    let store = person.open();
    let (_home, source) = zeros(16 << 20);
    let (thread, file) = (ThreadId::new(), ElementId::new());
    assert_eq!(store.put_file(thread, file, source).await, Ok(16 << 20));
    let read = store.read_file(thread, file, 1, usize::MAX).await.unwrap();
    assert_eq!(read.len(), MOST, "however much is asked for");
    assert_eq!(store.read_file(thread, file, (16 << 20) - 3, MOST).await, Ok(vec![0; 3]));
}

#[tokio::test]
async fn a_source_that_cannot_be_kept_leaves_nothing() {
    let person = Person::new();
    let store = person.open();
    let (home, _) = zeros(0);
    let thread = ThreadId::new();
    let secret = home.path().join("secret-name");
    let mut sources = vec![home.path().to_owned(), secret.clone()];
    #[cfg(unix)]
    {
        let made = std::process::Command::new("mkfifo").arg(home.path().join("pipe")).status();
        assert!(made.unwrap().success(), "a pipe to which nobody writes");
        sources.push(home.path().join("pipe"));
    }
    for source in sources {
        let refused = store.put_file(thread, ElementId::new(), FileSource::Path(source)).await;
        let words = format!("{refused:?}");
        assert!(!words.contains("secret-name"), "errors are logged: {words}");
        assert_failed(&refused, "nothing that can be read to its end");
    }
    assert!(!dir(&person).exists() || files(&dir(&person)).is_empty(), "something is left");
}

#[tokio::test]
async fn more_than_the_disk_has_room_for_is_refused_before_it_is_written() {
    let person = Person::new();
    let store = person.open();
    // Sparse, so it is there although no disk in a test could hold a copy.
    let (_home, source) = zeros(8 << 40);
    let refused = store.put_file(ThreadId::new(), ElementId::new(), source).await;
    assert_eq!(refused, Err(HistoryError::StorageFull));
    assert_eq!(files(&dir(&person)), [].into(), "nothing half done is left");
}

#[tokio::test]
async fn files_that_are_moved_or_changed_are_damaged() {
    let (person, mallory) = (Person::new(), Person::new());
    let [one, other] = [ThreadId::new(), ThreadId::new()];
    let store = person.open();
    let [first, second] = [keep(&store, one, b"one").await, keep(&store, other, b"two").await];
    let damaged = |result: Result<_, HistoryError>, why| {
        let Err(HistoryError::Damaged(words)) = result else { panic!("{why}: {result:?}") };
        assert!(words.contains(&first.to_string()), "names the file: {words}");
    };
    let whole = fs::read(path(&person, one, first)).unwrap();

    fs::copy(path(&person, other, second), path(&person, one, first)).unwrap();
    damaged(store.read_file(one, first, 0, 9).await, "another thread's");
    fs::write(path(&person, one, first), &whole[..whole.len() - 1]).unwrap();
    damaged(store.read_file(one, first, 0, 9).await, "cut off");
    fs::write(path(&person, one, first), "").unwrap();
    damaged(store.read_file(one, first, 0, 9).await, "empty");
    fs::remove_file(path(&person, one, first)).unwrap();
    fs::create_dir(path(&person, one, first)).unwrap();
    damaged(store.read_file(one, first, 0, 9).await, "a directory");

    let hers = mallory.open();
    // A thread of hers, or it would be swept away.
    write(&hers, vec![put(&Thread { id: one, ..thread("chat", at(0)) })]).await;
    drop(hers);
    fs::create_dir_all(path(&mallory, one, first).parent().unwrap()).unwrap();
    fs::write(path(&mallory, one, first), &whole).unwrap();
    let hers = mallory.open();
    damaged(hers.read_file(one, first, 0, 9).await, "another person's");
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;

    let person = Person::new();
    let store = person.open();
    let thread = ThreadId::new();
    let file = path(&person, thread, keep(&store, thread, b"content").await);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.as_path()), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    assert_eq!(mode(&dir(&person)), 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_under_one_name_one_is_kept_and_the_other_refused() {
    let person = Person::new();
    let store = Arc::new(person.open());
    let (thread, file) = (ThreadId::new(), ElementId::new());
    let attempts = [1, 2_u8].map(|byte| {
        let store = Arc::clone(&store);
        let source = FileSource::Bytes(vec![byte; 1 << 20]);
        tokio::spawn(async move { (byte, store.put_file(thread, file, source).await) })
    });
    let mut kept = Vec::new();
    for attempt in attempts {
        let (byte, result) = attempt.await.unwrap();
        if result.is_ok() {
            kept.push(byte);
        }
    }
    let read = store.read_file(thread, file, 0, MOST).await.unwrap();
    assert_eq!(kept, [read[0]], "exactly one, and it is the one that was told so");
    assert_eq!(files(&dir(&person)).len(), 1);
}
