//! Handlers that fail in every way, or block their thread. The window's side answers throughout, and
//! other conversations go on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc as sync_mpsc};

use confidant_chat::ask::AnswerError;
use confidant_chat::failure::FailureCode;
use confidant_chat::ids::StepId;
use confidant_chat::prelude::*;
use confidant_chat::testing::{TestApp, TestChat};
use tokio::sync::mpsc;

use crate::support::echo;

fn failure(chat: &TestChat) -> Option<(FailureCode, &str)> {
    let failed = chat.steps().iter().rev().find_map(|step| step.failure.as_ref());
    failed.map(|it| (it.code, it.detail.as_str()))
}

/// Another conversation, which has to answer whatever goes on elsewhere.
pub(crate) async fn answers_elsewhere(test: &TestApp) -> Result {
    let mut other = test.open("echo").await?;
    other.send("hi").await?;
    assert_eq!(other.replies(), ["You said: hi"]);
    Ok(())
}

#[tokio::test]
async fn a_handler_may_fail_in_any_way_and_the_next_message_is_answered() -> Result {
    let profile = ChatProfile::new("hostile").on_message(async |chat: Chat, said: Message| {
        match said.text() {
            "panic at once" => panic!("at once"),
            "panic later" => {
                chat.say("so far").await?;
                tokio::task::yield_now().await;
                panic!("later");
            }
            "panic with a number" => std::panic::panic_any(7),
            "panic in a step" => {
                let work = async |_: OpenStep| -> Result { panic!("in a step") };
                chat.step(StepKind::Tool, "work", work).await
            }
            "fail" => anyhow::bail!("no"),
            "leave a step open" => {
                let never =
                    chat.step(StepKind::Tool, "work", async |_| std::future::pending().await);
                let _: Option<Result> = futures::FutureExt::now_or_never(never);
                Ok(())
            }
            _ => chat.say("fine").await,
        }
    });
    let test = App::new().profile(profile).test();
    for (said, code, detail) in [
        ("panic at once", FailureCode::HandlerPanicked, "at once"),
        ("panic later", FailureCode::HandlerPanicked, "later"),
        ("panic with a number", FailureCode::HandlerPanicked, ""),
        ("panic in a step", FailureCode::HandlerPanicked, "in a step"),
        ("fail", FailureCode::HandlerFailed, "no"),
    ] {
        let mut chat = test.open("hostile").await?;
        chat.send(said).await?;
        assert_eq!(failure(&chat), Some((code, detail)), "{said}");
        chat.send("well").await?;
        assert_eq!(chat.replies().pop().unwrap(), "fine", "after {said}");
    }
    let mut chat = test.open("hostile").await?;
    chat.send("leave a step open").await?;
    let open = chat.steps().iter().filter(|step| step.state == StepState::Writing).count();
    assert_eq!(open, 0, "what is left open ends with the turn");
    Ok(())
}

#[tokio::test]
async fn a_handler_that_blocks_its_thread_holds_up_nobody() -> Result {
    let (block, blocked) = sync_mpsc::channel::<()>();
    let blocked = Arc::new(Mutex::new(blocked));
    let (tell, mut told) = mpsc::unbounded_channel();
    let profile = ChatProfile::new("blocking").on_message(move |chat: Chat, said: Message| {
        let (blocked, tell) = (Arc::clone(&blocked), tell.clone());
        async move {
            if said.text() != "block" {
                return chat.say("fine").await;
            }
            chat.say("blocking").await?;
            tell.send(Ok(()))?;
            // Until the test lets go: a sleep or a long calculation is the same to the runtime.
            let _ = blocked.lock().unwrap().recv();
            tell.send(chat.say("too late").await.map_err(|it| it.to_string()))?;
            Ok(())
        }
    });
    let test = App::new().profile(profile).profile(echo()).test();
    let mut chat = test.open("blocking").await?;
    chat.say("block").await?;
    assert_eq!(told.recv().await.unwrap(), Ok(()), "it blocks now");
    while chat.replies().is_empty() {
        chat.next().await?;
    }
    let (person, thread) = (Arc::clone(test.person()), chat.thread());
    answers_elsewhere(&test).await?;
    person.rename(thread, "stuck").await?;
    person.rate(thread, chat.steps()[1].id, None).await?;
    let nothing = person.want(thread, StepId::new()).await;
    assert_eq!(nothing, Err(AnswerError::Closed), "it answers, whatever the answer");
    person.send(thread, "and then".into(), None).await?;
    chat.stop().await?;
    assert_eq!(chat.replies(), ["blocking", "fine"], "Stop lets the next message have its turn");
    drop(block);
    let late = told.recv().await.unwrap();
    assert_eq!(late, Err(ChatError::Ended.to_string()), "what it says later comes too late");
    chat.send("still there?").await?;
    assert_eq!(chat.replies(), ["blocking", "fine", "fine"]);
    Ok(())
}

#[tokio::test]
async fn a_handler_that_computes_without_end_is_stopped_like_any_other() -> Result {
    let running = Arc::new(AtomicUsize::new(0));
    let release = Arc::new(AtomicUsize::new(0));
    let (counter, released) = (Arc::clone(&running), Arc::clone(&release));
    let profile = ChatProfile::new("busy").on_message(move |_: Chat, _: Message| {
        let (counter, released) = (Arc::clone(&counter), Arc::clone(&released));
        async move {
            while released.load(Ordering::SeqCst) == 0 {
                counter.fetch_add(1, Ordering::SeqCst);
                std::thread::yield_now();
            }
            Ok(())
        }
    });
    let test = App::new().profile(profile).profile(echo()).test();
    let mut chat = test.open("busy").await?;
    chat.say("go").await?;
    while running.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    answers_elsewhere(&test).await?;
    chat.stop().await?;
    assert!(!chat.view().snapshot().working, "the conversation is free again");
    release.store(1, Ordering::SeqCst);
    Ok(())
}
