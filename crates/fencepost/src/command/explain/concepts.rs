//! The words of the project itself, and those that stand in reports and on the margins of scenario files.

use super::page::{Family, Page};
use fencepost_explore::{Catalogue, Shelf};
use fencepost_model::{SettingKind, SettingValue};
use fencepost_scenario::{TRANSPORTS, Vocabulary, parse};
use std::collections::BTreeMap;

/// What people have to know before anything else makes sense.
const CONCEPTS: &[(&str, &str)] = &[
    ("lock", "what owners contend for"),
    ("owner", "one contender for a lock; several may live in one client"),
    ("client", "a process that contains owners; faults hit processes and machines, not owners"),
    ("tenure", "one holding of one lock by one owner, from the grant on; a later one is newer"),
    (
        "grant",
        "the promise of the service: it begins when the acquire takes effect at the store, and ends by a release of \
      this tenure or when the promised time is over; state that is lost ends no promise",
    ),
    (
        "belief",
        "what an owner was told and has not been told otherwise: it begins when acquire returns granted, and ends \
      with a release, a notice of loss, the deadline, or the owner's death",
    ),
    (
        "effect",
        "what the resource took: every operation is ordered there, reads included, and belongs to a tenure",
    ),
    ("lease", "a grant that ends by itself after a time, unless it is prolonged"),
    ("deadline", "until when an owner may count on its lease, on its own monotonic clock"),
    ("token", "a number that comes with a grant and is larger for every newer tenure: a fencing token"),
    ("guard", "the handle that a granted acquire gives to its owner"),
    ("commit", "what makes an update visible to others; `commit` of a variant says when owners do it"),
    ("gate", "the check at the resource: which operations it lets through"),
    ("resource", "what the lock protects"),
    (
        "provider",
        "somebody outside who does a job for an owner and knows nothing of the lock, such as a payment service; \
         `provider` of a variant says what it checks",
    ),
    ("system", "a lock together with the servers it needs"),
    (
        "descriptor",
        "the data sheet of a system: what it offers, its settings, roles, claims, bounds and defects",
    ),
    ("role", "what a machine of a system does, such as `store`; faults may be aimed at it"),
    ("setting", "a choice that a lock leaves to its user; a weak one has weaker claims"),
    ("preset", "a library's lock under the names of its own options; `fencepost list presets` shows them"),
    (
        "hazard",
        "what an engineer knows the size of: a pause, a cut, a failover, a clock that is set, drift, a lost reply, a \
         dead holder; `fencepost advise` tells of each how much a lock stands",
    ),
    ("room", "what a lock stands of a hazard, less the largest of it that was seen"),
    ("floor", "what a lock has to stand at least: `fencepost advise --gate` ends with 1 where it does not"),
    (
        "remedy",
        "one thing done differently; `fencepost remedies` tells what each leaves broken, and what it costs",
    ),
    ("claim", "what a lock promises of a property, as long as certain assumptions hold"),
    ("assumption", "what a claim counts on: measured in each run, and named where it was exceeded"),
    ("reserve", "how much earlier than the lease a deadline is handed out: the room for pauses and delays"),
    ("bound", "how soon something has to happen in the calm tail: a property of the lock's settings"),
    ("defect", "a switch that makes a lock contradict its own claims; off unless a variant names it"),
    ("property", "what is judged in every run; `fencepost list properties` shows them"),
    ("scenario", "a file that describes a family of runs; its id is the stem of its name"),
    (
        "variant",
        "a lock with its settings, defects and gate inside a scenario; variants of one seed meet the same faults",
    ),
    (
        "plan",
        "one run before it is run: every drawn value and every fault spelled out; `replay CASE --plan` prints it",
    ),
    ("seed", "the number that draws a plan from a scenario"),
    ("run", "what comes of a plan, always the same"),
    ("case", "the name of a run: `scenario/variant@seed`"),
    ("history", "the numbered events of a run, or of a real system: `fencepost check` judges one"),
    ("fault", "what goes wrong in a run, when, and at whom"),
    ("decision-point", "a named place between two things that code does, at which a fault can be put"),
    ("calm-tail", "the end of every run: nothing is broken any more, and what should recover has to"),
    ("probe", "the client that asks for every lock in the calm tail"),
    ("verdict", "what a run says of a property: holds, violated, unclear or not offered"),
    ("suite", "a folder of scenarios, such as `classics`"),
    (
        "stored-run",
        "what a sweep leaves in a folder: a line for each run, and its first violations as cases; it can be read \
      whole or cut off, compared (`--against`), merged and pruned",
    ),
    (
        "case-folder",
        "a first violation of a stored run, complete in itself: plan, scenario, history and lanes; \
      `fencepost replay FOLDER` runs it again with nothing else around",
    ),
    (
        "partition",
        "one part of a sweep, `--partition 2/5`, for machines that share the work: which runs are in it follows \
      from a hash of scenario, variant and seed; `fencepost merge` joins all parts and judges the whole",
    ),
    (
        "profile",
        "options of `fencepost run` under a name, in `.config/fencepost.toml`: what is typed wins over the \
      profile, which wins over the scenarios; `[profile.default]` holds where none is named",
    ),
    (
        "baseline",
        "a stored run that another is held against: `--against RUN` ends with 1 where a safety property got worse",
    ),
    (
        "safety",
        "every property but those that say that something happens in time: progress, deadlock-free and fair",
    ),
    ("madsim", "the ground of runs on which the clocks and generators that libraries read are virtual, too"),
    (
        "bare-ground",
        "the ground of runs with nothing underneath; what reads no clock of its own runs alike on both",
    ),
    (
        "logical-clock",
        "a count of events instead of time, such as Lamport's, or the index of an entry in a log. It orders: of two \
      effects it says which came after which, and that is all that a fencing token needs. It measures nothing: \
      while nobody does anything it stands still, so a holder that died keeps its lock for ever; and while \
      others are busy it runs, so a holder that lives loses its lock in the middle of its work, and cannot know \
      when. No count cures both, because the pace of events is not the pace of the work. A lease rests on rates of \
      clocks (time that passes alike here and there, nearly), which is less than clocks that agree, and more than \
      order. `fencepost run logical-clock --seeds 10` shows each half, and the same lock by time; `fencepost replay \
      logical-clock/by-entries@0` the holder that never goes",
    ),
    (
        "internal-error",
        "a mistake of fencepost itself: exit code 255; its message names the case, which repeats",
    ),
    (
        "strategy",
        "how a search chooses plans: `random`, by seeds, or `systematic`, every plan with few deviations",
    ),
    (
        "deviation",
        "one departure from the calm run, from a finite menu that is printed with every result: a message that is \
      late, out of order, lost or doubled, a pause, a suspension, a kill, a power cut, a clock that is set or drifts, \
      an eviction, an acquire that is dropped",
    ),
    (
        "margin",
        "the largest abuse that a lock stands and the smallest that breaks it, over every placement in one calm run",
    ),
    (
        "axis",
        "what a margin is measured along: pause.hold, suspend.hold, delay.by, drift.ppm, jump.by, loss.count, \
      replication.lag, or the settings ttl and renew",
    ),
    ("teeth", "whether the searches find every defect that is known: `fencepost teeth`"),
    (
        "twin",
        "the same variant without its defect, on the same plans: what breaks in it unexpectedly is a false alarm",
    ),
    ("digest", "a number for everything that happened in a run: two runs of one plan must have the same"),
];

