//! The user guide, as it is in `docs/guide/`, for the built-in guide to answer from.

/// Each page as file name and Markdown.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("administration.md", include_str!("../../../docs/guide/administration.md")),
    ("answering.md", include_str!("../../../docs/guide/answering.md")),
    ("built-in-guide.md", include_str!("../../../docs/guide/built-in-guide.md")),
    ("conversations.md", include_str!("../../../docs/guide/conversations.md")),
    ("data.md", include_str!("../../../docs/guide/data.md")),
    ("elements.md", include_str!("../../../docs/guide/elements.md")),
    ("getting-started.md", include_str!("../../../docs/guide/getting-started.md")),
    ("keyboard.md", include_str!("../../../docs/guide/keyboard.md")),
    ("models.md", include_str!("../../../docs/guide/models.md")),
    ("offline.md", include_str!("../../../docs/guide/offline.md")),
    ("privacy.md", include_str!("../../../docs/guide/privacy.md")),
    ("profiles.md", include_str!("../../../docs/guide/profiles.md")),
    ("settings.md", include_str!("../../../docs/guide/settings.md")),
    ("talking.md", include_str!("../../../docs/guide/talking.md")),
    ("troubleshooting.md", include_str!("../../../docs/guide/troubleshooting.md")),
];
