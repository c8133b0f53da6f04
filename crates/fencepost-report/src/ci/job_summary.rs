//! What GitHub shows under a job: Markdown, with a table of what is not as expected first.

use super::finding::{Finding, findings};
use crate::words::{counted, roughly, short, thousands};
use fencepost_explore::store::StoredRow;
use fencepost_explore::{NotRepeated, Opinion, Status, Summary};

/// The most findings that are told in full, and the most rows in the table: GitHub takes 1 MiB for a step.
const FULL: usize = 30;
const ROWS: usize = 500;

/// The Markdown of a run, or of merged parts. `command` repeats it.
pub fn job_summary(
    rows: &[StoredRow],
    not_repeated: &[NotRepeated],
    summary: &Summary,
    command: &str,
) -> String {
    let found = findings(rows, not_repeated);
    let mut text = format!("## fencepost: {}\n\n", verdict(summary, &found));
    text += &format!(
        "{} · {} simulated · {} of {} as expected · `{}`\n",
        counted(summary.runs, "run"),
        roughly(summary.virtual_time),
        thousands(summary.as_expected),
        counted(rows.len() as u64, "row"),
        code(command)
    );
    for finding in found.iter().take(FULL) {
        text += &told(finding);
    }
    if let Some(more) = found.len().checked_sub(FULL).filter(|more| *more > 0) {
        text += &format!("\nand {} more\n", thousands(more as u64));
    }
    text + &table(rows)
}

fn verdict(summary: &Summary, found: &[Finding]) -> String {
    if summary.stopped {
        return "stopped early".to_owned();
    }
    match found.iter().map(|finding| finding.status).max() {
        None if summary.deferred > 0 => "as expected so far, other seeds decide".to_owned(),
        None => "as expected".to_owned(),
        Some(Status::Unclear) => format!("{} unclear", counted(found.len() as u64, "finding")),
        Some(_) => {
            let grave = found.iter().filter(|finding| finding.status > Status::Unclear).count();
            counted(grave as u64, "unexpected finding")
        }
    }
}

fn told(finding: &Finding) -> String {
    let Finding { scenario, variant, title, text, next, path, line, .. } = finding;
    let lines: Vec<String> = text.lines().map(plain).collect();
    format!(
        "\n### {}/{}: {}\n\n{}  \nat `{}:{line}` · `{}`\n",
        plain(scenario),
        plain(variant),
        plain(title),
        lines.join("  \n"),
        code(path),
        code(next)
    )
}

fn table(rows: &[StoredRow]) -> String {
    let mut text = "\n| scenario | variant | lock | runs | verdict | broken runs |\n".to_owned();
    text += "| --- | --- | --- | ---: | --- | --- |\n";
    let mut sorted: Vec<&StoredRow> = rows.iter().collect();
    sorted.sort_by_key(|row| std::cmp::Reverse(row.status));
    for row in sorted.iter().take(ROWS) {
        let head = &row.head;
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            plain(&head.scenario),
            plain(&head.variant),
            plain(&head.lock),
            row.runs,
            word(row.status),
            plain(&broken(row))
        );
    }
    if let Some(more) = sorted.len().checked_sub(ROWS).filter(|more| *more > 0) {
        text += &format!("\nand {}\n", counted(more as u64, "more row"));
    }
    text + "\nCounts are of stress runs, not a probability.\n"
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Deferred => "deferred",
        Status::Unclear => "**unclear**",
        Status::Unexpected => "**unexpected**",
        Status::Crashed => "**crashed**",
    }
}

fn broken(row: &StoredRow) -> String {
    let broken = row.properties.iter().filter(|property| property.broken > 0);
    let told = broken.map(|property| {
        let mark = match property.opinion {
            Opinion::Broke | Opinion::BrokeInsideClaims => "!",
            _ => "",
        };
        format!("{} {}{mark}", short(&property.property), property.broken)
    });
    told.collect::<Vec<_>>().join(", ")
}

/// Text that Markdown shows as it is.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '&' => plain += "&amp;",
            '<' => plain += "&lt;",
            '>' => plain += "&gt;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => plain.extend(['\\', letter]),
            '@' => plain += "&#64;",
            '\n' | '\r' => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

/// Text between backticks.
fn code(text: &str) -> String {
    text.replace('`', "'").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_is_shown_and_does_nothing() {
        assert_eq!(plain("a|b <i>@x</i>\n"), r"a\|b &lt;i&gt;&#64;x&lt;/i&gt; ");
        assert_eq!(code("a`b"), "a'b");
    }
}