/// What stands in tables and under a replay.
const REPORTS: &[(&str, &str)] = &[
    ("ok", "everything in the row is as the scenario expects"),
    ("holds", "no violation in this run; what was tried stands beside it"),
    ("violated", "the run broke the property, and here is how"),
    (
        "unclear",
        "nothing can be said, and why: the tail was cut short, nobody asked, or a sight was never seen",
    ),
    (
        "deferred",
        "the other seeds decide: an expected break or a sight may still come; never a pass, never a failure",
    ),
    ("not-offered", "the lock lacks what this is about, such as a token or a role: never a pass"),
    ("expected", "it broke, and the scenario says that it should, or may"),
    (
        "unexpected",
        "it broke and the scenario does not say so, or it broke inside the claims, or it never broke and should",
    ),
    ("never-broke", "the scenario expects a break, and none of its declared seeds showed one"),
    (
        "inside-the-claims",
        "a violation although every assumption of the claim was kept: always unexpected, unless a defect \
      is planted",
    ),
    (
        "outside-the-claims",
        "a violation after an assumption was exceeded; the assumption, what was measured and the limit \
      stand beside it",
    ),
    ("not-claimed", "the lock promises nothing of this property under these settings"),
    ("planted", "a variant that switches a defect on, or has a gate that is flawed on purpose"),
    (
        "worse",
        "a property held and breaks now, or broke outside the claims and breaks inside them now, by a seed that \
      both runs had; counts of broken runs are told, and not judged",
    ),
    (
        "accepted",
        "written into `[expect]` by `run --accept`: breaks of progress, and breaks that are expected and never came \
      are taken out; `--accept-weaker` writes breaks of safety, too, and nothing accepts one inside the claims",
    ),
    ("torn", "the last line of a stored run was cut off when its process ended: it does not count"),
    ("fired", "the fault took effect, at this time and target"),
    ("not-fired", "the fault's place never came in this run"),
    ("crashed", "a mistake of fencepost itself ended the run; please report it with the case"),
    ("not-repeated", "two runs of one plan differed: something in it depends on more than the plan"),
    ("repeated", "runs that were run a second time, and had to be the same to the last event"),
    ("stopped-early", "Ctrl-C: what was known is judged, the rest is deferred"),
    ("stress-runs", "runs under faults that are drawn to hurt: their counts are no probabilities"),
    (
        "exhausted",
        "a search ran every plan within the bounds that stand beside the word: menu, deviations, horizon",
    ),
    (
        "budget-spent",
        "a search ended before it had run every plan: what it has not run may still break something",
    ),
    ("behaviours", "how many different things the runs of a search did, apart from when they did them"),
    ("nearest-miss", "the shortest time between two beliefs in one lock that followed each other in any run"),
    (
        "not-monotone",
        "along an axis the verdict changes more than once: there is no margin, only where it changes",
    ),
    ("needed", "a violation is gone without this fault; with a size: the smallest with which it stays"),
    ("too-strong", "a claim that broke although every assumption of it was kept"),
    (
        "not-shown-to-be-needed",
        "a claim rests on an assumption that no break which was found blames: perhaps too weak",
    ),
    ("no-violation-found", "in these seeds, under these faults: it stands with what fired and what was seen"),
];

