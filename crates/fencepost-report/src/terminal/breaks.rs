//! What broke, with what excuses it or that nothing does.

use super::Detail;
use crate::paint::{BAD, HEAD, MUTED, paint};
use crate::sentence;
use crate::words::{counted, short, thousands};
use fencepost_explore::{NotRepeated, Opinion, PropertyTally, Row, StandingKind, StandingTally};
use fencepost_model::{Standing, word};

/// The most sets of assumptions of one row that are told.
const TOLD: usize = 3;
/// The widest that the column of what broke becomes.
const WIDEST: usize = 60;

/// Everything that is not as expected, with a sentence for each; empty where everything is.
pub(super) fn not_as_expected(rows: &[Row], not_repeated: &[NotRepeated]) -> String {
    let mut text = String::new();
    for row in rows {
        if let Some(crash) = &row.tally.first_crash {
            let mark = paint(BAD, "CRASHED");
            text += &format!(
                "\n{mark} {}: a mistake of fencepost itself\n  {}\n",
                row.case(crash.seed),
                crash.message
            );
        }
        for (property, opinion) in row.properties() {
            if let Some((seed, message)) = &property.first_panic {
                let (mark, case) = (paint(BAD, "CRASHED"), row.case(*seed));
                let lead = format!("the checker of {} panicked", property.property);
                text += &format!("\n{mark} {case}: {lead}, a mistake of fencepost itself\n  {message}\n");
            }
            text += &unexpected(row, property, opinion);
        }
    }
    for case in not_repeated {
        let again = case.again.map_or("nothing".to_owned(), |digest| format!("{digest:016x}"));
        let mark = paint(BAD, "NOT REPEATED");
        text += &format!("\n{mark} {}: digest {:016x}, and {again} the second time\n", case.case, case.first);
        text += "  something in the run depends on more than its plan: a clock, a generator or an unordered map\n";
    }
    text
}

fn unexpected(row: &Row, property: &PropertyTally, opinion: Opinion) -> String {
    let (name, plain) = (property.property, word::in_plain_words(property.property));
    let lead = match opinion {
        Opinion::Broke => "",
        Opinion::BrokeInsideClaims => ", inside the claims of the lock",
        Opinion::NeverBroke => {
            let what = format!(
                "\n{} {}/{}: {name} ({plain})\n",
                paint(BAD, "NEVER BROKE"),
                row.scenario,
                row.variant
            );
            let why = format!(
                "  the scenario expects a break, and none came in {}\n",
                counted(row.tally.runs, "run")
            );
            return what + &why;
        }
        _ => return String::new(),
    };
    let Some(worst) = gravest(&property.standings) else { return String::new() };
    let case = row.case(worst.example.seed);
    let violation = &worst.example.violation;
    let mut text = format!("\n{} {case}: {name} ({plain}){lead}\n", paint(BAD, "UNEXPECTED"));
    text += &format!("  {}\n", sentence::violation(name, violation, &worst.example.cast));
    text += &format!("  {}\n", sentence::standing(&violation.standing));
    text
}

/// The standing to show first: inside the claims, where there is one.
fn gravest(standings: &[StandingTally]) -> Option<&StandingTally> {
    standings.iter().min_by_key(|one| (one.standing != StandingKind::Inside, one.example.seed))
}

/// The breaks that the scenarios expect: for each row a line per set of broken assumptions, with what the
/// first run of it did.
pub(super) fn as_expected(rows: &[Row], detail: Detail) -> String {
    let told: Vec<(&Row, Vec<Excuse<'_>>)> = rows.iter().map(|row| (row, excuses(row))).collect();
    let told: Vec<_> = told.into_iter().filter(|(_, excuses)| !excuses.is_empty()).collect();
    if told.is_empty() {
        return String::new();
    }
    let lengths = told.iter().flat_map(|(_, excuses)| excuses).map(|excuse| excuse.broke().chars().count());
    let width = lengths.max().unwrap_or(0).min(WIDEST);
    let mut text = format!("\n{}\n", paint(HEAD, "Expected breaks, and what excuses the first of each kind"));
    for (row, excuses) in told {
        text += &format!("{}/{}\n", row.scenario, row.variant);
        for excuse in excuses.iter().take(TOLD) {
            text += &excuse.line(row, width, detail);
        }
        if let Some(more) = excuses.len().checked_sub(TOLD).filter(|more| *more > 0) {
            text += &format!("  and {} of other assumptions\n", counted(more as u64, "set"));
        }
    }
    text
}

/// One standing, with every property that broke with it.
struct Excuse<'a> {
    kind: &'a StandingKind,
    broken: Vec<(&'static str, &'a StandingTally)>,
}

/// The excuses of a row, the most frequent first.
fn excuses(row: &Row) -> Vec<Excuse<'_>> {
    let mut excuses: Vec<Excuse<'_>> = Vec::new();
    let expected =
        row.properties().filter(|(_, opinion)| matches!(opinion, Opinion::Expected | Opinion::Planted));
    for (property, _) in expected {
        for standing in &property.standings {
            let broken = (property.property, standing);
            match excuses.iter_mut().find(|excuse| *excuse.kind == standing.standing) {
                Some(excuse) => excuse.broken.push(broken),
                None => excuses.push(Excuse { kind: &standing.standing, broken: vec![broken] }),
            }
        }
    }
    excuses.sort_by_key(|excuse| {
        std::cmp::Reverse(excuse.broken.iter().map(|(_, standing)| standing.runs).max())
    });
    excuses
}

impl Excuse<'_> {
    /// What broke in how many runs: `belief 31, effect 24`.
    fn broke(&self) -> String {
        let told =
            self.broken.iter().map(|(property, one)| format!("{} {}", short(property), thousands(one.runs)));
        told.collect::<Vec<_>>().join(", ")
    }

    fn line(&self, row: &Row, width: usize, detail: Detail) -> String {
        let (broke, (_, first)) = (self.broke(), &self.broken[0]);
        let why = match &first.example.violation.standing {
            Standing::Outside(exceeded) => sentence::assumptions(exceeded),
            Standing::NotClaimed => "not claimed".to_owned(),
            Standing::Inside => {
                format!("inside the claims, as the planted {} makes it", row.defects.join(", "))
            }
        };
        let at = paint(MUTED, format!("@{}", first.example.seed));
        let mut text = format!("  {broke:<width$}   {why}  {at}\n");
        if detail == Detail::Verbose {
            for (property, one) in &self.broken {
                let told = sentence::violation(property, &one.example.violation, &one.example.cast);
                text += &format!("    {}\n", paint(MUTED, format!("@{} {told}", one.example.seed)));
            }
        }
        text
    }
}
