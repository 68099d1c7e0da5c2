//! That what passes through a hash does not stay in memory.
//!
//! Passwords pass through Blake2b inside Argon2, and keys through SHA-256 inside HKDF. Both wipe
//! their state when it is dropped, but only with a feature that nothing else switches on. Without
//! it this does not compile.

use blake2::Blake2bVarCore;
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

const _: () = {
    const fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<Blake2bVarCore>();
    is_wiped::<Sha256>();
};
