//! Files of elements on their way out of the sealed history.

use std::path::{Path, PathBuf};

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::runtime::SignedIn;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::error::CommandError;

/// How much is in memory at a time, in bytes.
const PIECE: usize = 1024 * 1024;

/// Writes the file of an element to `path`, whole or not at all: what was there before stays until
/// the last byte is written.
pub(crate) async fn save(
    person: &SignedIn,
    thread: ThreadId,
    element: ElementId,
    path: &Path,
) -> Result<(), CommandError> {
    let half = beside(path);
    let written = write(person, thread, element, &half).await;
    let saved = match written {
        Ok(()) => fs::rename(&half, path).await.map_err(|_| unwritable(path)),
        Err(error) => Err(error),
    };
    if saved.is_err() {
        // It may not even have been begun.
        let _ = fs::remove_file(&half).await;
    }
    saved
}

async fn write(
    person: &SignedIn,
    thread: ThreadId,
    element: ElementId,
    path: &Path,
) -> Result<(), CommandError> {
    let mut file = File::create(path).await.map_err(|_| unwritable(path))?;
    let mut offset = 0;
    loop {
        let piece = person.read_element(thread, element, offset, PIECE).await?;
        if piece.is_empty() {
            return file.sync_all().await.map_err(|_| unwritable(path));
        }
        file.write_all(&piece).await.map_err(|_| unwritable(path))?;
        offset += piece.len() as u64;
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn unwritable(path: &Path) -> CommandError {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    CommandError::FileUnwritable { name }
}

#[cfg(test)]
mod tests {
    use confidant_chat::prelude::*;

    use super::*;

    fn drawing() -> App {
        App::new().profile(ChatProfile::new("painter").on_message(
            async |chat: Chat, _: Message| {
                let picture = Element::image("dot", vec![7; 3 * PIECE / 2]);
                chat.send(Message::new("Here").element(picture)).await?;
                Ok(())
            },
        ))
    }

    #[tokio::test]
    async fn a_file_is_saved_whole_or_not_at_all() {
        let test = drawing().test();
        let mut chat = test.open("painter").await.unwrap();
        chat.send("draw").await.unwrap();
        let element = chat.steps()[1].elements[0].id;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dot.png");
        save(test.person(), chat.thread(), element, &path).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), vec![7; 3 * PIECE / 2]);

        let nothing = save(test.person(), chat.thread(), ElementId::new(), &path).await;
        assert!(nothing.is_err(), "there is no such file to save");
        assert_eq!(std::fs::read(&path).unwrap().len(), 3 * PIECE / 2, "what was there stays");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing half is left");
    }
}
