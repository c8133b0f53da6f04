//! `truthful`: told a falsehood.
//!
//! A definite reply says something about the store. It is false where that was so at no instant between
//! invocation and return. *Unknown* says nothing, and of the refusals only *held* does.
//!
//! | reply | true where |
//! |---|---|
//! | granted | the store promised this attempt's tenure, or had it, at some instant |
//! | extended; counted | it had this tenure at some instant |
//! | released | it had this tenure at some instant, and has it no more when the call returns |
//! | not-held | it did not have this tenure at some instant |
//! | refused: held; held by another | it had another attempt's tenure at some instant |
//! | held by me | it had this tenure at some instant |
//! | free | it had no tenure of the lock at some instant |
//!
//! *This tenure* is the one that the guard was opened with. What the store has is its state, not its
//! promise: from the grant until the state is gone for whatever reason, on as many nodes as a grant needs.
//! Only a grant is about the promise: a node that voted, and lost its vote before the last one voted, still
//! counts.
//! A status call without a guard says *held* of anybody.

use super::{Property, Teller};
use crate::scene::{Edge, Presence};
use crate::{Findings, Rules, Scene};
use fencepost_model::{
    Cast, ClientEvent, Event, EventKind, Evidence, Instant, LockId, OpTag, Outcome, OwnerId, ProcessRole,
    Refusal, TenureId, word,
};

/// Every definite reply was true at some instant of its call.
///
/// Nothing is done to the open calls when the store changes, however many there are: a call remembers the
/// event that began it, and what was so since then follows from the latest changes.
#[derive(Clone, Debug, Default)]
pub struct Truthful {
    /// By [`OwnerId`].
    calls: Vec<Vec<OpenCall>>,
    /// By [`LockId`].
    locks: Vec<Held>,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
struct OpenCall {
    tag: OpTag,
    since: Instant,
    event: u64,
    /// What the reply may be about: the tenure of the guard, or the one that this acquire made last.
    own: Option<TenureId>,
}

/// What the store had of one lock.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    by_anybody: Presence,
    /// The latest tenures that it has no more, of two different attempts, the newest first. One of them is
    /// somebody else's for whomever asks.
    gone: [Option<Gone>; 2],
}

#[derive(Clone, Copy, Debug)]
struct Gone {
    attempt: OpTag,
    tenure: TenureId,
    event: u64,
}

impl Property for Truthful {
    fn name(&self) -> &'static str {
        word::TRUTHFUL
    }

    /// Without a service there is no state that a reply could be about.
    fn offered(&self, _: &Rules, cast: &Cast) -> bool {
        cast.processes.iter().any(|process| process.role == ProcessRole::Server)
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        matches!(teller, Teller::Client | Teller::Tenure)
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        if let Some((tenure, edge)) = scene.changes().present {
            self.state_changed(tenure, edge, scene);
        }
        if let Some((tenure, Edge::Start)) = scene.changes().grant {
            self.made_by_acquire(tenure, scene);
        }
        match event.kind {
            EventKind::Client(ClientEvent::Invoked { tag, .. }) => self.invoked(tag, scene),
            EventKind::Client(ClientEvent::Returned { tag, call, lock, outcome }) => {
                let Some(open) = self.take(tag) else { return };
                if !self.is_true(open, lock, outcome, scene) {
                    let since = open.since;
                    let evidence = Evidence::FalseReply { lock, tag, call, outcome, since };
                    findings.violated(scene, evidence, &self.subjects(open, lock));
                }
            }
            _ => {}
        }
    }
}

impl Truthful {
    fn invoked(&mut self, tag: OpTag, scene: &Scene) {
        let own = scene.guarded(tag);
        let call = OpenCall { tag, since: scene.now(), event: scene.event(), own };
        let calls = self.calls_of(tag.owner);
        // Calls of an earlier life never return.
        calls.retain(|call| call.tag.incarnation == tag.incarnation);
        calls.push(call);
    }

    fn take(&mut self, tag: OpTag) -> Option<OpenCall> {
        let calls = self.calls_of(tag.owner);
        let index = calls.iter().position(|call| call.tag == tag)?;
        Some(calls.swap_remove(index))
    }

