//! Clients, links, clocks, work and budget: everything of a scenario that is neither lock nor fault.

use crate::law::{ANY, SOME};
use crate::section::Section;
use crate::{Mistakes, Vocabulary, words};
use fencepost_model::{Budget, Law, NetworkPlan, Span, WorkloadPlan};

/// The most owners of one scenario: each has a name in every plan.
const MOST_OWNERS: u64 = 1_000_000;
/// The most locks of one workload.
const MOST_LOCKS: usize = 1_000;
/// No oscillator runs at less than half or more than one and a half times the true speed.
pub(crate) const MOST_PPM: i64 = 500_000;

/// `[clients]`: how many, and how many owners in each.
pub(crate) fn clients(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> (u32, u32) {
    let Some(section) = section else { return (5, 1) };
    let count = section.count("count", 1..=100_000, mistakes).unwrap_or(5);
    let owners = section.count("owners-per-client", 1..=1_000, mistakes).unwrap_or(1);
    if count * owners > MOST_OWNERS {
        let message = format!("{count} clients with {owners} owners each are {} owners", count * owners);
        let help = format!("a scenario has at most {MOST_OWNERS} owners");
        mistakes.add("too-many-owners", section.key_span("owners-per-client"), message, "too many", help);
    }
    (count as u32, owners as u32)
}

/// `[network]`.
pub(crate) fn network(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> NetworkPlan {
    let millis = Span::from_millis;
    let mut network = NetworkPlan {
        latency: Law::around(millis(1), millis(2), millis(20)),
        retransmit: millis(200),
        give_up: Span::from_secs(15 * 60),
    };
    let Some(section) = section else { return network };
    set(&mut network.latency, section.law("latency", ANY, mistakes));
    set(&mut network.retransmit, section.span("retransmit", SOME, mistakes));
    set(&mut network.give_up, section.span("give-up", SOME, mistakes));
    network
}

/// `[clock]`: drift in parts per million and skew, either way.
pub(crate) fn clock(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> (u32, Span) {
    let Some(section) = section else { return (0, Span::ZERO) };
    let drift = section.get("drift");
    let drift = drift.and_then(|value| crate::read::ppm("drift", value, 0..=MOST_PPM, mistakes));
    let skew = section.span("skew", ANY, mistakes);
    (drift.unwrap_or(0) as u32, skew.unwrap_or(Span::ZERO))
}

/// `[workload]`.
pub(crate) fn workload(
    section: Option<Section<'_>>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> WorkloadPlan {
    let millis = Span::from_millis;
    let mut workload = WorkloadPlan {
        name: vocabulary.workloads.first().map_or(String::new(), |first| first.name.to_owned()),
        locks: vec!["orders".to_owned()],
        hold: Law::uniform(millis(10), millis(100)),
        think: Law::uniform(millis(0), millis(200)),
        per_owner: None,
        patience: Span::from_secs(5),
        resource_timeout: Span::from_secs(1),
        obeys_deadline: true,
        extend_every: None,
    };
    let Some(section) = section else { return workload };
    set(&mut workload.name, workload_name(&section, vocabulary, mistakes));
    set(&mut workload.locks, locks(&section, mistakes));
    set(&mut workload.hold, section.law("hold", ANY, mistakes));
    set(&mut workload.think, section.law("think", ANY, mistakes));
    workload.per_owner = section.count("per-owner", 1..=1_000_000, mistakes).map(|count| count as u32);
    set(&mut workload.patience, section.span("patience", SOME, mistakes));
    set(&mut workload.resource_timeout, section.span("resource-timeout", SOME, mistakes));
    set(&mut workload.obeys_deadline, section.flag("obeys-deadline", mistakes));
    workload.extend_every = section.span("extend-every", SOME, mistakes);
    workload
}

fn workload_name(section: &Section<'_>, vocabulary: &Vocabulary, mistakes: &mut Mistakes) -> Option<String> {
    let word = section.word("use", mistakes)?;
    let valid: Vec<&str> = vocabulary.workloads.iter().map(|spec| spec.name).collect();
    if valid.contains(&word.text) {
        return Some(word.text.to_owned());
    }
    mistakes.add_unknown("unknown-workload", word.span, word.text, &valid, "the workloads are");
    None
}

fn locks(section: &Section<'_>, mistakes: &mut Mistakes) -> Option<Vec<String>> {
    let one = section.word("lock", mistakes);
    let several = section.words("locks", mistakes);
    if one.is_some() && several.is_some() {
        let message = "`lock` and `locks` name the same thing";
        mistakes.add(
            "exclusive-keys",
            section.key_span("locks"),
            message,
            "beside `lock`",
            "keep one of them",
        );
    }
    if several.as_ref().is_some_and(|several| several.is_empty() || several.len() > MOST_LOCKS) {
        let bounds = format!("1 to {MOST_LOCKS} names");
        mistakes.add_out_of_range(section.key_span("locks"), "locks", "too few or too many names", &bounds);
    }
    let named: Vec<_> = one.into_iter().chain(several.into_iter().flatten()).collect();
    for word in named.iter().filter(|word| !words::is_name(word.text)) {
        let message = format!("{} is no name for a lock", words::quote(word.text));
        mistakes.add("bad-name", word.span.clone(), message, "not a name", words::NAMES);
    }
    (!named.is_empty()).then(|| named.iter().map(|word| word.text.to_owned()).collect())
}

/// `[budget]`.
pub(crate) fn budget(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> Budget {
    let mut budget = Budget::default();
    let Some(section) = section else { return budget };
    set(&mut budget.steps, section.count("steps", 1..=1_000_000_000_000, mistakes));
    set(&mut budget.bytes, section.count("bytes", 1..=1_000_000_000_000, mistakes));
    budget
}

/// What stands at the top of the file itself.
pub(crate) struct Top {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) seeds: u64,
    pub(crate) length: Span,
    pub(crate) progress_bound: Span,
}

/// The plain keys at the top of the file.
pub(crate) fn top(section: &Section<'_>, mistakes: &mut Mistakes) -> Top {
    let title = section.require("title", mistakes);
    let title = title.and_then(|value| crate::read::word("title", value, mistakes));
    if let Some(title) = title.as_ref().filter(|title| title.text.trim().is_empty()) {
        mistakes.add("empty-title", title.span.clone(), "the title is empty", "nothing", "say what happens");
    }
    let text = |word: crate::read::Word<'_>| word.text.to_owned();
    let minute = Span::from_secs(60);
    Top {
        title: title.map(text).unwrap_or_default(),
        about: section.word("about", mistakes).map(text).unwrap_or_default(),
        seeds: section.count("seeds", 1..=1_000_000_000, mistakes).unwrap_or(100),
        length: section.span("length", SOME, mistakes).unwrap_or(minute),
        progress_bound: section.span("progress-bound", SOME, mistakes).unwrap_or(minute),
    }
}

/// Replaces a default by what the file says.
fn set<T>(place: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *place = said;
    }
}
