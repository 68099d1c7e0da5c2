//! Elements: pictures, documents, tables, charts and more, under a message, beside the
//! conversation or in its place.
//!
//! `cargo run --example elements`

use std::process::ExitCode;

use confidant::prelude::*;
use serde_json::json;

fn main() -> ExitCode {
    app().run()
}

fn app() -> App {
    App::new().name("Elements").identifier("app.confidant.example.elements").profile(
        ChatProfile::new("gallery")
            .describe("Shows every kind of element. Say *file* to see one of your own.")
            .starter(Starter::new("Show everything", "everything"))
            .starter(Starter::new("Show a file of mine", "file"))
            .on_message(answer),
    )
}

async fn answer(chat: Chat, message: Message) -> Result {
    if message.text() == "file" {
        return show_theirs(&chat).await;
    }
    // Small things are kept within their message. They are shown under it, unless told otherwise.
    let note = Element::text("Note", "Some **Markdown**, folded away.").display(Display::Side);
    let code = Element::code("hello.rs", "rust", "fn main() {\n    println!(\"Hello\");\n}");
    let table = Element::dataframe(
        "Rivers",
        ["River", "Length in km"],
        vec![vec![json!("Danube"), json!(2850)], vec![json!("Rhine"), json!(1233)]],
    );
    let chart = Chart::new(ChartKind::Bar, ["Mon", "Tue", "Wed"])
        .series("Visits", [12.0, 30.0, 21.0])
        // A value that is missing is a gap, not a zero.
        .series("Orders", [Some(2.0), None, Some(5.0)])
        .titles("Day", "Number");
    chat.send(
        Message::new("What is kept within the message:")
            .element(note)
            .element(code)
            .element(table)
            .element(Element::chart("This week", chart)),
    )
    .await?;

    // Files are sealed beside the thread: the conversation has them even when the original is gone.
    chat.send(
        Message::new("What is kept as a file:")
            .element(Element::image("square.svg", SQUARE.as_bytes().to_vec()))
            .element(Element::pdf("page.pdf", pdf()).display(Display::Page))
            .element(Element::audio("tone.wav", "audio/wav", tone()))
            .element(Element::file("data.json", "application/json", b"[1, 2, 3]".to_vec())),
    )
    .await?;

    // A list of tasks gets on by updating its message. A message that was sent keeps its id.
    let list = |done: TaskState, status| {
        let tasks = vec![Task::new("Draw", TaskState::Done), Task::new("Check", done)];
        Element::tasks("Progress", Some(status), tasks)
    };
    let progress = Message::new("").element(list(TaskState::Running, "Working"));
    chat.send(progress.clone()).await?;
    chat.update(progress.without_elements().element(list(TaskState::Done, "Ready"))).await?;
    Ok(())
}

/// Shows a file of the person's: a picture, a film, whatever its ending says that it is. It is
/// copied into the history piece by piece, so its size does not matter.
async fn show_theirs(chat: &Chat) -> Result {
    let ask = AskFile::new("Which file?").max_size(1024 * 1024 * 1024);
    let Some(files) = chat.ask(ask).await? else { return chat.say("None, then.").await };
    let mut message = Message::new("Here it is:");
    for file in files {
        message = message.element(Element::at(file.path()));
    }
    chat.send(message).await?;
    Ok(())
}

const SQUARE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">
<rect width="96" height="96" rx="12" fill="#2F5BD7"/></svg>"##;

/// The smallest PDF that shows something.
fn pdf() -> Vec<u8> {
    let text = "BT /F1 24 Tf 40 90 Td (Hello from a PDF) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 280 180] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", place + 1));
    }
    let (size, begins) = (objects.len() + 1, pdf.len());
    pdf.push_str(&format!("xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"));
    pdf.push_str(&format!("startxref\n{begins}\n%%EOF\n"));
    pdf.into_bytes()
}

/// Half a second of a quiet tone, 8,000 bytes of sound a second.
fn tone() -> Vec<u8> {
    let samples: Vec<u8> = (0..4_000).map(|at| if at / 9 % 2 == 0 { 120 } else { 136 }).collect();
    let length = u32::try_from(samples.len()).unwrap_or_default();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    for part in [
        16_u32.to_le_bytes(),
        [1, 0, 1, 0],
        8_000_u32.to_le_bytes(),
        8_000_u32.to_le_bytes(),
        [1, 0, 8, 0],
    ] {
        wav.extend(part);
    }
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(samples);
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_kind_is_kept_with_its_message_and_files_can_be_read_back() -> Result {
        let test = app().test();
        let mut chat = test.open("gallery").await?;
        chat.send("everything").await?;
        let thread = chat.thread();
        let test = test.sign_in_again().await;
        let chat = test.resume(thread).await?;
        let steps: Vec<_> = chat.steps().iter().filter(|step| !step.elements.is_empty()).collect();
        let names: Vec<_> =
            steps.iter().flat_map(|step| &step.elements).map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Note",
                "hello.rs",
                "Rivers",
                "This week",
                "square.svg",
                "page.pdf",
                "tone.wav",
                "data.json",
                "Progress"
            ]
        );
        assert_eq!(steps[0].elements[0].display, Display::Side);
        assert_eq!(steps[1].elements[1].display, Display::Page);
        for element in &steps[1].elements {
            let file = element.content.file().unwrap();
            let read = test.person().read_element(thread, element.id, 0, 1 << 20).await?;
            assert_eq!(read.len() as u64, file.size, "{} is whole", element.name);
        }
        let mimes = |step: &Step| -> Vec<String> {
            step.elements.iter().map(|it| it.content.file().unwrap().mime.clone()).collect()
        };
        let expected = ["image/svg+xml", "application/pdf", "audio/wav", "application/json"];
        assert_eq!(mimes(steps[1]), expected);
        Ok(())
    }

    #[tokio::test]
    async fn tasks_get_on_in_place() -> Result {
        let test = app().test();
        let mut chat = test.open("gallery").await?;
        chat.send("everything").await?;
        let tasks = &chat.steps().last().unwrap().elements;
        assert_eq!(tasks.len(), 1, "the old list gave way to the new one");
        let tasks = serde_json::to_value(&tasks[0].content)?;
        assert_eq!(tasks["status"], "Ready");
        assert_eq!(tasks["tasks"][1]["state"], "done");
        Ok(())
    }

    #[tokio::test]
    async fn a_file_of_the_persons_is_shown_as_what_it_is() -> Result {
        let dir = tempfile::tempdir()?;
        let film = dir.path().join("film.webm");
        std::fs::write(&film, "moving pictures")?;
        let test = app().test();
        let mut chat = test.open("gallery").await?;
        chat.send("file").await?;
        chat.give_files([&film]).await?;
        std::fs::remove_file(&film)?;
        let element = &chat.steps().last().unwrap().elements[0];
        assert_eq!(serde_json::to_value(&element.content)?["kind"], "video");
        let read = test.person().read_element(chat.thread(), element.id, 0, 100).await?;
        assert_eq!(read, b"moving pictures", "the thread has a copy of its own");
        Ok(())
    }
}
