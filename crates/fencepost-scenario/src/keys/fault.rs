//! The tables of faults: when, what, and at whom.

use super::{ABSENT, ANY_LAW, Key, MOST_PPM, NTH, Noun, REQUIRED, Table, Takes, key};
use fencepost_model::Span;

const WHO: Key = key("who", Takes::Word(Noun::Target), REQUIRED, "at whom it is aimed");
const HOLD: Key = key("hold", ANY_LAW, REQUIRED, "for how long");
const RATE: Key = key("rate", Takes::Rate, REQUIRED, "how many of them");
const RESTART_AFTER: Key =
    key("restart-after", ANY_LAW, "never, servers: at the calm tail", "when it starts again");
const DIRECTION: Key = key(
    "direction",
    Takes::Word(Noun::Direction),
    "both",
    "whether what is sent to the target, by the target, or both is hit",
);

/// `[[fault]]`.
pub const FAULT: Table = Table {
    name: "[[fault]]",
    about: "One thing that goes wrong, with exactly one placing (`at`, `every`, `on` or `at-point`; none for \
            `skew` and `message`) and exactly one kind.",
    keys: &[
        key("at", ANY_LAW, ABSENT, "once, at this time"),
        key("every", Takes::Law { min: Span(1) }, ABSENT, "again and again, with this gap before each time"),
        key("on", Takes::Table(&ON), ABSENT, "once, when something happens"),
        key("at-point", Takes::Table(&AT_POINT), ABSENT, "once, at a decision point of the run"),
        key("kill", Takes::Table(&KILL), ABSENT, "a process dies"),
        key("restart", Takes::Table(&RESTART), ABSENT, "a process dies and starts again at once"),
        key("power-cut", Takes::Table(&POWER_CUT), ABSENT, "a machine loses power"),
        key("pause", Takes::Table(&PAUSE), ABSENT, "a process stands still; clocks go on"),
        key("suspend", Takes::Table(&SUSPEND), ABSENT, "a machine sleeps; its monotonic clock stands still"),
        key("partition", Takes::Table(&PARTITION), ABSENT, "links carry nothing"),
        key("delay", Takes::Table(&DELAY), ABSENT, "messages take longer"),
        key("loss", Takes::Table(&LOSS), ABSENT, "datagrams get lost"),
        key("duplicate", Takes::Table(&DUPLICATE), ABSENT, "datagrams arrive twice"),
        key("reorder", Takes::Table(&REORDER), ABSENT, "datagrams overtake each other"),
        key("skew", Takes::Table(&SKEW), ABSENT, "a wall clock is wrong from the beginning"),
        key("jump", Takes::Table(&JUMP), ABSENT, "a wall clock is set"),
        key("drift", Takes::Table(&DRIFT), ABSENT, "an oscillator changes its rate"),
        key("stall", Takes::Table(&STALL), ABSENT, "a disk is slow or stuck"),
        key("evict", Takes::Table(&EVICT), ABSENT, "a store is short of memory"),
        key("cancel", Takes::Table(&CANCEL), ABSENT, "an acquire is dropped by its caller"),
        key("message", Takes::Table(&MESSAGE), ABSENT, "one chosen message is late, lost or doubled"),
    ],
};

/// The keys of `[[fault]]` that say when.
pub const PLACINGS: &[&str] = &["at", "every", "on", "at-point"];
/// The keys of `[[fault]]` that say what: the words of `fired:…`.
pub const KINDS: &[&str] = &[
    "kill",
    "restart",
    "power-cut",
    "pause",
    "suspend",
    "partition",
    "delay",
    "loss",
    "duplicate",
    "reorder",
    "skew",
    "jump",
    "drift",
    "stall",
    "evict",
    "cancel",
    "message",
];

/// `on = { … }`.
pub const ON: Table = Table {
    name: "on = { … }",
    about: "The event after which a fault fires.",
    keys: &[
        key("event", Takes::Word(Noun::Event), REQUIRED, "what has to happen"),
        key("owner", Takes::Word(Noun::Owner), "any", "to whom"),
        key("nth", NTH, "1", "at which occurrence"),
        key("after", ANY_LAW, "0s", "how long after it"),
    ],
};

/// `at-point = { … }`.
pub const AT_POINT: Table = Table {
    name: "at-point = { … }",
    about: "A decision point: a place between two things that code does.",
    keys: &[
        key("kind", Takes::Word(Noun::Point), REQUIRED, "between which things"),
        key("message", Takes::Word(Noun::MessageKind), "any", "of which message, for `send` and `deliver`"),
        key("who", Takes::Word(Noun::Process), "any", "in which process or owner"),
        key("nth", NTH, "1", "which of them"),
    ],
};

