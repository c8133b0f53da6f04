//! Locks, their settings and defects, workloads, and who claims what.

use super::page::{Family, Page};
use fencepost_model::{
    Alternative, Assumption, Bound, Claim, Context, Descriptor, Features, Gate, Quantity, Settings,
};
use fencepost_scenario::{Vocabulary, parse};

pub(super) fn pages(vocabulary: &Vocabulary) -> Vec<Page> {
    let mut pages: Vec<Page> = vocabulary.systems.iter().map(|lock| page(vocabulary, lock)).collect();
    let workload = |spec: &fencepost_model::WorkloadSpec| {
        Page::new(spec.name, Family::Workload, spec.about)
            .row("where", "`use` of [workload]: what owners do under the lock")
            .row("example", format!("use = \"{}\"", spec.name))
    };
    pages.extend(vocabulary.workloads.iter().map(workload));
    pages.extend(settings(vocabulary));
    let defect = |(lock, spec): (&Descriptor, &fencepost_model::DefectSpec)| {
        Page::new(spec.name, Family::Defect, spec.about)
            .row("where", format!("`defects` of a [variant.NAME] with `lock = \"{}\"`", lock.name))
            .row("example", format!("defects = [\"{}\"]", spec.name))
    };
    let defects =
        vocabulary.systems.iter().flat_map(|lock| lock.defects.iter().map(move |spec| (lock, spec)));
    pages.extend(defects.map(defect));
    pages
}

fn page(vocabulary: &Vocabulary, lock: &Descriptor) -> Page {
    let defaults = Settings::defaults(lock.settings);
    let leaves_out = match lock.leaves_out {
        "" => String::new(),
        what => format!("Its model leaves out: {what}"),
    };
    let mut page = Page::new(lock.name, Family::Lock, lock.about);
    if !leaves_out.is_empty() {
        page = page.paragraph(leaves_out);
    }
    page = page
        .row("where", "`lock` of [variant.NAME], and `locks`")
        .row("example", format!("lock = \"{}\"", lock.name))
        .row("offers", offers((lock.features)(&defaults)))
        .row(
            "roles",
            lock.roles.iter().map(|(role, about)| format!("{role}: {about}")).collect::<Vec<_>>().join("; "),
        );
    for claim in claims(vocabulary, lock) {
        page = page.row("claims", told(&claim));
    }
    for spec in lock.settings {
        page = page.row(spec.name, format!("{} (default {})", spec.about, (spec.default)()));
    }
    for spec in lock.defects {
        page = page.row(spec.name, format!("a defect: {}", spec.about));
    }
    page
}

fn offers(features: Features) -> String {
    let all = [
        (features.tokens, "fencing tokens"),
        (features.deadline, "a deadline"),
        (features.extend, "extension"),
        (features.status, "status"),
        (features.loss_notice, "a notice of loss"),
        (features.shared, "shared mode"),
        (features.fair, "a promised order"),
        (features.reentrant, "re-entry"),
    ];
    all.iter().filter(|(offered, _)| *offered).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

/// One page for each setting and meaning: locks may share it.
fn settings(vocabulary: &Vocabulary) -> Vec<Page> {
    let mut pages: Vec<(&str, &str, Vec<&str>, Page)> = Vec::new();
    for lock in &vocabulary.systems {
        for spec in lock.settings {
            if let Some((.., locks, _)) =
                pages.iter_mut().find(|(name, about, ..)| (*name, *about) == (spec.name, spec.about))
            {
                locks.push(lock.name);
                continue;
            }
            let default = (spec.default)().to_string();
            let quoted = if default.parse::<u64>().is_ok() || default.parse::<bool>().is_ok() {
                default.clone()
            } else {
                format!("\"{default}\"")
            };
            let page = Page::new(spec.name, Family::Setting, spec.about)
                .row("takes", spec.kind.to_string())
                .row("default", default)
                .row("example", format!("settings = {{ {} = {quoted} }}", spec.name));
            pages.push((spec.name, spec.about, vec![lock.name], page));
        }
    }
    pages
        .into_iter()
        .map(|(.., locks, page)| page.row("where", format!("locks: {}", locks.join(", "))))
        .collect()
}

/// What a lock claims with its defaults, gate `none` and the default workload.
fn claims(vocabulary: &Vocabulary, lock: &Descriptor) -> Vec<Claim> {
    let text = format!("title = \"defaults\"\nlocks = [\"{}\"]\n", lock.name);
    let Ok(scenario) = parse("defaults", "defaults.toml", &text, vocabulary) else { return Vec::new() };
    let plan = scenario.plan(lock.name, 0);
    let context = Context { settings: &plan.variant.settings, gate: Gate::None, workload: &plan.workload };
    lock.claimed(&context)
}

fn told(claim: &Claim) -> String {
    let alternative = |bounds: &Alternative| {
        let bounds: Vec<String> = bounds.iter().map(assumed).collect();
        bounds.join(", ")
    };
    let alternatives: Vec<String> = claim.alternatives.iter().map(alternative).collect();
    match alternatives.iter().any(String::is_empty) {
        true => format!("{} always", claim.property),
        false => format!("{} under {}", claim.property, alternatives.join("; or under ")),
    }
}

/// An assumption, with its limit where that says more than that it must not happen.
fn assumed(bound: &Bound) -> String {
    match bound.limit {
        Quantity::Times(0) => bound.assumption.to_string(),
        limit => format!("{} (up to {limit})", bound.assumption),
    }
}

/// The locks that claim a property with their defaults.
pub(super) fn claimants(vocabulary: &Vocabulary, property: &str) -> String {
    let claims_it =
        |lock: &&Descriptor| claims(vocabulary, lock).iter().any(|claim| claim.property == property);
    by_default(vocabulary.systems.iter().filter(claims_it))
}

/// The locks whose claims rest on an assumption with their defaults.
pub(super) fn that_assume(vocabulary: &Vocabulary, assumption: Assumption) -> String {
    let rests = |lock: &&Descriptor| {
        let claims = claims(vocabulary, lock);
        let mut bounds = claims.iter().flat_map(|claim| claim.alternatives.iter().flatten());
        bounds.any(|bound| bound.assumption == assumption)
    };
    by_default(vocabulary.systems.iter().filter(rests))
}

fn by_default<'v>(locks: impl Iterator<Item = &'v Descriptor>) -> String {
    let names: Vec<&str> = locks.map(|lock| lock.name).collect();
    if names.is_empty() { String::new() } else { format!("by {}, with default settings", names.join(", ")) }
}

/// The locks that hand out tokens under some choice of their flags.
pub(super) fn with_tokens(vocabulary: &Vocabulary) -> String {
    let can = |lock: &&Descriptor| {
        let mut choices = vec![Settings::defaults(lock.settings)];
        for spec in lock.settings {
            if let fencepost_model::SettingValue::Flag(default) = (spec.default)() {
                let mut other = Settings::defaults(lock.settings);
                other.set(spec.name, fencepost_model::SettingValue::Flag(!default));
                choices.push(other);
            }
        }
        choices.iter().any(|settings| (lock.features)(settings).tokens)
    };
    let names: Vec<&str> = vocabulary.systems.iter().filter(can).map(|lock| lock.name).collect();
    if names.is_empty() { "none has any".to_owned() } else { names.join(", ") }
}
