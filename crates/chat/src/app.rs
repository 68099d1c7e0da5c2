//! An app: its profiles, and what they have in common.

use std::sync::Arc;

use crate::hook::{Hooks, SetHooks};
use crate::profile::{ChatProfile, ProfileCard};
use crate::user::PersistedUser;

type ProfilesFor = Arc<dyn Fn(&PersistedUser) -> Vec<ChatProfile> + Send + Sync>;

/// A conversational app. Opening its window is the desktop's part; see the `confidant` package.
#[derive(Clone, Default)]
pub struct App {
    profiles: Vec<ChatProfile>,
    profiles_for: Option<ProfilesFor>,
    hooks: Hooks,
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
