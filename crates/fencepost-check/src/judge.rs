//! Runs properties over the events of a run.

use crate::measure::{Measures, Meter};
use crate::property::{End, Property, Teller, properties};
use crate::sometimes::Seen;
use crate::{Findings, Rules, Scene};
use fencepost_model::{Cast, EndOfRun, Event, Instant, Judgement, PropertyReport, Verdict, Why};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Judges one run, event by event.
pub struct Judge {
    scene: Scene,
    seats: Vec<Seat>,
    /// By [`Teller`]: who hears it.
    hearers: [Places; Teller::ALL.len()],
    seen: Seen,
    meter: Option<Meter>,
}

/// A property at the table.
struct Seat {
    property: Box<dyn Property>,
    findings: Findings,
    state: State,
}

/// Places at the table, as bits: most events concern few properties, and nobody else is to cost anything.
#[derive(Clone, Copy)]
struct Places(u64);

/// How many properties a table seats.
const SEATS: usize = u64::BITS as usize;

enum State {
    Judging,
    NotOffered,
    /// The property panicked, with this message, and is asked no more.
    Panicked(String),
}

impl Judge {
    /// A judge with every property that is built in. Rules that many runs share may be given as an `Arc`.
    pub fn new(cast: Arc<Cast>, rules: impl Into<Arc<Rules>>) -> Judge {
        Judge::with(cast, rules, properties())
    }

    /// A judge with these properties; at most 64.
    pub fn with(cast: Arc<Cast>, rules: impl Into<Arc<Rules>>, properties: Vec<Box<dyn Property>>) -> Judge {
        assert!(properties.len() <= SEATS, "a table seats {SEATS} properties");
        let rules = rules.into();
        let seats = properties.into_iter().map(|property| Seat::new(property, &rules, &cast));
        let seats: Vec<Seat> = seats.collect();
        let hearers = Teller::ALL
            .map(|teller| Places::of(&seats, |seat| seat.judges() && seat.property.hears(teller, &cast)));
        Judge { scene: Scene::new(cast, rules), seats, hearers, seen: Seen::default(), meter: None }
    }

    /// The same judge, which takes measures too.
    pub fn measuring(mut self) -> Judge {
        self.meter = Some(Meter::new(self.scene.cast()));
        self
    }

    /// Takes in one event. Events come in the order of their numbers.
    pub fn observe(&mut self, event: &Event) {
        let Some(teller) = Teller::of(&event.kind) else { return };
        if let Some(meter) = &mut self.meter {
            meter.before(event, &self.scene);
        }
        self.scene.take(event);
        if let Some(meter) = &mut self.meter {
            meter.observe(event, &self.scene);
        }
        self.seen.note(event, &self.scene);
        let hearers = self.hearers[teller as usize];
        if !hearers.is_empty() {
            self.ask(hearers, |property, scene, findings| property.observe(event, scene, findings));
        }
    }

    /// The run is over.
    pub fn finish(self, how: EndOfRun, at: Instant) -> Judgement {
        self.finish_measured(how, at).0
    }

    /// The run is over. With what was measured, where that was asked for; messages and syncs are not told by
    /// events, and are for the caller to fill in.
    pub fn finish_measured(mut self, how: EndOfRun, at: Instant) -> (Judgement, Option<Measures>) {
        self.scene.close(at);
        let end = End { how, at, n: self.scene.event() };
        let judging = Places::of(&self.seats, Seat::judges);
        self.ask(judging, |property, scene, findings| property.finish(&end, scene, findings));
        let measures = self.meter.map(|meter| meter.finish(&self.scene));
        let judgement = Judgement {
            seen: self.seen.words(self.scene.rules()),
            properties: self.seats.into_iter().map(Seat::into_report).collect(),
        };
        (judgement, measures)
    }

    /// Asks each of these properties in turn. One that panics is asked no more, and the others go on: one
    /// `catch_unwind` around the whole round is much cheaper than one for each property.
    fn ask(
        &mut self,
        mut places: Places,
        mut question: impl FnMut(&mut dyn Property, &Scene, &mut Findings),
    ) {
        let Judge { scene, seats, .. } = self;
        let mut running = 0;
        while !places.is_empty() {
            let round = catch_unwind(AssertUnwindSafe(|| {
                while let Some(place) = places.take_first() {
                    let seat = &mut seats[place];
                    if seat.judges() {
                        running = place;
                        question(&mut *seat.property, scene, &mut seat.findings);
                    }
                }
            }));
            if let Err(panic) = round {
                seats[running].state = State::Panicked(message_of(&*panic));
            }
        }
    }
}

