//! The catalogue: which locks, workloads and scenarios there are.

use crate::PlanWatch;
use fencepost_lock::Workload;
use fencepost_model::{Descriptor, Preset, WorkloadSpec, word};
use fencepost_scenario::Vocabulary;
use fencepost_sim::{SimEnv, SimSystem};
use std::path::Path;
use std::sync::Arc;

/// The locks and workloads that scenarios may name, and the scenarios that are built in. All of them in
/// the order in which they were added.
///
/// A lock of your own is one more line:
///
/// ```no_run
/// # use fencepost_explore::Catalogue;
/// # use fencepost_sim::SimSystem;
/// fn with_mine(shipped: Catalogue, mine: impl SimSystem + 'static) -> Catalogue {
///     shipped.with("mine", mine)
/// }
/// ```
///
/// Locks that are added to a catalogue that [`ships`](Catalogue::ships) are *guests*: no scenario file names
/// them, and every scenario can be run with them.
#[derive(Default)]
pub struct Catalogue {
    systems: Vec<NamedSystem>,
    /// How many of the systems ship.
    shipped: usize,
    workloads: Vec<Box<dyn Workload<SimEnv>>>,
    presets: Vec<Preset>,
    scenarios: Vec<Embedded>,
    plan_watch: Option<Arc<PlanWatch>>,
}

struct NamedSystem {
    name: &'static str,
    system: Box<dyn SimSystem>,
}

/// The folder of the scenarios in which all locks are compared.
pub const COMPARISON: &str = "comparison";

/// A scenario that is built in, so that it can be run without a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Where it stands under the folder of scenarios, such as `classics/pause-past-lease.toml`.
    pub path: &'static str,
    /// What the file holds.
    pub text: &'static str,
}

impl Catalogue {
    /// A catalogue with nothing in it.
    pub fn new() -> Catalogue {
        Catalogue::default()
    }

    /// Adds a lock under `name`, whatever its data sheet calls it: so one system can be there twice.
    ///
    /// Panics where the name is taken.
    pub fn with(mut self, name: &str, system: impl SimSystem + 'static) -> Catalogue {
        assert!(self.system(name).is_none(), "two locks are called `{name}`");
        let own = system.descriptor().name;
        // A data sheet's name is static. A catalogue is made once in a process, and its names are few.
        let name = if own == name { own } else { Box::leak(name.to_owned().into_boxed_str()) };
        self.systems.push(NamedSystem { name, system: Box::new(system) });
        self
    }

    /// Closes what ships: locks that are added from here on are guests.
    ///
    /// A guest has a row of its own in every scenario of the folder [`COMPARISON`], where it is held to its
    /// claims and to what no other lock there may break. Every other scenario can be run with it by name:
    /// `SCENARIO/LOCK`, which expects of it what `always` says, and `SCENARIO/LOCK-as-VARIANT`, which gives it
    /// the settings and the gate of a variant of the file and excuses what that one may break.
    #[must_use]
    pub fn ships(mut self) -> Catalogue {
        self.shipped = self.systems.len();
        self
    }

    /// The names of the guests, in the order in which they were added.
    pub fn guests(&self) -> impl Iterator<Item = &'static str> + '_ {
        let guests = if self.shipped == 0 { &[] } else { &self.systems[self.shipped..] };
        guests.iter().map(|entry| entry.name)
    }

    /// Adds a workload. The first one is what a scenario without `workload.use` gets.
    ///
    /// Panics where its name is taken.
    pub fn with_workload(mut self, workload: impl Workload<SimEnv> + 'static) -> Catalogue {
        let name = workload.spec().name;
        assert!(self.workload(name).is_none(), "two workloads are called `{name}`");
        self.workloads.push(Box::new(workload));
        self
    }

    /// Adds a library's lock under the names of its own options.
    ///
    /// Panics where the name is taken.
    pub fn with_preset(mut self, preset: Preset) -> Catalogue {
        let other = self.presets.iter().find(|other| other.name == preset.name);
        assert!(other.is_none(), "two presets are called `{}`", preset.name);
        self.presets.push(preset);
        self
    }

    /// Adds a scenario: `path` is where it stands under the folder of scenarios, such as
    /// `classics/pause-past-lease.toml`, and `text` is what the file holds.
    ///
    /// Panics where there is one of this name already, in whichever folder: a name stands for one scenario.
    pub fn with_scenario(mut self, path: &'static str, text: &'static str) -> Catalogue {
        let name = |path: &'static str| Path::new(path).file_stem();
        let other = self.scenarios.iter().find(|other| name(other.path) == name(path));
        assert!(other.is_none(), "`{path}` has the name of another scenario");
        self.scenarios.push(Embedded { path, text });
        self
    }

    /// Has plans that are searched, measured and shrunk watched from outside.
    #[must_use]
    pub fn watched_by(mut self, watch: Arc<PlanWatch>) -> Catalogue {
        self.plan_watch = Some(watch);
        self
    }

    /// Who watches plans that are searched, measured and shrunk.
    pub(crate) fn plan_watch(&self) -> Option<&PlanWatch> {
        self.plan_watch.as_deref()
    }

    /// The lock of this name.
    pub fn system(&self, name: &str) -> Option<&dyn SimSystem> {
        self.systems.iter().find(|entry| entry.name == name).map(|entry| &*entry.system)
    }

    /// The workload of this name.
    pub fn workload(&self, name: &str) -> Option<&dyn Workload<SimEnv>> {
        self.workloads.iter().find(|workload| workload.spec().name == name).map(|workload| &**workload)
    }

    /// The scenarios that are built in.
    pub fn scenarios(&self) -> &[Embedded] {
        &self.scenarios
    }

    /// The data sheets of the locks, under the names that they have here.
    pub fn descriptors(&self) -> impl Iterator<Item = Descriptor> + '_ {
        self.systems.iter().map(|entry| Descriptor { name: entry.name, ..entry.system.descriptor() })
    }

    /// The data sheets of the workloads.
    pub fn workloads(&self) -> impl Iterator<Item = WorkloadSpec> + '_ {
        self.workloads.iter().map(|workload| workload.spec())
    }

    /// The presets.
    pub fn presets(&self) -> &[Preset] {
        &self.presets
    }

    /// The names of the properties: those that are built in, and then those that systems add.
    pub fn properties(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = word::PROPERTIES.iter().map(|(name, _)| *name).collect();
        for property in self.systems.iter().flat_map(|entry| entry.system.properties()) {
            if !names.contains(&property.name()) {
                names.push(property.name());
            }
        }
        names
    }

    /// What a scenario file may name.
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            systems: self.descriptors().collect(),
            workloads: self.workloads().collect(),
            presets: self.presets.clone(),
            properties: self.properties(),
        }
    }
}
