//! Markdown, for people.

use std::collections::HashSet;

use confidant_chat::branch::Branch;
use confidant_chat::element::{Chart, ChartKind, Element, Task, TaskState};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use confidant_transfer::{Format, Which};
use serde_json::json;

use crate::generated::{Generated, keep};
use crate::kit::{export, history};

fn talk() -> Generated {
    let mut thread = Thread::begin("analyst");
    thread.name = "Sales & \"plans\"".into();
    thread.branches = vec![Branch { id: 1, parent: 0, from: 1, begins: 2 }];
    thread.branch = 1;
    let asked = Step::said(StepKind::User, 0, "How much?".into());
    let dropped = Step::said(StepKind::Assistant, 1, "Nobody sees this".into());
    let mut looked = Step::said(StepKind::Tool, 2, "```\n7\n```".into());
    looked.branch = 1;
    looked.name = "query".into();
    looked.input = "SELECT 7".into();
    looked.language = Some("text".into());
    let mut answered = Step::said(StepKind::Assistant, 3, "**Seven**.\n".into());
    answered.branch = 1;
    answered.elements = vec![
        Element::dataframe("Rows", ["a|b", "n"], vec![vec![json!("x\ny"), json!(7)]]),
        Element::chart("Chart", Chart::new(ChartKind::Bar, ["Mon"]).series("Visits", [1.5])),
        Element::tasks("Tasks", Some("Going on"), vec![Task::new("One", TaskState::Done)]),
    ];
    Generated { thread, steps: vec![asked, dropped, looked, answered], files: Vec::new() }
}

#[test]
fn a_page_reads_as_the_branch_in_view() {
    let history = history();
    let talk = talk();
    keep(&history, std::slice::from_ref(&talk));
    let which = Which::These(vec![talk.thread.id]);
    let (name, bytes, exported) = export(&history, which, Format::Markdown);
    assert_eq!(name, "Sales & _plans_.md");
    assert_eq!((exported.threads, exported.messages), (1, 2));
    let page = String::from_utf8(bytes).unwrap();
    let times = page.lines().filter(|line| line.starts_with("*20") || line.starts_with("20"));
    assert_eq!(times.count(), 4, "when it was said stands with each");
    let page: Vec<_> =
        page.lines().filter(|line| !line.starts_with("*20") && !line.starts_with("20")).collect();
    let page = page.join("\n").replace("\n\n\n", "\n\n");
    let expected = "# Sales & \"plans\"\n\n## You\n\nHow much?\n\n### query\n\n```\nSELECT 7\n```\n\n\
        ````text\n```\n7\n```\n````\n\n## analyst\n\n**Seven**.\n\n\
        **Rows**\n\n| a\\|b | n |\n| --- | --- |\n| x y | 7 |\n\n\
        **Chart**\n\n|  | Visits |\n| --- | --- |\n| Mon | 1.5 |\n\n\
        **Tasks**: Going on\n\n- [x] One";
    assert_eq!(page.replace("\n\n\n", "\n\n"), expected);
}

#[test]
fn several_pages_come_in_a_zip_each_under_a_name_of_its_own_with_their_files() {
    let history = history();
    let [first, mut second, mut third] = [talk(), talk(), talk()];
    // As the second one is to be called.
    third.thread.name = "SALES & _plans_ (2)".into();
    let mut picture = Element::image("a (1).png", b"\x89PNG".to_vec());
    // As it is once it was sent.
    if let Some(file) = picture.content.file_mut() {
        file.size = 4;
    }
    second.files = vec![(picture.id, b"\x89PNG".to_vec())];
    let link = format!("![a (1).png](files/{}/a%20%281%29.png)", picture.id);
    second.steps[3].elements = vec![picture];
    keep(&history, &[first, second, third]);
    let (name, bytes, exported) = export(&history, Which::All, Format::Markdown);
    assert_eq!((name.as_str(), exported.threads, exported.files), ("Confidant.zip", 3, 1));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<_> = zip.file_names().map(|it| it.unwrap().into_owned()).collect();
    let pages: HashSet<_> = names[..3].iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(pages.len(), 3, "no system takes two of them for the same: {names:?}");
    assert!(names[3].ends_with("/a (1).png"), "{names:?}");
    let pages = names[..3].iter().map(|name| {
        let mut page = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut page).unwrap();
        page
    });
    assert_eq!(pages.filter(|page| page.contains(&link)).count(), 1, "and it points there");
}
