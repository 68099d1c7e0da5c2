//! Somebody who leaves the computer: it sleeps, or its screen or its session is locked.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::object_server::SignalEmitter;
use zbus::zvariant::{self, OwnedObjectPath};
use zbus::{Connection, connection, interface};

use super::{in_turn, make_account_to_unlock};
use crate::support::home::Home;
use crate::support::window::{COMPOSER, Window, eventually};

const PASSWORD: &str = "correct horse battery";
const LOGIND: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_31";

/// What of logind an app speaks with: this sandbox has none.
#[derive(Clone, Default)]
struct Logind {
    /// Our ends of what was given to those whom sleep waits for.
    waits_for: Arc<Mutex<Vec<UnixStream>>>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zvariant::OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (ours, theirs) = UnixStream::pair().unwrap();
        self.waits_for.lock().unwrap().push(ours);
        OwnedFd::from(theirs).into()
    }

    fn get_session(&self, id: &str) -> OwnedObjectPath {
        assert_eq!(id, "auto");
        SESSION.try_into().unwrap()
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

impl Logind {
    async fn start(home: &Home) -> (Self, Connection) {
        let logind = Self::default();
        let bus = connection::Builder::address(home.bus().as_str()).unwrap();
        let bus = bus.name("org.freedesktop.login1").unwrap();
        let bus = bus.serve_at(LOGIND, logind.clone()).unwrap().build().await.unwrap();
        (logind, bus)
    }

    /// Waits until it has given something to somebody, and gives our end of it.
    async fn waits(&self) -> UnixStream {
        let taken = || async { self.waits_for.lock().unwrap().pop() };
        eventually("somebody holds off sleep", taken).await
    }
}

async fn sleeps(bus: &Connection, start: bool) {
    let emitter = SignalEmitter::new(bus, LOGIND).unwrap();
    Logind::prepare_for_sleep(&emitter, start).await.unwrap();
}

async fn locked(window: &Window) {
    window.see("input[type=password]").await;
    let text = window.see("body").await.text().await.unwrap();
    assert!(!text.contains("a-secret-word"), "nothing is shown any more: {text}");
}

async fn back(window: &Window) {
    window.fill("Password", PASSWORD).await;
    window.press("Sign in").await;
    window.see(COMPOSER).await;
    window.read("[role=log] article", "a-secret-word").await;
}

#[test]
fn whoever_leaves_the_computer_finds_the_window_locked() {
    in_turn(async {
        let home = Home::new();
        let (logind, bus) = Logind::start(&home).await;
        let window = Window::open(&home).await;
        make_account_to_unlock(&window, "alice", PASSWORD).await;
        window.say("a-secret-word").await;
        window.read("[role=log] article", "a-secret-word").await;

        let mut held = logind.waits().await;
        sleeps(&bus, true).await;
        held.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        assert_eq!(held.read(&mut [0]).unwrap(), 0, "the computer may sleep");
        locked(&window).await;
        sleeps(&bus, false).await;
        logind.waits().await;
        back(&window).await;

        for active in [false, true] {
            let (path, name) = ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver");
            let body = (active,);
            bus.emit_signal(None::<&str>, path, name, "ActiveChanged", &body).await.unwrap();
        }
        locked(&window).await;
        back(&window).await;

        let session = "org.freedesktop.login1.Session";
        bus.emit_signal(None::<&str>, SESSION, session, "Lock", &()).await.unwrap();
        locked(&window).await;
        window.close().await;
    });
}
