//! When somebody dies: how long until somebody has the lock again, and what can be had meanwhile.

use super::latency::figure;
use crate::page::Told;
use crate::page::contest::{Contest, Contestant};
use crate::page::cost::Recoveries;
use crate::page::figure::thousands;
use crate::page::figure::{share, time_or};
use crate::page::plot::{Axis, Curve, Panel, bar, range};
use fencepost_check::measure::{Bereft, Death, TimeShares};
use maud::{Markup, PreEscaped, html};

const WHOM: [(Bereft, Death, &str, &str); 5] = [
    (Bereft::Holder, Death::Kill, "The holder's process is killed", "its peers see the connection close"),
    (Bereft::Holder, Death::PowerCut, "The holder's machine loses power", "its peers see nothing"),
    (Bereft::Server, Death::Restart, "The server is restarted", "it is back at once"),
    (Bereft::Server, Death::Kill, "The server is killed", "the leader or the store; of several alike any"),
    (Bereft::Server, Death::PowerCut, "The server's machine loses power", "what was not synced is lost"),
];

pub fn tell(told: &Told<'_>) -> Option<Markup> {
    let contest = &told.contest;
    if contest.is_empty() {
        return None;
    }
    let tables: Vec<Markup> = WHOM.iter().filter_map(|whom| recoveries(contest, *whom)).collect();
    if tables.is_empty() {
        return None;
    }
    Some(html! {
        p {
            "How long after a death the next tenure begins: the median of all such deaths, with the spread from the tenth to "
            "the ninetieth of a hundred, in runs in which nothing else goes wrong. The rest of a tenure that goes on is part of "
            "the time. Where nobody had the lock again before the end of the run, at least six seconds later, that counts as "
            "the slowest. With a lease, the dead keep the lock until it ends: the setting " code { "ttl" } "."
        }
        @for table in tables { (table) }
        (availability(contest))
        (shares(contest))
    })
}

