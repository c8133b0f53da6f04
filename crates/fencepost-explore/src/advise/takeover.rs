//! How long the lock is out of reach when its holder dies.

use crate::Stop;
use crate::margin::Witness;
use crate::search::{Field, NamedPlaces};
use fencepost_model::{
    ClientEvent, EventKind, Fault, Instant, OwnerId, Placement, Plan, PlannedFault, ProcessRole, Span,
    Target, WorldEvent, word,
};
use fencepost_sim::RunResult;
use std::sync::Arc;

/// What came of killing the holder.
#[derive(Clone, Debug, Default)]
pub struct TakeOver {
    /// At how many places it was killed.
    pub placements: usize,
    /// From the death to the next grant, the longest that was seen; none: somebody never got the lock.
    pub longest: Option<Span>,
    /// The run in which nobody else ever got it, with the progress that it lacks.
    pub witness: Option<Witness>,
    /// The first run in which its death did harm: which property broke, and how.
    pub harm: Option<(&'static str, Witness)>,
}

/// Kills a client at each of its places in the calm run, and looks how long the others wait, and whether any of the
/// properties of `harm` breaks. The error is what a panic of ours said.
pub(crate) fn take_over(
    field: &Field<'_>,
    client: &str,
    harm: &'static [&'static str],
    stop: &Stop,
) -> Result<TakeOver, String> {
    let calm = Arc::new(field.calm(0));
    let seen = field.run(&calm, true)?;
    let mut found = TakeOver { longest: Some(Span::ZERO), ..TakeOver::default() };
    for faults in deaths(&seen, client).into_iter().take_while(|_| !stop.is_raised()) {
        let plan = Arc::new(Plan { faults, ..Plan::clone(&calm) });
        found.placements += 1;
        let run = field.run(&plan, true)?;
        let hurt = || harm.iter().find_map(|property| Some((*property, broken(&run, &plan, property)?)));
        found.harm = found.harm.or_else(hurt);
        match waited(&run, client) {
            Waited::NotLeftBehind => {}
            Waited::For(span) => found.longest = found.longest.map(|longest| longest.max(span)),
            Waited::InVain => {
                found.longest = None;
                found.witness = found.witness.or_else(|| broken(&run, &plan, word::PROGRESS));
            }
        }
    }
    Ok(found)
}

/// The death of a client, for good, at each of its places in a run that was recorded.
pub(crate) fn deaths(seen: &RunResult, client: &str) -> Vec<Vec<PlannedFault>> {
    let places = NamedPlaces::of(seen).around(client);
    let own = places.points().filter(|place| place.role == ProcessRole::Client);
    let kill = |place: Placement| {
        let what = Fault::Kill { who: Target::Named(client.to_owned()), restart_after: None };
        vec![PlannedFault { name: "1".to_owned(), place, what }]
    };
    own.map(|place| kill(place.placement())).collect()
}

/// How the run breaks a property.
fn broken(run: &RunResult, plan: &Arc<Plan>, property: &str) -> Option<Witness> {
    let violation = run.judgement.of(property)?.violations().first()?.clone();
    Some(Witness { plan: plan.clone(), violation, cast: run.cast.clone() })
}

/// How long the others waited for a lock that a dead client had held.
enum Waited {
    /// It died with nothing in its hands.
    NotLeftBehind,
    For(Span),
    InVain,
}

fn waited(run: &RunResult, client: &str) -> Waited {
    let of_client = |owner: OwnerId| run.cast.process(run.cast.process_of(owner)) == client;
    let (mut holds, mut died): (bool, Option<Instant>) = (false, None);
    for event in &run.history {
        match &event.kind {
            EventKind::Client(ClientEvent::BeliefStarted { tag, .. }) if of_client(tag.owner) => holds = true,
            EventKind::Client(ClientEvent::BeliefStarted { .. }) => match died {
                Some(died) => return Waited::For(event.at.since(died)),
                None => return Waited::NotLeftBehind,
            },
            EventKind::World(WorldEvent::Killed { process }) if run.cast.process(*process) == client => {
                if !holds {
                    return Waited::NotLeftBehind;
                }
                died = Some(event.at);
            }
            _ => {}
        }
    }
    if died.is_some() { Waited::InVain } else { Waited::NotLeftBehind }
}
