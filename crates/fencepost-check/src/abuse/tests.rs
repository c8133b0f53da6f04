//! Each assumption with a history that exceeds it and a twin that keeps it.

use crate::story::{Judged, Story, span};
use fencepost_model::Assumption::*;
use fencepost_model::{
    Assumption, BeliefEnd, Call, EndReason, Quantity, Standing,
    word::{EXCLUSIVE_BELIEF, EXCLUSIVE_EFFECT, EXCLUSIVE_GRANT, NO_LOST_UPDATE},
};

const NEVER: Quantity = Quantity::Times(0);

fn for_(text: &str) -> Quantity {
    Quantity::Span(span(text))
}

/// The assumption that is named, its measure, and who did it.
fn broken<'a>(judged: &'a Judged, property: &str) -> (Assumption, Quantity, &'a str) {
    match judged.standing(property) {
        Standing::Outside(exceeded) if exceeded.len() == 1 => {
            (exceeded[0].assumption, exceeded[0].measured, &exceeded[0].by)
        }
        other => panic!("not one broken assumption but {other:?}"),
    }
}

fn assert_inside(judged: &Judged, property: &str) {
    assert_eq!(judged.standing(property), &Standing::Inside);
}

/// `a` stops at 1.5 s, its deadline passes at 2 s, and `b` believes beside it at `second`.
fn paused_believer(limit: &str, second: &str) -> Story {
    Story::new()
        .claim(EXCLUSIVE_BELIEF, &[&[(BoundedPause, for_(limit))]])
        .at("1s")
        .asks("a1")
        .believes("a1")
        .at("1500ms")
        .paused("a")
        .at("2s")
        .deadline_reached("a1")
        .at(second)
        .believes("b1")
}

/// Only the stop past the deadline counts, and only so far as it has lasted.
#[test]
fn bounded_pause() {
    let judged = paused_believer("1s", "5s").judged();
    assert_eq!(broken(&judged, EXCLUSIVE_BELIEF), (BoundedPause, for_("3s"), "a"));
    assert_inside(&paused_believer("3s", "5s").judged(), EXCLUSIVE_BELIEF);
}

/// Otherwise any pause anywhere would excuse any violation.
#[test]
fn an_unrelated_pause_excuses_nothing() {
    let story = |stopped: &str| {
        Story::new()
            .claim(EXCLUSIVE_BELIEF, &[&[(BoundedPause, for_("1s"))]])
            .at("1s")
            .believes("a1")
            .paused(stopped)
            .at("2s")
            .deadline_reached("a1")
            .at("8s")
            .resumed(stopped)
            .believes("b1")
            .judged()
    };
    assert_inside(&story("c"), EXCLUSIVE_BELIEF);
    assert_inside(&story("n1"), EXCLUSIVE_BELIEF);
    assert_eq!(broken(&story("a"), EXCLUSIVE_BELIEF).0, BoundedPause);
}

/// A pause that was over before the deadline, or began after the belief, stopped no believer past it.
#[test]
fn a_pause_of_somebody_who_need_not_run_excuses_nothing() {
    let claimed = || Story::new().claim(EXCLUSIVE_EFFECT, &[&[(BoundedPause, for_("1s"))]]).at("1s");
    let story = claimed().believes("a1").paused("a").at("9s").resumed("a").deadline_reached("a1");
    let story = story.stops_believing("a1", BeliefEnd::DeadlinePassed).paused("a").at("20s").resumed("a");
    let judged = story.believes("b1").writes("b1", 0).writes("a1", 1).judged();
    assert_inside(&judged, EXCLUSIVE_EFFECT);
}

/// The stop stays on record when the deadline moves afterwards.
#[test]
fn a_stop_past_an_earlier_deadline_counts() {
    let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(BoundedPause, for_("1s"))]]);
    let paused = claimed.at("1s").believes("a1").paused("a").at("2s").deadline_reached("a1");
    let extended = paused.at("5s").resumed("a").belief_extended("a1");
    assert_eq!(broken(&extended.believes("b1").judged(), EXCLUSIVE_BELIEF).1, for_("3s"));
}

/// Without a deadline every stop of a believer counts.
#[test]
fn a_guard_without_a_deadline() {
    let story = |limit| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(BoundedPause, for_(limit))]]);
        let paused = claimed.without_deadline().at("1s").believes("a1").at("2s").paused("a");
        paused.at("4s").resumed("a").at("9s").believes("b1").judged()
    };
    assert_eq!(broken(&story("1s"), EXCLUSIVE_BELIEF), (BoundedPause, for_("2s"), "a"));
    assert_inside(&story("2s"), EXCLUSIVE_BELIEF);
}

