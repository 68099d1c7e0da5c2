//! Asking in words, with buttons and with a form, in the middle of a handler.
//!
//! `cargo run --example asks`

use std::process::ExitCode;
use std::time::Duration;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Reservations").identifier("app.confidant.example.asks").profile(
        ChatProfile::new("tables").describe("Reserves a table for you.").on_message(reserve),
    )
}

async fn reserve(chat: Chat, _: Message) -> Result {
    // Words. The answer comes trimmed and is never empty.
    let name = AskUser::new("For whom?").placeholder("Your name").single_line().max_length(80);
    let Some(name) = chat.ask(name.within(Duration::from_secs(120))).await? else {
        return chat.say("Another time, then.").await;
    };

    // One of several buttons. What comes back is the name of the one that was pressed.
    let place = AskAction::new(format!("Where would you like to sit, {name}?"))
        .option("inside", "Inside")
        .action(
            &Action::new("terrace", "On the terrace")
                .icon("sparkles")
                .tooltip("Weather permitting"),
        );
    let Some(place) = chat.ask(place).await? else {
        return chat.say("Another time, then.").await;
    };

    // Several values at once. Fields are made like chat settings, and checked like them: what does
    // not fit is refused and the form stays open.
    let form = AskForm::new("The rest, please:")
        .field(
            Setting::number("guests", "Guests", Some(2.0)).between(1.0, 8.0).step(1.0).required(),
        )
        .field(Setting::date("day", "Day", None).required())
        .field(Setting::text("wishes", "Wishes", "", 200).multiline())
        .submit("Reserve");
    let Some(values) = chat.ask(form).await? else {
        return chat.say("Another time, then.").await;
    };
    let (guests, day) = (&values["guests"], values["day"].as_str().unwrap_or_default());
    chat.say(format!("A table for {guests} on {day}, {place}, for {name}.")).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn three_questions_make_a_reservation() -> Result {
        let test = app().test();
        let mut chat = test.open("tables").await?;
        chat.send("A table, please").await?;
        chat.answer("  Mira ").await?;
        assert_eq!(chat.replies()[1], "Where would you like to sit, Mira?");
        chat.choose("terrace").await?;
        chat.fill(json!({ "guests": 4, "day": "2026-05-01" })).await?;
        let reply = chat.replies().pop().unwrap();
        assert_eq!(reply, "A table for 4 on 2026-05-01, terrace, for Mira.");
        Ok(())
    }

    #[tokio::test]
    async fn answers_that_do_not_fit_are_refused_and_can_be_given_again() -> Result {
        let test = app().test();
        let mut chat = test.open("tables").await?;
        chat.send("A table, please").await?;
        assert!(chat.answer("   ").await.is_err(), "blank is no answer");
        assert!(chat.answer("two\nlines").await.is_err(), "one line was asked for");
        assert!(chat.answer(&"x".repeat(81)).await.is_err(), "80 characters at most");
        chat.answer("Mira").await?;
        assert!(chat.choose("cellar").await.is_err(), "there is no such button");
        chat.choose("inside").await?;
        for bad in [
            json!({}),
            json!({ "day": "2026-05-01", "guests": 9 }),
            json!({ "day": "2026-05-01", "guests": 1.5 }),
            json!({ "day": "tomorrow", "guests": 2 }),
        ] {
            assert!(chat.fill(bad.clone()).await.is_err(), "{bad} does not fit");
        }
        chat.fill(json!({ "day": "2026-05-01" })).await?;
        let reply = chat.replies().pop().unwrap();
        assert_eq!(reply, "A table for 2.0 on 2026-05-01, inside, for Mira.");
        Ok(())
    }

    #[tokio::test]
    async fn silence_and_refusal_both_give_none() -> Result {
        let test = app().test();
        let mut chat = test.open("tables").await?;
        chat.send("A table, please").await?;
        test.advance(Duration::from_secs(121));
        chat.rest().await?;
        assert_eq!(chat.replies()[1], "Another time, then.");
        chat.send("A table, please").await?;
        chat.answer("Mira").await?;
        chat.decline().await?;
        assert_eq!(chat.replies().last().unwrap(), "Another time, then.");
        Ok(())
    }
}
