//! One page for a decision record, in Markdown, after the form of MADR (Markdown Any Decision Records): context, drivers,
//! options, outcome, consequences, and how it can be confirmed.

use super::answer::{Need, Record};
use super::figure::list;
use super::figure::thousands;
use super::summary::{broke, costs, plain};
use super::{Reading, Sheets, Told};
use fencepost_explore::Status;
use fencepost_model::Assumption;
use std::fmt::Write;

/// A record to be finished by whoever decides: what was measured is filled in, what is a choice is left open.
pub fn decision(reading: &Reading, sheets: &Sheets) -> String {
    let told = Told::of(reading, sheets, None);
    let answers = &told.answers;
    let mut text = String::new();
    let bad = reading.rows.iter().filter(|row| row.status >= Status::Unexpected).count();
    let _ = writeln!(
        text,
        "# Which distributed lock\n\n- Status: proposed\n- Evidence: `{}`, {} stress runs, fencepost {}\n",
        reading.head.asked.command(),
        thousands(reading.runs()),
        reading.head.version
    );
    let _ = writeln!(
        text,
        "## Context and problem\n\nSeveral processes must not do the same work at once. Which lock, and what may go wrong with it?\n\
        {}\n",
        if bad == 0 {
            "In the runs below nothing happened that their scenarios do not expect.".to_owned()
        } else {
            format!("{bad} rows of the runs below are not as their scenarios expect: look at them first.")
        }
    );
    let _ = writeln!(
        text,
        "## Decision drivers\n\n- Does a mistake cost work done twice, or does it do damage?\n- Can the resource check tokens?\n\
        - How long may nobody have the lock after a server died?\n- What may a grant cost?\n"
    );
    let _ = writeln!(text, "## Considered options\n");
    if answers.records.is_empty() {
        let _ = writeln!(text, "This run compares nothing. `fencepost run comparison` does.\n");
        return text;
    }
    let _ = writeln!(text, "| lock | it costs | it broke, in its stress runs |\n| --- | --- | --- |");
    for record in &answers.records {
        let _ = writeln!(text, "| {} | {} | {} |", plain(record.name), costs(record), broke(record));
    }
    let _ = writeln!(text, "\n## Decision outcome\n\nOne of these, by what a mistake costs:\n");
    for (need, question) in [
        (Need::Efficiency, "A mistake only costs work done twice"),
        (Need::Correctness, "A mistake does damage"),
        (Need::Available, "A mistake does damage, and a dead server must not stop everybody"),
    ] {
        match answers.pick(need) {
            None => {
                let _ = writeln!(text, "- {question}: none of these will do.");
            }
            Some(record) => {
                let _ = writeln!(text, "- {question}: **{}**. {}", plain(record.name), rests(need, record));
            }
        }
    }
    let _ = writeln!(text, "\n### Consequences\n");
    for record in picked(&told) {
        let _ = writeln!(text, "- {}: {}; {}.", plain(record.name), costs(record), broke(record));
    }
    let _ = writeln!(
        text,
        "- The assumptions above are now ours to keep: pauses, clocks, what survives a restart, and a resource that checks."
    );
    let _ = writeln!(
        text,
        "\n### Confirmation\n\n`{}` gives the same runs again. Counts are of stress runs, not a probability, and servers are \
        models: what they leave out is in the report.",
        reading.head.asked.command()
    );
    text
}

fn picked<'t, 'a>(told: &'t Told<'a>) -> Vec<&'t Record<'a>> {
    let mut picked: Vec<&Record<'a>> = Vec::new();
    for (need, _) in &told.answers.picks {
        if let Some(record) = told.answers.pick(*need)
            && picked.iter().all(|known| known.name != record.name)
        {
            picked.push(record);
        }
    }
    picked
}

fn rests(need: Need, record: &Record<'_>) -> String {
    let place = usize::from(need != Need::Efficiency);
    let words: Vec<&str> =
        record.rests_on[place].iter().flatten().map(|one: &Assumption| one.words().0).collect();
    let gate = record.gate.filter(|_| need != Need::Efficiency);
    let gate = gate.map(|gate| format!("the resource checks (gate `{gate}`)"));
    let all: Vec<String> = gate.into_iter().chain(words.into_iter().map(str::to_owned)).collect();
    if all.is_empty() {
        "It rests on nothing that broke here.".to_owned()
    } else {
        format!("It rests on: {}.", list(&all))
    }
}
