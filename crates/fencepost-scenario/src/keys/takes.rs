//! What may stand behind a key.

use super::{DAY, Table};
use crate::Vocabulary;
use crate::words::{DIRECTIONS, MESSAGE_KINDS, SIGHTS, TRANSPORTS};
use fencepost_model::{Commit, Gate, PointKind, Span, TriggerEvent};
use std::fmt;

/// What may stand behind a key, with its bounds.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// `true`: the key says all.
    Yes,
    /// A whole number.
    Count {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// Parts per million, as a whole number or text.
    Ppm {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// How many of all: in percent or parts per million, as text.
    Rate,
    /// A fixed time.
    Time {
        /// The shortest.
        min: Span,
        /// The longest.
        max: Span,
    },
    /// A time, or a law from which it is drawn.
    Law {
        /// The shortest; the longest is a day.
        min: Span,
    },
    /// A time that may be negative, or a law from which it is drawn.
    SignedLaw,
    /// An end or the mean of a law: a time within the bounds of what the law is for.
    EndOfLaw,
    /// One word.
    Word(Noun),
    /// A list of words.
    Words(Noun),
    /// Lists of properties, by the names of variants.
    WordsByVariant,
    /// The name of a lock, or a table of a preset and its options.
    Lock,
    /// The settings of a lock.
    Settings,
    /// How much of a hazard a lock has to stand at least, or `hold`.
    Least(Measure),
    /// A file by its path, or a list of files.
    Files,
    /// A table.
    Table(&'static Table),
    /// Tables under names that the file gives.
    TableByName(&'static Table),
    /// A list of tables.
    Tables(&'static Table),
}

/// In what the amount of a hazard is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A length of time.
    Time,
    /// Parts per million.
    Ppm,
    /// There is no more or less of it.
    Whole,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A name that the file gives to something.
    Name,
    /// A lock of the vocabulary.
    Lock,
    /// A workload of the vocabulary.
    Workload,
    /// A property of the vocabulary.
    Property,
    /// A check of the resource.
    Gate,
    /// A check of a provider.
    Outside,
    /// When an owner commits.
    Commit,
    /// A defect of a lock.
    Defect,
    /// At whom a fault is aimed.
    Target,
    /// A client or an owner.
    Asker,
    /// A process or an owner.
    Process,
    /// An owner.
    Owner,
    /// A client.
    Client,
    /// An event on which a fault can wait.
    Event,
    /// A kind of decision points.
    Point,
    /// A kind of messages.
    MessageKind,
    /// Which way a fault of links works.
    Direction,
    /// How messages travel.
    Transport,
    /// What has to be seen sometimes.
    Sight,
    /// Within what drawn faults stay.
    Bounds,
    /// One run of a scenario.
    Run,
}

impl Noun {
    /// One of them, as the tables of keys say it.
    pub const fn one(self) -> &'static str {
        match self {
            Noun::Name => "a name",
            Noun::Lock => "a lock",
            Noun::Workload => "a workload",
            Noun::Property => "a property",
            Noun::Gate => "a gate",
            Noun::Outside => "a gate, but for `if-version`",
            Noun::Commit => "`at-once`, `before-release` or `after-release`",
            Noun::Defect => "a defect",
            Noun::Target => "a target",
            Noun::Asker => "a client or an owner, such as `c1` or `c1.1`",
            Noun::Process => "a process or an owner, such as `c1` or `c1.1`",
            Noun::Owner => "an owner, such as `c1.1`",
            Noun::Client => "a client, such as `c1`",
            Noun::Event => "a trigger event",
            Noun::Point => "a kind of decision point",
            Noun::MessageKind => "a message kind",
            Noun::Direction => "`both`, `to` or `from`",
            Noun::Transport => "`stream` or `datagram`",
            Noun::Sight => "a sight",
            Noun::Bounds => "`claims`",
            Noun::Run => "a run, such as `pause-past-lease@17`",
        }
    }

    const fn several(self) -> &'static str {
        match self {
            Noun::Lock => "names of locks",
            Noun::Defect => "names of defects",
            Noun::Property => "properties",
            Noun::Sight => "sights",
            _ => "names",
        }
    }

    /// All the words there are; none where a file may choose freely.
    pub fn words(self, vocabulary: &Vocabulary) -> Option<Vec<&'static str>> {
        let firsts = |table: &'static [(&'static str, &'static str)]| table.iter().map(|(word, _)| *word);
        Some(match self {
            Noun::Lock => vocabulary.systems.iter().map(|system| system.name).collect(),
            Noun::Workload => vocabulary.workloads.iter().map(|workload| workload.name).collect(),
            Noun::Property => vocabulary.properties.clone(),
            Noun::Gate => Gate::ALL.iter().map(|(_, word, _)| *word).collect(),
            Noun::Outside => {
                let fits = Gate::ALL.iter().filter(|(gate, ..)| gate.fits_provider());
                fits.map(|(_, word, _)| *word).collect()
            }
            Noun::Commit => Commit::ALL.iter().map(|(_, word, _)| *word).collect(),
            Noun::Event => TriggerEvent::ALL.iter().map(|(_, word, _)| *word).collect(),
            Noun::Point => PointKind::ALL.iter().map(|(_, word, _)| *word).collect(),
            Noun::MessageKind => MESSAGE_KINDS.to_vec(),
            Noun::Direction => DIRECTIONS.iter().map(|(word, _)| *word).collect(),
            Noun::Transport => firsts(TRANSPORTS).collect(),
            Noun::Sight => firsts(SIGHTS).collect(),
            Noun::Bounds => vec!["claims"],
            Noun::Defect => {
                let defects = vocabulary.systems.iter().flat_map(|system| system.defects);
                defects.map(|defect| defect.name).collect()
            }
            Noun::Name
            | Noun::Target
            | Noun::Asker
            | Noun::Process
            | Noun::Owner
            | Noun::Client
            | Noun::Run => return None,
        })
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Takes::Text => f.write_str("text"),
            Takes::Flag => f.write_str("`true` or `false`"),
            Takes::Yes => f.write_str("`true`"),
            Takes::Count { min, max } => write!(f, "{min} to {max}"),
            Takes::Ppm { min, max } => write!(f, "{min}ppm to {max}ppm"),
            Takes::Rate => f.write_str("0% to 100%"),
            Takes::Time { min, max } => write!(f, "{min} to {max}"),
            Takes::Law { .. } => f.write_str("a time or a law"),
            Takes::SignedLaw => f.write_str("a signed time or a law"),
            Takes::EndOfLaw => f.write_str("a time"),
            Takes::Word(noun) => f.write_str(noun.one()),
            Takes::Words(noun) => f.write_str(noun.several()),
            Takes::WordsByVariant => f.write_str("a table by variant"),
            Takes::Lock => f.write_str("a lock, or a table with a preset"),
            Takes::Files => f.write_str("a path, or a list of paths"),
            Takes::Least(Measure::Time) => f.write_str("a time or `hold`"),
            Takes::Least(Measure::Ppm) => f.write_str("parts per million or `hold`"),
            Takes::Least(Measure::Whole) => f.write_str("`hold`"),
            Takes::Settings | Takes::Table(_) => f.write_str("a table"),
            Takes::TableByName(_) | Takes::Tables(_) => f.write_str("tables"),
        }
    }
}

