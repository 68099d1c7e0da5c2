//! Edits and further answers: each begins a branch beside what was there, and nothing is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use confidant_chat::branch::{Branch, TRUNK};
use confidant_chat::ids::StepId;
use confidant_chat::port::history::Durability::OnDisk;
use confidant_chat::port::history::{Change, History, HistoryError};
use confidant_chat::port::model::Author;
use confidant_chat::prelude::*;
use confidant_chat::runtime::RunError;
use confidant_chat::testing::{TestChat, TestError};
use tokio::sync::Semaphore;

/// A profile that counts its answers, so that no two of them are alike.
fn counting() -> App {
    let answers = Arc::new(AtomicUsize::new(0));
    let profile = ChatProfile::new("counting").on_message(move |chat: Chat, message: Message| {
        let answer = answers.fetch_add(1, Ordering::SeqCst) + 1;
        async move { chat.say(format!("{answer}: {}", message.text())).await }
    });
    App::new().profile(profile)
}

fn said(chat: &TestChat) -> Vec<&str> {
    chat.steps().iter().map(|step| step.output.as_str()).collect()
}

fn id_of(chat: &TestChat, text: &str) -> StepId {
    chat.steps().iter().find(|step| step.output == text).expect("this is in view").id
}

fn refused<T>(error: RunError) -> Result<T, TestError> {
    Err(TestError::Run(error))
}

#[tokio::test]
async fn an_edit_goes_on_beside_what_was_there_and_both_can_be_seen() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    chat.send("two").await?;
    let before = test.history().all_steps(chat.thread());
    chat.edit(id_of(&chat, "one"), "uno").await?;
    assert_eq!(said(&chat), ["uno", "3: uno"], "what followed the old wording does not follow it");
    let begun = Branch { id: 1, parent: TRUNK, from: 0, begins: 4 };
    assert_eq!(chat.view().snapshot().branches, [begun]);
    assert_eq!(test.history().all_steps(chat.thread())[..4], before, "nothing was touched");

    chat.show_branch(TRUNK).await?;
    assert_eq!(said(&chat), ["one", "1: one", "two", "2: two"]);
    chat.send("three").await?;
    chat.show_branch(1).await?;
    assert_eq!(said(&chat), ["uno", "3: uno"], "what is said in one branch is in no other");
    Ok(())
}

#[tokio::test]
async fn further_answers_are_siblings_of_the_first() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    chat.send("two").await?;
    chat.regenerate(id_of(&chat, "1: one")).await?;
    assert_eq!(said(&chat), ["one", "3: one"], "what followed the other answer is not in view");
    chat.retry().await?;
    chat.regenerate(id_of(&chat, "4: one")).await?;
    assert_eq!(said(&chat), ["one", "5: one"]);
    let forks: Vec<_> =
        chat.view().snapshot().branches.iter().map(|it| (it.parent, it.from)).collect();
    assert_eq!(forks, [(TRUNK, 1); 3], "none of them is beneath another");
    for (branch, answer) in [(1, "3: one"), (2, "4: one"), (3, "5: one")] {
        chat.show_branch(branch).await?;
        assert_eq!(said(&chat), ["one", answer]);
    }
    Ok(())
}

#[tokio::test]
async fn a_branch_branches_and_an_edit_of_its_first_message_is_its_sibling() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    chat.edit(id_of(&chat, "one"), "uno").await?;
    chat.send("due").await?;
    chat.edit(id_of(&chat, "due"), "deux").await?;
    assert_eq!(said(&chat), ["uno", "2: uno", "deux", "4: deux"]);
    assert_eq!(chat.view().snapshot().branches[1].parent, 1, "a branch of the branch");
    chat.edit(id_of(&chat, "uno"), "un").await?;
    let third = chat.view().snapshot().branches[2];
    assert_eq!((third.parent, third.from), (TRUNK, 0), "the third wording of the same message");
    assert_eq!(said(&chat), ["un", "5: un"]);
    Ok(())
}

