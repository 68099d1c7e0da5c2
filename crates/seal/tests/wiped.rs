//! What trying a password leaves in memory, seen through the system's view of this very process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use confidant_seal::{Cost, DataKey, PasswordSlot};
use zeroize::{Zeroize, Zeroizing};

const PASSWORD: &str = "correct horse battery staple";

/// So little that it lies in the heap, where what is freed stays readable until it is used again.
const COST: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

/// Bytes with all bits turned around, so that looking for them does not find them here.
struct Needle(Vec<u8>);

impl Needle {
    fn of(block: &Block) -> Self {
        let words: &[u64] = block.as_ref();
        // From the middle: whoever frees memory writes on its first bytes.
        Self(words[40..48].iter().flat_map(|word| (!word).to_le_bytes()).collect())
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        bytes
            .windows(self.0.len())
            .any(|here| here.iter().zip(&self.0).all(|(byte, turned)| *byte == !turned))
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.iter().map(|byte| !byte).collect())
    }
}

/// The memory that this process can write. Made before there is something to look for: what it
/// allocates could lie where that was.
struct OwnMemory {
    file: File,
    regions: Vec<Range<u64>>,
    bytes: Vec<u8>,
}

impl OwnMemory {
    fn new() -> Self {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let address = |text| u64::from_str_radix(text, 16).unwrap();
        let regions: Vec<_> = maps
            .lines()
            .filter_map(|line| line.split_once(" rw")?.0.split_once('-'))
            .map(|(from, to)| address(from)..address(to))
            .collect();
        let largest = regions.iter().map(|region| region.end - region.start).max().unwrap();
        let bytes = vec![0; usize::try_from(largest).unwrap()];
        Self { file: File::open("/proc/self/mem").unwrap(), regions, bytes }
    }

    fn holds(&mut self, needle: &Needle) -> bool {
        let mut found = false;
        for region in &self.regions {
            let length = usize::try_from(region.end - region.start).unwrap();
            let bytes = &mut self.bytes[..length];
            // Not every region can be read.
            if self.file.read_exact_at(bytes, region.start).is_ok() {
                found |= needle.is_in(bytes);
            }
            // Or it would be found here the next time.
            bytes.zeroize();
        }
        found
    }
}

/// Part of what Argon2 fills its memory with on the way to the key of `slot`.
fn needle(slot: &PasswordSlot) -> Needle {
    let json = serde_json::to_value(slot).unwrap();
    let salt = STANDARD_NO_PAD.decode(json["salt"].as_str().unwrap()).unwrap();
    let params = Params::new(COST.memory_kib, COST.passes, COST.lanes, None).unwrap();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = Zeroizing::new(vec![Block::new(); argon.params().block_count()]);
    let (password, mut key) = (PASSWORD.as_bytes(), [0; 32]);
    argon.hash_password_into_with_memory(password, &salt, &mut key, memory.as_mut_slice()).unwrap();
    // Not of the last block, which is worked on where nobody can reach it.
    Needle::of(&memory[3])
}

#[test]
fn trying_a_password_leaves_nothing_to_make_the_key_from() {
    let key = DataKey::random().unwrap();
    let password = PASSWORD.into();
    let slot = PasswordSlot::lock_at(COST, &key, &password).unwrap();
    let needle = needle(&slot);
    let mut memory = OwnMemory::new();

    let bytes = needle.bytes();
    assert!(memory.holds(&needle), "what is there is found");
    drop(bytes);
    assert!(!memory.holds(&needle), "and what is gone is not");

    slot.unlock(&password).unwrap();
    assert!(!memory.holds(&needle), "opening a slot leaves nothing");
}