/// Whom a fault can be aimed at.
const TARGETS: &[(&str, &str)] = &[
    (
        "server",
        "the server that matters most, of whichever lock: who leads, or one of those that play the first role of its data \
         sheet",
    ),
    ("holder", "the newest owner that believes it has the lock; while there is none, the fault waits"),
    ("client", "a client, drawn from the seed; `c1` is one by name, and `c1.1` the client of that owner"),
    ("resource", "what the lock protects: takes `pause` and faults of links only"),
    ("provider", "the outside provider, in variants that have one: takes `pause` and faults of links only"),
    ("everybody", "all other machines: from whom a `partition` cuts its target off, where nothing is said"),
];

pub(super) fn pages(vocabulary: &Vocabulary) -> Vec<Page> {
    let concept = |(name, about): &(&str, &str)| Page::new(*name, Family::Concept, *about);
    let report = |(name, about): &(&str, &str)| {
        Page::new(*name, Family::Report, *about)
            .row("where", "tables of `fencepost run`, and `fencepost replay`")
    };
    let mut pages: Vec<Page> = CONCEPTS.iter().map(concept).collect();
    pages.extend(REPORTS.iter().map(report));
    pages.extend(TARGETS.iter().map(|(name, about)| target(name, about)));
    pages.extend(roles(vocabulary));
    pages.extend(values(vocabulary));
    pages
}

fn target(name: &str, about: &str) -> Page {
    Page::new(name, Family::Target, about)
        .row("where", "`who` and `from` of [[fault]]")
        .row("example", format!("pause = {{ who = \"{name}\", hold = \"2s\" }}"))
}

/// The roles of all locks, each with the locks that have it.
fn roles(vocabulary: &Vocabulary) -> impl Iterator<Item = Page> {
    let mut roles: BTreeMap<&str, Page> = BTreeMap::new();
    for lock in &vocabulary.systems {
        for (role, about) in lock.roles {
            let new = || {
                target(
                    role,
                    "the machine of a lock that plays this role; a drawn one, where there are several",
                )
            };
            let page = roles.remove(role).unwrap_or_else(new);
            roles.insert(role, page.row(lock.name, *about));
        }
    }
    roles.into_values()
}

/// What settings of words take, and the two kinds of transport.
fn values(vocabulary: &Vocabulary) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for lock in &vocabulary.systems {
        for spec in lock.settings {
            let SettingKind::Word(words) = spec.kind else { continue };
            for (word, about) in words {
                let is_default = (spec.default)() == SettingValue::Word((*word).to_owned());
                let default = if is_default { "it is the default" } else { "" };
                let example = format!("settings = {{ {} = \"{word}\" }}", spec.name);
                let page = Page::new(*word, Family::Value, format!("{}: {about}", spec.about));
                let page = page.row("where", format!("`{}` of `{}`", spec.name, lock.name));
                pages.push(page.row("default", default).row("example", example));
            }
        }
    }
    let transport = |(name, about): &(&str, &str)| {
        Page::new(*name, Family::Value, *about)
            .row("where", "`transport` of [workload]: how messages travel to the resource and back")
            .row("example", format!("transport = \"{name}\""))
    };
    pages.extend(TRANSPORTS.iter().map(transport));
    pages
}

/// The scenarios that can be named here. A file with mistakes has no page: `run` tells of them.
pub(super) fn scenarios(catalogue: &Catalogue, shelf: &Shelf) -> Vec<Page> {
    let vocabulary = catalogue.vocabulary();
    let page = |source: &fencepost_explore::Source| {
        let scenario = parse(&source.id, &source.path, &source.read().ok()?, &vocabulary).ok()?;
        let names: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
        let page = Page::new(&scenario.id, Family::Scenario, &scenario.title);
        let about = Some(&scenario.about).filter(|about| !about.is_empty());
        let page = about.into_iter().fold(page, Page::paragraph);
        let page = page.row("where", &source.path).row("variants", names.join(", "));
        Some(page.row("example", format!("fencepost run {}", scenario.id)))
    };
    shelf.sources().iter().filter_map(page).collect()
}
