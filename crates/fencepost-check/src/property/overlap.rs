//! Two conflicting intervals at once: what the views of the service and of the owners have in common.

use crate::scene::Edge;
use crate::{Findings, Scene};
use fencepost_model::{Evidence, TenureId};

/// Looks at one end of an interval. `open` are the tenures of the same lock whose intervals are open.
///
/// Intervals are half-open, and an end that comes at the instant of a start has the smaller event number;
/// so at a start, whatever is still open overlaps.
pub(super) fn at_edge(
    change: Option<(TenureId, Edge)>,
    open: fn(&Scene, TenureId) -> &[TenureId],
    scene: &Scene,
    findings: &mut Findings,
) {
    match change {
        None => {}
        Some((tenure, Edge::End)) => findings.overlap_ended(tenure, scene.now()),
        Some((tenure, Edge::Start)) => {
            for other in open(scene, tenure) {
                if *other != tenure {
                    compare(*other, tenure, scene, findings);
                }
            }
        }
    }
}

fn compare(first: TenureId, second: TenureId, scene: &Scene, findings: &mut Findings) {
    let (Some(stood), Some(began)) = (scene.tenure(first), scene.tenure(second)) else { return };
    if stood.conflicts(began) {
        let evidence = Evidence::Overlap {
            lock: began.lock,
            first,
            first_owner: stood.owner(),
            second,
            second_owner: began.owner(),
            from: scene.now(),
            until: None,
        };
        findings.violated(scene, evidence, &[first, second]);
    }
}
