//! JSON that says which version of this program's format it is.

use serde::Deserialize;

use crate::error::VaultError;

/// What JSON of every version says, whatever else is in it.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Looks at the version in `json` alone: the rest of a newer one may have any shape.
///
/// # Errors
///
/// [`VaultError::Newer`] when it is above `known`, and `damaged` when there is none.
pub(crate) fn check(json: &str, known: u32, damaged: VaultError) -> Result<(), VaultError> {
    let Versioned { version } = serde_json::from_str(json).map_err(|_| damaged)?;
    if version > known { Err(VaultError::Newer { found: version, known }) } else { Ok(()) }
}
