//! Handlers are async.

use confidant_chat::prelude::*;

fn answer(_: Chat, _: Message) -> Result {
    Ok(())
}

fn main() {
    let _ = ChatProfile::new("assistant").on_message(answer);
}
