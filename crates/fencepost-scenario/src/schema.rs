//! The JSON schemas of scenario files and of advice files, for editors: made from the tables of keys and the
//! vocabulary.
//!
//! It is draft-07 and keeps to plain keywords, because that is what editors understand. It finds misspelt
//! keys, wrong types, wrong units and unknown words; what depends on several keys only `parse` can tell.

use crate::Vocabulary;
use crate::keys::{
    ADVICE, ADVICE_TABLES, KINDS, Key, LAW, MOST_PPM, Measure, Noun, QUANTILES, TABLES, TOP, Table, Takes,
};
use crate::preset::PRESET;
use fencepost_model::{PresetOption, SettingKind, SettingSpec};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Units of time, as people write them.
const UNITS: &str = "nsec|nanos|ns|usec|micros|us|µs|msec|millis|ms|seconds|second|secs|sec|s|minutes|minute|mins|\
                     min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|w|months|month|M|years|year|y";

/// The schema of scenario files over a vocabulary, as a draft-07 document.
pub fn schema(vocabulary: &Vocabulary) -> Value {
    document("A fencepost scenario", TABLES, &TOP, vocabulary)
}

/// The schema of advice files over a vocabulary, as a draft-07 document.
pub fn advice_schema(vocabulary: &Vocabulary) -> Value {
    document("A fencepost advice file", ADVICE_TABLES, &ADVICE, vocabulary)
}

/// The schema of files with these tables, of which `top` is the file itself.
fn document(title: &str, tables: &[Table], top: &Table, vocabulary: &Vocabulary) -> Value {
    let mut definitions: Map<String, Value> =
        tables.iter().map(|known| (slug(known), table(known, vocabulary))).collect();
    let Some(Value::Object(mut whole)) = definitions.remove(&slug(top)) else {
        unreachable!("the top of the file is a table");
    };
    definitions.extend(values());
    definitions.insert("settings".to_owned(), settings(vocabulary));
    whole.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    whole.insert("title".to_owned(), json!(title));
    whole.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(whole)
}

/// The name of a table among the definitions: `[variant.NAME]` is `variant`, `pause = { … }` is `pause`.
fn slug(table: &Table) -> String {
    let words = table.name.trim_matches(['[', ']']).trim_end_matches(".NAME");
    words.split(" = ").next().unwrap_or_default().replace(' ', "-")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn table(table: &Table, vocabulary: &Vocabulary) -> Value {
    let properties: Map<String, Value> =
        table.keys.iter().map(|key| (key.name.to_owned(), described(key, vocabulary))).collect();
    let required: Vec<&str> = table.keys.iter().filter(|key| key.is_required()).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": table.about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// What a key takes, with what it means. Beside a reference nothing else counts, so that is wrapped.
fn described(key: &Key, vocabulary: &Vocabulary) -> Value {
    let default = match key.default {
        "required" | "absent" | "defaults" => String::new(),
        default => format!(" (default: {default})"),
    };
    let mut value = takes(&key.takes, vocabulary);
    if value.get("$ref").is_some() {
        value = json!({ "allOf": [value] });
    }
    value["description"] = json!(format!("{}{default}", key.about));
    value
}

fn takes(takes: &Takes, vocabulary: &Vocabulary) -> Value {
    match takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Yes => json!({ "type": "boolean", "enum": [true] }),
        Takes::Count { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Takes::Ppm { min, max } => ppm(*min, *max),
        Takes::Rate => reference("rate"),
        Takes::Time { .. } | Takes::EndOfLaw => reference("time"),
        Takes::Law { .. } => reference("time-or-law"),
        Takes::SignedLaw => reference("signed-time-or-law"),
        Takes::Word(noun) => word(*noun, vocabulary),
        Takes::Words(noun) => words(*noun, vocabulary),
        Takes::WordsByVariant => {
            json!({ "type": "object", "additionalProperties": words(Noun::Property, vocabulary) })
        }
        Takes::Lock => lock(vocabulary),
        Takes::Settings => reference("settings"),
        Takes::Least(measure) => least(*measure),
        Takes::Files => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" }, "minItems": 1, "uniqueItems": true },
        ] }),
        Takes::Table(table) => reference(&slug(table)),
        Takes::TableByName(table) => {
            json!({ "type": "object", "additionalProperties": reference(&slug(table)) })
        }
        Takes::Tables(table) => json!({ "type": "array", "items": reference(&slug(table)) }),
    }
}

fn word(noun: Noun, vocabulary: &Vocabulary) -> Value {
    let mut known: Vec<String> =
        noun.words(vocabulary).unwrap_or_default().into_iter().map(str::to_owned).collect();
    if noun == Noun::Sight {
        known.extend(KINDS.iter().map(|kind| format!("fired:{kind}")));
    }
    known.dedup();
    let pattern = match noun {
        _ if !known.is_empty() => return json!({ "type": "string", "enum": known }),
        Noun::Client => "^c[1-9][0-9]*$",
        Noun::Owner => "^c[1-9][0-9]*\\.[1-9][0-9]*$",
        Noun::Asker => "^(client|c[1-9][0-9]*(\\.[1-9][0-9]*)?)$",
        _ => "^[A-Za-z0-9._-]{1,64}$",
    };
    json!({ "type": "string", "pattern": pattern })
}

