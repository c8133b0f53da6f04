//! The quantiles that a table of times may name.

use super::{ABSENT, Key, Takes, key};

const fn quantile(name: &'static str, about: &'static str) -> Key {
    key(name, Takes::EndOfLaw, ABSENT, about)
}

pub(super) const P50: Key = quantile("p50", "half of them are at most this: the median");
pub(super) const P75: Key = quantile("p75", "75 % of them are at most this");
pub(super) const P90: Key = quantile("p90", "90 % of them are at most this");
pub(super) const P95: Key = quantile("p95", "95 % of them are at most this");
pub(super) const P99: Key = quantile("p99", "99 % of them are at most this");
pub(super) const P999: Key = quantile("p999", "99.9 % of them are at most this");
pub(super) const P9999: Key = quantile("p9999", "99.99 % of them are at most this");

/// The keys that are quantiles, rising, each with its rank in parts per million. A point would part a key of
/// TOML in two, so 99.9 % is `p999`.
pub const QUANTILES: &[(Key, u32)] = &[
    (P50, 500_000),
    (P75, 750_000),
    (P90, 900_000),
    (P95, 950_000),
    (P99, 990_000),
    (P999, 999_000),
    (P9999, 999_900),
];
