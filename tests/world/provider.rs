//! What an outside provider does, beside the resource: on a machine of its own, and part of no transaction. The lock
//! grants everybody at once.

use crate::support::{Me, Play, Run};
use fencepost_catalogue::trivial;
use fencepost_model::{Access, Commit, EventKind, Gate, ResourceEvent, Site, word};

/// A client that reads, charges, writes, and says what came of each.
fn one_client(provider: Gate) -> Play {
    Play::with(trivial::None).provider(provider).clients(1).client("c1", |me: Me| async move {
        let guard = me.acquire().await.expect("everybody is granted");
        me.say(format!("read {:?}", guard.read().await));
        me.say(format!("charged {:?}", guard.charge(0).await));
        me.say(format!("wrote {:?}", guard.write(0).await));
        me.say(format!("committed {:?}", guard.commit().await));
    })
}

/// What was done, in order, with the number of each within its tenure.
fn done(run: &Run) -> Vec<(Access, u32)> {
    let of = |kind: &EventKind| match kind {
        EventKind::Resource(ResourceEvent::Decided { access, sequence, accepted: true, .. }) => {
            Some((*access, *sequence))
        }
        _ => None,
    };
    run.history_of(of).into_iter().map(|(_, done)| done).collect()
}

/// Each operation under a tenure has a number of its own, wherever it goes.
#[test]
fn the_provider_does_a_job_between_read_and_write() {
    let charge = Access::Charge { job: 0, number: 1 };
    let run = one_client(Gate::None).run();
    let read = Access::Read { version: 0 };
    assert_eq!(done(&run), [(read, 1), (charge, 2), (Access::Write { parent: 0, version: 1 }, 3)]);
    let run = one_client(Gate::None).commit(Commit::BeforeRelease).run();
    let (write, commit) = (Access::Stage { parent: 0, version: 1 }, Access::Commit { parent: 0, version: 1 });
    assert_eq!(done(&run), [(read, 1), (charge, 2), (write, 3), (commit, 4)]);
}

/// What is charged is charged: the owner dies, its transaction is rolled back, and the job is done.
#[test]
fn a_death_takes_nothing_back_that_the_provider_did() {
    let play = |fault: &str| one_client(Gate::None).commit(Commit::BeforeRelease).fault(fault);
    let killed =
        play("at-point = { kind = 'deliver', message = 'write-reply' }\nkill = { who = 'c1' }").run();
    let kinds: Vec<&str> = done(&killed).iter().map(|(access, _)| access.word()).collect();
    assert_eq!(kinds, ["read", "charge", "write"], "{}", killed.all());
    let calm = play("at = '0s'\npause = { who = 'c1', hold = '1ms' }").run();
    assert_eq!(done(&calm).last().map(|(access, _)| access.word()), Some("commit"));
}

/// It has a process of its own: one that stands still keeps its own caller waiting, and no other.
#[test]
fn a_provider_that_stands_still_holds_nobody_up_at_the_resource() {
    let fault = "at = '0s'\npause = { who = 'provider', hold = '500ms' }";
    let run = one_client(Gate::None).fault(fault).run();
    assert!(run.at("c1: read Ok(0)").in_seconds() < run.at("c1: charged Ok(())").in_seconds());
    let (read, charged) = (run.at("c1: read Ok(0)").0, run.at("c1: charged Ok(())").0);
    assert!(read < 100_000_000 && charged > 500_000_000, "{}", run.all());
    let cut = "at = '0s'\npartition = { who = 'provider', hold = '30s' }";
    let run = one_client(Gate::None).fault(cut).run();
    assert!(run.tells("c1: read Ok(0)") && run.tells("c1: charged Err(Unknown)"), "{}", run.all());
}

/// Its messages have names of their own, so one of them can be chosen.
#[test]
fn a_charge_that_comes_late_is_one_at_the_provider() {
    let late = "message = { kind = 'charge', nth = 1, delay = '3s' }";
    let play = |provider| {
        let play =
            Play::with(trivial::None).provider(provider).clients(2).workload("resource-timeout = '9s'");
        play.fault(late)
            .client("c1", |me: Me| async move {
                let guard = me.acquire().await.expect("everybody is granted");
                me.say(format!("charged {:?}", guard.charge(0).await));
            })
            .client("c2", |me: Me| async move {
                me.sleep("1s").await;
                let guard = me.acquire().await.expect("everybody is granted");
                me.say(format!("charged {:?}", guard.charge(0).await));
            })
    };
    let run = play(Gate::None).run();
    for property in [word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE] {
        let violation = run.violations(property).first().unwrap_or_else(|| panic!("{}", run.all()));
        assert_eq!(violation.evidence.site(), Site::Provider);
    }
    let keyed = play(Gate::OncePerKey).run();
    assert!(keyed.at("c1: charged Ok(())") > keyed.at("c2: charged Ok(())"), "it is answered all the same");
    for property in [word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE] {
        assert!(keyed.violations(property).is_empty(), "{}", keyed.all());
    }
}
