//! Which files a journal has.

use std::fs;
use std::io;
use std::path::Path;

use super::seal::Kind;

/// The files of a journal that count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// The newest base. What is older than it is not needed any more.
    pub(super) base: Option<u64>,
    /// The logs from there on, in order.
    pub(super) logs: Vec<u64>,
    /// What is older than the base.
    pub(super) old: Vec<(Kind, u64)>,
}

impl Listing {
    /// Those in `dir`. A directory that does not exist has none.
    pub(super) fn read(dir: &Path) -> io::Result<Self> {
        let entries = match fs::read_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            found.extend(entry?.file_name().to_str().and_then(parse));
        }
        Ok(Self::of(found))
    }

    fn of(mut found: Vec<(Kind, u64)>) -> Self {
        found.sort_by_key(|(_, number)| *number);
        let base = found.iter().rfind(|(kind, _)| *kind == Kind::Base).map(|(_, number)| *number);
        let mut listing = Self { base, ..Self::default() };
        for (kind, number) in found {
            if base.is_some_and(|base| number < base) {
                listing.old.push((kind, number));
            } else if kind == Kind::Log {
                listing.logs.push(number);
            }
        }
        listing
    }
}

/// The name of a file of the journal.
pub(super) fn name(kind: Kind, number: u64) -> String {
    format!("{number:016x}.{}", kind.ending())
}

fn parse(file: &str) -> Option<(Kind, u64)> {
    let (number, ending) = file.split_once('.')?;
    let kind = [Kind::Base, Kind::Log].into_iter().find(|kind| kind.ending() == ending)?;
    let number = u64::from_str_radix(number, 16).ok()?;
    // Names that are not exactly ours are not ours; and numbers begin with 1.
    (number > 0 && name(kind, number) == file).then_some((kind, number))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0000000000000001.log", Some((Kind::Log, 1)))]
    #[case("00000000000000ff.base", Some((Kind::Base, 255)))]
    #[case("ff.log", None)]
    #[case("00000000000000FF.log", None)]
    #[case("+000000000000001.log", None)]
    #[case("0000000000000000.base", None)]
    #[case("base.new", None)]
    #[case("lock", None)]
    fn only_exact_names_count(#[case] file: &str, #[case] parsed: Option<(Kind, u64)>) {
        assert_eq!(parse(file), parsed);
    }

    #[test]
    fn what_is_older_than_the_newest_base_does_not_count() {
        let base = |number| (Kind::Base, number);
        let log = |number| (Kind::Log, number);
        let listing = Listing::of(vec![log(9), log(4), base(4), base(7), log(1), log(7)]);
        assert_eq!((listing.base, listing.logs), (Some(7), vec![7, 9]));
        assert_eq!(listing.old.len(), 3);
        assert_eq!(Listing::of(vec![log(1), log(5)]).logs, [1, 5], "without a base, all of them");
    }
}
