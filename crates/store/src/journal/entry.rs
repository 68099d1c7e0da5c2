//! Entries: what a frame of the journal says, once it is opened.
//!
//! A change becomes the records that it writes or removes, each with its place: enough to write it
//! again into empty trees, or to know that something there is out of date.

use confidant_chat::ids::{StepId, ThreadId};
use confidant_chat::port::history::HistoryError;

use crate::keys::ID;

/// One record that is written or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// A thread's header is this record.
    Thread { thread: ThreadId, time: [u8; ID], record: &'a [u8] },
    /// A thread and all of its steps are gone.
    NoThread(ThreadId),
    /// A step is this record.
    Step { thread: ThreadId, sequence: u32, step: StepId, record: &'a [u8] },
    /// A step is gone.
    NoStep { thread: ThreadId, sequence: u32, step: StepId },
    /// A preference is this record.
    Preference { name: &'a str, record: &'a [u8] },
    /// A preference is gone.
    NoPreference { name: &'a str },
}

/// The entries of a frame, one after the other. Ends with the first that is none.
pub(crate) struct Entries<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = Entry::read(&mut self.0);
        if read.is_err() {
            self.0 = b"";
        }
        read.transpose()
    }
}

const THREAD: u8 = 1;
const NO_THREAD: u8 = 2;
const STEP: u8 = 3;
const NO_STEP: u8 = 4;
const PREFERENCE: u8 = 5;
const NO_PREFERENCE: u8 = 6;

impl<'a> Entry<'a> {
    /// Adds the entry to `bytes`.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Failed`] when a record is longer than four gigabytes.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> Result<(), HistoryError> {
        match self {
            Self::Thread { thread, time, record } => {
                bytes.push(THREAD);
                bytes.extend(thread.as_bytes());
                bytes.extend(time);
                write_long(bytes, record)
            }
            Self::NoThread(thread) => {
                bytes.push(NO_THREAD);
                bytes.extend(thread.as_bytes());
                Ok(())
            }
            Self::Step { thread, sequence, step, record } => {
                bytes.push(STEP);
                bytes.extend(thread.as_bytes());
                bytes.extend(sequence.to_be_bytes());
                bytes.extend(step.as_bytes());
                write_long(bytes, record)
            }
            Self::NoStep { thread, sequence, step } => {
                bytes.push(NO_STEP);
                bytes.extend(thread.as_bytes());
                bytes.extend(sequence.to_be_bytes());
                bytes.extend(step.as_bytes());
                Ok(())
            }
            Self::Preference { name, record } => {
                bytes.push(PREFERENCE);
                write_long(bytes, name.as_bytes())?;
                write_long(bytes, record)
            }
            Self::NoPreference { name } => {
                bytes.push(NO_PREFERENCE);
                write_long(bytes, name.as_bytes())
            }
        }
    }

    /// The entry that `bytes` begin with, and the bytes after it; `None` at their end.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Damaged`] when they are no entry.
    fn read(bytes: &mut &'a [u8]) -> Result<Option<Self>, HistoryError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let no_entry = || HistoryError::Damaged("a frame of the journal holds no entries".into());
        Self::take(bytes).map(Some).ok_or_else(no_entry)
    }

    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let [tag] = take(bytes)?;
        Some(match tag {
            THREAD => Self::Thread {
                thread: ThreadId::from_bytes(take(bytes)?),
                time: take(bytes)?,
                record: take_long(bytes)?,
            },
            NO_THREAD => Self::NoThread(ThreadId::from_bytes(take(bytes)?)),
            STEP => Self::Step {
                thread: ThreadId::from_bytes(take(bytes)?),
                sequence: u32::from_be_bytes(take(bytes)?),
                step: StepId::from_bytes(take(bytes)?),
                record: take_long(bytes)?,
            },
            NO_STEP => Self::NoStep {
                thread: ThreadId::from_bytes(take(bytes)?),
                sequence: u32::from_be_bytes(take(bytes)?),
                step: StepId::from_bytes(take(bytes)?),
            },
            PREFERENCE => Self::Preference {
                name: std::str::from_utf8(take_long(bytes)?).ok()?,
                record: take_long(bytes)?,
            },
            NO_PREFERENCE => {
                Self::NoPreference { name: std::str::from_utf8(take_long(bytes)?).ok()? }
            }
            _ => return None,
        })
    }
}

fn write_long(bytes: &mut Vec<u8>, long: &[u8]) -> Result<(), HistoryError> {
    let length = u32::try_from(long.len())
        .map_err(|_| HistoryError::Failed("a record is longer than four gigabytes".into()))?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(long);
    Ok(())
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

fn take_long<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_be_bytes(take(bytes)?);
    let (taken, rest) = bytes.split_at_checked(length as usize)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_read_back(
            ids in any::<([u8; ID], [u8; ID], [u8; ID])>(),
            sequence in any::<u32>(),
            record in prop::collection::vec(any::<u8>(), 0..50),
            name in ".{0,20}",
        ) {
            let (thread, step) = (ThreadId::from_bytes(ids.0), StepId::from_bytes(ids.1));
            let record = record.as_slice();
            let entries = [
                Entry::Thread { thread, time: ids.2, record },
                Entry::NoThread(thread),
                Entry::Step { thread, sequence, step, record },
                Entry::NoStep { thread, sequence, step },
                Entry::Preference { name: &name, record },
                Entry::NoPreference { name: &name },
            ];
            let mut bytes = Vec::new();
            entries.iter().for_each(|entry| entry.write(&mut bytes).unwrap());
            let read: Result<Vec<_>, _> = Entries(&bytes).collect();
            prop_assert_eq!(read, Ok(entries.to_vec()));
        }

        #[test]
        fn other_bytes_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 1..80)) {
            bytes[0] %= 8;
            let read: Vec<_> = Entries(&bytes).collect();
            let good = read.iter().take_while(|entry| entry.is_ok()).count();
            prop_assert!(good + 1 >= read.len(), "nothing is read after what is no entry");
        }
    }
}
