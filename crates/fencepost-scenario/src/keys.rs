//! Every table of a scenario file and every key in it: the one place that says what there is.

/// A table of scenario files.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// How the table is written, such as `[clients]` or `pause = { … }`.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// Its keys, in the order of explanations.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// How it is written.
    pub name: &'static str,
    /// What may stand there.
    pub takes: &'static str,
    /// What holds where it is left out; `required` where it may not be.
    pub default: &'static str,
    /// What it means.
    pub about: &'static str,
}

impl Table {
    /// The names of the keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

const fn key(name: &'static str, takes: &'static str, default: &'static str, about: &'static str) -> Key {
    Key { name, takes, default, about }
}

const REQUIRED: &str = "required";
const ABSENT: &str = "absent";

const WHO: Key = key("who", "a target", REQUIRED, "at whom it is aimed");
const HOLD: Key = key("hold", "a time or a law", REQUIRED, "for how long");
const DIRECTION: Key = key(
    "direction",
    "`both`, `to` or `from`",
    "both",
    "whether what is sent to the target, by the target, or both is hit",
);

/// The top of a file.
pub const TOP: Table = Table {
    name: "the top of the file",
    about: "What the scenario is, and how long it lasts.",
    keys: &[
        key("title", "text", REQUIRED, "what happens, in a few words"),
        key("about", "text", "empty", "what happens and why it matters, in a few sentences"),
        key("seeds", "1 to 1000000000", "100", "how many runs the scenario declares for each variant"),
        key(
            "length",
            "1ms to 1day",
            "60s",
            "how long owners start work and faults fire; the calm tail follows",
        ),
        key("progress-bound", "1ms to 1day", "60s", "the bound of progress for locks that give none"),
        key("locks", "names of locks", ABSENT, "one variant with defaults for each, named after the lock"),
        key("variant", "tables", ABSENT, "locks with their settings, defects and gate"),
        key("clients", "a table", "defaults", "who contends"),
        key("network", "a table", "defaults", "the links"),
        key("clock", "a table", "defaults", "how far clocks are off"),
        key("workload", "a table", "defaults", "what owners do"),
        key("budget", "a table", "defaults", "how much a run may use"),
        key("fault", "tables", ABSENT, "what goes wrong"),
        key("expect", "a table", "every property holds", "which verdicts are as they should be"),
    ],
};

/// `[clients]`.
pub const CLIENTS: Table = Table {
    name: "[clients]",
    about: "Client processes `c1`, `c2`, … , each on its own machine, with owners `c1.1`, `c1.2`, …",
    keys: &[
        key("count", "1 to 100000", "5", "how many client processes"),
        key("owners-per-client", "1 to 1000", "1", "how many owners in each; at most 1000000 in all"),
    ],
};

/// `[network]`.
pub const NETWORK: Table = Table {
    name: "[network]",
    about: "The links between machines. Every link carries streams, as TCP does.",
    keys: &[
        key(
            "latency",
            "a time or a law",
            "{ min = \"1ms\", mean = \"2ms\", max = \"20ms\" }",
            "flight time, one way",
        ),
        key(
            "retransmit",
            "1ms to 1day",
            "200ms",
            "the first retransmission time-out; it doubles with every try",
        ),
        key("give-up", "1ms to 1day", "15m", "for how long a stream retransmits before it breaks"),
    ],
};

/// `[clock]`.
pub const CLOCK: Table = Table {
    name: "[clock]",
    about: "How far the clocks of every machine are off. Each machine draws its own values.",
    keys: &[
        key("drift", "0ppm to 500000ppm", "0ppm", "each oscillator's rate is drawn from plus or minus this"),
        key("skew", "0s to 1day", "0s", "each wall clock's offset is drawn from plus or minus this"),
    ],
};

/// `[workload]`.
pub const WORKLOAD: Table = Table {
    name: "[workload]",
    about: "What owners do with the lock.",
    keys: &[
        key("use", "a workload", "the first of the catalogue", "what is done under the lock"),
        key("lock", "a name", "orders", "the lock that is contended for"),
        key("locks", "names", ABSENT, "several locks instead of one"),
        key("hold", "a time or a law", "{ min = \"10ms\", max = \"100ms\" }", "how long a holder works"),
        key(
            "think",
            "a time or a law",
            "{ min = \"0s\", max = \"200ms\" }",
            "how long an owner waits between two tenures",
        ),
        key("per-owner", "1 to 1000000", "as many as fit", "how many tenures an owner tries for"),
        key("patience", "1ms to 1day", "5s", "how long an acquire may wait"),
        key(
            "resource-timeout",
            "1ms to 1day",
            "1s",
            "after how long an operation at the resource is unknown",
        ),
        key(
            "obeys-deadline",
            "`true` or `false`",
            "true",
            "whether an owner looks at its deadline before it writes",
        ),
        key("extend-every", "1ms to 1day", "never", "prolong the tenure this often, where the lock can"),
    ],
};

/// `[budget]`.
pub const BUDGET: Table = Table {
    name: "[budget]",
    about: "How much a run may use before it is cut short. Counted in the run, so the cut is the same everywhere.",
    keys: &[
        key("steps", "1 to 1000000000000", "20000000", "steps of the world"),
        key("bytes", "1 to 1000000000000", "268435456", "bytes held by messages in flight"),
    ],
};

/// `[variant.NAME]`.
pub const VARIANT: Table = Table {
    name: "[variant.NAME]",
    about: "A lock as it is tried. All variants of a scenario meet the same clients, times and faults.",
    keys: &[
        key("lock", "a lock", "the lock called NAME", "which lock"),
        key("settings", "a table", "the lock's defaults", "its settings"),
        key("defects", "names of defects", "none", "switches that make it contradict its claims"),
        key("gate", "a gate", "none", "what the resource checks"),
    ],
};

/// `[[fault]]`.
pub const FAULT: Table = Table {
    name: "[[fault]]",
    about: "One thing that goes wrong, with exactly one placing (`at`, `every` or `on`; none for `skew` and \
            `message`) and exactly one kind.",
    keys: &[
        key("at", "a time or a law", ABSENT, "once, at this time"),
        key("every", "a time or a law", ABSENT, "again and again, with this gap before each time"),
        key("on", "a table", ABSENT, "once, when something happens"),
        key("kill", "a table", ABSENT, "a process dies"),
        key("restart", "a table", ABSENT, "a process dies and starts again at once"),
        key("pause", "a table", ABSENT, "a process stands still; clocks go on"),
        key("suspend", "a table", ABSENT, "a machine sleeps; its monotonic clock stands still"),
        key("partition", "a table", ABSENT, "links carry nothing"),
        key("delay", "a table", ABSENT, "messages take longer"),
        key("skew", "a table", ABSENT, "a wall clock is wrong from the beginning"),
        key("jump", "a table", ABSENT, "a wall clock is set"),
        key("drift", "a table", ABSENT, "an oscillator changes its rate"),
        key("message", "a table", ABSENT, "one chosen message is late or lost"),
    ],
};

/// The keys of `[[fault]]` that say when.
pub const PLACINGS: &[&str] = &["at", "every", "on"];
/// The keys of `[[fault]]` that say what: the words of `fired:…`.
pub const KINDS: &[&str] =
    &["kill", "restart", "pause", "suspend", "partition", "delay", "skew", "jump", "drift", "message"];

/// `on = { … }`.
pub const ON: Table = Table {
    name: "on = { … }",
    about: "The event after which a fault fires.",
    keys: &[
        key("event", "a trigger event", REQUIRED, "what has to happen"),
        key("owner", "an owner, such as `c1.1`", "any", "to whom"),
        key("nth", "1 to 1000000", "1", "at which occurrence"),
        key("after", "a time or a law", "0s", "how long after it"),
    ],
};

/// `kill = { … }`.
pub const KILL: Table = Table {
    name: "kill = { … }",
    about: "The process dies; peers see its connections close; the machine and its clocks go on.",
    keys: &[
        WHO,
        key("restart-after", "a time or a law", "never, servers: at the calm tail", "when it starts again"),
    ],
};

/// `restart = { … }`.
pub const RESTART: Table =
    Table { name: "restart = { … }", about: "The process dies and starts again at once.", keys: &[WHO] };

/// `pause = { … }`.
pub const PAUSE: Table = Table {
    name: "pause = { … }",
    about: "The process does not run; clocks go on and messages wait.",
    keys: &[WHO, HOLD],
};

/// `suspend = { … }`.
pub const SUSPEND: Table = Table {
    name: "suspend = { … }",
    about: "The machine sleeps: nothing runs, its monotonic clock stands still, its wall clock goes on.",
    keys: &[WHO, HOLD],
};

/// `partition = { … }`.
pub const PARTITION: Table = Table {
    name: "partition = { … }",
    about: "Links carry nothing; what is in flight is retransmitted after the cut.",
    keys: &[WHO, key("from", "a target", "everybody", "from whom it is cut off"), DIRECTION, HOLD],
};

/// `delay = { … }`.
pub const DELAY: Table = Table {
    name: "delay = { … }",
    about: "Messages of the target take longer.",
    keys: &[WHO, key("by", "a time or a law", REQUIRED, "by how much"), DIRECTION, HOLD],
};

/// `skew = { … }`.
pub const SKEW: Table = Table {
    name: "skew = { … }",
    about: "The wall clock is off from true time when the run begins. Takes no placing.",
    keys: &[WHO, key("by", "a signed time or a law", REQUIRED, "how far ahead; negative: behind")],
};

/// `jump = { … }`.
pub const JUMP: Table = Table {
    name: "jump = { … }",
    about: "The wall clock is set, once.",
    keys: &[WHO, key("by", "a signed time or a law", REQUIRED, "how far ahead; negative: back")],
};

/// `drift = { … }`.
pub const DRIFT: Table = Table {
    name: "drift = { … }",
    about: "The oscillator of the machine runs at another rate.",
    keys: &[
        WHO,
        key("ppm", "-500000ppm to 500000ppm", REQUIRED, "by how many parts per million above true"),
        key("hold", "a time or a law", "until the calm tail", "for how long"),
    ],
};

/// `message = { … }`.
pub const MESSAGE: Table = Table {
    name: "message = { … }",
    about: "One chosen message. Exactly one of `delay` and `lose`; takes no placing.",
    keys: &[
        key("kind", "a message kind", REQUIRED, "which kind"),
        key("nth", "1 to 1000000", "1", "which of that kind"),
        key("client", "a client, such as `c1`", "any", "sent or awaited by whom"),
        key("delay", "a time or a law", ABSENT, "it takes this much longer"),
        key("lose", "`true`", ABSENT, "the connection breaks in its place"),
    ],
};

/// `[expect]`.
pub const EXPECT: Table = Table {
    name: "[expect]",
    about: "Which verdicts are as they should be. Any break that is not named is unexpected.",
    keys: &[
        key(
            "always",
            "properties",
            "all of them",
            "must hold in each run; skips variants that do not offer it",
        ),
        key("sometimes", "sights", "none", "must be seen at least once for each variant"),
        key("broken", "a table by variant", "none", "must break in at least one run"),
        key("may-break", "a table by variant", "none", "may break"),
    ],
};

/// A law of spans.
pub const LAW: Table = Table {
    name: "a law",
    about: "Where a time is drawn: `\"2s\"` is always the same; `{ min, max }` is even between the two; with \
            `mean`, most values are near it.",
    keys: &[
        key("min", "a time", REQUIRED, "the smallest value"),
        key("max", "a time", REQUIRED, "the largest value"),
        key("mean", "a time", ABSENT, "the mean"),
    ],
};

/// All tables, in the order of explanations.
pub const TABLES: &[Table] = &[
    TOP, CLIENTS, NETWORK, CLOCK, WORKLOAD, BUDGET, VARIANT, FAULT, ON, KILL, RESTART, PAUSE, SUSPEND,
    PARTITION, DELAY, SKEW, JUMP, DRIFT, MESSAGE, EXPECT, LAW,
];
