//! *Analyst*: asks for a data file and says what is in it. The file is read as a stream, so that
//! its size does not matter, and it stays where it is.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use confidant_chat::prelude::*;
use futures::{StreamExt, stream};

use crate::format::bytes;
use crate::table::{self, Summary, TableError};

/// The largest file, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

/// The kinds of files that can be read as a table.
const ACCEPTED: [&str; 5] = [
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/x-ndjson",
    "text/plain",
];

/// How long the person has to find the file.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// The file that was looked at last, so that questions about it are not answered with another
/// file dialog.
const LAST_FILE: SessionKey<Option<String>> = SessionKey::new("last_file", || None);

/// A profile that describes tables.
#[must_use]
pub fn analyst() -> ChatProfile {
    ChatProfile::new("analyst")
        .display_name("Analyst")
        .describe("Looks at **CSV and JSON** files: rows, columns, types, gaps and figures.")
        .icon("bar-chart-3")
        .starter(Starter::new("Analyze a file", "Analyze a data file").icon("trending-up"))
        .starter(
            Starter::new("Check for gaps", "Check a data file for missing values")
                .icon("pie-chart"),
        )
        .on_message(answer)
}

async fn answer(chat: Chat, message: Message) -> Result {
    let seen = chat.session().get(LAST_FILE)?.is_some();
    match chat.model() {
        // With a file in the conversation and a model at hand, a question is for the model.
        Some(model) if seen && !wants_file(message.text()) => {
            let request = Request {
                system: Some(
                    "You are a data analyst. The conversation holds summaries of the person's \
                     files, not their rows. Say so when a question needs the rows."
                        .into(),
                ),
                messages: chat.context().await?,
                temperature: None,
            };
            let stream = model.stream(request).await?;
            chat.reply(stream).await?;
            Ok(())
        }
        _ => analyze(&chat).await,
    }
}

/// Whether a message asks to look at a (further) file, rather than about one that was looked at.
fn wants_file(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "analyze a file",
        "analyse a file",
        "analyze a data file",
        "check a data file",
        "another file",
        "new file",
        "upload",
        "andere datei",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

async fn analyze(chat: &Chat) -> Result {
    let ask = AskFile::new("Which file shall I look at? CSV, TSV, JSON or NDJSON.")
        .accept(ACCEPTED)
        .max_size(LARGEST)
        .within(PATIENCE);
    let Some(files) = chat.ask(ask).await? else {
        return chat.say("No file, no findings. Say *analyze a file* when you have one.").await;
    };
    for file in files {
        let name = file.name.clone();
        let heading = format!("Reading **{}** ({}).\n\n", plain(&file.name), bytes(file.size));
        let heading = stream::iter([Ok(Delta::Text(heading))]);
        let findings = stream::once(async move { Ok(Delta::Text(findings(file).await)) });
        chat.reply(heading.chain(findings)).await?;
        // Only now: a file that was stopped midway is none to ask questions about.
        chat.session().set(LAST_FILE, &Some(name))?;
    }
    Ok(())
}

/// What is in the file, or why it cannot be said.
async fn findings(file: AskedFile) -> String {
    // Stop drops this future: then the thread that reads is told, too.
    let dropped = Flag(Arc::default());
    let stop = Arc::clone(&dropped.0);
    let read = tokio::task::spawn_blocking(move || read(&file, &stop)).await;
    match read {
        Ok(Ok(summary)) => summary.to_markdown(),
        Ok(Err(error)) => format!("**This file cannot be read as a table:** {error}"),
        Err(error) => format!("**Reading failed:** {error}"),
    }
}

fn read(file: &AskedFile, stop: &AtomicBool) -> Result<Summary, TableError> {
    table::summarise(file.path(), &mut |_| {
        if stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}

/// Raised when dropped.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A file name that Markdown leaves as it is.
fn plain(name: &str) -> String {
    let special = |c: &char| matches!(c, '*' | '_' | '`' | '[' | ']' | '<' | '\\');
    name.chars().flat_map(|c| special(&c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::table::Format;

    #[test]
    fn every_file_that_is_known_by_its_ending_is_accepted() {
        for ending in ["csv", "tsv", "tab", "json", "ndjson", "jsonl"] {
            let name = format!("data.{ending}");
            assert!(Format::of_name(Path::new(&name)).is_some(), "{name} is a table");
            let file = AskedFile::new(name.into(), 1);
            assert!(ACCEPTED.contains(&file.mime.as_str()), "{ending} is {}", file.mime);
        }
    }
}
