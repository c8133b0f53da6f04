//! The state machine that a log drives, and what it may tell and ask of the log.

use fencepost_model::{RowChange, Span};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The name of a command for ever: whose session, and the how-manyth of it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Name {
    /// The session of a client process in one of its lives.
    pub session: u64,
    /// The command's number in the session, from 1.
    pub sequence: u64,
}

/// Where a command stands, as the machine is told when it carries it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The place of its entry in the log.
    pub index: u64,
    /// Its name; none: a leader proposed it by itself.
    pub name: Option<Name>,
}

/// A deterministic state machine: members that carry out the same commands in the same order are in the same
/// state and give the same answers.
pub trait Machine: 'static {
    /// What clients ask for, through the log.
    type Command: Clone + Serialize + DeserializeOwned + 'static;
    /// What a command answers.
    type Answer: Clone + Serialize + DeserializeOwned + 'static;
    /// What clients ask of the newest state, beside the log.
    type Query: Clone + 'static;
    /// What clients wait for.
    type Watch: Clone + 'static;
    /// What a query or a watch answers.
    type View: Clone + 'static;
    /// Something that time ends.
    type Deadline: Copy + Ord + 'static;

    /// Carries out a command, and tells what happened to rows.
    fn apply(&mut self, entry: Entry, command: Self::Command, told: &mut Told) -> Self::Answer;

    /// Answers a query.
    fn query(&self, query: &Self::Query) -> Self::View;

    /// Answers a watch, once it has something to say.
    fn watch(&self, watch: &Self::Watch) -> Option<Self::View>;

    /// The deadline that a sign of life of this watch puts off.
    fn put_off_by(&self, watch: &Self::Watch) -> Option<Self::Deadline>;

    /// What time ends, each with how long after it was first seen. The leader counts by its own monotonic
    /// clock, a new one anew from when it leads; a deadline that was moved is another one.
    fn deadlines(&self) -> Vec<(Self::Deadline, Span)>;

    /// The command that a leader proposes when a deadline is over.
    fn overdue(&self, deadline: Self::Deadline) -> Self::Command;

    /// The whole state as bytes.
    fn snapshot(&self) -> Vec<u8>;

    /// Takes the state from bytes of [`Machine::snapshot`]; from none: that of the beginning.
    fn restore(&mut self, snapshot: &[u8]);
}

/// What a command did to rows, for whoever watches the server.
#[derive(Debug, Default)]
pub struct Told {
    pub(super) rows: Vec<(Whose, Arc<str>, RowChange)>,
}

/// On whose behalf a row changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of the command that is carried out.
    Own,
    /// Of an earlier one, which this one brought to its end.
    Of(Name),
}

impl Told {
    /// The command changed a row.
    pub fn row(&mut self, key: &Arc<str>, change: RowChange) {
        self.rows.push((Whose::Own, key.clone(), change));
    }

    /// A row changed that an earlier command had asked for.
    pub fn row_of(&mut self, name: Name, key: &Arc<str>, change: RowChange) {
        self.rows.push((Whose::Of(name), key.clone(), change));
    }
}
