//! Where a sealed record is kept, which it is sealed together with.

/// Where a record is kept. A record opens only at the place it was sealed for, so that nobody who
/// can write the files can move one record over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The tree, file or kind of record.
    pub tree: &'a str,
    /// The record's key in that tree, or its position in that file.
    pub key: &'a [u8],
    /// The account it belongs to.
    pub user: &'a [u8],
}

impl Place<'_> {
    /// The place as associated data for `version` of the sealed format. Every part is preceded by
    /// its length, so that no two places encode alike, whatever bytes they hold.
    pub(crate) fn associated_data(&self, version: u8) -> Vec<u8> {
        let parts = [self.tree.as_bytes(), self.key, self.user];
        let length = parts.iter().map(|part| size_of::<u64>() + part.len()).sum::<usize>();
        let mut data = Vec::with_capacity(1 + length);
        data.push(version);
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part);
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_that_move_between_parts_make_another_place() {
        let one = Place { tree: "ab", key: b"c", user: b"" };
        let other = Place { tree: "a", key: b"bc", user: b"" };
        assert_ne!(
            one.associated_data(1),
            other.associated_data(1),
            "without lengths both would be the bytes abc"
        );
    }

    proptest! {
        #[test]
        fn different_places_never_encode_alike(
            one in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"),
            other in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"),
        ) {
            let encode = |(tree, key, user): &(String, String, String)| {
                Place { tree, key: key.as_bytes(), user: user.as_bytes() }.associated_data(1)
            };
            prop_assert_eq!(encode(&one) == encode(&other), one == other);
        }
    }
}