#[test]
fn owner_obeys_its_deadline() {
    let story = |sent| {
        Story::new()
            .claim(EXCLUSIVE_EFFECT, &[&[(OwnerObeysDeadline, NEVER)]])
            .at("1s")
            .believes("a1")
            .at("3s")
            .deadline_reached("a1")
            .stops_believing("a1", BeliefEnd::DeadlinePassed)
            .believes("b1")
            .writes("b1", 0)
            .at("5s")
            .writes_sent_at("a1", 1, sent)
            .judged()
    };
    assert_eq!(broken(&story("4s"), EXCLUSIVE_EFFECT), (OwnerObeysDeadline, Quantity::Times(1), "a"));
    assert_inside(&story("3s"), EXCLUSIVE_EFFECT);
}

/// What counts is when the commit was sent: one that was sent before, and comes later, is a matter of delay.
#[test]
fn owner_commits_before_it_releases() {
    let story = |sent| {
        let claimed = Story::new().claim(NO_LOST_UPDATE, &[&[(OwnerCommitsBeforeRelease, NEVER)]]);
        let released = claimed.at("1s").asks("a1").believes("a1").stages("a1", 0).at("2s");
        let released = released.invokes("a1", Call::Release).stops_believing("a1", BeliefEnd::Released);
        let next = released.at("3s").asks("b1").believes("b1").reads("b1", 0);
        next.at("4s").commits_sent_at("a1", 0, sent).stages("b1", 0).commits("b1", 0).judged()
    };
    let late = (OwnerCommitsBeforeRelease, Quantity::Times(1), "a");
    for sent in ["2s", "3500ms"] {
        assert_eq!(broken(&story(sent), NO_LOST_UPDATE), late, "{sent}");
    }
    assert_inside(&story("1900ms"), NO_LOST_UPDATE);
}

/// Whoever comes next does again what was done and not written down: but only once its owner is out of the way. While
/// that one still believes, it is the lock that let somebody in.
#[test]
fn owner_records_what_was_done_outside() {
    let story = |ended: Option<BeliefEnd>, recorded: bool| {
        let claimed = Story::new().claim(NO_LOST_UPDATE, &[&[(OwnerRecords, NEVER)]]);
        let charged = claimed.at("1s").asks("a1").believes("a1").charges("a1", 0);
        let charged = if recorded { charged.writes("a1", 0) } else { charged };
        let charged = match ended {
            Some(why) => charged.at("2s").stops_believing("a1", why),
            None => charged,
        };
        charged.at("3s").asks("b1").believes("b1").charges("b1", 0).judged()
    };
    let left = (OwnerRecords, Quantity::Times(1), "a");
    for why in [BeliefEnd::Died, BeliefEnd::DeadlinePassed, BeliefEnd::Released] {
        assert_eq!(broken(&story(Some(why), false), NO_LOST_UPDATE), left, "{why:?}");
        assert_inside(&story(Some(why), true), NO_LOST_UPDATE);
    }
    assert_inside(&story(None, false), NO_LOST_UPDATE);
}

/// Of a late job the one who does it is not blamed for not having recorded it yet.
#[test]
fn a_job_that_has_just_been_done_is_still_to_be_recorded() {
    let claimed = Story::new().claim(NO_LOST_UPDATE, &[&[(OwnerRecords, NEVER)]]);
    let first = claimed.at("1s").asks("a1").believes("a1").stops_believing("a1", BeliefEnd::DeadlinePassed);
    let second = first.asks("b1").believes("b1").charges("b1", 0).writes("b1", 0);
    assert_inside(&second.at("2s").charges("a1", 0).judged(), NO_LOST_UPDATE);
}

/// The deadline that stands is what an owner has to obey, not one that was moved.
#[test]
fn a_deadline_that_was_moved_binds_nobody() {
    let story = |extended: bool| {
        let claimed = Story::new().claim(EXCLUSIVE_EFFECT, &[&[(OwnerObeysDeadline, NEVER)]]);
        let reached = claimed.at("1s").believes("a1").at("2s").deadline_reached("a1").at("3s");
        let story = if extended { reached.belief_extended("a1") } else { reached };
        story.believes("b1").writes("b1", 0).at("4s").writes("a1", 1).judged()
    };
    assert_eq!(broken(&story(false), EXCLUSIVE_EFFECT).0, OwnerObeysDeadline);
    assert_inside(&story(true), EXCLUSIVE_EFFECT);
}