    fn state_changed(&mut self, id: TenureId, edge: Edge, scene: &Scene) {
        let Some(tenure) = scene.tenure(id) else { return };
        let (attempt, event) = (tenure.attempt, scene.event());
        let is_taken = !scene.present(tenure.lock).is_empty();
        let held = self.held_mut(tenure.lock);
        held.by_anybody.set(is_taken, event);
        match edge {
            Edge::End => held.note_gone(Gone { attempt, tenure: id, event }),
            Edge::Start => self.made_by_acquire(id, scene),
        }
    }

    /// The acquire that made the tenure may say so, where it is still open.
    fn made_by_acquire(&mut self, id: TenureId, scene: &Scene) {
        let Some(attempt) = scene.tenure(id).map(|tenure| tenure.attempt) else { return };
        let acquire = self.calls_of(attempt.owner).iter_mut().find(|call| call.tag == attempt);
        acquire.into_iter().for_each(|call| call.own = Some(id));
    }

    fn is_true(&self, open: OpenCall, lock: LockId, outcome: Outcome, scene: &Scene) -> bool {
        let own = open.own.and_then(|id| scene.tenure(id)).map(|tenure| tenure.presence).unwrap_or_default();
        let had_own = own.was_there(open.event);
        match outcome {
            // Whatever an acquire made, it made during its own call.
            Outcome::Granted { .. } => open.own.is_some(),
            Outcome::Extended { .. } | Outcome::Counted { .. } | Outcome::Held { by_me: true } => had_own,
            Outcome::Released => had_own && !own.is_there(),
            Outcome::NotHeld => own.was_absent(open.event),
            Outcome::Free => self.held(lock).by_anybody.was_absent(open.event),
            Outcome::Held { by_me: false } | Outcome::Refused { reason: Refusal::Held } => {
                self.had_another(open, lock, scene)
            }
            Outcome::Refused { .. } | Outcome::Unknown => true,
        }
    }

    /// Whether the store had the tenure of another attempt during the call.
    fn had_another(&self, open: OpenCall, lock: LockId, scene: &Scene) -> bool {
        let is_another = |attempt: OpTag| attempt != open.tag.of_attempt();
        let mut present = scene.present(lock).iter().filter_map(|id| scene.tenure(*id));
        let mut gone = self.held(lock).gone.into_iter().flatten();
        present.any(|tenure| is_another(tenure.attempt))
            || gone.any(|gone| is_another(gone.attempt) && gone.event > open.event)
    }

    /// The tenures that a reply may be about: only what was done to them can excuse it.
    fn subjects(&self, open: OpenCall, lock: LockId) -> Vec<TenureId> {
        let gone = self.held(lock).gone.into_iter().flatten();
        open.own.into_iter().chain(gone.map(|gone| gone.tenure)).collect()
    }

    fn calls_of(&mut self, owner: OwnerId) -> &mut Vec<OpenCall> {
        if self.calls.len() <= owner.index() {
            self.calls.resize_with(owner.index() + 1, Vec::new);
        }
        &mut self.calls[owner.index()]
    }

    fn held(&self, lock: LockId) -> Held {
        self.locks.get(lock.index()).copied().unwrap_or_default()
    }

    fn held_mut(&mut self, lock: LockId) -> &mut Held {
        if self.locks.len() <= lock.index() {
            self.locks.resize(lock.index() + 1, Held::default());
        }
        &mut self.locks[lock.index()]
    }
}

impl Held {
    fn note_gone(&mut self, latest: Gone) {
        if self.gone[0].is_none_or(|gone| gone.attempt != latest.attempt) {
            self.gone[1] = self.gone[0];
        }
        self.gone[0] = Some(latest);
    }
}

#[cfg(test)]
mod tests {
    use crate::story::{Judged, Story, instant};
    use fencepost_model::{
        Assumption::DurableNodes,
        Call, EndReason, Evidence, Mono, Outcome, Quantity, Refusal, Standing, Verdict,
        word::{EXCLUSIVE_GRANT, TRUTHFUL},
    };

