//! Threads of every shape that a person's history can hold.

use std::sync::Arc;

use confidant_chat::action::{Action, Button};
use confidant_chat::ask::{Ask, AskState, Want};
use confidant_chat::branch::Branch;
use confidant_chat::element::{
    Chart, ChartKind, Content, Display, Element, StoredFile, Task, TaskState,
};
use confidant_chat::failure::{Failure, FailureCode};
use confidant_chat::feedback::{Feedback, Rating};
use confidant_chat::ids::{ElementId, StepId, ThreadId};
use confidant_chat::port::history::{Change, Durability, FileSource, History};
use confidant_chat::settings::{Choice, Setting, Widget};
use confidant_chat::step::{Step, StepKind, StepState};
use confidant_chat::testing::MemoryHistory;
use confidant_chat::thread::Thread;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::kit::blocking;

/// A thread with its steps, and the content of their files.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) thread: Thread,
    pub(crate) steps: Vec<Step>,
    pub(crate) files: Vec<(ElementId, Vec<u8>)>,
}

/// Puts threads into a history.
pub(crate) fn keep(history: &Arc<MemoryHistory>, all: &[Generated]) {
    let (history, all) = (Arc::clone(history), all.to_vec());
    blocking(move || {
        let runtime = tokio::runtime::Handle::current();
        for Generated { thread, steps, files } in all {
            let id = thread.id;
            for (file, bytes) in files {
                let put = history.put_file(id, file, FileSource::Bytes(bytes));
                runtime.block_on(put).unwrap();
            }
            let steps =
                steps.into_iter().map(|step| Change::PutStep { thread: id, step: Box::new(step) });
            let changes = [Change::PutThread(Box::new(thread))].into_iter().chain(steps);
            runtime.block_on(history.write(changes.collect(), Durability::OnDisk)).unwrap();
        }
    });
}

pub(crate) fn threads(most: usize) -> impl Strategy<Value = Vec<Generated>> {
    vec(thread(), 0..=most)
}

pub(crate) fn thread() -> impl Strategy<Value = Generated> {
    let header = (name(), "[a-z]{0,8}", time(), time(), map(), map(), any::<bool>());
    (header, branches(), vec(step(), 0..12), any::<prop::sample::Index>()).prop_map(
        |(header, branches, drawn, view)| {
            let (name, profile, created_at, last_activity, session, settings, pinned) = header;
            let branch = u32::try_from(view.index(branches.len() + 1)).unwrap();
            let profile = format!("p{profile}");
            let thread = Thread {
                id: ThreadId::new(),
                name,
                profile,
                created_at,
                last_activity,
                session,
                settings,
                branches: branches.clone(),
                branch,
                pinned,
                binned_at: None,
            };
            let (mut place, mut steps, mut files) = (0, Vec::<Step>::new(), Vec::new());
            for (gap, mut step, elements, links) in drawn {
                place += gap;
                step.id = StepId::new();
                step.sequence = place;
                place += 1;
                step.branch = u32::try_from(links.0.index(branches.len() + 1)).unwrap();
                let earlier = |link: prop::sample::Index| steps.get(link.index(steps.len() + 1));
                step.parent = earlier(links.1).map(|step| step.id);
                step.answers = earlier(links.2).map(|step| step.id);
                for (name, display, mut content, bytes) in elements {
                    let id = ElementId::new();
                    if let Some(file) = content.file_mut() {
                        file.size = bytes.len() as u64;
                        files.push((id, bytes));
                    }
                    step.elements.push(Element::kept(id, name, display, content));
                }
                steps.push(step);
            }
            Generated { thread, steps, files }
        },
    )
}

type Links = (prop::sample::Index, prop::sample::Index, prop::sample::Index);
type Drawn = (String, Display, Content, Vec<u8>);

fn step() -> impl Strategy<Value = (u32, Step, Vec<Drawn>, Links)> {
    let said = (kind(), text(), text(), text(), option::of("[a-z]{1,8}"), state());
    let more = (option::of(failure()), option::of(ask()), vec(action(), 0..3));
    let rest = (option::of(feedback()), option::of("[a-z]{1,8}"), time(), option::of(time()));
    (0..3_u32, said, more, rest, vec(element(), 0..3), any::<Links>()).prop_map(
        |(gap, said, more, rest, elements, links)| {
            let (kind, name, input, output, language, state) = said;
            let (failure, ask, actions) = more;
            let (feedback, command, created_at, ended_at) = rest;
            let mut step = Step::said(kind, 0, output);
            (step.name, step.input, step.language, step.state) = (name, input, language, state);
            (step.failure, step.ask, step.actions) = (failure, ask, actions);
            (step.feedback, step.command) = (feedback, command);
            (step.created_at, step.ended_at) = (created_at, ended_at);
            (gap, step, elements, links)
        },
    )
}

fn element() -> impl Strategy<Value = Drawn> {
    let display = prop_oneof![Just(Display::Inline), Just(Display::Side), Just(Display::Page)];
    (text(), display, content(), vec(any::<u8>(), 0..3_000))
}

