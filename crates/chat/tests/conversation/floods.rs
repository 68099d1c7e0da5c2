//! Handlers that say very much: a frame at a time, and no more once they are stopped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use confidant_chat::prelude::*;
use confidant_chat::runtime::Sink;
use tokio::time::Instant;

use crate::hostile::answers_elsewhere;
use crate::support::{View, echo, sign_in};

/// How many events of a handler a frame has room for.
const FRAME_HOLDS: usize = 64;

/// When frames began, and how many events each of them brought.
type Frames = Arc<Mutex<Vec<(Instant, usize)>>>;

/// A view that counts the events of each frame.
fn counting_frames() -> (Sink, Frames) {
    let frames = Frames::default();
    let into = Arc::clone(&frames);
    let sink = move |event: Event| {
        if matches!(event, Event::Opened { .. }) {
            return;
        }
        let (now, mut frames) = (Instant::now(), into.lock().unwrap());
        match frames.last_mut() {
            Some((begun, count)) if now - *begun < Duration::from_millis(16) => *count += 1,
            _ => frames.push((now, 1)),
        }
    };
    (Arc::new(sink), frames)
}

#[rstest::rstest]
#[case("say")]
#[case("toast")]
#[case("append")]
#[tokio::test(start_paused = true)]
async fn a_flood_comes_a_frame_at_a_time(#[case] what: &'static str) {
    const FLOOD: usize = 2_000;
    let profile = ChatProfile::new("flood").on_message(move |chat: Chat, _: Message| async move {
        let flood = async |step: OpenStep| {
            for _ in 0..FLOOD {
                match what {
                    "say" => chat.say("x").await?,
                    "toast" => chat.toast(Toast::info("x")).await?,
                    _ => step.append("x").await?,
                }
            }
            Ok(())
        };
        chat.step(StepKind::Run, "flood", flood).await
    });
    let desk = sign_in(App::new().profile(profile));
    let (sink, frames) = counting_frames();
    let thread = desk.person.open("flood", sink).await.unwrap();
    desk.say(thread, "go").await;
    desk.person.leave(thread).await;
    // Left, it goes on to its end; opened again, that end is waited for.
    let (sink, view) = View::new();
    drop(view);
    while desk.person.session_value(thread, "id").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(16)).await;
    }
    desk.person.resume(thread, sink).await.unwrap();
    let frames = frames.lock().unwrap();
    // A few events more are the person's own, and of the turn's beginning and end.
    let most = frames.iter().map(|(_, count)| *count).max().unwrap();
    assert!(most <= FRAME_HOLDS + 8, "a frame brought {most} events");
    let steps = desk.history.all_steps(thread);
    let shown: usize = frames.iter().map(|(_, count)| count).sum();
    match what {
        "say" => assert_eq!(steps.len(), 2 + FLOOD, "all of it was said in the end"),
        "toast" => assert!(shown >= FLOOD, "every one of them was shown"),
        _ => {
            assert_eq!(steps[1].output.len(), FLOOD, "all of it was said in the end");
            assert!(shown < FLOOD / 4, "pieces are joined, and {shown} events came");
        }
    }
}

#[tokio::test]
async fn stop_works_in_the_middle_of_a_flood_and_others_are_answered_meanwhile() -> Result {
    const FLOOD: usize = 100_000;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let profile = ChatProfile::new("flood").on_message(move |chat: Chat, said: Message| {
        let sent = Arc::clone(&counted);
        async move {
            for _ in 0..FLOOD {
                match said.text() {
                    "say" => chat.say("x").await?,
                    _ => chat.toast(Toast::info("x")).await?,
                }
                sent.fetch_add(1, Ordering::SeqCst);
            }
            Ok(())
        }
    });
    let test = App::new().profile(profile).profile(echo()).test();
    for what in ["say", "toast"] {
        sent.store(0, Ordering::SeqCst);
        let mut chat = test.open("flood").await?;
        chat.say(what).await?;
        while sent.load(Ordering::SeqCst) < 2 * FRAME_HOLDS {
            chat.next().await?;
        }
        answers_elsewhere(&test).await?;
        chat.stop().await?;
        let accepted = sent.load(Ordering::SeqCst);
        assert!(accepted < FLOOD, "it was cut off long before its end");
        let shown = match what {
            "say" => chat.replies().len(),
            _ => chat.view().toasts().len(),
        };
        assert!(shown.abs_diff(accepted) <= 1, "{shown} shown of {accepted}: nothing piles up");
        // And it goes on like any other.
        let before = chat.steps().len();
        chat.say("say").await?;
        while chat.steps().len() < before + 2 {
            chat.next().await?;
        }
        chat.stop().await?;
    }
    Ok(())
}
