//! How much of anything a reader takes: what keeps memory bounded whatever a file contains.

/// Bytes in a line of our own format or of a log.
pub const LINE_BYTES: usize = 1 << 20;
/// Bytes in a string, a number or a word.
pub const TEXT_BYTES: usize = 1 << 20;
/// Maps and lists inside each other.
pub const DEPTH: u32 = 64;
/// Values in one record.
pub const VALUES: u32 = 1 << 20;
/// Bytes of text in one record.
pub const RECORD_BYTES: usize = 16 << 20;
/// Different owners.
pub const OWNERS: usize = 1_000_000;
/// Different locks.
pub const KEYS: usize = 100_000;
/// Different words as values.
pub const WORDS: usize = 1_000_000;
