//! What can be done about a lock: a table of changes, with what each leaves broken and what it costs.

use crate::advice::{of_hazard, which_lock};
use crate::words::counted;
use fencepost_explore::advise::{Advised, Room};
use fencepost_explore::remedies::{CROWD, Cell, Change, Cost, Remedies, TOLD, Tried};
use fencepost_model::{Gate, Hazard, word};
use fencepost_scenario::Advice;
use serde_json::{Value, json};
use std::fmt::Write;

/// The letters of a table, in the order of [`TOLD`].
const LETTERS: [char; TOLD.len()] = ['G', 'B', 'E', 'U', 'P'];

/// What is done, in a few words.
pub fn change(change: &Change) -> String {
    match change {
        Change::AsItIs => "as it is".to_owned(),
        Change::Longer { option, then, .. } => format!("{option} = \"{then}\""),
        Change::Expiry(ttl) => format!("the key expires after {ttl}"),
        Change::Deadline => "the owner looks at a deadline".to_owned(),
        Change::Durable => "the store syncs, then answers".to_owned(),
        Change::Replicated(count) => format!("{} first", counted(*count, "replica")),
        Change::CommitFirst => "the owner commits, then releases".to_owned(),
        Change::Provider => "a unique key at the provider".to_owned(),
        Change::Gate(gate) => check(*gate).to_owned(),
        Change::Lock { name, ttl: None } => format!("`{name}` instead"),
        Change::Lock { name, ttl: Some(ttl) } => format!("`{name}` instead, ttl {ttl}"),
        Change::NoLock(gate) => format!("no lock, {}", check(*gate)),
    }
}

fn check(gate: Gate) -> &'static str {
    match gate {
        Gate::None => "no check",
        Gate::OncePerKey => "a unique key for each job",
        Gate::IfVersion => "compare when it is written",
        _ => "fencing at the resource",
    }
}

/// The table for the terminal, and what follows from it.
pub fn told(advice: &Advice, advised: &Advised, remedies: &Remedies) -> String {
    if remedies.rows.is_empty() {
        return format!("{}\nStopped before anything was tried.\n", which_lock(advice));
    }
    let mut text = head(advice, advised, remedies);
    let (shown, others) = columns(remedies);
    text += &table(remedies, &shown);
    let letters = legend(remedies);
    if !letters.is_empty() {
        let _ = writeln!(
            text,
            "\n  {}\n  Small letters: it does no harm behind the check of the resource.",
            letters.join(" · ")
        );
    }
    let _ = writeln!(
        text,
        "  Messages and syncs for a piece of work: of one client alone, and of {CROWD} that contend. In vain: what \
         of it left nothing.\n  Free: after how long others get the lock of a holder that died."
    );
    let is_unpromised =
        |hazard: Hazard| advised.rows.iter().any(|row| row.hazard == hazard && row.room == Room::NotPromised);
    for (hazard, _) in remedies.hazards.iter().filter(|(hazard, _)| is_unpromised(*hazard)) {
        let _ = writeln!(
            text,
            "  As it is, nothing is promised under {hazard}: it takes two faults, and here is one at a time."
        );
    }
    if !others.is_empty() {
        let _ = writeln!(text, "  Nothing breaks under {}, with any of these.", others.join(", "));
    }
    if remedies.stopped {
        text += "\nStopped before all of them were tried.\n";
        return text;
    }
    for sentence in sentences(remedies) {
        let _ = writeln!(text, "\n{sentence}");
    }
    for word in checks_that_help(remedies) {
        let _ = writeln!(text, "Next   fencepost explain {word}");
    }
    text
}

fn head(advice: &Advice, advised: &Advised, remedies: &Remedies) -> String {
    let cells = remedies.rows.first().map(|row| row.cells.iter());
    let placements: usize = cells.into_iter().flatten().map(|cell| cell.placements).sum();
    let plans = counted(placements as u64, "plan");
    let fails = match remedies.failing {
        0 => format!("no fault breaks it in any of {plans}"),
        failing => format!("it fails in {failing} of {plans}, each of which is done again"),
    };
    let lock = which_lock(advice);
    format!(
        "{lock}\n  held for at most {}, round trips of at most {}\n  {fails};\n  each hazard at every place, \
         with one thing done differently:\n\n",
        advised.calm.hold, advised.calm.round_trip,
    )
}

