//! Random draws, keyed by what they are for.
//!
//! A draw is a pure function of (key, purpose, origin, n). It does not depend on how many draws were made
//! before it, so taking one fault or one client out of a plan leaves every other draw as it was: this is
//! what makes shrinking and the placing of faults work.

use serde::{Deserialize, Serialize};

/// The version of [`DrawKey::draw`]. A stored plan names the version that it was made with.
pub const GENERATOR: u32 = 1;

/// The 128-bit key of a run, from which every draw of it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DrawKey(pub u64, pub u64);

/// What a draw decides. Draws for different purposes never share a value, even at the same origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Purpose {
    /// The flight time of a message.
    Latency = 1,
    /// A random number asked for by simulated code, such as a lock's unguessable value.
    Random = 2,
    /// How long an owner holds.
    Hold = 3,
    /// How long an owner thinks before its next acquire.
    Think = 4,
    /// Messages or timers first, at a wake-up.
    WakeOrder = 5,
    /// A value of the plan: a machine's offset or rate, a fault's time or length.
    Plan = 6,
    /// Which of several things a workload does.
    Choice = 7,
    /// Which passing runs are repeated.
    Repeat = 8,
    /// Whether a datagram is lost.
    Loss = 9,
    /// Whether a datagram arrives twice.
    Duplicate = 10,
    /// How much later a datagram arrives than it would.
    Reorder = 11,
    /// How long a sync takes.
    Sync = 12,
    /// How much of what was not synced survives a power cut.
    Torn = 13,
    /// What a store evicts.
    Evict = 14,
}

/// Where a draw or a decision point belongs: an operation of an owner, or a timer or peer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An operation of an owner.
    Op {
        /// The owner, by a number that is made of its name.
        owner: u32,
        /// Its life.
        incarnation: u16,
        /// Its operation, from 1; 0 between operations.
        op: u32,
        /// What within the operation: a message's kind, a timer.
        kind: u8,
    },
    /// A process outside any operation: a timer of a server, or its dealings with a peer.
    Process {
        /// The process, by a number that is made of its name.
        process: u32,
        /// Its life.
        incarnation: u16,
        /// The peer, by a number that is made of its name; 0 for none.
        peer: u32,
        /// What it is about.
        kind: u8,
    },
    /// A part of the plan, by the hash of its name.
    Plan(u64),
}

/// The whole name of a draw or a decision point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cause {
    /// What it decides.
    pub purpose: Purpose,
    /// Where it belongs.
    pub origin: Origin,
    /// Which one within the origin, from 0.
    pub n: u32,
}

impl Origin {
    /// Two words that are equal only for equal origins.
    #[inline]
    const fn words(self) -> (u64, u64) {
        match self {
            Origin::Op { owner, incarnation, op, kind } => {
                ((owner as u64) << 32 | op as u64, (incarnation as u64) << 8 | kind as u64)
            }
            Origin::Process { process, incarnation, peer, kind } => {
                ((process as u64) << 32 | peer as u64, 1 << 24 | (incarnation as u64) << 8 | kind as u64)
            }
            Origin::Plan(name) => (name, 2 << 24),
        }
    }
}

impl DrawKey {
    /// The key for `seed` of a family that is named by `family` (a hash of what the scenario is).
    pub fn new(family: u64, seed: u64) -> DrawKey {
        DrawKey(
            fold(family ^ 0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c),
            fold(seed ^ 0xc0ac_29b7_c97c_50dd, family | 1),
        )
    }

    /// Sixty-four random bits for this cause, always the same.
    ///
    /// Two rounds of multiply and fold over a 128-bit key: about 2.6 ns, and no state.
    #[inline]
    pub fn draw(self, cause: Cause) -> u64 {
        let (place, kind) = cause.origin.words();
        let which = (cause.n as u64) << 32 | kind | (cause.purpose as u64) << 26;
        let first = fold(place ^ self.0, which ^ 0xa409_3822_299f_31d0);
        fold(first ^ self.1, which ^ 0x082e_fa98_ec4e_6c89 ^ self.0.rotate_left(32))
    }

    /// A number below `bound`, for this cause. Panics where `bound` is zero.
    pub fn below(self, cause: Cause, bound: u64) -> u64 {
        assert!(bound > 0, "nothing is below zero");
        ((u128::from(self.draw(cause)) * u128::from(bound)) >> 64) as u64
    }
}

/// The 128-bit product of two words, folded, with both words kept in so that a zero loses nothing.
#[inline]
const fn fold(left: u64, right: u64) -> u64 {
    let product = (left ^ 0x9e37_79b9_7f4a_7c15) as u128 * (right ^ 0xd1b5_4a32_d192_ed03) as u128;
    let mixed = (product as u64) ^ ((product >> 64) as u64);
    let word = mixed ^ left.rotate_left(23) ^ right.rotate_left(41);
    (word ^ (word >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(op: u32, n: u32) -> Cause {
        Cause { purpose: Purpose::Latency, origin: Origin::Op { owner: 1, incarnation: 0, op, kind: 2 }, n }
    }

    /// Stored plans depend on these values: where they change, GENERATOR must change too.
    #[test]
    fn vectors_of_generator_1() {
        let key = DrawKey::new(7, 42);
        let drawn: Vec<u64> = (0..3).map(|n| key.draw(cause(1, n))).collect();
        assert_eq!(GENERATOR, 1);
        assert_eq!(drawn, VECTORS, "{drawn:#x?}");
    }
    const VECTORS: [u64; 3] = [0x048e_4239_6aee_cabc, 0x0309_7015_6ae0_ecb1, 0x2935_5b27_d9c6_7340];

    #[test]
    fn neighbouring_causes_are_independent() {
        // Every output bit should flip about half of the time when one part of the cause moves by one.
        let key = DrawKey::new(1, 1);
        let mut flips = [0u32; 64];
        let rounds = 4096;
        for i in 0..rounds {
            let moved = key.draw(cause(i, 0)) ^ key.draw(cause(i, 1));
            let moved_op = key.draw(cause(i, 0)) ^ key.draw(cause(i + 1, 0));
            for (bit, count) in flips.iter_mut().enumerate() {
                *count += u32::from(moved >> bit & 1 == 1) + u32::from(moved_op >> bit & 1 == 1);
            }
        }
        for (bit, count) in flips.iter().enumerate() {
            assert!(count.abs_diff(rounds) < rounds / 8, "bit {bit} flips {count} of {}", 2 * rounds);
        }
    }

    #[test]
    fn draws_fill_their_range_evenly() {
        let key = DrawKey::new(3, 9);
        let mut buckets = [0u32; 16];
        for i in 0..16_000 {
            buckets[key.below(cause(i / 100, i % 100), 16) as usize] += 1;
        }
        let chi_squared: u32 = buckets.iter().map(|count| count.abs_diff(1000).pow(2) / 1000).sum();
        assert!(chi_squared < 38, "chi squared {chi_squared} with 15 degrees of freedom");
    }

    #[test]
    fn seeds_and_families_give_different_keys() {
        let keys: std::collections::BTreeSet<_> = (0..100)
            .flat_map(|f| (0..100).map(move |s| (DrawKey::new(f, s).0, DrawKey::new(f, s).1)))
            .collect();
        assert_eq!(keys.len(), 10_000);
    }
}
