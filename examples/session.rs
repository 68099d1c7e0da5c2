//! Sessions: what one conversation remembers besides its messages.
//!
//! `cargo run --example session`

use std::process::ExitCode;

use confidant::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Any type that serde reads and writes can be a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Preferences {
    language: String,
    notifications: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { language: "en".into(), notifications: true }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Said {
    at: String,
    text: String,
}

// A key is declared once: its name, its type by way of its default, and, where one is wanted, a
// transform that every reading passes through. What is stored stays as it was set.
const PREFERENCES: SessionKey<Preferences> =
    SessionKey::new("preferences", <Preferences as Default>::default);
const SAID: SessionKey<Vec<Said>> = SessionKey::new("said", Vec::new);
const TOPIC: SessionKey<Option<String>> = SessionKey::new("topic", || None);
const SCORE: SessionKey<u32> = SessionKey::new("score", || 0);
const LEVEL: SessionKey<String> =
    SessionKey::new("level", || "Beginner".into()).read_as(|level| level.to_lowercase());

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Session").identifier("app.confidant.example.session").profile(
        ChatProfile::new("quiz")
            .describe("Counts what you say. Try *topic music*, *level EXPERT* or *session*.")
            .setting(Setting::switch("brief", "Short replies", false))
            .on_chat_start(start)
            .on_message(answer)
            .on_settings_update(settings_changed)
            .on_chat_resume(resume)
            .on_chat_end(end),
    )
}

async fn start(chat: Chat) -> Result {
    let session = chat.session();
    session.set(PREFERENCES, &preferences_of(&chat.user()))?;
    session.set(SAID, &Vec::new())?;
    session.set(TOPIC, &None)?;
    // There is no conversation without a sign-in, so there always is a user.
    chat.say(format!("Good to see you, {}!", session.user().name())).await
}

/// What a person likes, as their account has it from earlier conversations.
fn preferences_of(user: &User) -> Preferences {
    let kept = user.metadata.get("preferences").cloned();
    kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default()
}

async fn answer(chat: Chat, message: Message) -> Result {
    let session = chat.session();
    let at = chat.steps().await?.last().map(|step| step.created_at.to_string());
    let said = Said { at: at.unwrap_or_default(), text: message.text().into() };
    // `update` reads, changes and writes in one step.
    let said = session.update(SAID, |mut all| {
        all.push(said.clone());
        all
    })?;
    // A name without a type works too: values are JSON.
    session.set_value("last_said", json!(said.last()))?;
    let score = session.update(SCORE, |score| score + 1)?;

    match message.text().split_once(' ') {
        Some(("topic", topic)) => session.set(TOPIC, &Some(topic.into()))?,
        Some(("level", level)) => session.set(LEVEL, &level.into())?,
        _ if message.text() == "reset" => session.reset(SCORE)?,
        _ if message.text() == "session" => return chat.say(built_in(&chat)).await,
        _ => {}
    }
    let Preferences { language, .. } = session.get(PREFERENCES)?;
    let topic = session.get(TOPIC)?.unwrap_or_else(|| "anything".into());
    let level = session.get(LEVEL)?;
    if session.settings()["brief"] == json!(true) {
        return chat.say(format!("{score}")).await;
    }
    chat.say(format!("[{language}] Message {score} about {topic}, for a {level}")).await
}

/// What every session has. These names cannot be set; `chat_settings` can, which applies settings.
fn built_in(chat: &Chat) -> String {
    let session = chat.session();
    let mut lines = Vec::new();
    for key in ["id", "user", "chat_profile", "client_type", "chat_settings", "nothing"] {
        lines.push(format!("- {key}: {}", session.value(key).unwrap_or_default()));
    }
    lines.join("\n")
}

async fn settings_changed(chat: Chat, values: SettingValues) -> Result {
    // They are in effect already: the session says the same as what came in.
    let brief = &chat.session().settings()["brief"];
    chat.say(format!("Short replies: {brief}, of {} settings", values.len())).await
}

/// Session and settings are back already; here is the place for what else belongs to coming back.
async fn resume(chat: Chat, thread: Thread) -> Result {
    chat.session().set_value("thread_id", json!(thread.id))?;
    chat.session().set(PREFERENCES, &preferences_of(&chat.user()))?;
    chat.say(format!("Back in \"{}\", {}", thread.name, chat.user().name())).await
}

