//! `within = "claims"`: what the scenario says itself has to fit into the claims, too. Where it does not, no
//! drawing can help, and that is a mistake with a cure.

use crate::inside::work::around_work;
use crate::limits::Limits;
use crate::section::Section;
use crate::variants::place;
use crate::{Mistakes, Variant};
use fencepost_model::{Assumption, Commit, NetworkPlan, SettingKind, SettingValue, Span, WorkloadPlan};
use std::ops::Range;
use toml::de::DeValue;

/// Checks the fixed values of a scenario against the claims of its variants.
pub(crate) fn check(
    top: &Section<'_>,
    within: &Range<usize>,
    variants: &[Variant],
    network: &NetworkPlan,
    workload: &WorkloadPlan,
    mistakes: &mut Mistakes,
) {
    let latency = network.latency.max();
    for variant in variants {
        let workload = &variant.workload(workload);
        let limits = Limits::of(variant, &variant.settings, workload);
        let mut fit = Fit { top, within, variant, workload, mistakes: &mut *mistakes };
        if limits.times(Assumption::OwnerObeysDeadline) == Some(0) && !workload.obeys_deadline {
            fit.disobeys();
        }
        if limits.times(Assumption::OwnerCommitsBeforeRelease) == Some(0)
            && workload.commit == Commit::AfterRelease
        {
            fit.commits_too_late();
        }
        if limits.times(Assumption::OwnerRecords) == Some(0) {
            fit.has_a_provider_without_keys();
        }
        if let Some(limit) = limits.flight().filter(|limit| *limit < latency) {
            fit.too_slow(latency, limit);
        }
        let works = around_work(workload) + workload.hold.min();
        if let Some(limit) = limits.span(Assumption::WorkWithinLease).filter(|limit| *limit < works) {
            fit.works_too_long(works, limit);
        }
    }
}

struct Fit<'a, 'm> {
    top: &'a Section<'a>,
    within: &'a Range<usize>,
    variant: &'a Variant,
    workload: &'a WorkloadPlan,
    mistakes: &'m mut Mistakes,
}

impl Fit<'_, '_> {
    fn disobeys(&mut self) {
        let message = format!("`{}` claims nothing of an owner that ignores its deadline", self.variant.name);
        let help = "remove `obeys-deadline = false`, or remove `within`";
        self.add("workload", "obeys-deadline", message, "outside the claims", help);
    }

    fn commits_too_late(&mut self) {
        let variant = &self.variant.name;
        let message = format!("`{variant}` claims nothing of an owner that commits when it has released");
        let help = "write `commit = \"before-release\"`, or remove `within`";
        let span = place(self.top, variant, "commit").unwrap_or(self.within.clone());
        self.mistakes.add("outside-claims", span, message, "outside the claims", help);
    }

    fn has_a_provider_without_keys(&mut self) {
        let variant = &self.variant.name;
        let message = format!("`{variant}` claims nothing of jobs that are done outside and not recorded");
        let help = "write `provider = \"once-per-key\"`, or remove `within`";
        let span = place(self.top, variant, "provider").unwrap_or(self.within.clone());
        self.mistakes.add("outside-claims", span, message, "outside the claims", help);
    }

    fn too_slow(&mut self, latency: Span, limit: Span) {
        let message =
            format!("messages can take {latency}, and `{}` claims to stand {limit}", self.variant.name);
        let raised = self.raise(latency, |limits| limits.flight());
        let lowered = match limit {
            Span::ZERO => String::new(),
            limit => format!("lower `latency` to \"{limit}\" at most, "),
        };
        let help = format!("{raised}{lowered}or remove `within`");
        self.add("network", "latency", message, "outside the claims", &help);
    }

    fn works_too_long(&mut self, works: Span, limit: Span) {
        let message =
            format!("a holder may need {works} to work, and `{}` claims to stand {limit}", self.variant.name);
        let raised = self.raise(works, |limits| limits.span(Assumption::WorkWithinLease));
        let help = format!("{raised}lower `hold` and `resource-timeout`, or remove `within`");
        self.add("workload", "hold", message, "outside the claims", &help);
    }

    /// The setting that raises a limit to `needed`, as the beginning of a help line; empty where none does.
    fn raise(&self, needed: Span, limit: fn(&Limits) -> Option<Span>) -> String {
        let Variant { descriptor, settings, name, .. } = self.variant;
        for spec in descriptor.settings {
            let SettingKind::Span { max, .. } = spec.kind else { continue };
            if settings.span(spec.name) >= needed || needed > max {
                continue;
            }
            let mut raised = settings.clone();
            raised.set(spec.name, SettingValue::Span(needed));
            let limits = Limits::of(self.variant, &raised, self.workload);
            if limit(&limits).is_none_or(|limit| limit >= needed) {
                return format!("raise `{}` of `{name}` to \"{needed}\" at least, ", spec.name);
            }
        }
        String::new()
    }

    /// A mistake at the key, or at `within` where the key is left to its default.
    fn add(&mut self, table: &str, key: &str, message: String, label: &str, help: &str) {
        let said = self.top.get(table).and_then(|table| match table.get_ref() {
            DeValue::Table(table) => table.get(key),
            _ => None,
        });
        let span = said.map_or(self.within.clone(), |value| value.span());
        self.mistakes.add("outside-claims", span, message, label, help);
    }
}
