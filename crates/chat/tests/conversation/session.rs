//! What a conversation remembers, when that is kept, and the hooks around it.

use std::sync::{Arc, Mutex};

use confidant_chat::port::history::History;
use confidant_chat::prelude::*;
use serde_json::json;
use tokio::sync::mpsc;

use crate::support::{echo, sign_in, sign_in_over};

const MOOD: SessionKey<String> = SessionKey::new("mood", || "calm".into());

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn count(&self, what: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|noted| *noted == what).count()
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A profile that notes every hook; messages say what else it does.
fn noting(log: &Log) -> ChatProfile {
    let (start, message, stop) = (log.clone(), log.clone(), log.clone());
    let (resume, end, settings) = (log.clone(), log.clone(), log.clone());
    ChatProfile::new("noting")
        .setting(Setting::switch("loud", "Loud", false))
        .on_chat_start(move |_: Chat| {
            start.note("start");
            async { Ok(()) }
        })
        .on_message(move |chat: Chat, said: Message| {
            message.note(said.text());
            async move {
                match said.text() {
                    "ask" => drop(chat.ask(AskUser::new("Well?")).await?),
                    "hang" => {
                        chat.say("hanging").await?;
                        std::future::pending::<()>().await;
                    }
                    mood => {
                        chat.session().set(MOOD, &mood.into())?;
                        chat.say("noted").await?;
                    }
                }
                Ok(())
            }
        })
        .on_stop(move |_: Chat| {
            stop.note("stop");
            async { Ok(()) }
        })
        .on_chat_resume(move |chat: Chat, thread: Thread| {
            let (mood, loud) = (chat.session().get(MOOD), chat.session().settings());
            resume.note(format!("resume {} {} {}", thread.name, mood.unwrap(), loud["loud"]));
            async { Ok(()) }
        })
        .on_settings_update(move |_: Chat, values: SettingValues| {
            settings.note(format!("settings {}", values["loud"]));
            async { Ok(()) }
        })
        .on_chat_end(move |_: Chat| {
            end.note("end");
            async { Ok(()) }
        })
}

fn loud() -> SettingValues {
    SettingValues::from_iter([("loud".to_owned(), json!(true))])
}

#[tokio::test]
async fn what_a_handler_remembers_is_kept_while_it_still_runs() {
    let (at_work, mut works) = mpsc::channel(1);
    let profile = ChatProfile::new("slow").on_message(move |chat: Chat, _: Message| {
        let at_work = at_work.clone();
        async move {
            chat.session().set(MOOD, &"busy".into())?;
            at_work.send(()).await?;
            std::future::pending().await
        }
    });
    let app = App::new().profile(profile);
    let desk = sign_in(app.clone());
    let (thread, _view) = desk.open("slow").await;
    desk.say(thread, "go").await;
    works.recv().await.unwrap();
    let kept = async {
        while !desk.history.thread(thread).await.unwrap().session.contains_key("mood") {
            tokio::task::yield_now().await;
        }
    };
    let within = std::time::Duration::from_secs(10);
    tokio::time::timeout(within, kept).await.expect("it is written though the turn goes on");
    // The process dies here, without any end.
    let again = sign_in_over(app, Arc::clone(&desk.history));
    again.resume(thread).await;
    let mood = again.person.session_value(thread, "mood").await.unwrap();
    assert_eq!(mood, Some(json!("busy")));
}

#[tokio::test]
async fn every_hook_runs_in_its_order_and_the_session_is_back_before_a_thread_resumes() -> Result {
    let log = Log::default();
    let test = App::new().profile(noting(&log)).test();
    let mut chat = test.open("noting").await?;
    chat.send("merry").await?;
    chat.set(loud()).await?;
    chat.send("ask").await?;
    chat.stop().await?;
    let thread = chat.thread();
    let test = test.sign_in_again().await;
    test.resume(thread).await?.leave().await;
    let all =
        ["start", "merry", "settings true", "ask", "stop", "end", "resume merry merry true", "end"];
    assert_eq!(log.take(), all);
    Ok(())
}

