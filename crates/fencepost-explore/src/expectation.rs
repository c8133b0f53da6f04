//! Expectations over many runs: what was counted, held against what the scenario file says.
//!
//! The rules, in the order in which they are asked of one property of one variant:
//!
//! 0. where its checker panicked nothing can be said, and that is a mistake of ours;
//! 1. a break inside the claims is unexpected, whatever the file says, unless the variant switches a defect on;
//! 2. a break that stands neither in `broken` nor in `may-break` is unexpected;
//! 3. a run of which nothing can be said is unclear;
//! 4. a break that stands in `broken` and was never seen is unexpected; where not all declared seeds were
//!    run it is deferred, which alone never changes the exit code.

use crate::{Exit, PropertyTally, StandingKind, Tally};
use fencepost_scenario::Expect;
use serde::{Deserialize, Serialize};

/// What is thought of one property of one variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opinion {
    /// No run broke it.
    Held,
    /// The lock does not offer what it is about. Never a pass.
    NotOffered,
    /// It broke, and the file says so.
    Expected,
    /// It broke as the file says, and the variant switches a defect on.
    Planted,
    /// It should break, was not seen to, and not all declared seeds were run.
    Deferred,
    /// Nothing can be said of some run.
    Unclear,
    /// Its checker panicked in some run.
    CheckerPanicked,
    /// It broke, and the file does not say so.
    Broke,
    /// It broke inside the claims of the lock.
    BrokeInsideClaims,
    /// It should break in some run, and did in none.
    NeverBroke,
}

impl Opinion {
    /// What the opinion does to the row it stands in.
    pub const fn status(self) -> Status {
        match self {
            Opinion::Held | Opinion::NotOffered | Opinion::Expected | Opinion::Planted => Status::Ok,
            Opinion::Deferred => Status::Deferred,
            Opinion::Unclear => Status::Unclear,
            Opinion::CheckerPanicked => Status::Crashed,
            Opinion::Broke | Opinion::BrokeInsideClaims | Opinion::NeverBroke => Status::Unexpected,
        }
    }
}

/// What is thought of one word of `sometimes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightOpinion {
    /// Some run showed it.
    Seen,
    /// No fault of this kind was offered by the lock.
    NotOffered,
    /// No run showed it, and not all declared seeds were run.
    Deferred,
    /// No run showed it.
    NeverSeen,
}

impl SightOpinion {
    /// What the opinion does to the row it stands in.
    pub const fn status(self) -> Status {
        match self {
            SightOpinion::Seen | SightOpinion::NotOffered => Status::Ok,
            SightOpinion::Deferred => Status::Deferred,
            SightOpinion::NeverSeen => Status::Unclear,
        }
    }
}

/// What is thought of one row: the gravest of its parts, which is the one that stands last here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everything is as expected.
    #[default]
    Ok,
    /// As expected so far; the other seeds decide.
    Deferred,
    /// Something is unclear.
    Unclear,
    /// Something is unexpected.
    Unexpected,
    /// A mistake of ours ended a run, or a checker in it.
    Crashed,
}

impl Status {
    /// The code with which a run of such rows ends.
    pub const fn exit(self) -> Exit {
        match self {
            Status::Ok | Status::Deferred => Exit::AsExpected,
            Status::Unclear => Exit::Unclear,
            Status::Unexpected => Exit::Unexpected,
            Status::Crashed => Exit::Internal,
        }
    }
}

/// What the file says of one variant, and how much of what it declares was run.
#[derive(Clone, Copy)]
pub struct Expectation<'a> {
    /// What the file says.
    pub expect: &'a Expect,
    /// Of this variant.
    pub variant: &'a str,
    /// Whether it switches a defect on.
    pub planted: bool,
    /// Whether all declared seeds were run.
    pub complete: bool,
}

/// What was counted of one property of one variant, as far as an opinion needs it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub runs: u64,
    pub broken: u64,
    pub unclear: u64,
    pub not_offered: u64,
    /// Whether some violation stands inside the claims.
    pub inside: bool,
    /// Whether its checker panicked.
    pub panicked: bool,
}

/// What is expected of one property of one variant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// It may break.
    pub may: bool,
    /// It must break in some run.
    pub must: bool,
    pub planted: bool,
    pub complete: bool,
}

