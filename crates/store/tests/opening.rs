//! Opening, closing, and who may not.

use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use confidant_chat::ids::UserId;
use confidant_chat::port::history::{Durability, History, HistoryError};
use confidant_seal::DataKey;
use confidant_store::{FORMAT, Store, bytes_on_disk, remove};

use crate::kit::{Person, at, files, put, thread, write};

#[tokio::test]
async fn signing_out_and_in_again_works_at_once_and_every_time() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    write(&person.open(), vec![put(&chat)]).await;
    for round in 0..20 {
        let store = person.try_open().unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert_eq!(store.thread(chat.id).await, Ok(chat.clone()));
        write(&store, vec![put(&chat)]).await;
        if round % 2 == 0 {
            store.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_closed_store_says_so_and_lets_go_while_it_is_still_held() {
    let person = Person::new();
    let store = person.open();
    let chat = thread("chat", at(0));
    write(&store, vec![put(&chat)]).await;
    store.close().await.unwrap();
    let closed = HistoryError::Closed;
    assert_eq!(store.write(vec![put(&chat)], Durability::Soon).await, Err(closed.clone()));
    assert_eq!(store.thread(chat.id).await, Err(closed.clone()));
    assert_eq!(store.close().await, Ok(()), "closing twice is no mistake");
    assert_eq!(person.open().thread(chat.id).await, Ok(chat), "another can open it meanwhile");
}

#[tokio::test]
async fn dropping_waits_for_what_nobody_waits_for() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    {
        let store = person.open();
        let mut begun = pin!(store.write(vec![put(&chat)], Durability::Soon));
        poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_ready())).await;
    }
    assert_eq!(person.open().thread(chat.id).await, Ok(chat));
}

#[tokio::test]
async fn an_open_history_is_in_use() {
    let person = Person::new();
    let store = person.open();
    assert_eq!(person.try_open().unwrap_err(), HistoryError::InUse);
    assert_eq!(remove(&person.dir()), Err(HistoryError::InUse), "nor can it be removed");
    drop(store);
    person.open();
}

#[tokio::test]
async fn sled_opened_behind_our_back_is_in_use_too() {
    let person = Person::new();
    drop(person.open());
    let raw = person.raw();
    assert_eq!(person.try_open().unwrap_err(), HistoryError::InUse);
    drop(raw);
    person.open();
}

#[tokio::test]
async fn another_key_or_another_user_opens_nothing() {
    let person = Person::new();
    let chat = thread("chat", at(0));
    write(&person.open(), vec![put(&chat)]).await;

    let stranger = DataKey::random().unwrap();
    let error = Store::open(&person.dir(), person.user, &stranger).unwrap_err();
    assert!(matches!(error, HistoryError::Damaged(_)), "another key: {error}");
    let error = Store::open(&person.dir(), UserId::new(), &person.key).unwrap_err();
    assert!(matches!(error, HistoryError::Damaged(_)), "another user: {error}");

    assert_eq!(person.open().thread(chat.id).await, Ok(chat), "and the attempt did no harm");
}

#[tokio::test]
async fn what_a_newer_version_wrote_is_refused_and_not_touched() {
    let person = Person::new();
    write(&person.open(), vec![put(&thread("chat", at(0)))]).await;
    fs::write(person.dir().join("format"), format!("{}\n", FORMAT + 1)).unwrap();
    let before = files(&person.dir());
    assert_eq!(
        person.try_open().unwrap_err(),
        HistoryError::Newer { found: FORMAT + 1, known: FORMAT }
    );
    assert!(files(&person.dir()) == before, "not one byte in any file may change");
}

#[tokio::test]
async fn the_version_inside_counts_when_the_file_beside_it_is_lost() {
    let person = Person::new();
    write(&person.open(), vec![put(&thread("chat", at(0)))]).await;
    fs::remove_file(person.dir().join("format")).unwrap();
    let contents = |raw: &sled::Db| {
        let tree = |name| raw.open_tree(name).unwrap().iter().map(Result::unwrap).collect();
        ["threads", "recent", "meta"].map(tree) as [Vec<_>; 3]
    };
    let before = {
        let raw = person.raw();
        raw.open_tree("meta").unwrap().insert("format", &9_u32.to_be_bytes()).unwrap();
        contents(&raw)
    };
    let refused = person.try_open().unwrap_err();
    assert_eq!(refused, HistoryError::Newer { found: 9, known: FORMAT });
    assert!(!person.dir().join("format").exists(), "nor is a wrong version written beside it");
    assert!(contents(&person.raw()) == before, "no record may change");
}

#[tokio::test]
async fn counts_that_are_lost_are_counted_again() {
    let person = Person::new();
    write(&person.open(), vec![put(&thread("one", at(0))), put(&thread("two", at(1)))]).await;
    person.raw().open_tree("meta").unwrap().remove("figures").unwrap();
    assert_eq!(person.open().figures().await.unwrap().threads, 2);
}

#[cfg(unix)]
#[test]
fn the_directory_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;

    let person = Person::new();
    let mode = |dir: &Path| fs::metadata(dir).unwrap().permissions().mode() & 0o777;
    drop(person.open());
    assert_eq!(mode(&person.dir()), 0o700);
    assert_eq!(mode(person.dir().parent().unwrap()), 0o700, "made on the way");
    fs::set_permissions(person.dir(), fs::Permissions::from_mode(0o755)).unwrap();
    drop(person.open());
    assert_eq!(mode(&person.dir()), 0o700, "closed again where it stood open");
}

#[tokio::test]
async fn removing_takes_the_whole_directory_and_nothing_else() {
    let person = Person::new();
    let other = person.dir().with_file_name("another");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("kept"), "12345").unwrap();
    write(&person.open(), vec![put(&thread("chat", at(0)))]).await;
    assert!(bytes_on_disk(&person.dir()) > 0);

    assert_eq!(remove(&person.dir()), Ok(()));
    assert!(!person.dir().exists());
    assert_eq!(bytes_on_disk(&person.dir()), 0, "nothing holds nothing");
    assert_eq!(remove(&person.dir()), Ok(()), "removed already");
    assert_eq!(bytes_on_disk(&other), 5);
    assert_eq!(person.open().figures().await.unwrap().threads, 0, "and can be begun anew");
}
