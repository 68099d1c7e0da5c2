//! A value that several parts look at and one of them changes.

use std::sync::{Arc, PoisonError, RwLock};

/// A value that is read as it is now. Cloning gives another handle to the same value.
#[derive(Debug, Default)]
pub struct Shared<T>(Arc<RwLock<T>>);

impl<T: Clone> Shared<T> {
    /// A value to share.
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(value)))
    }

    /// The value now.
    #[must_use]
    pub fn get(&self) -> T {
        // Nothing that can panic runs under this lock.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another value in its place.
    pub fn set(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value;
    }
}

// By hand, because deriving would ask for `T: Clone` for the handle, too.
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
