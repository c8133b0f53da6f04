//! A run that is written as a history and read again is judged as it was in the run: what the service promised,
//! what owners believed, what the resource took, and the order of the tokens.

use crate::support::{cheap, run_plan};
use fencepost::check::Rules as RunRules;
use fencepost::check::history::read::Reader;
use fencepost::check::history::{Opinion, Report, Rules, judge_all, write};
use fencepost_model::{Verdict, word};
use fencepost_sim::{RunOptions, RunResult};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What both judge, of a lock that is held exclusively.
const SHOWN: [&str; 4] =
    [word::EXCLUSIVE_GRANT, word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT, word::FENCING];

/// The history judged, by the model that is guessed, with nothing said of it.
fn checked(text: &str) -> Report {
    let mut reader = Reader::open(text.as_bytes(), None).expect("a history of ours can be opened");
    let model = reader.guess().expect("it can be read").expect("it says what it is a history of");
    let order_is_trusted = reader.is_one_clock().expect("it can be read");
    judge_all(&mut reader, Rules { order_is_trusted, ..Rules::of(model) }).expect("it can be read")
}

/// Whether a run and its history agree on a property; none where the history has nothing of it.
fn agree(result: &RunResult, report: &Report, property: &str) -> Option<bool> {
    let run = result.judgement.of(property).expect("every property is judged");
    match (run, report.of(property)) {
        (Verdict::Violated(_), Some(Opinion::Violated(_))) => Some(true),
        (Verdict::Holds, Some(Opinion::Holds)) => Some(true),
        (Verdict::Holds | Verdict::NotOffered, None | Some(Opinion::NotOffered)) => None,
        (Verdict::NotOffered, Some(Opinion::Holds)) => None,
        _ => Some(false),
    }
}

#[test]
fn a_run_is_judged_the_same_when_it_is_read_from_a_file() {
    let mut broken: BTreeMap<&str, u32> = BTreeMap::new();
    let mut compared: BTreeMap<&str, u32> = BTreeMap::new();
    for scenario in cheap() {
        for variant in &scenario.variants {
            for seed in 0..4 {
                let plan = scenario.plan(&variant.name, seed);
                let result = run_plan(&plan, RunOptions { record: true, ..RunOptions::default() });
                if result.history.iter().all(|event| !is_service(&event.kind)) {
                    continue;
                }
                let rules = Arc::new(RunRules::of(&variant.descriptor, &plan));
                let edn = write::edn(&result.cast, &rules, &result.history);
                let lines = write::lines(&result.cast, &rules, &result.history);
                for text in [&edn, &lines] {
                    let report = checked(text);
                    for property in SHOWN {
                        let Some(is_same) = agree(&result, &report, property) else { continue };
                        let run = result.judgement.of(property);
                        let said = report.of(property);
                        assert!(is_same, "{}, {property}: {run:#?}\nand from the file: {said:#?}", plan.case);
                        *compared.entry(property).or_default() += 1;
                        let is_broken = matches!(said, Some(Opinion::Violated(_)));
                        *broken.entry(property).or_default() += u32::from(is_broken);
                    }
                }
            }
        }
    }
    println!("compared {compared:?}, broken in {broken:?}");
    for property in SHOWN {
        assert!(compared[property] > 50, "{property} was compared {} times", compared[property]);
        assert!(broken[property] > 0, "{property} was never broken");
    }
}

fn is_service(kind: &fencepost_model::EventKind) -> bool {
    matches!(kind, fencepost_model::EventKind::Tenure(_))
}
