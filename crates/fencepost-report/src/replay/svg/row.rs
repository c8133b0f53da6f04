//! Rows: what is told of a run, one row for each thing that happened, in the words of the text lanes.

use crate::replay::ReplayDetail;
use crate::replay::choice::Choice;
use crate::replay::mark::{Lane, Mark, Marker};
use crate::replay::stand::Stands;
use crate::replay::told::{Told, flags};
use crate::words::short;
use fencepost_model::{
    ClientEvent, Event, EventKind, Evidence, Instant, NodeId, ResourceEvent, Span, TenureEvent, TenureId,
    TraceEvent, Violation,
};

/// The most rows that are drawn where not every event is asked for.
const ROWS: usize = 80;

/// A flight that takes longer than this is drawn as one, from where it began.
pub(super) const LONG_FLIGHT: Span = Span::from_millis(100);

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub at: Instant,
    /// Its place in the history; none where the row is about an instant at which no event was told.
    pub event: Option<usize>,
    pub lane: Lane,
    pub text: String,
    /// What the resource said.
    pub answer: Option<String>,
    /// Whether something leaves here and is long under way.
    pub departs: bool,
    /// What is violated here, in short words.
    pub flags: Vec<&'static str>,
    /// How many rows were left out right before it.
    pub left_out: usize,
}

/// The rows of a run, and how many come after the last of them and have no room.
pub(super) fn rows(told: &Told<'_>, choice: &Choice, every_event: bool) -> (Vec<Row>, usize) {
    let mut rows = of_events(told, choice, every_event);
    rows.extend(departures(told, choice, &rows));
    rows.extend(bounds(told, &rows));
    rows.sort_by_key(|row| row.at);
    if every_event {
        return (rows, 0);
    }
    let (rows, _) = kept(rows, |rows| {
        let is_steady = |row: &Row| row.flags.is_empty() && extends(told, row);
        let steady: Vec<bool> = rows.iter().map(is_steady).collect();
        (0..rows.len()).map(|index| !is_amid(&steady, index)).collect()
    });
    kept(rows, near)
}

/// Whether a row does nothing but prolong a tenure.
fn extends(told: &Told<'_>, row: &Row) -> bool {
    row.event.is_some_and(|index| {
        matches!(
            told.history[index].kind,
            EventKind::Tenure(TenureEvent::Extended { .. })
                | EventKind::Client(ClientEvent::BeliefExtended { .. })
        )
    })
}

/// Whether a row is one of many steady ones, and neither among the first nor among the last of them.
fn is_amid(steady: &[bool], index: usize) -> bool {
    const SHOWN: usize = 2;
    let around = index.checked_sub(SHOWN).and_then(|from| steady.get(from..=index + SHOWN));
    around.is_some_and(|around| around.iter().all(|steady| *steady))
}

fn of_events(told: &Told<'_>, choice: &Choice, every_event: bool) -> Vec<Row> {
    let detail = ReplayDetail { width: 0, messages: false, every_event };
    let marker = Marker::new(*told, choice, &detail);
    let mut stands = Stands::new(*told, choice, every_event);
    let flags = flags(told);
    let mut rows = Vec::new();
    for (index, event) in told.history.iter().enumerate() {
        let mark =
            marker.mark(index, event, stands.all()).or_else(|| deadline(told, choice, index, every_event));
        stands.step(event);
        let Some(mark) = mark else { continue };
        let is_trace = matches!(event.kind, EventKind::Trace(TraceEvent::Sent { .. }));
        let flags = flags.get(&event.n).filter(|_| !is_trace).cloned().unwrap_or_default();
        let Mark { lane, text, answer, .. } = mark;
        let text = worded(told, index, text);
        let answer = answer.map(|answer| with_token(event, answer));
        let row =
            Row { at: event.at, event: Some(index), lane, text, answer, departs: false, flags, left_out: 0 };
        rows.push(arrived(told, row));
    }
    rows
}

