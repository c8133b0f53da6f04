//! Each bound with histories that keep it and that miss it.

use crate::story::{Story, instant, span};
use fencepost_model::{
    BeliefEnd, Bounds, Call, EndOfRun, EndReason, Evidence, Outcome, Refusal, Standing, Verdict, Why,
    word::PROGRESS,
};

/// A lock that promises a hand-over within 2 s, and the removal of a dead holder within 5 s.
fn bounded() -> Story {
    let bounds = Bounds { hand_over: span("2s"), dead_holder: span("5s"), orphan: span("1s") };
    Story::new().rules(|rules| rules.bounds = Some(bounds)).claim(PROGRESS, &[&[]])
}

const GRANTED: Outcome = Outcome::Granted { deadline: None, token: None };

/// `a1` is granted at 1 s, and its owner believes.
fn a_holds() -> Story {
    let asks = bounded().at("1s").asks("a1").granted("a1");
    asks.returns("a1", Call::Acquire, GRANTED).believes("a1")
}

/// The owner releases `a1`, and is told this; nothing happens to the state.
fn gives_back(story: Story, outcome: Outcome) -> Story {
    let releases = story.invokes("a1", Call::Release).stops_believing("a1", BeliefEnd::Released);
    releases.returns("a1", Call::Release, outcome)
}

fn is_late_hand_over(evidence: &Evidence, begun: &str) -> bool {
    matches!(evidence, Evidence::NoHandOver { since, .. } if *since == instant(begun))
}

fn is_orphan(evidence: &Evidence, begun: &str) -> bool {
    matches!(evidence, Evidence::Orphan { since, .. } if *since == instant(begun))
}

fn is_dead_holder(evidence: &Evidence, begun: &str) -> bool {
    matches!(evidence, Evidence::DeadHolder { since, .. } if *since == instant(begun))
}

#[test]
fn a_hand_over_within_the_bound_is_progress() {
    let story = bounded().at("10s").calm_tail().probes("c").at("12s").granted("c1").believes("c1").at("20s");
    story.judged().holds(PROGRESS);
}

#[test]
fn a_hand_over_that_comes_late_is_a_violation_at_the_grant() {
    let story =
        bounded().at("10s").calm_tail().probes("c").at("12001ms").granted("c1").believes("c1").at("20s");
    let judged = story.judged();
    let violation = judged.violation(PROGRESS);
    assert!(is_late_hand_over(&violation.evidence, "10s"), "{violation:?}");
    assert_eq!(violation.at, instant("12001ms"));
    assert_eq!(violation.standing, Standing::Inside);
}

#[test]
fn a_hand_over_that_never_comes_is_a_violation_at_the_end() {
    let judged = bounded().at("10s").calm_tail().probes("c").at("20s").judged();
    let violation = judged.violation(PROGRESS);
    assert!(is_late_hand_over(&violation.evidence, "10s"), "{violation:?}");
    assert_eq!((violation.at, violation.event), (instant("20s"), 2));
}

/// A lock that is held is not free; the bound counts from its release.
#[test]
fn the_bound_counts_from_when_the_lock_is_free() {
    let held = || a_holds().at("10s").calm_tail().probes("c");
    held().at("20s").judged().holds(PROGRESS);
    let freed = || held().at("15s").gone("a1", EndReason::Released);
    freed().at("17s").granted("c1").believes("c1").at("30s").judged().holds(PROGRESS);
    let judged = freed().at("18s").judged();
    assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "15s"));
}

/// The state decides, not the promise: a store whose clock was set back keeps what it no longer
/// promises, and grants to nobody meanwhile.
#[test]
fn state_that_outlives_its_promise_keeps_the_lock_taken() {
    let story = a_holds().at("5s").promise_ends("a1");
    story.at("10s").calm_tail().probes("c").at("20s").judged().holds(PROGRESS);
}

#[test]
fn an_open_acquire_asks_until_it_returns_or_its_owner_dies() {
    let asked = || bounded().at("9s").asks("a1").at("10s").calm_tail();
    assert!(asked().at("20s").judged().verdict(PROGRESS).is_violated());
    asked().at("11s").turned_away("a1").at("20s").judged().holds(PROGRESS);
    asked().at("11s").killed("a").at("20s").judged().holds(PROGRESS);
    asked().at("11s").finishes("a").at("20s").judged().holds(PROGRESS);
}

