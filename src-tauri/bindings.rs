//! The commands and their types, as the window's TypeScript sees them.

use std::error::Error;
use std::path::Path;

use specta_typescript::Typescript;
use tauri::Runtime;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{
    account, app, ask, chat, element, message, model, profile, search, session, thread, transfer,
};

const HEADER: &str = "// Generated from the Rust side by `cargo test bindings`. Do not edit.\n";

/// Every command, for a window of any kind.
pub(crate) fn commands<R: Runtime>() -> Builder<R> {
    // One type for both directions: nothing is left out on the way here, whatever may be on the way
    // there.
    let builder = Builder::new().error_handling(ErrorHandlingMode::Throw).disable_serde_phases();
    builder.commands(collect_commands![
        app::app_info,
        app::list_env,
        app::set_env,
        app::open_link,
        account::accounts_keeping,
        account::choose_keeper,
        account::list_accounts,
        account::create_account,
        account::sign_in,
        account::sign_in_remembered,
        account::sign_out,
        account::lock_on_leaving,
        account::current_account,
        account::update_account,
        account::set_remembered,
        account::set_password,
        account::new_recovery_code,
        account::recover_account,
        account::delete_account,
        profile::list_profiles,
        chat::open_chat,
        chat::open_thread,
        chat::send_message,
        chat::stop_reply,
        chat::retry_reply,
        chat::update_settings,
        chat::close_chat,
        message::edit_message,
        message::continue_reply,
        message::regenerate_reply,
        message::show_branch,
        message::run_action,
        message::give_feedback,
        ask::answer_text,
        ask::answer_choice,
        ask::answer_form,
        ask::answer_files,
        ask::decline_ask,
        element::read_element,
        element::save_element,
        session::get_session_value,
        session::set_session_value,
        session::remove_session_value,
        session::session_keys,
        thread::list_threads,
        thread::earlier_steps,
        thread::later_steps,
        thread::steps_around,
        search::search,
        search::find_in_thread,
        thread::history_repairs,
        thread::list_binned,
        thread::pin_thread,
        thread::bin_threads,
        thread::restore_threads,
        thread::rename_thread,
        thread::delete_thread,
        thread::get_draft,
        thread::save_draft,
        transfer::export_threads,
        transfer::choose_import,
        transfer::run_import,
        transfer::cancel_transfer,
        model::get_model,
        model::save_model,
        model::forget_model,
        model::test_model,
    ])
}

/// Writes `ui/src/bridge/bindings.ts` to `path`.
///
/// # Errors
///
/// When a type of the commands has no TypeScript form, or the file cannot be written.
pub fn export_bindings(path: &Path) -> Result<(), Box<dyn Error>> {
    // Only `serde_json::Value` has wide integers, and those are JavaScript numbers on arrival.
    let commands = commands::<tauri::Wry>().dangerously_cast_bigints_to_number();
    Ok(commands.export(Typescript::default().header(HEADER), path)?)
}