/// What was long under way is told where it arrives: its owner does nothing at that instant.
fn arrived(told: &Told<'_>, row: Row) -> Row {
    let event = row.event.map(|index| &told.history[index]);
    let Some(Event { at, kind: EventKind::Resource(ResourceEvent::Decided { tag, sent, .. }), .. }) = event
    else {
        return row;
    };
    let Row { answer: Some(answer), .. } = &row else { return row };
    if at.since(*sent) <= LONG_FLIGHT {
        return row;
    }
    let text = format!("{} of {}: {answer}", row.text, told.cast.owner(tag.owner));
    Row { lane: Lane::Resource, text, answer: None, ..row }
}

/// A deadline that passes and ends nothing, because its owner does not look.
fn deadline(told: &Told<'_>, choice: &Choice, index: usize, every_event: bool) -> Option<Mark> {
    let EventKind::Client(ClientEvent::DeadlineReached { tenure }) = &told.history[index].kind else {
        return None;
    };
    (every_event || choice.tenures.contains(tenure)).then_some(())?;
    let now = told.history[index].at;
    let ends_now = told.history[index..].iter().take_while(|event| event.at == now).any(|event| {
        matches!(&event.kind, EventKind::Client(ClientEvent::BeliefEnded { tenure: of, .. }) if of == tenure)
    });
    let owner = choice.owner_of(*tenure)?;
    let lane = choice.owners.iter().position(|known| *known == owner).map(Lane::Owner)?;
    let text = "deadline passes".to_owned();
    (!ends_now).then_some(Mark { lane, glyph: None, text, answer: None })
}

/// A row's words, with how much too early the state behind a promise has gone.
fn worded(told: &Told<'_>, index: usize, text: String) -> String {
    let event = &told.history[index];
    let EventKind::Tenure(TenureEvent::Gone { tenure, node, .. }) = &event.kind else { return text };
    match promise_end(&told.history[index + 1..], *tenure, *node) {
        Some(end) if end > event.at => format!("{text}, {} too early", end.since(event.at).in_seconds()),
        _ => text,
    }
}

/// When a node's promise ended by its own time, after its state had gone.
fn promise_end(later: &[Event], tenure: TenureId, node: NodeId) -> Option<Instant> {
    later.iter().find_map(|event| match &event.kind {
        EventKind::Tenure(TenureEvent::PromiseEnded { tenure: of, node: at })
            if (*of, *at) == (tenure, node) =>
        {
            Some(event.at)
        }
        _ => None,
    })
}

fn with_token(event: &Event, answer: String) -> String {
    match &event.kind {
        EventKind::Resource(ResourceEvent::Decided { token: Some(token), .. }) => {
            format!("token {token}: {answer}")
        }
        _ => answer,
    }
}

/// Where operations began that were long under way.
fn departures(told: &Told<'_>, choice: &Choice, rows: &[Row]) -> Vec<Row> {
    let began = |row: &Row| {
        let event = &told.history[row.event?];
        let EventKind::Resource(ResourceEvent::Decided { tag, tenure, access, sent, .. }) = &event.kind
        else {
            return None;
        };
        (event.at.since(*sent) > LONG_FLIGHT).then_some(())?;
        let lane = choice.owners.iter().position(|known| *known == tag.owner).map(Lane::Owner)?;
        let text = format!("sends {} #{}", access.word(), tenure.0);
        let flags = Vec::new();
        Some(Row { at: *sent, event: None, lane, text, answer: None, departs: true, flags, left_out: 0 })
    };
    rows.iter().filter_map(began).collect()
}

/// Violations at instants at which nothing happened: that is what they are about.
fn bounds(told: &Told<'_>, rows: &[Row]) -> Vec<Row> {
    let mut missing: Vec<Row> = Vec::new();
    for report in &told.judgement.properties {
        let Some(violation) = report.verdict.violations().first() else { continue };
        let name = short(report.property);
        if rows.iter().any(|row| row.flags.contains(&name)) {
            continue;
        }
        missing.push(Row {
            at: violation.at,
            event: None,
            lane: Lane::Service,
            text: bound(violation),
            answer: None,
            departs: false,
            flags: vec![name],
            left_out: 0,
        });
    }
    missing
}

