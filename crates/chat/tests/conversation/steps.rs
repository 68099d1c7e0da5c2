//! Work that a person can look into: timed, nested, and failed where it failed.

use std::sync::Arc;

use confidant_chat::failure::FailureCode;
use confidant_chat::prelude::*;
use confidant_chat::testing::TestChat;
use futures::stream;

use crate::support::{sign_in, sign_in_over};

fn on_message<F, Fut>(run: F) -> App
where
    F: Fn(Chat, Message) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result> + Send + 'static,
{
    App::new().profile(ChatProfile::new("worker").on_message(run))
}

fn named<'a>(chat: &'a TestChat, name: &str) -> &'a Step {
    chat.steps().iter().find(|step| step.name == name).expect("there is such a step")
}

/// What became of a step: its state, and the code and words of its failure.
fn fate(step: &Step) -> (StepState, Option<(FailureCode, &str)>) {
    (step.state, step.failure.as_ref().map(|it| (it.code, it.detail.as_str())))
}

#[tokio::test]
async fn work_within_work_shows_what_went_in_and_out_and_how_long_it_took() -> Result {
    let test = on_message(async |chat: Chat, _: Message| {
        let length = chat
            .step(StepKind::Run, "outer", async |outer: OpenStep| {
                let inner = async |inner: OpenStep| {
                    inner.input("select 1").await?;
                    inner.output("{").await?;
                    inner.append("}").await?;
                    inner.language("json").await?;
                    Ok(2)
                };
                outer.step(StepKind::Tool, "inner", inner).await
            })
            .await?;
        chat.say(format!("{length} long")).await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("go").await?;
    let (outer, inner) = (named(&chat, "outer"), named(&chat, "inner"));
    assert_eq!((inner.parent, outer.parent), (Some(outer.id), None));
    assert_eq!((inner.input.as_str(), inner.output.as_str()), ("select 1", "{}"));
    assert_eq!(inner.language.as_deref(), Some("json"));
    assert_eq!((fate(outer), fate(inner)), ((StepState::Done, None), (StepState::Done, None)));
    assert!(outer.created_at <= inner.created_at, "the outer one began first");
    assert!(inner.created_at <= inner.ended_at.unwrap() && inner.ended_at <= outer.ended_at);
    assert_eq!(chat.replies(), ["2 long"], "what the work gave came back");
    let kept = test.history().all_steps(chat.thread());
    assert_eq!(kept, chat.steps(), "what is shown is what is kept");
    Ok(())
}

#[tokio::test]
async fn work_is_of_many_kinds_and_none_of_it_is_read_to_a_model() -> Result {
    const KINDS: [StepKind; 6] = [
        StepKind::Run,
        StepKind::Tool,
        StepKind::Llm,
        StepKind::Embedding,
        StepKind::Retrieval,
        StepKind::Rerank,
    ];
    let test = on_message(async |chat: Chat, _: Message| {
        for kind in KINDS {
            let work = async |step: OpenStep| Ok(step.output("found").await?);
            chat.step(kind, "work", work).await?;
        }
        chat.say(chat.context().await?.len().to_string()).await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("go").await?;
    let kinds: Vec<_> = chat.steps().iter().map(|step| step.kind).collect();
    assert_eq!(kinds[1..7], KINDS);
    assert_eq!(chat.replies(), ["1"], "a model reads the message alone");
    Ok(())
}

#[tokio::test]
async fn an_error_is_told_where_it_happened_and_given_on() -> Result {
    let test = on_message(async |chat: Chat, _: Message| {
        chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
            let broken = async |_: OpenStep| -> Result { anyhow::bail!("no such table") };
            outer.step(StepKind::Tool, "inner", broken).await
        })
        .await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("go").await?;
    let told = Some((FailureCode::HandlerFailed, "no such table"));
    assert_eq!(fate(named(&chat, "inner")), (StepState::Failed, told));
    assert_eq!(fate(named(&chat, "outer")), (StepState::Failed, None), "it failed for that");
    assert_eq!(chat.steps().len(), 3, "the turn's own end tells nothing twice");
    Ok(())
}

#[tokio::test]
async fn an_error_that_is_caught_or_reworded_on_its_way_is_told_so() -> Result {
    let test = on_message(async |chat: Chat, message: Message| {
        let broken = async |_: OpenStep| -> Result { anyhow::bail!("timed out") };
        chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
            let first = outer.step(StepKind::Tool, "first", broken).await;
            let second = outer.step(StepKind::Tool, "second", broken).await;
            match message.text() {
                "catch" => Ok(()),
                _ => first.and(second).map_err(|error| error.context("both servers failed")),
            }
        })
        .await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("catch").await?;
    let told = (StepState::Failed, Some((FailureCode::HandlerFailed, "timed out")));
    assert_eq!(fate(named(&chat, "first")), told);
    assert_eq!(fate(named(&chat, "second")), told, "it has the same words for its own failure");
    assert_eq!(fate(named(&chat, "outer")), (StepState::Done, None));

    chat.send("give on").await?;
    let outer = chat.steps().iter().rfind(|step| step.name == "outer").unwrap();
    let reworded = Some((FailureCode::HandlerFailed, "both servers failed: timed out"));
    assert_eq!(fate(outer), (StepState::Failed, reworded));
    Ok(())
}

#[tokio::test]
async fn a_panic_is_told_by_the_innermost_work_and_the_rest_failed_with_it() -> Result {
    let test = on_message(async |chat: Chat, _: Message| {
        // Its id is older than the steps': what counts is what began last.
        let early = Message::new("");
        chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
            outer
                .step(StepKind::Llm, "inner", async |inner: OpenStep| {
                    let pieces = stream::once(async { panic!("out of range") });
                    inner.chat().reply_as(early, pieces).await.map(drop)
                })
                .await
        })
        .await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("go").await?;
    let told = Some((FailureCode::HandlerPanicked, "out of range"));
    assert_eq!(fate(chat.last(StepKind::Assistant).unwrap()), (StepState::Failed, told));
    assert_eq!(fate(named(&chat, "inner")), (StepState::Failed, None));
    assert_eq!(fate(named(&chat, "outer")), (StepState::Failed, None));
    Ok(())
}

#[tokio::test]
async fn stop_ends_all_work_that_is_under_way() -> Result {
    let test = on_message(async |chat: Chat, _: Message| {
        chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
            outer.step(StepKind::Tool, "done", async |_| Ok(())).await?;
            outer.step(StepKind::Tool, "inner", async |_| std::future::pending().await).await
        })
        .await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.say("go").await?;
    while chat.steps().last().is_none_or(|step| step.name != "inner") {
        chat.next().await?;
    }
    chat.stop().await?;
    assert_eq!(fate(named(&chat, "done")), (StepState::Done, None));
    assert_eq!(fate(named(&chat, "inner")), (StepState::Stopped, None));
    assert_eq!(fate(named(&chat, "outer")), (StepState::Stopped, None));
    assert_eq!(test.history().all_steps(chat.thread()), chat.steps());
    Ok(())
}

#[tokio::test]
async fn work_with_many_parts_is_interrupted_by_a_crash_like_any_other() {
    let app = on_message(async |chat: Chat, _: Message| {
        chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
            for _ in 0..80 {
                outer.step(StepKind::Tool, "part", async |_| Ok(())).await?;
            }
            outer.step(StepKind::Tool, "last", async |_| std::future::pending().await).await
        })
        .await
    });
    let desk = sign_in(app.clone());
    let (thread, mut view) = desk.open("worker").await;
    desk.say(thread, "go").await;
    view.until(|event| match event {
        Event::Said { step } if step.name == "last" => Some(()),
        _ => None,
    })
    .await;
    // The process dies here. Its newest page does not reach back to the work as a whole.
    let again = sign_in_over(app, Arc::clone(&desk.history));
    again.resume(thread).await;
    let kept = desk.history.all_steps(thread);
    let ends: Vec<_> = kept.iter().filter(|step| step.state == StepState::Interrupted).collect();
    let names: Vec<_> = ends.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["outer", "last"]);
}

#[tokio::test]
async fn work_shows_elements() -> Result {
    let test = on_message(async |chat: Chat, _: Message| {
        chat.step(StepKind::Retrieval, "search", async |step: OpenStep| {
            step.element(Element::text("quote", "To be or not to be")).await?;
            Ok(step.element(Element::pdf("play", b"%PDF-1.7".to_vec())).await?)
        })
        .await
    })
    .test();
    let mut chat = test.open("worker").await?;
    chat.send("go").await?;
    let elements = named(&chat, "search").elements.clone();
    let names: Vec<_> = elements.iter().map(|element| element.name.as_str()).collect();
    assert_eq!(names, ["quote", "play"]);
    let file = test.person().read_element(chat.thread(), elements[1].id, 0, 100).await?;
    assert_eq!(file, b"%PDF-1.7");
    Ok(())
}
