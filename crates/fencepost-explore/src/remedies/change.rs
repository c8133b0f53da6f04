//! What may be done about a lock that fails, one thing at a time.

use crate::Catalogue;
use crate::advise::{Advised, Room, knobs};
use fencepost_model::{Commit, Gate, SettingKind, SettingValue, Settings, Span};
use fencepost_scenario::{Advice, Variant};

/// One thing that is done differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the lock as it is.
    AsItIs,
    /// A time of the file has another value, which the advice came to.
    Longer {
        /// The option, as the file calls it.
        option: String,
        /// What it is now.
        now: Span,
        /// What it becomes.
        then: Span,
    },
    /// The key gets an expiry.
    Expiry(Span),
    /// The owner is told its deadline, and looks at it before each operation.
    Deadline,
    /// The store syncs what it promises before it answers.
    Durable,
    /// The store answers when this many replicas have what it promises.
    Replicated(u64),
    /// The owner commits while it has the lock, and not when it has given it back.
    CommitFirst,
    /// The resource checks.
    Gate(Gate),
    /// The provider takes a key for each job.
    Provider,
    /// Another lock, whose servers sync before they answer; with the same lease, or one that outlasts the work where it
    /// is not renewed.
    Lock {
        /// Its name.
        name: &'static str,
        /// Its lease, where it has one.
        ttl: Option<Span>,
    },
    /// No lock at all, a resource that checks, and a provider that does, where there is one.
    NoLock(Gate),
}

/// What is there instead of a lock.
pub(super) const NO_LOCK: &str = "none";

/// Locks that are somebody's way out: they do not hang on one server.
const OTHERS: [&str; 3] = ["redlock", "quorum", "raft"];

/// The checks that a resource can make without a token.
const WITHOUT_TOKENS: [Gate; 2] = [Gate::OncePerKey, Gate::IfVersion];

/// Everything that can be tried with this lock, each with the file as it would be.
pub(super) fn changes(catalogue: &Catalogue, advice: &Advice, advised: &Advised) -> Vec<(Change, Advice)> {
    let mut all = vec![(Change::AsItIs, advice.clone())];
    all.extend(longer(advice, advised));
    all.extend(settings(advice, advised));
    all.extend(gates(advice));
    all.extend(OTHERS.iter().filter_map(|name| {
        let like = &advice.variant;
        let mut variant = other(catalogue, name, like)?;
        let ttl = lease(&variant, like, advised.calm.hold);
        if let Some(ttl) = ttl {
            variant.settings.set("ttl", SettingValue::Span(ttl));
        }
        let name = variant.descriptor.name;
        (name != like.descriptor.name).then(|| (Change::Lock { name, ttl }, with(advice, variant)))
    }));
    all.extend(WITHOUT_TOKENS.iter().filter_map(|gate| {
        let variant = other(catalogue, NO_LOCK, &advice.variant)?;
        let provider = variant.provider.map(|_| Gate::OncePerKey);
        let variant = Variant { gate: *gate, provider, ..variant };
        Some((Change::NoLock(*gate), with(advice, variant)))
    }));
    all
}

fn with(advice: &Advice, variant: Variant) -> Advice {
    Advice { variant, ..advice.clone() }
}

fn with_settings(advice: &Advice, settings: Settings) -> Advice {
    with(advice, Variant { settings, ..advice.variant.clone() })
}

/// The values that the advice came to, of each option the largest.
fn longer(advice: &Advice, advised: &Advised) -> Vec<(Change, Advice)> {
    let fails = advised.rows.iter().filter(|row| matches!(row.room, Room::Short(_) | Room::None));
    let mut largest: Vec<(String, Span)> = Vec::new();
    for remedy in fails.filter_map(|row| row.remedy.as_ref()) {
        match largest.iter_mut().find(|(option, _)| *option == remedy.option) {
            Some((_, then)) => *then = (*then).max(remedy.then),
            None => largest.push((remedy.option.clone(), remedy.then)),
        }
    }
    let knobs = knobs(advice);
    let turn = |(option, then): (String, Span)| {
        let knob = knobs.iter().find(|knob| knob.name == option)?;
        let changed = with_settings(advice, (knob.set)(then)?);
        Some((Change::Longer { option, now: knob.now, then }, changed))
    };
    largest.into_iter().filter_map(turn).collect()
}

