//! *Admin*: the state of this installation, for those who administer it.

use std::fmt::Write;
use std::time::Duration;

use confidant_chat::clock;
use confidant_chat::prelude::*;

use crate::format::{bytes, span};

/// How long to wait for the model's sign of life.
const MODEL_PATIENCE: Duration = Duration::from_secs(5);

/// A profile that only admins see.
#[must_use]
pub fn admin() -> ChatProfile {
    ChatProfile::new("admin")
        .display_name("Admin")
        .describe("The **state of this installation**: accounts, storage, keyring, model.")
        .icon("shield")
        .visible_to(|user| user.is_admin())
        .starter(Starter::new("System status", "/status").icon("activity"))
        .on_message(answer)
}

async fn answer(chat: Chat, message: Message) -> Result {
    let text = message.text().trim().to_lowercase();
    if text.trim_start_matches('/').starts_with("status") || text.contains("system status") {
        let report = status(&chat).await?;
        return chat.say(report).await;
    }
    chat.say("I know one thing: `/status` shows the state of this installation.").await
}

async fn status(chat: &Chat) -> Result<String> {
    let facts = chat.installation().await;
    let figures = chat.figures().await?;
    let people = chat.people().await?;
    let uptime = clock::now().duration_since(facts.started_at).as_secs();
    let total: u64 = facts.bytes.iter().map(|(_, bytes)| bytes).sum();
    let mut text = String::from("| This installation | |\n|---|---|\n");
    let mut row = |name: &str, value: &str| writeln!(text, "| {name} | {value} |");
    row("Version", &facts.version)?;
    row("Running for", &span(u64::try_from(uptime).unwrap_or(0)))?;
    row("Keyring", &cell(&facts.keyring))?;
    row("Model", &model(chat).await)?;
    row("Accounts", &people.len().to_string())?;
    row("On disk, all accounts", &bytes(total))?;
    row("Your threads", &figures.threads.to_string())?;
    row("Your messages", &figures.steps.to_string())?;
    text.push_str("\n| Account | Role | On disk |\n|---|---|---:|\n");
    for person in people {
        let stored = facts.bytes.iter().find(|(id, _)| *id == person.id).map_or(0, |it| it.1);
        let role = person.role().unwrap_or("none");
        writeln!(text, "| {} | {} | {} |", cell(person.name()), cell(role), bytes(stored))?;
    }
    text.push_str("\nWhat other people talk about is sealed with their keys, for admins too.");
    Ok(text)
}

async fn model(chat: &Chat) -> String {
    let Some(model) = chat.model() else { return "none set up".into() };
    let name = cell(model.name());
    match tokio::time::timeout(MODEL_PATIENCE, model.check()).await {
        Ok(Ok(())) => format!("{name}, reachable"),
        Ok(Err(error)) => format!("{name}: {}", cell(&error.to_string())),
        Err(_) => format!("{name}: no answer within {} s", MODEL_PATIENCE.as_secs()),
    }
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    let special = |c: char| matches!(c, '|' | '*' | '_' | '`' | '[' | ']' | '<' | '\\');
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            cell.push('\\');
        }
        cell.push(if c.is_control() { ' ' } else { c });
    }
    cell
}
