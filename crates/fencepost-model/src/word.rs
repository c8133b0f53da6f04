//! The words of verdicts: names of properties, as the literature and the scenario files spell them.

/// Two promises of the service stand at once.
pub const EXCLUSIVE_GRANT: &str = "exclusive-grant";
/// Two owners believe at once that they hold the lock.
pub const EXCLUSIVE_BELIEF: &str = "exclusive-belief";
/// The resource, or the provider, took a write of an older tenure after an operation of a newer one.
pub const EXCLUSIVE_EFFECT: &str = "exclusive-effect";
/// Tokens of successive tenures do not strictly increase.
pub const FENCING: &str = "fencing";
/// Two successful read-modify-writes start from the same version, or the provider did one job twice.
pub const NO_LOST_UPDATE: &str = "no-lost-update";
/// The lock's code panicked, spun, flooded or never returned.
pub const WELL_BEHAVED: &str = "well-behaved";
/// In the calm tail a free lock was not granted, or a dead holder was not removed, within its bound.
pub const PROGRESS: &str = "progress";

/// A tenure was ended or extended by an operation of another one.
pub const OWNERSHIP: &str = "ownership";
/// A definite reply was at no instant true.
pub const TRUTHFUL: &str = "truthful";
/// Owners wait for each other in a circle.
pub const DEADLOCK_FREE: &str = "deadlock-free";

/// Hold counts of an owner do not balance.
pub const REENTRANT: &str = "reentrant";
/// A waiter was overtaken, against the promised order.
pub const FAIR: &str = "fair";

/// The properties that are about operations: they are judged at the resource and at the provider, at each by itself.
pub const OF_OPERATIONS: &[&str] = &[EXCLUSIVE_EFFECT, NO_LOST_UPDATE];

/// Whether the property is one of them.
pub fn is_of_operations(property: &str) -> bool {
    OF_OPERATIONS.contains(&property)
}

/// Every property that is built in, with its plain words: the order in which tables show them.
pub const PROPERTIES: &[(&str, &str)] = &[
    (EXCLUSIVE_GRANT, "gave it twice"),
    (EXCLUSIVE_BELIEF, "two thought they had it"),
    (EXCLUSIVE_EFFECT, "damage done"),
    (FENCING, "tokens out of order"),
    (NO_LOST_UPDATE, "an update was lost"),
    (OWNERSHIP, "touched by a stranger"),
    (TRUTHFUL, "told a falsehood"),
    (PROGRESS, "stuck"),
    (DEADLOCK_FREE, "waited in a circle"),
    (REENTRANT, "counted wrong"),
    (FAIR, "jumped the queue"),
    (WELL_BEHAVED, "misbehaved"),
];

/// The plain words for a property; the name itself where the property is not built in.
pub fn in_plain_words(property: &str) -> &str {
    PROPERTIES.iter().find(|(name, _)| *name == property).map_or(property, |(_, plain)| plain)
}
