//! A counter-example in the lanes of a replay, where it is about tenures.

use super::{Checked, story};
use fencepost_check::history::{Action, CounterExample, Opinion, Phase, Row, Story, WhoId, Witness};
use fencepost_model::{
    Access, BeliefEnd, Cast, ClientEvent, Event, EventKind, Evidence, Instant, Judgement, LockEntry, LockId,
    MachineEntry, MachineId, Mode, NodeId, OpTag, OwnerEntry, OwnerId, ProcessEntry, ProcessId, ProcessRole,
    PropertyReport, ResourceEvent, Site, Slot, Standing, TenureEvent, TenureId, Token, Verdict, Violation,
};
use fencepost_report::Strip;
use std::sync::Arc;

const LOCK: LockId = LockId(0);
const SERVICE: NodeId = ProcessId(0);

/// What is drawn of a counter-example.
struct Scene {
    cast: Cast,
    judgement: Judgement,
    history: Vec<Event>,
    places: Vec<String>,
}

/// The lanes as text; none where the story is not one of tenures.
pub(super) fn lanes(checked: &Checked, row: &Row, width: usize) -> Option<String> {
    let scene = scene(checked, row)?;
    Some(strip(&scene, "", &[]).lanes(width))
}

/// The first counter-example of tenures as a picture, the worst first; none where there is none.
pub(super) fn svg(checked: &Checked) -> Option<String> {
    let rows = &checked.report.rows;
    let broken = rows.iter().filter(|row| matches!(row.opinion, Opinion::Violated(_)));
    let unclear = rows.iter().filter(|row| matches!(row.opinion, Opinion::Unclear(_)));
    let (row, scene) = broken.chain(unclear).find_map(|row| Some((row, scene(checked, row)?)))?;
    let said = [format!("{} {}: {}", row.property, story::word(&row.opinion), story::why(checked, row))];
    let title = if checked.file == "-" { "standard input" } else { &checked.file };
    let under = format!("model {}", checked.rules.model);
    let strip = Strip { title, under: &under, said: &said, ..strip(&scene, "", &[]) };
    Some(strip.svg("lanes"))
}

fn strip<'a>(scene: &'a Scene, title: &'a str, said: &'a [String]) -> Strip<'a> {
    let Scene { cast, judgement, history, places } = scene;
    Strip { title, under: "", cast, judgement, history, places, said }
}

fn scene(checked: &Checked, row: &Row) -> Option<Scene> {
    let example = row.opinion.example()?;
    let tells = matches!(
        example.story,
        Story::Overlap { .. }
            | Story::TakenAgain
            | Story::TooMany { .. }
            | Story::TokenNotLarger { .. }
            | Story::TwoTokens
            | Story::StaleWrite
    );
    tells.then_some(())?;
    let mut owners: Vec<WhoId> = Vec::new();
    for event in &example.events {
        if !owners.contains(&event.who) {
            owners.push(event.who);
        }
    }
    let tenures = tenures(example, &owners);
    let places = example.events.iter().map(|event| format!("line {}", event.stamp.line)).collect();
    let history = (0..).zip(example.events.iter().zip(&tenures)).filter_map(|(n, (event, tenure))| {
        Some(Event { n, at: at(example, n as usize), kind: kind(event, *tenure, &owners)? })
    });
    let history: Vec<Event> = history.collect();
    let violated = matches!(row.opinion, Opinion::Violated(_));
    let violations = violated.then(|| violation(example, &tenures, &owners)).flatten();
    let verdict = violations.map_or(Verdict::Holds, |violation| Verdict::Violated(vec![violation]));
    let properties = vec![PropertyReport { property: row.property, verdict }];
    let judgement = Judgement { properties, seen: Vec::new() };
    (history.len() == example.events.len()).then(|| Scene {
        cast: cast(checked, example, &owners),
        judgement,
        history,
        places,
    })
}

/// Since the first event, by the clocks; without clocks, a second for each event.
fn at(example: &CounterExample, place: usize) -> Instant {
    let times: Option<Vec<i64>> = example.events.iter().map(|event| event.stamp.at).collect();
    let since = times.and_then(|times| {
        let first = times.iter().min()?;
        u64::try_from(times[place].checked_sub(*first)?).ok()
    });
    Instant(since.unwrap_or(place as u64 * 1_000_000_000))
}

/// Which tenure each event is about: an acquire or a grant begins one, in the order of the example. A write that
/// came too late comes last, and is of the older one.
fn tenures(example: &CounterExample, owners: &[WhoId]) -> Vec<TenureId> {
    let is_taken = matches!(example.story, Story::StaleWrite);
    let mut now: Vec<Option<TenureId>> = vec![None; owners.len()];
    let mut count = 0;
    let mut new = || {
        count += 1;
        TenureId(if is_taken { 3_u32.saturating_sub(count) } else { count })
    };
    let each = example.events.iter().map(|event| {
        let whose = &mut now[place_of(event.who, owners)];
        let begins = begins(event) || is_taken && whose.is_none();
        if begins || whose.is_none() {
            *whose = Some(new());
        }
        whose.unwrap_or_default()
    });
    each.collect()
}

fn begins(event: &Witness) -> bool {
    let grants = matches!(event.action, Action::Granted | Action::GrantedShared);
    grants || event.action.is_acquire() && event.phase == Phase::Ok
}

