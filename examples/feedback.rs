//! Feedback: what people think of replies, kept with them, and told to your code.
//!
//! `cargo run --example feedback`

use std::process::ExitCode;

use confidant::prelude::*;

/// How many thumbs went up in this conversation.
const LIKED: SessionKey<u32> = SessionKey::new("liked", || 0);

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Feedback").identifier("app.confidant.example.feedback").profile(
        ChatProfile::new("jokes")
            .describe("Tells jokes and wants to know how they were.")
            .on_message(tell)
            .on_feedback(rated),
    )
}

async fn tell(chat: Chat, _: Message) -> Result {
    let liked = chat.session().get(LIKED)?;
    chat.say(format!(
        "Why did the crab cross the road? It did not, it used the sidewalk. ({liked})"
    ))
    .await
}

/// The judgement is kept by now. `None` says that it was taken back.
async fn rated(chat: Chat, rated: Rated) -> Result {
    let thanks = match rated.feedback {
        Some(Feedback { rating: Rating::Up, .. }) => {
            chat.session().update(LIKED, |n| n + 1)?;
            Toast::success("Thank you!")
        }
        Some(Feedback { rating: Rating::Down, comment: Some(why) }) => {
            Toast::info(format!("Noted: {why}"))
        }
        Some(Feedback { rating: Rating::Down, comment: None }) => {
            Toast::info("What was wrong with it?")
        }
        None => Toast::info("Taken back."),
    };
    chat.toast(thanks).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn feedback_is_kept_and_the_hook_hears_of_it() -> Result {
        let test = app().test();
        let mut chat = test.open("jokes").await?;
        chat.send("One joke, please").await?;
        let joke = chat.last(StepKind::Assistant).unwrap().id;
        let up = Feedback { rating: Rating::Up, comment: None };
        let down = Feedback { rating: Rating::Down, comment: Some("Old".into()) };
        chat.rate(joke, Some(up.clone())).await?;
        assert_eq!(chat.last(StepKind::Assistant).unwrap().feedback, Some(up));
        chat.rate(joke, Some(down.clone())).await?;
        let said: Vec<_> = chat.view().toasts().iter().map(|toast| toast.text.as_str()).collect();
        assert_eq!(said, ["Thank you!", "Noted: Old"]);

        let thread = chat.thread();
        let test = test.sign_in_again().await;
        let mut chat = test.resume(thread).await?;
        assert_eq!(chat.last(StepKind::Assistant).unwrap().feedback, Some(down), "it comes back");
        chat.rate(joke, None).await?;
        assert_eq!(chat.last(StepKind::Assistant).unwrap().feedback, None);
        chat.send("Another").await?;
        assert!(chat.replies().pop().unwrap().ends_with("(1)"), "the hook counted it");
        Ok(())
    }

    #[tokio::test]
    async fn only_replies_are_judged() -> Result {
        let test = app().test();
        let mut chat = test.open("jokes").await?;
        chat.send("One joke, please").await?;
        let own = chat.last(StepKind::User).unwrap().id;
        let up = Feedback { rating: Rating::Up, comment: None };
        assert!(chat.rate(own, Some(up)).await.is_err(), "nobody judges their own message");
        Ok(())
    }
}
