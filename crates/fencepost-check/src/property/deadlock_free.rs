//! `deadlock-free`: waited in a circle.
//!
//! An owner whose acquire is open waits for the owners of the promises that stand of that lock. A circle of
//! such waits that lasts longer than the bound is a violation. The bound is that of a dead holder: lease
//! locks break a circle by themselves, and by then the first lease of it should be over. Patience that ends,
//! a release, or the end of a promise breaks it too.
//!
//! - An acquire that was granted, and whose reply is under way, waits no more.
//! - An owner does not wait for itself: what an earlier attempt of its own has left behind is an orphan,
//!   which `progress` judges. Nor does anybody wait in a circle through the dead: they ask for nothing.
//! - The circle that closes with the newest edge is followed. Where two conflicting promises stand at once
//!   there may be another one through the same edge; it is found with its next edge.
//!
//! With one lock nobody can wait in a circle, and nothing is kept.

use super::{End, Property, Teller};
use crate::scene::Edge;
use crate::{Findings, Scene};
use fencepost_model::{
    Call, Cast, ClientEvent, Event, EventKind, Evidence, Instant, LockId, OpTag, OwnerId, Span, TenureId,
    word,
};

/// No circle of waits lasts longer than the bound.
#[derive(Clone, Debug, Default)]
pub struct DeadlockFree {
    /// By [`OwnerId`]: its acquires that were open when it invoked the last one, and that one.
    asks: Vec<Vec<Ask>>,
    circles: Vec<Circle>,
}

/// An acquire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ask {
    tag: OpTag,
    lock: LockId,
}

/// Acquires whose owners wait for each other.
#[derive(Clone, Debug)]
struct Circle {
    /// Each waits for the owner of the next one, and the last for that of the first.
    links: Vec<Ask>,
    since: Instant,
    told: bool,
}

impl Property for DeadlockFree {
    fn name(&self) -> &'static str {
        word::DEADLOCK_FREE
    }

    /// Any event may be the one that finds a circle too old.
    fn hears(&self, _: Teller, cast: &Cast) -> bool {
        cast.locks.len() >= 2
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        if !self.circles.is_empty() {
            self.judge_circles(scene, findings);
            self.circles.retain(|circle| circle.stands(scene));
        }
        if let EventKind::Client(ClientEvent::Invoked { tag, call: Call::Acquire, lock }) = event.kind {
            self.note(Ask { tag, lock }, scene);
            self.look_from(tag.owner, scene);
        }
        if let Some((tenure, Edge::Start)) = scene.changes().grant
            && let Some(tenure) = scene.tenure(tenure)
        {
            self.look_from(tenure.owner(), scene);
        }
    }

    fn finish(&mut self, _: &End, scene: &Scene, findings: &mut Findings) {
        self.judge_circles(scene, findings);
    }
}

impl DeadlockFree {
    fn note(&mut self, ask: Ask, scene: &Scene) {
        let owner = ask.tag.owner.index();
        if self.asks.len() <= owner {
            self.asks.resize_with(owner + 1, Vec::new);
        }
        self.asks[owner].retain(|ask| ask.is_open(scene));
        self.asks[owner].push(ask);
    }

    /// Reports every circle that has stood too long by now.
    fn judge_circles(&mut self, scene: &Scene, findings: &mut Findings) {
        let bound = scene.rules().bounds_in_force().dead_holder;
        for circle in &mut self.circles {
            if !circle.told && scene.now().since(circle.since) > bound {
                circle.told = true;
                circle.report(bound, scene, findings);
            }
        }
    }

    /// An edge to or from this owner is new: a circle through it may have closed.
    fn look_from(&mut self, owner: OwnerId, scene: &Scene) {
        let Some(asks) = self.asks.get(owner.index()) else { return };
        for ask in asks.clone() {
            let mut links = vec![ask];
            if self.closes(&mut links, &mut vec![owner], scene) {
                self.add(Circle { links, since: scene.now(), told: false });
            }
        }
    }