/// Runs once when the person leaves. What belongs to the person goes into the account, where the
/// next conversation finds it.
async fn end(chat: Chat) -> Result {
    let (score, topic) = (chat.session().get(SCORE)?, chat.session().get(TOPIC)?);
    chat.update_user(|user| {
        user.metadata.insert("last_score".into(), json!(score));
        user.metadata.insert("last_topic".into(), json!(topic));
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_session_begins_with_what_on_chat_start_set() -> Result {
        let test = app().test();
        let chat = test.open("quiz").await?;
        assert_eq!(chat.replies(), ["Good to see you, Tester!"]);
        let kept = test.person().session_value(chat.thread(), "preferences").await?;
        assert_eq!(kept, Some(json!({ "language": "en", "notifications": true })));
        let keys = test.person().session_keys(chat.thread()).await?;
        assert_eq!(keys, ["preferences", "said", "topic"]);
        Ok(())
    }

    #[tokio::test]
    async fn keys_have_defaults_transforms_and_resets() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.send("hello").await?;
        assert_eq!(chat.replies()[1], "[en] Message 1 about anything, for a beginner");
        chat.send("level EXPERT").await?;
        assert_eq!(chat.replies()[2], "[en] Message 2 about anything, for a expert");
        let level = test.person().session_value(chat.thread(), "level").await?;
        assert_eq!(level, Some(json!("EXPERT")), "stored as it was set");
        chat.send("reset").await?;
        chat.send("topic music").await?;
        assert_eq!(chat.replies()[4], "[en] Message 1 about music, for a expert");
        Ok(())
    }

    #[tokio::test]
    async fn messages_are_collected_across_hooks() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.send("one").await?;
        chat.send("two").await?;
        let said = test.person().session_value(chat.thread(), "said").await?.unwrap();
        let said: Vec<Said> = serde_json::from_value(said)?;
        assert_eq!(said.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        assert!(said[0].at.ends_with('Z'), "times are UTC, got {}", said[0].at);
        let last = test.person().session_value(chat.thread(), "last_said").await?.unwrap();
        assert_eq!(last["text"], "two");
        Ok(())
    }

    #[tokio::test]
    async fn built_in_fields_are_there_and_cannot_be_set() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.send("session").await?;
        let reply = chat.replies().pop().unwrap();
        for line in [
            format!("- id: \"{}\"", chat.thread()),
            "- chat_profile: \"quiz\"".into(),
            "- client_type: \"desktop\"".into(),
            "- chat_settings: {\"brief\":false}".into(),
            "\"identifier\":\"tester\"".into(),
            "- nothing: null".into(),
        ] {
            assert!(reply.contains(&line), "{line} is missing in {reply}");
        }
        for key in ["id", "env", "user", "chat_profile", "client_type"] {
            let refused =
                test.person().set_session_value(chat.thread(), key.into(), json!(1)).await;
            assert_eq!(refused, Err(SessionError::ReservedKey { key: key.into() }));
        }
        Ok(())
    }

    #[tokio::test]
    async fn changed_settings_are_in_the_session_before_the_hook_runs() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.set(SettingValues::from_iter([("brief".to_owned(), json!(true))])).await?;
        assert_eq!(chat.replies()[1], "Short replies: true, of 1 settings");
        chat.send("hello").await?;
        assert_eq!(chat.replies()[2], "1");
        // Setting the built-in key does the same as the dialog.
        let settings = json!({ "brief": false });
        test.person().set_session_value(chat.thread(), "chat_settings".into(), settings).await?;
        chat.send("hello").await?;
        assert!(chat.replies()[3].starts_with("[en]"), "replies are long again");
        Ok(())
    }

    #[tokio::test]
    async fn a_resumed_conversation_has_its_session_and_what_it_says_stays() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.send("topic music").await?;
        let thread = chat.thread();
        test.person()
            .update_user(|user| {
                user.metadata.insert(
                    "preferences".into(),
                    json!({ "language": "de", "notifications": false }),
                );
            })
            .await?;
        let test = test.sign_in_again().await;
        let mut chat = test.resume(thread).await?;
        assert_eq!(chat.replies().last().unwrap(), "Back in \"topic music\", Tester");
        let kept = test.person().session_value(thread, "thread_id").await?;
        assert_eq!(kept, Some(json!(thread)));
        chat.send("more").await?;
        let reply = chat.replies().pop().unwrap();
        assert_eq!(reply, "[de] Message 2 about music, for a beginner", "all of it came back");
        Ok(())
    }

    #[tokio::test]
    async fn leaving_writes_into_the_account() -> Result {
        let test = app().test();
        let mut chat = test.open("quiz").await?;
        chat.send("topic music").await?;
        chat.leave().await;
        let user = test.person().user();
        assert_eq!(user.metadata["last_score"], 1);
        assert_eq!(user.metadata["last_topic"], "music");
        Ok(())
    }
}