fn bound(violation: &Violation) -> String {
    match &violation.evidence {
        Evidence::DeadHolder { tenure, bound, .. } | Evidence::Orphan { tenure, bound, .. } => {
            format!("still keeps #{} after {}", tenure.0, bound.in_seconds())
        }
        Evidence::NoHandOver { bound, .. } => format!("still granted nobody after {}", bound.in_seconds()),
        Evidence::Circle { bound, .. } => format!("still a circle after {}", bound.in_seconds()),
        _ => "here".to_owned(),
    }
}

/// The rows that are chosen, each with how many were left out before it, and how many after the last.
fn kept(rows: Vec<Row>, choose: impl FnOnce(&[Row]) -> Vec<bool>) -> (Vec<Row>, usize) {
    let chosen = choose(&rows);
    let (mut kept, mut left_out) = (Vec::new(), 0);
    for (row, is_chosen) in rows.into_iter().zip(chosen) {
        left_out += row.left_out;
        if is_chosen {
            kept.push(Row { left_out: std::mem::take(&mut left_out), ..row });
        } else {
            left_out += 1;
        }
    }
    (kept, left_out)
}

/// The rows that there is room for: those nearest to what is violated, or the first.
fn near(rows: &[Row]) -> Vec<bool> {
    let flagged: Vec<usize> = (0..rows.len()).filter(|index| !rows[*index].flags.is_empty()).collect();
    let far = |index: usize| flagged.iter().map(|flag| flag.abs_diff(index)).min().unwrap_or(index);
    let mut by_distance: Vec<usize> = (0..rows.len()).collect();
    by_distance.sort_by_key(|index| far(*index));
    let mut chosen = vec![false; rows.len()];
    by_distance.iter().take(ROWS).for_each(|index| chosen[*index] = true);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn rows_far_from_what_is_violated_go_first() {
        let row = |index: u64, flags: Vec<&'static str>| Row {
            at: Instant(index),
            event: None,
            lane: Lane::Service,
            text: String::new(),
            answer: None,
            departs: false,
            flags,
            left_out: 0,
        };
        let rows = (0..500).map(|index| row(index, if index == 300 { vec!["belief"] } else { Vec::new() }));
        let (kept, after) = kept(rows.collect(), near);
        assert_eq!(kept.len(), ROWS);
        assert_eq!(kept[0].left_out as u64, kept[0].at.0);
        assert_eq!(kept[0].left_out + kept.len() + after, 500);
        assert!(kept.iter().any(|row| !row.flags.is_empty()));
    }

    #[test]
    fn of_many_steady_rows_the_first_and_the_last_are_enough() {
        let steady = [true, true, true, true, true, true, false, true, true];
        let amid: Vec<bool> = (0..steady.len()).map(|index| is_amid(&steady, index)).collect();
        assert_eq!(amid, [false, false, true, true, false, false, false, false, false]);
    }

    #[test]
    fn a_bound_that_passes_in_silence_is_a_row_of_its_own() {
        let (plan, cast, history) = (testing::plan(), testing::cast(), testing::history());
        let mut judgement = testing::judgement();
        judgement.properties.retain(|report| report.property == "exclusive-belief");
        let silent = Judgement {
            properties: vec![PropertyReport {
                property: "progress",
                verdict: Verdict::Violated(vec![Violation {
                    at: Instant(61_000_000_000),
                    event: 9_999,
                    evidence: Evidence::NoHandOver {
                        lock: LockId(0),
                        since: Instant(20_000_000_000),
                        bound: Span::from_secs(20),
                    },
                    standing: Standing::Inside,
                }]),
            }],
            seen: Vec::new(),
        };
        let told = Told {
            faults: &plan.faults,
            cast: &cast,
            judgement: &silent,
            history: &history,
            elsewhere: None,
        };
        let (rows, _) = rows(&told, &Choice::of(&told, 6), false);
        let last = rows.last().expect("there are rows");
        assert_eq!(
            (last.text.as_str(), &last.flags[..]),
            ("still granted nobody after 20.000s", &["progress"][..])
        );
    }

    use fencepost_model::{Judgement, LockId, PropertyReport, Standing, Verdict};
}
