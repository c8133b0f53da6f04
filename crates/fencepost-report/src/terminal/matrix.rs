//! The matrix: how many runs broke what.

use crate::paint::{BAD, HEAD, MUTED, OPEN, paint};
use crate::words::{short, thousands};
use anstyle::Style;
use fencepost_explore::{Opinion, PropertyTally, Row};
use fencepost_model::word;

/// The room for the plain words over a column: they are broken into lines of this length.
const WORDS: usize = 11;

/// The matrix of the rows in which something broke or may have broken; empty where none did.
pub(super) fn matrix(rows: &[Row]) -> String {
    let rows: Vec<&Row> =
        rows.iter().filter(|row| row.opinions.iter().any(|opinion| tells(*opinion))).collect();
    let columns = columns(&rows);
    if rows.is_empty() || columns.is_empty() {
        return String::new();
    }
    let longest = rows.iter().map(|row| row.variant.chars().count() + 2).max().unwrap_or(0);
    let margin = longest.max(rows.iter().map(|row| row.scenario.chars().count()).max().unwrap_or(0));
    let mut text = format!("\n{}\n", paint(HEAD, title(&rows)));
    text += &head(&columns, margin);
    let mut scenario = "";
    for row in rows {
        if row.scenario != scenario {
            scenario = &row.scenario;
            text += &format!("{scenario}\n");
        }
        let cells: String = columns.iter().map(|column| format!("  {}", cell(row, column))).collect();
        let name = format!("  {}", row.variant);
        text += &format!("{name:<margin$}{cells}\n");
    }
    text
}

/// Whether a row with this opinion belongs into the matrix.
fn tells(opinion: Opinion) -> bool {
    !matches!(opinion, Opinion::Held | Opinion::NotOffered)
}

/// The properties that some row tells something about.
fn columns(rows: &[&Row]) -> Vec<&'static str> {
    // A row whose first run did not come back knows of one property only.
    let fullest = rows.iter().max_by_key(|row| row.tally.properties.len());
    let properties = fullest.map(|row| row.tally.properties.as_slice()).unwrap_or_default();
    let told = |property: &&PropertyTally| {
        let is_told = |row: &&Row| {
            opinion_of(row, property.property).is_some_and(|(_, opinion)| opinion != Opinion::Held)
        };
        rows.iter().any(is_told)
    };
    properties.iter().filter(told).map(|property| property.property).collect()
}

fn opinion_of<'a>(row: &'a Row, property: &str) -> Option<(&'a PropertyTally, Opinion)> {
    row.properties().find(|(tally, _)| tally.property == property)
}

fn title(rows: &[&Row]) -> String {
    let runs = rows[0].tally.runs;
    if rows.iter().all(|row| row.tally.runs == runs) {
        format!("Broken runs of {} stress runs, not a probability", thousands(runs))
    } else {
        "Broken runs, of stress runs, not a probability".to_owned()
    }
}

/// The terms, and under them the plain words.
fn head(columns: &[&str], margin: usize) -> String {
    let plain: Vec<Vec<String>> =
        columns.iter().map(|column| broken_up(word::in_plain_words(column))).collect();
    let lines = plain.iter().map(Vec::len).max().unwrap_or(0);
    let terms = columns
        .iter()
        .zip(&plain)
        .map(|(column, plain)| format!("  {:>width$}", short(column), width = width(short(column), plain)));
    let mut text = format!("{:margin$}{}\n", "", terms.collect::<String>());
    for line in 0..lines {
        let words = columns.iter().zip(&plain).map(|(column, plain)| {
            let words = plain.get(line).map_or("", String::as_str);
            format!("  {words:>width$}", width = width(short(column), plain))
        });
        let line = format!("{:margin$}{}", "", words.collect::<String>());
        text += &format!("{}\n", paint(MUTED, line.trim_end()));
    }
    text
}

