//! A home directory, a session bus and a keyring that belong to one test.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::keyring::PrivateKeyring;

/// Where the app under test lives.
pub(crate) struct Home {
    dir: TempDir,
    keyring: PrivateKeyring,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self::with(PrivateKeyring::start().expect("a private gnome-keyring starts"))
    }

    /// One with a session bus on which nothing answers for a keyring.
    pub(crate) fn without_keyring() -> Self {
        Self::with(PrivateKeyring::start_without_keyring().expect("a private bus starts"))
    }

    fn with(keyring: PrivateKeyring) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["data", "config", "cache"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir, keyring }
    }

    /// Starts the keyring, or starts it again.
    pub(crate) fn start_keyring(&mut self) {
        self.keyring.unlock().expect("a private gnome-keyring starts");
    }

    /// Everything that the app keeps.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The environment of every process in this home.
    pub(crate) fn envs(&self) -> Vec<(String, String)> {
        let at = |name: &str| self.dir.path().join(name).to_string_lossy().into_owned();
        let mut envs: Vec<_> = [
            ("HOME", self.dir.path().to_string_lossy().into_owned()),
            ("XDG_DATA_HOME", at("data")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CACHE_HOME", at("cache")),
            ("LANG", "C.UTF-8".into()),
            ("LANGUAGE", "en".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        // The bus alone: the keyring's own directories are not the app's.
        let keyring = self.keyring.envs().into_iter();
        let bus = keyring.map(|(name, value)| (name.to_string(), value.into_string().unwrap()));
        envs.extend(bus.filter(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS"));
        // What happens to this computer is nothing to an app under test.
        envs.push(("DBUS_SYSTEM_BUS_ADDRESS".into(), self.bus()));
        envs
    }

    /// The address of the bus, which is that of the session and of the system.
    pub(crate) fn bus(&self) -> String {
        let [(_, address), _] = self.keyring.envs();
        address.into_string().unwrap()
    }
}
