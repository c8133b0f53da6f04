//! How long an acquire takes: calm, under fault, and with many contenders.

use crate::page::Told;
use crate::page::contest::{Contest, Contestant};
use crate::page::cost::quantile;
use crate::page::plot::{Axis, Curve, Panel};
use crate::page::reading::Measured;
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

/// What many contenders do to those who wait, and to all together.
fn crowds(contest: &Contest<'_>) -> Markup {
    let scenarios: Vec<&str> = contest.crowds().collect();
    if scenarios.len() < 2 {
        return html! {};
    }
    let panels = |axis: &Axis, about: &str, of: Height| -> Vec<Markup> {
        let families = contest.families();
        let drawn = families
            .iter()
            .map(|(lock, members)| crowd(contest, &scenarios, lock, members, (axis, about, of)));
        drawn.collect()
    };
    let rates = [1.0, 10.0, 100.0, 1_000.0].map(|at| (at, format!("{at:.0}/s"))).to_vec();
    html! {
        h3 { "With many contenders" }
        p {
            "The median time to the grant against the number of contenders, nothing going wrong, with short holds. Whoever "
            "was not served before the end waited longer than any who was; so a curve ends where fewer than half were served, "
            "and the median is not known."
        }
        div.panels { @for panel in panels(&Axis::times(500.0, 2e7), "median time to the grant", median) { (panel) } }
        p { "And how many grants all of them got in a second: whether a crowd that nobody can serve slows down those who are." }
        div.panels { @for panel in panels(&Axis::log(1.0, 1_000.0, rates), "grants a second", rate) { (panel) } }
        (served(contest, &scenarios))
    }
}

/// What is drawn of the runs of one lock with so many contenders.
type Height = fn(&[&Measured]) -> Option<f64>;

/// The median wait; none where fewer than half were served.
fn median(runs: &[&Measured]) -> Option<f64> {
    let mut took: Vec<u32> = runs.iter().flat_map(|run| &run.waits).map(|wait| wait.took_us).collect();
    took.sort_unstable();
    let never: u64 = runs.iter().map(|run| run.never_served()).sum();
    took.extend(std::iter::repeat_n(u32::MAX, never as usize));
    quantile(&took, 50).filter(|median| *median < u32::MAX).map(f64::from)
}

/// Grants a second.
fn rate(runs: &[&Measured]) -> Option<f64> {
    let grants: usize = runs.iter().map(|run| run.waits.len()).sum();
    let micros: u64 = runs.iter().map(|run| run.rest.until_us).sum();
    (grants > 0 && micros > 0).then(|| grants as f64 * 1e6 / micros as f64)
}

fn crowd(
    contest: &Contest<'_>,
    scenarios: &[&str],
    lock: &str,
    members: &[&Contestant<'_>],
    (y, about, of): (&Axis, &str, Height),
) -> Markup {
    let mut curves = Vec::new();
    for (series, one) in members.iter().enumerate() {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for scenario in scenarios {
            let runs: Vec<&Measured> = contest.runs(one, scenario).collect();
            let Some(owners) = runs.first().map(|run| run.rest.owners) else { continue };
            points.extend(of(&runs).map(|height| (f64::from(owners), height)));
        }
        points.sort_by(|left, right| left.0.total_cmp(&right.0));
        curves.push(Curve { series, is_dashed: false, has_dots: true, points, whiskers: Vec::new() });
    }
    let marks = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    let panel = Panel {
        name: format!("{lock}: {about} against the number of contenders"),
        x: Axis::log(0.8, 14_000.0, marks.map(|at| (at, format!("{at:.0}"))).to_vec()),
        x_says: "contenders".to_owned(),
        y: y.clone(),
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
