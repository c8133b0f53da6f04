//! A run as it is stored.

use super::form::{StoredFault, StoredRun, StoredUnclear, StoredViolation};
use super::pen::Pen;
use crate::Lost;
use crate::watch::violation_by;
use fencepost_model::{
    CaseId, Cast, Evidence, Finding, Instant, Plan, PropertyReport, Span, Verdict, Violation, Why, word,
};
use fencepost_sim::{Fate, RunResult};

impl StoredRun {
    /// What is stored of a run that came to an end.
    pub(crate) fn of(plan: &Plan, result: &RunResult, pen: &dyn Pen) -> StoredRun {
        let mut run = StoredRun {
            digest: result.digest,
            virtual_time: result.ended_at.since(Instant::START),
            messages: result.messages,
            events: result.events,
            syncs: result.syncs,
            seen: result.judgement.seen.clone(),
            faults: faults(plan, &result.fates),
            measures: result.measures.clone(),
            ..StoredRun::named(&plan.case)
        };
        for report in &result.judgement.properties {
            run.take(report, &result.cast, pen);
        }
        run
    }

    /// What is stored of a run that a mistake of ours ended.
    pub(crate) fn crashed(case: &CaseId, message: &str) -> StoredRun {
        StoredRun { crash: Some(message.to_owned()), ..StoredRun::named(case) }
    }

    /// What is stored of a run that does not come back: all that is known of it is that its code misbehaved.
    pub(crate) fn lost(case: &CaseId, lost: &Lost, pen: &dyn Pen) -> StoredRun {
        let violation = violation_by(&lost.finding);
        let told = StoredViolation::of(word::WELL_BEHAVED, &violation, &Cast::default(), pen);
        let finding: Option<Finding> = Some(lost.finding.clone());
        StoredRun { broken: vec![told], lost: finding, ..StoredRun::named(case) }
    }

    fn named(case: &CaseId) -> StoredRun {
        let CaseId { scenario, variant, seed } = case.clone();
        StoredRun { scenario, variant, seed, ..StoredRun::default() }
    }

    fn take(&mut self, report: &PropertyReport, cast: &Cast, pen: &dyn Pen) {
        let property = report.property;
        match &report.verdict {
            Verdict::Holds => {}
            Verdict::NotOffered => self.not_offered.push(property.to_owned()),
            Verdict::Unclear(why) => self.unclear.push(StoredUnclear {
                property: property.to_owned(),
                why: pen.why(why),
                panicked: matches!(why, Why::CheckerPanicked(_)),
            }),
            Verdict::Violated(violations) => {
                let told = |violation| StoredViolation::of(property, violation, cast, pen);
                self.broken.extend(violations.iter().map(told));
            }
        }
    }

    /// Its line in the file, with the line break.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("a stored run has no maps with odd keys");
        line.push(b'\n');
        line
    }
}

impl StoredViolation {
    pub(crate) fn of(property: &str, violation: &Violation, cast: &Cast, pen: &dyn Pen) -> StoredViolation {
        StoredViolation {
            property: property.to_owned(),
            standing: violation.standing.clone(),
            at: violation.at,
            event: violation.event,
            lasted: lasted(&violation.evidence),
            sentence: pen.violation(property, violation, cast),
            excuse: pen.standing(&violation.standing),
        }
    }
}

fn lasted(evidence: &Evidence) -> Option<Span> {
    match evidence {
        Evidence::Overlap { from, until: Some(until), .. } => Some(until.since(*from)),
        _ => None,
    }
}

fn faults(plan: &Plan, fates: &[Fate]) -> Vec<StoredFault> {
    let mut faults: Vec<StoredFault> = Vec::new();
    for (fault, fate) in plan.faults.iter().zip(fates) {
        let word = fault.what.word();
        let place = faults.iter().position(|known| known.word == word).unwrap_or_else(|| {
            faults.push(StoredFault { word: word.to_owned(), ..StoredFault::default() });
            faults.len() - 1
        });
        match fate {
            Fate::Fired { .. } => faults[place].fired += 1,
            Fate::NotFired => faults[place].not_fired += 1,
            Fate::NotOffered => faults[place].not_offered += 1,
        }
    }
    faults
}
