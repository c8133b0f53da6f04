//! The top of the file, links, disks, clocks and budget, and what stands at the top of the file.

use crate::Mistakes;
use crate::section::Section;
use fencepost_model::{Budget, DiskPlan, Law, NetworkPlan, Span};
use std::ops::Range;

/// `[network]`.
pub(crate) fn network(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> NetworkPlan {
    let millis = Span::from_millis;
    let mut network = NetworkPlan {
        latency: Law::around(millis(1), millis(2), millis(20)),
        retransmit: millis(200),
        give_up: Span::from_secs(15 * 60),
    };
    let Some(section) = section else { return network };
    set(&mut network.latency, section.law("latency", mistakes));
    set(&mut network.retransmit, section.span("retransmit", mistakes));
    set(&mut network.give_up, section.span("give-up", mistakes));
    network
}

/// `[disk]`.
pub(crate) fn disk(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> DiskPlan {
    let millis = Span::from_millis;
    let sync = section.and_then(|section| section.law("sync", mistakes));
    DiskPlan { sync: sync.unwrap_or_else(|| Law::around(Span::from_micros(200), millis(1), millis(20))) }
}

/// `[clock]`: drift in parts per million and skew, either way.
pub(crate) fn clock(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> (u32, Span) {
    let Some(section) = section else { return (0, Span::ZERO) };
    let drift = section.ppm("drift", mistakes);
    let skew = section.span("skew", mistakes);
    (drift.unwrap_or(0) as u32, skew.unwrap_or(Span::ZERO))
}

/// `[budget]`.
pub(crate) fn budget(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> Budget {
    let mut budget = Budget::default();
    let Some(section) = section else { return budget };
    set(&mut budget.steps, section.count("steps", mistakes));
    set(&mut budget.bytes, section.count("bytes", mistakes));
    budget
}

/// What stands at the top of the file itself.
pub(crate) struct Top {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) seeds: u64,
    pub(crate) seeds_max: Option<u64>,
    pub(crate) length: Span,
    pub(crate) progress_bound: Span,
    /// Where `within = "claims"` stands, if it does.
    pub(crate) within: Option<Range<usize>>,
    pub(crate) drawn_as: Option<DrawnAs>,
}

/// Which runs of another scenario those of this file repeat: the values are drawn as theirs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DrawnAs {
    pub(crate) scenario: String,
    /// What the seed 0 of this file stands for.
    pub(crate) seed: u64,
}

/// The plain keys at the top of the file.
pub(crate) fn top(section: &Section<'_>, mistakes: &mut Mistakes) -> Top {
    let title = section.require("title", mistakes);
    let title = title.and_then(|value| crate::read::word("title", value, mistakes));
    if let Some(title) = title.as_ref().filter(|title| title.text.trim().is_empty()) {
        mistakes.add("empty-title", title.span.clone(), "the title is empty", "nothing", "say what happens");
    }
    let seeds_max = section.count("seeds-max", mistakes);
    let text = |word: crate::read::Word<'_>| word.text.to_owned();
    let minute = Span::from_secs(60);
    Top {
        title: title.map(text).unwrap_or_default(),
        about: section.word("about", mistakes).map(text).unwrap_or_default(),
        seeds: seeds(section, seeds_max, mistakes),
        seeds_max,
        length: section.span("length", mistakes).unwrap_or(minute),
        progress_bound: section.span("progress-bound", mistakes).unwrap_or(minute),
        within: within(section, mistakes),
        drawn_as: drawn_as(section, mistakes),
    }
}

/// How many runs are declared. Runs that are never made cannot be.
fn seeds(section: &Section<'_>, most: Option<u64>, mistakes: &mut Mistakes) -> u64 {
    let Some(value) = section.get("seeds") else { return most.unwrap_or(100).min(100) };
    let seeds = section.count("seeds", mistakes).unwrap_or(100);
    if most.is_some_and(|most| seeds > most) {
        let message = "`seeds` is larger than `seeds-max`";
        let help = "lower `seeds`, or raise `seeds-max`";
        mistakes.add("seeds-above-max", value.span(), message, "these runs are never all made", help);
    }
    seeds
}

fn within(section: &Section<'_>, mistakes: &mut Mistakes) -> Option<Range<usize>> {
    let word = section.word("within", mistakes)?;
    if word.text == "claims" {
        return Some(word.span);
    }
    let whole = "drawn faults can stay within";
    mistakes.add_unknown("unknown-bounds", word.span, word.text, &["claims"], whole);
    None
}

fn drawn_as(section: &Section<'_>, mistakes: &mut Mistakes) -> Option<DrawnAs> {
    let word = section.word("drawn-as", mistakes)?;
    let parts = word.text.rsplit_once('@').filter(|(scenario, _)| !scenario.is_empty());
    match parts.and_then(|(scenario, seed)| Some((scenario, seed.parse().ok()?))) {
        Some((scenario, seed)) => Some(DrawnAs { scenario: scenario.to_owned(), seed }),
        None => {
            let message = format!("{} names no run of a scenario", crate::words::quote(word.text));
            let help = "write the id of the scenario and the seed, such as \"pause-past-lease@17\"";
            mistakes.add("bad-drawn-as", word.span, message, "no `scenario@seed`", help);
            None
        }
    }
}

/// Replaces a default by what the file says.
pub(crate) fn set<T>(place: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *place = said;
    }
}
