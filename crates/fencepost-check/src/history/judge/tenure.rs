//! One tenure while it is judged: what is known of it, of its lease, and of who came beside it.

use super::super::event::{Action, Event, Phase, Stamp};
use super::super::names::WhoId;
use super::super::opinion::{CounterExample, Opinion, Witness};
use super::super::{Lease, Rules};
use super::fencing::BadToken;
use super::flaw::{Flaw, Wrong};
use fencepost_model::Span;

#[derive(Clone, Debug, Default)]
pub(super) struct Owner {
    pub tenure: Option<Box<Tenure>>,
    /// Calls in flight.
    pub open: u32,
    /// One of its calls ended nobody knows how.
    pub unknown: bool,
    /// It went on after that, or had two calls in flight: the proof above does not hold for it.
    pub outlived: bool,
    /// It was told that it lost the lock; a release after that is good manners.
    pub told: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Tenure {
    pub shared: bool,
    pub count: u32,
    pub acquired: Witness,
    /// The invocation of the last acquire or extension, by the clock.
    pub renewed: Option<i64>,
    pub token: Option<u64>,
    pub releasing: Option<Stamp>,
    pub intruder: Option<Intruder>,
    /// The first that came later than the error of the clocks explains, where the intruder did not.
    pub second: Option<Intruder>,
    pub bad_token: Option<BadToken>,
    /// Its lease had run out when its acquire returned: its core is empty, and nobody knows when it was.
    pub late: bool,
    /// Whom it came beside.
    pub beside: Vec<WhoId>,
    /// What it breaks if it is ever shown to have stood when its acquire returned.
    pub charges: Vec<Charge>,
}

/// What a tenure may have broken.
#[derive(Clone, Debug)]
pub(super) enum Charge {
    Grant(CounterExample),
    Token(CounterExample),
}

/// The first tenure that began beside another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intruder {
    pub acquired: Witness,
    pub ran: Ran,
    /// Whether its own lease may have run out when its acquire returned.
    pub late: bool,
    /// Whether it was asked for when the other had been acquired, or is shown to have stood after that: its
    /// promise is no earlier one whose reply came late.
    pub is_later: bool,
}

/// Whether a lease had run out, for certain: the clocks may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    On,
    Out,
    Unknown,
}

/// How a tenure ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// By a release that was asked for here, and done.
    Released(Stamp),
    /// By a release that was asked for here, if at all: nobody knows whether it was done.
    Tried(Stamp),
    /// By a release that returned here, asked for nobody knows when.
    Bare,
    /// Its owner was told that it is gone.
    Lost(Stamp),
    /// Its owner never said anything.
    Silent,
}

/// Whether a lease had run out at an instant that was renewed at another.
pub(super) fn ran_out(rules: &Rules, renewed: Option<i64>, now: Stamp) -> Ran {
    let Lease::Of(lease) = rules.lease else { return Ran::On };
    let (Some(renewed), Some(now)) = (renewed, now.at) else { return Ran::Unknown };
    let lease = i64::try_from(lease.as_nanos()).unwrap_or(i64::MAX);
    let since = now.saturating_sub(renewed);
    if since < lease.saturating_sub(rules.error()) {
        Ran::On
    } else if since >= lease.saturating_add(rules.error()) {
        Ran::Out
    } else {
        Ran::Unknown
    }
}

/// From when on the lease runs.
pub(super) fn renewal<F: Wrong>(event: &Event) -> Option<i64> {
    if F::has(Flaw::LeaseFromReply) { event.stamp.at } else { event.invoked.and_then(|invoked| invoked.at) }
}

/// Whether the error of the clocks could turn the order of two stamps round.
pub(super) fn within(earlier: Stamp, later: Stamp, error: i64) -> bool {
    if error == 0 {
        return later.n < earlier.n;
    }
    match (earlier.at, later.at) {
        (Some(earlier), Some(later)) => later.saturating_sub(earlier) <= error,
        _ => true,
    }
}

/// Whether the second of two stamps that stand in this order may in truth come first.
pub(super) fn nearly(earlier: Stamp, later: Stamp, error: i64) -> bool {
    error > 0 && within(earlier, later, error.saturating_sub(1).max(1))
}

pub(super) fn span(from: i64, until: i64) -> Option<Span> {
    u64::try_from(until.checked_sub(from)?).ok().map(Span)
}

pub(super) fn ending(who: WhoId, stamp: Stamp, action: Action, phase: Phase) -> Witness {
    Witness { stamp, who, action, phase, token: None }
}

/// Keeps the worse of what was and what is said now.
pub(super) fn worsen(kept: &mut Opinion, said: Opinion) {
    *kept = std::mem::replace(kept, Opinion::Holds).worse(said);
}
