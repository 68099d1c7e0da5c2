//! A profile that behaves in every way, good and bad, as messages tell it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use confidant_chat::prelude::*;
use futures::stream;
use serde_json::json;

const ENDED: SessionKey<u32> = SessionKey::new("ended", || 0);
const HEARD: SessionKey<u32> = SessionKey::new("heard", || 0);

/// The key of the session that has the next "hang" hang.
pub(crate) const HANG: &str = "hang";

/// What messages have the profile do.
pub(crate) const TEXTS: [&str; 13] = [
    "say",
    "ask",
    "form",
    "stream",
    "break off",
    "nest",
    "fail nested",
    "panic nested",
    "fail",
    "panic",
    "remember",
    "silence",
    "edit",
];

async fn nested(chat: &Chat, end: &str) -> Result {
    chat.step(StepKind::Run, "outer", async |outer: OpenStep| {
        outer.input("in").await?;
        outer
            .step(StepKind::Tool, "inner", async |inner: OpenStep| {
                inner.append("out").await?;
                inner.element(Element::text("note", "words")).await?;
                match end {
                    "fail nested" => anyhow::bail!("failed within"),
                    "panic nested" => panic!("panicked within"),
                    _ => Ok(()),
                }
            })
            .await
    })
    .await
}

async fn answer(chat: Chat, message: Message) -> Result {
    match message.text() {
        "ask" => match chat.ask(AskUser::new("Well?")).await? {
            Some(text) => chat.say(text).await,
            None => chat.say("no answer").await,
        },
        "form" => {
            let form = AskForm::new("Form").field(Setting::switch("on", "On", true));
            chat.ask(form).await?;
            Ok(())
        }
        text @ ("stream" | "break off") => {
            let mut pieces: Vec<_> = (0..5).map(|n| Ok(Delta::Text(n.to_string()))).collect();
            if text == "break off" {
                pieces.push(Err(ModelError::Interrupted { detail: "reset".into() }));
            }
            chat.reply(stream::iter(pieces)).await.map(drop)
        }
        text @ ("nest" | "fail nested" | "panic nested") => nested(&chat, text).await,
        "fail" => anyhow::bail!("failed"),
        "panic" => panic!("panicked"),
        "remember" => {
            chat.session().update(HEARD, |n| n + 1)?;
            chat.rename("remembered").await?;
            Ok(())
        }
        "silence" => Ok(()),
        "edit" => {
            let (first, second) = (Message::new("first"), Message::new("second"));
            chat.send(first.clone()).await?;
            chat.send(second.clone()).await?;
            chat.update(first.with_text("changed")).await?;
            Ok(chat.remove(&second).await?)
        }
        // Once only, or another answer to it would hang as well, and nobody would stop that.
        "hang" if chat.session().remove(HANG)?.is_some() => {
            chat.step(StepKind::Run, "hanging", async |_| std::future::pending().await).await
        }
        text => {
            let context = chat.context().await?.len();
            let offer = Action::new("poke", "Poke").payload(json!(context));
            Ok(chat.send(Message::new(format!("{text} {context}")).action(offer)).await?)
        }
    }
}

/// How often conversations were opened and ended.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    pub(crate) opened: Arc<AtomicUsize>,
    pub(crate) ended: Arc<AtomicUsize>,
}

/// The app with this profile, `moody`.
pub(crate) fn app(counts: &Counts) -> App {
    let (started, resumed) = (Arc::clone(&counts.opened), Arc::clone(&counts.opened));
    let ended = Arc::clone(&counts.ended);
    let profile = ChatProfile::new("moody")
        .setting(Setting::switch("loud", "Loud", false))
        .on_chat_start(move |chat: Chat| {
            started.fetch_add(1, Ordering::SeqCst);
            async move {
                Ok(chat.send(Message::new("Hello").action(Action::new("poke", "Poke"))).await?)
            }
        })
        .on_message(answer)
        .on_stop(async |chat: Chat| chat.say("stopped").await)
        .on_chat_resume(move |_: Chat, _: Thread| {
            resumed.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        })
        .on_settings_update(async |chat: Chat, _: SettingValues| chat.say("set").await)
        .on_action("poke", async |chat: Chat, pressed: Pressed| {
            chat.update(pressed.message.without_actions()).await?;
            chat.say(format!("poked {}", pressed.button.payload)).await
        })
        .on_feedback(async |chat: Chat, rated: Rated| match rated.feedback {
            Some(Feedback { rating: Rating::Down, .. }) => chat.say("sorry").await,
            _ => Ok(()),
        })
        .on_chat_end(move |chat: Chat| {
            ended.fetch_add(1, Ordering::SeqCst);
            async move {
                chat.session().update(ENDED, |n| n + 1)?;
                Ok(())
            }
        });
    App::new().profile(profile)
}
