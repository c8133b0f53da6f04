//! Measures of hand-written histories.

use super::{Bereft, Death, GrantTaken, Measures, TimeShares};
use crate::story::Story;
use fencepost_model::{
    BeliefEnd, Call, EndReason, FaultId, MachineId, Outcome, ProcessId, Refusal, WorldEvent,
};

const GRANTED: Outcome = Outcome::Granted { deadline: None, token: None };

/// `a` asks at one second and is granted at two; `b` asks then and waits.
fn one_holds_and_one_waits() -> Story {
    let story = Story::new().at("1s").asks("a1").at("2s").granted("a1").believes("a1");
    story.returns("a1", Call::Acquire, GRANTED).asks("b1")
}

/// The holder gives it back at four seconds, and `b` has it at five.
fn handed_on() -> Story {
    let story = one_holds_and_one_waits().at("4s").invokes("a1", Call::Release);
    let story = story.stops_believing("a1", BeliefEnd::Released).gone("a1", EndReason::Released);
    story.at("5s").granted("b1").believes("b1").returns("b1", Call::Acquire, GRANTED)
}

fn fires(story: Story, word: &'static str, target: &str) -> Story {
    let story = story.rules(|rules| rules.fault_words = vec![word]);
    story.world(WorldEvent::Fired { fault: FaultId(0), target: target.into() })
}

#[test]
fn a_calm_hand_over_is_measured() {
    let measured = handed_on().at("6s").calm_tail().measured();
    let grant = |at_us, took_us, owner| GrantTaken { at_us, took_us, owner, under_fault: false };
    assert_eq!(measured.grants, [grant(2_000_000, 1_000_000, 0), grant(5_000_000, 3_000_000, 1)]);
    assert_eq!(measured.hand_overs_us, [1_000_000]);
    assert_eq!(measured.grants_by_owner(), [1, 1, 0], "who got nothing is counted too");
    assert_eq!((measured.until_us, measured.owners), (6_000_000, 3));
    assert_eq!((measured.grant_overlaps_us.len(), measured.belief_overlaps_us.len()), (0, 0));
    // Free until one, asked for until two, held until four, asked for until five, held to the end.
    let time = TimeShares { held_us: 3_000_000, free_us: 1_000_000, blocked_us: 2_000_000 };
    assert_eq!(measured.time, time);
}

/// A lock that nobody wants is not handed over, however long it takes until somebody comes.
#[test]
fn without_anybody_waiting_there_is_no_hand_over() {
    let story = Story::new().at("1s").asks("a1").granted("a1").believes("a1");
    let story = story.returns("a1", Call::Acquire, GRANTED).at("2s").invokes("a1", Call::Release);
    let story = story.stops_believing("a1", BeliefEnd::Released).gone("a1", EndReason::Released);
    let measured = story.at("9s").asks("b1").granted("b1").believes("b1").measured();
    assert_eq!(measured.hand_overs_us, [0u64; 0]);
}

#[test]
fn acquires_that_came_to_nothing_are_told_apart() {
    let refused = |reason| Outcome::Refused { reason };
    let story = Story::new().at("1s").asks("a1").returns("a1", Call::Acquire, refused(Refusal::Held));
    let story = story.asks("a2").returns("a2", Call::Acquire, refused(Refusal::TimedOut));
    let story = story.asks("a3").returns("a3", Call::Acquire, refused(Refusal::Cancelled));
    let story = story.asks("a4").returns("a4", Call::Acquire, Outcome::Unknown);
    let measured = story.at("2s").calm_tail().asks("a5").returns("a5", Call::Acquire, GRANTED).measured();
    assert_eq!((measured.refused, measured.gave_up, measured.unknown), (1, 2, 1));
    assert_eq!(measured.grants, [], "the calm tail is not measured");
}

/// The holder dies: its death is felt until the one who waits has the lock.
#[test]
fn a_dead_holder_is_told_from_a_dead_server() {
    let story = fires(one_holds_and_one_waits().at("3s"), "kill", "a").killed("a");
    let story = story.stops_believing("a1", BeliefEnd::Died).at("7s").promise_ends("a1");
    let story = story.at("8s").granted("b1").believes("b1").returns("b1", Call::Acquire, GRANTED);
    let measured = story.at("9s").calm_tail().measured();
    let [recovery] = measured.recoveries[..] else { panic!("{measured:?}") };
    assert_eq!((recovery.death, recovery.of), (Death::Kill, Bereft::Holder));
    assert_eq!((recovery.at_us, recovery.took_us), (3_000_000, Some(5_000_000)));
    let [window] = &measured.windows[..] else { panic!("{measured:?}") };
    assert_eq!((window.word.as_str(), window.target.as_str()), ("kill", "a"));
    assert_eq!((window.from_us, window.until_us), (3_000_000, 8_000_000));
    assert!(measured.grants[1].under_fault && !measured.grants[0].under_fault);
}

