//! What a window does with what was said: edits, other answers, buttons, judgements, answers to
//! questions, elements, variables.

use confidant::prelude::*;
use serde_json::{Value, json};
use tauri::ipc::InvokeResponseBody;

use super::Desk;

fn app() -> App {
    let talker = ChatProfile::new("talker")
        .command(Command::new("draw", "Draws"))
        .on_message(answer)
        .on_action("again", async |chat: Chat, pressed: Pressed| {
            chat.say(format!("again {}", pressed.button.payload)).await
        });
    App::new().name("Talker").icon(b"\x89PNG").user_env(["TOKEN"]).profile(talker)
}

async fn answer(chat: Chat, message: Message) -> Result {
    match (message.command(), message.text()) {
        (Some("draw"), _) => {
            let picture = Element::image("dot", vec![7; 1_500_000]);
            chat.send(Message::new("Here").element(picture)).await?;
            Ok(())
        }
        (_, "token") => {
            let token = chat.session().env("TOKEN").unwrap_or_default();
            chat.say(format!("{} characters", token.len())).await
        }
        (_, "name") => {
            let name = chat.ask(AskUser::new("Who?").max_length(5)).await?;
            chat.say(format!("{name:?}")).await
        }
        (_, "form") => {
            let form =
                AskForm::new("Where?").field(Setting::text("street", "Street", "", 9).required());
            let values = chat.ask(form).await?;
            chat.say(format!("{:?}", values.map(|values| values["street"].clone()))).await
        }
        (_, "choice") => {
            let choice = chat.ask(AskAction::new("Which?").option("a", "A")).await?;
            chat.say(format!("{choice:?}")).await
        }
        (_, text) => {
            let again = Action::new("again", "Again").payload(json!(text));
            chat.send(Message::new(format!("re: {text}")).action(again)).await?;
            Ok(())
        }
    }
}

fn at(thread: &str, step: &Value) -> Value {
    json!({ "thread": thread, "step": step["id"] })
}

fn with(mut arguments: Value, mut more: Value) -> Value {
    arguments.as_object_mut().unwrap().append(more.as_object_mut().unwrap());
    arguments
}

#[test]
fn a_message_is_edited_and_a_reply_made_again_beside_the_others() {
    let desk = Desk::of(app());
    let thread = desk.open("talker");
    desk.send(&thread, "plums");
    let first = desk.finished_steps(&thread, 2);
    desk.call_idle("edit_message", &with(at(&thread, &first[0]), json!({ "text": "pears" })));
    let second = desk.reply(&thread, "re: pears");
    assert_eq!(desk.steps(&thread)[0]["output"], "pears", "only the branch in view is shown");
    desk.call_idle("regenerate_reply", &at(&thread, &second));
    desk.until(|| desk.steps(&thread).iter().any(|step| step["branch"] == 2));
    desk.call_idle("show_branch", &json!({ "thread": thread, "branch": 0 }));
    assert_eq!(desk.steps(&thread)[0]["output"], "plums", "nothing is lost");
    let missing = json!({ "thread": thread, "branch": 9 });
    assert_eq!(desk.refusal("show_branch", missing), "messageMissing");
    let reply = with(at(&thread, &first[1]), json!({ "text": "mine" }));
    assert_eq!(desk.refusal("edit_message", reply), "messageMissing", "only one's own messages");
}

#[test]
fn buttons_run_with_what_the_profile_gave_them_and_judgements_are_kept() {
    let desk = Desk::of(app());
    let thread = desk.open("talker");
    desk.send(&thread, "plums");
    let reply = desk.reply(&thread, "re: plums");
    desk.call("run_action", with(at(&thread, &reply), json!({ "action": "again" })));
    desk.reply(&thread, "again \"plums\"");
    let unknown = with(at(&thread, &reply), json!({ "action": "other" }));
    assert_eq!(desk.refusal("run_action", unknown), "messageMissing");

    let good = json!({ "feedback": { "rating": "up", "comment": "Nice" } });
    desk.call("give_feedback", with(at(&thread, &reply), good.clone()));
    let judged = desk.steps(&thread).into_iter().find(|step| step["id"] == reply["id"]).unwrap();
    assert_eq!(judged["feedback"], good["feedback"]);
    let own = with(at(&thread, &desk.steps(&thread)[0]), good);
    assert_eq!(desk.refusal("give_feedback", own), "messageMissing", "only replies are judged");
}

