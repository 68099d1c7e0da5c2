//! An app: what it is called, its profiles, and what they have in common.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::hook::{self, Handles, Hooks, SetHooks};
use crate::person::Person;
use crate::profile::{ChatProfile, ProfileCard};
use crate::testing::TestApp;
use crate::user::PersistedUser;

type ProfilesFor = Arc<dyn Fn(&PersistedUser) -> Vec<ChatProfile> + Send + Sync>;
type OnPerson = Arc<dyn Fn(Person) -> BoxFuture<'static, hook::Result> + Send + Sync>;

/// A conversational app. Opening its window is the desktop's part; see the `confidant` package.
#[derive(Clone, Default)]
pub struct App {
    identity: Identity,
    profiles: Vec<ChatProfile>,
    profiles_for: Option<ProfilesFor>,
    hooks: Hooks,
    sign_in: Option<OnPerson>,
    sign_out: Option<OnPerson>,
    env: Vec<String>,
}

/// How an app differs from others on the same computer. What is not set is Confidant's own.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    name: Option<String>,
    identifier: Option<String>,
    icon: Option<Vec<u8>>,
    data_dir: Option<PathBuf>,
}

impl Identity {
    /// What the window calls it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What its data, its keyring entries and its one running process are told apart by.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// Whether the identifier can be one.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Identifier`] when it is empty, begins with a point or has other characters
    /// than ASCII letters, digits, points and hyphens.
    pub fn check(&self) -> Result<(), IdentityError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let fit = |id: &String| !id.is_empty() && !id.starts_with('.') && id.chars().all(fits);
        match &self.identifier {
            Some(identifier) if !fit(identifier) => {
                Err(IdentityError::Identifier(identifier.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Its icon, as the bytes of a PNG file.
    #[must_use]
    pub fn icon(&self) -> Option<&[u8]> {
        self.icon.as_deref()
    }

    /// Where it keeps its data.
    #[must_use]
    pub fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }
}

/// Why an app cannot be what it says it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The identifier names files, keyring entries and a process, and cannot be just anything.
    #[error("the identifier {0:?} has other characters than letters, digits, points and hyphens")]
    Identifier(String),
    /// The icon is not the bytes of a PNG file.
    #[error("the icon is no PNG file")]
    Icon,
}

/// Why a profile cannot be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The app has no such profile (any more).
    #[error("there is no such profile")]
    Missing,
    /// It does not talk to this person.
    #[error("this profile is not for this person")]
    Forbidden,
}

impl App {
    /// An app without profiles yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the window calls it.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.identity.name = Some(name.into());
        self
    }

    /// What it is told apart from other apps by, such as `com.example.helper`: its data, its
    /// accounts in the keyring and its one running process. An app that ships needs one of its
    /// own; changing it later leaves everybody's accounts behind.
    #[must_use]
    pub fn identifier(mut self, identifier: &str) -> Self {
        self.identity.identifier = Some(identifier.into());
        self
    }

    /// Its icon, as the bytes of a PNG file: `include_bytes!("icon.png")`.
    #[must_use]
    pub fn icon(mut self, png: &[u8]) -> Self {
        self.identity.icon = Some(png.into());
        self
    }

