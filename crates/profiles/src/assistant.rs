//! *Assistant*: answers with the model that the person chose; without one, the built-in guide
//! answers questions about the app, and says that it is no more than that.

use std::sync::LazyLock;

use confidant_chat::prelude::*;

use crate::documentation;
use crate::guide_search::{Answer, Guide};

/// Who the guide's replies come from.
const GUIDE: &str = "Built-in guide";

static DOCUMENTATION: LazyLock<Guide> = LazyLock::new(|| Guide::new(documentation::PAGES));

/// A general assistant.
#[must_use]
pub fn assistant() -> ChatProfile {
    ChatProfile::new("assistant")
        .display_name("Assistant")
        .describe("Questions, texts, ideas, code: answered by **the model you choose**.")
        .icon("message-circle")
        .default()
        .starter(
            Starter::new("Find my way around", "What can I do with this app?").icon("help-circle"),
        )
        .starter(
            Starter::new(
                "Get help with coding",
                "Help me write a function. Ask me what it should do.",
            )
            .icon("code"),
        )
        .starter(
            Starter::new("Improve a text", "Help me improve a text. Ask me for it first.")
                .icon("pencil"),
        )
        .starter(
            Starter::new("Think something through", "Help me think through a decision.")
                .icon("lightbulb"),
        )
        .setting(
            Setting::text("instructions", "Instructions", "", 4_000)
                .multiline()
                .describe("What the model should know about you, or how it should answer."),
        )
        .setting(Setting::select(
            "length",
            "Length of replies",
            &[("brief", "Brief"), ("balanced", "Balanced"), ("thorough", "Thorough")],
            "balanced",
        ))
        .setting(
            Setting::slider("temperature", "Temperature", (0.0, 2.0, 0.1), 0.7)
                .describe("Low is sober and repeatable, high is playful."),
        )
        .setting(Setting::switch("formatting", "Use headings, lists and tables", true))
        .on_message(answer)
        .on_continue(go_on)
}

async fn answer(chat: Chat, message: Message) -> Result {
    match chat.model() {
        Some(model) => {
            let stream = model.stream(request(&chat).await?).await?;
            chat.reply(stream).await?;
        }
        None => chat.send(guide(message.text())).await?,
    }
    Ok(())
}

/// What a model is told that was interrupted: most of them answer anew after words of their own.
const GO_ON: &str = "Your last message was cut off. Go on exactly where it ends, in the middle of a \
                     word if need be, without repeating or announcing anything.";

async fn go_on(chat: Chat, reply: Message) -> Result {
    let Some(model) = chat.model() else { return Ok(()) };
    let mut request = request(&chat).await?;
    request.messages.push(ModelMessage { author: Author::User, text: GO_ON.into() });
    let stream = model.stream(request).await?;
    chat.go_on(&reply, stream).await?;
    Ok(())
}

async fn request(chat: &Chat) -> Result<Request> {
    let settings = chat.session().settings();
    Ok(Request {
        system: Some(instructions(&settings)),
        messages: chat.context().await?,
        temperature: settings.get("temperature").and_then(serde_json::Value::as_f64),
    })
}

/// What the settings tell the model.
fn instructions(settings: &SettingValues) -> String {
    let text = |id: &str| settings.get(id).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut lines = vec!["You are a helpful assistant in a desktop app."];
    match text("length") {
        "brief" => lines.push("Keep replies short."),
        "thorough" => lines.push("Answer thoroughly, with examples where they help."),
        _ => {}
    }
    if settings.get("formatting") == Some(&false.into()) {
        lines.push("Write plain paragraphs, without headings, lists or tables.");
    } else {
        lines.push("Use Markdown where it makes a reply clearer.");
    }
    lines.push(text("instructions"));
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

/// What the documentation says about a question.
fn guide(question: &str) -> Message {
    let text = match DOCUMENTATION.answer(question) {
        Some(answer) => quoted(&answer),
        None => "No model is set up yet, so I can only answer questions about this app, and its \
                 documentation has nothing on that. Try *How do I set up a model?* or *Where are \
                 my chats stored?*"
            .into(),
    };
    Message::new(text).author(GUIDE).action(Action::SetUpModel)
}

fn quoted(answer: &Answer) -> String {
    let sections = answer.sections.iter();
    let texts = sections.map(|section| format!("### {}\n\n{}", section.title, section.markdown));
    let mut text = texts.collect::<Vec<_>>().join("\n\n");
    text.push_str("\n\n---\n\n*From the app's own documentation. No model is set up yet.*");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_answers_about_the_app_and_says_what_it_is() {
        let reply = guide("How do I set up a model?");
        assert_eq!(reply.author_name(), GUIDE);
        assert!(reply.text().contains("model"), "it found the section, got: {}", reply.text());
        assert!(reply.text().contains("documentation"), "it does not pretend to be a model");
    }

    #[test]
    fn the_guide_does_not_pretend_to_know_the_world() {
        let reply = guide("What is the capital of France?");
        assert!(reply.text().contains("only answer questions about this app"));
    }

    #[test]
    fn settings_reach_the_model() {
        let values = serde_json::json!({
            "instructions": "I am a gardener.", "length": "brief", "formatting": false,
        });
        let values: SettingValues = serde_json::from_value(values).unwrap();
        let told = instructions(&values);
        for part in ["I am a gardener.", "short", "plain paragraphs"] {
            assert!(told.contains(part), "{part} is missing in: {told}");
        }
    }
}
