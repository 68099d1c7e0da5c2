//! Session keys with a type: declared once, used everywhere without naming the type again.

/// A key of the [`UserSession`](crate::session::UserSession) with the type of its value, its
/// default, and an optional transform that every reading passes through.
///
/// ```
/// use confidant_chat::session_key::SessionKey;
///
/// const TURNS: SessionKey<u32> = SessionKey::new("turns", || 0);
/// const LEVEL: SessionKey<String> =
///     SessionKey::new("level", || "beginner".into()).read_as(|level| level.to_lowercase());
/// ```
pub struct SessionKey<T> {
    pub(crate) name: &'static str,
    pub(crate) default: fn() -> T,
    pub(crate) transform: Option<fn(T) -> T>,
}

impl<T> SessionKey<T> {
    /// A key `name` whose value is `default()` until it is set.
    #[must_use]
    pub const fn new(name: &'static str, default: fn() -> T) -> Self {
        Self { name, default, transform: None }
    }

    /// The same key with a transform. What is stored stays as it was set.
    #[must_use]
    pub const fn read_as(mut self, transform: fn(T) -> T) -> Self {
        self.transform = Some(transform);
        self
    }

    /// The key's name in the session.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

// By hand, because deriving would ask for `T: Copy`, which no value needs to be.
impl<T> Clone for SessionKey<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SessionKey<T> {}

impl<T> std::fmt::Debug for SessionKey<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SessionKey").field(&self.name).finish()
    }
}