impl Opinion {
    pub(crate) fn of(counts: Counts, wanted: Wanted) -> Opinion {
        if counts.panicked {
            return Opinion::CheckerPanicked;
        }
        if counts.inside && !wanted.planted {
            return Opinion::BrokeInsideClaims;
        }
        if counts.broken > 0 && !wanted.may {
            return Opinion::Broke;
        }
        if counts.unclear > 0 {
            return Opinion::Unclear;
        }
        match counts.broken {
            0 if counts.runs > 0 && counts.not_offered == counts.runs => Opinion::NotOffered,
            0 if !wanted.must => Opinion::Held,
            0 if wanted.complete => Opinion::NeverBroke,
            0 => Opinion::Deferred,
            _ if wanted.planted => Opinion::Planted,
            _ => Opinion::Expected,
        }
    }
}

impl SightOpinion {
    /// `seen`: in some run. `lacking`: it is a fault that the lock does not offer.
    pub(crate) const fn of(seen: bool, lacking: bool, complete: bool) -> SightOpinion {
        match (seen, lacking, complete) {
            (true, ..) => SightOpinion::Seen,
            (_, true, _) => SightOpinion::NotOffered,
            (.., true) => SightOpinion::NeverSeen,
            _ => SightOpinion::Deferred,
        }
    }
}

