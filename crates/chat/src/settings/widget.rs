//! The ways in which a setting is shown, and what each of them allows.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a setting is shown, what it allows, and what it is at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Widget {
    /// On or off.
    Switch {
        /// The value at first.
        initial: bool,
    },
    /// On or off, as a box to tick.
    Checkbox {
        /// The value at first.
        initial: bool,
    },
    /// One of several.
    Select {
        /// What there is to choose.
        options: Vec<Choice>,
        /// The value at first.
        initial: String,
    },
    /// One of several, all in view.
    Radio {
        /// What there is to choose.
        options: Vec<Choice>,
        /// The value at first.
        initial: String,
    },
    /// Any number of several.
    Multiselect {
        /// What there is to choose.
        options: Vec<Choice>,
        /// The values at first.
        initial: Vec<String>,
    },
    /// A number between two others.
    Slider {
        /// The smallest value.
        #[specta(type = u32)]
        min: f64,
        /// The largest value.
        #[specta(type = u32)]
        max: f64,
        /// The distance between two values.
        #[specta(type = u32)]
        step: f64,
        /// The value at first.
        #[specta(type = u32)]
        initial: f64,
    },
    /// Free text.
    Text {
        /// The value at first.
        initial: String,
        /// Shown while the field is empty.
        placeholder: String,
        /// The most characters.
        max_length: u32,
        /// Whether it may have several lines.
        multiline: bool,
    },
    /// A number, or nothing.
    Number {
        /// The value at first.
        #[specta(type = Option<u32>)]
        initial: Option<f64>,
        /// The smallest value.
        #[specta(type = Option<u32>)]
        min: Option<f64>,
        /// The largest value.
        #[specta(type = Option<u32>)]
        max: Option<f64>,
        /// The distance between two values, counted from the smallest one or from 0.
        #[specta(type = Option<u32>)]
        step: Option<f64>,
    },
    /// Words that the person chooses.
    Tags {
        /// The value at first.
        initial: Vec<String>,
        /// The most words.
        max_tags: u32,
        /// The most characters of each.
        max_length: u32,
    },
    /// A day, `YYYY-MM-DD`, or nothing.
    Date {
        /// The value at first.
        initial: Option<String>,
        /// The first day.
        min: Option<String>,
        /// The last day.
        max: Option<String>,
    },
    /// Two days and what is between, or nothing.
    DateRange {
        /// The value at first.
        initial: Option<DateSpan>,
        /// The first day.
        min: Option<String>,
        /// The last day.
        max: Option<String>,
    },
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// The value that is stored.
    pub value: String,
    /// What is shown for it.
    pub label: String,
}

/// Two days and what is between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DateSpan {
    /// The first day, `YYYY-MM-DD`.
    pub start: String,
    /// The last day, not before the first.
    pub end: String,
}

impl Widget {
    /// The value at first.
    pub(super) fn initial(&self) -> Value {
        match self {
            Self::Switch { initial } | Self::Checkbox { initial } => (*initial).into(),
            Self::Select { initial, .. }
            | Self::Radio { initial, .. }
            | Self::Text { initial, .. } => initial.clone().into(),
            Self::Multiselect { initial, .. } | Self::Tags { initial, .. } => {
                initial.clone().into()
            }
            Self::Slider { initial, .. } => (*initial).into(),
            Self::Number { initial, .. } => (*initial).into(),
            Self::Date { initial, .. } => initial.clone().into(),
            Self::DateRange { initial, .. } => initial.as_ref().map_or(
                Value::Null,
                |span| serde_json::json!({ "start": span.start, "end": span.end }),
            ),
        }
    }

