//! How the members of a log are set up.

use fencepost_model::Span;

/// How a leader makes sure that a read is of the newest state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// It asks a majority each time whether it still leads (Ongaro's dissertation, section 6.4).
    Index,
    /// It relies on a lease: a majority has promised to elect nobody for a while (section 6.4.1).
    Lease,
}

/// The set-up of a log; the same for every member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// How often a leader says that it leads.
    pub heartbeat: Span,
    /// For how long a follower hears nothing before it may stand for election; each draws between this and
    /// twice this.
    pub election_timeout: Span,
    /// How reads are made safe.
    pub reads: Reads,
    /// For how different rates of the members' clocks a lease allows, in parts per million.
    pub drift_allowance: u64,
    /// After how many entries a member takes a snapshot and drops the entries before.
    pub snapshot_every: u64,
    /// What is wrong on purpose.
    pub flaws: LogFlaws,
}

/// What members do wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogFlaws {
    /// Term and vote are written, but not synced, before they are told.
    pub vote_not_durable: bool,
    /// Whoever last heard that it leads answers reads from its memory.
    pub reads_from_memory: bool,
    /// A command that was sent again is carried out again.
    pub forgets_sessions: bool,
    /// Who leads no more goes on counting what time ends, and proposes it to whoever leads now.
    pub deposed_goes_on: bool,
}

impl LogSettings {
    /// The unit in which members count time: half a heartbeat.
    pub fn tick(&self) -> Span {
        Span((self.heartbeat.0 / 2).max(1))
    }

    /// The election time-out in ticks.
    pub fn election_ticks(&self) -> usize {
        ((self.election_timeout.0 / self.tick().0) as usize).max(4)
    }

    /// For how long a follower that has heard its leader elects nobody else, by its own clock: the first of
    /// its ticks may come at once.
    pub fn follower_patience(&self) -> Span {
        self.tick().saturating_mul(self.election_ticks() as u64 - 1)
    }

    /// For how long a leader may rely on that, by its own clock.
    pub fn lease(&self) -> Span {
        let patience = self.follower_patience();
        patience.saturating_sub(patience.ppm_of(self.drift_allowance))
    }
}
