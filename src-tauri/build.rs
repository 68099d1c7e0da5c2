//! Compiles the permissions and the configuration into the binary.

use tauri_build::{AppManifest, Attributes};

fn main() {
    let manifest = AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*.toml");
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        // The words of a build script are read from its panic.
        panic!("{error:#}");
    }
}
