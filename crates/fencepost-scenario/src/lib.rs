//! Scenario files to plans: TOML text becomes a validated [`Scenario`], and a scenario with a variant and
//! a seed becomes a [`Plan`](fencepost_model::Plan).
//!
//! A file is checked against a [`Vocabulary`]: the locks, workloads and properties that exist. What is
//! wrong with it comes back as [`Mistakes`], all of them at once, each pointing into the file.
//!
//! Start at [`parse`]:
//!
//! ```
//! use fencepost_scenario::{Vocabulary, parse};
//!
//! let nothing = Vocabulary::default();
//! let text = "title = \"A calm day\"\nlocks = [\"redis\"]\n";
//! let Err(mistakes) = parse("calm", "calm.toml", text, &nothing) else { panic!("there is no lock") };
//! let told = mistakes.render(false);
//! assert!(told.contains("unknown lock `redis`"), "{told}");
//! assert!(told.contains("calm.toml:2:10"), "{told}");
//! ```
//!
//! A lock that no file names joins a scenario as a [`Guest`].
//!
//! Advice files are about one lock and the place where it runs: [`parse_advice`] reads them, and [`gc_log`] the logs
//! that they name.
//!
//! This crate reads no file, no clock and no environment, and it knows no lock.

mod accept;
mod advice;
mod aim;
mod clients;
mod commit;
mod draft;
mod draw;
mod draw_fault;
mod expect;
mod fault_kind;
mod faults;
mod fit;
mod gc_log;
mod guard;
mod guest;
mod inside;
pub mod keys;
mod law;
mod limits;
mod mistake;
mod placing;
mod preset;
mod quantiles;
mod read;
mod render;
mod scenario;
mod schema;
mod search;
mod section;
mod setting;
mod target;
mod variants;
mod words;
mod workload;
mod world;
mod written;

pub use accept::{Acceptance, Accepted, accept};
pub use advice::{
    Advice, ClockFigures, Environment, FailoverFigures, Floor, Holds, Least, Place, Places, Sample, Source,
    parse_advice,
};
pub use expect::Expect;
pub use gc_log::{GcLog, gc_log};
pub use guard::LARGEST;
pub use guest::Guest;
pub use mistake::{Mistake, Mistakes};
pub use preset::Chosen;
pub use scenario::{Scenario, Variant, parse};
pub use schema::{advice_schema, schema};
pub use search::Within;
pub use words::{MESSAGE_KINDS, SIGHTS, TRANSPORTS, distance};
pub use written::written;

use fencepost_model::{Descriptor, Preset, WorkloadSpec};

/// What a scenario file may name.
#[derive(Clone, Default)]
pub struct Vocabulary {
    /// The data sheets of the locks.
    pub systems: Vec<Descriptor>,
    /// The data sheets of the workloads; the first is what a file without `workload.use` gets.
    pub workloads: Vec<WorkloadSpec>,
    /// Locks of libraries, under the names of their own options.
    pub presets: Vec<Preset>,
    /// The names of the properties, in the order of tables.
    pub properties: Vec<&'static str>,
}

impl Vocabulary {
    /// The preset of this name.
    pub fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// The data sheet of a lock.
    pub fn system(&self, name: &str) -> Option<&Descriptor> {
        self.systems.iter().find(|system| system.name == name)
    }
}