    const GRANTED: Outcome = Outcome::Granted { deadline: None, token: None };
    const EXTENDED: Outcome = Outcome::Extended { deadline: Some(Mono(9)) };
    const HELD: Outcome = Outcome::Refused { reason: Refusal::Held };
    const BY_ME: Outcome = Outcome::Held { by_me: true };
    const BY_ANOTHER: Outcome = Outcome::Held { by_me: false };

    fn is_false(judged: &Judged, said: Outcome) {
        let violation = judged.violation(TRUTHFUL);
        let Evidence::FalseReply { outcome, .. } = violation.evidence else { panic!("{violation:?}") };
        assert_eq!(outcome, said);
    }

    /// `a1` is granted and believes at 1 s.
    fn a_has_it() -> Story {
        Story::new().at("1s").asks("a1").granted("a1").returns("a1", Call::Acquire, GRANTED).believes("a1")
    }

    /// `a1`'s state was lost at 2 s.
    fn a_lost_it() -> Story {
        a_has_it().at("2s").gone("a1", EndReason::Evicted)
    }

    #[test]
    fn a_grant_that_the_store_did_not_make_is_false() {
        let asks = || Story::new().at("1s").asks("a1").at("2s");
        let judged = asks().returns("a1", Call::Acquire, GRANTED).judged();
        is_false(&judged, GRANTED);
        let Evidence::FalseReply { call, since, .. } = judged.violation(TRUTHFUL).evidence else {
            panic!("{judged:?}");
        };
        assert_eq!((call, since), (Call::Acquire, instant("1s")));
        asks().granted("a1").returns("a1", Call::Acquire, GRANTED).judged().holds(TRUTHFUL);
    }

    /// It was true when the store decided; that the state was lost since is another matter.
    #[test]
    fn a_grant_that_was_lost_before_its_return_is_true() {
        let lost = Story::new().at("1s").asks("a1").granted("a1").gone("a1", EndReason::LostInRestart);
        lost.at("2s").returns("a1", Call::Acquire, GRANTED).judged().holds(TRUTHFUL);
    }

    /// The grant of somebody else is no excuse.
    #[test]
    fn a_grant_to_another_makes_no_grant_true() {
        let both = Story::new().at("1s").asks("a1").asks("b1").granted("b1");
        is_false(&both.at("2s").returns("a1", Call::Acquire, GRANTED).judged(), GRANTED);
    }

    #[test]
    fn a_grant_by_a_minority_is_none() {
        let voted = || Story::new().rules(|rules| rules.quorum = 2).at("1s").asks("a1");
        let minority = voted().granted_on("a1", "n1", None);
        is_false(&minority.returns("a1", Call::Acquire, GRANTED).judged(), GRANTED);
        let majority = voted().granted_on("a1", "n1", None).granted_on("a1", "n3", None);
        majority.returns("a1", Call::Acquire, GRANTED).judged().holds(TRUTHFUL);
    }

    /// Two of three nodes promised it, the first of them lost its state before the second one had it: the
    /// promise of the majority stands all the same. A checker that only looked at what is there would call
    /// a lock a liar whose nodes keep silent after a restart until their promises have run out.
    #[test]
    fn a_grant_is_true_where_the_promises_of_a_majority_stood() {
        let first = || {
            let asks = Story::new().rules(|rules| rules.quorum = 2).at("1s").asks("a1");
            asks.granted_on("a1", "n1", None).at("2s").gone_from("a1", "n1", EndReason::LostInRestart)
        };
        let second = |story: Story| story.at("3s").granted_on("a1", "n2", None);
        second(first()).returns("a1", Call::Acquire, GRANTED).judged().holds(TRUTHFUL);
        let ran_out = second(first().promise_ends_on("a1", "n1"));
        is_false(&ran_out.returns("a1", Call::Acquire, GRANTED).judged(), GRANTED);
    }

