//! What a run is judged by: the part of a descriptor and a plan that checkers need.

use fencepost_model::{
    Alternative, Bounds, Claim, Context, Descriptor, EndReason, Features, Plan, Site, Span, word,
};

/// The rules of a run. They depend on the variant and the workload, not on the seed, so a sweep makes them
/// once and shares them.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Which ends of state end a promise rightfully. [`EndReason::NeverPromised`] always does.
    pub rightful_ends: &'static [EndReason],
    /// On how many nodes a promise must stand for the lock to be granted.
    pub quorum: usize,
    /// What the lock claims under these settings, of everything that stands behind it.
    pub claims: Vec<Claim>,
    /// What it claims of operations at one site, where there are several.
    pub of_sites: Vec<(Site, Claim)>,
    /// How soon the lock promises progress; none where it gives no bound.
    pub bounds: Option<Bounds>,
    /// How soon progress is expected where the lock gives no bound.
    pub progress_bound: Span,
    /// What the lock offers.
    pub features: Features,
    /// Whether the workload's owners look at their deadline before each operation.
    pub obeys_deadline: bool,
    /// The word of every fault of the plan, by its number.
    pub fault_words: Vec<&'static str>,
}

/// What the calm tail lasts beyond the bounds, so that a bound that is missed at all is missed before the end.
const SLACK: Span = Span::from_secs(1);

impl Rules {
    /// The rules for a plan of this system.
    ///
    /// Two claims are settled here. Every lock claims to be well-behaved, whether its data sheet says so or
    /// not. And a lock that gives no progress bound of its own claims no progress: a bound that the scenario
    /// chose cannot be its promise.
    pub fn of(descriptor: &Descriptor, plan: &Plan) -> Rules {
        let settings = &plan.variant.settings;
        let context = Context { settings, gate: plan.variant.gate, workload: &plan.workload };
        let bounds = (descriptor.bounds)(settings);
        let mut claims = descriptor.claimed(&context);
        if bounds.is_none() {
            claims.retain(|claim| claim.property != word::PROGRESS);
        }
        if claims.iter().all(|claim| claim.property != word::WELL_BEHAVED) {
            claims.push(Claim { property: word::WELL_BEHAVED, alternatives: vec![vec![]] });
        }
        let sites = [Site::Resource, Site::Provider].into_iter().filter(|_| plan.workload.provider.is_some());
        let of_site = |site| {
            let claims = descriptor.claimed_at(site, &context).into_iter();
            claims.filter(|claim| word::is_of_operations(claim.property)).map(move |claim| (site, claim))
        };
        Rules {
            rightful_ends: descriptor.rightful_ends,
            quorum: (descriptor.quorum)(settings),
            of_sites: sites.flat_map(of_site).collect(),
            claims,
            bounds,
            progress_bound: plan.progress_bound,
            features: (descriptor.features)(settings),
            obeys_deadline: plan.workload.obeys_deadline,
            fault_words: plan.faults.iter().map(|fault| fault.what.word()).collect(),
        }
    }

    /// How long the calm tail must last so that progress can be judged: a dead holder, or an orphan, may take
    /// its whole bound to go, and the hand-over after it its own.
    pub fn tail(&self) -> Span {
        let bounds = self.bounds_in_force();
        bounds.dead_holder.max(bounds.orphan) + bounds.hand_over + SLACK
    }

    /// The lock's own bounds, or the scenario's where it has none.
    pub fn bounds_in_force(&self) -> Bounds {
        let bound = self.progress_bound;
        let scenario = Bounds { hand_over: bound, dead_holder: bound, orphan: bound };
        self.bounds.unwrap_or(scenario)
    }

    /// Whether the end of a node's state for this reason ends its promise.
    pub fn is_rightful(&self, reason: EndReason) -> bool {
        reason == EndReason::NeverPromised || self.rightful_ends.contains(&reason)
    }

    /// The alternatives under which the lock claims the property; none where it does not claim it.
    pub fn claim(&self, property: &str) -> Option<&[Alternative]> {
        let claim = self.claims.iter().find(|claim| claim.property == property)?;
        Some(&claim.alternatives)
    }

