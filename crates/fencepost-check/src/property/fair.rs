//! `fair`: waiters are served in the order that the service promised.
//!
//! The order is that in which the service took the waiters in, as it tells of them: not the order in which
//! they asked, which nobody in a distributed system knows. Whoever is granted the lock while somebody waits
//! who was there first has overtaken them; who never was in the queue has overtaken everybody in it. A
//! waiter waits until it is granted the lock, or loses its place: at its own wish, or because the service
//! heard nothing of it any more.

use super::{Property, Teller};
use crate::{Findings, Rules, Scene};
use fencepost_model::{Cast, Event, EventKind, Evidence, LockId, OpTag, TenureEvent, word};

/// Nobody is overtaken while waiting.
#[derive(Clone, Debug, Default)]
pub struct Fair {
    /// By [`LockId`]: the acquires that wait, longest first.
    queues: Vec<Vec<OpTag>>,
}

impl Property for Fair {
    fn name(&self) -> &'static str {
        word::FAIR
    }

    fn offered(&self, rules: &Rules, _: &Cast) -> bool {
        rules.features.fair
    }

    fn hears(&self, teller: Teller, _: &Cast) -> bool {
        teller == Teller::Tenure
    }

    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings) {
        match event.kind {
            EventKind::Tenure(TenureEvent::Waits { tag, lock, .. }) => {
                self.queue_of(lock).push(tag.of_attempt());
            }
            EventKind::Tenure(TenureEvent::WaitsNoMore { tag, lock, .. }) => {
                self.queue_of(lock).retain(|waiter| *waiter != tag.of_attempt());
            }
            EventKind::Tenure(TenureEvent::Granted { tenure, tag, lock, .. }) => {
                let queue = self.queue_of(lock);
                let place = queue.iter().position(|waiter| *waiter == tag.of_attempt());
                let ahead = queue[..place.unwrap_or(queue.len())].first().copied();
                queue.retain(|waiter| *waiter != tag.of_attempt());
                if let Some(overtaken) = ahead {
                    let evidence = Evidence::Overtaken { lock, tenure, owner: tag.owner, overtaken };
                    findings.violated(scene, evidence, &[tenure]);
                }
            }
            _ => {}
        }
    }
}

impl Fair {
    fn queue_of(&mut self, lock: LockId) -> &mut Vec<OpTag> {
        if self.queues.len() <= lock.index() {
            self.queues.resize_with(lock.index() + 1, Vec::new);
        }
        &mut self.queues[lock.index()]
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{EndReason::Released, Evidence, Verdict, word::FAIR};

    fn queue() -> Story {
        Story::new().rules(|rules| rules.features.fair = true)
    }

    #[test]
    fn who_came_later_may_not_be_served_first() {
        let waiting = || queue().at("1s").granted("a1").at("2s").waits("b1").waits("c1").at("3s");
        let judged = waiting().gone("a1", Released).granted("c1").judged();
        let Evidence::Overtaken { tenure, overtaken, .. } = judged.violation(FAIR).evidence else {
            panic!("{judged:?}");
        };
        assert_eq!((judged.name(tenure), overtaken.owner.index()), ("c1", 1));
        waiting().gone("a1", Released).granted("b1").gone("b1", Released).granted("c1").judged().holds(FAIR);
    }

    #[test]
    fn who_never_waited_may_not_come_first() {
        let waiting = || queue().at("1s").granted("a1").at("2s").waits("b1").at("3s");
        assert_eq!(waiting().gone("a1", Released).granted("c1").judged().violations(FAIR).len(), 1);
        waiting().waits_no_more("b1").gone("a1", Released).granted("c1").judged().holds(FAIR);
    }

    #[test]
    fn a_lock_without_a_queue_promises_no_order() {
        let judged = Story::new().granted("a1").waits("b1").gone("a1", Released).granted("c1").judged();
        assert_eq!(judged.verdict(FAIR), &Verdict::NotOffered);
    }
}
