//! Chat settings: what a person can adjust in one conversation.
//!
//! `cargo run --example settings`

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    let tones = [("plain", "Plain"), ("warm", "Warm"), ("dry", "Dry")];
    App::new().name("Settings").identifier("app.confidant.example.settings").profile(
        ChatProfile::new("tunable")
            .describe("Tells how it is set. Open the chat settings at the top.")
            // Every widget that there is. A tab gathers the settings that name it.
            .setting(Setting::text("name", "Call me", "you", 40).placeholder("A name").required())
            .setting(Setting::text("notes", "Notes", "", 2_000).multiline())
            .setting(Setting::select("tone", "Tone", &tones, "plain").tab("Style"))
            .setting(
                Setting::radio("length", "Length", &[("s", "Short"), ("l", "Long")], "s")
                    .tab("Style"),
            )
            .setting(
                Setting::multiselect("topics", "Topics", &[("art", "Art"), ("law", "Law")], &[])
                    .tab("Style"),
            )
            .setting(Setting::switch("emoji", "Emoji", false).tab("Style"))
            .setting(
                Setting::checkbox("signed", "Sign replies", false)
                    .describe("With its name.")
                    .tab("Style"),
            )
            .setting(
                Setting::slider("temperature", "Temperature", (0.0, 2.0, 0.1), 0.7).tab("Model"),
            )
            .setting(Setting::number("seed", "Seed", None).between(0.0, 1e6).step(1.0).tab("Model"))
            .setting(Setting::tags("stop", "Stop words", &["END"]).tab("Model"))
            .setting(
                Setting::date("since", "Since", None)
                    .within("2000-01-01", "2099-12-31")
                    .tab("Period"),
            )
            .setting(
                Setting::date_range("away", "Away", Some(("2026-07-01", "2026-07-31")))
                    .tab("Period"),
            )
            .on_settings_update(changed)
            .on_message(answer),
    )
}

/// Runs after the person confirmed. The values are checked, kept and in effect already.
async fn changed(chat: Chat, values: SettingValues) -> Result {
    chat.toast(Toast::success(format!("{} settings are in effect", values.len()))).await?;
    Ok(())
}

async fn answer(chat: Chat, _: Message) -> Result {
    // Values by id, every setting among them.
    let settings = chat.session().settings();
    let name = settings["name"].as_str().unwrap_or_default();
    let temperature = settings["temperature"].as_f64().unwrap_or_default();
    let tone = settings["tone"].as_str().unwrap_or_default();
    chat.say(format!("Dear {name}, I am {tone} at {temperature}.")).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn one(id: &str, value: Value) -> SettingValues {
        SettingValues::from_iter([(id.to_owned(), value)])
    }

    #[tokio::test]
    async fn settings_have_values_at_first_and_keep_what_was_confirmed() -> Result {
        let test = app().test();
        let mut chat = test.open("tunable").await?;
        chat.send("How are you set?").await?;
        assert_eq!(chat.replies(), ["Dear you, I am plain at 0.7."]);
        chat.set(one("tone", json!("dry"))).await?;
        assert_eq!(chat.view().toasts()[0].text, "12 settings are in effect");
        let thread = chat.thread();
        let test = test.sign_in_again().await;
        let mut chat = test.resume(thread).await?;
        assert_eq!(chat.view().snapshot().values["tone"], "dry", "settings come back");
        chat.send("And now?").await?;
        assert_eq!(chat.replies().pop().unwrap(), "Dear you, I am dry at 0.7.");
        Ok(())
    }

    #[tokio::test]
    async fn what_does_not_fit_is_refused_and_changes_nothing() -> Result {
        let test = app().test();
        let mut chat = test.open("tunable").await?;
        let before = chat.view().snapshot().values.clone();
        for (id, value) in [
            ("name", json!("  ")),
            ("name", json!("x".repeat(41))),
            ("notes", json!(3)),
            ("tone", json!("loud")),
            ("length", json!("m")),
            ("topics", json!(["art", "art"])),
            ("emoji", json!("yes")),
            ("signed", json!(1)),
            ("temperature", json!(2.1)),
            ("seed", json!(0.5)),
            ("stop", json!(["two\nlines"])),
            ("since", json!("1999-12-31")),
            ("away", json!({ "start": "2026-08-01", "end": "2026-07-01" })),
            ("unknown", json!(true)),
        ] {
            let refused = chat.set(one(id, value.clone())).await;
            assert!(refused.is_err(), "{value} does not fit {id}");
        }
        chat.send("Well?").await?;
        assert_eq!(chat.view().snapshot().values, before);
        Ok(())
    }
}
