//! Presets: locks of libraries, under the names of the libraries' own options.
//!
//! A preset says which settings of a lock here are like a library's options. It says nothing about the library's
//! code: what the library does otherwise stands in its `leaves_out`, and what it follows in its `follows`.

mod deployment;
mod node_redlock;
mod option;
mod python_redis_lock;
mod redis_py;
mod redisson_rlock;
mod redsync;

use fencepost_model::Preset;

/// Every preset that ships.
pub const ALL: &[Preset] = &[
    redis_py::PRESET,
    python_redis_lock::PRESET,
    redisson_rlock::PRESET,
    redsync::PRESET,
    node_redlock::PRESET,
];

/// What every preset leaves out, because it is the lock here that does more.
const AFTER_UNKNOWN: &str = "an acquire without an answer is given back in the background here; the library raises \
                             an error, and the key stays until it expires";

#[cfg(test)]
mod tests;
