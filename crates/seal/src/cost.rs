//! What trying one password costs: the parameters of Argon2id.

use argon2::Params;
use serde::{Deserialize, Serialize};

/// What trying one password costs whoever tries. Stored with the slot it made, so that it can be
/// raised for new slots while old ones go on opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cost {
    /// Memory to fill, in KiB.
    pub memory_kib: u32,
    /// How many times to go over it.
    pub passes: u32,
    /// Lanes that could be filled at once.
    pub lanes: u32,
}

/// A stored cost that cannot be paid: no version of this program ever wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password slot asks for {} KiB, {} passes and {} lanes", .0.memory_kib, .0.passes, .0.lanes)]
pub struct CostError(pub Cost);

impl Default for Cost {
    /// The second choice of RFC 9106, for machines where a gigabyte is not free for the taking:
    /// 64 MiB and three passes, on one lane because the work is done on one thread.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

impl Cost {
    /// 1 GiB. A record that somebody changed must not be able to take all memory.
    pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    /// Nor to keep a processor busy for minutes.
    pub const MAX_PASSES: u32 = 16;
    /// More lanes than any machine has a use for.
    pub const MAX_LANES: u32 = 16;

    /// The cost as Argon2 takes it, if it can be paid.
    pub(crate) fn params(self) -> Result<Params, CostError> {
        if self.memory_kib > Self::MAX_MEMORY_KIB
            || self.passes > Self::MAX_PASSES
            || self.lanes > Self::MAX_LANES
        {
            return Err(CostError(self));
        }
        Params::new(self.memory_kib, self.passes, self.lanes, None).map_err(|_| CostError(self))
    }
}
