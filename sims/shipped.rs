//! The scenarios that ship, embedded, so that `fencepost run classics` works without a checkout.

/// Path below `scenarios/`, and text.
macro_rules! shipped {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../scenarios/", $path)))),*]
    };
}

/// Every scenario that ships. A test says when a file is missing here.
pub(crate) const SCENARIOS: &[(&str, &str)] = shipped![
    "claims/bare-leases.toml",
    "claims/everything-at-once.toml",
    "claims/library-settings.toml",
    "claims/log-mixed.toml",
    "claims/log-without-extensions.toml",
    "claims/long-stops.toml",
    "claims/naive-quorum.toml",
    "claims/no-expiry.toml",
    "claims/provider-with-keys.toml",
    "claims/quorum-claims.toml",
    "claims/quorum-without-extensions.toml",
    "claims/redis-failover.toml",
    "claims/redlock-inside-claims.toml",
    "claims/redlock-without-extensions.toml",
    "claims/renewals.toml",
    "claims/transactions.toml",
    "claims/two-owners.toml",
    "classics/acquire-reply-lost.toml",
    "classics/dead-holder.toml",
    "classics/delayed-write.toml",
    "classics/failover-double-grant.toml",
    "classics/failover-in-time.toml",
    "classics/failover-paused-replica.toml",
    "classics/log-leader-paused.toml",
    "classics/log-leader-stuck-disk.toml",
    "classics/log-majority-cut.toml",
    "classics/log-minority-cut.toml",
    "classics/log-owner-paused.toml",
    "classics/logical-clock.toml",
    "classics/lost-notification.toml",
    "classics/naive-quorum-dead-holder.toml",
    "classics/naive-quorum-late-undo.toml",
    "classics/naive-quorum-race.toml",
    "classics/naive-quorum-restart.toml",
    "classics/naive-quorum-split.toml",
    "classics/older-write-after-newer.toml",
    "classics/outside-provider.toml",
    "classics/partition-during-renewal.toml",
    "classics/pause-before-send.toml",
    "classics/pause-past-lease.toml",
    "classics/quorum-clock-rates.toml",
    "classics/redlock-minority-left-behind.toml",
    "classics/redlock-node-clock-jumps.toml",
    "classics/redlock-node-restarts.toml",
    "classics/redlock-owner-paused.toml",
    "classics/redlock-quorum-of-reachable.toml",
    "classics/redlock-slow-nodes.toml",
    "classics/redlock-synchronised-retries.toml",
    "classics/release-after-expiry.toml",
    "classics/split-brain.toml",
    "classics/store-clock-jump-small.toml",
    "classics/store-clock-jump.toml",
    "classics/store-power-cut.toml",
    "classics/store-restart.toml",
    "classics/suspended-machine.toml",
    "classics/two-locks.toml",
    "classics/wait-is-no-guarantee.toml",
    "comparison/calm.toml",
    "comparison/clocks-jump.toml",
    "comparison/contenders-1.toml",
    "comparison/contenders-10000.toml",
    "comparison/contenders-150.toml",
    "comparison/contenders-20.toml",
    "comparison/contenders-5.toml",
    "comparison/contenders-50.toml",
    "comparison/everything-goes-wrong.toml",
    "comparison/holder-cut-off.toml",
    "comparison/holder-dies.toml",
    "comparison/holder-loses-power.toml",
    "comparison/holder-pauses.toml",
    "comparison/pause-by-length.toml",
    "comparison/server-cut-off.toml",
    "comparison/server-killed.toml",
    "comparison/server-loses-power.toml",
    "comparison/server-restarts.toml",
    "comparison/slow-network.toml",
    "hunt/assumptions.toml",
    "hunt/cold-start.toml",
    "hunt/failover-storm.toml",
    "hunt/margins-drift.toml",
    "hunt/margins.toml",
    "hunt/quorum-storm.toml",
    "hunt/redlock-on-the-edge.toml",
    "hunt/redlock-storm.toml",
    "smoke/smoke.toml",
    "smoke/trivial.toml",
    "zoo/accepted-not-durable.toml",
    "zoo/acquire-no-rollback.toml",
    "zoo/adopts-nothing.toml",
    "zoo/ambiguous-acquire-abandoned.toml",
    "zoo/charged-not-recorded.toml",
    "zoo/constant-owner-token.toml",
    "zoo/delayed-release-hits-successor.toml",
    "zoo/deposed-leader-revokes.toml",
    "zoo/eviction-drops-lock.toml",
    "zoo/extend-failure-releases.toml",
    "zoo/extend-false-success.toml",
    "zoo/extend-recreates-expired.toml",
    "zoo/failover-loses-lock.toml",
    "zoo/fence-accepts-equal.toml",
    "zoo/fence-check-then-write.toml",
    "zoo/fence-counter-reset.toml",
    "zoo/fence-ignores-reads.toml",
    "zoo/fence-not-checked.toml",
    "zoo/get-then-del-release.toml",
    "zoo/leader-lease-stale-read.toml",
    "zoo/lease-shorter-than-work.toml",
    "zoo/majority-of-reachable.toml",
    "zoo/majority-off-by-one.toml",
    "zoo/newcomer-barges.toml",
    "zoo/no-drift-margin.toml",
    "zoo/no-loss-signal.toml",
    "zoo/node-clock-jump.toml",
    "zoo/node-restart-amnesia.toml",
    "zoo/ownership-read-one-node.toml",
    "zoo/pause-after-quorum.toml",
    "zoo/redlock-ttl-from-response.toml",
    "zoo/reentry-double-count.toml",
    "zoo/release-no-owner-check.toml",
    "zoo/renew-as-upsert.toml",
    "zoo/renewal-not-noticed.toml",
    "zoo/setnx-no-ttl.toml",
    "zoo/setnx-then-expire.toml",
    "zoo/stale-ballot-accepted.toml",
    "zoo/synchronised-retry-livelock.toml",
    "zoo/ttl-from-response.toml",
    "zoo/unlock-before-commit.toml",
    "zoo/vote-not-durable.toml",
    "zoo/wall-clock-expiry.toml",
    "zoo/watchdog-dies-silently.toml",
    "zoo/watchdog-outlives-unlock.toml",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Were one left out, it would run in the checkout and be unknown to everybody else.
    #[test]
    fn every_scenario_of_the_checkout_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let mut found = Vec::new();
        for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            if !folder.is_dir() || name == "regressions" {
                continue;
            }
            let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            let toml = files.filter(|file| file.extension().is_some_and(|ending| ending == "toml"));
            found.extend(toml.map(|file| format!("{name}/{}", file.file_name().unwrap().to_string_lossy())));
        }
        found.sort();
        let embedded: Vec<_> = SCENARIOS.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(embedded, found, "list them in sims/shipped.rs, in order");
    }
}
