//! Files that the person saves, whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use confidant_chat::ids::{ElementId, ThreadId};
use confidant_chat::runtime::SignedIn;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::error::CommandError;

/// How much is in memory at a time, in bytes.
const PIECE: usize = 1024 * 1024;

/// A file on its way to a place: what is there stays until the last byte is written.
pub(crate) struct Half<'a> {
    path: &'a Path,
    beside: PathBuf,
}

impl<'a> Half<'a> {
    /// A file that is to be at `path`.
    pub(crate) fn of(path: &'a Path) -> Self {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        Self { path, beside: path.with_file_name(name) }
    }

    /// Where to write it.
    pub(crate) fn path(&self) -> &Path {
        &self.beside
    }

    /// It is whole, and on the disk.
    pub(crate) fn finish(self) -> io::Result<()> {
        std::fs::rename(&self.beside, self.path)
    }
}

impl Drop for Half<'_> {
    fn drop(&mut self) {
        // It may not even have been begun, and has moved when it was finished.
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// Writes the file of an element to `path`.
pub(crate) async fn save(
    person: &SignedIn,
    thread: ThreadId,
    element: ElementId,
    path: &Path,
) -> Result<(), CommandError> {
    let half = Half::of(path);
    write(person, thread, element, half.path()).await?;
    half.finish().map_err(|_| unwritable(path))
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
