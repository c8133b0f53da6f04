//! Judges a run by its events, as they occur.
//!
//! A [`Judge`] is given the [`Cast`](fencepost_model::Cast) of a run and the [`Rules`] of the system under
//! test. It sees every event once, keeps what it needs of it in a [`Scene`], and asks each [`Property`] for
//! its opinion. In the end it answers with a [`Judgement`](fencepost_model::Judgement): one verdict for each
//! property, and the words of `sometimes` that were seen.
//!
//! ```
//! use fencepost_check::{Judge, Rules};
//! use fencepost_model::{Cast, EndOfRun, Instant, Verdict, word};
//! use std::sync::Arc;
//!
//! let judge = Judge::new(Arc::new(Cast::default()), Rules::default());
//! let judgement = judge.finish(EndOfRun::Complete, Instant::START);
//! assert_eq!(judgement.of(word::EXCLUSIVE_GRANT), Some(&Verdict::Holds));
//! ```
//!
//! What is deliberately absent: this crate reads no clock, no file and no randomness, and it knows no lock,
//! no store and no simulator. A [`Judge`] keeps no history of its run, so a long run costs little more memory than
//! a short one. Histories that somebody else recorded are read and judged by [`history`], beside all this; there
//! some models need the whole of it, and its pages say which.

mod abuse;
mod findings;
pub mod history;
mod judge;
pub mod measure;
pub mod property;
mod rules;
mod scene;
mod sometimes;
#[cfg(test)]
mod story;

pub use findings::Findings;
pub use judge::Judge;
pub use property::{End, Property, Teller, properties};
pub use rules::Rules;
pub use scene::{Belief, NodePromise, Promises, Scene, Tenure};