    /// Whether `value` can be the value.
    pub(super) fn allows(&self, value: &Value) -> bool {
        match self {
            Self::Switch { .. } | Self::Checkbox { .. } => value.is_boolean(),
            Self::Select { options, .. } | Self::Radio { options, .. } => {
                value.as_str().is_some_and(|value| is_choice(options, value))
            }
            Self::Multiselect { options, .. } => {
                distinct(value).is_some_and(|all| all.iter().all(|it| is_choice(options, it)))
            }
            Self::Slider { min, max, .. } => {
                value.as_f64().is_some_and(|value| (*min..=*max).contains(&value))
            }
            Self::Text { max_length, multiline, .. } => value.as_str().is_some_and(|text| {
                is_at_most(text, *max_length) && (*multiline || !text.contains(['\n', '\r']))
            }),
            Self::Number { min, max, step, .. } => {
                value.is_null() || value.as_f64().is_some_and(|it| fits(it, *min, *max, *step))
            }
            Self::Tags { max_tags, max_length, .. } => distinct(value).is_some_and(|tags| {
                tags.len() <= *max_tags as usize
                    && tags.iter().all(|tag| is_tag(tag) && is_at_most(tag, *max_length))
            }),
            Self::Date { min, max, .. } => {
                value.is_null() || day(value).is_some_and(|day| is_within(day, min, max))
            }
            Self::DateRange { min, max, .. } => {
                value.is_null()
                    || span(value).is_some_and(|(start, end)| {
                        start <= end && is_within(start, min, max) && is_within(end, min, max)
                    })
            }
        }
    }

    /// A value in words.
    pub(super) fn words(&self, value: &Value) -> String {
        let label = |value: &str| match self {
            Self::Select { options, .. }
            | Self::Radio { options, .. }
            | Self::Multiselect { options, .. } => options
                .iter()
                .find(|option| option.value == value)
                .map_or_else(|| value.to_owned(), |option| option.label.clone()),
            _ => value.to_owned(),
        };
        match value {
            Value::Null | Value::Bool(false) => "–".into(),
            Value::Bool(true) => "✓".into(),
            Value::String(text) => label(text),
            Value::Array(values) => {
                let texts = values.iter().filter_map(Value::as_str).map(label);
                texts.collect::<Vec<_>>().join(", ")
            }
            Value::Object(_) => {
                span(value).map_or_else(String::new, |(start, end)| format!("{start} – {end}"))
            }
            // JSON keeps 2.0 and 2 apart; a person does not.
            Value::Number(number) => match number.as_f64() {
                Some(real) if number.is_f64() => real.to_string(),
                _ => number.to_string(),
            },
        }
    }
}

/// Whether a value is none at all.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn is_choice(options: &[Choice], value: &str) -> bool {
    options.iter().any(|option| option.value == value)
}

fn is_at_most(text: &str, characters: u32) -> bool {
    text.chars().count() <= characters as usize
}

fn is_tag(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(char::is_control)
}

/// The texts of a list that holds nothing else, and each of them once.
fn distinct(value: &Value) -> Option<Vec<&str>> {
    let texts: Option<Vec<_>> = value.as_array()?.iter().map(Value::as_str).collect();
    let mut seen = HashSet::new();
    texts.filter(|texts| texts.iter().all(|text| seen.insert(*text)))
}

fn fits(value: f64, min: Option<f64>, max: Option<f64>, step: Option<f64>) -> bool {
    let within = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    let on_step = step.filter(|step| *step > 0.0).is_none_or(|step| {
        // Decimal steps such as 0.1 have no exact form, so "on" means very nearly.
        let steps = (value - min.unwrap_or(0.0)) / step;
        (steps - steps.round()).abs() < 1e-6
    });
    within && on_step
}

fn day(value: &Value) -> Option<Date> {
    let text = value.as_str()?;
    // What jiff reads is wider than what is stored: one form only, so that texts compare as days.
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

fn span(value: &Value) -> Option<(Date, Date)> {
    Some((day(value.get("start")?)?, day(value.get("end")?)?))
}

/// Bounds that are no days bound nothing.
fn is_within(day: Date, min: &Option<String>, max: &Option<String>) -> bool {
    let bound = |text: &Option<String>| text.as_ref()?.parse::<Date>().ok();
    bound(min).is_none_or(|min| day >= min) && bound(max).is_none_or(|max| day <= max)
}
