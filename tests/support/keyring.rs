//! A keyring of the test's own: a message bus and a `gnome-keyring-daemon` that nobody else sees,
//! with everything they keep in a directory that goes when they do.
//!
//! Included by path where it is needed, so it stands on nothing but the standard library and
//! `tempfile`. Needs the programs `dbus-daemon`, `dbus-send` (package `dbus`) and
//! `gnome-keyring-daemon` (package `gnome-keyring`), and no display: with nothing on the bus to ask
//! the person with, a locked keyring stays locked.

#![allow(dead_code, reason = "not every test that includes this file needs all of it")]

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a daemon may take to start: tens of milliseconds, or seconds on a busy machine.
const START: Duration = Duration::from_secs(30);

/// The password of the keyring itself, not of any account in it.
const PASSWORD: &str = "the keyring's own password";

/// A bus and a keyring. Dropping it ends both; so does the end of this process, however it comes.
pub(crate) struct PrivateKeyring {
    // In the order in which they have to go.
    keyring: Option<Daemon>,
    bus: Daemon,
    directory: TempDir,
}

impl PrivateKeyring {
    /// A keyring that is unlocked and empty.
    pub(crate) fn start() -> io::Result<Self> {
        let mut keyring = Self::start_without_keyring()?;
        keyring.unlock()?;
        Ok(keyring)
    }

    /// A keyring that exists and is locked.
    pub(crate) fn start_locked() -> io::Result<Self> {
        let mut keyring = Self::start()?;
        keyring.lock()?;
        Ok(keyring)
    }

    /// A bus on which nothing answers for a keyring.
    pub(crate) fn start_without_keyring() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("keyring-").tempdir()?;
        let path = directory.path();
        for private in ["runtime", "data", "home"] {
            DirBuilder::new().mode(0o700).create(path.join(private))?;
        }
        fs::write(path.join("password"), PASSWORD)?;
        let socket = path.join("bus");
        let config = path.join("bus.conf");
        fs::write(&config, bus_config(&socket))?;

        let mut command = Command::new("dbus-daemon");
        command.arg("--nofork").arg("--nopidfile").arg("--config-file").arg(&config);
        let bus = Daemon::start(&command, Path::new("/dev/null"), &path.join("bus.log"))?;
        let connects = || Ok(UnixStream::connect(&socket).is_ok());
        wait_for("the bus", &path.join("bus.log"), connects)?;
        Ok(Self { keyring: None, bus, directory })
    }

    /// Starts the keyring, or starts it again, unlocked.
    pub(crate) fn unlock(&mut self) -> io::Result<()> {
        self.start_keyring(&["--unlock"], &self.path("password"), false)
    }

    /// Starts the keyring again, locked. It has to have been unlocked once, or there is nothing yet
    /// that could be locked.
    pub(crate) fn lock(&mut self) -> io::Result<()> {
        self.start_keyring(&[], Path::new("/dev/null"), true)
    }

    /// What a program needs in its environment to use this keyring and no other.
    pub(crate) fn envs(&self) -> [(&'static str, OsString); 2] {
        let mut address = OsString::from("unix:path=");
        address.push(self.path("bus"));
        [("DBUS_SESSION_BUS_ADDRESS", address), ("XDG_RUNTIME_DIR", self.path("runtime").into())]
    }

    /// A directory that is there as long as the keyring is, for a test to keep things in.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn start_keyring(&mut self, flags: &[&str], input: &Path, locked: bool) -> io::Result<()> {
        // The one before has to be gone, or the new one finds its name taken and leaves.
        self.keyring = None;
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(flags);
        command.envs(self.envs());
        command.env("XDG_DATA_HOME", self.path("data")).env("HOME", self.path("home"));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env_remove("GNOME_KEYRING_CONTROL");
        let log = self.path("keyring.log");
        self.keyring = Some(Daemon::start(&command, input, &log)?);
        let expected = format!("boolean {locked}");
        wait_for("the keyring", &log, || Ok(self.ask_whether_locked()?.contains(&expected)))
    }

    /// What the keyring says about its default collection being locked; nothing as long as there is
    /// no keyring or no such collection.
    fn ask_whether_locked(&self) -> io::Result<String> {
        let output = Command::new("dbus-send")
            .envs(self.envs())
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"])
            .args(["/org/freedesktop/secrets/aliases/default"])
            .args(["org.freedesktop.DBus.Properties.Get"])
            .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| missing("dbus-send", &error))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// A program that runs until this is dropped.
struct Daemon {
    guard: Child,
    /// Closed when this is dropped or the process ends, even when it is killed.
    lifeline: Option<ChildStdin>,
}

/// Runs a program with the file `$0` as its input, and kills it by its id at the end of its own
/// input. A child that is killed cannot clean up after itself, but its pipes close all the same.
const GUARD: &str = r#""$@" <"$0" & daemon=$!; read -r end; kill -KILL "$daemon"; wait "$daemon""#;

impl Daemon {
    fn start(command: &Command, input: &Path, log: &Path) -> io::Result<Self> {
        let log = File::create(log)?;
        let mut guard = Command::new("sh");
        guard.arg("-c").arg(GUARD).arg(input).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        guard.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        let mut guard = guard.spawn().map_err(|error| missing("sh", &error))?;
        let lifeline = guard.stdin.take();
        Ok(Self { guard, lifeline })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Nothing can be done about an error here, and none leaves the daemon running.
        let _ended = self.guard.wait();
    }
}

/// A session bus at `socket` that starts no services: what a test did not start is not there, and
/// nothing is left behind that a service would have started.
fn bus_config(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}

/// Asks again and again until `ready`, and tells what the daemon wrote when it never is.
fn wait_for(what: &str, log: &Path, ready: impl Fn() -> io::Result<bool>) -> io::Result<()> {
    let start = Instant::now();
    while !ready()? {
        if start.elapsed() > START {
            let said = fs::read_to_string(log).unwrap_or_default();
            let text = format!("{what} did not start within {START:?}; it said: {said}");
            return Err(io::Error::new(ErrorKind::TimedOut, text));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn missing(program: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{program}: {error}"))
}
