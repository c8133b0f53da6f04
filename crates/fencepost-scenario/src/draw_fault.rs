//! Draws the faults of a plan, each value by its name.

use crate::draft::{FaultDraft, Placing, UpsetDraft, What};
use crate::draw::cause;
use crate::law::SignedLaw;
use crate::target::{SERVER, Who};
use crate::{Scenario, Variant};
use fencepost_model::{
    DrawKey, Fault, Law, MachineSpec, Placement, PlannedFault, Point, Span, Split, Target, Trigger, Upset,
};

/// Draws the faults of one plan.
pub(crate) struct FaultDraws<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) variant: &'a Variant,
    pub(crate) servers: &'a [MachineSpec],
    pub(crate) key: DrawKey,
}

impl FaultDraws<'_> {
    pub(crate) fn all(&self) -> Vec<PlannedFault> {
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
            Placing::AtPoint { kind, message, who, nth } => one(Placement::AtPoint(Point {
                kind: *kind,
                message: message.clone(),
                who: who.as_ref().map(|who| name_of(self.aim("point", who, &values))),
                nth: *nth,
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
        let span = |value: &str, law: &Law| values.span(value, law);
        let may = |value: &str, law: &Option<Law>| law.as_ref().map(|law| values.span(value, law));
        match &draft.what {
            What::Kill { who, restart_after } => {
                Fault::Kill { who: aim(who), restart_after: may("restart-after", restart_after) }
            }
            What::Restart { who } => Fault::Restart { who: aim(who) },
            What::PowerCut { who, restart_after } => {
                Fault::PowerCut { who: aim(who), restart_after: may("restart-after", restart_after) }
            }
            What::Pause { who, hold } => Fault::Pause { who: aim(who), hold: span("hold", hold) },
            What::Suspend { who, hold } => Fault::Suspend { who: aim(who), hold: span("hold", hold) },
            What::Skew { who, by } => Fault::Skew { who: aim(who), by: values.signed("by", by) },
            What::Jump { who, by } => Fault::Jump { who: aim(who), by: values.signed("by", by) },
            What::Drift { who, ppm, hold } => {
                Fault::Drift { who: aim(who), ppm: *ppm, hold: may("hold", hold) }
            }
            What::Stall { who, slower, hold } => {
                Fault::Stall { who: aim(who), slower: may("slower", slower), hold: span("hold", hold) }
            }
            What::Evict { who } => Fault::Evict { who: aim(who) },
            What::Cancel { who } => Fault::Cancel { who: aim(who) },
            What::Partition { .. } | What::Delay { .. } => self.link(&draft.what, &values),
            What::Loss { .. } | What::Duplicate { .. } | What::Reorder { .. } => {
                self.link(&draft.what, &values)
            }
            What::Message { kind, nth, client, upset } => Fault::Message {
                kind: kind.clone(),
                nth: *nth,
                client: client.clone(),
                upset: match upset {
                    UpsetDraft::Delay(law) => Upset::Delay(span("delay", law)),
                    UpsetDraft::Lose => Upset::Lose,
                    UpsetDraft::Duplicate => Upset::Duplicate,
                },
            },
        }
    }

    /// What happens to links and lasts for a while.
    fn link(&self, what: &What, values: &Values<'_>) -> Fault {
        let aim = |who: &Who| self.aim("who", who, values);
        let held = |hold: &Law| values.span("hold", hold);
        match what {
            What::Partition { who, from, direction, hold } => {
                let who = aim(who);
                let split = from.as_ref().map(|from| Split::Between(self.other(from, &who, values)));
                let split = split.unwrap_or(Split::Isolate);
                Fault::Partition { who, split, direction: *direction, hold: held(hold) }
            }
            What::Delay { who, by, direction, hold } => {
                let by = values.span("by", by);
                Fault::Delay { who: aim(who), by, direction: *direction, hold: held(hold) }
            }
            What::Reorder { who, by, direction, hold } => {
                let by = values.span("by", by);
                Fault::Reorder { who: aim(who), by, direction: *direction, hold: held(hold) }
            }
            What::Loss { who, rate, direction, hold } => {
                Fault::Loss { who: aim(who), rate: *rate, direction: *direction, hold: held(hold) }
            }
            What::Duplicate { who, rate, direction, hold } => {
                Fault::Duplicate { who: aim(who), rate: *rate, direction: *direction, hold: held(hold) }
            }
            other => unreachable!("`{}` is no fault of links", other.kind()),
        }
    }

    /// A target that is not `who`, where there is one: nothing can be cut off from itself.
    fn other(&self, from: &Who, who: &Target, values: &Values<'_>) -> Target {
        let mut drawn = TRIES.iter().map(|name| self.aim(name, from, values));
        let other = drawn.find(|target| target != who);
        other.unwrap_or_else(|| self.aim(TRIES[0], from, values))
    }

    fn aim(&self, value: &str, who: &Who, values: &Values<'_>) -> Target {
        let (clients, rank) = (&self.scenario.draft.clients, values.rank(value));
        if *who == Who::Provider && self.variant.provider.is_none() {
            return Target::Lacking(who.word().to_owned());
        }
        match who.resolve(clients, self.servers, rank) {
            // No machine is born to it: who leads is known when the fault fires.
            Target::Lacking(role) if role == LEADER && self.has_role(LEADER) => Target::Leader,
            Target::Lacking(word) if word == SERVER => self.server(rank),
            target => target,
        }
    }

    /// The server that matters most: who leads, or one of those that play the first role of the data sheet.
    fn server(&self, rank: u64) -> Target {
        let roles = self.variant.descriptor.roles;
        match roles.first() {
            _ if self.has_role(LEADER) => Target::Leader,
            Some((role, _)) => {
                Who::Part((*role).to_owned()).resolve(&self.scenario.draft.clients, self.servers, rank)
            }
            None => Target::Lacking(SERVER.to_owned()),
        }
    }

    fn has_role(&self, role: &str) -> bool {
        self.variant.descriptor.roles.iter().any(|(known, _)| *known == role)
    }
}

/// The name in which a decision point lies. A part that the system lacks has no process of its name, so the
/// point never comes.
fn name_of(target: Target) -> String {
    match target {
        Target::Named(name) | Target::Lacking(name) => name,
        Target::Leader => "leader".to_owned(),
        Target::Holder => unreachable!("a decision point lies in somebody with a name"),
    }
}

/// The role of whoever leads the other servers.
pub(crate) const LEADER: &str = "leader";

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
