//! How much there is. Kept, because sled counts by walking a whole tree.

/// Where `meta` keeps the figures.
pub(crate) const FIGURES: &[u8] = b"figures";

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) threads: u64,
    /// Including those of deleted threads that are still to be removed.
    pub(crate) steps: u64,
    /// About how many bytes of the journal are of records that were replaced or removed since its
    /// base was made.
    pub(crate) dead: u64,
}

impl Figures {
    /// As `meta` keeps them.
    pub(crate) fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        for (place, figure) in bytes.chunks_mut(8).zip([self.threads, self.steps, self.dead]) {
            place.copy_from_slice(&figure.to_be_bytes());
        }
        bytes
    }

    /// What `meta` keeps, if that is what these bytes are.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 24] = bytes.try_into().ok()?;
        let mut figures =
            bytes.chunks(8).filter_map(|figure| Some(u64::from_be_bytes(figure.try_into().ok()?)));
        Some(Self { threads: figures.next()?, steps: figures.next()?, dead: figures.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_back_and_nothing_else_does() {
        let figures = Figures { threads: 1, steps: u64::MAX, dead: 3 };
        assert_eq!(Figures::from_bytes(&figures.to_bytes()), Some(figures));
        assert_eq!(Figures::from_bytes(&[0; 16]), None, "what the first version of the app kept");
    }
}
