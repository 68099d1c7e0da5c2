//! Our own archives.

use confidant_transfer::{Format, Left, TransferError, Which};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generated::{self, keep};
use crate::kit::{self, export, history, import};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_was_exported_and_imported_is_exported_as_the_same_bytes(
        all in generated::threads(4),
    ) {
        let before = history();
        keep(&before, &all);
        let (name, bytes, exported) = export(&before, Which::All, Format::Json);
        prop_assert_eq!(name, "Confidant.zip");
        prop_assert_eq!(exported.threads, all.len() as u64);

        let after = history();
        let imported = import(&after, &bytes);
        prop_assert_eq!(imported.threads, exported.threads);
        prop_assert_eq!(imported.messages, exported.messages);
        prop_assert_eq!(imported.files, exported.files);
        prop_assert!(imported.left.is_empty(), "nothing stays behind: {:?}", imported.left);
        prop_assert_eq!(kit::threads(&after), kit::threads(&before));

        let (_, again, _) = export(&after, Which::All, Format::Json);
        prop_assert!(again == bytes, "byte for byte");
        let twice = import(&after, &bytes);
        prop_assert_eq!((twice.threads, twice.known), (0, exported.threads));
    }

    #[test]
    fn one_thread_is_the_same_bytes_as_well(one in generated::thread()) {
        let before = history();
        keep(&before, std::slice::from_ref(&one));
        let these = Which::These(vec![one.thread.id]);
        let (name, bytes, _) = export(&before, these.clone(), Format::Json);
        let packed = if one.files.is_empty() { ".json" } else { ".zip" };
        prop_assert!(name.ends_with(packed), "{name}");

        let after = history();
        let imported = import(&after, &bytes);
        prop_assert_eq!((imported.threads, imported.left.len()), (1, 0));
        let (_, again, _) = export(&after, these, Format::Json);
        prop_assert!(again == bytes, "byte for byte");
        for (file, content) in &one.files {
            prop_assert_eq!(&kit::content(&after, one.thread.id, *file), content);
        }
    }

    #[test]
    fn what_another_program_wrote_anew_in_its_own_order_reads_the_same(
        one in generated::thread(),
    ) {
        prop_assume!(one.files.is_empty());
        let before = history();
        keep(&before, std::slice::from_ref(&one));
        let (_, bytes, _) = export(&before, Which::These(vec![one.thread.id]), Format::Json);
        // Sorted, with spaces, and so with the steps at the end of a thread or in its midst.
        let mut json: Value = serde_json::from_slice(&bytes).unwrap();
        let thread = json["threads"][0].take();
        let steps = thread["steps"].clone();
        let rest = [("metadata", &thread["metadata"]), ("id", &thread["id"])];
        let rest = rest.map(|(key, value)| format!("{}:{value}", json!(key))).join(",\n");
        let text = format!(
            "\u{feff}{{ \"confidant\" : 1, \"more\": {{}}, \"threads\" : [ {{ \"steps\": {steps}, \"name\": {}, \
             \"createdAt\": {}, \"tags\": [1], {rest} }} ] }}",
            thread["name"], thread["createdAt"],
        );
        let after = history();
        prop_assert_eq!(import(&after, text.as_bytes()).threads, 1);
        prop_assert_eq!(kit::threads(&after), kit::threads(&before));
    }
}

/// An archive of one thread with these `steps`, as somebody may write it by hand.
fn by_hand(steps: &[Value]) -> Vec<u8> {
    let thread = json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "createdAt": "2026-01-02T03:04:05Z",
        "metadata": {},
        "steps": steps,
    });
    json!({ "confidant": 1, "threads": [thread] }).to_string().into_bytes()
}

fn step(number: u8, kind: &str, text: &str) -> Value {
    json!({
        "id": format!("01890a5d-ac96-774b-bcce-b302099a80{number:02}"),
        "type": kind,
        "output": text,
        "createdAt": "2026-01-02T03:04:05Z",
    })
}

#[test]
fn what_is_written_by_hand_needs_little() {
    let history = history();
    let steps = [step(1, "user_message", "Hello"), step(2, "assistant_message", "Hi")];
    let imported = import(&history, &by_hand(&steps));
    assert_eq!((imported.threads, imported.messages), (1, 2));
    let (thread, steps) = kit::only(&history);
    assert_eq!((thread.profile.as_str(), thread.name.as_str()), (kit::PROFILE, ""));
    assert_eq!(thread.last_activity, thread.created_at);
    let said: Vec<_> = steps.iter().map(|step| (step.sequence, step.output.as_str())).collect();
    assert_eq!(said, [(0, "Hello"), (1, "Hi")]);
}

#[test]
fn a_thread_with_what_cannot_be_stays_behind_and_the_others_come() {
    let good = step(1, "user_message", "good");
    let bad = [
        json!({ "id": 7 }),
        step(1, "shouting", "no such kind"),
        json!({ "metadata": { "sequence": 0 } }),
        {
            let mut twice = step(2, "user_message", "at the same place");
            twice["metadata"] = json!({ "sequence": 0 });
            twice
        },
        {
            let mut lost = step(2, "user_message", "in no branch");
            lost["metadata"] = json!({ "branch": 3 });
            lost
        },
        {
            let mut element = step(2, "user_message", "with an element of two kinds");
            element["elements"] = json!([{
                "id": "01890a5d-ac96-774b-bcce-b302099a8099",
                "forId": "01890a5d-ac96-774b-bcce-b302099a8002",
                "type": "chart", "name": "c", "display": "inline", "content": "text",
            }]);
            element
        },
    ];
    for bad in bad {
        let mut json: Value =
            serde_json::from_slice(&by_hand(&[good.clone(), bad.clone()])).unwrap();
        let mut other = json["threads"][0].clone();
        other["id"] = json!("01890a5d-ac96-774b-bcce-b302099a8058");
        other["steps"] = json!([step(9, "user_message", "other")]);
        json["threads"].as_array_mut().unwrap().push(other);
        let history = history();
        let imported = import(&history, json.to_string().as_bytes());
        assert_eq!((imported.threads, imported.left.get(&Left::Threads)), (1, Some(&1)), "{bad}");
        assert_eq!(kit::only(&history).1[0].output, "other");
    }
}

#[test]
fn a_file_that_is_not_in_the_archive_stays_behind_alone() {
    let mut with_file = step(1, "user_message", "see");
    with_file["elements"] = json!([{
        "id": "01890a5d-ac96-774b-bcce-b302099a8099",
        "forId": "01890a5d-ac96-774b-bcce-b302099a8001",
        "type": "image", "name": "a.png", "display": "inline",
        "content": { "file": "../../etc/passwd" },
    }]);
    let history = history();
    let imported = import(&history, &by_hand(&[with_file]));
    assert_eq!((imported.threads, imported.left.get(&Left::Files)), (1, Some(&1)));
    assert_eq!(kit::only(&history).1[0].elements, [], "nothing is read from elsewhere");
}

#[test]
fn an_archive_of_a_newer_version_is_called_so() {
    let newer = br#"{"confidant":2,"threads":[{"what":"ever"}]}"#;
    let (_dir, path) = kit::file(newer);
    let (imported, done) = kit::import_at(&history(), &path);
    assert_eq!(done, Err(TransferError::Newer { found: 2, known: 1 }));
    assert_eq!(imported.threads, 0);
}
