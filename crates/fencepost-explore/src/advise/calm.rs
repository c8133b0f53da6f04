//! The calm run that faults are put into: the user's lock, with the user's holds and round trips, two clients, and
//! nothing that goes wrong.

use fencepost_model::{SettingKind, SettingValue, Span};
use fencepost_scenario::{Advice, Sample, Variant};
use std::fmt::Write;

/// What is taken where the file does not say, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calm {
    /// The longest that the lock is held.
    pub hold: Span,
    /// The longest round trip.
    pub round_trip: Span,
    /// How long owners may start something.
    pub length: Span,
    /// What the file leaves out, and what was taken instead; a sentence each.
    pub assumed: Vec<String>,
}

/// A round trip where the file says nothing: within a data centre.
const ROUND_TRIP: Span = Span::from_millis(5);

/// The longest run that a scenario may describe.
const LONGEST: Span = Span::from_secs(24 * 3_600);

impl Calm {
    /// What the calm run of this file is like.
    pub(super) fn of(advice: &Advice) -> Calm {
        let mut assumed = Vec::new();
        let environment = &advice.environment;
        let round_trip = environment.round_trip.as_ref().map_or(ROUND_TRIP, |sample| sample.max);
        if environment.round_trip.is_none() {
            assumed.push(format!("no `round-trip` is given: taken as at most {ROUND_TRIP}"));
        }
        let hold = match &environment.holds {
            Some(holds) => holds.sample.max,
            None => {
                let (hold, why) = usual_hold(&advice.variant);
                assumed.push(format!("no `holds` are given: the longest is taken as {hold}, {why}"));
                hold
            }
        };
        let lease = span_of(&advice.variant, "ttl").unwrap_or(Span::from_secs(1));
        let length = (hold.saturating_mul(3) + lease.saturating_mul(3)).min(LONGEST);
        Calm { hold, round_trip, length, assumed }
    }

    /// As a scenario file.
    pub(super) fn text(&self, advice: &Advice) -> String {
        let title = advice.title.as_deref().unwrap_or("A lock with settings of its own");
        let mut text = format!(
            "title = {}\nabout = \"The calm run of {}: every fault of the advice is put into it.\"\nseeds = 1\nlength = \"{}\"\n",
            toml::Value::String(title.to_owned()),
            advice.variant.name,
            self.length,
        );
        let _ = write!(text, "\n[clients]\ncount = 2\n\n[network]\nlatency = {}\n", self.latency(advice));
        let _ = write!(
            text,
            "\n[workload]\nhold = \"{}\"\nthink = \"0s\"\nper-owner = 1\npatience = \"{}\"\nresource-timeout = \"{}\"\nobeys-deadline = {}\n",
            self.hold, self.length, self.length, advice.obeys_deadline
        );
        text + &lock(advice)
    }

    /// One way takes half of a round trip.
    pub(crate) fn latency(&self, advice: &Advice) -> String {
        let half = |span: Span| Span(span.0 / 2);
        match &advice.environment.round_trip {
            Some(Sample { points, .. }) if points.len() > 1 => {
                let points: Vec<String> =
                    points.iter().map(|(name, span)| format!("{name} = \"{}\"", half(*span))).collect();
                format!("{{ {} }}", points.join(", "))
            }
            _ => format!(
                "{{ min = \"{}\", max = \"{}\" }}",
                half(half(self.round_trip)),
                half(self.round_trip)
            ),
        }
    }
}

/// The lock of the file, as a variant of a scenario file.
pub(crate) fn lock(advice: &Advice) -> String {
    let variant = &advice.variant;
    let mut text = format!("\n[variant.{}]\nlock = \"{}\"\n", variant.name, variant.descriptor.name);
    let _ = writeln!(text, "gate = \"{}\"\ncommit = \"{}\"", variant.gate.word(), variant.commit.word());
    if let Some(gate) = variant.provider {
        let _ = writeln!(text, "provider = \"{}\"", gate.word());
    }
    let _ = writeln!(text, "\n[variant.{}.settings]", variant.name);
    for (name, value) in variant.settings.iter() {
        let _ = writeln!(text, "{name} = {}", written(value));
    }
    text
}

fn written(value: &SettingValue) -> String {
    match value {
        SettingValue::Flag(_) | SettingValue::Number(_) => value.to_string(),
        SettingValue::Span(_) | SettingValue::Word(_) => format!("\"{value}\""),
    }
}

/// The longest hold where the file says nothing: long enough for a renewal, where there are some.
fn usual_hold(variant: &Variant) -> (Span, &'static str) {
    let renew = span_of(variant, "renew").filter(|renew| *renew > Span::ZERO);
    match (renew, span_of(variant, "ttl")) {
        (Some(renew), _) => (Span(renew.0 * 3 / 2), "one and a half renewal periods"),
        (None, Some(ttl)) => (Span(ttl.0 / 2), "half of the lease"),
        (None, None) => (Span::from_secs(1), "for want of a lease to go by"),
    }
}

/// The value of a setting that is a time, where the lock has it.
pub(super) fn span_of(variant: &Variant, name: &str) -> Option<Span> {
    let is_time = |kind| matches!(kind, SettingKind::Span { .. });
    let has = variant.descriptor.settings.iter().any(|spec| spec.name == name && is_time(spec.kind));
    has.then(|| variant.settings.span(name))
}
