//! The commands, called as a window calls them, under the real permissions and without a screen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use confidant::Site;
use confidant::prelude::App;
use confidant_vault::Vault;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

use crate::support::model_server::{KEY, MODEL, ModelServer};

mod accounts;
mod conversation;
mod refusals;

/// The app behind windows that are not drawn, over a keyring in memory.
struct Desk {
    app: tauri::App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    home: TempDir,
}

impl Desk {
    /// The app that ships, with nobody signed in.
    fn new() -> Self {
        let app = App::new()
            .profile(confidant_profiles::assistant())
            .profile(confidant_profiles::analyst())
            .profile(confidant_profiles::admin());
        Self::with_app(app)
    }

    /// Another app, with somebody signed in.
    fn of(app: App) -> Self {
        let desk = Self::with_app(app);
        desk.create_account("alice");
        desk
    }

    fn with_app(app: App) -> Self {
        let home = tempfile::tempdir().unwrap();
        let keyring = keyring_core::mock::Store::new().unwrap();
        let site = Site {
            data_dir: home.path().to_owned(),
            vault: Vault::with_store("confidant-test", keyring as Arc<_>)
                .with_file(home.path().join("accounts")),
        };
        let app = confidant::attach(mock_builder(), app, site)
            .build(tauri::generate_context!(test = true))
            .unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build().unwrap();
        Self { app, window, home }
    }

    /// Somebody with an account `identifier`, signed in.
    fn with_account(identifier: &str) -> Self {
        let desk = Self::new();
        desk.create_account(identifier);
        desk
    }

    fn create_account(&self, identifier: &str) -> Value {
        let account = json!({
            "identifier": identifier, "displayName": "", "password": "correct horse", "remember": true,
        });
        self.call("create_account", json!({ "account": account }))
    }

    /// What a command answers.
    #[track_caller]
    fn call(&self, command: &str, arguments: Value) -> Value {
        self.attempt(command, arguments)
            .unwrap_or_else(|error| panic!("{command} was refused: {error}"))
    }

    /// Calls a command once the profile has finished: its last word comes a moment before.
    #[track_caller]
    fn call_idle(&self, command: &str, arguments: &Value) {
        self.until(|| {
            let state = self.attempt(command, arguments.clone());
            !state.is_err_and(|error| error["code"] == "busy")
        });
    }

    /// The code that a command is refused with.
    #[track_caller]
    fn refusal(&self, command: &str, arguments: Value) -> String {
        match self.attempt(command, arguments) {
            Ok(answer) => panic!("{command} was not refused but answered {answer}"),
            Err(error) => error["code"].as_str().unwrap_or_default().to_owned(),
        }
    }

    fn attempt(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        call_from(&self.window, command, arguments)
    }

    /// Opens a conversation whose events nobody listens to, and gives its thread.
    fn open(&self, profile: &str) -> String {
        let thread =
            self.call("open_chat", json!({ "profile": profile, "events": "__CHANNEL__:1" }));
        thread.as_str().unwrap().to_owned()
    }

    fn send(&self, thread: &str, text: &str) {
        self.call("send_message", json!({ "thread": thread, "text": text, "command": null }));
    }

    fn steps(&self, thread: &str) -> Vec<Value> {
        let page = self.call("earlier_steps", json!({ "thread": thread, "before": u32::MAX }));
        page["steps"].as_array().unwrap().clone()
    }

