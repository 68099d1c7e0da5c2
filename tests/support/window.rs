//! The app's real window, driven through `WebKitWebDriver`.

use std::ffi::OsString;
use std::future::Future;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, Key, TypingData};
use tokio::time::{Instant, sleep};

use crate::support::home::Home;
use crate::support::memory;
use crate::support::process::Owned;

/// How long anything in the window may take. Generous, because these machines are busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where messages are written.
pub(crate) const COMPOSER: &str = "textarea[aria-label='Message']";

/// The window, and the driver that holds it.
pub(crate) struct Window {
    pub(crate) driver: WebDriver,
    server: Owned,
    program: OsString,
}

/// A driver that waits for somebody to open a window with it.
pub(crate) struct Driver {
    url: String,
    server: Owned,
}

impl Driver {
    /// Opens the window of `program`.
    pub(crate) async fn open(self, program: &Path) -> Window {
        let wanted = json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": program },
        });
        let serde_json::Value::Object(wanted) = wanted else { unreachable!("it is an object") };
        let driver = WebDriver::new(&self.url, Capabilities::from(wanted)).await.unwrap();
        driver.set_script_timeout(PATIENCE).await.unwrap();
        let program = program.file_name().unwrap_or_default().to_owned();
        Window { driver, server: self.server, program }
    }
}

impl Window {
    /// Starts the app in `home`.
    pub(crate) async fn open(home: &Home) -> Self {
        Self::driver(home, &[]).await.open(env!("CARGO_BIN_EXE_confidant").as_ref()).await
    }

    /// Starts one of the apps in `tests/apps` in `home`.
    pub(crate) async fn of(home: &Home, app: &str) -> Self {
        let beside = Path::new(env!("CARGO_BIN_EXE_confidant")).with_file_name("examples");
        Self::driver(home, &[]).await.open(&beside.join(app)).await
    }

    /// Starts a driver for a window in `home`, with more in its environment.
    pub(crate) async fn driver(home: &Home, more: &[(&str, &str)]) -> Driver {
        assert!(
            std::env::var_os("DISPLAY").is_some(),
            "the window needs a display: run `cargo xtask test`, which brings one"
        );
        // Installed already when another window was opened before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Owned::start(
            Command::new("WebKitWebDriver")
                .arg("--host=127.0.0.1")
                .arg(format!("--port={port}"))
                .envs(home.envs())
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
                .envs(more.iter().copied())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        eventually("the driver listens", || async {
            TcpStream::connect(("127.0.0.1", port)).ok().map(drop)
        })
        .await;
        Driver { url: format!("http://127.0.0.1:{port}"), server }
    }

    /// The process of the app itself.
    pub(crate) fn app_pid(&self) -> u32 {
        let children = format!("/proc/{0}/task/{0}/children", self.server.id());
        let pids = std::fs::read_to_string(children).unwrap();
        pids.split_whitespace()
            .find(|pid| {
                let program = std::fs::read_link(format!("/proc/{pid}/exe"));
                program.is_ok_and(|it| it.file_name() == Some(&self.program))
            })
            .and_then(|pid| pid.parse().ok())
            .expect("the driver started the app")
    }

    /// How many bytes the app and its web view hold.
    pub(crate) fn memory(&self) -> f64 {
        memory::of_all(self.app_pid())
    }

    /// Closes the window as a person does, and waits until the app is gone.
    pub(crate) async fn close(self) {
        let pid = self.app_pid();
        self.driver.clone().quit().await.unwrap();
        eventually("the app ends", || async {
            (!Path::new(&format!("/proc/{pid}")).exists()).then_some(())
        })
        .await;
    }

    /// Forgets the window of an app that is dead. The driver would wait for its answer.
    pub(crate) fn abandon(self) {
        self.driver.leak().unwrap();
    }

    /// Tries until `attempt` gives something. Where it does not, what the window shows is told.
    pub(crate) async fn eventually<T, F, Fut>(&self, what: &str, attempt: F) -> T
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Option<T>>,
    {
        if let Some(found) = in_time(attempt).await {
            return found;
        }
        let page = self.driver.find(By::Css("body")).await;
        let shown = async { page?.text().await }.await;
        panic!("not within {PATIENCE:?}: {what}\nThe window shows: {shown:#?}");
    }