impl Takes {
    /// The bounds of a time, in nanoseconds. Panics where the key takes no time: our mistake.
    pub(crate) fn times(&self) -> std::ops::RangeInclusive<i64> {
        let nanos = |span: Span| i64::try_from(span.0).unwrap_or(i64::MAX);
        match self {
            Takes::Time { min, max } => nanos(*min)..=nanos(*max),
            Takes::Law { min } => nanos(*min)..=nanos(DAY),
            Takes::Least(Measure::Time) => 0..=nanos(DAY),
            // How far a clock may be set, either way: ten years.
            Takes::SignedLaw => -nanos(Span::LONGEST)..=nanos(Span::LONGEST),
            other => unreachable!("a key that takes {other} is read as a time"),
        }
    }

    /// The bounds of a whole number. Panics where the key takes none: our mistake.
    pub(crate) fn counts(&self) -> std::ops::RangeInclusive<u64> {
        match self {
            Takes::Count { min, max } => *min..=*max,
            other => unreachable!("a key that takes {other} is read as a number"),
        }
    }

    /// The bounds of parts per million. Panics where the key takes none: our mistake.
    pub(crate) fn ppms(&self) -> std::ops::RangeInclusive<i64> {
        match self {
            Takes::Ppm { min, max } => *min..=*max,
            Takes::Least(Measure::Ppm) => 0..=super::MOST_PPM,
            other => unreachable!("a key that takes {other} is read as parts per million"),
        }
    }
}

