//! `fencepost explain`: a few lines on a word of reports and scenario files.

use super::refuse;
use crate::args::ExplainArgs;
use crate::output::Output;
use fencepost_explore::{Catalogue, Exit, Refused, nearest};
use fencepost_model::{Assumption, Descriptor, Gate, TriggerEvent};
use fencepost_scenario::SIGHTS;

/// Prints what the word means; gives back the exit code.
pub(crate) fn explain(catalogue: &Catalogue, args: &ExplainArgs) -> Exit {
    let words = words(catalogue);
    let meanings: Vec<&Word> = words.iter().filter(|word| word.name == args.word).collect();
    if meanings.is_empty() {
        let near = nearest(&args.word, words.iter().map(|word| word.name.as_str()));
        let help = near.map_or("try a property, a lock, a fault or an exit code".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        return refuse(&Refused::NoSuch { noun: "word", word: args.word.clone(), help });
    }
    let texts: Vec<String> = meanings.iter().map(|word| word.render()).collect();
    Output::stdout().print(&texts.join("\n"));
    Exit::AsExpected
}

/// A word that can be explained.
struct Word {
    name: String,
    kind: &'static str,
    meaning: String,
}

impl Word {
    fn new(name: impl Into<String>, kind: &'static str, meaning: impl Into<String>) -> Word {
        Word { name: name.into(), kind, meaning: meaning.into() }
    }

    fn render(&self) -> String {
        format!("{} ({})\n  {}\n", self.name, self.kind, self.meaning)
    }
}

fn words(catalogue: &Catalogue) -> Vec<Word> {
    let mut words = Vec::new();
    words.extend(PROPERTIES.iter().map(|(name, meaning)| Word::new(*name, "property", *meaning)));
    words.extend(
        catalogue.descriptors().map(|descriptor| Word::new(descriptor.name, "lock", lock(&descriptor))),
    );
    words.extend(catalogue.workloads().map(|workload| Word::new(workload.name, "workload", workload.about)));
    words.extend(FAULTS.iter().map(|(name, meaning)| Word::new(*name, "fault", *meaning)));
    words.extend(SIGHTS.iter().map(|(name, meaning)| Word::new(*name, "word of `sometimes`", *meaning)));
    words.extend(Gate::ALL.iter().map(|(_, name, meaning)| Word::new(*name, "gate", *meaning)));
    words.extend(
        TriggerEvent::ALL
            .iter()
            .map(|(_, name, meaning)| Word::new(*name, "event that a fault waits for", *meaning)),
    );
    words.extend(ASSUMPTIONS.iter().map(|assumption| {
        let (name, meaning) = assumption.words();
        Word::new(name.replace(' ', "-"), "assumption", meaning)
    }));
    words.extend(
        Exit::ALL.iter().map(|(exit, meaning)| Word::new(exit.code().to_string(), "exit code", *meaning)),
    );
    words
}

fn lock(descriptor: &Descriptor) -> String {
    let mut text = descriptor.about.to_owned();
    if !descriptor.leaves_out.is_empty() {
        text += &format!("\n  Its model leaves out: {}", descriptor.leaves_out);
    }
    for setting in descriptor.settings {
        text += &format!("\n  {:<16}{} (default {})", setting.name, setting.about, (setting.default)());
    }
    for defect in descriptor.defects {
        text += &format!("\n  defect {:<16}{}", defect.name, defect.about);
    }
    text
}

const PROPERTIES: &[(&str, &str)] = &[
    (
        "exclusive-grant",
        "Gave it twice: the service promises one lock to two owners at once. A promise ends only at a rightful end; \
         state that is lost ends nothing.",
    ),
    (
        "exclusive-belief",
        "Two thought they had it: two owners believe at once that they hold the lock. A paused owner believes until \
         it wakes, so a pause past the lease breaks belief for every lease.",
    ),
    (
        "exclusive-effect",
        "Damage done: the resource takes a write of an older tenure after an operation of a newer one. Only a check \
         at the resource, such as a fencing token, prevents it.",
    ),
    ("fencing", "Tokens out of order: a new tenure's token is not larger than all before it."),
    ("no-lost-update", "An update was lost: two successful writes were made from the same version."),
    (
        "progress",
        "Stuck: in the calm tail a free lock that is asked for is not granted, or a dead holder is not removed, \
         within its bound.",
    ),
    (
        "ownership",
        "Touched by a stranger: a tenure is ended or prolonged by an operation that was not made for it.",
    ),
    ("truthful", "Told a falsehood: a definite reply was at no instant of its call true."),
    ("deadlock-free", "Waited in a circle: owners wait for each other for longer than the bound."),
    ("well-behaved", "Misbehaved: the lock's code panicked, spun, flooded, or never returned."),
];

const FAULTS: &[(&str, &str)] = &[
    (
        "kill",
        "A process dies: its memory is lost, peers see the connection close, the machine and its clocks go on.",
    ),
    ("restart", "A process is killed and starts again at once."),
    ("pause", "A process does not run: clocks go on and messages wait."),
    ("suspend", "A machine sleeps: nothing runs, its monotonic clock stands still, its wall clock goes on."),
    ("partition", "Links carry nothing; what is in flight is sent again after the cut."),
    ("delay", "Messages take longer for a while."),
    ("skew", "A wall clock is off by so much before the run begins."),
    ("jump", "A wall clock is set by so much, once."),
    ("drift", "An oscillator runs at another rate."),
    (
        "power-cut",
        "A machine loses power: unsynced writes are lost or torn, peers hear nothing, its monotonic clock starts again.",
    ),
    ("stall", "A disk is slow or stuck."),
    ("evict", "The store is short of memory and removes something, if its settings let it."),
    ("cancel", "The caller drops the acquire that it has open, which is legal at every await."),
    ("loss", "Datagrams get lost."),
    ("duplicate", "Datagrams arrive twice."),
    ("reorder", "Datagrams take longer, each by a time of its own, and so overtake each other."),
    ("message", "One chosen message is delayed, lost or doubled."),
];

const ASSUMPTIONS: &[Assumption] = &[
    Assumption::BoundedPause,
    Assumption::BoundedDelay,
    Assumption::BoundedDrift,
    Assumption::BoundedSkew,
    Assumption::NoWallStep,
    Assumption::MonotonicCountsSuspension,
    Assumption::OwnerObeysDeadline,
    Assumption::RenewalsGetThrough,
    Assumption::WorkWithinLease,
    Assumption::DurableNodes,
    Assumption::SynchronousReplication,
    Assumption::NoEviction,
    Assumption::NoForcedRelease,
    Assumption::MajorityAlive,
    Assumption::NoLossOrDuplicate,
    Assumption::ResourceChecksTokens,
];
