//! Presets: a lock library's own options, and what they are as settings of a lock of ours.

use crate::{SettingSpec, SettingValue, Settings};

/// A library's lock under the names of its own options. It says "settings like those of the library", and never
/// anything about the library's code.
#[derive(Clone, Copy)]
pub struct Preset {
    /// Its name in files: `redisson-rlock`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The version whose documentation or source it follows, and where that stands.
    pub follows: &'static str,
    /// The options, as the library spells them.
    pub options: &'static [PresetOption],
    /// From the options, complete, to a lock and its settings.
    pub maps: fn(&Settings) -> Result<Mapped, Misfit>,
    /// What the library does that is not modelled; a sentence each.
    pub leaves_out: &'static [&'static str],
}

/// An option of a library.
#[derive(Clone, Copy, Debug)]
pub struct PresetOption {
    /// Its name, values, default and meaning, as the library documents them.
    pub spec: SettingSpec,
    /// What it is among our settings, with the arithmetic where there is some: `renew = lockWatchdogTimeout / 3`.
    pub becomes: &'static str,
}

/// What a preset comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The lock's name in the catalogue.
    pub lock: &'static str,
    /// The settings that differ from the lock's defaults, or are said for certainty.
    pub settings: Vec<(&'static str, SettingValue)>,
}

/// Options that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The option to point at.
    pub option: &'static str,
    /// What is wrong with it.
    pub why: String,
    /// What to write instead.
    pub instead: String,
}
