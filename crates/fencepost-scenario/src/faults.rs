//! `[[fault]]`: what goes wrong, and at whom.

use crate::draft::FaultDraft;
use crate::fault_kind;
use crate::keys::{self, KINDS};
use crate::placing::{MOST_FAULTS, placing};
use crate::section::{Section, Value, wrong_type};
use crate::target::Targets;
use crate::{Mistakes, words};
use fencepost_model::Span;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// All faults of a file. Broken ones are mistakes and left out.
pub(crate) fn faults(
    top: &Section<'_>,
    length: Span,
    targets: &Targets,
    datagrams: bool,
    mistakes: &mut Mistakes,
) -> Vec<FaultDraft> {
    let Some(value) = top.get("fault") else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        wrong_type::<()>("fault", "a list of tables", "`[[fault]]` with two brackets", value, mistakes);
        return Vec::new();
    };
    let mut drafts: Vec<FaultDraft> = Vec::new();
    let mut twins: BTreeMap<String, u32> = BTreeMap::new();
    let mut planned = 0;
    for (index, item) in items.iter().enumerate() {
        let Some(mut draft) = fault(index + 1, item, length, targets, datagrams, mistakes) else { continue };
        planned = count_planned(planned, &draft, item, length, mistakes);
        let twin = twins.entry(draft.identity.clone()).or_default();
        *twin += 1;
        draft.identity = format!("fault/{}/{twin}", draft.identity);
        drafts.push(draft);
    }
    drafts
}

/// The kinds of faults that the file has, broken ones included.
pub(crate) fn kinds(top: &Section<'_>) -> Vec<&'static str> {
    let Some(DeValue::Array(items)) = top.get("fault").map(|value| value.get_ref()) else {
        return Vec::new();
    };
    let has = |kind: &str| {
        items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(table) if table.contains_key(kind)))
    };
    KINDS.iter().copied().filter(|kind| has(kind)).collect()
}

/// Adds a fault to the number of planned ones, and refuses the fault with which they become too many.
fn count_planned(
    planned: u64,
    draft: &FaultDraft,
    item: &Value<'_>,
    length: Span,
    mistakes: &mut Mistakes,
) -> u64 {
    let sum = planned.saturating_add(draft.placing.most(length));
    if planned <= MOST_FAULTS && sum > MOST_FAULTS {
        let message = format!("up to {sum} faults are too many for a plan");
        let label = "with this one there can be too many";
        let help =
            format!("a plan has at most {MOST_FAULTS} faults: raise the `min` of `every`, or lower `length`");
        mistakes.add("too-many-faults", item.span(), message, label, help);
    }
    sum
}

fn fault(
    place: usize,
    item: &Value<'_>,
    length: Span,
    targets: &Targets,
    datagrams: bool,
    mistakes: &mut Mistakes,
) -> Option<FaultDraft> {
    let before = mistakes.len();
    let section = Section::of(&keys::FAULT, item, mistakes)?;
    let given: Vec<&str> = KINDS.iter().copied().filter(|kind| section.get(kind).is_some()).collect();
    let kind = match given[..] {
        [kind] => kind,
        // A misspelt kind has been told already.
        [] if mistakes.len() > before => return None,
        [] => {
            let help = format!("add one of {}", words::list(KINDS));
            mistakes.add("empty-fault", item.span(), "the fault does not say what goes wrong", "what?", help);
            return None;
        }
        [_, second, ..] => {
            let message = format!("a fault is one of {}", words::list(&given));
            let help = "write another `[[fault]]` for it";
            mistakes.add("two-faults", section.key_span(second), message, "one too many", help);
            return None;
        }
    };
    let placing = placing(&section, kind, length, targets, mistakes);
    let what = fault_kind::what(&section, kind, targets, datagrams, mistakes);
    let (placing, what) = (placing?, what?);
    let identity = format!("{}/{}", what.identity(), placing.word());
    Some(FaultDraft { place, identity, placing, what })
}