#[tokio::test]
async fn whatever_way_a_person_leaves_the_conversation_ends_once() -> Result {
    for way in ["leave", "leave twice", "sign out", "delete", "leave and sign out"] {
        for doing in ["nothing", "ask", "hang"] {
            let log = Log::default();
            let test = App::new().profile(noting(&log)).test();
            let mut chat = test.open("noting").await?;
            chat.send("merry").await?;
            if doing != "nothing" {
                chat.say(doing).await?;
                // Not at rest, but at work: the handler has said or asked something.
                while chat.steps().len() < 4 {
                    chat.next().await?;
                }
            }
            let (person, thread) = (Arc::clone(test.person()), chat.thread());
            match way {
                // A turn under way goes on to its end, and this one has none.
                "leave" | "leave twice" if doing == "hang" => continue,
                "leave" => {
                    test.advance(std::time::Duration::from_secs(60));
                    drop(chat.leave().await);
                }
                "leave twice" => {
                    person.leave(thread).await;
                    test.advance(std::time::Duration::from_secs(60));
                    drop(chat.leave().await);
                }
                "delete" => person.delete(thread).await?,
                "leave and sign out" => {
                    person.leave(thread).await;
                    person.end_all().await;
                }
                _ => person.end_all().await,
            }
            assert_eq!(log.count("end"), 1, "{way} while doing {doing}");
            person.end_all().await;
            assert_eq!(log.count("end"), 1, "{way} while doing {doing}, and signing out later");
        }
    }
    Ok(())
}

#[tokio::test]
async fn coming_back_while_a_conversation_ends_waits_for_its_end() -> Result {
    let (ending, mut ends) = mpsc::channel(1);
    let profile = echo().on_chat_end(move |chat: Chat| {
        let ending = ending.clone();
        async move {
            chat.session().set(MOOD, &"parting".into())?;
            ending.send(()).await?;
            chat.say("Goodbye").await
        }
    });
    let log = Log::default();
    let resumed = log.clone();
    let profile = profile.on_chat_resume(move |chat: Chat, _: Thread| {
        resumed.note(chat.session().get(MOOD).unwrap());
        async { Ok(()) }
    });
    let test = App::new().profile(profile).test();
    let mut chat = test.open("echo").await?;
    chat.send("hi").await?;
    let thread = chat.thread();
    test.person().leave(thread).await;
    ends.recv().await.unwrap();
    let chat = test.resume(thread).await?;
    assert_eq!(chat.replies(), ["You said: hi", "Goodbye"], "what the end said is there");
    assert_eq!(log.take(), ["parting"], "and what it remembered");
    Ok(())
}

#[tokio::test]
async fn coming_back_in_time_ends_nothing() -> Result {
    let log = Log::default();
    let test = App::new().profile(noting(&log)).test();
    let mut chat = test.open("noting").await?;
    chat.send("ask").await?;
    let thread = chat.thread();
    for _ in 0..3 {
        test.person().leave(thread).await;
        chat = test.resume(thread).await?;
    }
    chat.answer("fine").await?;
    chat.send("merry").await?;
    assert_eq!(log.take(), ["start", "ask", "merry"], "it is the same opening all the while");
    test.person().end_all().await;
    assert_eq!(log.take(), ["end"]);
    Ok(())
}

#[tokio::test]
async fn hooks_of_a_profile_win_over_those_of_the_app() -> Result {
    let own = ChatProfile::new("own")
        .on_message(async |chat: Chat, _: Message| chat.say("own message").await)
        .on_action("a", async |chat: Chat, _: Pressed| chat.say("own a").await);
    let app = App::new()
        .on_chat_start(async |chat: Chat| {
            let both = Message::new("welcome").action(Action::new("a", "A"));
            Ok(chat.send(both.action(Action::new("b", "B"))).await?)
        })
        .on_message(async |chat: Chat, _: Message| chat.say("default message").await)
        .on_action("a", async |chat: Chat, _: Pressed| chat.say("default a").await)
        .on_action("b", async |chat: Chat, _: Pressed| chat.say("default b").await)
        .profile(own)
        .profile(ChatProfile::new("plain"));
    let test = app.test();
    for (profile, said) in [
        ("own", ["welcome", "own message", "own a", "default b"]),
        ("plain", ["welcome", "default message", "default a", "default b"]),
    ] {
        let mut chat = test.open(profile).await?;
        let welcome = chat.steps()[0].id;
        chat.send("hi").await?;
        chat.press(welcome, "a").await?;
        chat.press(welcome, "b").await?;
        assert_eq!(chat.replies(), said);
    }
    Ok(())
}