impl Expectation<'_> {
    /// The opinion of one property.
    pub fn of(&self, tally: &PropertyTally, runs: u64) -> Opinion {
        let counts = Counts {
            runs,
            broken: tally.broken,
            unclear: tally.unclear,
            not_offered: tally.not_offered,
            inside: tally.standings.iter().any(|standing| standing.standing == StandingKind::Inside),
            panicked: tally.first_panic.is_some(),
        };
        let wanted = Wanted {
            may: self.expect.may(self.variant, tally.property),
            must: self.expect.must_break(self.variant, tally.property),
            planted: self.planted,
            complete: self.complete,
        };
        Opinion::of(counts, wanted)
    }

    /// The opinion of one word of `sometimes`.
    pub fn of_sight(&self, word: &str, tally: &Tally) -> SightOpinion {
        let kind = word.strip_prefix("fired:").unwrap_or_default();
        let lacking =
            |fault: &crate::FaultTally| fault.word == kind && fault.not_offered > 0 && fault.not_fired == 0;
        SightOpinion::of(tally.seen(word) > 0, tally.faults.iter().any(lacking), self.complete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Example, FaultTally, StandingTally};
    use fencepost_model::{Assumption, Cast, Evidence, Finding, Instant, Standing, Violation, Why};
    use std::sync::Arc;

    const PROPERTY: &str = "exclusive-belief";

    fn held() -> PropertyTally {
        PropertyTally { property: PROPERTY, ..PropertyTally::default() }
    }

    fn broken(kinds: &[StandingKind]) -> PropertyTally {
        let evidence = Evidence::Misbehaviour { owner: None, finding: Finding::Spun };
        let violation = Violation { at: Instant(1), event: 1, evidence, standing: Standing::NotClaimed };
        let cast = Arc::new(Cast::default());
        let example = Example::new(3, violation, cast);
        let standing =
            |kind: &StandingKind| StandingTally { standing: kind.clone(), runs: 1, example: example.clone() };
        PropertyTally { broken: 1, first: Some(3), standings: kinds.iter().map(standing).collect(), ..held() }
    }

    fn outside() -> PropertyTally {
        broken(&[StandingKind::Outside(vec![Assumption::BoundedPause])])
    }

    fn inside_too() -> PropertyTally {
        broken(&[StandingKind::Inside, StandingKind::Outside(vec![Assumption::BoundedPause])])
    }

    /// What the file says of the property for the variant `v`.
    fn saying(said: &str) -> Expect {
        let mut expect = Expect::default();
        expect.always.push(PROPERTY);
        let properties = vec![PROPERTY];
        match said {
            "broken" => drop(expect.broken.insert("v".to_owned(), properties)),
            "may-break" => drop(expect.may_break.insert("v".to_owned(), properties)),
            _ => {}
        }
        expect
    }

    fn opinion(said: &str, tally: &PropertyTally, planted: bool, complete: bool) -> Opinion {
        Expectation { expect: &saying(said), variant: "v", planted, complete }.of(tally, 10)
    }

    #[test]
    fn a_break_is_as_expected_only_where_the_file_says_so() {
        assert_eq!(opinion("always", &held(), false, true), Opinion::Held);
        assert_eq!(opinion("always", &outside(), false, true), Opinion::Broke);
        assert_eq!(opinion("broken", &outside(), false, true), Opinion::Expected);
        assert_eq!(opinion("may-break", &outside(), false, true), Opinion::Expected);
        assert_eq!(opinion("may-break", &held(), false, true), Opinion::Held);
    }

    #[test]
    fn inside_the_claims_nothing_excuses_but_a_defect() {
        for said in ["always", "broken", "may-break"] {
            assert_eq!(opinion(said, &inside_too(), false, true), Opinion::BrokeInsideClaims, "{said}");
            assert_eq!(opinion(said, &inside_too(), false, false), Opinion::BrokeInsideClaims, "{said}");
        }
        assert_eq!(opinion("broken", &inside_too(), true, true), Opinion::Planted);
        assert_eq!(
            opinion("always", &inside_too(), true, true),
            Opinion::Broke,
            "a defect is no excuse by itself"
        );
    }

    #[test]
    fn a_break_that_never_came_is_unexpected_over_all_seeds_and_deferred_over_fewer() {
        assert_eq!(opinion("broken", &held(), false, true), Opinion::NeverBroke);
        assert_eq!(opinion("broken", &held(), false, false), Opinion::Deferred);
        assert_eq!(Opinion::NeverBroke.status().exit(), Exit::Unexpected);
        assert_eq!(Opinion::Deferred.status().exit(), Exit::AsExpected);
    }

    #[test]
    fn what_cannot_be_said_is_unclear_and_what_is_not_offered_is_no_pass() {
        let unclear = PropertyTally { unclear: 1, first_unclear: Some((2, Why::NobodyAsked)), ..held() };
        assert_eq!(opinion("always", &unclear, false, true), Opinion::Unclear);
        assert_eq!(Opinion::Unclear.status().exit(), Exit::Unclear);
        let unclear = PropertyTally { unclear: 1, ..outside() };
        assert_eq!(opinion("always", &unclear, false, true), Opinion::Broke, "the graver counts");
        let lacking = PropertyTally { not_offered: 10, ..held() };
        assert_eq!(opinion("always", &lacking, false, true), Opinion::NotOffered);
    }

    #[test]
    fn a_checker_that_panics_is_a_mistake_of_ours_whatever_else_came() {
        let panicked = PropertyTally { first_panic: Some((2, "no idea".to_owned())), ..outside() };
        for said in ["always", "broken"] {
            assert_eq!(opinion(said, &panicked, false, true), Opinion::CheckerPanicked, "{said}");
        }
        assert_eq!(Opinion::CheckerPanicked.status().exit(), Exit::Internal);
    }

    #[test]
    fn a_sight_is_seen_never_seen_deferred_or_not_offered() {
        let expect = saying("always");
        let sight = |word: &str, tally: &Tally, complete: bool| {
            Expectation { expect: &expect, variant: "v", planted: false, complete }.of_sight(word, tally)
        };
        let mut tally = Tally { seen: vec![("contention".to_owned(), 1)], ..Tally::default() };
        assert_eq!(sight("contention", &tally, true), SightOpinion::Seen);
        assert_eq!(sight("hand-over", &tally, true), SightOpinion::NeverSeen);
        assert_eq!(sight("hand-over", &tally, false), SightOpinion::Deferred);
        assert_eq!(SightOpinion::NeverSeen.status().exit(), Exit::Unclear);
        tally.faults.push(FaultTally { word: "kill", fired: 0, not_fired: 0, not_offered: 5 });
        assert_eq!(sight("fired:kill", &tally, true), SightOpinion::NotOffered);
        assert_eq!(sight("fired:pause", &tally, true), SightOpinion::NeverSeen);
    }

    #[test]
    fn the_gravest_status_wins() {
        let all = [Status::Ok, Status::Deferred, Status::Unclear, Status::Unexpected, Status::Crashed];
        assert!(all.is_sorted());
    }
}
