//! The interface: its libraries from npm, and its build.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{place, process};

/// Folders that hold what is made, not what it is made from.
const MADE: &[&str] = &["node_modules", "dist", "dist-memory", "generated", "coverage"];

/// Installs the interface's libraries if they are not those of `package-lock.json`.
pub(crate) fn install() -> Result<()> {
    check_node()?;
    let folder = place::interface();
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&lock);
    let wanted = format!("{:016x}", hasher.finish());
    // Inside node_modules, so that whoever removes the libraries removes the claim with them.
    let stamp = folder.join("node_modules/.xtask-installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("Installing the interface's libraries");
    let status = process::run(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    ensure!(status.success(), "`npm ci` failed in {}", folder.display());
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Builds the interface if anything that it is made of has changed.
pub(crate) fn build() -> Result<()> {
    install()?;
    let folder = place::interface();
    let wanted = fingerprint(&folder)?;
    let stamp = folder.join("node_modules/.xtask-built");
    let is_built = folder.join("dist/index.html").is_file();
    if is_built && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("Building the interface");
    let status = process::run(npm().args(["run", "build"]))?;
    ensure!(status.success(), "`npm run build` failed in {}", folder.display());
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// One of the interface's scripts.
pub(crate) fn script(name: &str) -> Command {
    let mut command = npm();
    command.args(["run", name]);
    command
}

fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(place::interface()).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn check_node() -> Result<()> {
    let output = Command::new("node").arg("--version").stderr(Stdio::inherit()).output().context(
        "Node is needed to build the interface: install 20.19, 22.12 or newer from nodejs.org",
    )?;
    let version = String::from_utf8_lossy(&output.stdout);
    ensure!(
        is_supported(version.trim()),
        "Node 20.19, 22.12 or newer is needed to build the interface; this one is {}",
        version.trim()
    );
    Ok(())
}

/// Whether Vite runs on this version of Node, such as `v22.12.0`.
fn is_supported(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => match major {
            20 => minor >= 19,
            22 => minor >= 12,
            _ => major > 22,
        },
        _ => false,
    }
}

/// A short text that changes with the name or the content of any file under `folder`.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort_unstable();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file);
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.write(name.as_os_str().as_encoded_bytes());
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && !MADE.iter().any(|made| entry.file_name() == *made) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("v20.19.0", true)]
    #[case("v22.12.1", true)]
    #[case("v24.0.0", true)]
    #[case("v20.18.3", false)]
    #[case("v21.7.0", false)]
    #[case("v18.20.4", false)]
    #[case("", false)]
    #[case("nonsense", false)]
    fn nodes_that_vite_runs_on_are_known(#[case] version: &str, #[case] supported: bool) {
        assert_eq!(is_supported(version), supported);
    }

    #[test]
    fn the_fingerprint_follows_names_and_content_but_not_what_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in ["src", "dist"] {
            fs::create_dir(root.join(path)).unwrap();
        }
        fs::write(root.join("src/a.ts"), "1").unwrap();
        let first = fingerprint(root).unwrap();

        fs::write(root.join("dist/index.html"), "made").unwrap();
        assert_eq!(fingerprint(root).unwrap(), first, "a build must not ask for another one");

        fs::write(root.join("src/a.ts"), "2").unwrap();
        let second = fingerprint(root).unwrap();
        assert_ne!(second, first, "a change of content asks for a build");

        fs::rename(root.join("src/a.ts"), root.join("src/b.ts")).unwrap();
        assert_ne!(fingerprint(root).unwrap(), second, "so does a change of name");
    }
}
