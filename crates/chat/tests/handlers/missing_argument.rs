//! The message is missing.

use confidant_chat::prelude::*;

async fn answer(chat: Chat) -> Result {
    chat.say("Hello").await
}

fn main() {
    let _ = ChatProfile::new("assistant").on_message(answer);
}
