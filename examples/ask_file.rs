//! Asking for a file: the person chooses, every limit is checked before the handler sees anything,
//! and the file is read where it lies.
//!
//! `cargo run --example ask_file`

use std::process::ExitCode;
use std::time::Duration;

use confidant::prelude::*;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Line counter").identifier("app.confidant.example.ask-file").profile(
        ChatProfile::new("lines").describe("Counts the lines of text files.").on_message(count),
    )
}

async fn count(chat: Chat, _: Message) -> Result {
    let ask = AskFile::new("Which files shall I count?")
        // Without `accept` any file will do. `text/*` stands for every text.
        .accept(["text/*"])
        // Without these two: one file of at most 2 MiB.
        .max_size(1024)
        .max_files(2)
        // Without this: 90 seconds. The question stays in the thread and says how it went.
        .within(Duration::from_secs(5 * 60));
    let Some(files) = chat.ask(ask).await? else {
        return chat.say("No files, no lines.").await;
    };
    for file in files {
        let text = tokio::fs::read_to_string(file.path()).await?;
        let lines = text.lines().count();
        chat.say(format!("{} ({}, {} bytes): {lines} lines", file.name, file.mime, file.size))
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use confidant::chat::ask::AskState;

    use super::*;

    fn file(dir: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[tokio::test]
    async fn files_are_read_where_they_lie() -> Result {
        let dir = tempfile::tempdir()?;
        let (one, two) = (file(&dir, "one.txt", "a\nb\n"), file(&dir, "two.csv", "x\n"));
        let test = app().test();
        let mut chat = test.open("lines").await?;
        chat.send("go").await?;
        chat.give_files([one, two]).await?;
        assert_eq!(
            chat.replies()[1..],
            ["one.txt (text/plain, 4 bytes): 2 lines", "two.csv (text/csv, 2 bytes): 1 lines"]
        );
        Ok(())
    }

    #[tokio::test]
    async fn what_breaks_a_limit_is_refused_and_the_question_stays_open() -> Result {
        let dir = tempfile::tempdir()?;
        let small = file(&dir, "small.txt", "a");
        let large = file(&dir, "large.txt", &"x".repeat(1025));
        let picture = file(&dir, "picture.png", "");
        let test = app().test();
        let mut chat = test.open("lines").await?;
        chat.send("go").await?;
        for bad in [vec![large], vec![picture], vec![small.clone(); 3], vec![]] {
            assert!(chat.give_files(bad.clone()).await.is_err(), "{bad:?} breaks a limit");
        }
        chat.give_files([small]).await?;
        assert_eq!(chat.replies()[1], "small.txt (text/plain, 1 bytes): 1 lines");
        Ok(())
    }

    #[tokio::test]
    async fn nobody_answers_in_time_or_they_would_rather_not() -> Result {
        let test = app().test();
        let mut chat = test.open("lines").await?;
        chat.send("go").await?;
        test.advance(Duration::from_secs(301));
        chat.rest().await?;
        assert_eq!(chat.replies()[1], "No files, no lines.");
        let asked = |chat: &confidant::chat::testing::TestChat, place: usize| {
            chat.steps()[place].ask.clone().unwrap().state
        };
        assert_eq!(asked(&chat, 1), AskState::TimedOut, "the question stays and says so");
        chat.send("again").await?;
        chat.decline().await?;
        assert_eq!(chat.replies().last().unwrap(), "No files, no lines.");
        assert_eq!(asked(&chat, 4), AskState::Cancelled);
        Ok(())
    }
}