/// The hazards under which something breaks, by their places; and the names of the others.
fn columns(remedies: &Remedies) -> (Vec<usize>, Vec<String>) {
    let breaks = |nth: &usize| remedies.rows.iter().any(|row| !row.cells[*nth].broken.is_empty());
    let (shown, others): (Vec<usize>, Vec<usize>) = (0..remedies.hazards.len()).partition(breaks);
    (shown, others.into_iter().map(|nth| in_a_word(remedies.hazards[nth])).collect())
}

/// A hazard, with how much there is of it where it has a size.
fn in_a_word((hazard, amount): (Hazard, u64)) -> String {
    format!("{hazard} {}", size(hazard, amount)).trim_end().to_owned()
}

fn size(hazard: Hazard, amount: u64) -> String {
    if hazard == Hazard::Death { String::new() } else { of_hazard(hazard, amount) }
}

/// What stands in the columns behind the hazards.
const COSTS: [&str; 4] = ["messages", "syncs", "in vain", "free"];

fn table(remedies: &Remedies, shown: &[usize]) -> String {
    let mut rows = vec![vec!["change".to_owned()], vec![String::new()]];
    for nth in shown {
        let (hazard, amount) = remedies.hazards[*nth];
        rows[0].push(hazard.word().to_owned());
        rows[1].push(size(hazard, amount));
    }
    rows[0].extend(COSTS.map(str::to_owned));
    for row in &remedies.rows {
        let mut cells = vec![change(&row.change)];
        cells.extend(shown.iter().map(|nth| letters(row, &row.cells[*nth])));
        cells.extend(costs(row));
        rows.push(cells);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let _ = writeln!(text, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}

/// What is broken, as letters: small ones where it does no harm behind the resource's check.
fn letters(row: &Tried, cell: &Cell) -> String {
    if cell.placements == 0 && cell.again == 0 {
        return "none such".to_owned();
    }
    let broken = TOLD.iter().zip(LETTERS).filter(|(property, _)| cell.broken.contains(property));
    let of = |(property, letter): (&&str, char)| {
        if row.is_harm(property) { letter } else { letter.to_ascii_lowercase() }
    };
    let letters: String = broken.map(of).collect();
    if letters.is_empty() { "-".to_owned() } else { letters }
}

/// What the letters say that stand in the table.
fn legend(remedies: &Remedies) -> Vec<String> {
    let is_used = |property: &str| {
        remedies.rows.iter().any(|row| row.cells.iter().any(|cell| cell.broken.contains(&property)))
    };
    let used = TOLD.into_iter().zip(LETTERS).filter(|(property, _)| is_used(property));
    used.map(|(property, letter)| format!("{letter} {}", word::in_plain_words(property))).collect()
}

fn costs(row: &Tried) -> [String; 4] {
    let [alone, crowd] = row.costs;
    let per_piece = |of: fn(&Cost) -> u64, cost: &Cost| quotient(of(cost), cost.pieces);
    let both = |of| format!("{} / {}", per_piece(of, &alone), per_piece(of, &crowd));
    let in_vain = (crowd.in_vain * 100).checked_div(crowd.pieces).unwrap_or(0);
    let free = row.free_after.map_or_else(|| "never".to_owned(), |span| of_hazard(Hazard::Death, span.0));
    [both(|cost| cost.messages), both(|cost| cost.syncs), format!("{in_vain} %"), free]
}

/// A quotient, with one digit behind the point where it is small.
fn quotient(amount: u64, of: u64) -> String {
    if amount >= of.saturating_mul(10) {
        return (amount + of / 2).checked_div(of).unwrap_or(0).to_string();
    }
    let tenths = (amount * 10 + of / 2).checked_div(of).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What follows from the table.
fn sentences(remedies: &Remedies) -> Vec<String> {
    let Some((as_it_is, tried)) = remedies.rows.split_first() else { return Vec::new() };
    let mut sentences = Vec::new();
    if as_it_is.harm().is_empty() {
        sentences
            .push("Nothing that was given breaks this lock as it is: there is nothing to remedy.".to_owned());
    } else {
        let with_lock = tried.iter().filter(|row| !matches!(row.change, Change::NoLock(_)));
        let (cures, parts): (Vec<&Tried>, Vec<&Tried>) = with_lock.partition(|row| row.harm().is_empty());
        let names =
            |rows: &[&Tried]| rows.iter().map(|row| change(&row.change)).collect::<Vec<_>>().join("; ");
        if cures.is_empty() {
            sentences.push("No single change stops all harm: it takes more than one of them.".to_owned());
        } else {
            sentences.push(format!("Stops all harm: {}.", names(&cures)));
        }
        let better = |row: &&Tried| row.harm().len() < as_it_is.harm().len();
        let parts: Vec<&Tried> = parts.into_iter().filter(better).collect();
        if !parts.is_empty() {
            let of =
                |row: &&Tried| format!("{} (leaves: {})", change(&row.change), in_plain_words(&row.harm()));
            sentences
                .push(format!("Stops some of it: {}.", parts.iter().map(of).collect::<Vec<_>>().join("; ")));
        }
    }
    sentences.extend(no_lock(tried));
    sentences
}

/// The checks of which it helps to know how they are written.
fn checks_that_help(remedies: &Remedies) -> Vec<&'static str> {
    let mut words = Vec::new();
    for row in remedies.rows.iter().filter(|row| row.harm().is_empty()) {
        if let Change::Gate(gate) | Change::NoLock(gate) = row.change
            && !words.contains(&gate.word())
        {
            words.push(gate.word());
        }
    }
    words
}

/// Whether a check at the resource does without a lock.
fn no_lock(tried: &[Tried]) -> Option<String> {
    let enough = |row: &&Tried| matches!(row.change, Change::NoLock(_)) && row.harm().is_empty();
    let rows: Vec<&Tried> = tried.iter().filter(enough).collect();
    let first = rows.first()?;
    let days = first.bad_days.as_ref()?;
    let checks: Vec<&str> = rows.iter().map(|row| check(row.gate)).collect();
    let outside = first.provider.map_or("", |_| ", and the provider takes a key for each job");
    let in_vain = first.costs[1].in_vain * 100 / first.costs[1].pieces.max(1);
    Some(format!(
        "You do not need this lock, if all that it guards can be checked where it is written ({}){outside}: without any lock no \
         update was lost or done twice, in any of these plans nor on {}. What the lock then saves is work: without it \
         {in_vain} % of it was in vain, with {CROWD} clients that want it all the time.",
        checks.join(", or "),
        counted(days.plans, "bad day"),
    ))
}

/// The same as JSON: one object.
pub fn value(advice: &Advice, remedies: &Remedies) -> Value {
    let hazards = remedies.hazards.iter();
    let hazards: Vec<Value> =
        hazards.map(|(hazard, amount)| json!({ "hazard": hazard, "amount": amount })).collect();
    let cost = |cost: &Cost| json!({ "pieces": cost.pieces, "messages": cost.messages, "syncs": cost.syncs, "in-vain": cost.in_vain });
    let rows = remedies.rows.iter().map(|row| {
        let cells = row.cells.iter().zip(&remedies.hazards).map(|(cell, (hazard, _))| {
            json!({
                "hazard": hazard,
                "placements": cell.placements,
                "broken": cell.broken,
                "again": cell.again,
                "still": cell.still,
            })
        });
        json!({
            "change": change(&row.change),
            "gate": row.gate.word(),
            "hazards": cells.collect::<Vec<_>>(),
            "harm": row.harm(),
            "alone": cost(&row.costs[0]),
            "crowd": cost(&row.costs[1]),
            "free-after": row.free_after,
            "bad-days": row.bad_days.as_ref().map(|days| json!({ "plans": days.plans, "broken": days.broken })),
        })
    });
    json!({
        "event": "remedies",
        "file": advice.path,
        "hazards": hazards,
        "failing": remedies.failing,
        "changes": rows.collect::<Vec<_>>(),
        "stopped": remedies.stopped,
    })
}

/// The same as a table of Markdown.
pub fn markdown(remedies: &Remedies) -> String {
    let (shown, _) = columns(remedies);
    let names = shown.iter().map(|nth| in_a_word(remedies.hazards[*nth]));
    let head: Vec<String> =
        ["change".to_owned()].into_iter().chain(names).chain(COSTS.map(str::to_owned)).collect();
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in &remedies.rows {
        let cells = shown.iter().map(|nth| plain(&row.cells[*nth]));
        let line: Vec<String> = [change(&row.change)].into_iter().chain(cells).chain(costs(row)).collect();
        let _ = writeln!(text, "| {} |", line.join(" | "));
    }
    sentences(remedies).into_iter().for_each(|sentence| {
        let _ = write!(text, "\n{sentence}\n");
    });
    text
}

/// What is broken, in plain words.
fn plain(cell: &Cell) -> String {
    match (cell.placements, cell.broken.is_empty()) {
        (0, _) if cell.again == 0 => "none such".to_owned(),
        (_, true) => "-".to_owned(),
        _ => in_plain_words(&cell.broken),
    }
}

fn in_plain_words(properties: &[&str]) -> String {
    properties.iter().map(|property| word::in_plain_words(property)).collect::<Vec<_>>().join(", ")
}
