//! Accounts in memory, and an installation that has nothing to tell.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::clock;
use crate::ids::UserId;
use crate::port::directory::{Directory, DirectoryError};
use crate::port::installation::{Facts, Installation};
use crate::user::{PersistedUser, User};

/// Accounts in memory, under the rules of real ones.
#[derive(Debug, Default)]
pub struct MemoryDirectory(Mutex<Vec<PersistedUser>>);

impl MemoryDirectory {
    /// These accounts.
    #[must_use]
    pub fn new(people: Vec<PersistedUser>) -> Self {
        Self(Mutex::new(people))
    }

    /// One more account.
    pub fn add(&self, user: User) -> PersistedUser {
        let person = PersistedUser { id: UserId::new(), created_at: clock::now(), user };
        self.lock().push(person.clone());
        person
    }

    // Nothing that can panic runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Vec<PersistedUser>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn people(&self) -> Result<Vec<PersistedUser>, DirectoryError> {
        Ok(self.lock().clone())
    }

    async fn update(&self, id: UserId, user: User) -> Result<PersistedUser, DirectoryError> {
        let mut people = self.lock();
        let others = || people.iter().filter(|person| person.id != id);
        if others().any(|person| person.identifier == user.identifier) {
            return Err(DirectoryError::Taken);
        }
        let others_admin = others().any(|person| person.is_admin());
        let person = people.iter_mut().find(|person| person.id == id);
        let person = person.ok_or(DirectoryError::NotFound)?;
        if person.is_admin() && !user.is_admin() && !others_admin {
            return Err(DirectoryError::LastAdmin);
        }
        person.user = user;
        Ok(person.clone())
    }
}

/// An installation that has nothing to tell.
#[derive(Clone, Copy, Debug)]
pub struct NoFacts;

#[async_trait]
impl Installation for NoFacts {
    async fn facts(&self) -> Facts {
        Facts {
            version: String::new(),
            started_at: clock::now(),
            keyring: String::new(),
            bytes: Vec::new(),
        }
    }
}
