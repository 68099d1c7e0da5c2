//! The baseline: a Tauri window with one line of text and nothing behind it.

/// The variable that makes this program the baseline instead of what measures it.
pub(crate) const SWITCH: &str = "CONFIDANT_BARE_WINDOW";

pub(crate) fn run() {
    tauri::Builder::default()
        .run(tauri::generate_context!("tests/bench/bare/tauri.conf.json"))
        .unwrap();
}