    /// State that outlives its promise is still there to be extended.
    #[test]
    fn an_extension_needs_state_and_no_promise() {
        let extend = |story: Story| story.at("3s").invokes("a1", Call::Extend).at("4s");
        let said = |story: Story| extend(story).returns("a1", Call::Extend, EXTENDED);
        is_false(&said(a_lost_it()).judged(), EXTENDED);
        said(a_has_it()).judged().holds(TRUTHFUL);
        said(a_has_it().promise_ends("a1")).judged().holds(TRUTHFUL);
        let lost_meanwhile = extend(a_has_it()).gone("a1", EndReason::Evicted);
        lost_meanwhile.returns("a1", Call::Extend, EXTENDED).judged().holds(TRUTHFUL);
    }

    /// An extension that sets the key again makes a new tenure; the guard's own was there at no instant.
    #[test]
    fn an_extension_that_creates_the_state_again_is_false() {
        let extend = a_lost_it().at("3s").invokes("a1", Call::Extend);
        let again = extend.granted("a1'").returns("a1", Call::Extend, EXTENDED).judged();
        is_false(&again, EXTENDED);
    }

    #[test]
    fn a_release_needs_state_before_and_none_after() {
        let release = |story: Story| story.at("3s").invokes("a1", Call::Release).at("4s");
        let said = |story: Story| story.at("5s").returns("a1", Call::Release, Outcome::Released).judged();
        said(release(a_has_it()).gone("a1", EndReason::Released)).holds(TRUTHFUL);
        is_false(&said(release(a_lost_it())), Outcome::Released);
        is_false(&said(release(a_has_it())), Outcome::Released);
    }

    #[test]
    fn not_held_needs_an_instant_without_state() {
        let release = |story: Story| story.at("3s").invokes("a1", Call::Release).at("4s");
        let said = |story: Story| story.returns("a1", Call::Release, Outcome::NotHeld).judged();
        is_false(&said(release(a_has_it())), Outcome::NotHeld);
        said(release(a_lost_it())).holds(TRUTHFUL);
        said(release(a_lost_it()).granted("b1")).holds(TRUTHFUL);
        // A release that was carried out, and carried out again: the second answer is true as well.
        said(release(a_has_it()).gone("a1", EndReason::Released)).holds(TRUTHFUL);
        let extend = a_has_it().at("3s").invokes("a1", Call::Extend);
        is_false(&extend.returns("a1", Call::Extend, Outcome::NotHeld).judged(), Outcome::NotHeld);
    }

    #[test]
    fn a_refusal_for_another_needs_another() {
        let said = |story: Story| story.at("9s").returns("b1", Call::Acquire, HELD).judged();
        is_false(&said(Story::new().at("3s").asks("b1")), HELD);
        is_false(&said(a_lost_it().at("3s").asks("b1")), HELD);
        said(a_has_it().at("3s").asks("b1")).holds(TRUTHFUL);
        said(a_has_it().at("3s").asks("b1").gone("a1", EndReason::Released)).holds(TRUTHFUL);
        said(Story::new().at("3s").asks("b1").granted("a1")).holds(TRUTHFUL);
    }

    /// The classic mistake: a retry finds what the first try has set, and takes it for somebody else's.
    #[test]
    fn a_refusal_for_what_one_has_oneself_is_false() {
        let own = || Story::new().at("3s").asks("b1").granted("b1");
        is_false(&own().returns("b1", Call::Acquire, HELD).judged(), HELD);
        // Others that were there during the call are found behind its own.
        let other = a_has_it().at("3s").asks("b1").gone("a1", EndReason::Released);
        let own = other.granted("b1").gone("b1", EndReason::Released);
        own.returns("b1", Call::Acquire, HELD).judged().holds(TRUTHFUL);
    }

    /// An earlier attempt of the same owner is another one: the owner does not have the lock by it.
    #[test]
    fn an_earlier_attempt_of_ones_own_is_another() {
        let left =
            Story::new().at("1s").asks("a1").granted("a1").returns("a1", Call::Acquire, Outcome::Unknown);
        left.at("2s").asks("a2").returns("a2", Call::Acquire, HELD).judged().holds(TRUTHFUL);
    }

