//! Many runs: which locks and scenarios there are, running them over their seeds, and holding what came of
//! it against what the scenario files expect.
//!
//! Start at [`sweep`], which runs a [`Selection`] out of a [`Catalogue`] and tells [`RunEvent`]s; [`replay`]
//! runs one case again and keeps its history. What is told does not depend on the number of threads.
//!
//! This crate prints nothing and reads no clock.

pub mod advise;
mod catalogue;
mod event;
mod exit;
mod expectation;
pub mod glob;
mod guests;
mod interval;
pub mod margin;
mod nearest;
pub mod necessary;
mod one;
mod partition;
mod plan_watch;
mod refused;
pub mod remedies;
mod repeat;
mod replay;
pub mod search;
mod seeds;
mod selection;
mod shelf;
mod shrink;
mod stop;
pub mod store;
mod sweep;
mod tally;
pub mod teeth;
#[cfg(test)]
mod testing;
mod threads;
mod watch;
mod work;

pub use catalogue::{COMPARISON, Catalogue, Embedded};
pub use event::{EVENT_FORMAT, NotRepeated, Row, RunEvent, Started, Summary};
pub use exit::Exit;
pub use expectation::{Expectation, Opinion, SightOpinion, Status};
pub use interval::{Interval, exact_interval};
pub use nearest::nearest;
pub use partition::Partition;
pub use plan_watch::{PlanTurn, PlanWatch};
pub use refused::Refused;
pub use replay::{ReplayError, Replayed, plan_of, replay, replay_plan, stored_digest};
pub use seeds::Seeds;
pub use selection::{Chosen, REGRESSIONS, Request, SUITES, Selection};
pub use shelf::{FOLDER, Shelf, Source};
pub use shrink::{Kept, Shrunk, Size, Story, shrink, shrink_found};
pub use stop::Stop;
pub use sweep::{SweepOptions, sweep, sweep_into, try_out};
pub use tally::{Crash, Example, FaultTally, PropertyTally, StandingKind, StandingTally, Tally};
pub use threads::threads;
pub use watch::{Lost, Turn, Watch};
