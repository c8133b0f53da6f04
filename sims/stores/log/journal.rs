//! A member's file: what is appended to it, and when it is written anew.

use super::record::{self, Record, Recovered, State};
use super::storage::{LogStorage, stored};
use fencepost_sim::ServerContext;
use raft::eraftpb::{Entry, HardState};

/// The one file of a member. Everything is in it, so that what a power cut leaves is one prefix of what was
/// written, and never a log without the vote that was cast before it.
const FILE: &str = "raft.log";

/// Reads the file, and cuts a torn tail off.
pub(super) fn open(world: &mut ServerContext<'_>) -> Recovered {
    let (recovered, whole) = record::load(world.disk().read(FILE));
    if whole < world.disk().read(FILE).len() {
        let kept = world.disk().read(FILE)[..whole].to_vec();
        world.disk().replace(FILE, kept);
    }
    recovered
}

/// Appends what has changed, entries before what says how far they are committed: were it the other way
/// round, a file that is torn between the two would call an old entry committed whose place was taken. The
/// caller begins the sync.
pub(super) fn write(world: &mut ServerContext<'_>, state: Option<&HardState>, entries: &[Entry]) {
    let mut bytes = Vec::new();
    entries.iter().for_each(|entry| record::append(&mut bytes, &Record::Entry(stored(entry))));
    if let Some(state) = state {
        record::append(&mut bytes, &Record::State(state_of(state)));
    }
    if !bytes.is_empty() {
        world.disk().append(FILE, &bytes);
    }
}

/// Writes the file anew, as short as it can be: the snapshot and what stands behind it.
pub(super) fn rewrite(world: &mut ServerContext<'_>, storage: &LogStorage) {
    let (index, term) = storage.start();
    let mut bytes = Vec::new();
    record::append(&mut bytes, &Record::State(state_of(storage.state())));
    record::append(&mut bytes, &Record::Snapshot(storage.taken().clone()));
    record::append(&mut bytes, &Record::Start { index, term });
    storage.all().iter().for_each(|entry| record::append(&mut bytes, &Record::Entry(stored(entry))));
    world.disk().replace(FILE, bytes);
}

fn state_of(state: &HardState) -> State {
    State { term: state.term, vote: state.vote, commit: state.commit }
}