/// An owner that does not look at its deadline believes past it while it runs; one that was stopped all the
/// time could not have looked.
#[test]
fn a_belief_that_outlives_its_deadline() {
    let story = |obeys: bool, paused: bool| {
        let story = Story::new().rules(|rules| rules.obeys_deadline = obeys);
        let story = story.claim(EXCLUSIVE_BELIEF, &[&[(OwnerObeysDeadline, NEVER)]]);
        let story = story.at("1s").believes("a1").at("2s").deadline_reached("a1");
        let story = if paused { story.paused("a") } else { story };
        story.at("5s").believes("b1").judged()
    };
    assert_eq!(broken(&story(false, false), EXCLUSIVE_BELIEF).0, OwnerObeysDeadline);
    assert_inside(&story(false, true), EXCLUSIVE_BELIEF);
    assert_inside(&story(true, false), EXCLUSIVE_BELIEF);
}

#[test]
fn monotonic_clock_counts_suspended_time() {
    let story = |machine: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(MonotonicCountsSuspension, for_("0s"))]]);
        let asleep = claimed.at("1s").believes("a1").at("2s").suspended(machine).at("6s").woken(machine);
        asleep.at("7s").believes("b1").judged()
    };
    let expected = (MonotonicCountsSuspension, for_("4s"), "a");
    assert_eq!(broken(&story("a"), EXCLUSIVE_BELIEF), expected);
    assert_inside(&story("c"), EXCLUSIVE_BELIEF);
}

/// The lease runs from the promise. An owner that sleeps while the answer is under way counts its deadline on
/// a clock that has stood still, and was suspended at no instant of its belief.
#[test]
fn time_suspended_before_the_answer_was_heard_counts() {
    let story = |granted: &str, woken: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(MonotonicCountsSuspension, for_("0s"))]]);
        let asleep = claimed.at("1s").asks("a1").at("2s").suspended("a");
        let granted = if granted == "asleep" { asleep.granted("a1").at(woken) } else { asleep.at(woken) };
        granted.woken("a").granted("a1").believes("a1").at("7s").believes("b1").judged()
    };
    let expected = (MonotonicCountsSuspension, for_("4s"), "a");
    assert_eq!(broken(&story("asleep", "6s"), EXCLUSIVE_BELIEF), expected);
    // The twin was granted after it woke up: its lease had not begun.
    assert_inside(&story("awake", "6s"), EXCLUSIVE_BELIEF);
}

#[test]
fn renewals_get_through() {
    let story = |answered: &[&str]| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(RenewalsGetThrough, for_("3s"))]]);
        // The long wait for the lock is no missing renewal.
        let mut story = claimed.asks("a1").at("20s").believes("a1");
        for at in answered {
            story = story.at(at).answered("a1");
        }
        story.at("28s").believes("b1").judged()
    };
    assert_eq!(broken(&story(&["22s"]), EXCLUSIVE_BELIEF), (RenewalsGetThrough, for_("6s"), "a"));
    assert_eq!(broken(&story(&["26s"]), EXCLUSIVE_BELIEF).1, for_("6s"), "a silence stays on record");
    assert_inside(&story(&["22s", "25s"]), EXCLUSIVE_BELIEF);
}

/// Work ends with the belief, however long the violation takes to come.
#[test]
fn work_within_the_lease() {
    let story = |released: &str| {
        Story::new()
            .claim(EXCLUSIVE_EFFECT, &[&[(WorkWithinLease, for_("3s"))]])
            .at("1s")
            .believes("a1")
            .at(released)
            .stops_believing("a1", BeliefEnd::Released)
            .at("20s")
            .believes("b1")
            .writes("b1", 0)
            .writes("a1", 1)
            .judged()
    };
    assert_eq!(broken(&story("9s"), EXCLUSIVE_EFFECT), (WorkWithinLease, for_("8s"), "a"));
    assert_inside(&story("4s"), EXCLUSIVE_EFFECT);
}

