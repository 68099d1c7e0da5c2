//! Frames: bytes in a file that tell by themselves where they end and whether they are whole.
//!
//! `magic(4) ‖ length(4) ‖ number(8) ‖ CRC-32(4) ‖ sealed bytes`, the checksum being over all of it
//! but the magic and itself. It tells what is damaged without a key, so that the next frame can be
//! looked for; whether a frame is genuine, only its seal tells.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// What a frame begins with. No text, and nothing that is likely in other files.
const MAGIC: [u8; 4] = [0xc5, 0x4a, 0x0e, 0x9d];

/// The length of what comes before the sealed bytes.
const HEAD: usize = 20;

/// How much is read at a time while looking for the next frame.
const BLOCK: usize = 64 * 1024;

/// Adds a frame to `bytes`.
pub(crate) fn write(bytes: &mut Vec<u8>, number: u64, sealed: &[u8]) -> io::Result<()> {
    let length = u32::try_from(sealed.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    bytes.extend(MAGIC);
    bytes.extend(length.to_be_bytes());
    bytes.extend(number.to_be_bytes());
    bytes.extend(checksum(length, number, sealed).to_be_bytes());
    bytes.extend(sealed);
    Ok(())
}

fn checksum(length: u32, number: u64, sealed: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_be_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(sealed);
    hasher.finalize()
}

/// What is found in a file of frames.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A whole frame.
    Frame {
        /// Its number.
        number: u64,
        /// What it holds.
        sealed: Vec<u8>,
    },
    /// Bytes that are no frame, up to the next one or the end.
    Garbage,
}

/// Reads frames from some place in a file to its end, whatever is in it.
pub(crate) struct Frames<R> {
    source: BufReader<R>,
    at: u64,
    end: u64,
}

impl<R: Read + Seek> Frames<R> {
    /// The frames of `source` from byte `at` on.
    pub(crate) fn new(mut source: R, at: u64) -> io::Result<Self> {
        let end = source.seek(SeekFrom::End(0))?;
        let mut source = BufReader::with_capacity(4 * BLOCK, source);
        source.seek(SeekFrom::Start(at))?;
        Ok(Self { source, at, end })
    }

    /// Where what was found last ended.
    pub(crate) fn position(&self) -> u64 {
        self.at
    }

    /// What comes next; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Found>> {
        if self.at >= self.end {
            return Ok(None);
        }
        if let Some((number, sealed)) = self.frame_here()? {
            self.at += (HEAD + sealed.len()) as u64;
            return Ok(Some(Found::Frame { number, sealed }));
        }
        self.at += 1;
        while self.find_magic()? {
            if self.frame_here()?.is_some() {
                // Read once more when it is asked for; that is rare enough.
                break;
            }
            self.at += 1;
        }
        self.source.seek(SeekFrom::Start(self.at))?;
        Ok(Some(Found::Garbage))
    }

    /// The frame that begins here, if a whole one does.
    fn frame_here(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let left = self.end.saturating_sub(self.at);
        let Some(left) = left.checked_sub(HEAD as u64) else { return Ok(None) };
        let now = self.source.stream_position()?;
        // Without losing what is in the buffer, where it is within that.
        self.source.seek_relative(self.at.cast_signed() - now.cast_signed())?;
        let [mut magic, mut length, mut sum] = [[0; 4]; 3];
        let mut number = [0; 8];
        self.source.read_exact(&mut magic)?;
        self.source.read_exact(&mut length)?;
        self.source.read_exact(&mut number)?;
        self.source.read_exact(&mut sum)?;
        let (length, number) = (u32::from_be_bytes(length), u64::from_be_bytes(number));
        if magic != MAGIC || u64::from(length) > left {
            return Ok(None);
        }
        let mut sealed = vec![0; length as usize];
        self.source.read_exact(&mut sealed)?;
        let whole = checksum(length, number, &sealed) == u32::from_be_bytes(sum);
        Ok(whole.then_some((number, sealed)))
    }

    /// Goes to the next place where a frame may begin, or to the end; whether there is one.
    fn find_magic(&mut self) -> io::Result<bool> {
        let mut block = Vec::with_capacity(BLOCK);
        while self.at < self.end {
            block.clear();
            self.source.seek(SeekFrom::Start(self.at))?;
            self.source.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if let Some(place) = block.windows(MAGIC.len()).position(|bytes| bytes == MAGIC) {
                self.at += place as u64;
                return Ok(true);
            }
            // The magic may lie across the end of the block.
            match block.len().checked_sub(MAGIC.len() - 1) {
                Some(passed) if passed > 0 => self.at += passed as u64,
                _ => break,
            }
        }
        self.at = self.end;
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn file(frames: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        frames.iter().for_each(|(number, sealed)| write(&mut bytes, *number, sealed).unwrap());
        bytes
    }

    /// The frames in `bytes`, and how often something else was between them.
    fn read(bytes: &[u8]) -> (Vec<(u64, Vec<u8>)>, usize) {
        let mut frames = Frames::new(Cursor::new(bytes), 0).unwrap();
        let (mut found, mut garbage) = (Vec::new(), 0);
        while let Some(next) = frames.next().unwrap() {
            match next {
                Found::Frame { number, sealed } => found.push((number, sealed)),
                Found::Garbage => garbage += 1,
            }
            assert!(frames.position() <= bytes.len() as u64, "never beyond the end");
        }
        (found, garbage)
    }

    fn frames() -> impl Strategy<Value = Vec<(u64, Vec<u8>)>> {
        let sealed = prop::collection::vec(any::<u8>(), 0..200);
        prop::collection::vec((any::<u64>(), sealed), 1..12)
    }

    #[test]
    fn a_frame_across_blocks_is_found_behind_garbage() {
        let frame = (7, b"sealed".to_vec());
        for before in [BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 3, 1] {
            let bytes = [vec![0xc5; before], file(std::slice::from_ref(&frame))].concat();
            assert_eq!(read(&bytes), (vec![frame.clone()], 1), "{before} bytes before it");
        }
    }

    proptest! {
        #[test]
        fn frames_read_back_and_any_damage_costs_only_what_it_touches(
            frames in frames(),
            flipped in any::<prop::sample::Index>(),
            bit in 0..8_u8,
        ) {
            let whole = file(&frames);
            prop_assert_eq!(read(&whole), (frames.clone(), 0));

            let mut bytes = whole.clone();
            let place = flipped.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let mut end = 0;
            let hit = frames.iter().position(|(_, sealed)| {
                end += HEAD + sealed.len();
                place < end
            });
            let mut left = frames.clone();
            left.remove(hit.unwrap());
            prop_assert_eq!(read(&bytes), (left, 1));

            let cut = flipped.index(whole.len());
            let (found, garbage) = read(&whole[..cut]);
            prop_assert!(frames.starts_with(&found), "what is before the cut is all there");
            prop_assert!(garbage <= 1);
        }

        #[test]
        fn bytes_of_any_kind_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            read(&bytes);
            read(&[&MAGIC[..], &bytes].concat());
        }
    }
}
