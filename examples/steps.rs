//! Steps: work that a person can look into, while it goes on and afterwards.
//!
//! `cargo run --example steps`

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Steps").identifier("app.confidant.example.steps").profile(
        ChatProfile::new("adder")
            .describe("Adds up the numbers that you write, and shows its work.")
            .starter(Starter::new("Add up", "3 4 5"))
            .on_message(answer),
    )
}

async fn answer(chat: Chat, message: Message) -> Result {
    // A step shows at once, times itself, and ends with what its code returns.
    let sum = chat
        .step(StepKind::Run, "Add up", async |run: OpenStep| {
            run.input(message.text()).await?;
            // Steps within steps are shown within them.
            let numbers = run
                .step(StepKind::Tool, "Read numbers", async |tool: OpenStep| {
                    tool.input(message.text()).await?;
                    tool.language("json").await?;
                    let numbers = read(message.text())?;
                    tool.output(serde_json::to_string(&numbers)?).await?;
                    Ok(numbers)
                })
                .await?;
            let mut sum = 0;
            for number in numbers {
                sum += number;
                // What comes out can also be shown bit by bit.
                run.append(format!("+ {number} = {sum}\n")).await?;
            }
            Ok(sum)
        })
        // An error is shown with the step it happened in, and ends the turn like any other.
        .await?;
    chat.say(format!("The sum is {sum}.")).await
}

fn read(text: &str) -> Result<Vec<i64>> {
    text.split_whitespace().map(|word| Ok(word.parse()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_work_is_in_the_thread_with_what_went_in_and_came_out() -> Result {
        let test = app().test();
        let mut chat = test.open("adder").await?;
        chat.send("3 4 5").await?;
        assert_eq!(chat.replies(), ["The sum is 12."]);
        let run = chat.last(StepKind::Run).unwrap();
        let tool = chat.last(StepKind::Tool).unwrap();
        assert_eq!((run.name.as_str(), run.input.as_str()), ("Add up", "3 4 5"));
        assert_eq!(run.output, "+ 3 = 3\n+ 4 = 7\n+ 5 = 12\n");
        assert_eq!((tool.output.as_str(), tool.language.as_deref()), ("[3,4,5]", Some("json")));
        assert_eq!(tool.parent, Some(run.id), "it stands within the other");
        for step in [run, tool] {
            assert_eq!(step.state, StepState::Done);
            assert!(step.ended_at.unwrap() >= step.created_at, "it was timed");
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_error_is_shown_where_it_happened_and_the_conversation_goes_on() -> Result {
        let test = app().test();
        let mut chat = test.open("adder").await?;
        chat.send("3 four").await?;
        let tool = chat.last(StepKind::Tool).unwrap();
        assert_eq!(tool.state, StepState::Failed);
        assert!(tool.failure.as_ref().unwrap().detail.contains("invalid digit"));
        assert_eq!(chat.last(StepKind::Run).unwrap().state, StepState::Failed);
        chat.send("1 2").await?;
        assert_eq!(chat.replies(), ["The sum is 3."]);
        Ok(())
    }
}