fn words(noun: Noun, vocabulary: &Vocabulary) -> Value {
    json!({ "type": "array", "items": word(noun, vocabulary), "uniqueItems": true })
}

fn ppm(min: i64, max: i64) -> Value {
    json!({ "anyOf": [
        { "type": "integer", "minimum": min, "maximum": max },
        { "type": "string", "pattern": if min < 0 { "^[+-]?[0-9]+ *ppm$" } else { "^\\+?[0-9]+ *ppm$" } },
    ] })
}

/// How much of a hazard has to be stood at least.
fn least(measure: Measure) -> Value {
    let hold = json!({ "type": "string", "enum": ["hold"] });
    match measure {
        Measure::Time => json!({ "anyOf": [hold, reference("time")] }),
        Measure::Ppm => json!({ "anyOf": [hold, ppm(0, MOST_PPM)] }),
        Measure::Whole => hold,
    }
}

/// The kinds of values that have no table of their own.
fn values() -> Vec<(String, Value)> {
    let time = |sign: &str| {
        json!({
            "type": "string",
            "pattern": format!("^ *{sign}(0|([0-9]+(\\.[0-9]+)? *({UNITS}) *)+)$"),
            "description": "a number with a unit, such as 150ms, 2s or 1m 30s",
        })
    };
    let law = |end: &str| json!({ "anyOf": [reference(end), ends_and_mean(end), ends_and_quantiles(end)] });
    let rate = json!({
        "type": "string",
        "pattern": "^ *([0-9]+(\\.[0-9]{1,4})? *%|[0-9]+ *ppm) *$",
        "description": "a share of all, such as 5% or 50000ppm",
    });
    let values = [
        ("time", time("\\+?")),
        ("signed-time", time("[+-]?")),
        ("time-or-law", law("time")),
        ("signed-time-or-law", law("signed-time")),
        ("rate", rate),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// A law of two ends, and perhaps a mean.
fn ends_and_mean(end: &str) -> Value {
    let keys: Map<String, Value> =
        ["min", "mean", "max"].iter().map(|key| ((*key).to_owned(), reference(end))).collect();
    json!({
        "type": "object",
        "description": LAW.about,
        "properties": keys,
        "required": ["min", "max"],
        "additionalProperties": false,
    })
}

/// A law of quantiles: at least one beside the largest value.
fn ends_and_quantiles(end: &str) -> Value {
    let names = QUANTILES.iter().map(|(key, _)| key.name);
    let keys: Map<String, Value> =
        ["min", "max"].into_iter().chain(names).map(|key| (key.to_owned(), reference(end))).collect();
    json!({
        "type": "object",
        "description": LAW.about,
        "properties": keys,
        "required": ["max"],
        "minProperties": 2,
        "additionalProperties": false,
    })
}

/// The settings of all locks together: which lock has which only `parse` can tell.
fn settings(vocabulary: &Vocabulary) -> Value {
    let mut kinds: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for system in &vocabulary.systems {
        for spec in system.settings {
            let value = setting(spec, system.name);
            kinds.entry(spec.name).or_default().push(value);
        }
    }
    let properties: Map<String, Value> = kinds
        .into_iter()
        .map(|(name, mut values)| {
            let value = if values.len() == 1 { values.remove(0) } else { json!({ "anyOf": values }) };
            (name.to_owned(), value)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A lock by its name, or a preset with the options of its library.
fn lock(vocabulary: &Vocabulary) -> Value {
    let presets = vocabulary.presets.iter().map(|preset| {
        let options = preset.options.iter().map(|option| (option.spec.name.to_owned(), option_of(option)));
        let mut properties: Map<String, Value> = options.collect();
        properties.insert(PRESET.to_owned(), json!({ "type": "string", "enum": [preset.name] }));
        json!({
            "type": "object",
            "description": preset.about,
            "properties": properties,
            "required": [PRESET],
            "additionalProperties": false,
        })
    });
    let choices: Vec<Value> = [word(Noun::Lock, vocabulary)].into_iter().chain(presets).collect();
    json!({ "anyOf": choices })
}

/// An option: factors may be written as libraries do it.
fn option_of(option: &PresetOption) -> Value {
    let PresetOption { spec, becomes } = option;
    let default = (spec.default)();
    let mut value = match spec.kind {
        SettingKind::Number { .. } => json!({ "anyOf": [
            { "type": "number", "minimum": 0 },
            { "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,4})? *(ppm|%)$" },
        ] }),
        _ => setting(spec, ""),
    };
    value["description"] = json!(format!("{} (default: {default}; here: {becomes})", spec.about));
    value
}

fn setting(spec: &SettingSpec, lock: &str) -> Value {
    let mut value = match spec.kind {
        SettingKind::Flag => json!({ "type": "boolean" }),
        SettingKind::Number { min, max } => {
            json!({ "anyOf": [
                { "type": "integer", "minimum": min, "maximum": max },
                { "type": "string", "pattern": "^\\+?[0-9]+ *ppm$" },
            ] })
        }
        SettingKind::Span { .. } => json!({ "allOf": [reference("time")] }),
        SettingKind::Word(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "type": "string", "enum": words })
        }
    };
    value["description"] = json!(format!("{lock}: {} (default: {})", spec.about, (spec.default)()));
    value
}
