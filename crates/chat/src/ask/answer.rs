//! Answers, and the check that each of them passes before a handler sees it.

use crate::ask::{AskedFile, Want};
use crate::mime;
use crate::settings::{self, Setting, SettingError, SettingValues};

/// The longest answer in words that a question may allow, in characters.
pub const MAX_ANSWER: u32 = 100_000;

/// What a person gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Words.
    Text(String),
    /// Files.
    Files(Vec<AskedFile>),
    /// The name of a button.
    Choice(String),
    /// Values by field.
    Form(SettingValues),
}

/// Why something does not answer a question.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// No such question, or it is no longer open.
    #[error("this question is no longer open")]
    Closed,
    /// No file at all, or no words.
    #[error("there is nothing in the answer")]
    Nothing,
    /// The question wants something else.
    #[error("this is no answer to this question")]
    Unfit,
    /// More characters than asked for.
    #[error("an answer has at most {max} characters")]
    TooLong {
        /// The most characters.
        max: u32,
    },
    /// More files than asked for.
    #[error("at most {max} files can be given")]
    TooMany {
        /// The most files at once.
        max: u32,
    },
    /// A file over the limit.
    #[error("{name} is larger than {max} bytes")]
    TooLarge {
        /// The file.
        name: String,
        /// The limit, in bytes.
        max: u64,
    },
    /// A file of another type.
    #[error("{name} is not of an accepted type")]
    WrongType {
        /// The file.
        name: String,
    },
    /// A value of a form that does not fit.
    #[error(transparent)]
    Field(#[from] SettingError),
}

impl Want {
    /// The answer as the handler gets it, trimmed and completed, if it answers this.
    ///
    /// # Errors
    ///
    /// Names the first limit that it breaks.
    pub fn check(&self, answer: Answer) -> Result<Answer, AnswerError> {
        match (self, answer) {
            (Self::Text { max_length, multiline, .. }, Answer::Text(text)) => {
                text_fits(text.trim(), *max_length, *multiline).map(Answer::Text)
            }
            (Self::Files { accept, max_size, max_files }, Answer::Files(files)) => {
                files_fit(&files, accept, *max_size, *max_files).map(|()| Answer::Files(files))
            }
            (Self::Choice { options }, Answer::Choice(name)) => {
                let known = options.iter().any(|option| option.name == name);
                if known { Ok(Answer::Choice(name)) } else { Err(AnswerError::Unfit) }
            }
            (Self::Form { fields, .. }, Answer::Form(given)) => {
                settings::check(fields, &given)?;
                let values = settings::complete(fields, &given);
                settings::check(fields, &values)?;
                Ok(Answer::Form(values))
            }
            _ => Err(AnswerError::Unfit),
        }
    }

    /// The answer in words, for the thread.
    #[must_use]
    pub fn summary(&self, answer: &Answer) -> String {
        match (self, answer) {
            (_, Answer::Text(text)) => text.clone(),
            (_, Answer::Files(files)) => {
                files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ")
            }
            (Self::Choice { options }, Answer::Choice(name)) => {
                let chosen = options.iter().find(|option| option.name == *name);
                chosen.map_or_else(|| name.clone(), |option| option.label.clone())
            }
            (Self::Form { fields, .. }, Answer::Form(values)) => {
                let line = |field: &Setting| {
                    let value = values.get(&field.id).map(|value| field.words(value));
                    format!("{}: {}", field.label, value.unwrap_or_default())
                };
                fields.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            (_, Answer::Choice(_) | Answer::Form(_)) => String::new(),
        }
    }

    /// File name endings for the open dialog, without dots; empty means all files.
    #[must_use]
    pub fn endings(&self) -> Vec<&'static str> {
        match self {
            Self::Files { accept, .. } if !accept.is_empty() => mime::endings(accept),
            _ => Vec::new(),
        }
    }
}