    /// Waits for an element.
    pub(crate) async fn see(&self, css: &str) -> WebElement {
        self.eventually(css, || async {
            let found = self.driver.find(By::Css(css)).await.ok()?;
            found.is_displayed().await.ok()?.then_some(found)
        })
        .await
    }

    /// Waits until an element says `text`.
    pub(crate) async fn read(&self, css: &str, text: &str) {
        let what = format!("{css} says {text:?}");
        self.eventually(&what, || async {
            for element in self.driver.find_all(By::Css(css)).await.ok()? {
                if words(&element).await.contains(text) {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Waits until no such element is left.
    pub(crate) async fn gone(&self, css: &str) {
        let what = format!("{css} is gone");
        self.eventually(&what, || async {
            self.driver.find_all(By::Css(css)).await.ok()?.is_empty().then_some(())
        })
        .await;
    }

    /// Waits for a button, link or tab by its accessible name or its text, and presses it.
    pub(crate) async fn press(&self, name: &str) {
        let what = format!("something to press called {name:?}");
        self.eventually(&what, || async {
            let quoted = name.replace('\'', "\\'");
            let path = format!(
                "//*[self::button or self::a or @role='button' or @role='menuitem' or \
                 @role='tab' or @role='radio' or @role='switch' or @role='option']\
                 [normalize-space(.)='{quoted}' or @aria-label='{quoted}']"
            );
            for found in self.driver.find_all(By::XPath(path)).await.ok()? {
                if found.is_displayed().await.unwrap_or(false)
                    && found.is_enabled().await.unwrap_or(false)
                    && rests(&found).await
                    && found.click().await.is_ok()
                {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Fills the field with this label.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let what = format!("a field labelled {label:?}");
        let field = self.eventually(&what, || async {
            let path = format!(
                "//*[self::input or self::textarea][@id=//label[contains(normalize-space(.),'{label}')]/@for \
                 or @aria-label='{label}' or ancestor::label[contains(normalize-space(.),'{label}')]]"
            );
            let found = self.driver.find(By::XPath(path)).await.ok()?;
            found.is_displayed().await.ok()?.then_some(found)
        })
        .await;
        field.send_keys(Key::Control + "a").await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses a key combination wherever the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        let active = self.driver.active_element().await.unwrap();
        active.send_keys(keys).await.unwrap();
    }

    /// Presses the element of a kind that contains `text`.
    pub(crate) async fn press_where(&self, css: &str, text: &str) {
        let what = format!("{css} with {text:?} to press");
        self.eventually(&what, || async {
            for found in self.driver.find_all(By::Css(css)).await.ok()? {
                if words(&found).await.contains(text)
                    && rests(&found).await
                    && found.click().await.is_ok()
                {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Writes a message and sends it.
    pub(crate) async fn say(&self, text: &str) {
        let composer = self.see(COMPOSER).await;
        composer.click().await.unwrap();
        composer.send_keys(text).await.unwrap();
        composer.send_keys(Key::Enter + "").await.unwrap();
    }

    /// Saves what the window shows, as it is on the display: the driver's own pictures never come
    /// while a dialog is open.
    pub(crate) async fn shoot(&self, file: &Path) {
        let at = self.driver.get_window_rect().await.unwrap();
        let area = format!("{}x{}+{}+{}", at.width, at.height, at.x.max(0), at.y.max(0));
        let taken = Command::new("import")
            .args(["-window", "root", "-crop", &area, "+repage"])
            .arg(file)
            .status();
        assert!(taken.is_ok_and(|status| status.success()), "import took the picture");
    }
}

/// Whether an element stays where it is. What moves while it is pressed is missed, by a person, too.
async fn rests(element: &WebElement) -> bool {
    let place = async || element.rect().await.ok().map(|it| (it.x, it.y, it.width, it.height));
    let before = place().await;
    sleep(Duration::from_millis(40)).await;
    before.is_some() && place().await == before
}

/// The words in an element, shown or scrolled away.
async fn words(element: &WebElement) -> String {
    element.prop("textContent").await.ok().flatten().unwrap_or_default()
}

/// Tries until `attempt` gives something.
pub(crate) async fn eventually<T, F, Fut>(what: &str, attempt: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    in_time(attempt).await.unwrap_or_else(|| panic!("not within {PATIENCE:?}: {what}"))
}

/// Tries until `attempt` gives something. `None` when that takes too long.
async fn in_time<T, F, Fut>(mut attempt: F) -> Option<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = attempt().await {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
