//! A log of what the app does, for when something does not work. It never holds message text,
//! names or keys: what is logged are codes and ids.

use std::path::Path;

use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Days of log that are kept.
const DAYS: usize = 7;

/// Logs to `logs/` in the data directory: warnings, and what `CONFIDANT_LOG` asks for.
pub(crate) fn start(data_dir: &Path) {
    let dir = data_dir.join("logs");
    // Its absence would be complained about on the terminal; failing to make it shows below.
    let _ = std::fs::create_dir_all(&dir);
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("confidant")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(dir);
    // An app that cannot log works all the same.
    let Ok(file) = file else { return };
    let filter =
        EnvFilter::try_from_env("CONFIDANT_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(file)
        .finish();
    // There is one already in tests, which keep theirs.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