#[test]
fn bounded_delay() {
    let story = |sent| {
        let claimed = Story::new().claim(EXCLUSIVE_EFFECT, &[&[(BoundedDelay, for_("1s"))]]);
        let asked = claimed.at("1s").asks("a1").believes("a1").believes("b1").at("9s").writes("b1", 0);
        asked.writes_sent_at("a1", 1, sent).judged()
    };
    assert_eq!(broken(&story("3s"), EXCLUSIVE_EFFECT), (BoundedDelay, for_("6s"), "a to resource"));
    assert_inside(&story("8s"), EXCLUSIVE_EFFECT);
}

/// The acquire itself may have been late at the store; the flight belongs to its attempt, not to another.
#[test]
fn a_late_acquire_is_a_delay_of_its_own_attempt() {
    let story = |late: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(BoundedDelay, for_("1s"))]]);
        let asked = claimed.at("1s").asks("a1").asks("a2").asks("b1").at("5s");
        asked.processed(late, "n1", "1s").granted("a1").granted("b1").judged()
    };
    assert_eq!(broken(&story("a1"), EXCLUSIVE_GRANT), (BoundedDelay, for_("4s"), "a to n1"));
    assert_inside(&story("a2"), EXCLUSIVE_GRANT);
}

/// Pause and delay draw on one reserve: each is inside its limit, the two together are not.
#[test]
fn pause_and_delay_are_added() {
    let bounds = |pause, delay| [(BoundedPause, for_(pause)), (BoundedDelay, for_(delay))];
    let story = |pause, delay| {
        let claimed = Story::new().claim(EXCLUSIVE_EFFECT, &[&bounds(pause, delay)]);
        let paused = claimed.at("1s").asks("a1").believes("a1").paused("a").at("2s").deadline_reached("a1");
        let woken = paused.at("4s").resumed("a").stops_believing("a1", BeliefEnd::DeadlinePassed);
        let other = woken.believes("b1").writes("b1", 0);
        other.at("5500ms").writes_sent_at("a1", 1, "4s").judged()
    };
    let judged = story("3s", "3s");
    assert_eq!(broken(&judged, EXCLUSIVE_EFFECT), (BoundedPause, for_("3500ms"), "a"));
    assert_inside(&story("3500ms", "3500ms"), EXCLUSIVE_EFFECT);
    assert_inside(&story("3s", "3100ms"), EXCLUSIVE_EFFECT);
}

/// So does suspended time: a machine that slept hands the deadline out late, and its process then stops past
/// that. A sleep past the deadline is a stop already, and counts once.
#[test]
fn pause_and_suspension_are_added() {
    let bounds = |limit| [(BoundedPause, for_(limit)), (MonotonicCountsSuspension, for_(limit))];
    let story = |limit, slept: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&bounds(limit)]).at("1s").asks("a1");
        let asleep = claimed.granted("a1").believes("a1").at("2s").suspended("a").at(slept).woken("a");
        let paused = asleep.at("5s").paused("a").at("6s").deadline_reached("a1");
        paused.at("7s").suspended("a").at("8s").woken("a").believes("b1").judged()
    };
    let judged = story("3s", "4s");
    assert_eq!(broken(&judged, EXCLUSIVE_BELIEF), (BoundedPause, for_("4s"), "a"));
    assert_inside(&story("4s", "4s"), EXCLUSIVE_BELIEF);
    assert_eq!(broken(&story("4s", "5s"), EXCLUSIVE_BELIEF).0, MonotonicCountsSuspension);
}

/// Every message takes some time, so a sum that is told in the place of a pause although it is mostly flight
/// would hide whatever stands between the two.
#[test]
fn the_sum_is_compared_in_the_place_of_its_larger_part() {
    let bounds =
        [(BoundedPause, for_("0s")), (MonotonicCountsSuspension, for_("0s")), (BoundedDelay, for_("0s"))];
    let story = |suspended: bool| {
        let claimed = Story::new().claim(EXCLUSIVE_EFFECT, &[&bounds]).at("1s").asks("a1").believes("a1");
        let slept = if suspended { claimed.suspended("a").at("4s").woken("a") } else { claimed.at("4s") };
        slept.believes("b1").writes("b1", 0).at("4500ms").writes_sent_at("a1", 1, "4s").judged()
    };
    assert_eq!(broken(&story(true), EXCLUSIVE_EFFECT).0, MonotonicCountsSuspension);
    assert_eq!(broken(&story(false), EXCLUSIVE_EFFECT).0, BoundedDelay);
}

