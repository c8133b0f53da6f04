//! The end of the table: what it adds up to, and what to type next.

use crate::paint::{BAD, HEAD, OPEN, TYPED, paint};
use crate::words::{counted, roughly, thousands};
use fencepost_explore::{
    NotRepeated, Opinion, PropertyTally, Row, SightOpinion, StandingKind, StandingTally, Status, Summary,
};
use fencepost_model::word;

/// The most commands that are proposed.
const PROPOSED: usize = 3;

/// The summary line and the lines that go on from it.
pub(super) fn summary(summary: &Summary, rows: &[Row], not_repeated: &[NotRepeated]) -> String {
    let mut parts = vec![format!("{} as expected", thousands(summary.as_expected))];
    let optional = [
        (summary.unexpected, "unexpected", BAD),
        (summary.unclear, "unclear", OPEN),
        (summary.deferred, "deferred", OPEN),
        (summary.crashed, "crashed", BAD),
        (summary.not_repeated, "not repeated", BAD),
    ];
    let told = optional.iter().filter(|(count, ..)| *count > 0);
    parts.extend(told.map(|(count, word, style)| paint(*style, format!("{} {word}", thousands(*count)))));
    let (runs, time) = (counted(summary.runs, "run"), roughly(summary.virtual_time));
    let stopped = if summary.stopped { " · stopped early" } else { "" };
    let repeated = match summary.repeated {
        0 => String::new(),
        count => format!(" · {} repeated", thousands(count)),
    };
    let head = paint(HEAD, "Summary");
    let mut text = format!("\n{head}  {runs} · {time} simulated{repeated} · {}{stopped}\n", parts.join(", "));
    for (place, case) in next(rows, not_repeated).into_iter().enumerate() {
        let head = if place == 0 { paint(HEAD, "Next") } else { "    ".to_owned() };
        text += &format!("{head}     {}\n", paint(TYPED, format!("fencepost replay {case}")));
    }
    text
}

/// The cases worth looking at: what is unexpected or unclear, else the first expected break.
fn next(rows: &[Row], not_repeated: &[NotRepeated]) -> Vec<String> {
    let mut cases: Vec<String> = not_repeated.iter().map(|one| one.case.to_string()).collect();
    for wanted in [Status::Crashed, Status::Unexpected, Status::Unclear] {
        let those = rows.iter().filter(|row| row.status == wanted);
        cases.extend(those.filter_map(|row| telling_seed(row).map(|seed| row.typed(seed))));
    }
    if cases.is_empty() {
        cases.extend(rows.iter().rev().max_by_key(|row| instructive(row)).and_then(first_break));
    }
    cases.dedup();
    cases.truncate(PROPOSED);
    cases
}

/// How much an expected break teaches: most, where damage was done although something was claimed.
fn instructive(row: &Row) -> usize {
    let excused = |standing: &StandingTally| matches!(standing.standing, StandingKind::Outside(_));
    let is_told = |property: &&PropertyTally| property.standings.iter().any(excused);
    let told = row.tally.properties.iter().filter(is_told);
    told.map(|property| if property.property == word::EXCLUSIVE_EFFECT { 2 } else { 1 }).max().unwrap_or(0)
}

fn first_break(row: &Row) -> Option<String> {
    row.tally.properties.iter().filter_map(|property| property.first).min().map(|seed| row.typed(seed))
}

/// The seed that shows what the status of a row comes from.
fn telling_seed(row: &Row) -> Option<u64> {
    let of = |wanted: Status| {
        let those = row.properties().filter(move |(_, opinion)| opinion.status() == wanted);
        those.filter_map(|(property, opinion)| match opinion {
            Opinion::CheckerPanicked => property.first_panic.as_ref().map(|(seed, _)| *seed),
            Opinion::Unclear => property.first_unclear.as_ref().map(|(seed, _)| *seed),
            Opinion::NeverBroke => Some(row.seeds.from),
            _ => property.first,
        })
    };
    let unseen =
        row.sights.iter().any(|(_, opinion)| *opinion == SightOpinion::NeverSeen).then_some(row.seeds.from);
    let crash = row.tally.first_crash.as_ref().map(|crash| crash.seed);
    let crash = crash.or_else(|| of(Status::Crashed).min());
    crash.or_else(|| of(Status::Unexpected).min()).or_else(|| of(Status::Unclear).min()).or(unseen)
}
