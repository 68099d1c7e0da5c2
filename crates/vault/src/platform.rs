//! What differs between the keyrings of the operating systems.

use std::sync::Arc;

use keyring_core::{CredentialStore, Error};

/// What people call the keyring of this system.
pub(crate) const KIND: &str = if cfg!(windows) {
    "Credential Manager"
} else if cfg!(target_os = "macos") {
    "Keychain"
} else {
    "Secret Service"
};

/// The keyring of this system; `again` if an earlier connection to it failed or broke.
///
/// `keyring` knows which store a system has, but opens it once per process and gives the same
/// answer ever after. On Linux that answer can change: the daemon behind the bus starts late, or is
/// started again, and knows nothing of the old session.
pub(crate) fn connect(again: bool) -> Result<Arc<CredentialStore>, Error> {
    let opened = keyring::Entry::store_status();
    #[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
    if again || opened.is_err() {
        return Ok(zbus_secret_service_keyring_store::Store::new()?);
    }
    if let Err(error) = opened {
        tracing::warn!(%error, again, "the keyring did not open");
    }
    keyring_core::get_default_store().ok_or(Error::NoDefaultStore)
}

/// The search that finds at least every entry of `service`. Stores do not agree on the names of
/// attributes: the mock and macOS have `service` and `user`, Secret Service has `service` and
/// `username`, Windows has one `pattern` for the whole name.
pub(crate) fn search_for(service: &str) -> (&'static str, String) {
    if cfg!(windows) { ("pattern", windows_pattern(service)) } else { ("service", service.into()) }
}

/// The regular expression that ends in `.service`, as the names of Windows do. Everything but
/// letters and digits is written by its number, because a dot is not a dot there.
fn windows_pattern(service: &str) -> String {
    let mut pattern = String::from("\\x{2e}");
    for character in service.chars() {
        if character.is_ascii_alphanumeric() {
            pattern.push(character);
        } else {
            pattern.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
        }
    }
    pattern.push('$');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_taken_literally_in_a_windows_pattern() {
        assert_eq!(windows_pattern("com.Acme"), "\\x{2e}com\\x{2e}Acme$");
    }
}
