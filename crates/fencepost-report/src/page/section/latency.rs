//! How long an acquire takes: calm, under fault, and with many contenders.

use crate::page::Told;
use crate::page::contest::{Contest, Contestant};
use crate::page::cost::quantile;
use crate::page::plot::{Axis, Curve, Panel};
use maud::{Markup, PreEscaped, html};

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let contest = &told.contest;
    if contest.is_empty() {
        return None;
    }
    Some(html! {
        p {
            "The share of acquires that were granted within a time, waiting for others included. Whole lines: nothing goes "
            "wrong. Dashed lines: a fault was in force at some instant of the call, in any scenario. What was never granted is "
            "in neither."
        }
        div.panels { @for (lock, members) in contest.families() { (curves(contest, lock, &members)) } }
        (crowds(contest))
    })
}

fn curves(contest: &Contest<'_>, lock: &str, members: &[&Contestant<'_>]) -> Markup {
    let calm = contest.calm.unwrap_or_default();
    let mut curves = Vec::new();
    for (series, one) in members.iter().enumerate() {
        let calm = contest.runs(one, calm).flat_map(|run| &run.waits).map(|wait| wait.took_us).collect();
        let waits = contest.stressed(one).flat_map(|run| &run.waits).filter(|wait| wait.under_fault);
        let stressed = waits.map(|wait| wait.took_us).collect();
        for (is_dashed, took) in [(false, calm), (true, stressed)] {
            curves.push(Curve {
                series,
                is_dashed,
                has_dots: false,
                points: cumulative(took),
                whiskers: Vec::new(),
            });
        }
    }
    let panel = Panel {
        name: format!("{lock}: share of acquires granted within a time"),
        x: Axis::times(500.0, 2e7),
        x_says: "time to the grant".to_owned(),
        y: Axis::shares(),
        shades: Vec::new(),
        curves,
    };
    figure(lock, members, &panel)
}

/// A plot with the names of what is drawn.
pub fn figure(lock: &str, members: &[&Contestant<'_>], panel: &Panel) -> Markup {
    html! {
        figure.panel {
            figcaption {
                strong { (lock) }
                ul.key { @for (series, one) in members.iter().enumerate() {
                    li { span class={ "swatch bs" (series % 4) } {} (one.name) }
                } }
            }
            (PreEscaped(panel.draw()))
        }
    }
}

/// The curve of what part took at most so long: every half of a hundredth, so that its size does not hang on how much
/// was measured.
fn cumulative(mut took: Vec<u32>) -> Vec<(f64, f64)> {
    took.sort_unstable();
    let Some(first) = took.first().copied() else { return Vec::new() };
    let at = |step: usize| {
        let place = (took.len() * step).div_ceil(200).clamp(1, took.len()) - 1;
        (f64::from(took[place]), step as f64 / 200.0)
    };
    let mut points = vec![(f64::from(first), 0.0)];
    points.extend((1..=200).map(at));
    points.dedup();
    points
}

/// The median against how many contend.
fn crowds(contest: &Contest<'_>) -> Markup {
    let scenarios: Vec<&str> = contest.crowds().collect();
    if scenarios.len() < 2 {
        return html! {};
    }
    html! {
        h3 { "With many contenders" }
        p {
            "The median time to the grant against the number of contenders, nothing going wrong, with short holds. Runs with "
            "many contenders are few and short, and only what was granted before the end is counted: at the right end the "
            "time is bounded by the length of the run, and the share of those who were served tells the rest."
        }
        div.panels { @for (lock, members) in contest.families() { (crowd(contest, &scenarios, lock, &members)) } }
        (served(contest, &scenarios))
    }
}

fn crowd(contest: &Contest<'_>, scenarios: &[&str], lock: &str, members: &[&Contestant<'_>]) -> Markup {
    let mut curves = Vec::new();
    for (series, one) in members.iter().enumerate() {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for scenario in scenarios {
            let Some(owners) = contest.runs(one, scenario).map(|run| run.rest.owners).next() else {
                continue;
            };
            let mut took: Vec<u32> =
                contest.runs(one, scenario).flat_map(|run| &run.waits).map(|wait| wait.took_us).collect();
            took.sort_unstable();
            points.extend(quantile(&took, 50).map(|median| (f64::from(owners), f64::from(median))));
        }
        points.sort_by(|left, right| left.0.total_cmp(&right.0));
        curves.push(Curve { series, is_dashed: false, has_dots: true, points, whiskers: Vec::new() });
    }
    let marks = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    let panel = Panel {
        name: format!("{lock}: median time to the grant against the number of contenders"),
        x: Axis::log(0.8, 14_000.0, marks.map(|at| (at, format!("{at:.0}"))).to_vec()),
        x_says: "contenders".to_owned(),
        y: Axis::times(500.0, 2e7),
        shades: Vec::new(),
        curves,
    };
    figure(lock, members, &panel)
}

/// How many owners got the lock at all, by the number of contenders.
fn served(contest: &Contest<'_>, scenarios: &[&str]) -> Markup {
    let mut columns: Vec<(u32, &str)> = scenarios
        .iter()
        .filter_map(|scenario| {
            let mut runs = contest.kinds().flat_map(|one| contest.runs(one, scenario));
            runs.next().map(|run| (run.rest.owners, *scenario))
        })
        .collect();
    columns.sort_unstable();
    html! {
        details {
            summary { "Grants a second, and the share of owners who got any" }
            div.scroll { table.grid {
                thead { tr { th scope="col" { "lock" } @for (owners, _) in &columns { th scope="col" { (owners) } } } }
                tbody { @for one in contest.kinds() { tr {
                    th scope="row" { (one.name) }
                    @for (_, scenario) in &columns { td { (throughput(contest, one, scenario)) } }
                } } }
            } }
        }
    }
}

fn throughput(contest: &Contest<'_>, one: &Contestant<'_>, scenario: &str) -> String {
    let (mut grants, mut micros, mut served, mut owners) = (0, 0, 0, 0);
    for run in contest.runs(one, scenario) {
        grants += run.waits.len() as u64;
        micros += run.rest.until_us;
        served += run.by_owner.iter().filter(|grants| **grants > 0).count() as u64;
        owners += run.by_owner.len() as u64;
    }
    match micros {
        0 => "–".to_owned(),
        _ => {
            let rate = grants as f64 * 1e6 / micros as f64;
            format!("{rate:.0}/s, {}", crate::page::figure::share(served, owners))
        }
    }
}
