//! The desktop app: the three profiles that ship, in their window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use confidant::prelude::*;

fn main() -> ExitCode {
    App::new()
        .profile(confidant_profiles::assistant())
        .profile(confidant_profiles::analyst())
        .profile(confidant_profiles::admin())
        .run()
}
