//! Whether a lease is over, as somebody sees it who knows neither the holder's clock nor the nodes'.
//!
//! A version is *in sight* once it is certain that every node which may count for it has accepted it: a
//! majority has shown it, or a majority has promised not to accept it any more. Whoever sees it still there a
//! whole lease later, on its own monotonic clock, knows that its lease is over, for a holder that renews
//! writes another version. Source: the waiting of the DynamoDB lock client for an unchanged record version,
//! <https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/>.

use super::{Defect, QuorumSettings};
use crate::stores::register::Version;
use fencepost_model::{Datum, Mono};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many versions of a register are remembered: the newest.
const REMEMBERED: usize = 8;

/// What a client has seen of leases of others.
#[derive(Default)]
pub(super) struct Sights {
    of: BTreeMap<Arc<str>, Vec<Sight>>,
}

#[derive(Clone, Copy)]
struct Sight {
    version: Version,
    /// Since when it is in sight.
    since: Option<Mono>,
    /// How often it was seen on too few nodes.
    glimpses: u32,
}

/// What is to be done about somebody's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its lease may last.
    Wait,
    /// Its lease is over.
    Over,
    /// Too few nodes show it again and again: only promises make certain that it is in sight.
    Unsettled,
}

impl Sights {
    /// Takes in that a version is in sight.
    pub fn settled(
        &mut self,
        key: &Arc<str>,
        version: Version,
        now: Mono,
        lease: &QuorumSettings,
    ) -> Verdict {
        let sight = self.sight(key, version, lease);
        let since = *sight.since.get_or_insert(now);
        if now >= since + lease.patience_with_a_lease() { Verdict::Over } else { Verdict::Wait }
    }

    /// Takes in that a version was seen on too few nodes to be in sight.
    pub fn glimpsed(
        &mut self,
        key: &Arc<str>,
        version: Version,
        now: Mono,
        lease: &QuorumSettings,
    ) -> Verdict {
        let sight = self.sight(key, version, lease);
        if sight.since.is_some() {
            return self.settled(key, version, now, lease);
        }
        sight.glimpses += 1;
        if sight.glimpses > 1 { Verdict::Unsettled } else { Verdict::Wait }
    }

    fn sight(&mut self, key: &Arc<str>, version: Version, settings: &QuorumSettings) -> &mut Sight {
        let sights = self.of.entry(key.clone()).or_default();
        let same = |sight: &Sight| {
            let holder: fn(Version) -> Option<Datum> = |version| version.content;
            sight.version == version
                || settings.has(Defect::RenewalNotNoticed) && holder(sight.version) == holder(version)
        };
        let index = match sights.iter().position(same) {
            Some(index) => index,
            None => {
                if sights.len() == REMEMBERED {
                    sights.remove(0);
                }
                sights.push(Sight { version, since: None, glimpses: 0 });
                sights.len() - 1
            }
        };
        &mut sights[index]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Defect;
    use super::*;
    use fencepost_model::{Settings, Span};

    fn settings() -> QuorumSettings {
        let mut settings = Settings::defaults(super::super::settings::SPECS);
        settings.set("ttl", fencepost_model::SettingValue::Span(Span::from_secs(2)));
        QuorumSettings::of(&settings)
    }

    fn version(number: u64) -> Version {
        Version { number, content: Some(Datum::Opaque(7)) }
    }

    fn at(millis: u64) -> Mono {
        Mono(0) + Span::from_millis(millis)
    }

    #[test]
    fn a_lease_is_over_when_its_version_was_in_sight_for_all_of_it() {
        let (mut sights, key) = (Sights::default(), Arc::from("orders"));
        let mut see = |number, millis| sights.settled(&key, version(number), at(millis), &settings());
        assert_eq!(see(1, 10_000), Verdict::Wait);
        assert_eq!(see(1, 12_003), Verdict::Wait, "the allowance counts twice");
        assert_eq!(see(1, 12_004), Verdict::Over);
        assert_eq!(see(2, 12_005), Verdict::Wait, "a renewal begins a lease of its own");
    }

    #[test]
    fn a_version_on_too_few_nodes_counts_for_nothing() {
        let (mut sights, key) = (Sights::default(), Arc::from("orders"));
        let lease = settings();
        assert_eq!(sights.glimpsed(&key, version(1), at(0), &lease), Verdict::Wait);
        assert_eq!(sights.glimpsed(&key, version(1), at(5_000), &lease), Verdict::Unsettled);
        assert_eq!(sights.settled(&key, version(1), at(5_001), &lease), Verdict::Wait);
        assert_eq!(sights.glimpsed(&key, version(1), at(8_000), &lease), Verdict::Over);
    }

    /// The defect: a holder that renews looks like one that has stood still.
    #[test]
    fn a_contender_that_looks_at_the_holder_does_not_notice_renewals() {
        let (mut sights, key) = (Sights::default(), Arc::from("orders"));
        let lease = settings().with(Defect::switches(&["renewal-not-noticed".to_owned()]));
        assert_eq!(sights.settled(&key, version(1), at(0), &lease), Verdict::Wait);
        assert_eq!(sights.settled(&key, version(2), at(3_000), &lease), Verdict::Over);
    }
}