    #[test]
    fn other_refusals_and_the_unknown_claim_nothing() {
        let silent = [
            Refusal::TimedOut,
            Refusal::NoMajority,
            Refusal::LockDelay,
            Refusal::Cancelled,
            Refusal::Unreachable,
        ];
        let outcomes = silent.map(|reason| Outcome::Refused { reason });
        for outcome in outcomes.into_iter().chain([Outcome::Unknown]) {
            let story = Story::new().at("1s").asks("a1").at("2s").returns("a1", Call::Acquire, outcome);
            story.judged().holds(TRUTHFUL);
        }
    }

    #[test]
    fn a_status_says_what_was_so_at_some_instant() {
        let asks = |story: Story| story.at("3s").invokes("a1", Call::Status).at("4s");
        let said = |story: Story, outcome| story.returns("a1", Call::Status, outcome).judged();
        said(asks(a_has_it()), BY_ME).holds(TRUTHFUL);
        is_false(&said(asks(a_has_it()), Outcome::Free), Outcome::Free);
        is_false(&said(asks(a_has_it()), BY_ANOTHER), BY_ANOTHER);
        said(asks(a_lost_it()), Outcome::Free).holds(TRUTHFUL);
        is_false(&said(asks(a_lost_it()), BY_ME), BY_ME);
        said(asks(a_lost_it().granted("b1")), BY_ANOTHER).holds(TRUTHFUL);
        is_false(&said(asks(a_lost_it().granted("b1")), Outcome::Free), Outcome::Free);
        // The state changes under the call, and either answer is true.
        for outcome in [BY_ME, Outcome::Free, BY_ANOTHER] {
            let changing = asks(a_has_it()).gone("a1", EndReason::Evicted).at("5s").granted("b1");
            said(changing, outcome).holds(TRUTHFUL);
        }
    }

    /// Who asks without a guard has nothing of its own, so *held* is said of anybody.
    #[test]
    fn a_status_without_a_guard_is_about_anybody() {
        let said = |story: Story, outcome| story.at("3s").looks("a7").at("4s").saw("a7", outcome).judged();
        said(a_has_it(), BY_ANOTHER).holds(TRUTHFUL);
        is_false(&said(a_lost_it(), BY_ANOTHER), BY_ANOTHER);
        said(a_lost_it(), Outcome::Free).holds(TRUTHFUL);
    }

    #[test]
    fn locks_are_told_apart() {
        let story = a_has_it().lock(1).at("3s").asks("b1").returns("b1", Call::Acquire, HELD);
        is_false(&story.judged(), HELD);
    }

    /// A call that was open when its process died returns to nobody, and the next life begins anew.
    #[test]
    fn the_calls_of_the_dead_are_forgotten() {
        let died = Story::new().at("1s").asks("a1").granted("a1").killed("a").started("a", 1);
        let again = died.at("2s").gone("a1", EndReason::LostInRestart).incarnation(1).asks("a1");
        is_false(&again.at("3s").returns("a1", Call::Acquire, GRANTED).judged(), GRANTED);
    }

    /// A lock that answers from memory may claim to be truthful as long as the store forgets nothing.
    #[test]
    fn what_was_done_to_the_tenure_excuses_what_was_said_of_it() {
        let extended = |story: Story| {
            let story = story.at("3s").invokes("a1", Call::Extend);
            story.returns("a1", Call::Extend, EXTENDED).judged()
        };
        let claim = |story: Story| story.claim(TRUTHFUL, &[&[(DurableNodes, Quantity::Times(0))]]);
        let restarted = a_has_it().at("2s").gone("a1", EndReason::LostInRestart).restarts_without_rows("n1");
        assert!(matches!(extended(claim(restarted)).standing(TRUTHFUL), Standing::Outside(_)));
        assert_eq!(extended(claim(a_lost_it())).standing(TRUTHFUL), &Standing::Inside);
    }

    #[test]
    fn without_a_service_there_is_nothing_to_be_true() {
        let judged = Story::without_servers().at("1s").believes("a1").judged();
        assert_eq!(judged.verdict(TRUTHFUL), &Verdict::NotOffered);
        judged.holds(EXCLUSIVE_GRANT);
    }
}