impl super::Key {
    /// A line of TOML with this key.
    pub fn example(&self, vocabulary: &Vocabulary) -> String {
        format!("{} = {}", self.name, self.takes.example(self.default, vocabulary))
    }
}

impl Takes {
    /// A value, as it is written.
    pub(crate) fn written(&self) -> String {
        self.example("", &Vocabulary::default())
    }

    fn example(&self, default: &str, vocabulary: &Vocabulary) -> String {
        let is_value = default.starts_with(|c: char| c.is_ascii_digit()) && !default.contains(' ');
        match self {
            Takes::Text => "\"What happens, in a few words\"".to_owned(),
            Takes::Flag => (default != "true").to_string(),
            Takes::Yes => "true".to_owned(),
            Takes::Count { .. } if is_value => default.to_owned(),
            Takes::Count { min, .. } => (*min).max(3).to_string(),
            Takes::Ppm { .. } => "\"200ppm\"".to_owned(),
            Takes::Rate => "\"5%\"".to_owned(),
            Takes::Time { .. } if is_value && default != "0s" => format!("\"{default}\""),
            Takes::Time { .. } => "\"500ms\"".to_owned(),
            Takes::Law { .. } if default.starts_with('{') => default.to_owned(),
            Takes::Law { .. } => "{ min = \"1s\", max = \"4s\" }".to_owned(),
            Takes::SignedLaw => "\"-2s\"".to_owned(),
            Takes::EndOfLaw => "\"2s\"".to_owned(),
            Takes::Word(noun) => format!("\"{}\"", noun.example(vocabulary)),
            Takes::Words(Noun::Name) => "[\"orders\", \"stock\"]".to_owned(),
            Takes::Words(noun) => format!("[\"{}\"]", noun.example(vocabulary)),
            Takes::WordsByVariant => format!("{{ NAME = [\"{}\"] }}", Noun::Property.example(vocabulary)),
            Takes::Lock => format!("\"{}\"", Noun::Lock.example(vocabulary)),
            Takes::Files => "\"gc.log\"".to_owned(),
            Takes::Least(Measure::Time) => "\"5s\"".to_owned(),
            Takes::Least(Measure::Ppm) => "\"200ppm\"".to_owned(),
            Takes::Least(Measure::Whole) => "\"hold\"".to_owned(),
            Takes::Settings => "{ ttl = \"2s\" }".to_owned(),
            Takes::Table(table) | Takes::TableByName(table) | Takes::Tables(table) => {
                table.example(vocabulary)
            }
        }
    }
}

impl Noun {
    fn example(self, vocabulary: &Vocabulary) -> &'static str {
        let known = self.words(vocabulary).unwrap_or_default();
        match self {
            Noun::Name => "orders",
            Noun::Target => "holder",
            Noun::Client | Noun::Process => "c1",
            Noun::Owner | Noun::Asker => "c1.1",
            Noun::Run => "pause-past-lease@17",
            // The first ones are those that do nothing.
            Noun::Lock | Noun::Gate | Noun::Outside | Noun::Commit | Noun::Transport => known
                .iter()
                .copied()
                .find(|word| !matches!(*word, "none" | "stream" | "at-once"))
                .unwrap_or("NAME"),
            _ => known.first().copied().unwrap_or("NAME"),
        }
    }
}

impl Table {
    /// The keys that have to be there, as an inline table; the first one where none has to.
    fn example(&self, vocabulary: &Vocabulary) -> String {
        let required: Vec<_> = self.keys.iter().filter(|key| key.is_required()).collect();
        let shown = if required.is_empty() { self.keys.iter().take(1).collect() } else { required };
        let shown: Vec<String> = shown.iter().map(|key| key.example(vocabulary)).collect();
        format!("{{ {} }}", shown.join(", "))
    }
}