#[tokio::test]
async fn only_what_is_in_view_and_fits_can_be_changed() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    let (message, reply) = (id_of(&chat, "one"), id_of(&chat, "1: one"));
    chat.edit(message, "uno").await?;
    assert_eq!(chat.edit(message, "x").await, refused(RunError::NoSuchMessage), "out of view");
    assert_eq!(chat.regenerate(reply).await, refused(RunError::NoSuchMessage), "out of view");
    let uno = id_of(&chat, "uno");
    assert_eq!(chat.regenerate(uno).await, refused(RunError::NoSuchMessage), "no reply");
    let answer = id_of(&chat, "2: uno");
    assert_eq!(chat.edit(answer, "x").await, refused(RunError::NoSuchMessage), "not theirs");
    assert_eq!(chat.edit(uno, " ").await, refused(RunError::Empty));
    assert_eq!(chat.show_branch(2).await, refused(RunError::NoSuchMessage));
    assert_eq!(said(&chat), ["uno", "2: uno"], "none of that did anything");
    Ok(())
}

#[tokio::test]
async fn while_a_reply_is_under_way_nothing_branches() -> Result {
    let asking = ChatProfile::new("asking").on_message(async |chat: Chat, _: Message| {
        chat.ask(AskUser::new("Well?")).await?;
        Ok(())
    });
    let test = App::new().profile(asking).test();
    let mut chat = test.open("asking").await?;
    chat.send("one").await?;
    let (message, reply) = (id_of(&chat, "one"), id_of(&chat, "Well?"));
    assert_eq!(chat.edit(message, "uno").await, refused(RunError::Busy));
    assert_eq!(chat.regenerate(reply).await, refused(RunError::Busy));
    assert_eq!(chat.retry().await, refused(RunError::Busy));
    assert_eq!(chat.show_branch(TRUNK).await, refused(RunError::Busy));
    chat.answer("yes").await?;
    chat.edit(message, "uno").await?;
    assert_eq!(said(&chat), ["uno", "Well?"]);
    Ok(())
}

#[tokio::test]
async fn a_model_reads_the_branch_in_view_and_no_other() -> Result {
    let listing = ChatProfile::new("listing").on_message(async |chat: Chat, _: Message| {
        let context = chat.context().await?.into_iter();
        let theirs = context.filter(|it| it.author == Author::User).map(|it| it.text);
        chat.say(theirs.collect::<Vec<_>>().join(", ")).await
    });
    let test = App::new().profile(listing).test();
    let mut chat = test.open("listing").await?;
    chat.send("one").await?;
    chat.send("two").await?;
    chat.edit(id_of(&chat, "two"), "zwei").await?;
    assert_eq!(chat.replies().last().unwrap(), "one, zwei");
    chat.show_branch(TRUNK).await?;
    chat.send("three").await?;
    assert_eq!(chat.replies().last().unwrap(), "one, two, three");
    Ok(())
}

#[tokio::test]
async fn reopening_shows_the_branch_that_was_in_view() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    chat.regenerate(id_of(&chat, "1: one")).await?;
    chat.edit(id_of(&chat, "one"), "uno").await?;
    chat.show_branch(1).await?;
    let (thread, before) = (chat.thread(), chat.view().snapshot().clone());
    let test = test.sign_in_again().await;
    let chat = test.resume(thread).await?;
    assert_eq!(said(&chat), ["one", "2: one"]);
    let after = chat.view().snapshot();
    assert_eq!((&after.branches, after.branch), (&before.branches, 1));
    assert_eq!(after.steps, before.steps);
    Ok(())
}

#[tokio::test]
async fn pages_of_a_long_thread_follow_the_branch_in_view() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    for turn in 0..120 {
        chat.send(&format!("first {turn}")).await?;
    }
    let thread = chat.thread();
    let middle = test.history().all_steps(thread)[120].id;
    // The view of a window holds the newest page only; the message is in the thread all the same.
    chat.edit(middle, "another way").await?;
    for turn in 0..60 {
        chat.send(&format!("second {turn}")).await?;
    }
    let chat = test.resume(thread).await?;
    let mut pages = vec![chat.steps().to_vec()];
    let mut earlier = chat.view().snapshot().earlier;
    while let Some(before) = earlier {
        let page = test.person().earlier(thread, before).await?;
        pages.push(page.items);
        earlier = page.next;
    }
    assert!(pages.iter().all(|page| page.len() <= 50), "a page is a page");
    let read: Vec<_> = pages.into_iter().rev().flatten().collect();
    let in_view = |step: &Step| step.branch == 1 || step.sequence < 120;
    let mut expected = test.history().all_steps(thread);
    expected.retain(in_view);
    assert_eq!(expected.len(), 120 + 2 + 120, "what is shared, the edit, and what followed it");
    assert_eq!(read, expected, "each once, in order");
    Ok(())
}

