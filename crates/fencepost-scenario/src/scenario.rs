//! A scenario: a family of runs, checked.

use crate::clients::Clients;
use crate::draft::Draft;
use crate::preset::Chosen;
use crate::section::Section;
use crate::target::Targets;
use crate::{
    Expect, Mistakes, Vocabulary, commit, expect, faults, fit, guard, keys, variants, workload, world,
};
use fencepost_model::word::FENCING;
use fencepost_model::{Commit, Descriptor, Digest, Gate, MachineSpec, Settings, WorkloadPlan};
use std::hash::Hasher;

/// A family of runs: variants of locks, and a plan for each of them and each seed.
#[derive(Clone)]
pub struct Scenario {
    /// The file's stem; the first part of case ids.
    pub id: String,
    /// The file, as people know it.
    pub path: String,
    /// What happens, in a few words.
    pub title: String,
    /// What happens and why it matters, in a few sentences.
    pub about: String,
    /// How many runs are declared for each variant: the seeds from 0 on.
    pub seeds: u64,
    /// How many runs of each variant are made at most, however many are asked for.
    pub seeds_max: Option<u64>,
    /// The locks that are tried: those of the file, in its order, and then guests.
    pub variants: Vec<Variant>,
    /// Whether drawn faults stay inside every claim of a variant. Then no violation of a variant that is not
    /// planted is expected.
    pub within_claims: bool,
    /// Which verdicts are as they should be.
    pub expect: Expect,
    /// Of the text: two files with the same digest describe the same family.
    pub digest: u64,
    pub(crate) draft: Draft,
    /// How many of the variants the file names.
    pub(crate) named: usize,
    text: String,
}

/// A lock as it is tried in a scenario.
#[derive(Clone)]
pub struct Variant {
    /// Its name in the scenario.
    pub name: String,
    /// The lock's data sheet.
    pub descriptor: Descriptor,
    /// Every setting, defaults included.
    pub settings: Settings,
    /// The defects that are switched on.
    pub defects: Vec<String>,
    /// The resource's check.
    pub gate: Gate,
    /// When its owners commit what they write.
    pub commit: Commit,
    /// What the provider checks that its owners call before they write; none: there is no provider.
    pub provider: Option<Gate>,
    /// The preset that its lock and settings came from, where it was named by one.
    pub preset: Option<Chosen>,
}

impl Variant {
    /// Whether the lock offers what the property is about, under these settings.
    pub fn offers(&self, property: &str) -> bool {
        property != FENCING || self.has_tokens()
    }

    /// Whether it contradicts its claims on purpose: by a defect, or by a gate that is flawed.
    pub fn is_planted(&self) -> bool {
        !self.defects.is_empty() || self.gate.is_flawed() || self.provider.is_some_and(Gate::is_flawed)
    }

    /// Whether the lock hands out fencing tokens under these settings.
    pub(crate) fn has_tokens(&self) -> bool {
        (self.descriptor.features)(&self.settings).tokens
    }

    /// What its owners do, where the file says this of all of them.
    pub(crate) fn workload(&self, of_file: &WorkloadPlan) -> WorkloadPlan {
        WorkloadPlan { commit: self.commit, provider: self.provider, ..of_file.clone() }
    }

    /// The machines of the lock's servers.
    pub(crate) fn machines(&self) -> Vec<MachineSpec> {
        (self.descriptor.machines)(&self.settings)
    }
}

impl Scenario {
    /// What the file holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same with this many clients, `c1` and up, of this many owners each: as if the file said so. None
    /// where that is fewer of either than the file has: a fault may name one that would be missing.
    pub fn with_clients(mut self, count: u32, owners: u32) -> Option<Scenario> {
        let (clients_here, owners_here) = self.clients_and_owners();
        self.draft.clients = Clients::numbered(count, owners);
        (count >= clients_here && owners >= owners_here).then_some(self)
    }

    /// How many clients there are, and how many owners each has.
    pub fn clients_and_owners(&self) -> (u32, u32) {
        (self.draft.clients.count(), self.draft.clients.owners)
    }

    /// The variant of this name.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }
}

/// Reads a scenario file. `id` is the file's stem, `path` is how messages call the file, and `text` is
/// what it holds.
///
/// Fails with everything that is wrong with the text; with syntax errors only, where it is no TOML.
pub fn parse(id: &str, path: &str, text: &str, vocabulary: &Vocabulary) -> Result<Scenario, Mistakes> {
    let document = guard::document(path, text, &guard::SCENARIO)?;
    let mut mistakes = Mistakes::none(path, text);
    let found = &mut mistakes;
    let top = Section::open(&keys::TOP, document.get_ref(), 0..0, found);
    let plain = world::top(&top, found);
    let variants = variants::variants(&top, vocabulary, found);
    let clients = Clients::read(top.section("clients", &keys::CLIENTS, found), found);
    let network = world::network(top.section("network", &keys::NETWORK, found), found);
    let disk = world::disk(top.section("disk", &keys::DISK, found), found);
    let (drift, skew) = world::clock(top.section("clock", &keys::CLOCK, found), found);
    let workload = workload::workload(top.section("workload", &keys::WORKLOAD, found), vocabulary, found);
    commit::check_transport(&top, &variants.whole, workload.datagrams, found);
    let budget = world::budget(top.section("budget", &keys::BUDGET, found), found);
    let targets = Targets::new(clients.clone(), &variants, vocabulary);
    let faults = faults::faults(&top, plain.length, &targets, workload.datagrams, found);
    let section = top.section("expect", &keys::EXPECT, found);
    let kinds = faults::kinds(&top);
    let expect = expect::expect(section, vocabulary, &variants, &kinds, plain.within.is_some(), found);
    if let Some(within) = &plain.within {
        fit::check(&top, within, &variants.whole, &network, &workload, found);
    }
    if !mistakes.is_empty() {
        return Err(mistakes.sorted());
    }
    let (length, progress_bound) = (plain.length, plain.progress_bound);
    Ok(Scenario {
        id: id.to_owned(),
        path: path.to_owned(),
        title: plain.title,
        about: plain.about,
        seeds: plain.seeds,
        named: variants.whole.len(),
        seeds_max: plain.seeds_max,
        variants: variants.whole,
        within_claims: plain.within.is_some(),
        expect,
        digest: digest_of(text),
        draft: Draft {
            clients,
            network,
            disk,
            drift,
            skew,
            workload,
            length,
            progress_bound,
            budget,
            faults,
            drawn_as: plain.drawn_as,
        },
        text: text.to_owned(),
    })
}

/// The digest of a text.
pub(crate) fn digest_of(text: &str) -> u64 {
    let mut digest = Digest::default();
    digest.write(text.as_bytes());
    digest.value()
}
