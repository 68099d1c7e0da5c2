//! Children that never outlive this program.
//!
//! Every child gets a process group of its own. When the child ends, what it left behind in its
//! group is ended too; when this program is interrupted, all groups are.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a child may take to end itself before it is killed. The app takes up to two seconds
/// to close its conversations.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long output may still arrive after the child that wrote it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A child that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Starts `command` in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child =
            group::start(command).with_context(|| format!("{name} could not be started"))?;
        Ok(Self { child })
    }

    /// What the child writes to its standard output, if that was piped. Once only.
    pub(crate) fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Writes `text` to the child's piped standard input and closes it.
    pub(crate) fn tell(&mut self, text: &str) -> Result<()> {
        let mut input = self.child.stdin.take().context("the child's input is not piped")?;
        input.write_all(text.as_bytes()).context("a child did not listen")
    }

    /// Waits for the child's end, and ends what it left behind.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        self.child.wait().context("a child could not be waited for")
    }

    /// Whether the child has ended by itself.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("a child could not be asked")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id();
        let gone = matches!(self.child.try_wait(), Ok(Some(_)));
        group::ask_to_end(id);
        if !gone {
            let deadline = Instant::now() + PATIENCE;
            while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(20));
            }
            // A child that has ended meanwhile cannot be killed, and need not be.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        group::kill(id);
        group::forget(id);
    }
}

/// Runs `command` to its end.
pub(crate) fn run(command: &mut Command) -> Result<ExitStatus> {
    Running::start(command.stdin(Stdio::null()))?.wait()
}

/// Runs `command` to its end, shows its standard output as it comes, and gives each line of it to
/// `see`.
pub(crate) fn watch(command: &mut Command, see: impl FnMut(&str)) -> Result<ExitStatus> {
    watch_into(command, &mut std::io::stdout(), see)
}

fn watch_into(
    command: &mut Command,
    terminal: &mut dyn Write,
    mut see: impl FnMut(&str),
) -> Result<ExitStatus> {
    let mut child = Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let output = child.output().context("the child's output is not piped")?;
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while matches!(output.read_until(b'\n', &mut line), Ok(1..)) {
            if send.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });
    let mut show = |line: &[u8]| {
        // A closed terminal is no reason to stop testing.
        let _ = terminal.write_all(line).and_then(|()| terminal.flush());
        see(&String::from_utf8_lossy(line));
    };
    // A grandchild that holds the pipe open must not hold this up, so the end of the child
    // counts and not the end of its output.
    let status = loop {
        match lines.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => show(&line),
            Err(RecvTimeoutError::Disconnected) => break child.wait()?,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.ended()? {
                    drop(child);
                    break status;
                }
            }
        }
    };
    let deadline = Instant::now() + LAST_WORDS;
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        show(&line);
    }
    Ok(status)
}

/// From now on an interrupt from the keyboard, a hang-up or a request to end also ends every
/// child.
pub(crate) fn end_children_on_signals() {
    group::watch_signals();
}

#[cfg(unix)]
mod group {
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

    fn groups() -> MutexGuard<'static, Vec<u32>> {
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pid(id: u32) -> Option<Pid> {
        i32::try_from(id).ok().and_then(Pid::from_raw)
    }

    fn signal(id: u32, signal: Signal) {
        if let Some(pid) = pid(id) {
            // An empty group has nobody left to end.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// Starts `command`, unless this program is being interrupted: then it waits for its end.
    pub(super) fn start(command: &mut Command) -> io::Result<Child> {
        let mut known = groups();
        let child = command.process_group(0).spawn()?;
        known.push(child.id());
        Ok(child)
    }

    pub(super) fn forget(id: u32) {
        groups().retain(|known| *known != id);
    }

    pub(super) fn ask_to_end(id: u32) {
        signal(id, Signal::TERM);
    }

    pub(super) fn kill(id: u32) {
        signal(id, Signal::KILL);
    }

    pub(super) fn watch_signals() {
        let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        thread::spawn(move || {
            if let Some(number) = signals.forever().next() {
                // Held to the end, so that nothing is started any more.
                let known = groups();
                eprintln!("\nxtask: interrupted by signal {number}");
                known.iter().for_each(|id| ask_to_end(*id));
                let deadline = Instant::now() + super::PATIENCE;
                let alive =
                    |id: &u32| pid(*id).is_some_and(|pid| test_kill_process_group(pid).is_ok());
                while Instant::now() < deadline && known.iter().any(alive) {
                    thread::sleep(Duration::from_millis(20));
                }
                known.iter().for_each(|id| kill(*id));
                std::process::exit(128 + number);
            }
        });
    }
}

/// Without process groups a child is ended by itself, and an interrupt reaches it from the
/// console.
#[cfg(not(unix))]
mod group {
    use std::io;
    use std::process::{Child, Command};

    pub(super) fn start(command: &mut Command) -> io::Result<Child> {
        command.spawn()
    }
    pub(super) fn forget(_: u32) {}
    pub(super) fn ask_to_end(_: u32) {}
    pub(super) fn kill(_: u32) {}
    pub(super) fn watch_signals() {}
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::sink;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn lives(id: &str) -> bool {
        let mut command = Command::new("kill");
        command.args(["-0", id]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn dies(id: &str) -> bool {
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if !lives(id) {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    #[test]
    fn every_line_is_seen_and_the_status_is_kept() {
        let mut seen = Vec::new();
        let status = watch_into(&mut shell("echo one; printf two; exit 3"), &mut sink(), |line| {
            seen.push(line.trim_end().to_owned());
        });
        assert_eq!(seen, ["one", "two"], "a last line without its end counts too");
        assert_eq!(status.unwrap().code(), Some(3));
    }

    #[test]
    fn a_grandchild_that_keeps_the_output_open_does_not_hold_up_the_end() {
        let started = Instant::now();
        let mut grandchild = String::new();
        watch_into(&mut shell("sleep 60 & echo $!"), &mut sink(), |line| {
            grandchild = line.trim().to_owned();
        })
        .unwrap();
        assert!(started.elapsed() < Duration::from_secs(30), "the end of the child counts");
        assert!(dies(&grandchild), "what a child leaves behind is ended with it");
    }

    #[test]
    fn a_dropped_child_is_ended() {
        let child = Running::start(&mut shell("sleep 60")).unwrap();
        let id = child.child.id().to_string();
        assert!(lives(&id));
        drop(child);
        assert!(dies(&id), "nothing may outlive this program");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program"), "{error:#}");
    }
}
