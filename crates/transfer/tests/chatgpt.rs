//! ChatGPT's data export. The material is written after what is known of the format, and by nothing
//! of ours.

use confidant_chat::element::Content;
use confidant_chat::feedback::Rating;
use confidant_chat::step::{StepKind, StepState};
use confidant_transfer::{Left, TransferError};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::kit::{self, history, import, zip};

/// A node of a conversation.
fn node(name: &str, parent: Option<&str>, children: &[&str], message: &Value) -> (String, Value) {
    let node = json!({ "id": name, "message": message, "parent": parent, "children": children });
    (name.to_owned(), node)
}

#[expect(clippy::needless_pass_by_value, reason = "each is made where it is said")]
fn message(id: &str, role: &str, time: f64, content: Value) -> Value {
    json!({
        "id": id,
        "author": { "role": role, "name": null, "metadata": {} },
        "create_time": time,
        "update_time": null,
        "content": content,
        "status": "finished_successfully",
        "end_turn": true,
        "weight": 1.0,
        "metadata": {},
        "recipient": "all",
        "channel": null,
    })
}

fn text(text: &str) -> Value {
    json!({ "content_type": "text", "parts": [text] })
}

fn conversation(id: &str, nodes: Vec<(String, Value)>, current: &str) -> Value {
    json!({
        "title": "A plan",
        "create_time": 1_700_000_000.25,
        "update_time": 1_700_000_900.5,
        "mapping": nodes.into_iter().collect::<Map<_, _>>(),
        "moderation_results": [],
        "current_node": current,
        "plugin_ids": null,
        "conversation_id": id,
        "conversation_template_id": null,
        "gizmo_id": null,
        "is_archived": false,
        "default_model_slug": "gpt-4o",
        "id": id,
    })
}

/// A question that was edited once, and whose second form was answered twice.
fn branched(id: &str) -> Value {
    let hidden = {
        let mut hidden = message("m0", "system", 0.0, text(""));
        hidden["metadata"]["is_visually_hidden_from_conversation"] = json!(true);
        hidden
    };
    let nodes = vec![
        node("root", None, &["sys"], &Value::Null),
        node("sys", Some("root"), &["q1", "q2"], &hidden),
        node("q1", Some("sys"), &["a1"], &message("q1", "user", 1.7e9, text("First try"))),
        node("a1", Some("q1"), &[], &message("a1", "assistant", 1.7e9 + 1.0, text("To the first"))),
        node("q2", Some("sys"), &["a2", "a3"], &message("q2", "user", 1.7e9 + 2.0, text("Better"))),
        node("a2", Some("q2"), &[], &message("a2", "assistant", 1.7e9 + 3.0, text("One answer"))),
        node("a3", Some("q2"), &["q3"], &message("a3", "assistant", 1.7e9 + 4.0, text("Another"))),
        node("q3", Some("a3"), &[], &message("q3", "user", 1.7e9 + 5.0, text("Thanks"))),
    ];
    conversation(id, nodes, "q3")
}

fn export_of(conversations: &[Value]) -> Vec<u8> {
    let json = json!(conversations).to_string();
    zip(&[
        ("user.json", b"{}"),
        ("conversations.json", json.as_bytes()),
        ("chat.html", b"<html></html>"),
    ])
}

#[test]
fn a_tree_becomes_a_trunk_and_branches_with_the_one_in_view() {
    let history = history();
    let imported = import(&history, &export_of(&[branched("c1")]));
    assert_eq!((imported.threads, imported.messages, imported.known), (1, 6, 0));
    assert!(imported.left.is_empty(), "nothing stays behind: {:?}", imported.left);

    let (thread, steps) = kit::only(&history);
    assert_eq!((thread.name.as_str(), thread.profile.as_str()), ("A plan", kit::PROFILE));
    assert_eq!(thread.created_at, "2023-11-14T22:13:20.25Z".parse().unwrap());
    assert_eq!(thread.last_activity, "2023-11-14T22:28:20.5Z".parse().unwrap());
    assert_eq!(thread.branches.len(), 2);
    assert_eq!(kit::shown(&thread, &steps, 0), ["First try", "To the first"]);
    assert_eq!(kit::shown(&thread, &steps, 1), ["Better", "One answer"]);
    assert_eq!(kit::shown(&thread, &steps, 2), ["Better", "Another", "Thanks"]);
    assert_eq!(thread.branch, 2, "the one that was in view there");
    let another = steps.iter().find(|step| step.output == "Another").unwrap();
    let better = steps.iter().find(|step| step.output == "Better").unwrap();
    assert_eq!(another.answers, Some(better.id), "across a fork");

    let twice = import(&history, &export_of(&[branched("c1"), branched("c2")]));
    assert_eq!((twice.threads, twice.known), (1, 1), "each comes once");
}

