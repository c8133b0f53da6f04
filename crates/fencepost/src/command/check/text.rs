//! What people see of a judged history.

use super::{Checked, events, story, strip};
use fencepost_check::history::{Lease, Opinion};

/// The whole text, with lanes of this width.
pub(super) fn text(checked: &Checked, width: usize) -> String {
    let mut text = head(checked);
    for row in &checked.report.rows {
        let line =
            format!("  {:<18} {:<11} {}", row.property, story::word(&row.opinion), story::why(checked, row));
        text += &format!("{}\n", line.trim_end());
    }
    let mut drawn: Vec<&_> = Vec::new();
    for row in &checked.report.rows {
        let Some(example) = row.opinion.example() else { continue };
        if drawn.contains(&example) {
            continue;
        }
        drawn.push(example);
        text += &format!("\n{}\n", row.property);
        if let Some(lanes) = strip::lanes(checked, row, width) {
            text += &format!("{lanes}\n");
        }
        text += &events::list(checked, example);
    }
    let not_shown = checked.not_shown();
    if !not_shown.is_empty() {
        text += "\nNot shown by this history\n";
        not_shown.iter().for_each(|note| text += &format!("  {note}\n"));
    }
    if let Some(next) = next(checked) {
        text += &format!("\nNext  {next}\n");
    }
    text
}

fn head(checked: &Checked) -> String {
    let Checked { file, format, report, owners, keys, rules, skipped, .. } = checked;
    let file = if file == "-" { "standard input" } else { file };
    let counted = |count: u64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let mut facts = vec![
        format.word().to_owned(),
        counted(owners.len() as u64, "owner"),
        counted(keys.len() as u64, "object"),
        counted(report.events, "event"),
    ];
    for (count, what) in [
        (report.refused, "refused"),
        (report.unknown, "of unknown outcome"),
        (skipped.not_calls, "no calls"),
        (skipped.other_lines, "other lines"),
    ] {
        if count > 0 {
            facts.push(format!("{count} {what}"));
        }
    }
    let model = if checked.guessed { " (guessed: --model names another)" } else { "" };
    let lease = match rules.lease {
        Lease::Unknown => "lease unknown".to_owned(),
        Lease::Never => "no lease".to_owned(),
        Lease::Of(span) => format!("lease {span}"),
    };
    let clocks = match rules.clock_error {
        None => "lines in their true order".to_owned(),
        Some(error) => format!("clocks at most {error} apart"),
    };
    let searched = if checked.searched {
        " · searched as a whole, for owners went on after unknown outcomes"
    } else {
        ""
    };
    format!(
        "{file} · {}\nmodel {}{model} · {lease} · {clocks}{searched}\n{}\n\n",
        facts.join(" · "),
        rules.model,
        format.reading()
    )
}

fn next(checked: &Checked) -> Option<String> {
    let broken = checked.report.rows.iter().find(|row| matches!(row.opinion, Opinion::Violated(_)))?;
    let is_known = fencepost_model::word::PROPERTIES.iter().any(|(name, _)| *name == broken.property);
    is_known.then(|| format!("fencepost explain {}", broken.property))
}
