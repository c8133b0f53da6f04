//! How long conflicting intervals of one lock stood at once.

use crate::Scene;
use crate::scene::Edge;
use fencepost_model::{Instant, LockId, TenureId};

/// The stretches in which at least two conflicting intervals of a lock stood, for one of the kinds of intervals.
#[derive(Debug)]
pub struct Overlaps {
    /// By lock: since when.
    since: Vec<Option<Instant>>,
    lengths_us: Vec<u64>,
}

impl Overlaps {
    pub fn new(locks: usize) -> Overlaps {
        Overlaps { since: vec![None; locks], lengths_us: Vec::new() }
    }

    /// An interval of this tenure began or ended; `open` are those of a lock that stand now.
    pub fn note(
        &mut self,
        change: Option<(TenureId, Edge)>,
        open: fn(&Scene, LockId) -> &[TenureId],
        scene: &Scene,
    ) {
        let Some(lock) = change.and_then(|(tenure, _)| Some(scene.tenure(tenure)?.lock)) else { return };
        let Some(since) = self.since.get_mut(lock.index()) else { return };
        match (*since, conflict(open(scene, lock), scene)) {
            (None, true) => *since = Some(scene.now()),
            (Some(from), false) => {
                *since = None;
                self.lengths_us.push(scene.now().since(from).0 / 1_000);
            }
            _ => {}
        }
    }

    pub fn close(mut self, at: Instant) -> Vec<u64> {
        let open = self.since.iter().flatten().map(|from| at.since(*from).0 / 1_000);
        self.lengths_us.extend(open);
        self.lengths_us
    }
}

/// Whether two of these conflict. There are few at a time.
fn conflict(open: &[TenureId], scene: &Scene) -> bool {
    let tenures = || open.iter().filter_map(|tenure| scene.tenure(*tenure));
    tenures().enumerate().any(|(place, one)| tenures().skip(place + 1).any(|other| one.conflicts(other)))
}