/// Waiting before the tail does not count: there the world was broken.
#[test]
fn only_the_tail_is_judged() {
    let story = bounded().at("1s").asks("a1").at("9s").granted("a1").gone("a1", EndReason::Released);
    story.at("10s").calm_tail().probes("c").at("11s").granted("c1").believes("c1").judged().holds(PROGRESS);
}

/// A lock that no service keeps is handed over by belief, and taken while somebody believes.
#[test]
fn a_belief_is_a_hand_over_where_there_is_no_service() {
    let story = |at| bounded().at("10s").calm_tail().probes("b").probes("c").at(at).believes("c1");
    story("11s").at("30s").judged().holds(PROGRESS);
    assert!(is_late_hand_over(&story("13s").judged().violation(PROGRESS).evidence, "10s"));
}

/// What the service has lost is free to it, whatever its former owner believes.
#[test]
fn a_belief_keeps_no_lock_of_a_service() {
    let lost = bounded().at("1s").granted("a1").believes("a1").at("2s").gone("a1", EndReason::Evicted);
    let judged = lost.at("10s").calm_tail().probes("c").at("20s").judged();
    assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "10s"));
}

#[test]
fn a_probe_that_got_the_lock_asks_no_more() {
    let got = bounded().at("10s").calm_tail().probes("c").at("11s").granted("c1").believes("c1");
    let done = got.at("12s").stops_believing("c1", BeliefEnd::Released).gone("c1", EndReason::Released);
    done.at("60s").judged().holds(PROGRESS);
}

/// Contenders that win one node each and give it back have granted nobody. A checker that took any
/// node's promise for a hand-over would be content with this for ever.
#[test]
fn split_votes_are_no_hand_over() {
    let story = bounded().rules(|rules| rules.quorum = 2).at("10s").calm_tail().probes("c");
    let judged = story
        .at("11s")
        .granted_on("a1", "n1", None)
        .granted_on("b1", "n2", None)
        .at("11500ms")
        .gone_from("a1", "n1", EndReason::Released)
        .gone_from("b1", "n2", EndReason::Released)
        .at("12s")
        .granted_on("a2", "n1", None)
        .granted_on("b2", "n2", None)
        .at("13s")
        .judged();
    assert!(is_late_hand_over(&judged.violation(PROGRESS).evidence, "10s"));
}

#[test]
fn a_dead_holder_is_removed_in_time_or_not() {
    let held = || bounded().at("1s").granted("a1").at("2s").killed("a").at("10s").calm_tail().probes("c");
    let removed =
        |at| held().at(at).gone("a1", EndReason::Expired).granted("c1").believes("c1").at("30s").judged();
    removed("15s").holds(PROGRESS);
    let late = removed("16s");
    assert!(is_dead_holder(&late.violation(PROGRESS).evidence, "10s"));
    assert_eq!(late.violation(PROGRESS).at, instant("16s"));
    let never = held().at("30s").judged();
    assert!(is_dead_holder(&never.violation(PROGRESS).evidence, "10s"));
    held().at("14s").judged().holds(PROGRESS);
}

/// A message of the dead that arrives in the tail makes state for nobody; it counts from there.
#[test]
fn the_bound_of_a_dead_holder_counts_from_the_appearance_of_its_state() {
    let appeared = || {
        let dead = bounded().at("1s").asks("a1").killed("a").started("a", 1);
        dead.at("10s").calm_tail().probes("c").at("11s").granted("a1")
    };
    appeared().at("16s").judged().holds(PROGRESS);
    let judged = appeared().at("17s").judged();
    assert!(is_dead_holder(&judged.violation(PROGRESS).evidence, "11s"), "a new life does not revive it");
}

/// Neither dead nor unwanted: it may hold as long as it likes.
#[test]
fn a_living_holder_is_no_orphan_and_not_a_dead_one() {
    a_holds().at("10s").calm_tail().probes("c").at("60s").judged().holds(PROGRESS);
}

/// The release was not carried out, and nobody tries it again.
#[test]
fn what_its_owner_gave_back_is_removed_in_time_or_not() {
    let left = || gives_back(a_holds().at("9s"), Outcome::Unknown).at("10s").calm_tail().probes("c");
    let removed =
        |at| left().at(at).gone("a1", EndReason::Released).granted("c1").believes("c1").at("30s").judged();
    removed("11s").holds(PROGRESS);
    let late = removed("11001ms");
    assert!(is_orphan(&late.violation(PROGRESS).evidence, "10s"), "{late:?}");
    assert_eq!(late.violation(PROGRESS).at, instant("11001ms"));
    let never = left().at("30s").judged();
    assert!(is_orphan(&never.violation(PROGRESS).evidence, "10s"));
}