    /// Follows the last link until one waits for the owner of the first.
    fn closes(&self, links: &mut Vec<Ask>, seen: &mut Vec<OwnerId>, scene: &Scene) -> bool {
        let (first, last) = (links[0], links[links.len() - 1]);
        if links.len() > 1 && last.waits_for(first, scene) {
            return true;
        }
        for holder in last.holders(scene) {
            if seen.contains(&holder.owner) {
                continue;
            }
            seen.push(holder.owner);
            let asks = self.asks.get(holder.owner.index()).map_or(&[][..], |asks| asks);
            for next in asks.iter().filter(|next| last.waits_for(**next, scene)) {
                links.push(*next);
                if self.closes(links, seen, scene) {
                    return true;
                }
                links.pop();
            }
        }
        false
    }

    /// A circle may be come upon again, from another of its owners.
    fn add(&mut self, mut circle: Circle) {
        let first = (0..circle.links.len()).min_by_key(|index| circle.links[*index].tag).unwrap_or(0);
        circle.links.rotate_left(first);
        if self.circles.iter().all(|known| known.links != circle.links) {
            self.circles.push(circle);
        }
    }
}

impl Ask {
    /// Whether the acquire has not returned, and its owner lives.
    fn is_open(self, scene: &Scene) -> bool {
        scene.attempt(self.tag).is_some_and(|attempt| attempt.open)
    }

    /// The attempts whose promises stand of the lock that is asked for; none once one of them is this one.
    fn holders(self, scene: &Scene) -> impl Iterator<Item = OpTag> {
        let granted = if self.is_open(scene) { scene.granted(self.lock) } else { &[] };
        let attempts = || granted.iter().filter_map(|id| scene.tenure(*id)).map(|tenure| tenure.attempt);
        let is_mine = attempts().any(|attempt| attempt == self.tag);
        attempts().filter(move |attempt| !is_mine && attempt.owner != self.tag.owner)
    }

    /// Whether this acquire waits for the owner of another open one.
    fn waits_for(self, other: Ask, scene: &Scene) -> bool {
        let is_theirs =
            |holder: OpTag| (holder.owner, holder.incarnation) == (other.tag.owner, other.tag.incarnation);
        other.is_open(scene) && self.holders(scene).any(is_theirs)
    }
}

impl Circle {
    fn stands(&self, scene: &Scene) -> bool {
        let next = self.links.iter().cycle().skip(1);
        self.links.iter().zip(next).all(|(ask, next)| ask.waits_for(*next, scene))
    }

    fn report(&self, bound: Span, scene: &Scene, findings: &mut Findings) {
        let owners = self.links.iter().map(|ask| ask.tag.owner).collect();
        let held = self.links.iter().flat_map(|ask| scene.granted(ask.lock)).copied();
        let tenures: Vec<TenureId> = held.collect();
        findings.violated(scene, Evidence::Circle { owners, since: self.since, bound }, &tenures);
    }
}

#[cfg(test)]
mod tests {
    use crate::story::{Judged, Story, instant, span};
    use fencepost_model::{Bounds, Call, EndReason, Evidence, Outcome, Refusal, word::DEADLOCK_FREE};

    /// Two locks that remove a dead holder within 5 s.
    fn story() -> Story {
        let bounds = Bounds { hand_over: span("2s"), dead_holder: span("5s"), orphan: span("1s") };
        Story::new().rules(|rules| rules.bounds = Some(bounds))
    }

    /// A tenure of one lock, from 1 s on.
    fn has(story: Story, lock: u16, tenure: &str) -> Story {
        let story = story.at("1s").lock(lock).asks(tenure).granted(tenure).believes(tenure);
        story.returns(tenure, Call::Acquire, Outcome::Granted { deadline: None, token: None })
    }

    /// `a` has lock 0, `b` has lock 1, and at 2 s and 3 s each asks for the other's.
    fn crossed() -> Story {
        let both = has(has(story(), 0, "a1"), 1, "b1");
        both.at("2s").lock(1).asks("a2").at("3s").lock(0).asks("b2")
    }

