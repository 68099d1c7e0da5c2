//! One person's sealed history, in sled.
