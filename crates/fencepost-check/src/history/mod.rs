//! Judges a history that somebody else recorded: production logs, Jepsen, a harness in any language.
//!
//! A *history* is a list of calls, each with its invocation and what came of it: done, refused, or unknown.
//! [`read`] turns bytes into [`Event`]s, one at a time; an [`Examiner`] takes them in and answers with a
//! [`Report`]: one [`Opinion`] for each property, with the events and lines that show it.
//!
//! ```
//! use fencepost_check::history::{Model, Opinion, Rules, judge_all, read};
//!
//! let lines = br#"{"t": 1, "who": "a", "lock": "orders", "op": "acquired", "token": 1}
//! {"t": 2, "who": "b", "lock": "orders", "op": "acquired", "token": 2}
//! {"t": 3, "who": "a", "lock": "orders", "op": "releasing"}
//! {"t": 4, "who": "a", "lock": "orders", "op": "released"}"#;
//! let mut reader = read::Reader::open(&lines[..], None)?;
//! let report = judge_all(&mut reader, Rules::of(Model::Fenced))?;
//! assert!(matches!(report.of("exclusive-grant"), Some(Opinion::Violated(_))));
//! # Ok::<(), read::Refusal>(())
//! ```
//!
//! Which algorithm judges what stands in [`judge`]. What cannot be decided is *unclear*, never guessed.
//!
//! What is deliberately absent: files (it is given bytes), wall clocks, and guesses.

mod event;
pub mod judge;
mod model;
mod names;
mod opinion;
pub mod read;
mod rules;
pub mod write;

pub use event::{Action, Atom, Event, Phase, Stamp, Value};
pub use judge::Examiner;
pub use model::Model;
pub use names::{KeyId, Names, WhoId};
pub use opinion::{Certainty, CounterExample, Doubt, Opinion, Report, Row, Story, Witness};
pub use rules::{Lease, Rules};

use read::{Clocks, Reader, Refusal};
use std::io::BufRead;

/// Judges everything that a reader has to give. Fails where a record cannot be read, has no time where one is
/// needed, or is no call of the model.
pub fn judge_all<R: BufRead>(reader: &mut Reader<R>, rules: Rules) -> Result<Report, Refusal> {
    let disorder = rules.clock_error.map(|_| rules.error());
    let needed = matches!(rules.lease, Lease::Of(_)) || rules.clock_error.is_some();
    reader.demand(Clocks { needed, disorder });
    let mut examiner = Examiner::new(rules);
    while let Some(event) = reader.next_event()? {
        if !rules.model.takes(event.action) {
            let message = format!("`{}` is no call of the model `{}`", event.action.word(), rules.model);
            return Err(Refusal::new(event.stamp.line, message, "name the model with --model"));
        }
        examiner.take(&event);
    }
    Ok(examiner.finish())
}
