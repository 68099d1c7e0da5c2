//! `cargo xtask run`: builds the app and starts it.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail, ensure};

use crate::display::{self, Display};
use crate::keyring::{self, Session};
use crate::packages::{self, Purpose};
use crate::{cargo, interface, place, process};

pub(crate) fn run(headless: bool, release: bool) -> Result<ExitCode> {
    if headless && !cfg!(target_os = "linux") {
        bail!("--headless is for Linux; here the app can show its window");
    }
    ensure!(
        headless || display::is_there(),
        "there is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. Start the app from \
         a desktop, or on an invisible screen with:\n  cargo xtask run --headless"
    );
    let lone = headless && !keyring::is_there();
    let mut purposes = vec![Purpose::Build];
    if headless {
        purposes.push(Purpose::InvisibleScreen);
    }
    if lone {
        purposes.push(Purpose::PrivateKeyring);
    }
    packages::ensure_for(&purposes)?;
    interface::build()?;
    build(release)?;

    let mut app = Command::new(place::app(release)?);
    let display = if headless { Some(Display::open()?) } else { None };
    if let Some(display) = &display {
        display.show(&mut app);
        println!("Confidant runs on the invisible display {}.", display.name());
    }
    let session = if lone { Some(private_session(&mut app)?) } else { None };
    println!("Ctrl+C ends it.");
    let status = process::run(&mut app)?;
    drop((session, display));
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compiles the app with the interface inside it.
fn build(release: bool) -> Result<()> {
    let mut command = cargo::command();
    command.args(["build", "--package", "confidant", "--bin", "confidant"]);
    command.args(["--features", cargo::APP]);
    if release {
        command.arg("--release");
    }
    ensure!(process::run(&mut command)?.success(), "the app could not be built");
    Ok(())
}

fn private_session(app: &mut Command) -> Result<Session> {
    let folder = place::target()?.join("headless");
    let session = Session::open(&folder.join("data"))?;
    session.join(app);
    app.env("XDG_CONFIG_HOME", folder.join("config")).env("XDG_CACHE_HOME", folder.join("cache"));
    println!(
        "Nobody is logged in here, so it has a keyring of its own, which protects nothing.\n\
         Accounts and conversations made in it live only in {}.",
        folder.display()
    );
    Ok(session)
}
