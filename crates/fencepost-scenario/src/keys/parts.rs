//! The tables beside those of faults.

use super::quantile::{P50, P75, P90, P95, P99, P999, P9999};
use super::{ABSENT, ANY_LAW, ANY_TIME, FAULT, MOST_PPM, Noun, REQUIRED, SOME_TIME, Table, Takes, key};

/// The top of a file.
pub const TOP: Table = Table {
    name: "the top of the file",
    about: "What the scenario is, and how long it lasts.",
    keys: &[
        key("title", Takes::Text, REQUIRED, "what happens, in a few words"),
        key("about", Takes::Text, "empty", "what happens and why it matters, in a few sentences"),
        key(
            "seeds",
            Takes::Count { min: 1, max: 1_000_000_000 },
            "100",
            "how many runs the scenario declares for each variant",
        ),
        key(
            "seeds-max",
            Takes::Count { min: 1, max: 1_000_000_000 },
            ABSENT,
            "how many runs of each variant are made at most, however many are asked for: for runs that are dear",
        ),
        key("length", SOME_TIME, "60s", "how long owners start work and faults fire; the calm tail follows"),
        key("progress-bound", SOME_TIME, "60s", "the bound of progress for locks that give none"),
        key(
            "locks",
            Takes::Words(Noun::Lock),
            ABSENT,
            "one variant with defaults for each, named after the lock",
        ),
        key("variant", Takes::TableByName(&VARIANT), ABSENT, "locks with their settings, defects and gate"),
        key(
            "within",
            Takes::Word(Noun::Bounds),
            ABSENT,
            "drawn faults stay inside every claim of the variant, and no violation is expected",
        ),
        key(
            "drawn-as",
            Takes::Word(Noun::Run),
            ABSENT,
            "draw what that run draws: for one run of a scenario in a file of its own",
        ),
        key("clients", Takes::Table(&CLIENTS), "defaults", "who contends"),
        key("network", Takes::Table(&NETWORK), "defaults", "the links"),
        key("disk", Takes::Table(&DISK), "defaults", "the disks of servers"),
        key("clock", Takes::Table(&CLOCK), "defaults", "how far clocks are off"),
        key("workload", Takes::Table(&WORKLOAD), "defaults", "what owners do"),
        key("budget", Takes::Table(&BUDGET), "defaults", "how much a run may use"),
        key("fault", Takes::Tables(&FAULT), ABSENT, "what goes wrong"),
        key("expect", Takes::Table(&EXPECT), "every property holds", "which verdicts are as they should be"),
    ],
};

/// `[clients]`.
pub const CLIENTS: Table = Table {
    name: "[clients]",
    about: "Client processes `c1`, `c2`, … , each on its own machine, with owners `c1.1`, `c1.2`, …",
    keys: &[
        key("count", Takes::Count { min: 1, max: 100_000 }, "5", "how many client processes"),
        key(
            "names",
            Takes::Words(Noun::Client),
            ABSENT,
            "instead of `count`: just these, such as `c1` and `c5`",
        ),
        key(
            "owners-per-client",
            Takes::Count { min: 1, max: 1_000 },
            "1",
            "how many owners in each; at most 1000000 in all",
        ),
    ],
};

/// `[network]`.
pub const NETWORK: Table = Table {
    name: "[network]",
    about: "The links between machines. They carry streams, as TCP does; see `transport` of `[workload]`.",
    keys: &[
        key("latency", ANY_LAW, "{ min = \"1ms\", mean = \"2ms\", max = \"20ms\" }", "flight time, one way"),
        key("retransmit", SOME_TIME, "200ms", "the first retransmission time-out; it doubles with every try"),
        key("give-up", SOME_TIME, "15m", "for how long a stream retransmits before it breaks"),
    ],
};

/// `[disk]`.
pub const DISK: Table = Table {
    name: "[disk]",
    about: "The disks of servers, where their settings make them sync.",
    keys: &[key(
        "sync",
        ANY_LAW,
        "{ min = \"200us\", mean = \"1ms\", max = \"20ms\" }",
        "how long a sync takes",
    )],
};

