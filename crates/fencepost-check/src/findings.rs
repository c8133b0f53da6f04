//! What one property found in a run.

use crate::{Scene, abuse};
use fencepost_model::{Evidence, Instant, Standing, TenureId, Verdict, Violation, Why};

/// How many violations of one property a judgement keeps: each has other broken assumptions.
const KEPT: usize = 8;

/// Collects what the property that is running found. It keeps the first violation for each distinct set of
/// broken assumptions at each site, so that a violation inside the claims is not lost behind a hundred that are excused.
#[derive(Debug)]
pub struct Findings {
    property: &'static str,
    violations: Vec<(u32, Violation)>,
    unclear: Option<Why>,
}

impl Findings {
    pub(crate) const fn new(property: &'static str) -> Findings {
        Findings { property, violations: Vec::new(), unclear: None }
    }

    /// Reports a violation by the event that the scene has taken in last.
    ///
    /// `tenures` are those of the evidence: only what was done to them can excuse it.
    pub fn violated(&mut self, scene: &Scene, evidence: Evidence, tenures: &[TenureId]) {
        if self.is_settled() {
            return;
        }
        let verdict = abuse::judge(scene, self.property, evidence.site(), tenures);
        let broken = verdict.broken();
        let is_like =
            |(kept, found): &(u32, Violation)| *kept == broken && found.evidence.site() == evidence.site();
        if self.violations.iter().any(is_like) {
            return;
        }
        let room = self.violations.len() < KEPT;
        if !room && broken != 0 {
            return;
        }
        let violation =
            Violation { at: scene.now(), event: scene.event(), evidence, standing: verdict.told(scene) };
        self.violations.push((broken, violation));
    }

    /// Says that nothing can be said, unless a violation is found.
    pub fn unclear(&mut self, why: Why) {
        self.unclear.get_or_insert(why);
    }

    /// An interval of this tenure ended: overlaps with it that are still open end here.
    pub fn overlap_ended(&mut self, tenure: TenureId, at: Instant) {
        for (_, violation) in &mut self.violations {
            if let Evidence::Overlap { first, second, until: until @ None, .. } = &mut violation.evidence
                && (*first == tenure || *second == tenure)
            {
                *until = Some(at);
            }
        }
    }

    /// Whether no further violation can tell anything new: the property is not claimed, and broken.
    fn is_settled(&self) -> bool {
        self.violations.first().is_some_and(|(_, violation)| violation.standing == Standing::NotClaimed)
    }

    pub(crate) fn into_verdict(mut self) -> Verdict {
        self.violations.sort_by_key(|(_, violation)| violation.standing != Standing::Inside);
        if !self.violations.is_empty() {
            return Verdict::Violated(self.violations.into_iter().map(|(_, violation)| violation).collect());
        }
        self.unclear.map_or(Verdict::Holds, Verdict::Unclear)
    }
}