#[test]
fn a_server_without_power_is_missed_until_the_next_grant() {
    let n1 = ProcessId(3);
    let story = fires(handed_on().at("6s"), "power-cut", "n1");
    let story = story.world(WorldEvent::PowerLost { machine: MachineId(3) }).killed("n1").at("7s").asks("c1");
    let story = story.at("9s").world(WorldEvent::Started { process: n1, incarnation: 1 });
    let measured = |story: Story| story.at("12s").calm_tail().at("13s").granted("c2").measured();
    let never = measured(story.clone());
    assert_eq!((never.recoveries[0].death, never.recoveries[0].of), (Death::PowerCut, Bereft::Server));
    assert_eq!(never.recoveries[0].took_us, None, "what comes in the calm tail is not measured");
    assert_eq!((never.windows[0].from_us, never.windows[0].until_us), (6_000_000, 9_000_000));
    let again = measured(story.at("10s").granted("c1"));
    assert_eq!(again.recoveries[0].took_us, Some(4_000_000));
}

/// A restart is no outage of a length that somebody chose: it is told apart.
#[test]
fn who_is_back_at_once_was_restarted() {
    let story = fires(handed_on().at("6s"), "restart", "n1").killed("n1");
    let story = story.world(WorldEvent::Started { process: ProcessId(3), incarnation: 1 });
    let measured = story.at("7s").granted("c1").measured();
    assert_eq!(
        (measured.recoveries[0].death, measured.recoveries[0].took_us),
        (Death::Restart, Some(1_000_000))
    );
}

/// A client that held nothing leaves nothing behind, nor does what happens at once.
#[test]
fn what_is_over_at_once_is_in_force_for_an_instant() {
    for (word, target) in [("kill", "c"), ("jump", "n1")] {
        let story = fires(one_holds_and_one_waits().at("3s"), word, target);
        let story = if word == "kill" { story.killed("c") } else { story };
        let story = story.invokes("a1", Call::Release).stops_believing("a1", BeliefEnd::Released);
        let story = story.at("4s").asks("c1").at("5s").believes("c1").returns("c1", Call::Acquire, GRANTED);
        let measured = story.returns("b1", Call::Acquire, GRANTED).measured();
        assert_eq!(measured.windows[0].until_us, 3_000_000, "{word}");
        let flags: Vec<_> = measured.grants.iter().map(|grant| grant.under_fault).collect();
        assert_eq!(flags, [false, false, true], "{word}: only who waited meanwhile met it");
        assert_eq!(measured.recoveries, [], "{word}");
    }
}

#[test]
fn overlaps_last_until_one_of_two_is_left() {
    let story = one_holds_and_one_waits().at("3s").granted("b1").believes("b1");
    let story = story.at("4s").stops_believing("a1", BeliefEnd::Released).at("5s").promise_ends("a1");
    let measured = story.at("6s").granted("c1").at("8s").measured();
    assert_eq!(measured.belief_overlaps_us, [1_000_000]);
    assert_eq!(measured.grant_overlaps_us, [2_000_000, 2_000_000], "the second one lasts to the end");
}

#[test]
fn a_stale_write_is_counted_each_time() {
    let story = one_holds_and_one_waits().at("3s").granted("b1").believes("b1").reads("b1", 0);
    let measured = story.writes("a1", 0).writes("a1", 1).writes("b1", 2).measured();
    assert_eq!(measured.stale_writes, 2);
}

#[test]
fn measures_are_read_as_they_were_written() {
    let measured = fires(handed_on(), "kill", "n1").killed("n1").measured();
    let text = serde_json::to_string(&measured).expect("measures are JSON");
    assert!(text.contains("[2000000,1000000,0,0]"), "{text}");
    assert_eq!(serde_json::from_str::<Measures>(&text).expect("and are read"), measured);
}
