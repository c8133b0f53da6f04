//! How far it is to the edge: the share of broken runs against the length of a pause, as a part of the lease.

use super::latency::figure;
use crate::page::Told;
use crate::page::answer::DAMAGE;
use crate::page::contest::{Contest, Contestant, families};
use crate::page::plot::{Axis, Curve, Panel, Whisker};
use fencepost_explore::{Interval, exact_interval};
use fencepost_model::{SettingValue, word};
use maud::{Markup, html};

/// How wide a part of the axis is counted together, in parts of the lease.
const WIDTH: f64 = 0.375;
/// Where the axis ends.
const LONGEST: f64 = 3.0;

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let contest = &told.contest;
    let scenario =
        told.reading.head.scenarios.iter().map(|one| one.id.as_str()).find(|id| has_edge(contest, id))?;
    // What owners believe does not hang on the gate: there a lock with and without one is one curve.
    let rows = |properties: &'static [&'static str], with_gates: bool| -> Vec<Markup> {
        families(contest.contestants.iter().filter(|one| with_gates || one.is_first_of_its_kind))
            .into_iter()
            .filter_map(|(lock, members)| panel(contest, scenario, lock, &members, properties))
            .collect()
    };
    Some(html! {
        p {
            strong { "Of stress runs, not a probability. " }
            "In " code { (scenario) } " one holder stands still once in each run, for a drawn time. The share of runs that break, "
            "against how long that was as a part of the lease, each " (format!("{WIDTH}")) " of it counted together; the lines up "
            "and down are exact 95 % intervals (Clopper and Pearson). A lock without a lease is not drawn."
        }
        h3 { "Two thought they had it" }
        div.panels { @for panel in rows(&[word::EXCLUSIVE_BELIEF], false) { (panel) } }
        h3 { "Damage was done" }
        div.panels { @for panel in rows(&DAMAGE, true) { (panel) } }
    })
}

/// Whether every run of the scenario has one pause and nothing else.
fn has_edge(contest: &Contest<'_>, scenario: &str) -> bool {
    let mut runs = contest.contestants.iter().flat_map(|one| contest.runs(one, scenario)).peekable();
    runs.peek().is_some()
        && runs.all(|run| run.rest.windows.len() == 1 && run.rest.windows[0].word == "pause")
}

/// The lease, in microseconds.
fn lease(one: &Contestant<'_>) -> Option<f64> {
    let ttl = one.head.settings.iter().find(|(name, _)| *name == "ttl");
    match ttl {
        Some((_, SettingValue::Span(span))) => Some(span.as_nanos() as f64 / 1e3),
        _ => None,
    }
}

fn panel(
    contest: &Contest<'_>,
    scenario: &str,
    lock: &str,
    members: &[&Contestant<'_>],
    properties: &[&str],
) -> Option<Markup> {
    let members: Vec<&Contestant<'_>> = members.iter().copied().filter(|one| lease(one).is_some()).collect();
    let curves: Vec<Curve> = members
        .iter()
        .enumerate()
        .filter_map(|(series, one)| curve(contest, scenario, one, series, properties))
        .collect();
    if curves.is_empty() {
        return None;
    }
    let marks = [0.0, 1.0, 2.0, 3.0];
    let panel = Panel {
        name: format!("{lock}: share of broken runs against the length of a pause"),
        x: Axis::linear(0.0, LONGEST, marks.map(|at| (at, format!("{at:.0}"))).to_vec()),
        x_says: "pause, in leases".to_owned(),
        y: Axis::shares(),
        shades: Vec::new(),
        curves,
    };
    Some(figure(lock, &members, &panel))
}

fn curve(
    contest: &Contest<'_>,
    scenario: &str,
    one: &Contestant<'_>,
    series: usize,
    properties: &[&str],
) -> Option<Curve> {
    let lease = lease(one)?;
    let mut bins = [(0u64, 0u64); (LONGEST / WIDTH) as usize];
    for run in contest.runs(one, scenario) {
        let window = &run.rest.windows[0];
        let ratio = (window.until_us - window.from_us) as f64 / lease;
        if let Some((hits, runs)) = bins.get_mut((ratio / WIDTH) as usize) {
            *runs += 1;
            *hits += u64::from(properties.iter().any(|property| run.breaks(property)));
        }
    }
    let mut curve =
        Curve { series, is_dashed: false, has_dots: true, points: Vec::new(), whiskers: Vec::new() };
    for (place, (hits, runs)) in bins.iter().enumerate().filter(|(_, (_, runs))| *runs > 0) {
        // Members beside each other, so that their intervals can be told apart.
        let at = (place as f64 + 0.5) * WIDTH + (series % 4) as f64 * 0.03 - 0.045;
        let Interval { low, high } = exact_interval(*hits, *runs);
        curve.points.push((at, *hits as f64 / *runs as f64));
        curve.whiskers.push(Whisker { at, low, high });
    }
    Some(curve).filter(|curve| !curve.points.is_empty())
}