#[test]
fn questions_are_answered_within_their_limits() {
    let desk = Desk::of(app());
    let thread = desk.open("talker");
    desk.send(&thread, "name");
    let question = desk.question(&thread);
    let text = |text: &str| with(question.clone(), json!({ "text": text }));
    assert_eq!(desk.refusal("answer_text", text("too long")), "answerTooLong");
    assert_eq!(desk.refusal("answer_text", text(" ")), "answerInvalid");
    desk.call("answer_text", text("Ada"));
    desk.reply(&thread, "Some(\"Ada\")");
    assert_eq!(desk.refusal("answer_text", text("Eve")), "askClosed", "answered once");

    desk.send(&thread, "form");
    let question = desk.question(&thread);
    let form = |values: Value| with(question.clone(), json!({ "values": values }));
    assert_eq!(desk.refusal("answer_form", form(json!({}))), "settingRequired");
    assert_eq!(desk.refusal("answer_form", form(json!({ "street": 3 }))), "settingInvalid");
    desk.call("answer_form", form(json!({ "street": "Harbour" })));
    desk.reply(&thread, "Some(String(\"Harbour\"))");

    desk.send(&thread, "choice");
    let question = desk.question(&thread);
    let choice = |name: &str| with(question.clone(), json!({ "name": name }));
    assert_eq!(desk.refusal("answer_choice", choice("b")), "answerInvalid");
    desk.call("answer_choice", choice("a"));
    desk.reply(&thread, "Some(\"a\")");
}

#[test]
fn elements_reach_the_window_as_raw_bytes_piece_by_piece() {
    let desk = Desk::of(app());
    let thread = desk.open("talker");
    let draw = json!({ "thread": thread, "text": "", "command": "draw" });
    desk.call("send_message", draw);
    let reply = desk.reply(&thread, "Here");
    let element = &reply["elements"][0];
    assert_eq!(element["content"]["file"], json!({ "mime": "image/svg+xml", "size": 1_500_000 }));
    let mut bytes = Vec::new();
    loop {
        let from = json!({ "element": element["id"], "offset": bytes.len() });
        let piece = match desk.raw("read_element", with(at(&thread, &reply), from)) {
            InvokeResponseBody::Raw(piece) => piece,
            InvokeResponseBody::Json(json) => panic!("bytes are no JSON: {json}"),
        };
        if piece.is_empty() {
            break;
        }
        bytes.extend(piece);
    }
    assert_eq!(bytes, vec![7; 1_500_000]);
    let foreign = json!({ "element": reply["id"], "offset": 0 });
    assert_eq!(desk.refusal("read_element", with(at(&thread, &reply), foreign)), "elementMissing");
    let unknown = json!({ "thread": thread, "text": "", "command": "sing" });
    assert_eq!(desk.refusal("send_message", unknown), "commandUnknown");
}

#[test]
fn variables_reach_handlers_and_never_the_window() {
    let desk = Desk::of(app());
    let info = desk.call("app_info", json!({}));
    assert_eq!((&info["name"], &info["env"]), (&json!("Talker"), &json!(["TOKEN"])));
    assert_eq!(info["icon"], "data:image/png;base64,iVBORw==");
    assert_eq!(desk.call("list_env", json!({})), json!([{ "name": "TOKEN", "isSet": false }]));
    let thread = desk.open("talker");
    desk.call("set_env", json!({ "name": "TOKEN", "value": "secret" }));
    assert_eq!(desk.call("list_env", json!({})), json!([{ "name": "TOKEN", "isSet": true }]));
    desk.send(&thread, "token");
    desk.reply(&thread, "6 characters");
    let env = desk.call("get_session_value", json!({ "thread": thread, "key": "env" }));
    assert_eq!(env, Value::Null);
    let other = json!({ "name": "PATH", "value": "/tmp" });
    assert_eq!(desk.refusal("set_env", other), "envUnknown");
    desk.call("set_env", json!({ "name": "TOKEN", "value": null }));
    assert_eq!(desk.call("list_env", json!({})), json!([{ "name": "TOKEN", "isSet": false }]));
}

#[test]
fn a_session_key_is_removed() {
    let desk = Desk::of(app());
    let thread = desk.open("talker");
    let mood = json!({ "thread": thread, "key": "mood" });
    desk.call("set_session_value", with(mood.clone(), json!({ "value": 3 })));
    desk.call("remove_session_value", mood.clone());
    assert_eq!(desk.call("get_session_value", mood), Value::Null);
}
