//! A thread as a page of Markdown, for people.

use std::io::Write;

use confidant_chat::branch::Path;
use confidant_chat::element::{Chart, Content, Element, TaskState};
use confidant_chat::step::{Step, StepKind};
use confidant_chat::thread::Thread;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::TransferError;
use crate::record::file_path;

pub(super) struct Page<'a, W> {
    out: &'a mut W,
    path: Path,
    profile: String,
}

impl<'a, W: Write> Page<'a, W> {
    pub(super) fn begin(out: &'a mut W, thread: &Thread) -> Result<Self, TransferError> {
        let path = Path::of(&thread.branches, thread.branch);
        let mut page = Self { out, path, profile: thread.profile.clone() };
        let name = if thread.name.is_empty() { "Untitled" } else { &thread.name };
        page.put(&format!("# {}\n\n{}\n", one_line(name), time(thread.created_at)))?;
        Ok(page)
    }

    /// Whether a step is in the branch in view.
    pub(super) fn shows(&self, step: &Step) -> bool {
        self.path.shows(step.branch, step.sequence)
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<(), TransferError> {
        let author = match step.kind {
            StepKind::User if step.name.is_empty() => "You",
            _ if step.name.is_empty() => &self.profile,
            _ => &step.name,
        };
        let level = if step.kind.is_message() { "##" } else { "###" };
        let mut page = format!("\n{level} {}\n\n*{}*\n", one_line(author), time(step.created_at));
        if !step.input.is_empty() {
            page.push_str(&format!("\n{}\n", fenced("", &step.input)));
        }
        let output = match &step.language {
            Some(language) => fenced(language, &step.output),
            None => step.output.trim_end().to_owned(),
        };
        if !step.output.is_empty() {
            page.push_str(&format!("\n{output}\n"));
        }
        for element in &step.elements {
            page.push_str(&format!("\n{}\n", shown(element)));
        }
        self.put(&page)
    }

    fn put(&mut self, text: &str) -> Result<(), TransferError> {
        self.out.write_all(text.as_bytes()).map_err(|error| TransferError::unwritable(&error))
    }
}

fn shown(element: &Element) -> String {
    let name = one_line(&element.name);
    match &element.content {
        Content::Text { text, language: Some(language) } => {
            format!("**{name}**\n\n{}", fenced(language, text))
        }
        Content::Text { text, language: None } => format!("**{name}**\n\n{}", text.trim_end()),
        Content::Dataframe { columns, rows } => {
            let cells = |row: &Vec<Value>| row.iter().map(cell).collect::<Vec<_>>();
            format!("**{name}**\n\n{}", table(columns, rows.iter().map(cells)))
        }
        Content::Chart { chart } => format!("**{name}**\n\n{}", figures(chart)),
        Content::Tasks { status, tasks } => {
            let status = status.as_ref().map(|it| format!(": {}", one_line(it)));
            let tasks = tasks.iter().map(|task| {
                let mark = if task.state == TaskState::Done { "x" } else { " " };
                format!("- [{mark}] {}", one_line(&task.title))
            });
            let tasks = tasks.collect::<Vec<_>>().join("\n");
            format!("**{name}**{}\n\n{tasks}", status.unwrap_or_default())
        }
        Content::Image { .. } => format!("![{}]({})", bracketed(&name), link(element)),
        Content::Pdf { .. }
        | Content::Audio { .. }
        | Content::Video { .. }
        | Content::File { .. } => format!("[{}]({})", bracketed(&name), link(element)),
    }
}

/// The figures of a chart as a table, a column for each series.
fn figures(chart: &Chart) -> String {
    let first = chart.x_title.clone().unwrap_or_default();
    let heads: Vec<_> =
        std::iter::once(first).chain(chart.series.iter().map(|it| it.name.clone())).collect();
    let rows = chart.labels.iter().enumerate().map(|(at, label)| {
        let value = |values: &Vec<Option<f64>>| {
            values.get(at).copied().flatten().map(|it| it.to_string()).unwrap_or_default()
        };
        let values = chart.series.iter().map(|series| value(&series.values));
        std::iter::once(label.clone()).chain(values).collect()
    });
    table(&heads, rows)
}

fn table(heads: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        let cells = cells.iter().map(|it| one_line(it).replace('|', "\\|"));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = vec!["---".to_owned(); heads.len().max(1)];
    let lines = [line(heads), line(&rule)].into_iter().chain(rows.map(|row| line(&row)));
    lines.collect::<Vec<_>>().join("\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Code between fences that are longer than any within it.
fn fenced(language: &str, code: &str) -> String {
    let longest = code.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{}\n{}\n{fence}", one_line(language), code.trim_end_matches('\n'))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The place of a file as a link that Markdown takes for one.
fn link(element: &Element) -> String {
    let escape = |it: char| match it {
        ' ' => "%20".to_owned(),
        '(' => "%28".to_owned(),
        ')' => "%29".to_owned(),
        '%' => "%25".to_owned(),
        it => it.to_string(),
    };
    file_path(element).chars().map(escape).collect()
}

fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}
