//! The shortest app: one profile that says what it hears.
//!
//! `cargo run --example echo`

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

/// The app is made apart from `main`, so that the tests below talk to the very same one.
fn app() -> App {
    App::new()
        .name("Echo")
        // Examples have identifiers of their own, so that trying one leaves your accounts alone.
        .identifier("app.confidant.example.echo")
        .profile(ChatProfile::new("echo").describe("Says what it hears.").on_message(answer))
}

async fn answer(chat: Chat, message: Message) -> Result {
    chat.say(format!("You said: {}", message.text())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_says_what_it_hears() -> Result {
        let test = app().test();
        let mut chat = test.open("echo").await?;
        chat.send("Hello").await?;
        assert_eq!(chat.replies(), ["You said: Hello"]);
        Ok(())
    }
}
