//! Profiles: several partners to talk to, each for the people it is meant for.
//!
//! `cargo run --example profiles`

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new()
        .name("Profiles")
        .identifier("app.confidant.example.profiles")
        // Asked anew for each person, whenever profiles are listed, opened or spoken to.
        .profiles_for(profiles)
        // Hooks on the app are those of every profile that has none of its own.
        .on_chat_start(greet)
        .on_message(answer)
}

fn profiles(user: &PersistedUser) -> Vec<ChatProfile> {
    let mut profiles = vec![
        ChatProfile::new("helper")
            .display_name("Helper")
            .describe("For **questions and tasks** of every kind")
            .icon("message-circle")
            .default()
            .starter(Starter::new("Ask something", "I have a question.").icon("help-circle"))
            .starter(Starter::new("Write code", "Help me with a program.").icon("code")),
        ChatProfile::new("figures")
            .display_name("Figures")
            .describe("Looks at **your data**")
            .icon("bar-chart-3")
            .starter(Starter::new("Look at data", "Have a look at my data").icon("trending-up"))
            .starter(Starter::new("Draw a chart", "Upload and draw").icon("pie-chart")),
    ];
    if user.is_admin() {
        profiles.push(
            ChatProfile::new("operator")
                .display_name("Operator")
                .describe("Runs this installation")
                .icon("settings")
                .starter(Starter::new("State of things", "/status").icon("activity")),
        );
    }
    profiles
}

async fn greet(chat: Chat) -> Result {
    chat.say(match chat.profile() {
        "helper" => "Hello! What can I do for you?",
        "figures" => "Hello! Give me a file, or ask about one.",
        "operator" => "Ready. What is to be done?",
        _ => "Hello!",
    })
    .await
}

async fn answer(chat: Chat, message: Message) -> Result {
    let text = message.text().to_lowercase();
    match chat.profile() {
        "figures" if text.contains("upload") || text.contains("data") => {
            let ask = AskFile::new("Which file is it?").accept([
                "text/csv",
                "application/json",
                "text/plain",
            ]);
            // `None`: nobody answered in time, or they would rather not.
            if let Some(files) = chat.ask(ask).await? {
                chat.say(format!("Looking at {} …", files[0].name)).await?;
            }
        }
        "operator" if text.starts_with("/status") => {
            let people = chat.people().await?.len();
            chat.say(format!("All is well. Accounts: {people}")).await?;
        }
        _ => {}
    }
    chat.say(format!("[{}] You said: {}", chat.profile(), message.text())).await
}

#[cfg(test)]
mod tests {
    use confidant::prelude::User;

    use super::*;

    #[test]
    fn everybody_sees_two_profiles_and_admins_a_third() -> Result {
        let names = |test: confidant::chat::testing::TestApp| -> Vec<String> {
            test.person().profiles().into_iter().map(|card| card.name).collect()
        };
        assert_eq!(names(app().test()), ["helper", "figures", "operator"], "the tester is admin");
        let member = User::new("ben")?.with_role("member");
        assert_eq!(names(app().test().as_user(member)), ["helper", "figures"]);
        assert_eq!(names(app().test().as_user(User::new("eva")?)), ["helper", "figures"]);
        Ok(())
    }

    #[test]
    fn a_profile_says_what_it_is_and_brings_starters() {
        let cards = app().test().person().profiles();
        let figures = &cards[1];
        assert_eq!(figures.display_name, "Figures");
        assert_eq!(figures.markdown_description, "Looks at **your data**");
        assert_eq!(figures.icon.as_deref(), Some("bar-chart-3"));
        let starter = &figures.starters[0];
        assert_eq!((starter.label.as_str(), starter.command.as_deref()), ("Look at data", None));
        assert_eq!(starter.message, "Have a look at my data");
        assert_eq!(starter.icon.as_deref(), Some("trending-up"));
        let default: Vec<_> = cards.iter().filter(|card| card.default).collect();
        assert_eq!(default.len(), 1, "one profile is chosen at first");
        assert_eq!(default[0].name, "helper");
    }

    #[tokio::test]
    async fn each_profile_greets_in_its_own_way() -> Result {
        let test = app().test();
        for (profile, greeting) in [
            ("helper", "Hello! What can I do for you?"),
            ("figures", "Hello! Give me a file, or ask about one."),
            ("operator", "Ready. What is to be done?"),
        ] {
            assert_eq!(test.open(profile).await?.replies(), [greeting]);
        }
        assert!(
            test.open("unknown").await.is_err(),
            "a profile that is not there cannot be opened"
        );
        Ok(())
    }

    #[tokio::test]
    async fn figures_asks_for_a_file() -> Result {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("sales.csv");
        std::fs::write(&file, "a,b\n1,2\n")?;
        let test = app().test();
        let mut chat = test.open("figures").await?;
        chat.send("Upload please").await?;
        assert!(chat.view().question().is_some(), "it waits for the file");
        chat.give_files([file]).await?;
        let replies = chat.replies();
        assert_eq!(replies[2..], ["Looking at sales.csv …", "[figures] You said: Upload please"]);
        chat.send("more data").await?;
        chat.decline().await?;
        assert_eq!(chat.replies().pop().unwrap(), "[figures] You said: more data");
        Ok(())
    }

    #[tokio::test]
    async fn the_operator_knows_the_status_and_everything_else_is_repeated() -> Result {
        let test = app().test();
        let mut chat = test.open("operator").await?;
        chat.send("/status").await?;
        assert_eq!(chat.replies()[1], "All is well. Accounts: 1");
        let mut chat = test.open("helper").await?;
        chat.send("/status").await?;
        assert_eq!(chat.replies()[1], "[helper] You said: /status");
        Ok(())
    }

    #[tokio::test]
    async fn who_loses_the_role_can_no_longer_talk_to_the_operator() -> Result {
        let test = app().test();
        test.directory().add(User::new("root")?.with_role("admin"));
        let mut chat = test.open("operator").await?;
        test.person().update_user(|user| *user = user.clone().with_role("member")).await?;
        assert!(chat.send("/status").await.is_err(), "asked again at every message");
        Ok(())
    }
}
