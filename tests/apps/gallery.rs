//! An app that shows one of everything, for the tests of the real window and its pictures.

use std::process::ExitCode;
use std::time::Duration;

use confidant::prelude::*;
use serde_json::json;

fn main() -> ExitCode {
    App::new()
        .name("Gallery")
        .user_env(["GALLERY_KEY"])
        .profile(gallery())
        .profile(ChatProfile::new("annex").on_message(async |chat: Chat, message: Message| {
            chat.say(format!("The annex heard: {}", message.text())).await
        }))
        .run()
}

fn gallery() -> ChatProfile {
    let tones = [("plain", "Plain"), ("warm", "Warm"), ("formal", "Formal")];
    ChatProfile::new("gallery")
        .display_name("Gallery")
        .describe("Shows **one of everything**.")
        .icon("image")
        .default()
        .starter(Starter::new("Elements", "elements").icon("image"))
        .category(
            StarterCategory::new("Talking")
                .icon("message-circle")
                .starter(Starter::new("Ask me something", "ask"))
                .starter(Starter::new("A form", "form")),
        )
        .category(
            StarterCategory::new("Working")
                .icon("wrench")
                .starter(Starter::new("Steps", "steps"))
                .starter(Starter::new("Search for pears", "pears").command("search")),
        )
        .command(Command::new("search", "Looks something up").icon("search").as_button())
        .command(Command::new("draw", "Draws a picture").icon("pencil"))
        .setting(Setting::switch("brief", "Brief", false).describe("Short replies.").tab("Style"))
        .setting(Setting::select("tone", "Tone", &tones, "plain").tab("Style"))
        .setting(Setting::radio("mood", "Mood", &tones, "warm").tab("Style"))
        .setting(Setting::multiselect("topics", "Topics", &tones, &["plain"]).tab("Style"))
        .setting(Setting::slider("heat", "Heat", (0.0, 2.0, 0.1), 0.7).tab("Style"))
        .setting(Setting::text("name", "Name", "", 40).placeholder("Ada").tab("About you"))
        .setting(Setting::number("age", "Age", None).between(0.0, 150.0).step(1.0).tab("About you"))
        .setting(Setting::tags("tags", "Tags", &["rust"]).tab("About you"))
        .setting(Setting::date("birthday", "Birthday", None).tab("About you"))
        .setting(Setting::date_range("stay", "Stay", None).tab("About you"))
        .setting(Setting::checkbox("terms", "I have read the terms", false).tab("About you"))
        .on_message(show)
        .on_action("again", async |chat: Chat, pressed: Pressed| {
            chat.say(format!("Pressed with {}", pressed.button.payload)).await
        })
        .on_settings_update(async |chat: Chat, values: SettingValues| {
            chat.say(format!("Settings: brief {}, name {}", values["brief"], values["name"])).await
        })
}

async fn show(chat: Chat, message: Message) -> Result {
    match (message.command(), message.text()) {
        (Some(command), text) => chat.say(format!("Command {command}: {text}")).await,
        (None, "elements") => elements(&chat).await,
        (None, "media") => media(&chat).await,
        (None, "ask") => ask(&chat).await,
        (None, "form") => form(&chat).await,
        (None, "steps") => steps(&chat).await,
        (None, "toast") => Ok(chat.toast(Toast::success("Everything is in place")).await?),
        (None, "annex") => Ok(chat.hand_over("annex", Some("Hello from the gallery")).await?),
        (None, "key") => {
            let known = chat.session().env("GALLERY_KEY").is_some();
            chat.say(format!("The key is {}", if known { "known" } else { "not known" })).await
        }
        (None, text) => {
            let again = Action::new("again", "Again")
                .icon("refresh-cw")
                .tooltip("Does it once more")
                .payload(json!({ "said": text }));
            Ok(chat.send(Message::new(format!("You said **{text}**")).action(again)).await?)
        }
    }
}

async fn elements(chat: &Chat) -> Result {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
    let visits = [Some(12.0), Some(30.0), None, Some(41.0), Some(38.0), Some(52.0)];
    let sales = [3.0, 8.0, 6.0, 12.0, 11.0, 19.0];
    let figures = |kind| {
        Chart::new(kind, months)
            .series("Visits", visits)
            .series("Sales", sales)
            .titles("Month", "Count")
    };
    let rows = (1..=40).map(|n| vec![json!(n), json!(format!("Fruit {n}")), json!(n * n)]);
    chat.send(
        Message::new("A table, charts, and things to do.")
            .element(Element::dataframe("Harvest", ["No.", "Fruit", "Weight"], rows.collect()))
            .element(Element::chart("Bars", figures(ChartKind::Bar)))
            .element(Element::chart("Lines", figures(ChartKind::Line)))
            .element(Element::chart("Parts", figures(ChartKind::Pie)))
            .element(Element::tasks(
                "Plan",
                Some("Under way"),
                vec![
                    Task::new("Dig", TaskState::Done),
                    Task::new("Plant", TaskState::Running),
                    Task::new("Water", TaskState::Ready),
                    Task::new("Fence", TaskState::Failed),
                ],
            )),
    )
    .await?;
    chat.send(
        Message::new("Text, beside and in place of the chat.")
            .element(Element::text("Note", "A **note** under the message."))
            .element(Element::code("main.rs", "rust", "fn main() {\n    println!(\"Hello\");\n}\n"))
            .element(Element::text("Aside", "This stands *beside*.").display(Display::Side))
            .element(Element::text("Chapter", "# A page\n\nOf its own.").display(Display::Page)),
    )
    .await?;
    Ok(())
}