#[tokio::test]
async fn another_answer_that_says_nothing_still_stands_there() -> Result {
    let first = Arc::new(AtomicUsize::new(0));
    let shy = ChatProfile::new("shy").on_message(move |chat: Chat, _: Message| {
        let turn = first.fetch_add(1, Ordering::SeqCst);
        async move { if turn == 0 { chat.say("once").await } else { Ok(()) } }
    });
    let test = App::new().profile(shy).test();
    let mut chat = test.open("shy").await?;
    chat.send("go").await?;
    chat.regenerate(id_of(&chat, "once")).await?;
    let silent = chat.steps()[1].clone();
    assert_eq!((silent.output.as_str(), silent.kind), ("", StepKind::Assistant));
    chat.regenerate(silent.id).await?;
    let forks: Vec<_> = chat.view().snapshot().branches.iter().map(|it| it.from).collect();
    assert_eq!(forks, [1, 1], "a silent answer has siblings like any other");
    chat.show_branch(TRUNK).await?;
    assert_eq!(said(&chat), ["go", "once"]);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_kept_leaves_the_view_as_it_was() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    chat.regenerate(id_of(&chat, "1: one")).await?;
    let thread = chat.thread();
    let before = (test.history().thread(thread).await?, test.history().all_steps(thread));
    let (one, reply) = (id_of(&chat, "one"), id_of(&chat, "2: one"));
    let full = || refused(RunError::History(HistoryError::StorageFull));
    test.history().set_full(true);
    assert_eq!(chat.edit(one, "uno").await, full());
    assert_eq!(chat.regenerate(reply).await, full());
    assert_eq!(chat.retry().await, full());
    assert_eq!(chat.show_branch(TRUNK).await, full());
    test.history().set_full(false);
    let mut chat = test.resume(thread).await?;
    assert_eq!(said(&chat), ["one", "2: one"]);
    let after = (test.history().thread(thread).await?, test.history().all_steps(thread));
    assert_eq!(after, before, "nothing of it was kept, at once or later");
    chat.edit(one, "uno").await?;
    assert_eq!(said(&chat), ["uno", "3: uno"], "and with room it works");
    Ok(())
}

#[tokio::test]
async fn a_reply_is_made_again_for_the_message_that_it_answered() -> Result {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let profile = ChatProfile::new("slow").on_message(move |chat: Chat, message: Message| {
        let gate = Arc::clone(&held);
        async move {
            gate.acquire().await?.forget();
            let heard = chat.context().await?.len();
            chat.say(format!("{} of {heard}", message.text())).await
        }
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("slow").await?;
    for text in ["one", "two", "three"] {
        chat.say(text).await?;
    }
    gate.add_permits(4);
    chat.rest().await?;
    assert_eq!(said(&chat), ["one", "one of 1", "two", "three", "two of 3", "three of 5"]);
    chat.regenerate(id_of(&chat, "two of 3")).await?;
    assert_eq!(
        said(&chat),
        ["one", "one of 1", "two", "three", "two of 3"],
        "it answers the message that was answered, and not the one that stands before the reply"
    );
    Ok(())
}

#[tokio::test]
async fn a_branch_that_the_app_did_not_live_to_say_anything_in_is_given_up() -> Result {
    let test = counting().test();
    let mut chat = test.open("counting").await?;
    chat.send("one").await?;
    let mut thread = test.history().thread(chat.thread()).await?;
    thread.branches.push(Branch { id: 1, parent: TRUNK, from: 1, begins: 2 });
    thread.branch = 1;
    chat.leave().await;
    test.history().write(vec![Change::PutThread(Box::new(thread.clone()))], OnDisk).await?;
    let chat = test.resume(thread.id).await?;
    assert_eq!(said(&chat), ["one", "1: one"], "or there would be no way back to the answer");
    assert_eq!(test.history().thread(thread.id).await?.branches, []);
    Ok(())
}

#[tokio::test]
async fn without_anything_to_answer_with_no_branch_begins() -> Result {
    let mute = ChatProfile::new("mute").on_chat_start(async |chat: Chat| chat.say("Hello").await);
    let test = App::new().profile(mute).test();
    let mut chat = test.open("mute").await?;
    chat.send("one").await?;
    assert_eq!(chat.retry().await, refused(RunError::NothingToRetry));
    Ok(())
}
