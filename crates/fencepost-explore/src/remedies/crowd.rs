//! Owners who all want the same lock, again and again: what their work costs, and whether anything gets lost when
//! everything goes wrong at once that a resource may meet.

use super::trial::broken;
use crate::advise::{AdviseOptions, Calm, lock};
use crate::search::Field;
use crate::{Catalogue, Refused, ReplayError, Stop};
use fencepost_model::{Access, Cast, ClientEvent, EventKind, Plan, ProcessRole, ResourceEvent, Site, Span};
use fencepost_scenario::{Advice, Scenario, Variant, parse};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many contend.
pub const CROWD: u32 = 4;

/// How often each of them works.
const PIECES: u32 = 10;

/// How many calm runs costs are taken from.
const CALM_RUNS: u64 = 5;

/// How many plans are drawn in which everything goes wrong.
const BAD_DAYS: u64 = 200;

/// Longer work is scaled down to this: all that it adds are the questions of those who wait.
const LONGEST_WORK: Span = Span::from_secs(60);

/// What one piece of work costs on a calm day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Pieces of work that were begun.
    pub pieces: u64,
    /// Messages that were delivered for them, those to the resource included.
    pub messages: u64,
    /// Disks that were synced for them.
    pub syncs: u64,
    /// Of the pieces, those that left nothing at the resource: somebody else had done it, or it came too late.
    pub in_vain: u64,
}

/// What came of many bad days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDays {
    /// How many plans were drawn.
    pub plans: u64,
    /// What broke in any of them.
    pub broken: BTreeSet<&'static str>,
}

/// A lock in a crowd.
pub(super) struct Crowd<'a> {
    catalogue: &'a Catalogue,
    scenario: Scenario,
    variant: String,
    options: AdviseOptions,
}

impl<'a> Crowd<'a> {
    /// This many owners, on machines of their own.
    pub fn of(
        catalogue: &'a Catalogue,
        advice: &Advice,
        calm: &Calm,
        count: u32,
        options: AdviseOptions,
    ) -> Result<Crowd<'a>, ReplayError> {
        let text = text(advice, calm, count);
        let scenario = parse("crowd", "crowd.toml", &text, &catalogue.vocabulary())
            .map_err(|mistakes| Refused::Mistakes(vec![mistakes]))?;
        Ok(Crowd { catalogue, scenario, variant: advice.variant.name.clone(), options })
    }

    fn field(&self) -> Result<Field<'_>, String> {
        Field::new(self.catalogue, &self.scenario, &self.variant, self.options.ground)
            .map_err(|refused| refused.to_string())
    }

    /// What a piece of work costs when nothing goes wrong. The error is what a panic of ours said.
    pub fn cost(&self) -> Result<Cost, String> {
        let field = self.field()?;
        let mut cost = Cost { pieces: 0, messages: 0, syncs: 0, in_vain: 0 };
        for seed in 0..CALM_RUNS {
            let run = field.run(&Arc::new(field.calm(seed)), true)?;
            let begun = run.history.iter().filter(|event| begins(&event.kind, &run.cast)).count() as u64;
            let done = run.history.iter().filter(|event| is_done(&event.kind)).count() as u64;
            cost.pieces += begun;
            cost.messages += run.messages;
            cost.syncs += run.syncs;
            cost.in_vain += begun.saturating_sub(done);
        }
        Ok(cost)
    }

    /// Draws plans in which clients stop, and messages to the resource are lost, doubled and late.
    pub fn bad_days(&self, stop: &Stop) -> Result<BadDays, String> {
        let field = self.field()?;
        let mut found = BadDays { plans: 0, broken: BTreeSet::new() };
        for seed in (0..BAD_DAYS).take_while(|_| !stop.is_raised()) {
            let plan: Plan = field.plan(seed);
            found.broken.extend(broken(&field, plan)?);
            found.plans += 1;
        }
        Ok(found)
    }
}

/// A client's owner has the lock, and begins. The owner that asks for every lock in the end works nothing.
fn begins(kind: &EventKind, cast: &Cast) -> bool {
    let EventKind::Client(ClientEvent::BeliefStarted { tag, .. }) = kind else { return false };
    cast.processes[cast.process_of(tag.owner).index()].role == ProcessRole::Client
}

/// A write that everybody sees, or the commit of one.
fn is_done(kind: &EventKind) -> bool {
    let EventKind::Resource(ResourceEvent::Decided { access, accepted: true, .. }) = kind else {
        return false;
    };
    matches!(access, Access::Write { .. } | Access::Commit { .. })
}

/// What happens to messages to the resource and the provider. A transaction lives on a stream, of which nothing is lost
/// or doubled.
fn upsets(variant: &Variant, some: Span, length: Span) -> (&'static str, String) {
    if variant.commit.is_transaction() {
        return ("stream", String::new());
    }
    let at = |site: Site| {
        let who = site.name();
        format!(
            "\n[[fault]]\nat = \"0s\"\nloss = {{ who = \"{who}\", rate = \"5%\", hold = \"{length}\" }}\n\n\
             [[fault]]\nat = \"0s\"\nduplicate = {{ who = \"{who}\", rate = \"10%\", hold = \"{length}\" }}\n\n\
             [[fault]]\nat = \"0s\"\nreorder = {{ who = \"{who}\", by = \"{some}\", hold = \"{length}\" }}\n"
        )
    };
    let outside = variant.provider.map(|_| at(Site::Provider)).unwrap_or_default();
    ("datagram", at(Site::Resource) + &outside)
}

fn text(advice: &Advice, calm: &Calm, count: u32) -> String {
    let hold = calm.hold.clamp(Span::from_millis(10), LONGEST_WORK);
    // Everybody has the lock as often as is wanted, one after the other.
    let turns = u64::from(2 * count * PIECES) + 10;
    let (some, length) = (Span(hold.0 / 10), hold.saturating_mul(turns));
    let longest = advice.environment.pause.as_ref().map_or(hold, |pause| pause.max.max(hold));
    let pause = longest.min(Span(length.0 / 2));
    let gives_up = (calm.round_trip.saturating_mul(4)).max(Span::from_millis(50));
    let (transport, upsets) = upsets(&advice.variant, some, length);
    format!(
        "title = \"A crowd\"\n\
         about = \"Clients contend; they stop, and what they send to the resource is lost, doubled and late.\"\n\
         seeds = {BAD_DAYS}\nlength = \"{length}\"\n\n\
         [clients]\ncount = {count}\n\n[network]\nlatency = {latency}\n\n\
         [workload]\nhold = {{ min = \"{some}\", max = \"{hold}\" }}\nthink = {{ min = \"0s\", max = \"{hold}\" }}\n\
         per-owner = {PIECES}\npatience = \"{length}\"\nresource-timeout = \"{gives_up}\"\nobeys-deadline = {obeys}\n\
         transport = \"{transport}\"\n{lock}\n\
         [[fault]]\nevery = {{ min = \"{some}\", max = \"{hold}\" }}\n\
         pause = {{ who = \"client\", hold = {{ min = \"{some}\", max = \"{pause}\" }} }}\n\
         {upsets}",
        latency = calm.latency(advice),
        obeys = advice.obeys_deadline,
        lock = lock(advice),
    )
}
