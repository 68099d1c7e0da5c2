//! What the commands need of the desktop around them.

use std::path::PathBuf;

use confidant_chat::ask::Want;
use futures::future::BoxFuture;
use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

/// File dialogs and the browser. A trait, so that the commands run without a window in tests.
pub(crate) trait Desktop: Send + Sync {
    /// Lets the person pick files that `want` accepts; `None` when they cancel.
    fn pick_files(&self, want: &Want) -> BoxFuture<'static, Option<Vec<PathBuf>>>;

    /// Lets the person say where to save a file that is called `name`; `None` when they cancel.
    fn save_file(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>>;

    /// Opens a link in the person's browser or mail program. `false` when that failed.
    fn open_link(&self, url: &str) -> bool;
}

impl<R: Runtime> Desktop for AppHandle<R> {
    fn pick_files(&self, want: &Want) -> BoxFuture<'static, Option<Vec<PathBuf>>> {
        let one = matches!(want, Want::Files { max_files: 1, .. });
        let endings = want.endings();
        let mut dialog = self.dialog().file();
        if !endings.is_empty() {
            dialog = dialog.add_filter(endings.join(", "), &endings);
        }
        let (into, picked) = oneshot::channel();
        // The receiver is gone when the command was dropped: then nobody wants the files.
        if one {
            dialog.pick_file(move |file| drop(into.send(file.map(|file| vec![file]))));
        } else {
            dialog.pick_files(move |files| drop(into.send(files)));
        }
        Box::pin(async move {
            let files = picked.await.ok().flatten()?;
            Some(files.into_iter().filter_map(|file| file.into_path().ok()).collect())
        })
    }

    fn save_file(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        let (into, chosen) = oneshot::channel();
        let dialog = self.dialog().file().set_file_name(name.replace(['/', '\\'], "_"));
        dialog.save_file(move |file| drop(into.send(file)));
        Box::pin(async move { chosen.await.ok().flatten()?.into_path().ok() })
    }

    fn open_link(&self, url: &str) -> bool {
        self.opener().open_url(url, None::<&str>).is_ok()
    }
}
