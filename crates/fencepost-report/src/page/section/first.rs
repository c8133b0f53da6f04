//! The first screen: what was asked, what came out, and which lock.

use crate::page::Told;
use crate::page::answer::{Need, Record};
use crate::page::figure::{counted, thousands};
use crate::page::figure::{list, of, rounded, share, time, time_or};
use fencepost_explore::{Exit, Status};
use fencepost_model::Assumption;
use maud::{Markup, html};

/// What the page is called.
pub fn title(told: &Told<'_>) -> String {
    match told.contest.is_empty() {
        true => format!("fencepost: {}", asked(told)),
        false => "fencepost: which lock, at what cost, under which assumptions".to_owned(),
    }
}

fn asked(told: &Told<'_>) -> String {
    let what = &told.reading.head.asked.what;
    match what.len() {
        0 => "the shipped suites".to_owned(),
        1..=3 => list(what),
        some => format!("{}, {} and {} more", what[0], what[1], some - 2),
    }
}

/// Everything above the first section.
pub fn first(told: &Told<'_>) -> Markup {
    let runs = thousands(told.reading.runs());
    let scenarios = counted(told.reading.head.scenarios.len() as u64, "scenario");
    html! {
        header {
            p.eyebrow { "fencepost report · " (asked(told)) " · " (scenarios) " · " (runs) " runs" }
            @if told.contest.is_empty() {
                h1 { "Is it safe, under which faults?" }
            } @else {
                h1 { "Which lock, at what cost, under which assumptions" }
            }
            (verdict(told))
            @if !told.contest.is_empty() {
                div.answers { @for (need, _) in &told.answers.picks { (card(told, *need)) } }
                (others(told))
            }
            p.note {
                "Counts are of stress runs, not a probability: faults are drawn to hurt. Servers are models, and "
                a href="#glossary" { "what they leave out" } " is listed. No violation found means: not in these "
                "seeds, under these faults."
            }
        }
    }
}

/// What came out, in a line.
fn verdict(told: &Told<'_>) -> Markup {
    let count = |status: Status| told.reading.rows.iter().filter(|row| row.status == status).count() as u64;
    let (unexpected, crashed) = (count(Status::Unexpected), count(Status::Crashed));
    let (unclear, deferred) = (count(Status::Unclear), count(Status::Deferred));
    let rows = told.reading.rows.len() as u64;
    let bad = unexpected + crashed;
    let mut more = Vec::new();
    if unclear > 0 {
        more.push(format!("{} unclear", thousands(unclear)));
    }
    if deferred > 0 {
        more.push(format!("{} to be decided by seeds that were not run", thousands(deferred)));
    }
    let missing = &told.reading.missing;
    html! {
        p.verdict {
            @if bad > 0 {
                strong.bad { (counted(bad, "row")) " of " (thousands(rows)) " not as expected" }
            } @else {
                strong { "Everything is as the scenarios expect" } " in " (counted(rows, "row"))
            }
            @if !more.is_empty() { ", " (list(&more)) }
            ". A row is one lock in one scenario, over all its seeds."
            @if bad > 0 { " " a href="#unexpected" { "See below." } }
        }
        @if !missing.is_empty() || told.reading.torn {
            p.verdict {
                strong.open { "This run is not whole: " }
                (counted(missing.iter().map(|one| one.seeds).sum(), "run")) " of " (counted(missing.len() as u64, "row"))
                " are missing, the first of them "
                @if let Some(one) = missing.first() { code { (one.scenario) "/" (one.variant) "@" (one.first) } }
                @if told.reading.torn { ". Its last line was cut off while it was written" }
                "."
            }
        }
        @match told.reading.head.finished.as_ref() {
            None => p.verdict { strong.open { "It was never finished." } " It was stopped from outside, or goes on." },
            Some(finished) if finished.exit == Exit::Stopped => p.verdict { strong.open { "It was stopped early." } },
            Some(finished) if !finished.not_repeated.is_empty() => p.verdict {
                strong.bad { (counted(finished.not_repeated.len() as u64, "run")) " did not repeat." }
                " Something in them depends on more than the plan."
            },
            Some(_) => {},
        }
    }
}

/// What is asked, in plain words.
fn question(need: Need) -> &'static str {
    match need {
        Need::Efficiency => "If a mistake only costs work done twice",
        Need::Correctness => "If a mistake does damage",
        Need::Available => "If a dead server must not stop you either",
    }
}

