//! From a scenario, a variant and a seed to a plan.
//!
//! Every value is drawn by the hash of a name that says what it is for, such as `machine/c1/ppm`. So one
//! machine or fault more or less in the file moves no other value, and all variants of a scenario meet the
//! same faults at the same times.

use crate::draft::{FaultDraft, Placing, UpsetDraft, What};
use crate::law::SignedLaw;
use crate::scenario::digest_of;
use crate::target::Who;
use crate::{Scenario, Variant};
use fencepost_model::{
    CaseId, Cause, ClientPlan, Digest, DrawKey, Fault, GENERATOR, Law, MachinePlan, MachineSpec, Origin,
    PLAN_FORMAT, Placement, Plan, PlannedFault, Purpose, Span, Split, Target, Trigger, Upset, VariantPlan,
};
use std::hash::Hasher;

impl Scenario {
    /// The plan of one run. Panics where the scenario has no such variant.
    ///
    /// The key is drawn from the scenario's id and the seed, not from the variant, so that variants are
    /// paired: with one seed they see the same client behaviour and the same faults at the same times.
    pub fn plan(&self, variant: &str, seed: u64) -> Plan {
        let known = self.variant(variant);
        let variant = known.unwrap_or_else(|| panic!("scenario `{}` has no variant `{variant}`", self.id));
        let key = DrawKey::new(digest_of(&self.id), seed);
        let servers = variant.machines();
        let faults = FaultDraws { scenario: self, servers: &servers, key }.all();
        Plan {
            format: PLAN_FORMAT,
            generator: GENERATOR,
            case: CaseId { scenario: self.id.clone(), variant: variant.name.clone(), seed },
            key,
            variant: variant_plan(variant),
            machines: self.machines(servers, key),
            clients: self.clients(),
            network: self.draft.network.clone(),
            workload: self.draft.workload.clone(),
            faults,
            length: self.draft.length,
            progress_bound: self.draft.progress_bound,
            budget: self.draft.budget,
            overrides: Vec::new(),
        }
    }

    fn machines(&self, servers: Vec<MachineSpec>, key: DrawKey) -> Vec<MachinePlan> {
        let servers = servers.into_iter().map(|spec| (spec.name, spec.role));
        let clients = (1..=self.draft.clients).map(|client| (format!("c{client}"), "client"));
        let resource = std::iter::once(("resource".to_owned(), "resource"));
        let machine = |(name, role): (String, &str)| MachinePlan {
            wall_offset: either_way(key, &["machine", &name, "skew"], self.draft.skew.0),
            ppm: either_way(key, &["machine", &name, "ppm"], u64::from(self.draft.drift)) as i32,
            role: role.to_owned(),
            name,
        };
        servers.chain(clients).chain(resource).map(machine).collect()
    }

    fn clients(&self) -> Vec<ClientPlan> {
        let owners =
            |client| (1..=self.draft.owners).map(move |owner| format!("c{client}.{owner}")).collect();
        let client = |client| ClientPlan { name: format!("c{client}"), owners: owners(client) };
        (1..=self.draft.clients).map(client).collect()
    }
}

fn variant_plan(variant: &Variant) -> VariantPlan {
    VariantPlan {
        lock: variant.descriptor.name.to_owned(),
        settings: variant.settings.clone(),
        defects: variant.defects.clone(),
        gate: variant.gate,
    }
}

/// The cause of a value of the plan.
fn cause(name: &[&str], n: u32) -> Cause {
    let mut digest = Digest::default();
    name.iter().for_each(|part| {
        digest.write(part.as_bytes());
        digest.write_u8(b'/');
    });
    Cause { purpose: Purpose::Plan, origin: Origin::Plan(digest.value()), n }
}

/// A whole number from `-most` to `most`.
fn either_way(key: DrawKey, name: &[&str], most: u64) -> i64 {
    // No skew is longer than a day, so nothing here overflows.
    key.below(cause(name, 0), 2 * most + 1) as i64 - most as i64
}

/// Draws the faults of one plan.
struct FaultDraws<'a> {
    scenario: &'a Scenario,
    servers: &'a [MachineSpec],
    key: DrawKey,
}