/// What our lock can do that these settings do not make use of.
fn settings(advice: &Advice, advised: &Advised) -> Vec<(Change, Advice)> {
    let variant = &advice.variant;
    let set = |values: &[(&str, SettingValue)]| {
        let mut settings = variant.settings.clone();
        values.iter().for_each(|(name, value)| settings.set(name, value.clone()));
        with_settings(advice, settings)
    };
    let is_off = |name: &str| {
        has(variant, name, |kind| matches!(kind, SettingKind::Flag)) && !variant.settings.flag(name)
    };
    let mut all = Vec::new();
    if is_off("expiry") {
        let ttl = long_enough(advice, advised);
        let changed = set(&[("expiry", SettingValue::Flag(true)), ("ttl", SettingValue::Span(ttl))]);
        all.push((Change::Expiry(ttl), changed));
    } else if is_off("deadline") {
        let told = set(&[("deadline", SettingValue::Flag(true))]);
        all.push((Change::Deadline, Advice { obeys_deadline: true, ..told }));
    } else if !advice.obeys_deadline && (variant.descriptor.features)(&variant.settings).deadline {
        all.push((Change::Deadline, Advice { obeys_deadline: true, ..advice.clone() }));
    }
    let durable = SettingValue::Word(DURABLE.to_owned());
    let is_durable = |variant: &Variant| variant.settings.word("persistence") == DURABLE;
    if has(variant, "persistence", |kind| matches!(kind, SettingKind::Word(_))) && !is_durable(variant) {
        all.push((Change::Durable, set(&[("persistence", durable)])));
    }
    let counts = |name| has(variant, name, |kind| matches!(kind, SettingKind::Number { .. }));
    if counts("wait") && counts("replicas") {
        let replicas = variant.settings.number("replicas");
        if variant.settings.number("wait") < replicas {
            let changed = set(&[("wait", SettingValue::Number(replicas))]);
            all.push((Change::Replicated(replicas), changed));
        }
    }
    if variant.commit == Commit::AfterRelease {
        let first = Variant { commit: Commit::BeforeRelease, ..variant.clone() };
        all.push((Change::CommitFirst, with(advice, first)));
    }
    all
}

/// The store's way to forget nothing that it has answered.
const DURABLE: &str = "aof-always";

fn has(variant: &Variant, name: &str, is: impl Fn(SettingKind) -> bool) -> bool {
    variant.descriptor.settings.iter().any(|spec| spec.name == name && is(spec.kind))
}

/// Twice the longest hold and the longest pause, in whole seconds.
fn long_enough(advice: &Advice, advised: &Advised) -> Span {
    const SECOND: u64 = 1_000_000_000;
    let pause = advice.environment.pause.as_ref().map_or(Span::ZERO, |pause| pause.max);
    let twice = (advised.calm.hold + pause).saturating_mul(2);
    Span(twice.0.div_ceil(SECOND) * SECOND)
}

/// Checks at the resource, those by tokens only where the lock has some, or can have; and at the provider.
fn gates(advice: &Advice) -> Vec<(Change, Advice)> {
    let variant = &advice.variant;
    let mut all = Vec::new();
    if let Some(settings) = with_tokens(variant).filter(|_| !variant.gate.needs_tokens()) {
        let gate = Gate::TokenSeq;
        all.push((Change::Gate(gate), with(advice, Variant { settings, gate, ..variant.clone() })));
    }
    let others = WITHOUT_TOKENS.into_iter().filter(|gate| *gate != variant.gate);
    if variant.provider.is_some_and(|gate| gate != Gate::OncePerKey) {
        let provider = Some(Gate::OncePerKey);
        all.push((Change::Provider, with(advice, Variant { provider, ..variant.clone() })));
    }
    all.extend(others.map(|gate| (Change::Gate(gate), with(advice, Variant { gate, ..variant.clone() }))));
    all
}

/// The settings with which the lock hands out tokens.
fn with_tokens(variant: &Variant) -> Option<Settings> {
    let mut settings = variant.settings.clone();
    for name in ["fencing", "fence-epoch"] {
        if has(variant, name, |kind| matches!(kind, SettingKind::Flag)) {
            settings.set(name, SettingValue::Flag(true));
        }
    }
    (variant.descriptor.features)(&settings).tokens.then_some(settings)
}

/// The lease of another lock: as long as that of this one, and longer than the work where it does not renew by itself.
fn lease(other: &Variant, like: &Variant, hold: Span) -> Option<Span> {
    let is_span = |kind: SettingKind| matches!(kind, SettingKind::Span { .. });
    let own = if has(like, "ttl", is_span) { like.settings.span("ttl") } else { Span::ZERO };
    let least = if has(other, "renew", is_span) { own } else { own.max(hold.saturating_mul(2)) };
    let takes = |kind| matches!(kind, SettingKind::Span { min, max } if (min..=max).contains(&least));
    has(other, "ttl", takes).then_some(least)
}

/// Another lock in the place of this one, on servers that sync before they answer.
fn other(catalogue: &Catalogue, name: &str, like: &Variant) -> Option<Variant> {
    let descriptor = catalogue.system(name)?.descriptor();
    let mut variant = Variant {
        name: name.to_owned(),
        settings: Settings::defaults(descriptor.settings),
        descriptor,
        defects: Vec::new(),
        gate: like.gate,
        commit: like.commit,
        provider: like.provider,
        preset: None,
    };
    if has(&variant, "persistence", |kind| matches!(kind, SettingKind::Word(_))) {
        variant.settings.set("persistence", SettingValue::Word(DURABLE.to_owned()));
    }
    let needs = [Some(like.gate), like.provider].into_iter().flatten().any(Gate::needs_tokens);
    match with_tokens(&variant).filter(|_| needs) {
        Some(settings) => variant.settings = settings,
        None => {
            let checked = |gate: Gate| if gate.needs_tokens() { Gate::None } else { gate };
            (variant.gate, variant.provider) = (checked(like.gate), like.provider.map(checked));
        }
    }
    Some(variant)
}
