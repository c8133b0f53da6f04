//! A lease that a store ends by its own clock: how much of each hazard it stands, when nothing else goes wrong.
//! The formulas are the same for every lock that keeps one.

use fencepost_model::{Hazard, Limit, Quantity, Span, Stand, Surroundings};

/// Such a lease, with whatever prolongs it or ends the belief in it.
pub(crate) struct Lease {
    /// How long the store keeps it; none: for ever.
    pub ttl: Option<Span>,
    /// How long after it asked the owner believes at most, if it looks at its deadline; none: it knows of none.
    pub validity: Option<Span>,
    /// How often it is renewed in the background.
    pub renew: Option<Span>,
    /// How long after it was first sent an acquire is granted at the latest; later than that it has failed.
    pub acquire_fails_in: Span,
    /// How long one copy of a command that nobody answers takes to fail.
    pub copy_fails_in: Span,
    /// How often a renewal is sent, where it is not answered.
    pub copies: u64,
    /// How long after one copy has failed the next one is sent.
    pub copy_pause: Span,
    /// Whether an owner without a deadline is told when the lease has run out unrenewed.
    pub loss_notice: bool,
    /// The longest that the owner works under it.
    pub hold: Span,
    /// The longest that a message and its answer take.
    pub round_trip: Span,
    /// The first retransmission time-out of a stream.
    pub retransmit: Span,
    /// Whether one server's clock decides about the whole lease; one of several only takes its vote back.
    pub one_clock: bool,
    /// How many of them there are from the first promise of an acquire to its answer, one after the other.
    pub asked_in: u64,
    /// The longest pause between two tries of whoever waits for it.
    pub retry: Span,
}

impl Lease {
    /// What the owner knows of its deadline, under these surroundings.
    pub fn validity(around: &Surroundings<'_>, validity: Option<Span>) -> Option<Span> {
        validity.filter(|_| around.context.workload.obeys_deadline)
    }

    /// Everything but what happens to the store itself.
    pub fn stands(&self) -> Vec<Stand> {
        let Some(ttl) = self.ttl else { return without_expiry() };
        let stand = |hazard, (limit, arithmetic)| Stand {
            hazard,
            limit,
            arithmetic,
            uncounted: self.uncounted(hazard),
        };
        vec![
            stand(Hazard::Pause, self.shift(ttl)),
            stand(Hazard::Unreachable, self.unreachable(ttl)),
            stand(Hazard::ClockStep, self.shift(ttl)),
            stand(Hazard::Drift, self.drift(ttl)),
            stand(Hazard::LostReply, self.lost(ttl)),
            stand(Hazard::Death, self.death(ttl)),
        ]
    }

    /// What the formulas do not count on. An attempt that begins during the cut may get through once it is over;
    /// whoever waits may ask at once.
    fn uncounted(&self, hazard: Hazard) -> Span {
        match hazard {
            Hazard::Unreachable => self.copy_fails_in,
            // One step alone takes no majority.
            Hazard::ClockStep if !self.one_clock => Span::LONGEST,
            Hazard::Death => self.retry,
            _ => Span::ZERO,
        }
    }

    /// From where the store begins to count to where the owner renews it or has stopped: the longest such stretch
    /// of a calm run, and what it is made of.
    fn stretch(&self) -> (Span, String) {
        let round_trip = self.round_trip;
        // To the answer of the acquire, a read, and a write before the work is done.
        let trips = self.asked_in + 2;
        let work = self.hold + round_trip.saturating_mul(trips);
        let worked = (work, format!("longest hold {} − {trips} round trips of {round_trip}", self.hold));
        let renewed = self.renew.map(|every| {
            (every + round_trip, format!("renewal every {} − a round trip of {round_trip}", told(every)))
        });
        let stopped = self.validity.map(|validity| (validity, format!("deadline after {validity}")));
        let all = [Some(worked), renewed, stopped].into_iter().flatten();
        all.min_by_key(|(stretch, _)| *stretch).expect("work takes some time")
    }

    /// By how much the end of the lease and the owner may move against each other: by a stop of the owner, or by a
    /// step of the clock that ends the lease.
    fn shift(&self, ttl: Span) -> (Limit, String) {
        (span(self.slack(ttl)), format!("ttl {ttl} − {}", self.stretch().1))
    }

    fn slack(&self, ttl: Span) -> Span {
        ttl.saturating_sub(self.stretch().0)
    }

    /// How long a cut may hold back the answer to the acquire of an owner that knows of no deadline: it begins its work
    /// when it hears of it. None: no answer comes too late, or the owner knows when its lease began.
    fn held_back(&self, ttl: Span) -> Option<(Span, String)> {
        if self.validity.is_some() {
            return None;
        }
        let (slack, round_trip) = (self.slack(ttl), self.round_trip);
        let tries = self.tries(slack);
        let late = *tries.iter().find(|after| **after > slack)?;
        let before = *tries.iter().rfind(|after| **after <= slack)?;
        let parts = self.stretch().1;
        let told = format!(
            "an answer to the acquire after {late} is too late for ttl {ttl} − {parts}; the try before, at {before} − a \
             round trip of {round_trip}"
        );
        Some((before.saturating_sub(round_trip), told))
    }

