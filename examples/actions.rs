//! Actions: buttons under a message that call back. And two more ways to talk past the thread: a
//! notice for a moment, and a proposal to go on with somebody else.
//!
//! `cargo run --example actions`

use std::process::ExitCode;

use confidant::prelude::*;
use serde_json::json;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new()
        .name("Actions")
        .identifier("app.confidant.example.actions")
        .profile(
            ChatProfile::new("shop")
                .describe("Sells apples.")
                .on_message(offer)
                // One hook for each name; the message it stands under may be long gone from view.
                .on_action("buy", buy)
                .on_action("complain", complain),
        )
        .profile(
            ChatProfile::new("complaints")
                .describe("Listens.")
                .on_message(async |chat: Chat, _: Message| chat.say("We are sorry.").await),
        )
}

async fn offer(chat: Chat, _: Message) -> Result {
    // The payload is kept with the message and comes back as it was made here: the window only
    // says which button was pressed.
    let buy = Action::new("buy", "Buy one")
        .payload(json!({ "article": "apple", "price": 0.5 }))
        .icon("sparkles")
        .tooltip("For 50 cents");
    let complain = Action::new("complain", "Complain");
    chat.send(Message::new("An apple?").action(buy).action(complain)).await?;
    Ok(())
}

async fn buy(chat: Chat, pressed: Pressed) -> Result {
    let article = pressed.button.payload["article"].as_str().unwrap_or_default();
    // A button stays until somebody takes it away. Done once is enough here.
    let sold = format!("Sold: one {article}.");
    chat.update(pressed.message.with_text(sold).without_actions()).await?;
    chat.toast(Toast::success("Thank you!")).await?;
    Ok(())
}

async fn complain(chat: Chat, pressed: Pressed) -> Result {
    chat.remove(&pressed.message).await?;
    // The person is asked; if they agree, a new conversation opens with this as its first message.
    chat.hand_over("complaints", Some("The apple was sour.")).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_button_runs_its_hook_with_its_payload() -> Result {
        let test = app().test();
        let mut chat = test.open("shop").await?;
        chat.send("Hello").await?;
        let offer = chat.last(StepKind::Assistant).unwrap().id;
        chat.press(offer, "buy").await?;
        let step = chat.last(StepKind::Assistant).unwrap();
        assert_eq!((step.id, step.output.as_str()), (offer, "Sold: one apple."));
        assert!(step.actions.is_empty(), "the buttons are gone");
        assert_eq!(chat.view().toasts()[0].text, "Thank you!");
        assert!(chat.press(offer, "buy").await.is_err(), "there is no such button any more");
        Ok(())
    }

    #[tokio::test]
    async fn buttons_work_on_a_conversation_that_was_opened_again() -> Result {
        let test = app().test();
        let mut chat = test.open("shop").await?;
        chat.send("Hello").await?;
        let (thread, offer) = (chat.thread(), chat.last(StepKind::Assistant).unwrap().id);
        let test = test.sign_in_again().await;
        let mut chat = test.resume(thread).await?;
        chat.press(offer, "buy").await?;
        assert_eq!(chat.replies(), ["Sold: one apple."]);
        Ok(())
    }

    #[tokio::test]
    async fn complaints_are_proposed_to_somebody_else() -> Result {
        let test = app().test();
        let mut chat = test.open("shop").await?;
        chat.send("Hello").await?;
        let offer = chat.last(StepKind::Assistant).unwrap().id;
        chat.press(offer, "complain").await?;
        assert!(chat.replies().is_empty(), "the offer was taken back");
        assert_eq!(chat.view().handover(), Some(("complaints", Some("The apple was sour."))));
        Ok(())
    }
}
