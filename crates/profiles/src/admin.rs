//! *Admin*: the state of this installation, for those who administer it.

use std::fmt::Write;
use std::time::Duration;

use confidant_chat::clock;
use confidant_chat::ids::UserId;
use confidant_chat::port::directory::DirectoryError;
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
        .starter(Starter::new("Give somebody a role", "/role").icon("user"))
        .command(Command::new("status", "Shows the state of this installation").icon("activity"))
        .command(Command::new("role", "Gives somebody another role").icon("user"))
        .on_message(answer)
}

async fn answer(chat: Chat, message: Message) -> Result {
    // A command is chosen in the composer, or written out.
    let text = message.text().trim().to_lowercase();
    let word = text.trim_start_matches('/').split_whitespace().next();
    match message.command().or(word) {
        Some("status") => chat.say(status(&chat).await?).await,
        Some("role") => change_role(&chat).await,
        _ if text.contains("system status") => chat.say(status(&chat).await?).await,
        _ => {
            let help = "`/status` shows the state of this installation, and `/role` gives \
                        somebody another role.";
            chat.say(help).await
        }
    }
}

/// Lets the admin choose who gets which role.
async fn change_role(chat: &Chat) -> Result {
    let people = chat.people().await?;
    let ids: Vec<_> = people.iter().map(|person| person.id.to_string()).collect();
    let names: Vec<_> = people
        .iter()
        .map(|person| format!("{} ({})", person.name(), person.role().unwrap_or("no role")))
        .collect();
    let options: Vec<_> =
        ids.iter().zip(&names).map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let first = ids.first().map_or("", String::as_str);
    let form = AskForm::new("Who gets which role?")
        .field(Setting::select("person", "Account", &options, first))
        .field(Setting::radio("role", "Role", &ROLES, "member"))
        .submit("Give the role");
    let Some(values) = chat.ask(form).await? else {
        return chat.say("Nothing was changed.").await;
    };
    let text = |id: &str| values.get(id).and_then(serde_json::Value::as_str).unwrap_or_default();
    let (person, role): (UserId, _) = (text("person").parse()?, text("role"));
    let changed = chat.update_person(person, |user| *user = user.clone().with_role(role)).await;
    match changed {
        Ok(person) => chat.say(format!("{} is {role} now.", cell(person.name()))).await,
        Err(ChatError::Directory(DirectoryError::LastAdmin)) => {
            chat.say("Somebody has to be admin: make another account one first.").await
        }
        Err(error) => Err(error.into()),
    }
}

/// The roles that an account can be given here, and what they are called.
const ROLES: [(&str, &str); 2] = [("admin", "Admin"), ("member", "Member")];

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

#[cfg(test)]
mod tests {
    use confidant_chat::testing::TestApp;

    use super::*;

    fn signed_in() -> TestApp {
        App::new().profile(admin()).test()
    }

    async fn give(test: &TestApp, person: &PersistedUser, role: &str) -> String {
        let mut chat = test.open("admin").await.unwrap();
        chat.send_command("role", "").await.unwrap();
        let values = serde_json::json!({ "person": person.id.to_string(), "role": role });
        chat.fill(values).await.unwrap();
        chat.replies().pop().unwrap()
    }

    #[tokio::test]
    async fn an_admin_gives_roles_and_the_last_one_stays_admin() {
        let test = signed_in();
        let bob = test.directory().add(User::new("bob").unwrap().with_role("member"));
        let me = test.person().user();
        assert!(give(&test, &me, "member").await.starts_with("Somebody has to be admin"));
        assert_eq!(give(&test, &bob, "admin").await, "bob is admin now.");
        assert_eq!(give(&test, &me, "member").await, "Tester is member now.");
        assert!(!test.person().user().is_admin(), "it reaches the open conversations at once");
        assert!(
            test.open("admin").await.is_err(),
            "who is no admin any more sees no admin profile"
        );
    }
}
