//! The running digest of a run: two runs of one plan are the same run exactly if their digests agree.

use std::hash::Hasher;

/// A 64-bit digest that folds what it is given, in order.
///
/// Ours, and not a library's, because digests are checked in: they may not change with a dependency. It is
/// one multiply and fold per word, which keeps judging cheap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Digest(0x243f_6a88_85a3_08d3)
    }
}

impl Digest {
    /// Folds one word in.
    #[inline]
    pub fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x1319_8a2e_0370_7344) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64).rotate_left(29) ^ self.0.rotate_left(17);
    }

    /// The digest so far.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.fold(u64::from_le_bytes(*word) ^ 8 << 56));
        if !rest.is_empty() {
            let word = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.fold(word ^ (rest.len() as u64) << 56);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.fold(u64::from(value));
    }
    fn write_u16(&mut self, value: u16) {
        self.fold(u64::from(value));
    }
    fn write_u32(&mut self, value: u32) {
        self.fold(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.fold(value);
    }
    fn write_i64(&mut self, value: i64) {
        self.fold(value as u64);
    }
    fn write_usize(&mut self, value: usize) {
        self.fold(value as u64);
    }
    fn write_isize(&mut self, value: isize) {
        self.fold(value as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[u64]) -> u64 {
        let mut digest = Digest::default();
        words.iter().for_each(|word| digest.fold(*word));
        digest.value()
    }

    /// Stored digests of whole runs depend on these.
    #[test]
    fn vectors() {
        assert_eq!(of(&[]), 0x243f_6a88_85a3_08d3);
        assert_ne!(of(&[1, 2]), of(&[2, 1]), "order matters");
        assert_ne!(of(&[0]), of(&[0, 0]), "length matters");
    }
}