/// `[clock]`.
pub const CLOCK: Table = Table {
    name: "[clock]",
    about: "How far the clocks of every machine are off. Each machine draws its own values.",
    keys: &[
        key(
            "drift",
            Takes::Ppm { min: 0, max: MOST_PPM },
            "0ppm",
            "each oscillator's rate is drawn from plus or minus this",
        ),
        key("skew", ANY_TIME, "0s", "each wall clock's offset is drawn from plus or minus this"),
    ],
};

/// `[workload]`.
pub const WORKLOAD: Table = Table {
    name: "[workload]",
    about: "What owners do with the lock.",
    keys: &[
        key("use", Takes::Word(Noun::Workload), "the first of the catalogue", "what is done under the lock"),
        key("lock", Takes::Word(Noun::Name), "orders", "the lock that is contended for"),
        key("locks", Takes::Words(Noun::Name), ABSENT, "several locks instead of one"),
        key("takes", Takes::Words(Noun::Name), ABSENT, "several locks that an owner takes together"),
        key("hold", ANY_LAW, "{ min = \"10ms\", max = \"100ms\" }", "how long a holder works"),
        key(
            "think",
            ANY_LAW,
            "{ min = \"0s\", max = \"200ms\" }",
            "how long an owner waits between two tenures",
        ),
        key(
            "per-owner",
            Takes::Count { min: 1, max: 1_000_000 },
            "as many as fit",
            "how many tenures an owner tries for",
        ),
        key("patience", SOME_TIME, "5s", "how long an acquire may wait"),
        key("resource-timeout", SOME_TIME, "1s", "after how long an operation at the resource is unknown"),
        key("obeys-deadline", Takes::Flag, "true", "whether an owner looks at its deadline before it writes"),
        key("extend-every", SOME_TIME, "never", "prolong the tenure this often, where the lock can"),
        key("ask-status", Takes::Rate, "0%", "in how many tenures the owner asks for the lock's status"),
        key(
            "transport",
            Takes::Word(Noun::Transport),
            "stream",
            "how messages travel to the resource and back",
        ),
    ],
};

/// `[budget]`.
pub const BUDGET: Table = Table {
    name: "[budget]",
    about: "How much a run may use before it is cut short. Counted in the run, so the cut is the same everywhere.",
    keys: &[
        key("steps", Takes::Count { min: 1, max: 1_000_000_000_000 }, "20000000", "steps of the world"),
        key(
            "bytes",
            Takes::Count { min: 1, max: 1_000_000_000_000 },
            "268435456",
            "bytes held by messages in flight",
        ),
    ],
};

/// `[variant.NAME]`.
pub const VARIANT: Table = Table {
    name: "[variant.NAME]",
    about: "A lock as it is tried. All variants of a scenario meet the same clients, times and faults.",
    keys: &[
        key(
            "lock",
            Takes::Lock,
            "the lock called NAME",
            "which lock, or a library's preset with its options",
        ),
        key("settings", Takes::Settings, "the lock's defaults", "its settings"),
        key("defects", Takes::Words(Noun::Defect), "none", "switches that make it contradict its claims"),
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
    ],
};

/// `[expect]`.
pub const EXPECT: Table = Table {
    name: "[expect]",
    about: "Which verdicts are as they should be. Any break that is not named is unexpected.",
    keys: &[
        key(
            "always",
            Takes::Words(Noun::Property),
            "all of them",
            "must hold in each run; skips variants that do not offer it",
        ),
        key("sometimes", Takes::Words(Noun::Sight), "none", "must be seen at least once for each variant"),
        key("broken", Takes::WordsByVariant, "none", "must break in at least one run"),
        key("may-break", Takes::WordsByVariant, "none", "may break"),
    ],
};

/// A law of spans.
pub const LAW: Table = Table {
    name: "a law",
    about: "Where a time is drawn: `\"2s\"` is always the same; `{ min, max }` is even between the two; with \
            `mean`, most values are near it. Quantiles, as in `{ p50, p99, max }`, are met exactly, and values are \
            even between one and the next.",
    keys: &[
        key("min", Takes::EndOfLaw, "0s beside quantiles, otherwise required", "the smallest value"),
        key("max", Takes::EndOfLaw, REQUIRED, "the largest value"),
        key("mean", Takes::EndOfLaw, ABSENT, "the mean; not beside quantiles"),
        P50,
        P75,
        P90,
        P95,
        P99,
        P999,
        P9999,
    ],
};