    /// When an answer to the acquire may come that was held back, from when it was sent first: with a copy of the
    /// acquire, or when the stream of a copy tries again, which waits twice as long each time. Those up to the first
    /// after `slack`.
    fn tries(&self, slack: Span) -> Vec<Span> {
        let beat = (self.copy_fails_in + self.copy_pause).max(Span(1));
        let last = self.acquire_fails_in.min(slack + beat);
        let copies = (0..).map(|copy| beat.saturating_mul(copy)).take_while(|sent| *sent < last);
        let mut tries: Vec<Span> =
            copies.flat_map(|sent| self.streamed().map(move |after| sent + after)).collect();
        tries.retain(|after| *after < self.acquire_fails_in);
        tries.sort_unstable();
        tries
    }

    /// When a stream tries to send what it was given, until nobody waits for it any more.
    fn streamed(&self) -> impl Iterator<Item = Span> {
        let (fails_in, first) = (self.copy_fails_in, self.retransmit.max(Span(1)));
        let waits =
            std::iter::successors(Some(Span::ZERO), move |after| Some(after.saturating_mul(2) + first));
        waits.take_while(move |after| *after < fails_in)
    }

    /// What is left for renewals after the first one that gets through to nobody, where the owner depends on them; why
    /// not, where it does not.
    fn renewals(&self, ttl: Span) -> Result<Renewals, &'static str> {
        let work = self.hold + self.round_trip.saturating_mul(self.asked_in + 2);
        let Some(every) = self.renew.filter(|_| work > ttl) else {
            return Err("the store is not needed while the owner works");
        };
        if self.validity.is_some() || self.loss_notice {
            return Err("the owner stops when its lease has run out unrenewed");
        }
        let copy = self.copy_fails_in + self.copy_pause;
        let beat = every + copy.saturating_mul(self.copies).saturating_sub(self.copy_pause);
        let window = ttl.saturating_sub(every + self.round_trip);
        let beats = window.0 / beat.0.max(1);
        let rest = window.saturating_sub(beat.saturating_mul(beats));
        let copies = (rest.0 / copy.0.max(1)).min(self.copies - 1);
        Ok(Renewals { beats, beat, copies, copy })
    }

    /// Only what is sent after the cut is counted on.
    fn unreachable(&self, ttl: Span) -> (Limit, String) {
        let renewals = self.renewals(ttl);
        let unrenewed = renewals.as_ref().ok().map(|left| {
            let last = left.beat.saturating_mul(left.beats) + left.copy.saturating_mul(left.copies);
            (last, self.told_of(left, ttl))
        });
        let weakest = unrenewed.into_iter().chain(self.held_back(ttl)).min_by_key(|(limit, _)| *limit);
        match weakest {
            Some((limit, told)) => (span(limit), told),
            None => (Limit::Everything, renewals.err().unwrap_or_default().to_owned()),
        }
    }

    /// One after the other, each told by its time-out.
    fn lost(&self, ttl: Span) -> (Limit, String) {
        match self.renewals(ttl) {
            Err(_) => {
                (Limit::Everything, "what is lost leaves at most a key, until its lease is over".to_owned())
            }
            Ok(left) => {
                let lost = left.beats * self.copies + left.copies;
                (Limit::UpTo(Quantity::Times(lost)), self.told_of(&left, ttl))
            }
        }
    }

    fn told_of(&self, left: &Renewals, ttl: Span) -> String {
        let (every, beat, copy) = (told(self.renew.unwrap_or_default()), told(left.beat), told(left.copy));
        let mut text = format!(
            "after a renewal that fails {every} into the ttl of {ttl}, {} more begin in time, one every {beat}",
            left.beats
        );
        if self.copies > 1 {
            text += &format!(", and then {} of its copies, one every {copy}", left.copies);
        }
        text
    }

    fn drift(&self, ttl: Span) -> (Limit, String) {
        let (stretch, parts) = self.stretch();
        let spare = u128::from(ttl.saturating_sub(stretch).0) * 1_000_000;
        // By so much the owner's clock may be slow: it stretches what the owner measures.
        let ppm = (spare / u128::from(ttl.0.max(1))) as u64;
        (Limit::UpTo(Quantity::Ppm(ppm)), format!("(ttl {ttl} − {parts}) / ttl"))
    }

    fn death(&self, ttl: Span) -> (Limit, String) {
        let (retry, round_trip) = (self.retry, self.round_trip);
        let trips = self.asked_in + 1;
        let arithmetic = format!("ttl {ttl} + a poll after {retry} + {trips} round trips of {round_trip}");
        (span(ttl + retry + round_trip.saturating_mul(trips)), arithmetic)
    }
}

/// What may still be sent in time after a renewal has failed for the first time.
struct Renewals {
    beats: u64,
    beat: Span,
    copies: u64,
    copy: Span,
}

/// A lease that only its owner ends.
fn without_expiry() -> Vec<Stand> {
    let limit = |hazard| match hazard {
        Hazard::Death => Limit::Nothing,
        _ => Limit::Everything,
    };
    let stand = |hazard| Stand {
        hazard,
        limit: limit(hazard),
        arithmetic: "the key has no expiry: only its owner deletes it".to_owned(),
        uncounted: Span::ZERO,
    };
    let all = Hazard::ALL.iter().map(|(hazard, ..)| *hazard);
    all.filter(|hazard| *hazard != Hazard::Failover).map(stand).collect()
}

/// As people write it down: nobody counts nanoseconds of a lease.
fn told(span: Span) -> Span {
    if span >= Span::from_millis(1) { Span(span.0 / 1_000_000 * 1_000_000) } else { span }
}

fn span(span: Span) -> Limit {
    Limit::UpTo(Quantity::Span(span))
}
