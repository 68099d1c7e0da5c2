//! A session bus and an unlocked keyring for where nobody is logged in.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Running;

/// What opens the private keyring. It protects nothing: whoever can read the folder can read this.
const PASSWORD: &str = "headless";

/// A session bus with a keyring on it. Both end when this is dropped; what was stored stays in the
/// folder.
pub(crate) struct Session {
    address: String,
    data: PathBuf,
    runtime: PathBuf,
    _keyring: Running,
    _bus: Running,
}

impl Session {
    /// Starts a bus and a keyring that keeps its entries in `data`.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
        let runtime = std::env::temp_dir().join(format!("confidant-{}", std::process::id()));
        // One of the same name was left by a run that was interrupted.
        let _ = fs::remove_dir_all(&runtime);
        private_folder(&runtime)?;

        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        command.env("XDG_RUNTIME_DIR", &runtime).env("XDG_DATA_HOME", data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bus = Running::start(&mut command)?;
        let mut address = String::new();
        BufReader::new(bus.output().context("the bus's output is not piped")?)
            .read_line(&mut address)?;
        let address = address.trim().to_owned();
        ensure!(!address.is_empty(), "the session bus ended at once");

        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.env("DBUS_SESSION_BUS_ADDRESS", &address);
        command.env("XDG_RUNTIME_DIR", &runtime).env("XDG_DATA_HOME", data);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keyring = Running::start(&mut command)?;
        keyring.tell(PASSWORD)?;

        let session =
            Self { address, data: data.to_owned(), runtime, _keyring: keyring, _bus: bus };
        session.wait_for_keyring()?;
        Ok(session)
    }

    /// Makes `command` use this bus, this keyring and the same folder for its own data.
    pub(crate) fn join(&self, command: &mut Command) {
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .env("XDG_DATA_HOME", &self.data);
    }

    fn wait_for_keyring(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            let mut command = Command::new("dbus-send");
            command.args([
                "--session",
                "--print-reply=literal",
                "--dest=org.freedesktop.DBus",
                "/",
            ]);
            command.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
            self.join(&mut command);
            let reply = command.output().context("dbus-send could not be started")?;
            if String::from_utf8_lossy(&reply.stdout).contains("true") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the private keyring did not start within 10 seconds")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Sockets only; a leftover in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.runtime);
    }
}

/// Whether the system's own session bus can be reached from here.
pub(crate) fn is_there() -> bool {
    let is_set =
        std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|value| !value.is_empty());
    let by_login =
        std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|dir| Path::new(&dir).join("bus").exists());
    is_set || by_login
}

#[cfg(unix)]
fn private_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot create {}", path.display()))
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> Result<()> {
    fs::create_dir(path).with_context(|| format!("cannot create {}", path.display()))
}