fn content() -> impl Strategy<Value = Content> {
    let file = "[a-z]{1,6}/[a-z]{1,6}".prop_map(|mime| StoredFile { mime, size: 0 });
    let table = (vec(text(), 0..4), vec(vec(value(), 0..4), 0..4));
    prop_oneof![
        (text(), option::of("[a-z]{1,6}"))
            .prop_map(|(text, language)| Content::Text { text, language }),
        table.prop_map(|(columns, rows)| Content::Dataframe { columns, rows }),
        chart().prop_map(|chart| Content::Chart { chart }),
        (option::of(text()), vec((text(), task_state()), 0..4)).prop_map(|(status, tasks)| {
            let tasks = tasks.into_iter().map(|(title, state)| Task { title, state });
            Content::Tasks { status, tasks: tasks.collect() }
        }),
        (file, 0..5).prop_map(|(file, kind)| match kind {
            0 => Content::Image { file },
            1 => Content::Pdf { file },
            2 => Content::Audio { file },
            3 => Content::Video { file },
            _ => Content::File { file },
        }),
    ]
}

fn chart() -> impl Strategy<Value = Chart> {
    let kind = prop_oneof![
        Just(ChartKind::Line),
        Just(ChartKind::Bar),
        Just(ChartKind::Area),
        Just(ChartKind::Pie),
        Just(ChartKind::Scatter)
    ];
    let series = vec((text(), vec(option::of(any::<f64>()), 0..4)), 0..3);
    (kind, vec(text(), 0..4), series, option::of((text(), text()))).prop_map(
        |(kind, labels, series, titles)| {
            let chart = Chart::new(kind, labels);
            let chart = series.into_iter().fold(chart, |chart, (name, it)| chart.series(&name, it));
            match titles {
                Some((x, y)) => chart.titles(&x, &y),
                None => chart,
            }
        },
    )
}

fn ask() -> impl Strategy<Value = Ask> {
    let setting = (text(), text()).prop_map(|(label, value)| Setting {
        id: "field".into(),
        label,
        description: None,
        tab: None,
        required: true,
        widget: Widget::Select {
            options: vec![Choice { value: value.clone(), label: "One".into() }],
            initial: value,
        },
    });
    let want = prop_oneof![
        (text(), any::<u32>(), any::<bool>()).prop_map(|(placeholder, max_length, multiline)| {
            Want::Text { placeholder, max_length, multiline }
        }),
        (vec(text(), 0..3), any::<u64>(), any::<u32>())
            .prop_map(|(accept, max_size, max_files)| Want::Files { accept, max_size, max_files }),
        vec(button(), 0..3).prop_map(|options| Want::Choice { options }),
        (vec(setting, 0..3), option::of(text()))
            .prop_map(|(fields, submit)| Want::Form { fields, submit }),
    ];
    let state = prop_oneof![
        Just(AskState::Open),
        Just(AskState::TimedOut),
        Just(AskState::Cancelled),
        text().prop_map(|summary| AskState::Answered { summary }),
    ];
    (want, time(), state).prop_map(|(want, deadline, state)| Ask { want, deadline, state })
}

fn button() -> impl Strategy<Value = Button> {
    (text(), text(), option::of(text()), value()).prop_map(|(name, label, tooltip, payload)| {
        Button { tooltip, payload, ..Button::new(&name, &label) }
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::SetUpModel), button().prop_map(Action::Call)]
}

fn failure() -> impl Strategy<Value = Failure> {
    let code = prop_oneof![Just(FailureCode::HandlerFailed), Just(FailureCode::ModelRateLimited)];
    (code, text(), option::of(any::<u32>())).prop_map(|(code, detail, retry_in)| Failure {
        code,
        detail,
        retry_in,
    })
}

fn feedback() -> impl Strategy<Value = Feedback> {
    let rating = prop_oneof![Just(Rating::Up), Just(Rating::Down)];
    (rating, option::of(text())).prop_map(|(rating, comment)| Feedback { rating, comment })
}

fn kind() -> impl Strategy<Value = StepKind> {
    prop_oneof![
        4 => Just(StepKind::User),
        4 => Just(StepKind::Assistant),
        1 => Just(StepKind::System),
        1 => Just(StepKind::Run),
        1 => Just(StepKind::Tool),
        1 => Just(StepKind::Llm),
        1 => Just(StepKind::Embedding),
        1 => Just(StepKind::Retrieval),
        1 => Just(StepKind::Rerank),
    ]
}

fn state() -> impl Strategy<Value = StepState> {
    prop_oneof![
        Just(StepState::Writing),
        Just(StepState::Done),
        Just(StepState::Stopped),
        Just(StepState::Interrupted),
        Just(StepState::Failed)
    ]
}

fn task_state() -> impl Strategy<Value = TaskState> {
    prop_oneof![
        Just(TaskState::Ready),
        Just(TaskState::Running),
        Just(TaskState::Done),
        Just(TaskState::Failed)
    ]
}

/// Each a fork of an earlier one.
fn branches() -> impl Strategy<Value = Vec<Branch>> {
    vec((any::<prop::sample::Index>(), 0..6_u32, 0..6_u32), 0..4).prop_map(|drawn| {
        let numbered = (1..).zip(drawn);
        let branch = |(id, (parent, from, further)): (u32, (prop::sample::Index, u32, u32))| {
            let parent = u32::try_from(parent.index(id as usize)).unwrap();
            Branch { id, parent, from, begins: from + further }
        };
        numbered.map(branch).collect()
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[^\\p{C}]{1,30}",
        Just("Wieder: \"ein\" \\ Plan / 計画 🎈".into())
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z ]{0,20}",
        2 => any::<String>(),
        1 => "[\"\\\\/\u{0}-\u{1f}\u{7f}\u{2028}\u{feff}🎈]{0,10}",
    ]
}

/// Nanoseconds and all, in the years that anything can be of.
fn time() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_i64, 0..1_000_000_000_i32)
        .prop_map(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).unwrap())
}

fn map() -> impl Strategy<Value = Map<String, Value>> {
    vec((text(), value()), 0..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|it| json!(it)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}