/// The sum is taken tenure by tenure: one owner's pause and another's delay use up no common reserve.
#[test]
fn pause_and_delay_of_different_tenures_are_not_added() {
    let bounds = [(BoundedPause, for_("3s")), (BoundedDelay, for_("3s"))];
    let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&bounds]).at("1s").asks("a1").asks("b1");
    let paused = claimed.believes("a1").paused("a").at("2s").deadline_reached("a1");
    let judged = paused.at("4s").processed("b1", "n1", "2s").believes("b1").judged();
    assert_inside(&judged, EXCLUSIVE_BELIEF);
}

#[test]
fn bounded_drift() {
    let story = |machine: &str, ppm| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(BoundedDrift, Quantity::Ppm(500))]]);
        let story = claimed.at("1s").asks("a1").granted("a1").at("2s").runs_at(machine, ppm);
        story.at("3s").runs_at(machine, 0).at("4s").granted("b1").judged()
    };
    let expected = (BoundedDrift, Quantity::Ppm(900), "a and n1");
    assert_eq!(broken(&story("n1", 900), EXCLUSIVE_GRANT), expected);
    assert_eq!(broken(&story("a", -900), EXCLUSIVE_GRANT), expected);
    assert_inside(&story("a", 500), EXCLUSIVE_GRANT);
    assert_inside(&story("n2", 900), EXCLUSIVE_GRANT);
}

/// A drift that was over before the acquire had no part in it; one that goes on has.
#[test]
fn only_the_window_of_the_tenures_counts() {
    let story = |over| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(BoundedDrift, Quantity::Ppm(500))]]);
        let story = claimed.at("1s").runs_at("n1", 900).at(over).runs_at("n1", 0);
        story.at("4s").asks("a1").granted("a1").at("5s").granted("b1")
    };
    assert_inside(&story("3s").judged(), EXCLUSIVE_GRANT);
    let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(BoundedDrift, Quantity::Ppm(500))]]);
    let lasting = claimed.at("1s").runs_at("n1", 900).at("4s").asks("a1").granted("a1").granted("b1");
    assert_eq!(broken(&lasting.judged(), EXCLUSIVE_GRANT).0, BoundedDrift);
}

#[test]
fn no_wall_step() {
    let story = |machine: &str, at: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(NoWallStep, NEVER)]]);
        let story = claimed.at(at).stepped(machine, "30s").at("4s").asks("a1").granted("a1");
        story.at("5s").stepped("n3", "30s").at("6s").granted("b1").judged()
    };
    assert_eq!(broken(&story("n1", "4s"), EXCLUSIVE_GRANT), (NoWallStep, Quantity::Times(1), "n1"));
    assert_inside(&story("n1", "3s"), EXCLUSIVE_GRANT);
    assert_inside(&story("n2", "4s"), EXCLUSIVE_GRANT);
}

/// The window begins with the earlier tenure's acquire: a step between the two acquires is inside it.
#[test]
fn the_earlier_acquire_opens_the_window() {
    let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(NoWallStep, NEVER)]]);
    let story = claimed.at("1s").asks("a1").granted("a1").at("2s").stepped("n1", "30s");
    let judged = story.at("3s").asks("b1").granted("b1").judged();
    assert_eq!(broken(&judged, EXCLUSIVE_GRANT).0, NoWallStep);
}

/// Older steps count for the skew that they left behind, though not as steps.
#[test]
fn bounded_skew() {
    let story = |machine: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(BoundedSkew, for_("10s"))]]);
        let story = claimed.at("1s").stepped(machine, "30s").at("4s").asks("a1").granted("a1");
        story.at("6s").granted_on("b1", "n2", None).judged()
    };
    assert_eq!(broken(&story("n1"), EXCLUSIVE_GRANT), (BoundedSkew, for_("30s"), "n1 and n2"));
    assert_inside(&story("n3"), EXCLUSIVE_GRANT);
}

#[test]
fn durable_nodes() {
    let story = |node: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(DurableNodes, NEVER)]]);
        let story = claimed.at("4s").asks("a1").granted("a1").at("5s").restarts_without_rows(node);
        story.gone("a1", EndReason::LostInRestart).granted("b1").judged()
    };
    assert_eq!(broken(&story("n1"), EXCLUSIVE_GRANT), (DurableNodes, Quantity::Times(1), "n1"));
    assert_inside(&story("n2"), EXCLUSIVE_GRANT);
}