    /// Waits until the thread holds `count` finished steps.
    fn finished_steps(&self, thread: &str, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let steps = self.steps(thread);
            if steps.len() >= count && steps.iter().all(|step| step["state"] != "writing") {
                return steps;
            }
            assert!(Instant::now() < deadline, "no {count} finished steps, but {steps:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the profile has said `text`, and gives the step.
    fn reply(&self, thread: &str, text: &str) -> Value {
        let said = |step: &Value| step["output"] == text && step["state"] == "done";
        self.until(|| self.steps(thread).iter().any(said));
        self.steps(thread).into_iter().rfind(said).unwrap()
    }

    /// Waits for an open question, and gives the arguments that name it.
    fn question(&self, thread: &str) -> Value {
        let open = |step: &Value| step["ask"]["state"]["state"] == "open";
        self.until(|| self.steps(thread).iter().any(open));
        let step = self.steps(thread).into_iter().rfind(open).unwrap();
        json!({ "thread": thread, "step": step["id"] })
    }

    #[track_caller]
    fn until(&self, condition: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !condition() {
            assert!(Instant::now() < deadline, "it does not come to that");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What a command answers, as it crosses the border.
    fn raw(&self, command: &str, arguments: Value) -> InvokeResponseBody {
        get_ipc_response(&self.window, request(command, arguments)).unwrap()
    }

    fn use_model(&self, server: &ModelServer) {
        let draft = json!({ "baseUrl": server.base_url(), "model": MODEL, "key": KEY });
        self.call("save_model", json!({ "draft": draft }));
    }

    fn data_dir(&self) -> PathBuf {
        self.home.path().to_owned()
    }
}

fn call_from(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let answer = get_ipc_response(window, request(command, arguments));
    answer.map(|body| body.deserialize().unwrap())
}

fn request(command: &str, arguments: Value) -> InvokeRequest {
    InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.into(),
    }
}

#[test]
fn a_window_without_the_permission_reaches_nothing() {
    let desk = Desk::with_account("alice");
    let other = WebviewWindowBuilder::new(&desk.app, "other", Default::default()).build().unwrap();
    let refused = call_from(&other, "list_threads", json!({ "cursor": null })).unwrap_err();
    assert!(refused.to_string().contains("not allowed"), "the permission is missing: {refused}");
}

#[test]
fn a_conversation_is_kept_listed_renamed_and_deleted() {
    let desk = Desk::with_account("alice");
    let thread = desk.open("assistant");
    desk.send(&thread, "How do I set up a model?");
    let steps = desk.finished_steps(&thread, 2);
    assert_eq!(steps[0]["output"], "How do I set up a model?");
    assert_eq!(steps[1]["name"], "Built-in guide", "without a model the guide answers");
    assert_eq!(steps[1]["actions"], json!(["setUpModel"]));

    desk.call("rename_thread", json!({ "thread": thread, "name": "  Models  " }));
    let page = desk.call("list_threads", json!({ "cursor": null }));
    assert_eq!(page["threads"][0]["name"], "Models");
    desk.call("delete_thread", json!({ "thread": thread }));
    let page = desk.call("list_threads", json!({ "cursor": null }));
    assert_eq!(page["threads"], json!([]));
}

#[test]
fn a_chosen_model_answers_and_comes_back_after_signing_in_again() {
    let server = ModelServer::start();
    let desk = Desk::with_account("alice");
    desk.use_model(&server);
    desk.call("sign_out", json!({ "lock": false }));
    let right = json!({ "identifier": "alice", "password": "correct horse", "remember": false });
    desk.call("sign_in", right);
    let model = desk.call("get_model", json!({}));
    assert_eq!((&model["model"], &model["hasKey"]), (&json!(MODEL), &json!(true)));
    let thread = desk.open("assistant");
    desk.send(&thread, "tea");
    let steps = desk.finished_steps(&thread, 2);
    let reply = steps[1]["output"].as_str().unwrap();
    assert!(reply.starts_with("You asked about **tea**"), "the model's words: {reply}");
}

#[test]
fn the_status_that_admins_see_is_the_real_state() {
    let desk = Desk::with_account("alice");
    let chat = desk.open("assistant");
    desk.send(&chat, "hello");
    desk.finished_steps(&chat, 2);
    let thread = desk.open("admin");
    desk.send(&thread, "/status");
    let report = desk.finished_steps(&thread, 2)[1]["output"].as_str().unwrap().to_owned();
    for part in
        [env!("CARGO_PKG_VERSION"), "| Your threads | 2 |", "| alice | admin |", "none set up"]
    {
        assert!(report.contains(part), "{part} is missing in: {report}");
    }
}

#[test]
fn session_keys_are_read_and_set_by_command() {
    let desk = Desk::with_account("alice");
    let thread = desk.open("assistant");
    desk.send(&thread, "hello");
    let set = json!({ "thread": thread, "key": "mood", "value": { "level": 3 } });
    desk.call("set_session_value", set);
    let mood = desk.call("get_session_value", json!({ "thread": thread, "key": "mood" }));
    assert_eq!(mood, json!({ "level": 3 }));
    assert_eq!(desk.call("session_keys", json!({ "thread": thread })), json!(["mood"]));
    let profile =
        desk.call("get_session_value", json!({ "thread": thread, "key": "chat_profile" }));
    assert_eq!(profile, "assistant");
}