    /// The same of what is seen at one site.
    pub fn claim_at(&self, site: Site, property: &str) -> Option<&[Alternative]> {
        if self.of_sites.is_empty() || !word::is_of_operations(property) {
            return self.claim(property);
        }
        let known = |(of, claim): &&(Site, Claim)| *of == site && claim.property == property;
        self.of_sites.iter().find(known).map(|(_, claim)| claim.alternatives.as_slice())
    }
}

impl Default for Rules {
    /// A single store that keeps what it promised until it is released, and claims nothing.
    fn default() -> Rules {
        Rules {
            rightful_ends: &[EndReason::Released],
            quorum: 1,
            claims: Vec::new(),
            of_sites: Vec::new(),
            bounds: None,
            progress_bound: Span::from_secs(60),
            features: Features::default(),
            obeys_deadline: true,
            fault_words: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_model::Assumption::{self, BoundedPause, OwnerRecords};
    use fencepost_model::{
        Bound, Budget, CaseId, Commit, DrawKey, Fault, GENERATOR, Gate, Law, NetworkPlan, PLAN_FORMAT,
        Placement, PlannedFault, Quantity, Settings, Target, VariantPlan, WorkloadPlan,
    };

    fn descriptor(bounds: fn(&Settings) -> Option<Bounds>) -> Descriptor {
        Descriptor {
            name: "lock",
            about: "",
            leaves_out: "",
            features: |_| Features::default(),
            settings: &[],
            defects: &[],
            roles: &[],
            machines: |_| vec![],
            quorum: |_| 3,
            rightful_ends: &[EndReason::Released],
            claims: |context| {
                assert_eq!(context.gate, Gate::Token, "claims see the gate");
                vec![Claim { property: word::PROGRESS, alternatives: vec![vec![]] }]
            },
            bounds,
            stands: |_| Vec::new(),
        }
    }

    fn plan() -> Plan {
        let fault = Fault::Restart { who: Target::Holder };
        Plan {
            format: PLAN_FORMAT,
            generator: GENERATOR,
            case: CaseId { scenario: "s".into(), variant: "v".into(), seed: 1 },
            key: DrawKey(1, 2),
            variant: VariantPlan {
                lock: "lock".into(),
                settings: Settings::default(),
                defects: vec![],
                gate: Gate::Token,
            },
            machines: vec![],
            clients: vec![],
            network: NetworkPlan {
                latency: Law::constant(Span::ZERO),
                retransmit: Span::ZERO,
                give_up: Span::ZERO,
            },
            disk: fencepost_model::DiskPlan { sync: Law::constant(Span::ZERO) },
            workload: WorkloadPlan {
                name: "counter".into(),
                locks: vec![],
                hold: Law::constant(Span::ZERO),
                think: Law::constant(Span::ZERO),
                per_owner: None,
                patience: Span::ZERO,
                resource_timeout: Span::ZERO,
                commit: Commit::AtOnce,
                provider: None,
                obeys_deadline: false,
                takes: 1,
                ask_status: 0,
                datagrams: false,
                extend_every: None,
            },
            faults: vec![PlannedFault { name: "1".into(), place: Placement::At(Span::ZERO), what: fault }],
            length: Span::from_secs(10),
            progress_bound: Span::from_secs(30),
            budget: Budget::default(),
            overrides: vec![],
        }
    }

    #[test]
    fn a_lock_without_a_bound_claims_no_progress() {
        let rules = Rules::of(&descriptor(|_| None), &plan());
        assert_eq!(rules.claim(word::PROGRESS), None);
        assert_eq!(rules.tail(), Span::from_secs(61), "both bounds are the scenario's");
        assert_eq!((rules.quorum, rules.obeys_deadline), (3, false));
        assert_eq!(rules.fault_words, ["restart"]);
    }

    #[test]
    fn a_lock_with_a_bound_may_claim_it() {
        let own = |_: &Settings| {
            Some(Bounds {
                hand_over: Span::from_secs(2),
                dead_holder: Span::from_secs(7),
                orphan: Span::from_secs(1),
            })
        };
        let rules = Rules::of(&descriptor(own), &plan());
        assert!(rules.claim(word::PROGRESS).is_some());
        assert_eq!(rules.tail(), Span::from_secs(10));
    }

    /// A lock may take longer to clean up after the living than after the dead.
    #[test]
    fn the_tail_lasts_as_long_as_the_slowest_removal() {
        let own = |_: &Settings| {
            let (hand_over, dead_holder) = (Span::from_secs(2), Span::from_secs(7));
            Some(Bounds { hand_over, dead_holder, orphan: Span::from_secs(9) })
        };
        assert_eq!(Rules::of(&descriptor(own), &plan()).tail(), Span::from_secs(12));
    }

    /// What one site needs excuses nothing at the other; together they claim what both can.
    #[test]
    fn each_site_is_judged_by_its_own_gate() {
        let claims = |context: &fencepost_model::Context<'_>| {
            let unchecked = vec![Bound { assumption: BoundedPause, limit: Quantity::Span(Span::ZERO) }];
            let alternatives = vec![if context.gate == Gate::None { unchecked } else { vec![] }];
            vec![Claim { property: word::NO_LOST_UPDATE, alternatives }]
        };
        let rules = |provider| {
            let mut plan = plan();
            (plan.variant.gate, plan.workload.provider) = (Gate::OncePerKey, provider);
            Rules::of(&Descriptor { claims, ..descriptor(|_| None) }, &plan)
        };
        let assumed = |alternatives: Option<&[Alternative]>| -> Vec<Assumption> {
            alternatives.unwrap_or_default().iter().flatten().map(|bound| bound.assumption).collect()
        };
        let at = |rules: &Rules, site| assumed(rules.claim_at(site, word::NO_LOST_UPDATE));
        let without = rules(Some(Gate::None));
        assert_eq!(at(&without, Site::Resource), []);
        assert_eq!(at(&without, Site::Provider), [BoundedPause, OwnerRecords]);
        assert_eq!(assumed(without.claim(word::NO_LOST_UPDATE)), [BoundedPause, OwnerRecords]);
        let with_keys = rules(Some(Gate::OncePerKey));
        assert_eq!(with_keys.claim_at(Site::Provider, word::NO_LOST_UPDATE), Some(&[vec![]][..]));
        assert!(rules(None).of_sites.is_empty());
    }

    /// Only where owners work in transactions, and where the gate does not see to it.
    #[test]
    fn no_lock_orders_updates_that_are_committed_late() {
        let claims = |_: &fencepost_model::Context<'_>| {
            vec![Claim { property: word::NO_LOST_UPDATE, alternatives: vec![vec![]] }]
        };
        let rests_on = |commit, gate| {
            let mut plan = plan();
            (plan.workload.commit, plan.variant.gate) = (commit, gate);
            let rules = Rules::of(&Descriptor { claims, ..descriptor(|_| None) }, &plan);
            rules.claim(word::NO_LOST_UPDATE).map_or(0, |alternatives| alternatives[0].len())
        };
        assert_eq!(rests_on(Commit::AtOnce, Gate::None), 0);
        for commit in [Commit::BeforeRelease, Commit::AfterRelease] {
            let resting = Gate::ALL.iter().filter(|(gate, ..)| rests_on(commit, *gate) == 1);
            let words: Vec<&str> = resting.map(|(_, word, _)| *word).collect();
            assert_eq!(words, ["none", "token-strict", "token-writes-only"], "{commit:?}");
        }
    }

    /// Otherwise a panic in a lock would be judged by what its data sheet forgot to say.
    #[test]
    fn every_lock_claims_to_be_well_behaved() {
        let rules = Rules::of(&descriptor(|_| None), &plan());
        assert_eq!(rules.claim(word::WELL_BEHAVED), Some(&[vec![]][..]));
    }
}
