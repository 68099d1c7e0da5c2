//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The interface's folder.
pub(crate) fn interface() -> PathBuf {
    root().join("ui")
}

/// Cargo's target directory, wherever it was put: the one that holds this program.
pub(crate) fn target() -> Result<PathBuf> {
    let program = env::current_exe().context("this program cannot find itself")?;
    let target = program.parent().and_then(Path::parent);
    Ok(target.context("this program does not lie in a target directory")?.to_owned())
}

/// The app's binary, once it is built.
pub(crate) fn app(release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    Ok(target()?.join(profile).join(format!("confidant{}", env::consts::EXE_SUFFIX)))
}

/// Whether a program of this name can be started.
pub(crate) fn has_program(name: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths)
        .any(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)).is_file())
}
