//! The app is killed while a reply streams: what was said is there when it starts again.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{come_back, in_turn, make_account};
use crate::support::home::Home;
use crate::support::model_server::ModelServer;
use crate::support::window::{Window, eventually};

#[test]
fn a_killed_app_comes_back_with_the_message_and_the_reply_so_far() {
    in_turn(async {
        let (home, _server) = killed_at("[slow] tell me", "word20").await;
        let window = come_back(&home, "Alice").await;
        window.press_where("nav button, nav a", "[slow] tell me").await;
        window.read("[role=log] article", "[slow] tell me").await;
        window.read("[role=log] article", "word10").await;
        window.read("[role=log]", "Interrupted").await;
        window.close().await;
    });
}

#[test]
fn a_message_without_an_answer_can_be_tried_again_after_a_crash() {
    in_turn(async {
        let (home, _server) = killed_at("[silent] are you there?", "are you there?").await;
        let window = come_back(&home, "Alice").await;
        window.press_where("nav button, nav a", "are you there?").await;
        window.press("Retry").await;
        window.press("Stop").await;
        window.read("[role=log] button", "Retry").await;
        window.close().await;
    });
}

/// A home whose app was killed, as a crash does, once it showed `shown` after `said`.
async fn killed_at(said: &str, shown: &str) -> (Home, ModelServer) {
    let home = Home::new();
    let server = ModelServer::start();
    let window = Window::open(&home).await;
    make_account(&window, "Alice", "", Some(&server)).await;
    window.say(said).await;
    window.read("[role=log] article", shown).await;
    let pid = window.app_pid();
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
    window.abandon();
    eventually("the app is gone", || async {
        (!std::path::Path::new(&format!("/proc/{pid}/exe")).exists()).then_some(())
    })
    .await;
    (home, server)
}
