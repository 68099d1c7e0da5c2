//! A message is more than its text.

use confidant_chat::prelude::*;

async fn answer(chat: Chat, message: String) -> Result {
    chat.say(message).await
}

fn main() {
    let _ = ChatProfile::new("assistant").on_message(answer);
}