fn place_of(who: WhoId, owners: &[WhoId]) -> usize {
    owners.iter().position(|known| *known == who).unwrap_or(0)
}

fn tag(event: &Witness, tenure: TenureId, owners: &[WhoId]) -> OpTag {
    let owner = OwnerId(place_of(event.who, owners) as u32);
    OpTag { owner, incarnation: 1, attempt: tenure.0, op: tenure.0 }
}

/// The event as one of a run; none where a run has nothing like it.
fn kind(event: &Witness, tenure: TenureId, owners: &[WhoId]) -> Option<EventKind> {
    let (tag, token) = (tag(event, tenure, owners), event.token.map(Token));
    let shared = matches!(event.action, Action::AcquireShared | Action::GrantedShared);
    let mode = if shared { Mode::Shared } else { Mode::Exclusive };
    let (lock, slot) = (LOCK, Slot(0));
    let ended = |why| EventKind::Client(ClientEvent::BeliefEnded { tenure, why });
    Some(match (event.action, event.phase) {
        (Action::Acquire | Action::AcquireShared, Phase::Ok) => {
            EventKind::Client(ClientEvent::BeliefStarted {
                tenure,
                tag,
                lock,
                slot,
                mode,
                deadline: None,
                token,
            })
        }
        (Action::Release, Phase::Invoke | Phase::Ok) => ended(BeliefEnd::Released),
        (Action::Lost, _) => ended(BeliefEnd::Lost),
        (Action::Granted | Action::GrantedShared, _) => EventKind::Tenure(TenureEvent::Granted {
            tenure,
            node: SERVICE,
            tag,
            lock,
            slot,
            mode,
            promised: None,
            token,
        }),
        (Action::Ended, _) => EventKind::Tenure(TenureEvent::PromiseEnded { tenure, node: SERVICE }),
        (Action::GuardedRead | Action::GuardedWrite | Action::Charge, phase) => {
            let access = match event.action {
                Action::GuardedRead => Access::Read { version: 0 },
                Action::Charge => Access::Charge { job: 0, number: 0 },
                _ => Access::Write { parent: 0, version: 0 },
            };
            let (sequence, accepted, sent) = (1, phase == Phase::Ok, Instant::START);
            let decided =
                ResourceEvent::Decided { tag, tenure, lock, access, token, sequence, accepted, sent };
            EventKind::Resource(decided)
        }
        _ => return None,
    })
}

/// What the picture marks: the event that makes the example one, the last that begins or is taken.
fn violation(example: &CounterExample, tenures: &[TenureId], owners: &[WhoId]) -> Option<Violation> {
    let changes = |action| matches!(action, Action::GuardedWrite | Action::Charge);
    let tells = |event: &Witness| begins(event) || changes(event.action);
    let place = example.events.iter().rposition(tells)?;
    let (first, last) = (example.events.first()?, &example.events[place]);
    let (first_tenure, last_tenure) = (tenures[0], tenures[place]);
    let owner = |event: &Witness| tag(event, TenureId(0), owners).owner;
    let evidence = match example.story {
        Story::StaleWrite => Evidence::Inversion {
            site: if last.action == Action::Charge { Site::Provider } else { Site::Resource },
            lock: LOCK,
            late: tag(last, last_tenure, owners),
            older: last_tenure,
            early: tag(first, first_tenure, owners),
            newer: first_tenure,
            early_at: at(example, 0),
        },
        _ => Evidence::Overlap {
            lock: LOCK,
            first: first_tenure,
            first_owner: owner(first),
            second: last_tenure,
            second_owner: owner(last),
            from: at(example, place),
            until: None,
        },
    };
    Some(Violation { at: at(example, place), event: place as u64, evidence, standing: Standing::NotClaimed })
}

fn cast(checked: &Checked, example: &CounterExample, owners: &[WhoId]) -> Cast {
    let name = |who: &WhoId| -> Arc<str> { checked.owners.name(who.0).into() };
    let clients = owners.iter().map(|who| (name(who), ProcessRole::Client));
    let has_provider = example.events.iter().any(|event| event.action == Action::Charge);
    let sites = [Site::Resource, Site::Provider].into_iter();
    let sites = sites.filter(|site| site.is_resource() || has_provider);
    let all: Vec<(Arc<str>, ProcessRole)> = std::iter::once(("service".into(), ProcessRole::Server))
        .chain(clients)
        .chain(sites.map(|site| (site.name().into(), ProcessRole::Resource)))
        .collect();
    let machine =
        |(name, _): &(Arc<str>, ProcessRole)| MachineEntry { name: name.clone(), ppm: 0, wall_offset: 0 };
    let process = |(number, (name, role)): (u32, &(Arc<str>, ProcessRole))| ProcessEntry {
        name: name.clone(),
        machine: MachineId(number),
        role: *role,
    };
    Cast {
        machines: all.iter().map(machine).collect(),
        processes: (0..).zip(&all).map(process).collect(),
        owners: (1..)
            .zip(owners)
            .map(|(process, who)| OwnerEntry { name: name(who), process: ProcessId(process) })
            .collect(),
        locks: vec![LockEntry { name: checked.keys.name(example.key.0).into() }],
    }
}