#[test]
fn the_form_of_many_files_reads_as_the_one_of_a_single_file() {
    let parts =
        [json!([branched("c1"), branched("c2")]).to_string(), json!([branched("c3")]).to_string()];
    let many = zip(&[
        ("conversations-000.json", parts[0].as_bytes()),
        ("conversations-001.json", parts[1].as_bytes()),
        ("conversations-extra.json", b"no list of conversations"),
    ]);
    let history = history();
    assert_eq!(import(&history, &many).threads, 3);
    let one = export_of(&["c1", "c2", "c3"].map(branched));
    assert_eq!(import(&history, &one).known, 3, "they are the same");
    let alone = json!([branched("c4")]).to_string();
    assert_eq!(import(&history, alone.as_bytes()).threads, 1, "without a ZIP around it");
}

#[test]
fn pictures_attachments_tools_and_thoughts_come_along() {
    let mut asking = message(
        "q",
        "user",
        1.7e9,
        json!({ "content_type": "multimodal_text", "parts": [
            { "content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Abc123",
              "size_bytes": 3, "width": 1, "height": 1 },
            "What is this?",
        ]}),
    );
    asking["metadata"]["attachments"] = json!([
        { "id": "file-Abc123", "name": "photo.png", "mimeType": "image/png", "size": 3 },
        { "id": "file_00ff", "name": "notes.pdf", "mime_type": "application/pdf", "size": 4 },
        { "id": "file-gone", "name": "gone.txt" },
    ]);
    let thinking = message(
        "t",
        "assistant",
        1.7e9 + 1.0,
        json!({ "content_type": "thoughts", "thoughts": [
            { "summary": "Looking", "content": "It is red." },
        ]}),
    );
    let mut calling = message(
        "c",
        "assistant",
        1.7e9 + 2.0,
        json!({ "content_type": "code", "language": "python", "text": "print(1)" }),
    );
    calling["recipient"] = json!("python");
    let mut result = message(
        "r",
        "tool",
        1.7e9 + 3.0,
        json!({ "content_type": "execution_output", "text": "1" }),
    );
    result["author"]["name"] = json!("python");
    let mut drawn = message(
        "d",
        "tool",
        1.7e9 + 4.0,
        json!({ "content_type": "multimodal_text", "parts": [
            { "content_type": "image_asset_pointer", "asset_pointer": "sediment://file_00aa" },
        ]}),
    );
    drawn["author"]["name"] = json!("dalle.text2im");
    let cited = message(
        "a",
        "assistant",
        1.7e9 + 5.0,
        text(
            "An apple.\u{e200}cite\u{e202}turn0search1\u{e201} Red. \u{e200}cite\u{e202}turn0news2\u{e201}",
        ),
    );
    let mut cited = cited;
    cited["metadata"]["content_references"] = json!([
        { "matched_text": "\u{e200}cite\u{e202}turn0news2\u{e201}", "alt": "([Apples](https://a.example))" },
        { "matched_text": " ", "alt": "never" },
    ]);
    let odd = message(
        "o",
        "assistant",
        1.7e9 + 6.0,
        json!({ "content_type": "of_tomorrow", "result": "Something new" }),
    );
    let unreadable = json!({ "id": "u", "author": "nobody" });
    let nodes = vec![
        node("q", None, &["t"], &asking),
        node("t", Some("q"), &["c"], &thinking),
        node("c", Some("t"), &["r"], &calling),
        node("r", Some("c"), &["d"], &result),
        node("d", Some("r"), &["a"], &drawn),
        node("a", Some("d"), &["o"], &cited),
        node("o", Some("a"), &["u"], &odd),
        node("u", Some("o"), &[], &unreadable),
    ];
    let json = json!([conversation("c", nodes, "o")]).to_string();
    let feedback = json!([
        { "id": "a", "conversation_id": "c", "rating": "thumbs_up", "content": "{\"text\": \"Yes\"}" },
    ]);
    let bytes = zip(&[
        ("conversations.json", json.as_bytes()),
        ("message_feedback.json", feedback.to_string().as_bytes()),
        ("file-Abc123-photo.png", b"png"),
        ("files/file_00ff-notes.pdf", b"%PDF"),
        ("dalle-generations/file_00aa-0bcd.webp", b"webp"),
    ]);
    let history = history();
    let imported = import(&history, &bytes);
    assert_eq!((imported.threads, imported.files, imported.bytes), (1, 3, 11));
    let left: Vec<_> = imported.left.into_iter().collect();
    assert_eq!(left, [(Left::Messages, 1), (Left::Files, 1)], "what is not there is told");

    let (thread, steps) = kit::only(&history);
    let kinds: Vec<_> = steps.iter().map(|step| step.kind).collect();
    let answers = [StepKind::Assistant; 3];
    assert_eq!(kinds, [&[StepKind::User, StepKind::Llm, StepKind::Tool][..], &answers].concat());
    let [asked, thought, tool, picture, cited, odd] = steps.as_slice() else {
        panic!("the result of a tool stands with its call");
    };
    assert_eq!(asked.output, "What is this?");
    let names: Vec<_> = asked.elements.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["photo.png", "notes.pdf"], "each once");
    assert!(matches!(asked.elements[0].content, Content::Image { .. }));
    assert!(matches!(asked.elements[1].content, Content::Pdf { .. }));
    assert_eq!(kit::content(&history, thread.id, asked.elements[1].id), b"%PDF");
    assert_eq!(thought.output, "**Looking**\n\nIt is red.");
    let tool = (tool.name.as_str(), tool.input.as_str(), tool.output.as_str());
    assert_eq!(tool, ("python", "print(1)", "1"));
    assert_eq!(kit::content(&history, thread.id, picture.elements[0].id), b"webp");
    let without_marks = "An apple. Red. ([Apples](https://a.example))";
    assert_eq!(cited.output, without_marks, "with the sources that are told");
    let feedback = cited.feedback.clone().unwrap();
    assert_eq!((feedback.rating, feedback.comment.as_deref()), (Rating::Up, Some("Yes")));
    assert_eq!((odd.output.as_str(), odd.state), ("Something new", StepState::Done));
}

