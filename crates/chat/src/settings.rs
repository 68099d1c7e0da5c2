//! Chat settings: what a person can adjust in one conversation, and the check that every value
//! passes before a handler sees it.

mod widget;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use widget::{Choice, DateSpan, Widget};

/// One adjustable thing of a profile, or one field of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// The key of its value in `chat_settings`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// One sentence more, if it needs one.
    pub description: Option<String>,
    /// The tab it stands in, with all others that name the same.
    pub tab: Option<String>,
    /// Whether it may not be left empty.
    pub required: bool,
    /// How it is shown, and what it allows.
    pub widget: Widget,
}

/// Values by setting id.
pub type SettingValues = Map<String, Value>;

/// Why values cannot be the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The profile has no such setting.
    #[error("there is no setting {id}")]
    Unknown {
        /// The id that was given.
        id: String,
    },
    /// The value is of the wrong type, out of bounds, or not among the choices.
    #[error("this value does not fit the setting {id}")]
    Invalid {
        /// The setting.
        id: String,
    },
    /// There has to be a value.
    #[error("the setting {id} may not be empty")]
    Required {
        /// The setting.
        id: String,
    },
}

impl Setting {
    /// On or off, as a switch.
    pub fn switch(id: &str, label: &str, initial: bool) -> Self {
        Self::with(id, label, Widget::Switch { initial })
    }

    /// On or off, as a box to tick.
    pub fn checkbox(id: &str, label: &str, initial: bool) -> Self {
        Self::with(id, label, Widget::Checkbox { initial })
    }

    /// One of `options`, given as value and label, in a list that opens.
    pub fn select(id: &str, label: &str, options: &[(&str, &str)], initial: &str) -> Self {
        let options = choices(options);
        Self::with(id, label, Widget::Select { options, initial: initial.into() })
    }

    /// One of `options`, given as value and label, all in view.
    pub fn radio(id: &str, label: &str, options: &[(&str, &str)], initial: &str) -> Self {
        let options = choices(options);
        Self::with(id, label, Widget::Radio { options, initial: initial.into() })
    }

    /// Any number of `options`, given as value and label.
    pub fn multiselect(id: &str, label: &str, options: &[(&str, &str)], initial: &[&str]) -> Self {
        let initial = initial.iter().map(|value| (*value).into()).collect();
        Self::with(id, label, Widget::Multiselect { options: choices(options), initial })
    }

    /// A number between `min` and `max` in steps of `step`.
    pub fn slider(id: &str, label: &str, (min, max, step): (f64, f64, f64), initial: f64) -> Self {
        Self::with(id, label, Widget::Slider { min, max, step, initial })
    }

    /// Free text of at most `max_length` characters.
    pub fn text(id: &str, label: &str, initial: &str, max_length: u32) -> Self {
        let widget = Widget::Text {
            initial: initial.into(),
            placeholder: String::new(),
            max_length,
            multiline: false,
        };
        Self::with(id, label, widget)
    }

    /// A number, or nothing.
    pub fn number(id: &str, label: &str, initial: Option<f64>) -> Self {
        Self::with(id, label, Widget::Number { initial, min: None, max: None, step: None })
    }

    /// Words that the person chooses, at most 20 of at most 50 characters each.
    pub fn tags(id: &str, label: &str, initial: &[&str]) -> Self {
        let initial = initial.iter().map(|tag| (*tag).into()).collect();
        Self::with(id, label, Widget::Tags { initial, max_tags: 20, max_length: 50 })
    }

    /// A day as `YYYY-MM-DD`, or nothing.
    pub fn date(id: &str, label: &str, initial: Option<&str>) -> Self {
        let initial = initial.map(Into::into);
        Self::with(id, label, Widget::Date { initial, min: None, max: None })
    }

    /// Two days and what is between, given as `YYYY-MM-DD`, or nothing.
    pub fn date_range(id: &str, label: &str, initial: Option<(&str, &str)>) -> Self {
        let initial = initial.map(|(start, end)| DateSpan { start: start.into(), end: end.into() });
        Self::with(id, label, Widget::DateRange { initial, min: None, max: None })
    }

