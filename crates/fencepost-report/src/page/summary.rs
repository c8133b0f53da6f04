//! The short text for a pull request, in Markdown.

use super::answer::{Need, Record};
use super::figure::{counted, thousands};
use super::figure::{list, rounded, share, time, time_or};
use super::{Reading, Sheets, Told};
use crate::comparison::change_in_words;
use crate::words::short;
use fencepost_explore::Status;
use fencepost_explore::store::Comparison;
use std::fmt::Write;

/// How many rows are told before the rest is counted.
const ROWS: usize = 20;

/// A summary: what is not as expected, what changed, which lock.
pub fn summary(reading: &Reading, sheets: &Sheets, against: Option<&Reading>) -> String {
    let told = Told::of(reading, sheets, against);
    let mut text = String::new();
    let bad = reading.rows.iter().filter(|row| row.status >= Status::Unexpected);
    let bad: Vec<_> = bad.collect();
    let rows = counted(reading.rows.len() as u64, "row");
    let verdict = match bad.len() {
        0 => "everything as expected".to_owned(),
        some => format!("{} not as expected", counted(some as u64, "row")),
    };
    let _ = writeln!(text, "# fencepost: {verdict}\n\n{rows}, {} stress runs.\n", thousands(reading.runs()));
    if !bad.is_empty() {
        let _ = writeln!(text, "| row | what | repeat |\n| --- | --- | --- |");
        for row in bad.iter().take(ROWS) {
            let name = plain(&format!("{}/{}", row.head.scenario, row.head.variant));
            let broken = row.properties.iter().filter(|one| one.opinion.status() >= Status::Unexpected);
            let (mut words, mut seed) = (Vec::new(), None);
            for property in broken {
                words.push(format!("{} ({} of {})", short(&property.property), property.broken, row.runs));
                seed = seed.or(property.first);
            }
            let repeat = seed.map(|seed| format!("`fencepost replay {name}@{seed}`")).unwrap_or_default();
            let _ = writeln!(text, "| {name} | {} | {repeat} |", plain(&list(&words)));
        }
        if bad.len() > ROWS {
            let _ = writeln!(text, "\nand {} more.", counted((bad.len() - ROWS) as u64, "row"));
        }
        text.push('\n');
    }
    if let Some(baseline) = against {
        let comparison = Comparison::of(&baseline.rows, &reading.rows);
        let (changed, worse) = (comparison.changes.len() as u64, comparison.worse().count());
        let _ =
            writeln!(text, "Against the baseline: {}, {worse} for the worse.\n", counted(changed, "change"));
        for change in comparison.worse().take(ROWS) {
            let row = plain(&format!("{}/{}", change.scenario, change.variant));
            let _ = writeln!(text, "- {row} `{}`: {}", plain(&change.property), change_in_words(change));
        }
    }
    if !told.answers.records.is_empty() {
        let _ = writeln!(text, "| if | take | it costs | it broke |\n| --- | --- | --- | --- |");
        for (need, question) in [
            (Need::Efficiency, "a mistake only costs work done twice"),
            (Need::Correctness, "a mistake does damage"),
            (Need::Available, "and a dead server must not stop you"),
        ] {
            let (name, cost, broke) = told.answers.pick(need).map_or_else(
                || ("none of these".to_owned(), String::new(), String::new()),
                |record| (format!("**{}**", plain(record.name)), costs(record), broke(record)),
            );
            let _ = writeln!(text, "| {question} | {name} | {cost} | {broke} |");
        }
        let _ = writeln!(text, "\nOf stress runs, not a probability; servers are models.");
    }
    text
}

/// What a record costs, in one line.
pub(super) fn costs(record: &Record<'_>) -> String {
    let cost = record.cost.map_or_else(
        || "not measured".to_owned(),
        |cost| {
            format!(
                "{} messages, {} syncs, {} for a grant",
                rounded(cost.messages),
                rounded(cost.syncs),
                time(cost.median_us)
            )
        },
    );
    let server = &record.server;
    match server.count() {
        0 => cost,
        _ => {
            format!("{cost}; {} after its server died", time_or(server.quantile(50), "nobody before the end"))
        }
    }
}

/// What a record broke, in one line.
pub(super) fn broke(record: &Record<'_>) -> String {
    let runs = record.runs;
    format!(
        "damage {}, two thought they had it {}, given twice {}",
        share(record.damaged, runs),
        share(record.believed_twice, runs),
        share(record.granted_twice, runs)
    )
}

/// Text that Markdown takes for text, also inside a table: names are other people's.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '&' => plain.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' => plain.extend(['\\', letter]),
            '\n' | '\r' => plain.push(' '),
            _ => plain.push(letter),
        }
    }
    plain
}