fn card(told: &Told<'_>, need: Need) -> Markup {
    html! {
        article.card {
            h2 { (question(need)) }
            @match told.answers.pick(need) {
                Some(record) => (answer(told, need, record)),
                None => {
                    p.pick { "none of these" }
                    p { "Each of them did damage, or got somebody stuck, in some run." }
                },
            }
        }
    }
}

fn answer(told: &Told<'_>, need: Need, record: &Record<'_>) -> Markup {
    let about = told.sheets.lock(record.lock).map(|sheet| sheet.about.as_str());
    html! {
        p.pick { (record.name) }
        @if let Some(about) = about { p.about { (record.lock) ": " (about) } }
        dl {
            dt { "It costs" } dd { (costs(told, record)) }
            dt { "It broke" } dd { (broke(record)) }
            dt { "When its server dies" } dd { (dies(record)) }
            dt { "It rests on" } dd { (rests(need, record)) }
        }
    }
}

fn costs(told: &Told<'_>, record: &Record<'_>) -> Markup {
    let cheapest = told.answers.records.iter().filter_map(|one| Some(one.cost?.messages)).reduce(f64::min);
    html! {
        @match (record.cost, cheapest) {
            (Some(cost), Some(cheapest)) => {
                (rounded(cost.messages)) " messages"
                @if cost.messages > cheapest * 1.05 { " (" (rounded(cost.messages / cheapest)) " times the least)" }
                ", " (rounded(cost.syncs)) " syncs and " (time(cost.median_us)) " for a grant, calm"
            },
            _ => "not measured: no calm scenario was run",
        }
        @if let Some(machines) = record.machines { ". " (counted(machines as u64, "server")) "." }
    }
}

fn broke(record: &Record<'_>) -> Markup {
    let runs = record.runs;
    html! {
        @if record.damaged == 0 { "nothing was damaged in " (counted(runs, "run")) }
        @else { "damage in " (of(record.damaged, runs)) " runs (" (share(record.damaged, runs)) ")" }
        "; two thought they had it in " (share(record.believed_twice, runs))
        @if record.granted_twice == 0 { ", and it was never given twice." }
        @else { ", and it was given twice in " (share(record.granted_twice, runs)) "." }
    }
}

fn dies(record: &Record<'_>) -> Markup {
    let server = &record.server;
    html! {
        @if server.count() == 0 { "not tried" }
        @else {
            (time_or(server.quantile(50), "nobody had it again before the end"))
            " until somebody has it again; nine times of ten within "
            (time_or(server.quantile(90), "more than the run")) "."
        }
    }
}

fn rests(need: Need, record: &Record<'_>) -> Markup {
    let assumptions = match need {
        Need::Efficiency => &record.rests_on[0],
        Need::Correctness | Need::Available => &record.rests_on[1],
    };
    let words: Vec<&str> = assumptions.iter().flatten().map(|one: &Assumption| one.words().0).collect();
    let checked = record.gate.filter(|_| need != Need::Efficiency);
    html! {
        @if let Some(gate) = checked { "a resource that checks (gate " code { (gate) } ")" }
        @match assumptions {
            None => { @if checked.is_some() { "; " } "claims that are not known here: its scenario has changed" },
            Some(_) if words.is_empty() => { @if checked.is_none() { "nothing that can break here" } },
            Some(_) => { @if checked.is_some() { ", and " } (list(&words)) },
        }
        "."
    }
}

/// Who else would do for correctness.
fn others(told: &Told<'_>) -> Markup {
    let picked = |name: &str| told.answers.pick(Need::Correctness).is_some_and(|one| one.name == name);
    let names: Vec<&str> = told.answers.unharmed().map(|one| one.name).filter(|name| !picked(name)).collect();
    let harmed: Vec<&str> =
        told.answers.records.iter().filter(|one| one.damaged > 0).map(|one| one.name).collect();
    html! {
        @if !names.is_empty() {
            p { "Nothing was damaged, and nobody got stuck, with these either: " (list(&names)) "." }
        }
        @if !harmed.is_empty() {
            p { "Damage was done with " (list(&harmed)) ": " a href="#matrix" { "which assumption was not kept" } " is told with each." }
        }
    }
}