    fn with(id: &str, label: &str, widget: Widget) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            description: None,
            tab: None,
            required: false,
            widget,
        }
    }

    /// The same setting with one sentence that explains it.
    #[must_use]
    pub fn describe(mut self, text: &str) -> Self {
        self.description = Some(text.into());
        self
    }

    /// The same setting in a tab, with all others that name the same.
    #[must_use]
    pub fn tab(mut self, name: &str) -> Self {
        self.tab = Some(name.into());
        self
    }

    /// The same setting, which may not be left empty: no blank text, no empty list, no missing
    /// number or day, and a box has to be ticked.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same text field with several lines; other widgets stay as they are.
    #[must_use]
    pub fn multiline(mut self) -> Self {
        if let Widget::Text { multiline, .. } = &mut self.widget {
            *multiline = true;
        }
        self
    }

    /// The same text field with words that stand in it while it is empty; other widgets stay as
    /// they are.
    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        if let Widget::Text { placeholder, .. } = &mut self.widget {
            *placeholder = text.into();
        }
        self
    }

    /// The same number within bounds; other widgets stay as they are.
    #[must_use]
    pub fn between(mut self, least: f64, most: f64) -> Self {
        if let Widget::Number { min, max, .. } = &mut self.widget {
            (*min, *max) = (Some(least), Some(most));
        }
        self
    }

    /// The same number in steps from its least value, or from 0; other widgets stay as they are.
    #[must_use]
    pub fn step(mut self, distance: f64) -> Self {
        if let Widget::Number { step, .. } = &mut self.widget {
            *step = Some(distance);
        }
        self
    }

    /// The same day or days from `first` to `last` (`YYYY-MM-DD`); other widgets stay as they are.
    #[must_use]
    pub fn within(mut self, first: &str, last: &str) -> Self {
        if let Widget::Date { min, max, .. } | Widget::DateRange { min, max, .. } = &mut self.widget
        {
            (*min, *max) = (Some(first.into()), Some(last.into()));
        }
        self
    }

    /// The value at first.
    #[must_use]
    pub fn initial(&self) -> Value {
        self.widget.initial()
    }

    /// Whether `value` can be this setting's value, apart from being required.
    #[must_use]
    pub fn allows(&self, value: &Value) -> bool {
        self.widget.allows(value)
    }

    /// A value in words, for a thread to keep.
    #[must_use]
    pub fn words(&self, value: &Value) -> String {
        self.widget.words(value)
    }

    fn check(&self, value: &Value) -> Result<(), SettingError> {
        if !self.allows(value) {
            return Err(SettingError::Invalid { id: self.id.clone() });
        }
        if self.required && widget::is_empty(value) {
            return Err(SettingError::Required { id: self.id.clone() });
        }
        Ok(())
    }
}

/// Checks every one of `changed` against `settings`.
///
/// # Errors
///
/// Names the first value that has no setting or does not fit it.
pub fn check(settings: &[Setting], changed: &SettingValues) -> Result<(), SettingError> {
    for (id, value) in changed {
        let setting = settings
            .iter()
            .find(|setting| setting.id == *id)
            .ok_or_else(|| SettingError::Unknown { id: id.clone() })?;
        setting.check(value)?;
    }
    Ok(())
}

/// The value of every setting: the stored one where it still fits, else the initial one. What a
/// profile no longer has is left out.
#[must_use]
pub fn complete(settings: &[Setting], stored: &SettingValues) -> SettingValues {
    settings
        .iter()
        .map(|setting| {
            let value = match stored.get(&setting.id) {
                Some(value) if setting.allows(value) => value.clone(),
                _ => setting.initial(),
            };
            (setting.id.clone(), value)
        })
        .collect()
}

fn choices(options: &[(&str, &str)]) -> Vec<Choice> {
    let choice =
        |(value, label): &(&str, &str)| Choice { value: (*value).into(), label: (*label).into() };
    options.iter().map(choice).collect()
}

#[cfg(test)]
mod tests;
