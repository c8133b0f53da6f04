//! What is not as expected, one by one.

use crate::words::counted;
use fencepost_explore::store::{StoredProperty, StoredRow};
use fencepost_explore::{NotRepeated, Opinion, SightOpinion, Status};
use fencepost_model::word;

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The scenario's id.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The property, the word of `sometimes`, or `run` where a run as a whole went wrong.
    pub what: String,
    /// How grave it is.
    pub status: Status,
    /// In a few words, without the row.
    pub title: String,
    /// In a sentence or two, a line each.
    pub text: String,
    /// What to type next.
    pub next: String,
    /// The scenario's file.
    pub path: String,
    /// The 1-based line of that file that speaks of it.
    pub line: usize,
}

/// Everything that is not as expected, the gravest first, else in the order of tables.
pub fn findings(rows: &[StoredRow], not_repeated: &[NotRepeated]) -> Vec<Finding> {
    let mut all: Vec<Finding> = rows.iter().flat_map(|row| of_row(row, not_repeated)).collect();
    all.sort_by_key(|finding| std::cmp::Reverse(finding.status));
    all
}

/// Everything that is not as expected of one row.
pub(super) fn of_row(row: &StoredRow, not_repeated: &[NotRepeated]) -> Vec<Finding> {
    let mut all = Vec::new();
    if let Some(crash) = &row.first_crash {
        let title = "a mistake of fencepost itself".to_owned();
        all.push(finding(row, "run", Status::Crashed, title, crash.message.clone(), Some(crash.seed)));
    }
    let of_this_row =
        |one: &&NotRepeated| one.case.scenario == row.head.scenario && one.case.variant == row.head.variant;
    for one in not_repeated.iter().filter(of_this_row) {
        let again = one.again.map_or("nothing".to_owned(), |digest| format!("{digest:016x}"));
        let text = format!(
            "digest {:016x}, and {again} the second time\nsomething in the run depends on more than its plan",
            one.first
        );
        let title = "a run did not repeat".to_owned();
        all.push(finding(row, "run", Status::Crashed, title, text, Some(one.case.seed)));
    }
    all.extend(row.properties.iter().filter_map(|property| of_property(row, property)));
    let unseen = row.sights.iter().filter(|(_, opinion)| *opinion == SightOpinion::NeverSeen);
    all.extend(unseen.map(|(sight, _)| {
        let text = format!("none of {} saw it, so what held may have held for want of it", runs(row));
        finding(row, sight, Status::Unclear, format!("no run saw {sight}"), text, None)
    }));
    all
}

fn of_property(row: &StoredRow, property: &StoredProperty) -> Option<Finding> {
    let name = property.property.as_str();
    let plain = word::in_plain_words(name);
    let (title, text, seed) = match property.opinion {
        Opinion::Broke | Opinion::BrokeInsideClaims => {
            let inside = property.opinion == Opinion::BrokeInsideClaims;
            let lead = if inside { "breaks inside the claims of the lock" } else { "breaks" };
            let worst = property.gravest()?;
            let violation = &worst.example.violation;
            let text = format!(
                "{}\n{}\n{} of {} broke it, of stress runs, not a probability",
                violation.sentence,
                violation.excuse,
                property.broken,
                runs(row)
            );
            (format!("{name} ({plain}) {lead}"), text, Some(worst.example.seed))
        }
        Opinion::NeverBroke => {
            let text = format!("the scenario expects a break, and none came in {}", runs(row));
            (format!("{name} ({plain}) never breaks"), text, None)
        }
        Opinion::Unclear => {
            let (seed, why) = property.first_unclear.clone()?;
            (format!("{name} ({plain}) is unclear"), why, Some(seed))
        }
        Opinion::CheckerPanicked => {
            let (seed, why) = property.first_panic.clone()?;
            (format!("the checker of {name} panicked, a mistake of fencepost itself"), why, Some(seed))
        }
        _ => return None,
    };
    Some(finding(row, name, property.opinion.status(), title, text, seed))
}

fn runs(row: &StoredRow) -> String {
    counted(row.runs, "run")
}

fn finding(
    row: &StoredRow,
    what: &str,
    status: Status,
    title: String,
    text: String,
    seed: Option<u64>,
) -> Finding {
    let next = match seed {
        Some(seed) => format!("fencepost replay {}", row.typed(seed)),
        None => format!("fencepost run {}/{} -v", row.of.called, row.head.variant),
    };
    Finding {
        scenario: row.head.scenario.clone(),
        variant: row.head.variant.clone(),
        what: what.to_owned(),
        status,
        title,
        text,
        next,
        path: row.of.path.clone(),
        line: row.line_of(what),
    }
}
