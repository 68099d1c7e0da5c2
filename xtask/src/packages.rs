//! What the operating system has to bring: on Linux some packages, elsewhere nothing.

use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::place;

/// What a task needs of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To compile the app and show its window.
    Build,
    /// To show it on an invisible screen.
    InvisibleScreen,
    /// To have a keyring where nobody is logged in.
    PrivateKeyring,
    /// To drive its window in tests.
    Test,
}

impl Purpose {
    /// Everything that any task needs.
    pub(crate) const ALL: [Self; 4] = [Build, InvisibleScreen, PrivateKeyring, Test];
}

use Purpose::{Build, InvisibleScreen, PrivateKeyring, Test};

/// How to tell that something is there on a system without Debian's package list.
enum Proof {
    Library(&'static str),
    Program(&'static str),
    /// A font; without it some screenshots show boxes, and nothing fails.
    Font,
}

struct Need {
    package: &'static str,
    purpose: Purpose,
    proof: Proof,
}

const fn need(package: &'static str, purpose: Purpose, proof: Proof) -> Need {
    Need { package, purpose, proof }
}

/// Neither OpenSSL nor a keyring library is among them: TLS is rustls, and the keyring is spoken
/// to over D-Bus by Rust code. libdbus itself is what the window library links to.
const NEEDS: &[Need] = &[
    need("build-essential", Build, Proof::Program("cc")),
    need("pkg-config", Build, Proof::Program("pkg-config")),
    need("libdbus-1-dev", Build, Proof::Library("dbus-1")),
    need("libgtk-3-dev", Build, Proof::Library("gtk+-3.0")),
    need("libwebkit2gtk-4.1-dev", Build, Proof::Library("webkit2gtk-4.1")),
    need("xvfb", InvisibleScreen, Proof::Program("Xvfb")),
    need("dbus", PrivateKeyring, Proof::Program("dbus-daemon")),
    need("gnome-keyring", PrivateKeyring, Proof::Program("gnome-keyring-daemon")),
    need("fonts-noto-cjk", Test, Proof::Font),
    need("imagemagick", Test, Proof::Program("import")),
    need("iproute2", Test, Proof::Program("ip")),
    need("libsecret-tools", Test, Proof::Program("secret-tool")),
    need("webkit2gtk-driver", Test, Proof::Program("WebKitWebDriver")),
    need("xdotool", Test, Proof::Program("xdotool")),
];

/// Makes sure that the system has what `purposes` need, and installs what is missing where it may.
pub(crate) fn ensure_for(purposes: &[Purpose]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let needs = NEEDS.iter().filter(|need| purposes.contains(&need.purpose));
    let debian = place::has_program("dpkg-query") && place::has_program("apt-get");
    if debian {
        let wanted: Vec<&str> = needs.map(|need| need.package).collect();
        let missing = missing(&wanted, &installed(&wanted)?);
        if missing.is_empty() { Ok(()) } else { install(&missing) }
    } else {
        let missing: Vec<&str> =
            needs.filter(|need| !is_proven(&need.proof)).map(|need| need.package).collect();
        ensure!(
            missing.is_empty(),
            "this system lacks some packages, and without apt they cannot be installed from here. \
             Install what your system calls these, then try again. Their names on Debian:\n  {}",
            missing.join(" ")
        );
        Ok(())
    }
}

/// What dpkg knows of `packages`: a name and a state in each line.
fn installed(packages: &[&str]) -> Result<String> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"])
        .args(packages)
        .stderr(Stdio::null())
        .output()
        .context("dpkg-query could not be started")?;
    // It exits with 1 when it has never heard of one of them, and still lists the others.
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn missing<'a>(wanted: &[&'a str], installed: &str) -> Vec<&'a str> {
    let is_there = |package: &&&str| {
        installed.lines().any(|line| line.split_once(' ') == Some((**package, "installed")))
    };
    wanted.iter().filter(|package| !is_there(package)).copied().collect()
}

fn is_proven(proof: &Proof) -> bool {
    match proof {
        Proof::Program(name) => place::has_program(name),
        Proof::Library(name) => Command::new("pkg-config")
            .args(["--exists", name])
            .status()
            .is_ok_and(|status| status.success()),
        Proof::Font => true,
    }
}

fn install(packages: &[&str]) -> Result<()> {
    let root = is_root();
    println!("Missing packages: {}", packages.join(" "));
    if !root {
        let by_hand =
            format!("sudo apt-get install --no-install-recommends {}", packages.join(" "));
        ensure!(
            place::has_program("sudo") && std::io::stdin().is_terminal(),
            "they cannot be installed from here; install them with:\n  {by_hand}"
        );
        ensure!(
            agreed("Install them with sudo?")?,
            "nothing was installed; do it with:\n  {by_hand}"
        );
    }
    // An outdated list is no reason to stop: what is needed may be in it all the same.
    if !apt_get(root).arg("update").status().is_ok_and(|status| status.success()) {
        eprintln!("The list of packages could not be brought up to date; trying with the old one.");
    }
    let status = apt_get(root)
        .args(["install", "-y", "--no-install-recommends"])
        .args(packages)
        .status()
        .context("apt-get could not be started")?;
    if !status.success() {
        bail!("apt-get could not install {}", packages.join(" "));
    }
    Ok(())
}

/// `apt-get`, through sudo unless `root`. It stays in this program's process group, so that sudo
/// can ask for a password.
fn apt_get(root: bool) -> Command {
    let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    if !root {
        words.insert(0, "sudo");
    }
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    if root {
        command.stdin(Stdio::null());
    }
    command
}

fn agreed(question: &str) -> Result<bool> {
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dpkg_never_heard_of_or_has_removed_is_missing() {
        let listed = "xvfb installed\ndbus config-files\nxvfb-extra installed\n";
        assert_eq!(missing(&["xvfb", "dbus", "gnome-keyring"], listed), ["dbus", "gnome-keyring"]);
    }

    #[test]
    fn nothing_is_missing_where_all_is_installed() {
        assert!(missing(&["xvfb", "dbus"], "dbus installed\nxvfb installed\n").is_empty());
    }

    #[test]
    fn a_package_is_not_taken_for_one_with_a_longer_name() {
        assert_eq!(missing(&["dbus"], "dbus-bin installed\n"), ["dbus"]);
    }

    #[test]
    fn every_package_is_named_once() {
        let mut names: Vec<&str> = NEEDS.iter().map(|need| need.package).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NEEDS.len());
    }
}
