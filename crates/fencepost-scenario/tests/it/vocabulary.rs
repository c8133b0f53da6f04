//! A small vocabulary of locks that do not exist: data sheets without algorithms.

use fencepost_model::{
    DefectSpec, Descriptor, Features, MachineSpec, Mapped, Misfit, Preset, PresetOption, SettingKind,
    SettingSpec, SettingValue, Settings, Span, WorkloadSpec, word,
};
use fencepost_scenario::Vocabulary;

/// `none`, `always`, `never`, and a `redis` with the settings that the shipped scenarios use.
pub fn vocabulary() -> Vocabulary {
    Vocabulary {
        systems: vec![trivial("none"), trivial("always"), trivial("never"), redis(), cluster()],
        workloads: vec![
            WorkloadSpec { name: "register", about: "read, work, write" },
            WorkloadSpec { name: "idle", about: "does nothing" },
        ],
        presets: vec![LIBRARY],
        properties: word::PROPERTIES.iter().map(|(name, _)| *name).collect(),
    }
}

/// A library whose lock is like `redis`.
const LIBRARY: Preset = Preset {
    name: "library",
    about: "settings like those of a library",
    follows: "nothing: it does not exist",
    options: &[
        PresetOption {
            spec: span("expireAfter", || SettingValue::Span(Span::from_secs(30))),
            becomes: "ttl",
        },
        PresetOption {
            spec: SettingSpec {
                name: "driftFactor",
                kind: SettingKind::Number { min: 0, max: 500_000 },
                default: || SettingValue::Number(10_000),
                about: "a share",
            },
            becomes: "drift-allowance",
        },
        PresetOption { spec: flag("watched", || SettingValue::Flag(false)), becomes: "nothing" },
    ],
    maps: |options| {
        if options.flag("watched") && options.span("expireAfter") > Span::from_secs(60) {
            let why = "nobody watches for so long".to_owned();
            return Err(Misfit { option: "expireAfter", why, instead: "write at most \"1m\"".to_owned() });
        }
        let ttl = SettingValue::Span(options.span("expireAfter"));
        let drift = SettingValue::Number(options.number("driftFactor"));
        Ok(Mapped { lock: "redis", settings: vec![("ttl", ttl), ("drift-allowance", drift)] })
    },
    leaves_out: &[],
};

fn trivial(name: &'static str) -> Descriptor {
    Descriptor {
        name,
        about: "a lock that cannot work",
        leaves_out: "",
        features: |_| Features::default(),
        settings: &[],
        defects: &[],
        roles: &[],
        machines: |_| Vec::new(),
        quorum: |_| 1,
        rightful_ends: &[],
        claims: |_| Vec::new(),
        bounds: |_| None,
        stands: |_| Vec::new(),
    }
}

const fn span(name: &'static str, default: fn() -> SettingValue) -> SettingSpec {
    let kind = SettingKind::Span { min: Span::ZERO, max: Span::from_secs(3600) };
    SettingSpec { name, kind, default, about: "a time" }
}

const fn flag(name: &'static str, default: fn() -> SettingValue) -> SettingSpec {
    SettingSpec { name, kind: SettingKind::Flag, default, about: "a choice" }
}

const REDIS: &[SettingSpec] = &[
    span("ttl", || SettingValue::Span(Span::from_secs(10))),
    span("reserve", || SettingValue::Span(Span::ZERO)),
    span("command-timeout", || SettingValue::Span(Span::from_millis(500))),
    span("retry-min", || SettingValue::Span(Span::from_millis(20))),
    span("retry-max", || SettingValue::Span(Span::from_millis(60))),
    flag("fencing", || SettingValue::Flag(false)),
    flag("expiry", || SettingValue::Flag(true)),
    SettingSpec {
        name: "drift-allowance",
        kind: SettingKind::Number { min: 0, max: 100_000 },
        default: || SettingValue::Number(1000),
        about: "parts per million",
    },
    SettingSpec {
        name: "persistence",
        kind: SettingKind::Word(&[("none", "in memory"), ("aof-always", "synced")]),
        default: || SettingValue::Word("none".to_owned()),
        about: "what survives a restart",
    },
];

fn redis() -> Descriptor {
    Descriptor {
        name: "redis",
        features: |settings| Features { tokens: settings.flag("fencing"), ..Features::default() },
        settings: REDIS,
        defects: &[DefectSpec { name: "blind-delete", about: "releases whatever is there" }],
        roles: &[("store", "keeps the key")],
        machines: |_| vec![MachineSpec { name: "redis".to_owned(), role: "store" }],
        ..trivial("redis")
    }
}

/// As many machines of one role as its setting says.
fn cluster() -> Descriptor {
    const NODES: SettingSpec = SettingSpec {
        name: "nodes",
        kind: SettingKind::Number { min: 1, max: 9 },
        default: || SettingValue::Number(3),
        about: "how many",
    };
    let machines = |settings: &Settings| {
        let nodes = 1..=settings.number("nodes");
        nodes.map(|n| MachineSpec { name: format!("node-{n}"), role: "member" }).collect()
    };
    Descriptor {
        settings: const { &[NODES] },
        roles: &[("member", "one vote")],
        machines,
        ..trivial("cluster")
    }
}