fn recoveries(
    contest: &Contest<'_>,
    (of, death, title, about): (Bereft, Death, &str, &str),
) -> Option<Markup> {
    let rows: Vec<(&Contestant<'_>, Recoveries)> = contest
        .kinds()
        .map(|one| (one, Recoveries::of(contest, one, of, death)))
        .filter(|(_, recoveries)| recoveries.count() > 0)
        .collect();
    if rows.is_empty() {
        return None;
    }
    // By square roots, so that tenths of seconds are seen beside ten seconds.
    let slowest = rows
        .iter()
        .filter_map(|(_, one)| one.quantile(90).or(one.took_us.last().copied()))
        .max()
        .unwrap_or(1);
    let place = |us: Option<u64>| us.map_or(1.0, |us| (us as f64 / slowest.max(1) as f64).sqrt());
    Some(html! {
        h3 { (title) " " span.aside { (about) } }
        div.scroll { table {
            thead { tr {
                th scope="col" { "lock" } th scope="col" { "median" }
                th.plot scope="col" { "to " (time_or(Some(slowest), "")) }
                th scope="col" { "10 of 100" } th scope="col" { "90 of 100" } th scope="col" { "not before the end" }
            } }
            tbody { @for (one, took) in &rows { tr {
                th scope="row" { (one.name) }
                td { (time_or(took.quantile(50), "never")) }
                td.plot {
                    (PreEscaped(range("time to the next grant", place(took.quantile(10)), place(took.quantile(50)), place(took.quantile(90)))))
                }
                td { (time_or(took.quantile(10), "never")) }
                td { (time_or(took.quantile(90), "never")) }
                td { @if took.never == 0 { "·" } @else { (thousands(took.never)) " of " (thousands(took.count())) } }
            } } }
        } }
    })
}

/// Slots of the plot of grants over time, in milliseconds.
const SLOT: i64 = 250;
const FROM: i64 = -2_000;
const TO: i64 = 8_000;

/// Grants over time, around the death of a server.
fn availability(contest: &Contest<'_>) -> Markup {
    let panels: Vec<Markup> = contest
        .families()
        .into_iter()
        .filter_map(|(lock, members)| around_death(contest, lock, &members))
        .collect();
    html! {
        @if !panels.is_empty() {
            h3 { "What can be had meanwhile" }
            p { "Grants in each quarter of a second around the death of a server, as a share of what it was before; the server is "
                "away where it is hatched." }
            div.panels { @for panel in panels { (panel) } }
        }
    }
}

fn around_death(contest: &Contest<'_>, lock: &str, members: &[&Contestant<'_>]) -> Option<Markup> {
    let mut curves = Vec::new();
    let mut away: Vec<u64> = Vec::new();
    for (series, one) in members.iter().enumerate() {
        let mut slots = vec![0u64; ((TO - FROM) / SLOT) as usize];
        for run in contest.stressed(one) {
            // One death, and nothing else: of several the grants around one are those of another.
            let [window] = &run.rest.windows[..] else { continue };
            let [recovery] = &run.rest.recoveries[..] else { continue };
            if recovery.of != Bereft::Server || run.rest.until_us < recovery.at_us + TO as u64 * 1_000 {
                continue;
            }
            away.push((window.until_us - window.from_us) / 1_000);
            let died = (recovery.at_us / 1_000) as i64;
            for wait in &run.waits {
                let slot = (i64::from(wait.at_ms) - died - FROM).div_euclid(SLOT);
                if let Some(slot) = usize::try_from(slot).ok().and_then(|slot| slots.get_mut(slot)) {
                    *slot += 1;
                }
            }
        }
        let before = (-FROM / SLOT) as usize;
        let usual = slots[..before].iter().sum::<u64>() as f64 / before as f64;
        if usual > 0.0 {
            let at = |slot: usize| (FROM + SLOT * slot as i64 + SLOT / 2) as f64;
            let points =
                slots.iter().enumerate().map(|(slot, grants)| (at(slot), *grants as f64 / usual)).collect();
            curves.push(Curve { series, is_dashed: false, has_dots: false, points, whiskers: Vec::new() });
        }
    }
    away.sort_unstable();
    let away = *away.get(away.len() / 2)?;
    let seconds = |at: i64| (at as f64 * 1e3, format!("{at} s"));
    let marks = [-2, 0, 2, 4, 6, 8].map(|at: i64| (at as f64 * 1e3, seconds(at).1)).to_vec();
    let panel = Panel {
        name: format!("{lock}: grants around the death of a server"),
        x: Axis::linear(FROM as f64, TO as f64, marks),
        x_says: "since the death".to_owned(),
        y: Axis::linear(
            0.0,
            1.5,
            [0.0, 0.5, 1.0, 1.5].map(|part| (part, format!("{:.0} %", part * 100.0))).to_vec(),
        ),
        shades: vec![(0.0, (away as f64).min(TO as f64))],
        curves,
    };
    (!panel.curves.is_empty()).then(|| figure(lock, members, &panel))
}

/// How the time was spent in each scenario with deaths.
fn shares(contest: &Contest<'_>) -> Markup {
    html! {
        h3 { "Is it usable at all?" }
        p {
            "How the time was spent in all scenarios in which something goes wrong: "
            span.swatch.bs0 {} "somebody had the lock, " span.swatch.bs1 {} "nobody had it although somebody asked, "
            "and the rest: nobody asked."
        }
        div.scroll { table {
            thead { tr {
                th scope="col" { "lock" } th.plot scope="col" { "of the time" } th scope="col" { "held" }
                th scope="col" { "wanted, and not had" } th scope="col" { "not wanted" }
            } }
            tbody { @for one in contest.kinds() { (spent(contest, one)) } }
        } }
    }
}

fn spent(contest: &Contest<'_>, one: &Contestant<'_>) -> Markup {
    let mut sum = TimeShares::default();
    for run in contest.stressed(one) {
        sum.held_us += run.rest.time.held_us;
        sum.free_us += run.rest.time.free_us;
        sum.blocked_us += run.rest.time.blocked_us;
    }
    let all = (sum.held_us + sum.free_us + sum.blocked_us).max(1);
    let parts = [sum.held_us as f64 / all as f64, sum.blocked_us as f64 / all as f64];
    html! { tr {
        th scope="row" { (one.name) }
        td.plot { (PreEscaped(bar("held, and wanted but not had", &parts))) }
        td { (share(sum.held_us, all)) }
        td { (share(sum.blocked_us, all)) }
        td { (share(sum.free_us, all)) }
    } }
}