/// Words in lines of at most [`WORDS`] letters, as far as the words allow.
fn broken_up(words: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= WORDS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn width(term: &str, plain: &[String]) -> usize {
    plain.iter().map(String::len).chain([term.len(), WORDS]).max().unwrap_or(WORDS)
}

fn cell(row: &Row, column: &str) -> String {
    let width = width(short(column), &broken_up(word::in_plain_words(column)));
    let Some((tally, opinion)) = opinion_of(row, column) else {
        return " ".repeat(width);
    };
    let (words, style) = cell_words(tally, opinion);
    paint(style, format!("{words:>width$}"))
}

fn cell_words(tally: &PropertyTally, opinion: Opinion) -> (String, Style) {
    let count = thousands(tally.broken);
    match opinion {
        Opinion::Held => ("·".to_owned(), MUTED),
        Opinion::NotOffered => ("not offered".to_owned(), MUTED),
        Opinion::Expected | Opinion::Planted => (count, Style::new()),
        Opinion::Deferred => ("deferred".to_owned(), MUTED),
        Opinion::CheckerPanicked => ("crashed".to_owned(), BAD),
        Opinion::Unclear if tally.broken > 0 => (format!("{count}?"), OPEN),
        Opinion::Unclear => ("unclear".to_owned(), OPEN),
        Opinion::Broke | Opinion::BrokeInsideClaims | Opinion::NeverBroke => (format!("{count}!"), BAD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::plain;
    use fencepost_explore::{Seeds, Status, Tally};

    fn row(scenario: &str, variant: &str, cells: &[(&'static str, u64, Opinion)]) -> Row {
        let property = |(property, broken, _): &(&'static str, u64, Opinion)| PropertyTally {
            property,
            broken: *broken,
            ..PropertyTally::default()
        };
        let mut tally = Tally::default();
        tally.runs = 1_200;
        tally.properties = cells.iter().map(property).collect();
        Row {
            scenario: scenario.to_owned(),
            variant: variant.to_owned(),
            lock: "lease".to_owned(),
            defects: Vec::new(),
            path: String::new(),
            called: scenario.to_owned(),
            scenario_digest: 0,
            seeds: Seeds::first(1_200),
            declared: 1_200,
            here: 1_200,
            partition: None,
            status: Status::Ok,
            opinions: cells.iter().map(|(.., opinion)| *opinion).collect(),
            sights: Vec::new(),
            tally,
        }
    }

    #[test]
    fn the_matrix_shows_what_broke_in_terms_and_in_plain_words() {
        let (grant, belief, effect, fencing) =
            (word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::FENCING);
        let rows = [
            row(
                "steady",
                "plain",
                &[
                    (grant, 0, Opinion::Held),
                    (belief, 0, Opinion::Held),
                    (effect, 0, Opinion::Held),
                    (fencing, 0, Opinion::NotOffered),
                ],
            ),
            row(
                "pause-past-lease",
                "plain",
                &[
                    (grant, 0, Opinion::Held),
                    (belief, 1_100, Opinion::Expected),
                    (effect, 24, Opinion::Broke),
                    (fencing, 0, Opinion::NotOffered),
                ],
            ),
            row(
                "pause-past-lease",
                "fenced",
                &[
                    (grant, 0, Opinion::Held),
                    (belief, 0, Opinion::NeverBroke),
                    (effect, 0, Opinion::Unclear),
                    (fencing, 0, Opinion::Held),
                ],
            ),
        ];
        let expected = "
Broken runs of 1 200 stress runs, not a probability
                       belief       effect      fencing
                  two thought  damage done   tokens out
                  they had it                  of order
pause-past-lease
  plain                 1 100          24!  not offered
  fenced                   0!      unclear            ·
";
        assert_eq!(plain(&matrix(&rows)), expected);
    }

    #[test]
    fn where_nothing_broke_there_is_no_matrix() {
        assert_eq!(matrix(&[row("steady", "plain", &[(word::FENCING, 0, Opinion::NotOffered)])]), "");
        assert_eq!(matrix(&[]), "");
    }
}
