//! `well-behaved`: the code of the lock or of a server panicked, spun, flooded or never returned.

use super::{Property, Teller};
use crate::{Findings, Scene};
use fencepost_model::{Cast, ClientEvent, Event, EventKind, Evidence, word};

/// Nothing misbehaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct WellBehaved;

impl Property for WellBehaved {
    fn name(&self) -> &'static str {
        word::WELL_BEHAVED
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Client
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        if let EventKind::Client(ClientEvent::Misbehaved { owner, finding }) = &event.kind {
            let evidence = Evidence::Misbehaviour { owner: *owner, finding: finding.clone() };
            findings.violated(scene, evidence, &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{Evidence, Finding, word::WELL_BEHAVED};

    #[test]
    fn a_finding_about_the_code_is_a_violation() {
        let judged = Story::new().at("1s").misbehaves("a", Finding::Spun).judged();
        let violation = judged.violation(WELL_BEHAVED);
        assert!(
            matches!(violation.evidence, Evidence::Misbehaviour { finding: Finding::Spun, .. }),
            "{violation:?}"
        );
        Story::new().at("1s").granted("a1").judged().holds(WELL_BEHAVED);
    }
}