    fn circle(judged: &Judged) -> (Vec<u32>, u64) {
        match &judged.violation(DEADLOCK_FREE).evidence {
            Evidence::Circle { owners, since, .. } => (owners.iter().map(|owner| owner.0).collect(), since.0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_circle_that_lasts_is_a_violation() {
        let judged = crossed().at("8001ms").asks("c9").judged();
        assert_eq!(circle(&judged), (vec![0, 1], instant("3s").0));
        assert_eq!(judged.violation(DEADLOCK_FREE).at, instant("8001ms"), "it is told as soon as it is seen");
        crossed().at("8s").asks("c9").judged().holds(DEADLOCK_FREE);
    }

    #[test]
    fn a_circle_that_outlasts_the_run_is_a_violation_at_its_end() {
        assert_eq!(circle(&crossed().at("20s").judged()).1, instant("3s").0);
        crossed().at("7s").judged().holds(DEADLOCK_FREE);
    }

    /// Whatever breaks it in time: patience, a lease that ends, a release, a death.
    #[test]
    fn a_circle_that_is_broken_in_time_is_none() {
        let turned_away = Outcome::Refused { reason: Refusal::TimedOut };
        let broken = || crossed().at("7s");
        let impatient = broken().returns("a2", Call::Acquire, turned_away);
        impatient.at("20s").judged().holds(DEADLOCK_FREE);
        broken().promise_ends("b1").at("20s").judged().holds(DEADLOCK_FREE);
        broken().gone("b1", EndReason::Released).at("20s").judged().holds(DEADLOCK_FREE);
        broken().killed("b").at("20s").judged().holds(DEADLOCK_FREE);
        broken().finishes("b").at("20s").judged().holds(DEADLOCK_FREE);
    }

    /// Too late is too late: the event that breaks the circle finds that it has stood too long.
    #[test]
    fn a_circle_that_is_broken_late_is_a_violation() {
        let judged = crossed().at("9s").gone("b1", EndReason::Released).at("20s").judged();
        assert_eq!(circle(&judged).1, instant("3s").0);
    }

    /// A circle that breaks and closes again has not lasted.
    #[test]
    fn each_circle_counts_from_its_own_beginning() {
        let again = crossed().at("7s").turned_away("b2").lock(0).asks("b3");
        again.at("12s").judged().holds(DEADLOCK_FREE);
        let again = crossed().at("7s").turned_away("b2").lock(0).asks("b3").at("13s");
        assert_eq!(circle(&again.judged()).1, instant("7s").0);
    }

    #[test]
    fn three_may_wait_in_a_circle_too() {
        let all = has(has(has(story(), 0, "a1"), 1, "b1"), 2, "c1").at("2s");
        let line = || all.clone().lock(1).asks("a2").lock(2).asks("b2");
        let judged = line().lock(0).asks("c2").at("20s").judged();
        assert_eq!(circle(&judged).0, [0, 1, 2]);
        line().at("20s").judged().holds(DEADLOCK_FREE);
    }

    /// The last edge may be a grant: `a` waits for lock 1 already when `b` is granted it.
    #[test]
    fn a_grant_may_close_a_circle() {
        let asked = has(story(), 0, "a1").lock(1).asks("a2").asks("b1");
        let granted = asked.at("2s").granted("b1").lock(0).asks("b2");
        assert_eq!(circle(&granted.at("20s").judged()).1, instant("2s").0);
        let asked = has(story(), 0, "a1").lock(1).asks("a2").asks("b1").lock(0).asks("b2");
        assert_eq!(circle(&asked.at("2s").lock(1).granted("b1").at("20s").judged()).1, instant("2s").0);
    }

    /// What an owner has left behind itself is an orphan, and what it has just been granted is its own.
    #[test]
    fn nobody_waits_for_itself() {
        let left = has(story(), 0, "a1").at("2s").lock(0).asks("a2");
        left.at("20s").judged().holds(DEADLOCK_FREE);
        let granted = has(story(), 0, "a1").lock(1).asks("a2").granted("a2").at("20s");
        granted.judged().holds(DEADLOCK_FREE);
    }

    /// The owner asks in a new life for what its own former life keeps from the other.
    #[test]
    fn nobody_waits_in_a_circle_through_the_dead() {
        let died = has(has(story(), 0, "a1"), 1, "b1").at("2s").killed("a").started("a", 1);
        let waits = died.lock(0).asks("b2").incarnation(1).lock(1).asks("a1");
        waits.at("20s").judged().holds(DEADLOCK_FREE);
    }

    #[test]
    fn who_waits_for_a_waiter_is_in_no_circle() {
        let judged = crossed().lock(0).asks("c2").at("20s").judged();
        assert_eq!(circle(&judged).0, [0, 1]);
    }

    #[test]
    fn one_lock_is_not_enough() {
        let one = story().at("1s").asks("a1").granted("a1").asks("b1").granted("b1");
        one.asks("a2").asks("b2").at("60s").judged().holds(DEADLOCK_FREE);
    }
}
