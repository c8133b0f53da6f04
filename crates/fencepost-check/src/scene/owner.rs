//! What an owner asked for: its acquire attempts, and how its messages fared.

use fencepost_model::{Instant, LockId, OpTag, ProcessId, Span, TenureId};

/// An owner of the cast, so far.
#[derive(Clone, Debug, Default)]
pub struct Owner {
    attempts: Vec<Attempt>,
    /// The lock for which it asks until it gets it.
    pub probing: Option<LockId>,
}

/// An acquire attempt, with everything that is done under its guard.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub tag: OpTag,
    pub lock: LockId,
    /// When the acquire was invoked.
    pub invoked: Instant,
    /// Whether the acquire has not returned.
    pub open: bool,
    /// Whether a release under its guard has not returned.
    releasing: bool,
    /// When the release under its guard was called.
    pub(crate) release_called: Option<Instant>,
    /// When its acquire, or the release under its guard, returned last.
    returned: Instant,
    /// The tenure that its guard was opened with.
    pub guards: Option<TenureId>,
    /// Whether it ended in a definite no, so that nothing is expected of it any more.
    refused: bool,
    /// The longest that one of its messages took from sending to processing.
    pub flight: Span,
    /// Who processed that one; none: the resource.
    pub flight_to: Option<ProcessId>,
    /// When the store last answered it, or promised what it believes in.
    pub heard: Instant,
    /// The longest time without an answer since its belief started.
    pub silence: Span,
}

/// How many attempts are remembered although they were refused, in case a message of theirs comes late.
const REMEMBERED: usize = 8;

impl Owner {
    pub fn invoked(&mut self, tag: OpTag, lock: LockId, at: Instant) {
        if self.attempts.len() == self.attempts.capacity() && self.attempts.len() > REMEMBERED {
            self.forget_refused();
        }
        self.attempts.push(Attempt {
            tag,
            lock,
            invoked: at,
            open: true,
            releasing: false,
            release_called: None,
            returned: at,
            guards: None,
            refused: false,
            flight: Span::ZERO,
            flight_to: None,
            heard: at,
            silence: Span::ZERO,
        });
    }

    /// The acquire returned. Answers which lock it asked for, where it was open.
    pub fn returned(&mut self, tag: OpTag, refused: bool, at: Instant) -> Option<LockId> {
        let attempt = self.attempt_mut(tag)?;
        attempt.refused = refused;
        attempt.returned = at;
        std::mem::replace(&mut attempt.open, false).then_some(attempt.lock)
    }

    /// The code of this life is gone, and with it its open acquires: the locks they asked for.
    pub fn ended(&mut self, incarnation: Option<u16>) -> impl Iterator<Item = LockId> {
        let of_that_life =
            move |attempt: &&mut Attempt| incarnation.is_none_or(|life| attempt.tag.incarnation == life);
        self.attempts.iter_mut().filter(of_that_life).filter_map(|attempt| {
            attempt.releasing = false;
            std::mem::replace(&mut attempt.open, false).then_some(attempt.lock)
        })
    }

    pub fn attempt(&self, tag: OpTag) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.is(tag))
    }

    pub fn attempt_mut(&mut self, tag: OpTag) -> Option<&mut Attempt> {
        self.attempts.iter_mut().rev().find(|attempt| attempt.is(tag))
    }

    /// Only refused attempts are forgotten: an unknown one may still become a tenure.
    fn forget_refused(&mut self) {
        let recent = self.attempts.len() - REMEMBERED;
        let mut index = 0;
        self.attempts.retain(|attempt| {
            index += 1;
            index > recent || !attempt.refused
        });
    }
}

impl Attempt {
    /// Whether the operation runs under this attempt's guard, or is the attempt.
    fn is(&self, tag: OpTag) -> bool {
        self.tag.attempt == tag.attempt && self.tag.incarnation == tag.incarnation
    }

    /// A release under its guard begins.
    pub fn release_invoked(&mut self, at: Instant) {
        self.releasing = true;
        self.release_called = Some(at);
    }

    /// A release under its guard returned.
    pub fn release_returned(&mut self, at: Instant) {
        self.releasing = false;
        self.returned = at;
    }

    /// Since when neither its acquire nor a release under its guard is open; none while one is.
    pub fn idle_since(&self) -> Option<Instant> {
        (!self.open && !self.releasing).then_some(self.returned)
    }

    pub fn flew(&mut self, took: Span, to: Option<ProcessId>) {
        if took > self.flight {
            self.flight = took;
            self.flight_to = to;
        }
    }

    pub fn answered(&mut self, at: Instant) {
        self.silence = self.silence.max(at.since(self.heard));
        self.heard = at;
    }

    /// The time without an answer counts from the promise: its answer may have been long under way.
    pub fn believed(&mut self, promised: Instant) {
        self.silence = Span::ZERO;
        self.heard = promised;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(attempt: u32) -> OpTag {
        OpTag { attempt, op: attempt, ..OpTag::default() }
    }

    /// An owner that polls for ever would otherwise fill the memory with refusals.
    #[test]
    fn refused_attempts_are_forgotten_and_others_are_not() {
        let mut owner = Owner::default();
        owner.invoked(tag(1), LockId(0), Instant(1));
        owner.returned(tag(1), false, Instant(1));
        for attempt in 2..1000 {
            owner.invoked(tag(attempt), LockId(0), Instant(u64::from(attempt)));
            owner.returned(tag(attempt), true, Instant(u64::from(attempt)));
        }
        assert!(owner.attempts.len() < 40, "{} attempts", owner.attempts.len());
        assert_eq!(owner.attempt(tag(1)).map(|attempt| attempt.invoked), Some(Instant(1)));
        assert_eq!(owner.attempt(tag(998)).map(|attempt| attempt.invoked), Some(Instant(998)));
    }
}