async fn media(chat: &Chat) -> Result {
    chat.send(
        Message::new("A picture, a document, a tone, a film and a file.")
            .element(Element::image("A circle", CIRCLE.into()))
            .element(Element::pdf("Two pages", pdf()))
            .element(Element::audio("A tone", "audio/wav", tone()))
            .element(Element::video("A film", "video/webm", include_bytes!("film.webm").to_vec()))
            .element(Element::file("list.csv", "text/csv", b"fruit,weight\nplum,3\n".to_vec())),
    )
    .await?;
    Ok(())
}

const CIRCLE: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='320' height='160' \
    viewBox='0 0 320 160'><rect width='320' height='160' fill='#dfe8f5'/>\
    <circle cx='160' cy='80' r='60' fill='#2f5bd7'/></svg>";

/// A PDF document of two pages, with the table of its parts where they are.
fn pdf() -> Vec<u8> {
    let page = |text: &str| {
        let stream = format!("BT /F1 36 Tf 72 700 Td ({text}) Tj ET");
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len())
    };
    let parts = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R \
         /Resources << /Font << /F1 7 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 6 0 R \
         /Resources << /Font << /F1 7 0 R >> >> >>"
            .to_owned(),
        page("The first page"),
        page("The second page"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = String::new();
    for (number, part) in parts.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{part}\nendobj\n", number + 1);
    }
    let (at, count) = (file.len(), parts.len() + 1);
    file += &format!("xref\n0 {count}\n0000000000 65535 f \n{places}");
    file += &format!("trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n");
    file.into_bytes()
}

/// Half a second of the A above middle C, as a WAV file.
fn tone() -> Vec<u8> {
    const RATE: u32 = 8_000;
    let sample = |n: u32| {
        let turns = f64::from(n) * 440.0 / f64::from(RATE);
        (128.0 + 60.0 * (turns * std::f64::consts::TAU).sin()) as u8
    };
    let samples: Vec<u8> = (0..RATE / 2).map(sample).collect();
    let length = u32::try_from(samples.len()).unwrap_or(0);
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1_u16, 1].map(u16::to_le_bytes).concat());
    file.extend([RATE, RATE].map(u32::to_le_bytes).concat());
    file.extend([1_u16, 8].map(u16::to_le_bytes).concat());
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

async fn ask(chat: &Chat) -> Result {
    let Some(name) = chat.ask(AskUser::new("What is your name?").placeholder("Ada")).await? else {
        return chat.say("No name, then.").await;
    };
    let choice = AskAction::new(format!("Shall we go on, {name}?"))
        .action(&Action::new("yes", "Yes").icon("check").tooltip("Goes on"))
        .option("no", "No");
    match chat.ask(choice).await? {
        Some(choice) => chat.say(format!("{name} chose {choice}")).await,
        None => chat.say(format!("{name} did not choose")).await,
    }
}

async fn form(chat: &Chat) -> Result {
    let form = AskForm::new("Where shall it go?")
        .field(Setting::text("street", "Street", "", 80).required())
        .field(Setting::number("floor", "Floor", Some(1.0)).between(0.0, 60.0).step(1.0))
        .field(Setting::checkbox("gift", "As a gift", false))
        .submit("Order");
    match chat.ask(form).await? {
        Some(values) => chat.say(format!("To {}", values["street"])).await,
        None => chat.say("Nothing ordered.").await,
    }
}

async fn steps(chat: &Chat) -> Result {
    let found = chat
        .step(StepKind::Run, "Answer from the library", async |run: OpenStep| {
            let pages = run
                .step(StepKind::Retrieval, "Look up pears", async |step: OpenStep| {
                    step.input("pears").await?;
                    tokio::time::sleep(Duration::from_millis(1_200)).await;
                    step.language("json").await?;
                    step.output("{\n  \"pages\": [12, 40]\n}").await?;
                    Ok(2)
                })
                .await?;
            // What fails in here is shown, and the work goes on without it.
            let _ = run
                .step(StepKind::Tool, "Weigh them", async |step: OpenStep| {
                    step.input("2 pages").await?;
                    anyhow::bail!("the scales are broken");
                    #[expect(unreachable_code, reason = "it says what the step would give")]
                    Ok(())
                })
                .await;
            run.output(format!("{pages} pages")).await?;
            Ok(pages)
        })
        .await?;
    chat.say(format!("There are {found} pages on pears.")).await
}
