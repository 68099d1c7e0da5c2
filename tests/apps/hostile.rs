//! An app whose handlers do what handlers should not do, for the tests of the real window.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use confidant::prelude::*;

/// What the flood says.
const FLOOD: u32 = 100_000;

fn main() -> ExitCode {
    App::new()
        .name("Hostile")
        .profile(ChatProfile::new("hostile").default().on_message(misbehave))
        .profile(ChatProfile::new("echo").on_message(async |chat: Chat, message: Message| {
            chat.say(format!("You said: {}", message.text())).await
        }))
        .run()
}

async fn misbehave(chat: Chat, message: Message) -> Result {
    match message.text() {
        "fail" => anyhow::bail!("no such file"),
        "panic" => panic!("at the disco"),
        "never" => std::future::pending().await,
        "ask twice" => {
            let first = AskAction::new("First?").option("one", "Answer one");
            let second = AskAction::new("Second?").option("two", "Answer two");
            let (first, second) = tokio::join!(chat.ask(first), chat.ask(second));
            chat.say(format!("Got {:?} and {:?}", first?, second?)).await
        }
        "flood" => {
            for number in 0..FLOOD {
                chat.say(format!("Message {number} of the flood")).await?;
            }
            Ok(())
        }
        "block" => {
            // It ends by itself, or the process of a test that failed would stay busy.
            let until = Instant::now() + Duration::from_secs(30);
            while Instant::now() < until {
                std::thread::sleep(Duration::from_millis(50));
            }
            chat.say("Unblocked").await
        }
        other => chat.say(format!("Nothing bad: {other}")).await,
    }
}
