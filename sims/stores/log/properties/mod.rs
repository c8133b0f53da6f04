//! What every run of a replicated log has to keep, judged from what its members tell of their logs.
//!
//! | name | violated when | module |
//! |---|---|---|
//! | `election-safety` | two members lead in one term | `election_safety` |
//! | `log-matching` | two logs have an entry of one place and term, and differ there or before | `log_matching` |
//! | `leader-completeness` | a leader lacks an entry that was committed in an earlier term | `leader_completeness` |
//! | `state-machine-safety` | two members carry out different entries at one place | `state_machine_safety` |
//!
//! Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014), figure 3. The
//! fifth property there, that a leader never overwrites its own log, is not judged: what it protects is.

mod election_safety;
mod leader_completeness;
mod log_matching;
mod logs;
mod state_machine_safety;
#[cfg(test)]
mod tests;

pub use election_safety::ElectionSafety;
pub use leader_completeness::LeaderCompleteness;
pub use log_matching::LogMatching;
pub use state_machine_safety::StateMachineSafety;

use fencepost_check::Property;

/// Two leaders in one term.
pub const ELECTION_SAFETY: &str = "election-safety";
/// Two histories behind one entry.
pub const LOG_MATCHING: &str = "log-matching";
/// A leader without something that was committed.
pub const LEADER_COMPLETENESS: &str = "leader-completeness";
/// Two entries carried out at one place.
pub const STATE_MACHINE_SAFETY: &str = "state-machine-safety";

/// Their names, in the order of the paper.
pub const NAMES: [&str; 4] = [ELECTION_SAFETY, LOG_MATCHING, LEADER_COMPLETENESS, STATE_MACHINE_SAFETY];

/// One of each.
pub fn all() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(ElectionSafety::default()),
        Box::new(LogMatching::default()),
        Box::new(LeaderCompleteness::default()),
        Box::new(StateMachineSafety::default()),
    ]
}