/// An acquire that ended otherwise than in a grant may have taken effect all the same.
#[test]
fn what_its_owner_never_heard_of_is_an_orphan() {
    let cancelled = Outcome::Refused { reason: Refusal::Cancelled };
    for outcome in [Outcome::Unknown, cancelled] {
        let left = |at| {
            let unheard = bounded().at("8s").asks("a1").returns("a1", Call::Acquire, outcome);
            unheard.at("10s").calm_tail().probes("c").at("11s").granted("a1").at(at).judged()
        };
        assert!(is_orphan(&left("13s").violation(PROGRESS).evidence, "11s"), "from its appearance on");
        left("12s").holds(PROGRESS);
    }
}

/// As long as a call sees to it, it is nobody's orphan; the bound counts from the call's return.
#[test]
fn what_a_call_sees_to_is_no_orphan() {
    let asked = || bounded().at("8s").asks("a1").granted("a1").at("10s").calm_tail().probes("c");
    asked().at("20s").judged().holds(PROGRESS);
    let believes = asked().at("20s").returns("a1", Call::Acquire, GRANTED).believes("a1");
    believes.at("30s").judged().holds(PROGRESS);
    let unknown = |at| asked().at("20s").returns("a1", Call::Acquire, Outcome::Unknown).at(at).judged();
    unknown("21s").holds(PROGRESS);
    assert!(is_orphan(&unknown("22s").violation(PROGRESS).evidence, "20s"));
    let releasing = a_holds().at("9s").invokes("a1", Call::Release);
    let releasing = releasing.stops_believing("a1", BeliefEnd::Released).at("10s").calm_tail();
    releasing.probes("c").at("20s").judged().holds(PROGRESS);
}

/// A renewal that goes on without its owner is what makes an orphan, and no excuse for one.
#[test]
fn extensions_keep_nothing_from_being_an_orphan() {
    let left = gives_back(a_holds().at("9s"), Outcome::Unknown).at("10s").calm_tail().probes("c");
    let renewed = left.at("10500ms").extended("a1").invokes("a1", Call::Extend);
    assert!(is_orphan(&renewed.at("12s").judged().violation(PROGRESS).evidence, "10s"));
}

/// Its owner did not give it back: the lease has to see to it.
#[test]
fn a_belief_that_ended_otherwise_leaves_no_orphan() {
    for why in [BeliefEnd::Lost, BeliefEnd::DeadlinePassed, BeliefEnd::TaskEnded] {
        let left = a_holds().at("9s").stops_believing("a1", why).at("10s").calm_tail().probes("c");
        left.at("60s").judged().holds(PROGRESS);
    }
}

/// The dead clean nothing up: they have another bound.
#[test]
fn the_dead_leave_no_orphans() {
    let left = || gives_back(a_holds().at("8s"), Outcome::Unknown).at("9s").killed("a");
    left().at("10s").calm_tail().probes("c").at("15s").judged().holds(PROGRESS);
    let judged = left().at("10s").calm_tail().probes("c").at("16s").judged();
    assert!(is_dead_holder(&judged.violation(PROGRESS).evidence, "10s"));
}

#[test]
fn without_a_tail_or_a_question_nothing_can_be_said() {
    let cut = bounded().at("1s").granted("a1").judged_after(EndOfRun::OutOfBudget);
    assert_eq!(cut.verdict(PROGRESS), &Verdict::Unclear(Why::TailCutShort));
    let unasked = bounded().at("1s").asks("a1").turned_away("a1").at("10s").calm_tail().at("20s").judged();
    assert_eq!(unasked.verdict(PROGRESS), &Verdict::Unclear(Why::NobodyAsked));
    let stuck = bounded().at("10s").calm_tail().probes("c").at("20s");
    assert!(stuck.judged_after(EndOfRun::OutOfBudget).verdict(PROGRESS).is_violated());
}

/// The scenario's bound is used where the lock has none, and what misses it was not promised.
#[test]
fn without_a_bound_of_its_own_a_lock_claims_nothing() {
    let story = || Story::new().at("10s").calm_tail().probes("c");
    story().at("70s").judged().holds(PROGRESS);
    let judged = story().at("71s").judged();
    assert_eq!(judged.standing(PROGRESS), &Standing::NotClaimed);
}
