//! Streaming: replies that come bit by bit, from a model or from your own code.
//!
//! `cargo run --example streaming`

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use confidant::prelude::*;
use futures::stream::{self, BoxStream, StreamExt};

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new()
        .name("Streaming")
        .identifier("app.confidant.example.streaming")
        // Without a model of its own a profile has the one that the person chose in settings.
        .profile(
            ChatProfile::new("chosen").describe("Answers with your model.").on_message(ask_model),
        )
        .profile(
            ChatProfile::new("typist")
                .describe("Brings a model of its own. Say *count* to see it count instead.")
                .model(Arc::new(Typist))
                .on_message(answer),
        )
}

async fn answer(chat: Chat, message: Message) -> Result {
    if message.text() != "count" {
        return ask_model(chat, message).await;
    }
    // Any stream of pieces will do. It is dropped when the person presses Stop.
    let pieces = stream::iter(1..=5).then(async |n| {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(Delta::Text(format!("{n} ")))
    });
    let beginning = Message::new("Counting: ").author("Counter");
    let whole = chat.reply_as(beginning, pieces).await?;
    chat.say(format!("That were {} characters.", whole.chars().count())).await
}

async fn ask_model(chat: Chat, _: Message) -> Result {
    let Some(model) = chat.model() else {
        let setup = Message::new("Choose a model first.").action(Action::SetUpModel);
        return Ok(chat.send(setup).await?);
    };
    let request = Request {
        system: Some("Answer in one sentence.".into()),
        // The conversation along the branch in view, ending with the message to answer.
        messages: chat.context().await?,
        temperature: None,
    };
    // `?` twice: not being able to begin and breaking off midway are two different things. Both
    // are shown in the conversation, with what had come by then.
    let stream = model.stream(request).await?;
    chat.reply(stream).await?;
    Ok(())
}

/// A model is whatever can be asked and answers bit by bit: a server, a library, a toy.
struct Typist;

#[async_trait]
impl Model for Typist {
    fn name(&self) -> &str {
        "typist-1"
    }

    async fn stream(
        &self,
        request: Request,
    ) -> Result<BoxStream<'static, Result<Delta, ModelError>>, ModelError> {
        let last = request.messages.last().map(|it| it.text.clone()).unwrap_or_default();
        if last == "break" {
            let cut = ModelError::Interrupted { detail: "the ribbon tore".into() };
            return Ok(stream::iter([Ok(Delta::Text("so far".into())), Err(cut)]).boxed());
        }
        let words =
            format!("You wrote {} messages, the last one was: {last}", request.messages.len());
        let words: Vec<_> = words.split_inclusive(' ').map(str::to_owned).collect();
        Ok(stream::iter(words).map(|word| Ok(Delta::Text(word))).boxed())
    }

    async fn check(&self) -> Result<(), ModelError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_model_streams_into_the_conversation() -> Result {
        let test = app().test();
        let mut chat = test.open("typist").await?;
        chat.send("Hello").await?;
        chat.send("there").await?;
        assert_eq!(
            chat.replies(),
            [
                "You wrote 1 messages, the last one was: Hello",
                "You wrote 3 messages, the last one was: there",
            ],
            "the model reads what was said before, its own words among it"
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_reply_grows_and_has_an_author() -> Result {
        let test = app().test();
        let mut chat = test.open("typist").await?;
        let events = chat.send("count").await?;
        let pieces = events.iter().filter(|event| matches!(event, Event::Delta { .. })).count();
        assert!(pieces >= 1, "it did not come all at once");
        assert_eq!(chat.replies(), ["Counting: 1 2 3 4 5 ", "That were 20 characters."]);
        let counted = &chat.steps()[1];
        assert_eq!((counted.name.as_str(), counted.state), ("Counter", StepState::Done));
        Ok(())
    }

    #[tokio::test]
    async fn what_came_before_an_error_stays_and_another_try_is_another_answer() -> Result {
        let test = app().test();
        let mut chat = test.open("typist").await?;
        chat.send("break").await?;
        let reply = chat.last(StepKind::Assistant).unwrap().clone();
        assert_eq!((reply.output.as_str(), reply.state), ("so far", StepState::Failed));
        assert_eq!(reply.failure.unwrap().detail, "the ribbon tore");
        let message = chat.last(StepKind::User).unwrap().id;
        chat.edit(message, "go on").await?;
        assert_eq!(chat.replies(), ["You wrote 1 messages, the last one was: go on"]);
        chat.show_branch(0).await?;
        assert_eq!(chat.replies(), ["so far"], "the first wording is still there");
        Ok(())
    }

    #[tokio::test]
    async fn without_a_model_it_says_so_and_with_one_it_answers() -> Result {
        let test = app().test();
        let mut chat = test.open("chosen").await?;
        chat.send("Hello").await?;
        assert_eq!(chat.last(StepKind::Assistant).unwrap().actions, [Action::SetUpModel]);
        test.use_model(Arc::new(Typist));
        chat.send("Hello").await?;
        assert!(chat.replies()[1].starts_with("You wrote 3 messages"));
        Ok(())
    }
}