#[test]
fn the_newest_form_says_less_and_has_files_under_other_names() {
    let slim = |id: &str, role: &str, time: f64, content: Value, metadata: Value| {
        json!({ "id": id, "author": { "role": role }, "create_time": time, "content": content,
                "metadata": metadata })
    };
    let node = |name: &str, parent: Option<&str>, message: Value| {
        (name.to_owned(), json!({ "id": name, "message": message, "parent": parent }))
    };
    let picture = json!({ "content_type": "multimodal_text", "parts": [
        { "content_type": "image_asset_pointer", "asset_pointer": "sediment://file_00ab" },
        { "content_type": "image_asset_pointer", "asset_pointer": "sediment://7#file_00cd#p_0.jpg" },
        "Look",
    ]});
    let attached = json!({ "attachments": [{ "id": "file-XyZ" }] });
    let nodes = vec![
        node("root", None, Value::Null),
        node("q", Some("root"), slim("q", "user", 1.7e9, picture, attached)),
        // By their names the younger one would come first.
        node("b", Some("q"), slim("b", "assistant", 1.7e9 + 1.0, text("Older"), json!({}))),
        node("a", Some("q"), slim("a", "assistant", 1.7e9 + 2.0, text("Younger"), json!({}))),
    ];
    let mut slim = conversation("c", nodes, "a");
    slim["pinned_time"] = json!("2026-05-28T00:00:00Z");
    let json = json!([slim]).to_string();
    let names = json!({ "file_00ab.dat": "dalle/one.webp", "file-XyZ.dat": "notes.pdf" });
    let bytes = zip(&[
        ("conversations-000.json", json.as_bytes()),
        ("conversation_asset_file_names.json", names.to_string().as_bytes()),
        ("file_00ab.dat", b"webp"),
        ("file-XyZ.dat", b"%PDF"),
    ]);
    let history = history();
    let imported = import(&history, &bytes);
    assert_eq!((imported.threads, imported.files, imported.left.len()), (1, 2, 0));
    let (thread, steps) = kit::only(&history);
    assert!(thread.pinned);
    assert_eq!(kit::shown(&thread, &steps, 0), ["Look", "Older"]);
    assert_eq!(kit::shown(&thread, &steps, thread.branch), ["Look", "Younger"]);
    let files: Vec<_> = steps[0].elements.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(files, ["one.webp", "notes.pdf"]);
    assert!(matches!(steps[0].elements[0].content, Content::Image { .. }));
    assert!(matches!(steps[0].elements[1].content, Content::Pdf { .. }));
}

