//! Where a model lives, checked before anything is sent there.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::openai::OpenAiCompatible;

/// The address of a model: a server, the model's name there and the key to it.
///
/// Its `Debug` form never shows the key.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) base_url: Url,
    pub(crate) model: String,
    pub(crate) key: Option<SecretString>,
    pub(crate) patience: Patience,
}

/// How long to wait for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to stand, name look-up and TLS included. 10 seconds unless told.
    pub connect: Duration,
    /// For the first byte, and then from one piece to the next. 60 seconds unless told: a model on
    /// a slow machine reads a long conversation for a while before it says its first word.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), silence: Duration::from_secs(60) }
    }
}

/// Why an address of a model is none. The texts do not repeat what was entered, which may hold a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address at all.
    #[error("this is not a web address")]
    Malformed,
    /// Neither `http` nor `https`.
    #[error("the address must begin with http:// or https://")]
    Scheme,
    /// A user name or password stands in the address; the key has its own place, which is sealed.
    #[error("the address must not hold a user name or password")]
    Credentials,
    /// A `?query` or `#fragment`, where keys like to hide.
    #[error("the address must end with its path")]
    Query,
    /// The model's name is empty or holds control characters.
    #[error("the model's name is empty or holds characters that no name has")]
    ModelName,
    /// The key holds characters that cannot be sent, such as a line break in its middle.
    #[error("the key holds characters that no key has")]
    Key,
}

impl Endpoint {
    /// Checks and normalises an address such as `http://localhost:11434/v1`.
    ///
    /// White space around each part is ignored, and so is a trailing slash or a trailing
    /// `/chat/completions`, which documentation of servers likes to give. An empty key is none.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when one of the three cannot be used.
    pub fn new(
        base_url: &str,
        model: &str,
        key: Option<SecretString>,
    ) -> Result<Self, AddressError> {
        let mut base_url = Url::parse(base_url.trim()).map_err(|_| AddressError::Malformed)?;
        if !matches!(base_url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        if !base_url.username().is_empty() || base_url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if base_url.query().is_some() || base_url.fragment().is_some() {
            return Err(AddressError::Query);
        }
        let path = base_url.path().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path).trim_end_matches('/');
        // With a slash at its end, a path is joined to and not replaced.
        let path = format!("{path}/");
        base_url.set_path(&path);

        let model = model.trim();
        if model.is_empty() || model.chars().any(char::is_control) {
            return Err(AddressError::ModelName);
        }
        Ok(Self {
            base_url,
            model: model.to_owned(),
            key: key.map(usable_key).transpose()?.flatten(),
            patience: Patience::default(),
        })
    }

    /// Waits shorter or longer than usual.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The address, with a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base_url.as_str()
    }

    /// The model's name as its server knows it.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Makes it a model to talk to. Nothing is sent yet.
    #[must_use]
    pub fn open(self) -> OpenAiCompatible {
        OpenAiCompatible::new(self)
    }

    /// Whether the server runs on this machine, by the look of its address.
    pub(crate) fn is_local(&self) -> bool {
        match self.base_url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// The key without the white space that pasting brings along.
fn usable_key(key: SecretString) -> Result<Option<SecretString>, AddressError> {
    let trimmed = key.expose_secret().trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    if !trimmed.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ') {
        return Err(AddressError::Key);
    }
    if trimmed.len() == key.expose_secret().len() {
        return Ok(Some(key));
    }
    Ok(Some(SecretString::from(trimmed)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("http://localhost:11434/v1", "http://localhost:11434/v1/")]
    #[case("http://localhost:11434/v1///", "http://localhost:11434/v1/")]
    #[case("  https://api.example.com\n", "https://api.example.com/")]
    #[case("HTTPS://API.example.com/v1/", "https://api.example.com/v1/")]
    #[case("https://api.example.com/v1/chat/completions", "https://api.example.com/v1/")]
    #[case("https://api.example.com/v1/chat/completions/", "https://api.example.com/v1/")]
    #[case("http://[::1]:8080", "http://[::1]:8080/")]
    fn addresses_are_normalised(#[case] entered: &str, #[case] kept: &str) {
        assert_eq!(Endpoint::new(entered, "m", None).unwrap().base_url(), kept);
    }

    #[rstest]
    #[case("", AddressError::Malformed)]
    #[case("example.com/v1", AddressError::Malformed)]
    #[case("http://", AddressError::Malformed)]
    #[case("localhost:11434/v1", AddressError::Scheme)]
    #[case("file:///etc/passwd", AddressError::Scheme)]
    #[case("javascript:alert(1)", AddressError::Scheme)]
    #[case("https://me:hunter2@example.com/v1", AddressError::Credentials)]
    #[case("https://me@example.com/v1", AddressError::Credentials)]
    #[case("https://:hunter2@example.com/v1", AddressError::Credentials)]
    #[case("https://example.com/v1?key=hunter2", AddressError::Query)]
    #[case("https://example.com/v1#hunter2", AddressError::Query)]
    fn other_addresses_are_refused_without_repeating_them(
        #[case] entered: &str,
        #[case] expected: AddressError,
    ) {
        let error = Endpoint::new(entered, "m", None).unwrap_err();
        assert_eq!(error, expected);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "errors are logged");
    }

    #[rstest]
    #[case("")]
    #[case("   ")]
    #[case("llama\n3")]
    #[case("llama\u{0}3")]
    fn names_that_are_none_are_refused(#[case] name: &str) {
        let error = Endpoint::new("http://localhost", name, None).unwrap_err();
        assert_eq!(error, AddressError::ModelName);
    }

    #[test]
    fn a_name_is_kept_as_it_is() {
        // What other libraries read as a namespace or an effort is part of the name here.
        let endpoint = Endpoint::new("http://localhost", " org::model-high:8b ", None).unwrap();
        assert_eq!(endpoint.model(), "org::model-high:8b");
    }

    #[rstest]
    #[case("sk-1", Some("sk-1"))]
    #[case(" sk-1\n", Some("sk-1"))]
    #[case("", None)]
    #[case(" \t", None)]
    fn keys_lose_what_pasting_added(#[case] entered: &str, #[case] kept: Option<&str>) {
        let endpoint = Endpoint::new("http://localhost", "m", Some(entered.into())).unwrap();
        assert_eq!(endpoint.key.as_ref().map(ExposeSecret::expose_secret), kept);
    }

    #[rstest]
    #[case("sk-1\r\nX-Other: header")]
    #[case("schlüssel")]
    fn keys_that_cannot_be_sent_are_refused(#[case] entered: &str) {
        let error = Endpoint::new("http://localhost", "m", Some(entered.into())).unwrap_err();
        assert_eq!(error, AddressError::Key);
    }

    #[test]
    fn debug_never_shows_the_key() {
        let endpoint =
            Endpoint::new("http://localhost", "m", Some("sk-very-secret".into())).unwrap();
        assert!(!format!("{endpoint:?}").contains("sk-very-secret"));
        assert!(!format!("{:?}", endpoint.open()).contains("sk-very-secret"));
    }

    #[rstest]
    #[case("http://localhost:1", true)]
    #[case("http://127.0.0.1:1", true)]
    #[case("http://[::1]:1", true)]
    #[case("http://localhost.example.com", false)]
    #[case("http://192.168.0.2", false)]
    fn own_machine(#[case] address: &str, #[case] local: bool) {
        assert_eq!(Endpoint::new(address, "m", None).unwrap().is_local(), local);
    }
}