    /// Where it keeps its data, when that is not where the system would have it.
    #[must_use]
    pub fn data_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.identity.data_dir = Some(dir.into());
        self
    }

    /// Variables that each person enters, such as keys of services that the app uses. They are
    /// kept in the keyring; handlers read them with
    /// [`UserSession::env`](crate::session::UserSession::env).
    #[must_use]
    pub fn user_env<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.env.extend(names.into_iter().map(Into::into));
        self
    }

    /// One more profile, for everybody in its audience.
    #[must_use]
    pub fn profile(mut self, profile: ChatProfile) -> Self {
        self.profiles.push(profile);
        self
    }

    /// More profiles, depending on who asks. They come after those of [`profile`](Self::profile).
    #[must_use]
    pub fn profiles_for(
        mut self,
        profiles: impl Fn(&PersistedUser) -> Vec<ChatProfile> + Send + Sync + 'static,
    ) -> Self {
        self.profiles_for = Some(Arc::new(profiles));
        self
    }

    /// Runs when somebody signed in, before they talk; it has 10 seconds. An error is logged and
    /// keeps nobody out.
    #[must_use]
    pub fn on_sign_in<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Person,)> + Fn(Person) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = hook::Result> + Send + 'static,
    {
        self.sign_in = Some(on_person(run));
        self
    }

    /// Runs when somebody signs out or quits, after their conversations ended; it has 2 seconds.
    /// An error is logged.
    #[must_use]
    pub fn on_sign_out<F, Fut>(mut self, run: F) -> Self
    where
        F: Handles<(Person,)> + Fn(Person) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = hook::Result> + Send + 'static,
    {
        self.sign_out = Some(on_person(run));
        self
    }

    /// The app with somebody signed in and nothing stored, for tests without a window.
    #[must_use]
    pub fn test(self) -> TestApp {
        TestApp::new(self)
    }

    /// How it differs from other apps.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The variables that each person enters.
    #[must_use]
    pub fn env_names(&self) -> &[String] {
        &self.env
    }

    /// The profiles that `user` may talk to. Exactly one of them is the default.
    #[must_use]
    pub fn cards(&self, user: &PersistedUser) -> Vec<ProfileCard> {
        let mut cards: Vec<_> = self
            .all(user)
            .iter()
            .filter(|profile| profile.talks_to(user))
            .map(|profile| profile.card().clone())
            .collect();
        let chosen = cards.iter().position(|card| card.default).unwrap_or(0);
        for (place, card) in cards.iter_mut().enumerate() {
            card.default = place == chosen;
        }
        cards
    }

    /// The profile `name`, if it talks to `user`.
    ///
    /// # Errors
    ///
    /// Tells whether there is none, or it is not for this person.
    pub(crate) fn find(
        &self,
        user: &PersistedUser,
        name: &str,
    ) -> Result<Arc<ChatProfile>, ProfileError> {
        let profile = self
            .all(user)
            .into_iter()
            .find(|profile| profile.card().name == name)
            .ok_or(ProfileError::Missing)?;
        if profile.talks_to(user) { Ok(Arc::new(profile)) } else { Err(ProfileError::Forbidden) }
    }

    /// What runs for `profile`: its own hooks, and the app's where it has none.
    pub(crate) fn hooks_of(&self, profile: &ChatProfile) -> Hooks {
        profile.hooks().or(&self.hooks)
    }

    /// The work for a sign-in, if there is any.
    pub(crate) fn at_sign_in(&self, person: Person) -> Option<BoxFuture<'static, hook::Result>> {
        self.sign_in.as_ref().map(|run| run(person))
    }

    /// The work for a sign-out, if there is any.
    pub(crate) fn at_sign_out(&self, person: Person) -> Option<BoxFuture<'static, hook::Result>> {
        self.sign_out.as_ref().map(|run| run(person))
    }

    fn all(&self, user: &PersistedUser) -> Vec<ChatProfile> {
        let mut profiles = self.profiles.clone();
        if let Some(more) = &self.profiles_for {
            profiles.extend(more(user));
        }
        profiles
    }
}

impl SetHooks for App {
    fn hooks_mut(&mut self) -> &mut Hooks {
        &mut self.hooks
    }
}

fn on_person<F, Fut>(run: F) -> OnPerson
where
    F: Fn(Person) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = hook::Result> + Send + 'static,
{
    // What runs before the first await belongs to the hook, too.
    let run = Arc::new(run);
    Arc::new(move |person| {
        let run = Arc::clone(&run);
        Box::pin(async move { run(person).await })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("com.example.helper-2", true)]
    #[case("", false)]
    #[case("..", false)]
    #[case("a/b", false)]
    #[case("a b", false)]
    #[case("ä", false)]
    fn identifiers_are_checked_before_anything_is_named_by_them(
        #[case] identifier: &str,
        #[case] fits: bool,
    ) {
        assert_eq!(App::new().identifier(identifier).identity().check().is_ok(), fits);
    }
}
