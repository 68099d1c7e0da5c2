//! Handlers tell how it went.

use confidant_chat::prelude::*;

async fn answer(chat: Chat, _: Message) {
    let _ = chat.say("Hello").await;
}

fn main() {
    let _ = ChatProfile::new("assistant").on_message(answer);
}
