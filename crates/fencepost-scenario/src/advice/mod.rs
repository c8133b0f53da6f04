//! An advice file: one lock with its settings, the figures of the place where it runs, and the floor below which
//! its room may not fall.
//!
//! What the file leaves out is `None` here. Whoever gives advice decides what to take instead, and shows it.

mod environment;
mod floor;
mod places;
mod sample;

pub use environment::{ClockFigures, Environment, FailoverFigures, Holds};
pub use floor::{Floor, Least};
pub use places::{Place, Places};
pub use sample::{Sample, Source};

use crate::Variant;
use fencepost_model::{Preset, Settings, Span};

/// What an advice file says.
#[derive(Clone)]
pub struct Advice {
    /// The file, as people know it.
    pub path: String,
    /// What the lock is for, in a few words.
    pub title: Option<String>,
    /// The lock with every setting, and the gate. It is named after the preset, or else after the lock.
    pub variant: Variant,
    /// The library whose options the file uses, where it uses one's.
    pub preset: Option<Chosen>,
    /// Whether the owner looks at its deadline before it writes: yes, unless the file says no.
    pub obeys_deadline: bool,
    /// How much room is wanted beyond the largest that was seen.
    pub room: Option<Span>,
    /// How many contend for the lock: five, unless the file says how many.
    pub owners: u32,
    /// The figures of the place where the lock runs.
    pub environment: Environment,
    /// What may not be undercut, in the order of the file.
    pub floor: Vec<Floor>,
    /// Where every key stands in the text.
    pub places: Places,
    /// What the file holds.
    pub text: String,
}

/// A preset, with its options as the file has them.
#[derive(Clone)]
pub struct Chosen {
    /// Which.
    pub preset: Preset,
    /// Every option under the library's own name, defaults included.
    pub options: Settings,
}