/// Each reason exceeds its own assumption and no other.
#[test]
fn ends_of_state() {
    let story = |reason, assumption| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(assumption, NEVER)]]);
        claimed.at("1s").granted("a1").gone("a1", reason).granted("b1").judged()
    };
    for (reason, assumption) in [
        (EndReason::Evicted, NoEviction),
        (EndReason::Forced, NoForcedRelease),
        (EndReason::LostInFailover, SynchronousReplication),
        (EndReason::RolledBack, SynchronousReplication),
    ] {
        let judged = story(reason, assumption);
        assert_eq!(broken(&judged, EXCLUSIVE_GRANT), (assumption, Quantity::Times(1), "n1"), "{reason:?}");
        assert_inside(&story(EndReason::Overwritten, assumption), EXCLUSIVE_GRANT);
    }
}

/// Were it not counted, split brain would be inside every claim.
#[test]
fn what_a_replaced_primary_does_is_not_replicated() {
    let story = |node: &str| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(SynchronousReplication, NEVER)]]);
        let promoted = claimed.at("1s").promoted("n2").at("2s").granted_on("a1", "n2", None);
        promoted.at("3s").granted_on("b1", node, None).judged()
    };
    let expected = (SynchronousReplication, Quantity::Times(1), "n1");
    assert_eq!(broken(&story("n1"), EXCLUSIVE_GRANT), expected);
    assert_inside(&story("n2"), EXCLUSIVE_GRANT);
}

#[test]
fn no_loss_or_duplicate() {
    let claimed = || Story::new().claim(NO_LOST_UPDATE, &[&[(NoLossOrDuplicate, NEVER)]]);
    let doubled = claimed().at("1s").believes("a1").writes("a1", 0).and_again().judged();
    let expected = (NoLossOrDuplicate, Quantity::Times(1), "a to resource");
    assert_eq!(broken(&doubled, NO_LOST_UPDATE), expected);
    let two = claimed().at("1s").believes("a1").writes("a1", 0).writes("a1", 0).judged();
    assert_inside(&two, NO_LOST_UPDATE);
}

#[test]
fn what_leaves_no_event() {
    let story = |assumption| {
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&[(assumption, NEVER)]]);
        claimed.at("1s").granted("a1").granted("b1").judged()
    };
    assert_inside(&story(MajorityAlive), EXCLUSIVE_GRANT);
    assert_eq!(broken(&story(ResourceChecksTokens), EXCLUSIVE_GRANT).2, "resource");
}

#[test]
fn a_property_that_is_not_claimed() {
    let judged = Story::new().at("1s").granted("a1").granted("b1").judged();
    assert_eq!(judged.standing(EXCLUSIVE_GRANT), &Standing::NotClaimed);
}

/// One kept alternative is enough for the claim; only when each is broken is the violation outside.
#[test]
fn every_alternative_must_be_broken() {
    let story = |second: Assumption| {
        let evictions = [(NoWallStep, NEVER), (NoEviction, NEVER), (NoForcedRelease, NEVER)];
        let claimed = Story::new().claim(EXCLUSIVE_GRANT, &[&evictions, &[(second, NEVER)]]);
        let lost = claimed.at("1s").granted("a1").gone("a1", EndReason::Evicted);
        lost.gone("a1", EndReason::Forced).granted("b1").judged()
    };
    assert_inside(&story(DurableNodes), EXCLUSIVE_GRANT);
    let judged = story(NoForcedRelease);
    let Standing::Outside(exceeded) = judged.standing(EXCLUSIVE_GRANT) else { panic!("outside") };
    let named: Vec<_> = exceeded.iter().map(|exceeded| exceeded.assumption).collect();
    assert_eq!(named, [NoEviction, NoForcedRelease], "the first broken one of each alternative");
    let same = story(NoEviction);
    assert_eq!(broken(&same, EXCLUSIVE_GRANT).0, NoEviction, "what is equal is told once");
}

/// A lease runs from the promise: an owner that stands still before it hears of it renews too late as well.
#[test]
fn a_stop_before_the_answer_counts_without_a_deadline() {
    let story = |limit| {
        let claimed = Story::new().claim(EXCLUSIVE_BELIEF, &[&[(BoundedPause, for_(limit))]]);
        let granted = claimed.without_deadline().at("1s").granted("a1").paused("a");
        granted.at("4s").resumed("a").believes("a1").at("9s").believes("b1").judged()
    };
    assert_eq!(broken(&story("2s"), EXCLUSIVE_BELIEF), (BoundedPause, for_("3s"), "a"));
    assert_inside(&story("3s"), EXCLUSIVE_BELIEF);
}
