//! When the person leaves: the computer is about to sleep, or its screen is locked.
//!
//! On Linux the desktop tells, over D-Bus: logind before the computer sleeps and when it wants its
//! session locked, a screen saver when it covers the screen. logind waits for us for a few seconds,
//! so that nobody's conversations are open on a computer that wakes up. None of it has to be there.
//! Anybody on these buses could say the same; all that comes of it is a locked window.

use std::time::Duration;

use futures::{StreamExt, join};
use tauri::{AppHandle, Manager, Runtime};
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};
use zbus::{Connection, MatchRule, MessageStream, proxy};

use crate::shell::Shell;

/// How long until a bus that is not there, or went, is looked for again.
const RETRY: Duration = Duration::from_secs(60);

#[proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Logind {
    /// Sleep waits until what this gives is closed.
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    fn get_session(&self, id: &str) -> zbus::Result<OwnedObjectPath>;

    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Locks the window of `app`, called `name`, whenever its person leaves and wants that. Never ends.
pub(crate) async fn watch<R: Runtime>(app: AppHandle<R>, name: String) {
    let shell = app.state::<Shell>();
    let sleep = async {
        loop {
            pause("sleep", before_sleep(&shell, &name).await).await;
        }
    };
    let session = async {
        loop {
            pause("session", session_locked(&shell).await).await;
        }
    };
    let screen = async {
        loop {
            pause("screen", screen_locked(&shell).await).await;
        }
    };
    join!(sleep, session, screen);
}

/// Waits until what ended, as there is nobody to tell or no more, is begun again.
async fn pause(what: &str, ended: zbus::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, what, "nobody tells when the person leaves");
    }
    tokio::time::sleep(RETRY).await;
}

async fn before_sleep(shell: &Shell, name: &str) -> zbus::Result<()> {
    let logind = LogindProxy::new(&Connection::system().await?).await?;
    let mut sleeps = logind.receive_prepare_for_sleep().await?;
    let mut held = hold_off(&logind, name).await;
    while let Some(sleep) = sleeps.next().await {
        if sleep.args()?.start {
            shell.leave().await;
            held = None;
        } else if held.is_none() {
            held = hold_off(&logind, name).await;
        }
    }
    Ok(())
}

/// Has sleep wait until what this gives is dropped.
async fn hold_off(logind: &LogindProxy<'_>, name: &str) -> Option<OwnedFd> {
    match logind.inhibit("sleep", name, "Locks itself", "delay").await {
        Ok(held) => Some(held),
        Err(error) => {
            tracing::debug!(%error, "the computer does not wait for us before it sleeps");
            None
        }
    }
}

/// Tells when logind wants the session locked, as `loginctl lock-session` does.
async fn session_locked(shell: &Shell) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let session = LogindProxy::new(&bus).await?.get_session("auto").await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface("org.freedesktop.login1.Session")?
        .member("Lock")?
        .path(session)?
        .build();
    let mut locks = MessageStream::for_match_rule(rule, &bus, None).await?;
    while locks.next().await.is_some() {
        shell.leave().await;
    }
    Ok(())
}

/// Tells when a screen saver covers the screen. Every desktop has one with a name of its own.
async fn screen_locked(shell: &Shell) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let rule = MatchRule::builder().msg_type(Type::Signal).member("ActiveChanged")?.build();
    let mut changes = MessageStream::for_match_rule(rule, &bus, None).await?;
    while let Some(change) = changes.next().await {
        let change = change?;
        let header = change.header();
        let saver = header.interface().is_some_and(|name| name.ends_with(".ScreenSaver"));
        if saver && change.body().deserialize::<bool>().unwrap_or(false) {
            shell.leave().await;
        }
    }
    Ok(())
}
