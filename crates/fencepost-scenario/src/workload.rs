//! `[workload]`: what owners do, and with which locks.

use crate::read::Word;
use crate::section::Section;
use crate::words::TRANSPORTS;
use crate::world::set;
use crate::{Mistakes, Vocabulary, words};
use fencepost_model::{Commit, Law, Span, WorkloadPlan};

/// The most locks of one workload.
const MOST_LOCKS: usize = 1_000;

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
        commit: Commit::AtOnce,
        provider: None,
        takes: 1,
        ask_status: 0,
        datagrams: false,
        extend_every: None,
    };
    let Some(section) = section else { return workload };
    set(&mut workload.name, workload_name(&section, vocabulary, mistakes));
    let (locks, takes) = locks(&section, mistakes);
    set(&mut workload.locks, locks);
    workload.takes = takes;
    set(&mut workload.hold, section.law("hold", mistakes));
    set(&mut workload.think, section.law("think", mistakes));
    workload.per_owner = section.count("per-owner", mistakes).map(|count| count as u32);
    set(&mut workload.patience, section.span("patience", mistakes));
    set(&mut workload.resource_timeout, section.span("resource-timeout", mistakes));
    set(&mut workload.obeys_deadline, section.flag("obeys-deadline", mistakes));
    workload.extend_every = section.span("extend-every", mistakes);
    workload.ask_status = section.rate("ask-status", mistakes).unwrap_or(0);
    workload.datagrams = datagrams(&section, mistakes);
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

/// Whether messages to the resource are datagrams.
fn datagrams(section: &Section<'_>, mistakes: &mut Mistakes) -> bool {
    let Some(word) = section.word("transport", mistakes) else { return false };
    let valid: Vec<&str> = TRANSPORTS.iter().map(|(name, _)| *name).collect();
    if !valid.contains(&word.text) {
        mistakes.add_unknown("unknown-transport", word.span, word.text, &valid, "the transports are");
    }
    word.text == "datagram"
}

/// The locks that are contended for, where the file names any, and how many of them an owner takes together.
fn locks(section: &Section<'_>, mistakes: &mut Mistakes) -> (Option<Vec<String>>, usize) {
    let one = section.word("lock", mistakes);
    let locks = several("locks", 1, section, mistakes);
    let together = several("takes", 2, section, mistakes);
    let given: Vec<&str> =
        ["lock", "locks", "takes"].into_iter().filter(|key| section.get(key).is_some()).collect();
    if let [first, second, ..] = given[..] {
        let message = format!("`{first}` and `{second}` name the same thing");
        let label = format!("beside `{first}`");
        mistakes.add("exclusive-keys", section.key_span(second), message, label, "keep one of them");
    }
    let takes = together.as_ref().map_or(1, Vec::len);
    let named: Vec<Word<'_>> = one.into_iter().chain(locks.into_iter().chain(together).flatten()).collect();
    for word in named.iter().filter(|word| !words::is_name(word.text)) {
        let message = format!("{} is no name for a lock", words::quote(word.text));
        mistakes.add("bad-name", word.span.clone(), message, "not a name", words::NAMES);
    }
    let names = (!named.is_empty()).then(|| named.iter().map(|word| word.text.to_owned()).collect());
    (names, takes)
}

/// The names under a key: at least so many.
fn several<'a>(
    key: &str,
    least: usize,
    section: &Section<'a>,
    mistakes: &mut Mistakes,
) -> Option<Vec<Word<'a>>> {
    let names = section.words(key, mistakes)?;
    if !(least..=MOST_LOCKS).contains(&names.len()) {
        let bounds = format!("{least} to {MOST_LOCKS} names");
        mistakes.add_out_of_range(section.key_span(key), key, "too few or too many names", &bounds);
    }
    Some(names)
}