impl FaultDraws<'_> {
    fn all(&self) -> Vec<PlannedFault> {
        self.scenario.draft.faults.iter().flat_map(|draft| self.occurrences(draft)).collect()
    }

    /// A fault of the file as faults of the plan: one, or as many as its gaps leave room for.
    fn occurrences(&self, draft: &FaultDraft) -> Vec<PlannedFault> {
        let one = |place| vec![self.occurrence(draft, draft.place.to_string(), place, 0)];
        let values = Values { key: self.key, identity: &draft.identity, n: 0 };
        match &draft.placing {
            Placing::At(law) => one(Placement::At(values.span("at", law))),
            Placing::On { event, owner, nth, after } => one(Placement::On(Trigger {
                event: *event,
                owner: owner.clone(),
                nth: *nth,
                after: values.span("after", after),
            })),
            Placing::Implied if matches!(draft.what, What::Skew { .. }) => one(Placement::At(Span::ZERO)),
            Placing::Implied => one(Placement::WithMessage),
            Placing::Every(gap) => self.repeated(draft, gap),
        }
    }

    fn repeated(&self, draft: &FaultDraft, gap: &Law) -> Vec<PlannedFault> {
        let mut planned = Vec::new();
        let mut at = Span::ZERO;
        for n in 0.. {
            let values = Values { key: self.key, identity: &draft.identity, n };
            at += values.span("gap", gap);
            if at > self.scenario.draft.length {
                break;
            }
            let name = format!("{}.{}", draft.place, n + 1);
            planned.push(self.occurrence(draft, name, Placement::At(at), n));
        }
        planned
    }

    fn occurrence(&self, draft: &FaultDraft, name: String, place: Placement, n: u32) -> PlannedFault {
        PlannedFault { name, place, what: self.what(draft, n) }
    }

    fn what(&self, draft: &FaultDraft, n: u32) -> Fault {
        let values = Values { key: self.key, identity: &draft.identity, n };
        let aim = |who: &Who| self.aim("who", who, &values);
        match &draft.what {
            What::Kill { who, restart_after } => {
                let restart_after = restart_after.as_ref().map(|law| values.span("restart-after", law));
                Fault::Kill { who: aim(who), restart_after }
            }
            What::Restart { who } => Fault::Restart { who: aim(who) },
            What::Pause { who, hold } => Fault::Pause { who: aim(who), hold: values.span("hold", hold) },
            What::Suspend { who, hold } => Fault::Suspend { who: aim(who), hold: values.span("hold", hold) },
            What::Partition { who, from, direction, hold } => {
                let who = aim(who);
                let split = from.as_ref().map(|from| Split::Between(self.other(from, &who, &values)));
                let split = split.unwrap_or(Split::Isolate);
                Fault::Partition { who, split, direction: *direction, hold: values.span("hold", hold) }
            }
            What::Delay { who, by, direction, hold } => Fault::Delay {
                who: aim(who),
                by: values.span("by", by),
                direction: *direction,
                hold: values.span("hold", hold),
            },
            What::Skew { who, by } => Fault::Skew { who: aim(who), by: values.signed("by", by) },
            What::Jump { who, by } => Fault::Jump { who: aim(who), by: values.signed("by", by) },
            What::Drift { who, ppm, hold } => {
                let hold = hold.as_ref().map(|law| values.span("hold", law));
                Fault::Drift { who: aim(who), ppm: *ppm, hold }
            }
            What::Message { kind, nth, client, upset } => Fault::Message {
                kind: kind.clone(),
                nth: *nth,
                client: client.clone(),
                upset: match upset {
                    UpsetDraft::Delay(law) => Upset::Delay(values.span("delay", law)),
                    UpsetDraft::Lose => Upset::Lose,
                },
            },
        }
    }

    /// A target that is not `who`, where there is one: nothing can be cut off from itself.
    fn other(&self, from: &Who, who: &Target, values: &Values<'_>) -> Target {
        let mut drawn = TRIES.iter().map(|name| self.aim(name, from, values));
        let other = drawn.find(|target| target != who);
        other.unwrap_or_else(|| self.aim(TRIES[0], from, values))
    }

    fn aim(&self, value: &str, who: &Who, values: &Values<'_>) -> Target {
        who.resolve(self.scenario.draft.clients, self.servers, values.rank(value))
    }
}

/// How often another target is drawn for a partition, before it is found that there is none.
const TRIES: [&str; 8] = ["from", "from-2", "from-3", "from-4", "from-5", "from-6", "from-7", "from-8"];

/// Draws the values of one occurrence of a fault, each by its name.
struct Values<'a> {
    key: DrawKey,
    identity: &'a str,
    n: u32,
}

impl Values<'_> {
    fn rank(&self, value: &str) -> u64 {
        self.key.draw(cause(&[self.identity, value], self.n))
    }

    fn span(&self, value: &str, law: &Law) -> Span {
        law.at(self.rank(value))
    }

    fn signed(&self, value: &str, law: &SignedLaw) -> i64 {
        law.at(self.rank(value))
    }
}