impl Places {
    fn of(seats: &[Seat], is_there: impl Fn(&Seat) -> bool) -> Places {
        let bit = |(place, seat)| u64::from(is_there(seat)) << place;
        Places(seats.iter().enumerate().map(bit).sum())
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn take_first(&mut self) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let place = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(place)
    }
}

impl Seat {
    fn new(property: Box<dyn Property>, rules: &Rules, cast: &Cast) -> Seat {
        let state = if property.offered(rules, cast) { State::Judging } else { State::NotOffered };
        Seat { findings: Findings::new(property.name()), property, state }
    }

    /// Whether its property is asked.
    const fn judges(&self) -> bool {
        matches!(self.state, State::Judging)
    }

    fn into_report(self) -> PropertyReport {
        let verdict = match self.state {
            State::Judging => self.findings.into_verdict(),
            State::NotOffered => Verdict::NotOffered,
            State::Panicked(message) => Verdict::Unclear(Why::CheckerPanicked(message)),
        };
        PropertyReport { property: self.property.name(), verdict }
    }
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::{Story, instant};
    use fencepost_model::{Assumption, EndReason, Quantity, Standing, word};

    /// Panics at the first event, or at the end.
    struct Clumsy {
        at_end: bool,
    }

    impl Property for Clumsy {
        fn name(&self) -> &'static str {
            "clumsy"
        }

        fn observe(&mut self, event: &Event, _: &Scene, _: &mut Findings) {
            assert!(self.at_end, "stumbled over event {}", event.n);
        }

        fn finish(&mut self, end: &End, _: &Scene, _: &mut Findings) {
            panic!("stumbled at {}", end.at.in_seconds());
        }
    }

    /// A judge that fell with one property would call a broken run correct.
    #[test]
    fn a_property_that_panics_is_unclear_and_the_others_go_on() {
        for (at_end, message) in [(false, "stumbled over event 0"), (true, "stumbled at 2.000s")] {
            let mut table = properties();
            table.insert(1, Box::new(Clumsy { at_end }));
            let story = Story::new().at("1s").granted("a1").granted("b1").believes("a1").at("2s");
            let judged = story.believes("b1").judged_by(EndOfRun::Complete, table);
            let why = Why::CheckerPanicked(message.to_owned());
            assert_eq!(judged.verdict("clumsy"), &Verdict::Unclear(why));
            assert_eq!(judged.violations(word::EXCLUSIVE_GRANT).len(), 1, "before it");
            assert_eq!(judged.violations(word::EXCLUSIVE_BELIEF).len(), 1, "after it");
        }
    }

    #[test]
    fn properties_are_told_in_the_order_of_tables() {
        let judged = Story::new().judged();
        let told: Vec<_> = judged.judgement.properties.iter().map(|report| report.property).collect();
        let table: Vec<_> = word::PROPERTIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, table);
    }

    /// A violation inside the claims may not hide behind earlier ones that are excused.
    #[test]
    fn the_first_violation_of_each_standing_is_kept_and_inside_comes_first() {
        let no_eviction = (Assumption::NoEviction, Quantity::Times(0));
        let story = Story::new().claim(word::EXCLUSIVE_GRANT, &[&[no_eviction]]);
        let evicted = story.at("1s").granted("a1").gone("a1", EndReason::Evicted).at("2s").granted("b1");
        let again = evicted.gone("b1", EndReason::Evicted).at("3s").granted("c1").promise_ends("a1");
        let judged = again.promise_ends("b1").at("4s").granted("a2").at("5s").granted("b2").judged();
        let kept = judged.violations(word::EXCLUSIVE_GRANT);
        let at: Vec<_> = kept.iter().map(|violation| violation.at).collect();
        assert_eq!(at, [instant("4s"), instant("2s")]);
        assert_eq!(kept[0].standing, Standing::Inside);
    }
}
