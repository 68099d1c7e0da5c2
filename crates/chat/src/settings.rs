//! Chat settings: what a person can adjust in one conversation, and the check that every value
//! passes before a handler sees it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One adjustable thing of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// The key of its value in `chat_settings`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// One sentence more, if it needs one.
    pub description: Option<String>,
    /// How it is shown, and what it allows.
    pub widget: Widget,
}

/// How a setting is shown, what it allows, and what it is at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Widget {
    /// On or off.
    Switch {
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
    #[serde(rename_all = "camelCase")]
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
}

/// One thing to choose in a [`Widget::Select`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// The value that is stored.
    pub value: String,
    /// What is shown for it.
    pub label: String,
}

/// Values by setting id.
pub type SettingValues = Map<String, Value>;

/// Why values cannot be the settings.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
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
}

impl Setting {
    /// A switch.
    pub fn switch(id: &str, label: &str, initial: bool) -> Self {
        Self::with(id, label, Widget::Switch { initial })
    }

    /// A choice among `options`, given as value and label.
    pub fn select(id: &str, label: &str, options: &[(&str, &str)], initial: &str) -> Self {
        let options = options
            .iter()
            .map(|(value, label)| Choice { value: (*value).into(), label: (*label).into() })
            .collect();
        Self::with(id, label, Widget::Select { options, initial: initial.into() })
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

    fn with(id: &str, label: &str, widget: Widget) -> Self {
        Self { id: id.into(), label: label.into(), description: None, widget }
    }

    /// The same setting with one sentence that explains it.
    #[must_use]
    pub fn describe(mut self, text: &str) -> Self {
        self.description = Some(text.into());
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

    /// The value at first.
    #[must_use]
    pub fn initial(&self) -> Value {
        match &self.widget {
            Widget::Switch { initial } => (*initial).into(),
            Widget::Select { initial, .. } | Widget::Text { initial, .. } => initial.clone().into(),
            Widget::Slider { initial, .. } => (*initial).into(),
        }
    }

    /// Whether `value` can be this setting's value.
    #[must_use]
    pub fn allows(&self, value: &Value) -> bool {
        match &self.widget {
            Widget::Switch { .. } => value.is_boolean(),
            Widget::Select { options, .. } => value
                .as_str()
                .is_some_and(|value| options.iter().any(|option| option.value == value)),
            Widget::Slider { min, max, .. } => {
                value.as_f64().is_some_and(|value| (*min..=*max).contains(&value))
            }
            Widget::Text { max_length, multiline, .. } => value.as_str().is_some_and(|text| {
                text.chars().count() <= *max_length as usize
                    && (*multiline || !text.contains(['\n', '\r']))
            }),
        }
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
        if !setting.allows(value) {
            return Err(SettingError::Invalid { id: id.clone() });
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn four() -> Vec<Setting> {
        vec![
            Setting::switch("brief", "Brief", false),
            Setting::select("tone", "Tone", &[("plain", "Plain"), ("warm", "Warm")], "plain"),
            Setting::slider("heat", "Heat", (0.0, 2.0, 0.1), 0.7),
            Setting::text("name", "Name", "", 5),
        ]
    }

    fn one(id: &str, value: Value) -> SettingValues {
        SettingValues::from_iter([(id.to_owned(), value)])
    }

    #[rstest::rstest]
    #[case("brief", json!("yes"))]
    #[case("tone", json!("cold"))]
    #[case("heat", json!(2.1))]
    #[case("heat", json!("1"))]
    #[case("name", json!("abcdef"))]
    #[case("name", json!("a\nb"))]
    fn what_does_not_fit_is_named(#[case] id: &str, #[case] value: Value) {
        let invalid = SettingError::Invalid { id: id.into() };
        assert_eq!(check(&four(), &one(id, value)), Err(invalid));
    }

    #[test]
    fn unknown_settings_are_named() {
        let unknown = SettingError::Unknown { id: "mood".into() };
        assert_eq!(check(&four(), &one("mood", json!(1))), Err(unknown));
    }

    #[test]
    fn a_stored_value_that_no_longer_fits_falls_back_and_the_others_stay() {
        let mut stored = one("tone", json!("cold"));
        stored.insert("brief".into(), json!(true));
        stored.insert("gone".into(), json!(1));
        let values = complete(&four(), &stored);
        assert_eq!(values["tone"], json!("plain"));
        assert_eq!(values["brief"], json!(true));
        assert!(!values.contains_key("gone"), "a setting the profile lost is left out");
    }

    proptest! {
        #[test]
        fn initial_values_are_always_allowed_back(heat in 0.0..=2.0f64, brief: bool) {
            let mut stored = one("heat", json!(heat));
            stored.insert("brief".into(), json!(brief));
            let values = complete(&four(), &stored);
            prop_assert_eq!(check(&four(), &values), Ok(()));
        }
    }
}
