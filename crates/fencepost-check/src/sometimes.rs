//! The words of `sometimes`: what happened in a run, so that a scenario can tell whether its runs ever came
//! to the point.

use crate::scene::Edge;
use crate::{Rules, Scene};
use fencepost_model::{
    BeliefEnd, Call, ClientEvent, EndReason, Event, EventKind, FaultId, LogChange, OpTag, Outcome,
    ResourceEvent, StoreEvent, TenureEvent, TenureId, WorldEvent,
};

/// In alphabetical order, as they are told.
#[derive(Clone, Copy)]
enum Word {
    Contention,
    Extension,
    Failover,
    HandOver,
    LeaseExpiry,
    LossNotice,
    UnknownAcquire,
    UnknownRelease,
    WriteRefused,
}

/// By [`Word`].
const WORDS: [&str; 9] = [
    "contention",
    "extension",
    "failover",
    "hand-over",
    "lease-expiry",
    "loss-notice",
    "unknown-acquire",
    "unknown-release",
    "write-refused",
];

/// The words seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    words: u16,
    was_led: bool,
    fired: Vec<FaultId>,
}

impl Seen {
    /// Notes what the event shows; the scene has taken it in.
    pub(crate) fn note(&mut self, event: &Event, scene: &Scene) {
        match &event.kind {
            EventKind::Client(event) => self.note_client(event, scene),
            EventKind::Tenure(TenureEvent::Extended { .. }) => self.see(Word::Extension),
            EventKind::Tenure(TenureEvent::PromiseEnded { .. })
            | EventKind::Tenure(TenureEvent::Gone { reason: EndReason::Expired, .. }) => {
                self.see(Word::LeaseExpiry);
            }
            EventKind::Store(StoreEvent::Promoted { .. }) => self.see(Word::Failover),
            // Somebody has to be the first.
            EventKind::Store(StoreEvent::Log { change: LogChange::Elected { .. }, .. }) if !self.was_led => {
                self.was_led = true;
            }
            EventKind::Store(StoreEvent::Log { change: LogChange::Elected { .. }, .. }) => {
                self.see(Word::Failover);
            }
            EventKind::Resource(ResourceEvent::Decided { accepted: false, .. }) => {
                self.see(Word::WriteRefused);
            }
            EventKind::World(WorldEvent::Fired { fault, .. }) if !self.fired.contains(fault) => {
                self.fired.push(*fault);
            }
            _ => {}
        }
        if let Some((tenure, Some(before))) = scene.changes().ranked
            && has_other_owner(scene, tenure, before)
        {
            self.see(Word::HandOver);
        }
    }

    fn note_client(&mut self, event: &ClientEvent, scene: &Scene) {
        match event {
            ClientEvent::Invoked { tag, call: Call::Acquire, lock } => {
                let others = scene.granted(*lock).iter().chain(scene.believed(*lock));
                let mut others = others.filter_map(|tenure| scene.tenure(*tenure));
                let taken = others.any(|tenure| is_foreign(tenure.attempt, *tag));
                if taken || scene.open_acquires(*lock) > 1 {
                    self.see(Word::Contention);
                }
            }
            ClientEvent::Returned { call: Call::Acquire, outcome: Outcome::Unknown, .. } => {
                self.see(Word::UnknownAcquire);
            }
            ClientEvent::Returned { call: Call::Release, outcome: Outcome::Unknown, .. } => {
                self.see(Word::UnknownRelease);
            }
            ClientEvent::BeliefExtended { .. } => self.see(Word::Extension),
            ClientEvent::BeliefEnded { why: BeliefEnd::Lost, .. }
                if matches!(scene.changes().belief, Some((_, Edge::End))) =>
            {
                self.see(Word::LossNotice);
            }
            _ => {}
        }
    }

    fn see(&mut self, word: Word) {
        self.words |= 1 << word as u16;
    }

    /// Every word seen, sorted.
    pub(crate) fn words(&self, rules: &Rules) -> Vec<String> {
        let plain = WORDS.iter().enumerate().filter(|(bit, _)| self.words >> bit & 1 == 1);
        let fired = self.fired.iter().filter_map(|fault| rules.fault_words.get(fault.index()));
        let mut words: Vec<String> = plain.map(|(_, word)| (*word).to_owned()).collect();
        words.extend(fired.map(|word| format!("fired:{word}")));
        words.sort_unstable();
        words.dedup();
        words
    }
}

fn is_foreign(attempt: OpTag, tag: OpTag) -> bool {
    (attempt.owner, attempt.incarnation) != (tag.owner, tag.incarnation)
}

fn has_other_owner(scene: &Scene, tenure: TenureId, before: TenureId) -> bool {
    match (scene.tenure(tenure), scene.tenure(before)) {
        (Some(tenure), Some(before)) => tenure.owner() != before.owner(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::story::Story;
    use fencepost_model::{BeliefEnd, Call, EndReason, FaultId, Outcome, WorldEvent};

    fn seen(story: Story) -> Vec<String> {
        story.judged().judgement.seen
    }

    #[test]
    fn a_lonely_tenure_shows_nothing() {
        let story = Story::new().at("1s").asks("a1").granted("a1").believes("a1").writes("a1", 0);
        let story = story.stops_believing("a1", BeliefEnd::Released).gone("a1", EndReason::Released);
        assert_eq!(seen(story.granted("a2")), [""; 0], "the same owner takes it again");
    }

    #[test]
    fn contention_is_two_who_ask_or_one_who_asks_for_what_is_taken() {
        assert_eq!(seen(Story::new().asks("a1").asks("b1")), ["contention"]);
        assert_eq!(seen(Story::new().asks("a1").turned_away("a1").asks("b1")), [""; 0]);
        assert_eq!(seen(Story::new().granted("a1").asks("b1")), ["contention"]);
        assert_eq!(seen(Story::new().believes("a1").asks("b1")), ["contention"]);
        assert_eq!(seen(Story::new().granted("a1").asks("a2")), [""; 0], "its own tenure is no rival");
    }

    #[test]
    fn every_other_word_has_its_event() {
        let start = || Story::new().believes("a1").granted("a1");
        let fired = WorldEvent::Fired { fault: FaultId(1), target: "c1".into() };
        for (story, word) in [
            (start().believes("b1"), "hand-over"),
            (start().promise_ends("a1"), "lease-expiry"),
            (start().gone("a1", EndReason::Expired), "lease-expiry"),
            (start().extended("a1"), "extension"),
            (start().belief_extended("a1"), "extension"),
            (start().returns("a2", Call::Acquire, Outcome::Unknown), "unknown-acquire"),
            (start().returns("a1", Call::Release, Outcome::Unknown), "unknown-release"),
            (start().stops_believing("a1", BeliefEnd::Lost), "loss-notice"),
            (start().write_is_refused("a1", 0), "write-refused"),
            (start().promoted("n2"), "failover"),
            (start().rules(|rules| rules.fault_words = vec!["kill", "pause"]).world(fired), "fired:pause"),
        ] {
            assert_eq!(seen(story), [word]);
        }
    }

    #[test]
    fn words_are_sorted() {
        let story = Story::new().asks("a1").asks("b1").granted("a1").promise_ends("a1").granted("b1");
        assert_eq!(seen(story), ["contention", "hand-over", "lease-expiry"]);
    }
}
