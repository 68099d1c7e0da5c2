//! An app with a name, an icon, a place for its data and keys of its own.
//!
//! `cargo run --example own_app`

use std::path::PathBuf;
use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new()
        // What the window and the dialogs call it.
        .name("Weather Desk")
        // What tells it apart from every other app: its accounts in the keyring, its data and its
        // one running process. Choose it once; changing it leaves everybody's accounts behind.
        .identifier("com.example.weather-desk")
        // A PNG file, as its bytes.
        .icon(include_bytes!("../icons/128x128.png"))
        // Only where the system's own place for data will not do, as here: beside the program.
        .data_dir(beside_the_program())
        // Each person enters these in settings. They are kept in the keyring and nowhere else.
        .user_env(["WEATHER_API_KEY"])
        .profile(ChatProfile::new("weather").display_name("Weather").on_message(answer))
        .on_chat_start(greet)
}

fn beside_the_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.with_file_name("weather-desk-data")
}

async fn greet(chat: Chat) -> Result {
    chat.say("Which city?").await
}

async fn answer(chat: Chat, message: Message) -> Result {
    let Some(key) = chat.session().env("WEATHER_API_KEY") else {
        return chat.say("Enter your key under *Keys and variables* in settings first.").await;
    };
    // Never show a key: what is said stays in the thread.
    chat.say(format!("Asking about {} with a key of {} letters.", message.text(), key.len())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_apart_from_other_apps() {
        let app = app();
        let identity = app.identity();
        assert_eq!(identity.name(), Some("Weather Desk"));
        assert_eq!(identity.identifier(), Some("com.example.weather-desk"));
        assert!(identity.icon().unwrap().starts_with(b"\x89PNG"), "the icon is a PNG file");
        assert!(identity.data_dir().unwrap().ends_with("weather-desk-data"));
        assert_eq!(app.env_names(), ["WEATHER_API_KEY"]);
    }

    #[tokio::test]
    async fn handlers_read_what_the_person_entered() -> Result {
        let test = app().test();
        let mut chat = test.open("weather").await?;
        chat.send("Oslo").await?;
        assert!(chat.replies()[1].contains("Keys and variables"), "no key was entered yet");
        test.set_env([("WEATHER_API_KEY", "secret")]);
        chat.send("Oslo").await?;
        assert_eq!(chat.replies()[2], "Asking about Oslo with a key of 6 letters.");
        let shown = test.person().session_value(chat.thread(), "env").await?;
        assert_eq!(shown, None, "the window never sees them");
        Ok(())
    }
}
