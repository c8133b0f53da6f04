//! From a scenario, a variant and a seed to a plan.
//!
//! Every value is drawn by the hash of a name that says what it is for, such as `machine/c1/ppm`. So one
//! machine or fault more or less in the file moves no other value, and all variants of a scenario meet the
//! same faults at the same times.

use crate::draw_fault::FaultDraws;
use crate::inside;
use crate::limits::Limits;
use crate::scenario::digest_of;
use crate::{Scenario, Variant};
use fencepost_model::{
    CaseId, Cause, ClientPlan, Digest, DrawKey, GENERATOR, MachinePlan, MachineSpec, Origin, PLAN_FORMAT,
    Plan, Purpose, Site, VariantPlan,
};
use std::hash::Hasher;

impl Scenario {
    /// The plan of one run. Panics where the scenario has no such variant.
    ///
    /// The key is drawn from the scenario's id and the seed, not from the variant, so that variants are
    /// paired: with one seed they see the same client behaviour and the same faults at the same times. A
    /// file that says `drawn-as` has the key of the run that it names.
    pub fn plan(&self, variant: &str, seed: u64) -> Plan {
        let known = self.variant(variant);
        let variant = known.unwrap_or_else(|| panic!("scenario `{}` has no variant `{variant}`", self.id));
        let key = self.key(seed);
        let servers = variant.machines();
        let workload = variant.workload(&self.draft.workload);
        let faults = FaultDraws { scenario: self, variant, servers: &servers, key }.all();
        let mut plan = Plan {
            format: PLAN_FORMAT,
            generator: GENERATOR,
            case: CaseId { scenario: self.id.clone(), variant: variant.name.clone(), seed },
            key,
            variant: variant_plan(variant),
            machines: self.machines(servers, variant, key),
            clients: self.clients(),
            network: self.draft.network.clone(),
            disk: self.draft.disk.clone(),
            workload,
            faults,
            length: self.draft.length,
            progress_bound: self.draft.progress_bound,
            budget: self.draft.budget,
            overrides: Vec::new(),
        };
        if self.within_claims {
            let limits = Limits::of(variant, &variant.settings, &plan.workload);
            inside::keep(&mut plan, &limits, &variant.descriptor);
        }
        plan
    }

    fn key(&self, seed: u64) -> DrawKey {
        match &self.draft.drawn_as {
            Some(other) => DrawKey::new(digest_of(&other.scenario), other.seed.wrapping_add(seed)),
            None => DrawKey::new(digest_of(&self.id), seed),
        }
    }

    fn machines(&self, servers: Vec<MachineSpec>, variant: &Variant, key: DrawKey) -> Vec<MachinePlan> {
        let servers = servers.into_iter().map(|spec| (spec.name, spec.role));
        let clients = self.draft.clients.numbers().map(|client| (format!("c{client}"), "client"));
        let behind = [Site::Resource, Site::Provider].into_iter();
        let behind = behind.filter(|site| site.is_resource() || variant.provider.is_some());
        let behind = behind.map(|site| (site.name().to_owned(), "resource"));
        let machine = |(name, role): (String, &str)| MachinePlan {
            wall_offset: either_way(key, &["machine", &name, "skew"], self.draft.skew.0),
            ppm: either_way(key, &["machine", &name, "ppm"], u64::from(self.draft.drift)) as i32,
            role: role.to_owned(),
            name,
        };
        servers.chain(clients).chain(behind).map(machine).collect()
    }

    fn clients(&self) -> Vec<ClientPlan> {
        let owners =
            |client| (1..=self.draft.clients.owners).map(move |owner| format!("c{client}.{owner}")).collect();
        let client = |client| ClientPlan { name: format!("c{client}"), owners: owners(client) };
        self.draft.clients.numbers().map(client).collect()
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
pub(crate) fn cause(name: &[&str], n: u32) -> Cause {
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
