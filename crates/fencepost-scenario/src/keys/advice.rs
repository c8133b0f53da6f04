//! The tables of advice files.

use super::quantile::{P50, P75, P90, P95, P99, P999, P9999};
use super::{ABSENT, ANY_TIME, Key, MOST_PPM, Measure, Noun, REQUIRED, Table, Takes, key};
use fencepost_model::Span;

/// The top of an advice file.
pub const ADVICE: Table = Table {
    name: "the top of the advice file",
    about: "A lock as it is used, and how much room it should have.",
    keys: &[
        key("title", Takes::Text, ABSENT, "what the lock is for, in a few words"),
        key("lock", Takes::Lock, REQUIRED, "which lock, or a library's preset with its options"),
        key("settings", Takes::Settings, "the lock's defaults", "its settings"),
        key("gate", Takes::Word(Noun::Gate), "none", "what the resource checks"),
        key(
            "provider",
            Takes::Word(Noun::Outside),
            ABSENT,
            "what an outside provider checks that owners call before they write",
        ),
        key(
            "commit",
            Takes::Word(Noun::Commit),
            "at-once",
            "when an owner commits what it wrote under the lock",
        ),
        key("obeys-deadline", Takes::Flag, "true", "whether an owner looks at its deadline before it writes"),
        key("room", ANY_TIME, ABSENT, "how much room is wanted beyond the largest that was seen"),
        key("environment", Takes::Table(&ENVIRONMENT), ABSENT, "figures of the place where it runs"),
        key("floor", Takes::Table(&FLOOR), ABSENT, "what a change of settings may not undercut"),
    ],
};

/// `[environment]`.
pub const ENVIRONMENT: Table = Table {
    name: "[environment]",
    about: "What is known of the place where the lock runs. Nothing has to be; what is left out is told.",
    keys: &[
        key("pause", Takes::Table(&PAUSES), ABSENT, "how long a client stands still at a time"),
        key("unreachable", Takes::Table(&SAMPLE), ABSENT, "for how long a client cannot reach the store"),
        key(
            "round-trip",
            Takes::Table(&SAMPLE),
            ABSENT,
            "how long a question to the store and its answer take",
        ),
        key("clock", Takes::Table(&CLOCK_FIGURES), ABSENT, "how wrong clocks are"),
        key("failover", Takes::Table(&FAILOVER), ABSENT, "how the store fails over"),
        key("holds", Takes::Table(&HOLDS), ABSENT, "how often and for how long the lock is held"),
    ],
};

const MIN: Key = key("min", Takes::EndOfLaw, "0s", "the smallest that was seen");
const MAX: Key = key("max", Takes::EndOfLaw, REQUIRED, "the largest that was seen");
/// Nine years, as they are written: a quarter of a day is counted in each.
const EVER: Takes = Takes::Time { min: Span::from_secs(1), max: Span::from_secs(9 * 31_557_600) };
const OVER: Key = key("over", EVER, ABSENT, "over which time they were measured");
const COUNT: Key =
    key("count", Takes::Count { min: 1, max: 1_000_000_000_000 }, ABSENT, "how many of them there were");

/// A sample of times.
pub const SAMPLE: Table = Table {
    name: "a sample",
    about: "Times that were measured, by their quantiles and the largest of them.",
    keys: &[MIN, P50, P75, P90, P95, P99, P999, P9999, MAX, OVER, COUNT],
};

/// `pause = { … }` of `[environment]`.
pub const PAUSES: Table = Table {
    name: "pause = { … }",
    about: "How long a client stands still: by quantiles, or from a garbage collection log of the Java runtime.",
    keys: &[
        key(
            "from",
            Takes::Files,
            ABSENT,
            "a log, or the parts of one, by path from the advice file; instead of all others but `over`",
        ),
        MIN,
        P50,
        P75,
        P90,
        P95,
        P99,
        P999,
        P9999,
        key("max", Takes::EndOfLaw, "required, except beside `from`", "the largest that was seen"),
        OVER,
        COUNT,
    ],
};

/// `holds = { … }`.
pub const HOLDS: Table = Table {
    name: "holds = { … }",
    about: "How often the lock is held in a day, and for how long: by quantiles and the largest.",
    keys: &[
        key(
            "per-day",
            Takes::Count { min: 1, max: 1_000_000_000 },
            ABSENT,
            "how many tenures there are in a day",
        ),
        MIN,
        P50,
        P75,
        P90,
        P95,
        P99,
        P999,
        P9999,
        MAX,
        OVER,
        COUNT,
    ],
};

/// `clock = { … }` of `[environment]`.
pub const CLOCK_FIGURES: Table = Table {
    name: "clock = { … }",
    about: "How wrong clocks are, at most, either way.",
    keys: &[
        key("step", ANY_TIME, ABSENT, "by how much a wall clock is set at a time"),
        key(
            "drift",
            Takes::Ppm { min: 0, max: MOST_PPM },
            ABSENT,
            "how far the rate of a clock is from true",
        ),
    ],
};

/// `failover = { … }`.
pub const FAILOVER: Table = Table {
    name: "failover = { … }",
    about: "How the store fails over to a replica.",
    keys: &[
        key("detect", ANY_TIME, ABSENT, "how long until the death of the primary is noticed"),
        key("promote", ANY_TIME, ABSENT, "how long from there until another one serves"),
        key("lag", ANY_TIME, ABSENT, "how far a replica is behind its primary"),
        key("per-year", Takes::Count { min: 0, max: 1_000_000 }, ABSENT, "how many there are in a year"),
    ],
};

const TIME: Takes = Takes::Least(Measure::Time);
const WHOLE: Takes = Takes::Least(Measure::Whole);

/// `[floor]`.
pub const FLOOR: Table = Table {
    name: "[floor]",
    about: "What the lock has to stand at least, hazard by hazard. `hold`: no amount of it may do harm.",
    keys: &[
        key("pause", TIME, ABSENT, "a pause of a holder up to this does no harm"),
        key("unreachable", TIME, ABSENT, "a holder that cannot reach the store for up to this does no harm"),
        key("failover", WHOLE, ABSENT, "the store may die at any time"),
        key("clock-step", TIME, ABSENT, "a wall clock that is set by up to this does no harm"),
        key(
            "drift",
            Takes::Least(Measure::Ppm),
            ABSENT,
            "clocks whose rates differ by up to this do no harm",
        ),
        key("lost-reply", WHOLE, ABSENT, "any reply may be lost"),
        key(
            "death",
            TIME,
            ABSENT,
            "a dead holder's lock is somebody else's after this at most; `hold`: ever",
        ),
    ],
};

/// All tables of advice files, in the order of explanations.
pub const ADVICE_TABLES: &[Table] =
    &[ADVICE, ENVIRONMENT, PAUSES, SAMPLE, CLOCK_FIGURES, FAILOVER, HOLDS, FLOOR];
