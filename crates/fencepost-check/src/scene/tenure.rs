//! One tenure: what the service promised, what its owner believes, and what it did at the resource.

use super::presence::Presence;
use super::promise::Promises;
use fencepost_model::{BeliefEnd, Instant, LockId, Mode, OpTag, OwnerId, Slot, Span, Token};

/// A tenure, so far.
#[derive(Clone, Debug)]
pub struct Tenure {
    /// The acquire attempt that created it.
    pub attempt: OpTag,
    /// Of which lock.
    pub lock: LockId,
    /// Which permit.
    pub slot: Slot,
    /// How it is held.
    pub mode: Mode,
    /// How new it is: larger than the rank of every older tenure of its lock and slot. Given when its grant
    /// starts, or when its belief starts, whichever comes first; none before.
    pub rank: Option<u32>,
    /// The first token seen with it.
    pub token: Option<Token>,
    /// What the nodes promised.
    pub promises: Promises,
    /// When a node promised it first; none where none has.
    pub(crate) promised: Option<Instant>,
    /// Whether its grant stands: enough nodes' promises do.
    pub granted: bool,
    /// Since when the service keeps state of it; none where it keeps none.
    pub kept_since: Option<Instant>,
    /// Whether the store has it: enough nodes keep state of it.
    pub(crate) presence: Presence,
    /// What its owner believes.
    pub belief: Belief,
    /// How many operations under its guard were sent after its deadline.
    pub(crate) sent_late: u32,
    /// How many commits of what was written under its guard were sent after its release was called.
    pub(crate) committed_late: u32,
    /// The event of a job that the provider did under its guard and that is not recorded at the resource.
    pub(crate) charged: Option<u64>,
    /// How many operations under its guard reached the resource again.
    pub(crate) doubled: u32,
    /// Which of its first 64 sequence numbers reached the resource.
    decided: u64,
    last_decided: Option<u32>,
}

/// What an owner believes of a tenure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Belief {
    /// Since when, where it ever did.
    pub since: Option<Instant>,
    /// When it stopped.
    pub ended: Option<Instant>,
    /// By what.
    pub why: Option<BeliefEnd>,
    /// Whether a deadline was handed out.
    pub has_deadline: bool,
    /// When the deadline that stands had passed on the owner's own clock.
    pub reached: Option<Instant>,
    /// The longest stop past an earlier deadline, one that was moved after it had passed.
    pub(crate) stopped_before: Span,
}

impl Belief {
    /// Whether the owner believes now.
    pub const fn is_open(&self) -> bool {
        self.since.is_some() && self.ended.is_none()
    }
}

impl Tenure {
    pub(crate) fn new(tag: OpTag, lock: LockId, slot: Slot, mode: Mode) -> Tenure {
        Tenure {
            attempt: tag.of_attempt(),
            lock,
            slot,
            mode,
            rank: None,
            token: None,
            promises: Promises::default(),
            promised: None,
            granted: false,
            kept_since: None,
            presence: Presence::default(),
            belief: Belief::default(),
            sent_late: 0,
            committed_late: 0,
            charged: None,
            doubled: 0,
            decided: 0,
            last_decided: None,
        }
    }

    /// Whose it is.
    pub const fn owner(&self) -> OwnerId {
        self.attempt.owner
    }

    /// Whether the two exclude each other.
    pub fn conflicts(&self, other: &Tenure) -> bool {
        self.lock == other.lock && self.slot == other.slot && self.mode.conflicts(other.mode)
    }

    /// Notes an operation at the resource. A sequence number that comes again is an operation that was
    /// doubled; beyond the first 64 only one that comes again at once is noticed.
    pub(crate) fn decided(&mut self, sequence: u32, sent: Instant) {
        let bit = 1u64.checked_shl(sequence).unwrap_or(0);
        let again = self.decided & bit != 0 || self.last_decided == Some(sequence);
        self.decided |= bit;
        self.last_decided = Some(sequence);
        self.doubled += u32::from(again);
        let late = self.belief.reached.is_some_and(|reached| sent > reached);
        self.sent_late += u32::from(late);
    }
}
