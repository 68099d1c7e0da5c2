//! Commands: what a message can be sent with, by typing `/` or pressing a button.
//!
//! `cargo run --example commands`

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Commands").identifier("app.confidant.example.commands").profile(
        ChatProfile::new("letters")
            .describe("Changes your text: type `/` to see how.")
            .command(Command::new("upper", "In capital letters").icon("trending-up").as_button())
            .command(Command::new("reverse", "From back to front"))
            // A starter can come with a command, too.
            .starter(Starter::new("Shout", "hello").command("upper").icon("trending-up"))
            .category(
                StarterCategory::new("Games")
                    .icon("sparkles")
                    .starter(Starter::new("Palindrome", "level").command("reverse")),
            )
            .on_message(answer),
    )
}

async fn answer(chat: Chat, message: Message) -> Result {
    let text = message.text();
    match message.command() {
        Some("upper") => chat.say(text.to_uppercase()).await,
        Some("reverse") => {
            // Which commands there are may change as the conversation goes on.
            chat.set_commands(vec![Command::new("again", "From back to front once more")]).await?;
            chat.say(text.chars().rev().collect::<String>()).await
        }
        Some(other) => chat.say(format!("/{other}? Let me think about that.")).await,
        None => chat.say("Send your text with a command: type `/`.").await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_handler_sees_the_command_that_a_message_came_with() -> Result {
        let test = app().test();
        let mut chat = test.open("letters").await?;
        chat.send_command("upper", "quiet").await?;
        chat.send("/upper is only text when it was not chosen").await?;
        assert_eq!(chat.replies(), ["QUIET", "Send your text with a command: type `/`."]);
        assert_eq!(chat.last(StepKind::User).unwrap().command, None);
        assert!(chat.send_command("lower", "LOUD").await.is_err(), "there is no such command");
        Ok(())
    }

    #[tokio::test]
    async fn commands_change_while_the_conversation_goes_on() -> Result {
        let test = app().test();
        let mut chat = test.open("letters").await?;
        let names = |chat: &confidant::chat::testing::TestChat| -> Vec<String> {
            chat.view().snapshot().commands.iter().map(|it| it.name.clone()).collect()
        };
        assert_eq!(names(&chat), ["upper", "reverse"]);
        chat.send_command("reverse", "stop").await?;
        assert_eq!(chat.replies(), ["pots"]);
        assert_eq!(names(&chat), ["again"]);
        Ok(())
    }

    #[test]
    fn starters_come_with_commands_and_in_categories() {
        let card = app().test().person().profiles().remove(0);
        assert_eq!(card.starters[0].command.as_deref(), Some("upper"));
        assert_eq!(card.categories[0].label, "Games");
        assert_eq!(card.categories[0].starters[0].command.as_deref(), Some("reverse"));
    }
}