fn text_fits(text: &str, max: u32, multiline: bool) -> Result<String, AnswerError> {
    if text.is_empty() {
        return Err(AnswerError::Nothing);
    }
    if text.chars().count() > max as usize {
        return Err(AnswerError::TooLong { max });
    }
    if !multiline && text.contains(['\n', '\r']) {
        return Err(AnswerError::Unfit);
    }
    Ok(text.to_owned())
}

fn files_fit(
    files: &[AskedFile],
    accept: &[String],
    max_size: u64,
    max_files: u32,
) -> Result<(), AnswerError> {
    if files.is_empty() {
        return Err(AnswerError::Nothing);
    }
    if files.len() > max_files as usize {
        return Err(AnswerError::TooMany { max: max_files });
    }
    for file in files {
        if file.size > max_size {
            return Err(AnswerError::TooLarge { name: file.name.clone(), max: max_size });
        }
        if !mime::accepts(accept, &file.mime) {
            return Err(AnswerError::WrongType { name: file.name.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::action::Button;

    fn csv_up_to(max_size: u64) -> Want {
        Want::Files { accept: vec!["text/csv".into()], max_size, max_files: 1 }
    }

    #[rstest]
    #[case(vec![], AnswerError::Nothing)]
    #[case(vec![("a.csv", 1), ("b.csv", 1)], AnswerError::TooMany { max: 1 })]
    #[case(vec![("a.csv", 11)], AnswerError::TooLarge { name: "a.csv".into(), max: 10 })]
    #[case(vec![("a.exe", 1)], AnswerError::WrongType { name: "a.exe".into() })]
    fn every_limit_on_files_is_checked(
        #[case] files: Vec<(&str, u64)>,
        #[case] error: AnswerError,
    ) {
        let files =
            files.into_iter().map(|(name, size)| AskedFile::new(name.into(), size)).collect();
        assert_eq!(csv_up_to(10).check(Answer::Files(files)), Err(error));
    }

    #[test]
    fn a_fitting_file_is_accepted_whatever_the_case_of_its_ending() {
        let files = Answer::Files(vec![AskedFile::new("/tmp/Sales.CSV".into(), 10)]);
        assert_eq!(csv_up_to(10).check(files.clone()), Ok(files));
    }

    #[rstest]
    #[case("  ", AnswerError::Nothing)]
    #[case("too long", AnswerError::TooLong { max: 4 })]
    #[case("a\nb", AnswerError::Unfit)]
    fn every_limit_on_words_is_checked(#[case] text: &str, #[case] error: AnswerError) {
        let want = Want::Text { placeholder: String::new(), max_length: 4, multiline: false };
        assert_eq!(want.check(Answer::Text(text.into())), Err(error));
        let trimmed = want.check(Answer::Text(" äöü ".into()));
        assert_eq!(trimmed, Ok(Answer::Text("äöü".into())), "counted in characters, trimmed");
    }

    #[test]
    fn a_choice_is_one_of_the_buttons_and_reads_as_its_label() {
        let want = Want::Choice { options: vec![Button::new("yes", "Go ahead")] };
        assert_eq!(want.check(Answer::Choice("no".into())), Err(AnswerError::Unfit));
        let yes = want.check(Answer::Choice("yes".into())).unwrap();
        assert_eq!(want.summary(&yes), "Go ahead");
        assert_eq!(want.check(Answer::Text("yes".into())), Err(AnswerError::Unfit));
    }

    #[test]
    fn a_form_is_completed_and_what_is_required_must_be_there() {
        let fields = vec![
            Setting::text("name", "Name", "", 10).required(),
            Setting::switch("news", "News", true),
        ];
        let want = Want::Form { fields, submit: None };
        let form = |values: serde_json::Value| {
            want.check(Answer::Form(serde_json::from_value(values).unwrap()))
        };
        let required = SettingError::Required { id: "name".into() };
        assert_eq!(form(json!({})), Err(required.into()));
        let given = form(json!({ "name": "Ada" })).unwrap();
        assert_eq!(want.summary(&given), "Name: Ada\nNews: ✓");
    }
}
