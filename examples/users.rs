//! Users: who somebody is, what the app keeps about them, and what is there next time.
//!
//! People make their accounts themselves, at the sign-in screen. Here is what an app does with
//! them.
//!
//! `cargo run --example users`

use std::process::ExitCode;

use confidant::prelude::*;
use serde_json::{Value, json};

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new()
        .name("Users")
        .identifier("app.confidant.example.users")
        .on_sign_in(count_visit)
        .profile(
            ChatProfile::new("about-you")
                .describe("Tells what the app knows of you: try *who am I?* or *theme dark*.")
                .starter(Starter::new("Who am I?", "who am I?"))
                .on_message(answer),
        )
}

/// Runs at each sign-in, before anybody talks.
async fn count_visit(person: Person) -> Result {
    person
        .update_user(|user| {
            let visits = user.metadata.get("visits").and_then(Value::as_u64).unwrap_or(0);
            user.metadata.insert("visits".into(), json!(visits + 1));
        })
        .await?;
    Ok(())
}

async fn answer(chat: Chat, message: Message) -> Result {
    if let Some(theme) = message.text().strip_prefix("theme ") {
        // This is written into the account: the next conversation and the next sign-in see it.
        chat.update_user(|user| {
            user.metadata.insert("preferences".into(), json!({ "theme": theme }));
        })
        .await?;
    }
    // `PersistedUser` is a `User` with an id and a time of creation, neither of which ever changes.
    let user = chat.user();
    chat.say(format!(
        "{} ({})\n- role: {}\n- theme: {}\n- visits: {}\n- account {} since {}",
        user.name(),
        user.identifier,
        user.role().unwrap_or("none"),
        user.metadata.get("preferences").map_or(&json!("none"), |it| &it["theme"]),
        user.metadata.get("visits").unwrap_or(&json!(0)),
        user.id,
        user.created_at,
    ))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Code describes somebody like this where it needs to: in tests, mostly. The identifier is
    /// trimmed and folded to small letters, so that one person has one account; a name that cannot
    /// be one is an error.
    fn mira() -> Result<User> {
        let mut user =
            User::new("  Mira@Example.org ")?.with_display_name("Mira Berg")?.with_role("admin");
        // Metadata is any JSON. `role` is the one key with a meaning of its own.
        user.metadata.insert("preferences".into(), json!({ "theme": "dark" }));
        user.metadata.insert("last_visit".into(), json!("2026-03-01"));
        Ok(user)
    }

    #[test]
    fn a_user_is_described_and_read() -> Result {
        let user = mira()?;
        assert_eq!(user.identifier, "mira@example.org");
        assert_eq!(user.name(), "Mira Berg");
        assert_eq!(user.role(), Some("admin"));
        assert_eq!(user.metadata["preferences"]["theme"], "dark");
        let plain = User::new("ben")?;
        assert_eq!((plain.display_name.as_deref(), plain.metadata.len()), (None, 0));
        assert!(User::new("   ").is_err(), "an identifier is never empty");
        Ok(())
    }

    #[test]
    fn a_persisted_user_has_an_id_and_a_time_and_reads_back_from_json() -> Result {
        let stored = json!({
            "id": "0198c0de-0000-7000-8000-000000000001",
            "createdAt": "2026-01-01T08:00:00Z",
            "identifier": "ben@example.org",
            "displayName": "Ben Kaya",
            "metadata": { "team": "engineering" },
        });
        let ben: PersistedUser = serde_json::from_value(stored.clone())?;
        assert_eq!(ben.id.to_string(), "0198c0de-0000-7000-8000-000000000001");
        assert_eq!(ben.created_at.to_string(), "2026-01-01T08:00:00Z");
        assert_eq!(ben.name(), "Ben Kaya", "what a User knows is asked of it directly");
        assert_eq!(ben.metadata["team"], "engineering");
        assert_eq!(serde_json::to_value(&ben)?, stored);
        Ok(())
    }

    #[tokio::test]
    async fn a_handler_sees_who_talks() -> Result {
        let test = app().test().as_user(mira()?);
        let mut chat = test.open("about-you").await?;
        chat.send("who am I?").await?;
        let reply = chat.replies().remove(0);
        assert!(reply.starts_with("Mira Berg (mira@example.org)\n- role: admin"), "got {reply}");
        Ok(())
    }

    #[tokio::test]
    async fn what_is_kept_is_there_next_time_and_the_account_is_the_same() -> Result {
        let test = app().test();
        let before = test.person().user();
        let mut chat = test.open("about-you").await?;
        chat.send("theme sepia").await?;
        let test = test.sign_in_again().await;
        let mut chat = test.open("about-you").await?;
        chat.send("who am I?").await?;
        let reply = chat.replies().remove(0);
        assert!(reply.contains("theme: \"sepia\""), "got {reply}");
        assert!(reply.contains("visits: 1"), "the sign-in was counted, got {reply}");
        let after = test.person().user();
        assert_eq!((after.id, after.created_at), (before.id, before.created_at));
        Ok(())
    }
}