/// `kill = { … }`.
pub const KILL: Table = Table {
    name: "kill = { … }",
    about: "The process dies; peers see its connections close; the machine and its clocks go on.",
    keys: &[WHO, RESTART_AFTER],
};

/// `restart = { … }`.
pub const RESTART: Table =
    Table { name: "restart = { … }", about: "The process dies and starts again at once.", keys: &[WHO] };

/// `power-cut = { … }`.
pub const POWER_CUT: Table = Table {
    name: "power-cut = { … }",
    about: "The machine loses power: what was not synced is lost or torn, peers hear nothing, and its monotonic \
            clock starts again.",
    keys: &[WHO, RESTART_AFTER],
};

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
    keys: &[
        WHO,
        key("from", Takes::Word(Noun::Target), "everybody", "from whom it is cut off"),
        DIRECTION,
        HOLD,
    ],
};

/// `delay = { … }`.
pub const DELAY: Table = Table {
    name: "delay = { … }",
    about: "Messages of the target take longer.",
    keys: &[WHO, key("by", ANY_LAW, REQUIRED, "by how much"), DIRECTION, HOLD],
};

/// `loss = { … }`.
pub const LOSS: Table = Table {
    name: "loss = { … }",
    about: "Datagrams of the target get lost. For a workload with `transport = \"datagram\"`, \
            and for servers that speak by datagrams.",
    keys: &[WHO, RATE, DIRECTION, HOLD],
};

/// `duplicate = { … }`.
pub const DUPLICATE: Table = Table {
    name: "duplicate = { … }",
    about: "Datagrams of the target arrive twice. For a workload with `transport = \"datagram\"`, \
            and for servers that speak by datagrams.",
    keys: &[WHO, RATE, DIRECTION, HOLD],
};

/// `reorder = { … }`.
pub const REORDER: Table = Table {
    name: "reorder = { … }",
    about: "Datagrams of the target take longer, each by a time of its own, and so overtake each other. For a \
            workload with `transport = \"datagram\"`, and for servers that speak by datagrams.",
    keys: &[WHO, key("by", ANY_LAW, REQUIRED, "by at most how much"), DIRECTION, HOLD],
};

/// `skew = { … }`.
pub const SKEW: Table = Table {
    name: "skew = { … }",
    about: "The wall clock is off from true time when the run begins. Takes no placing.",
    keys: &[WHO, key("by", Takes::SignedLaw, REQUIRED, "how far ahead; negative: behind")],
};

/// `jump = { … }`.
pub const JUMP: Table = Table {
    name: "jump = { … }",
    about: "The wall clock is set, once.",
    keys: &[WHO, key("by", Takes::SignedLaw, REQUIRED, "how far ahead; negative: back")],
};

/// `drift = { … }`.
pub const DRIFT: Table = Table {
    name: "drift = { … }",
    about: "The oscillator of the machine runs at another rate.",
    keys: &[
        WHO,
        key(
            "ppm",
            Takes::Ppm { min: -MOST_PPM, max: MOST_PPM },
            REQUIRED,
            "by how many parts per million above true",
        ),
        key("hold", ANY_LAW, "until the calm tail", "for how long"),
    ],
};

/// `stall = { … }`.
pub const STALL: Table = Table {
    name: "stall = { … }",
    about: "The disk of a server is slow, or stuck.",
    keys: &[
        WHO,
        key(
            "slower",
            ANY_LAW,
            "stuck",
            "how much longer a sync takes; stuck: none ends before the fault does",
        ),
        HOLD,
    ],
};

/// `evict = { … }`.
pub const EVICT: Table = Table {
    name: "evict = { … }",
    about: "A store is short of memory and evicts something, if its settings let it.",
    keys: &[WHO],
};

/// `cancel = { … }`.
pub const CANCEL: Table = Table {
    name: "cancel = { … }",
    about: "The caller drops the acquire that it has open; while it has none, the fault waits.",
    keys: &[key("who", Takes::Word(Noun::Asker), REQUIRED, "the one who asks; `client` draws one")],
};

/// `message = { … }`.
pub const MESSAGE: Table = Table {
    name: "message = { … }",
    about: "One chosen message. Exactly one of `delay`, `lose` and `duplicate`; takes no placing.",
    keys: &[
        key("kind", Takes::Word(Noun::MessageKind), REQUIRED, "which kind"),
        key("nth", NTH, "1", "which of that kind"),
        key("client", Takes::Word(Noun::Client), "any", "sent or awaited by whom"),
        key("delay", ANY_LAW, ABSENT, "it takes this much longer"),
        key(
            "lose",
            Takes::Yes,
            ABSENT,
            "a datagram is gone; of a stream, the connection breaks in its place",
        ),
        key("duplicate", Takes::Yes, ABSENT, "it arrives twice: a datagram only"),
    ],
};