#[test]
fn a_conversation_in_no_known_form_stays_behind_alone() {
    let history = history();
    let imported = import(&history, &export_of(&[json!({ "title": "?" }), branched("c")]));
    assert_eq!((imported.threads, imported.left.get(&Left::Threads)), (1, Some(&1)));
}

#[test]
fn a_file_that_is_cut_off_keeps_what_came_before() {
    let json = json!([branched("c1"), branched("c2")]).to_string();
    let cut = &json.as_bytes()[..json.len() - 40];
    let (_dir, path) = kit::file(cut);
    let history = history();
    let (imported, done) = kit::import_at(&history, &path);
    assert!(matches!(done, Err(TransferError::Damaged(_))), "it says so: {done:?}");
    assert_eq!(imported.threads, 1);
    assert_eq!(kit::only(&history).0.branches.len(), 2, "and whole");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Every way from the root to a leaf of any tree is a branch that reads the same.
    #[test]
    fn every_way_through_a_tree_is_a_branch(
        parents in prop::collection::vec(any::<prop::sample::Index>(), 1..24),
        silent in prop::collection::vec(any::<bool>(), 24),
    ) {
        let parents: Vec<Option<usize>> = parents
            .iter()
            .enumerate()
            .map(|(at, parent)| (at > 0).then(|| parent.index(at)))
            .collect();
        let name = |at: usize| format!("n{at:02}");
        let nodes: Vec<_> = parents.iter().enumerate().map(|(at, parent)| {
            let children: Vec<_> = (0..parents.len())
                .filter(|child| parents[*child] == Some(at))
                .map(name)
                .collect();
            let children: Vec<_> = children.iter().map(String::as_str).collect();
            let said = if silent[at] {
                Value::Null
            } else {
                message(&name(at), "user", 1.7e9, text(&name(at)))
            };
            node(&name(at), parent.map(name).as_deref(), &children, &said)
        }).collect();
        let way = |mut at: usize| {
            let mut way = Vec::new();
            loop {
                if !silent[at] {
                    way.insert(0, name(at));
                }
                let Some(parent) = parents[at] else { return way };
                at = parent;
            }
        };
        let is_leaf = |at: &usize| !parents.contains(&Some(*at));
        let mut ways: Vec<_> = (0..parents.len()).filter(is_leaf).map(way).collect();
        ways.sort();
        // A way that is the beginning of another one, because its end is silent, is that one.
        let all = ways.clone();
        ways.retain(|way| !all.iter().any(|it| it.len() > way.len() && it.starts_with(way)));
        ways.dedup();
        let json = json!([conversation("c", nodes, &name(parents.len() - 1))]).to_string();
        let history = history();
        let imported = import(&history, json.as_bytes());
        if silent[..parents.len()].iter().all(|it| *it) {
            prop_assert_eq!(imported.left.get(&Left::Threads), Some(&1));
            return Ok(());
        }
        let (thread, steps) = kit::only(&history);
        let mut shown: Vec<_> = (0..=thread.branches.len())
            .map(|branch| kit::shown(&thread, &steps, u32::try_from(branch).unwrap()))
            .collect();
        shown.sort();
        prop_assert_eq!(shown, ways);
    }
}
