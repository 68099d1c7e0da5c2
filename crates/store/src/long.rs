//! Values of any length, in pieces that sled keeps in its log.
//!
//! sled 0.34 writes whatever is longer than a quarter of a segment, 128 KiB, into a file of its own
//! under `blobs/` (`pagecache/blob_io.rs`), and that goes for a leaf of a tree with all its values
//! as well. It never syncs those files. And when it cannot write one, the buffer it was writing
//! from is never released: every later flush waits forever, closing included
//! (`pagecache/iobuf.rs`, `encapsulate`). A leaf is split at 17 entries, and two that are merged
//! hold at most 20, so with values of little over 4 KiB there is never anything to put in a blob.
//!
//! A long value is therefore a number of further pieces in four bytes and its first bytes, where
//! it belongs, and the rest in the tree `pieces`. A piece that is missing or another's shows when
//! the whole is unsealed.

use sled::IVec;

use crate::pending::Pending;
use crate::trees::{Tree, Trees};

/// The most bytes of a value in one place.
const PIECE: usize = 4096;

/// The length of the number of further pieces.
const COUNT: usize = 4;

/// Sets the value at `key` in `tree`, whose keys are all of one length. Gives about how many bytes
/// the value had that it replaces.
pub(crate) fn put(
    pending: &mut Pending<'_>,
    tree: Tree,
    key: &[u8],
    value: &[u8],
) -> sled::Result<u64> {
    let replaced = remove(pending, tree, key)?;
    let (first, rest) = value.split_at(value.len().min(PIECE));
    let mut further = 0_u32;
    for piece in rest.chunks(PIECE) {
        pending.put(Tree::Pieces, &place(tree, key, &further.to_be_bytes()), piece);
        further += 1;
    }
    pending.put(tree, key, [&further.to_be_bytes(), first].concat());
    Ok(replaced)
}

/// Removes the value at `key` in `tree`, if there is one. Gives about how many bytes it had.
pub(crate) fn remove(pending: &mut Pending<'_>, tree: Tree, key: &[u8]) -> sled::Result<u64> {
    let Some(old) = pending.get(tree, key)? else { return Ok(0) };
    let mut removed = old.len() as u64;
    pending.remove(tree, key);
    if further(&old) > 0 {
        // What is there, rather than what the number says: it may be damaged.
        for piece in
            pending.beginning(Tree::Pieces, &place(tree, key, b""), usize::MAX)?.into_keys()
        {
            pending.remove(Tree::Pieces, &piece);
            removed += PIECE as u64;
        }
    }
    Ok(removed)
}

/// How a long value begins, given what its own tree holds.
pub(crate) fn first(value: &[u8]) -> &[u8] {
    value.get(COUNT..).unwrap_or_default()
}

/// The whole of the value at `key` in `tree`, given what that tree holds.
pub(crate) fn join(trees: &Trees, tree: Tree, key: &[u8], value: &IVec) -> sled::Result<Vec<u8>> {
    let mut whole = first(value).to_vec();
    for piece in 0..further(value) {
        match trees.get(Tree::Pieces, &place(tree, key, &piece.to_be_bytes()))? {
            Some(piece) => whole.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok(whole)
}

fn further(value: &[u8]) -> u32 {
    value.first_chunk::<COUNT>().map_or(0, |count| u32::from_be_bytes(*count))
}

/// Where a piece is kept: the tree it belongs to, the key there, its number.
fn place(tree: Tree, key: &[u8], piece: &[u8]) -> Vec<u8> {
    [tree.name().as_bytes(), key, piece].concat()
}
