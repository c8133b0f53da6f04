//! JUnit: a suite for each scenario, in it a case for each variant and property. Only what every reader of the
//! format knows is used: names, messages, failures, errors and skips. Times are left out, because a
//! run's outcome does not depend on them and the document is the same wherever it is made.

use super::finding::{Finding, of_row};
use crate::words::counted;
use fencepost_explore::store::{StoredProperty, StoredRow};
use fencepost_explore::{NotRepeated, Opinion, SightOpinion, Status};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The document.
pub fn junit(rows: &[StoredRow], not_repeated: &[NotRepeated]) -> String {
    let mut report = Report::new("fencepost run");
    let mut scenarios: Vec<&str> = rows.iter().map(|row| row.head.scenario.as_str()).collect();
    scenarios.dedup();
    for scenario in scenarios {
        let mut suite = TestSuite::new(scenario);
        for row in rows.iter().filter(|row| row.head.scenario == scenario) {
            suite.add_test_cases(cases(row, not_repeated));
        }
        report.add_test_suite(suite);
    }
    report.to_string().expect("a string can always be written")
}

fn cases(row: &StoredRow, not_repeated: &[NotRepeated]) -> Vec<TestCase> {
    let found = of_row(row, not_repeated);
    let finding = |what: &str| found.iter().find(|finding| finding.what == what);
    let mut cases = Vec::new();
    if let Some(finding) = finding("run") {
        cases.push(case(row, "run", failed(finding)));
    }
    for property in &row.properties {
        let status = match (finding(&property.property), property.opinion) {
            (Some(finding), _) => failed(finding),
            (None, Opinion::NotOffered) => skipped("the lock does not offer what it is about"),
            (None, Opinion::Deferred) => skipped("a break is expected, and other seeds decide"),
            (None, _) if row.runs == 0 => skipped("not run"),
            _ => TestCaseStatus::success(),
        };
        let mut case = case(row, &property.property, status);
        if let Some(told) = expected(row, property) {
            case.set_system_out(told);
        }
        cases.push(case);
    }
    for (sight, opinion) in &row.sights {
        let status = match (finding(sight), opinion) {
            (Some(finding), _) => failed(finding),
            (None, SightOpinion::NotOffered) => skipped("the lock has nothing that this fault could hit"),
            (None, SightOpinion::Deferred) => skipped("not seen yet, and other seeds decide"),
            _ => TestCaseStatus::success(),
        };
        cases.push(case(row, &format!("sometimes {sight}"), status));
    }
    cases
}

fn case(row: &StoredRow, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(format!("{}: {name}", row.head.variant), status);
    case.set_classname(format!("{}.{}", row.head.scenario, row.head.variant));
    case
}

/// What is unexpected is a failure; what is unclear, and a mistake of ours, is an error.
fn failed(finding: &Finding) -> TestCaseStatus {
    let kind = match finding.status {
        Status::Unexpected => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let word = match finding.status {
        Status::Unexpected => "unexpected",
        Status::Unclear => "unclear",
        _ => "crashed",
    };
    status.set_type(word).set_message(finding.title.clone());
    let Finding { text, next, path, line, .. } = finding;
    status.set_description(format!("{text}\n\nNext  {next}\nSee   {path}:{line}\n"));
    status
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

/// What is said beside a pass that is no matter of course: a break that the scenario expects.
fn expected(row: &StoredRow, property: &StoredProperty) -> Option<String> {
    if !matches!(property.opinion, Opinion::Expected | Opinion::Planted) {
        return None;
    }
    let worst = property.gravest()?;
    let violation = &worst.example.violation;
    Some(format!(
        "breaks as expected in {} of {}\n{}\n{}\nfencepost replay {}\n",
        property.broken,
        counted(row.runs, "run"),
        violation.sentence,
        violation.excuse,
        row.typed(worst.example.seed)
    ))
}
