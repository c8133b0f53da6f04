//! The protocol's core, with the one thing that it would draw by itself taken out of its hands.
//!
//! The core draws a random election time-out whenever it starts over, from a generator of the thread that
//! reads the kernel. Here the time-out is a function of a drawn value and the term, and it is put in its
//! place after everything that may have drawn one; nothing reads the other before.

use super::LogSettings;
use super::storage::LogStorage;
use fencepost_model::Digest;
use raft::eraftpb::Message;
use raft::{Config, RawNode, Ready, SnapshotStatus, StateRole};

/// One member's protocol core.
pub(super) struct Consensus {
    node: RawNode<LogStorage>,
    drawn: u64,
    election_ticks: usize,
}

impl Consensus {
    /// The core of member `id` with the log that it has. `drawn` are random bits of its own.
    pub fn new(id: u64, storage: LogStorage, settings: &LogSettings, drawn: u64) -> Consensus {
        let election_ticks = settings.election_ticks();
        let config = Config {
            id,
            election_tick: election_ticks,
            heartbeat_tick: 2,
            applied: storage.taken().index,
            max_size_per_msg: 64 * 1024,
            check_quorum: true,
            pre_vote: true,
            ..Config::default()
        };
        let quiet = slog::Logger::root(slog::Discard, slog::o!());
        let node = RawNode::new(&config, storage, &quiet).expect("the set-up is sound, and so is the log");
        let mut core = Consensus { node, drawn, election_ticks };
        core.settle();
        core
    }

    /// Puts the election time-out in its place.
    fn settle(&mut self) {
        let mut digest = Digest::default();
        digest.fold(self.drawn);
        digest.fold(self.node.raft.term);
        let rank = (u128::from(digest.value()) * self.election_ticks as u128) >> 64;
        self.node.raft.set_randomized_election_timeout(self.election_ticks + rank as usize);
    }

    /// Does something with the core that may start it over.
    fn then<T>(&mut self, act: impl FnOnce(&mut RawNode<LogStorage>) -> T) -> T {
        let result = act(&mut self.node);
        self.settle();
        result
    }

    /// A tick of the clock.
    pub fn tick(&mut self) {
        self.then(|node| node.tick());
    }

    /// A message of another member. What does not fit is dropped: it is from another time.
    pub fn step(&mut self, message: Message) {
        let _ = self.then(|node| node.step(message));
    }

    /// Puts an entry into the log; gives its place and term, or none where this member may not.
    pub fn propose(&mut self, data: Vec<u8>) -> Option<(u64, u64)> {
        if !self.leads() {
            return None;
        }
        self.then(|node| node.propose(vec![], data)).ok()?;
        Some((self.node.raft.raft_log.last_index(), self.node.raft.term))
    }

    /// Puts an entry into the log, or sends it to whoever leads.
    pub fn propose_own(&mut self, data: Vec<u8>) {
        let _ = self.then(|node| node.propose(vec![], data));
    }

    /// Asks a majority whether this member still leads; the answer comes as a read state.
    pub fn confirm(&mut self, context: Vec<u8>) {
        self.then(|node| node.read_index(context));
    }

    /// What is to be done now; none: nothing.
    pub fn ready(&mut self) -> Option<Ready> {
        self.node.has_ready().then(|| self.node.ready())
    }

    /// All of it was done, and is on the disk where it has to be.
    pub fn advance(&mut self, ready: Ready) -> raft::LightReady {
        self.then(|node| node.advance_append(ready))
    }

    /// The machine has carried out everything that it was given.
    pub fn applied(&mut self) {
        self.then(|node| node.advance_apply());
    }

    /// A snapshot to this member was lost.
    pub fn snapshot_lost(&mut self, to: u64) {
        self.then(|node| node.report_snapshot(to, SnapshotStatus::Failure));
    }

    /// The members to whom a snapshot is under way.
    pub fn awaiting_snapshot(&self) -> Vec<u64> {
        let voters = self.node.store().voters().iter().copied();
        let waits = |id: &u64| {
            let progress = self.node.raft.prs().get(*id);
            progress.is_some_and(|progress| progress.state == raft::ProgressState::Snapshot)
        };
        if self.leads() { voters.filter(waits).collect() } else { Vec::new() }
    }

    /// Whether this member leads, as far as it knows.
    pub fn leads(&self) -> bool {
        self.node.raft.state == StateRole::Leader
    }

    /// Whether it leads and has carried out an entry of its own term, so that it knows everything that was
    /// ever committed.
    pub fn serves(&self) -> bool {
        self.leads() && self.node.raft.apply_to_current_term()
    }

    /// The term that it is in.
    pub fn term(&self) -> u64 {
        self.node.raft.term
    }

    /// Who leads, as far as it knows; 0: nobody.
    pub fn leader(&self) -> u64 {
        self.node.raft.leader_id
    }

    /// The log.
    pub fn storage(&mut self) -> &mut LogStorage {
        self.node.mut_store()
    }
}
