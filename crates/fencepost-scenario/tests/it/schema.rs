//! The JSON schema says what editors can know.

use crate::never_panics;
use crate::shipped::{File, shipped};
use crate::vocabulary::vocabulary;
use fencepost_scenario::keys::{KINDS, TABLES, Takes};
use fencepost_scenario::{advice_schema, schema};
use jsonschema::Validator;
use serde_json::Value;

/// The file that editors are told of by the first line of every scenario.
const SHIPPED: &str = include_str!("../../../../scenarios/scenario.schema.json");

fn validator(schema: &Value) -> Validator {
    jsonschema::draft7::new(schema).unwrap_or_else(|error| panic!("no draft-07 schema: {error}"))
}

fn shipped_validator() -> Validator {
    validator(&serde_json::from_str(SHIPPED).expect("the schema is JSON"))
}

fn of_vocabulary() -> Validator {
    validator(&schema(&vocabulary()))
}

/// What the schema has against a scenario; empty where it has nothing.
fn told(validator: &Validator, text: &str) -> String {
    let value: Value = toml::from_str(text).expect("a TOML file");
    validator.iter_errors(&value).map(|error| format!("{}: {error}\n", error.instance_path())).collect()
}

#[test]
fn every_shipped_scenario_fits() {
    let validator = shipped_validator();
    for File { path, text } in shipped() {
        assert_eq!(told(&validator, &text), "", "{path}");
    }
}

#[test]
fn every_shipped_scenario_names_the_schema() {
    let first = "#:schema ../scenario.schema.json\n";
    let without = shipped().into_iter().filter(|file| !file.text.starts_with(first)).map(|file| file.path);
    assert_eq!(without.collect::<Vec<_>>(), [""; 0], "the first line of a scenario is {first}");
}

#[test]
fn a_file_with_every_key_fits() {
    assert_eq!(told(&of_vocabulary(), never_panics::WHOLE), "");
}

#[test]
fn what_is_wrong_does_not_fit() {
    let right = "title = \"t\"\nlocks = [\"redis\"]\n";
    let fault = |what: &str| format!("{right}[[fault]]\nat = \"5s\"\n{what}\n");
    assert_eq!(told(&of_vocabulary(), &fault("kill = { who = \"c1\" }")), "");
    for wrong in [
        "locks = [\"redis\"]\n".to_owned(),
        "title = \"t\"\nlocks = [\"redsi\"]\n".to_owned(),
        "title = \"t\"\n[variant.a]\nlock = \"redsi\"\n".to_owned(),
        "title = \"t\"\n[variant.redis]\ngate = \"tokens\"\n".to_owned(),
        "title = \"t\"\n[variant.redis]\nsettings = { tttl = \"2s\" }\n".to_owned(),
        "title = \"t\"\n[variant.redis]\nsettings = { ttl = 2 }\n".to_owned(),
        "title = \"t\"\n[variant.redis]\ndefects = [\"blind-release\"]\n".to_owned(),
        format!("{right}lenght = \"5s\"\n"),
        format!("{right}length = 60\n"),
        format!("{right}length = \"60 bananas\"\n"),
        format!("{right}length = \"-5s\"\n"),
        format!("{right}seeds = 0\n"),
        format!("{right}[clients]\ncount = \"five\"\n"),
        format!("{right}[clock]\ndrift = \"2%\"\n"),
        format!("{right}[workload]\nuse = \"bank\"\n"),
        format!("{right}[workload]\nhold = {{ min = \"1s\" }}\n"),
        format!("{right}[workload]\nask-status = \"5s\"\n"),
        format!("{right}[expect]\nalways = [\"exclusive\"]\n"),
        format!("{right}[expect]\nsometimes = [\"fired:explode\"]\n"),
        format!("{right}[expect.broken]\nredis = [\"exclusive\"]\n"),
        fault("kill = { whoo = \"c1\" }"),
        fault("pause = { who = \"c1\" }"),
        fault("explode = { who = \"c1\" }"),
        fault("cancel = { who = \"store\" }"),
        fault("loss = { who = \"c1\", rate = \"5s\", hold = \"1s\" }"),
        fault("message = { kind = \"writ\", lose = true }"),
    ] {
        assert_ne!(told(&of_vocabulary(), &wrong), "", "this fits:\n{wrong}");
        assert!(fencepost_scenario::parse("test", "test.toml", &wrong, &vocabulary()).is_err(), "{wrong}");
    }
}

/// The schema must not refuse what can be read: every way to write a time.
#[test]
fn whatever_can_be_read_as_a_time_fits() {
    let validator = of_vocabulary();
    for time in
        ["0s", "0", "1ns", "2us", "2µs", "150ms", "2s", "1m 30s", "1m30s", " 5sec", "+5s", "1hour", "1day"]
    {
        let text = format!("title = \"t\"\nlocks = [\"redis\"]\n[network]\nlatency = \"{time}\"\n");
        let reads = fencepost_scenario::parse("test", "test.toml", &text, &vocabulary()).is_ok();
        assert_eq!(told(&validator, &text).is_empty(), reads, "{time}");
    }
}

#[test]
fn every_key_has_an_example_that_fits() {
    let validator = of_vocabulary();
    for kind in KINDS.iter().filter(|kind| **kind != "message") {
        let fault = TABLES.iter().find(|table| table.name == "[[fault]]").expect("faults");
        let key = fault.key(kind).expect("a kind");
        assert!(matches!(key.takes, Takes::Table(_)));
        let example = key.example(&vocabulary());
        let text = format!("title = \"t\"\nlocks = [\"redis\"]\n[[fault]]\nat = \"5s\"\n{example}\n");
        assert_eq!(told(&validator, &text), "", "{example}");
    }
}

#[test]
fn advice_has_a_schema_of_its_own() {
    let validator = validator(&advice_schema(&vocabulary()));
    assert_eq!(told(&validator, crate::advice::WHOLE), "");
    let file = |more: &str| format!("lock = \"redis\"\n{more}\n");
    let environment = |more: &str| file(&format!("[environment]\n{more}"));
    for right in [
        file(""),
        environment("pause = { from = \"gc.log\" }"),
        "lock = { preset = \"library\", expireAfter = \"5s\" }\n".to_owned(),
        file("[floor]\ndrift = 20\npause = \"hold\""),
    ] {
        assert_eq!(told(&validator, &right), "", "{right}");
    }
    for wrong in [
        "title = \"t\"\n".to_owned(),
        "lock = \"redsi\"\n".to_owned(),
        "lock = { preset = \"libary\" }\n".to_owned(),
        "lock = { preset = \"library\", expireAftr = \"5s\" }\n".to_owned(),
        file("rom = \"5s\""),
        file("room = 5"),
        environment("pause = \"4s\""),
        environment("unreachable = { p50 = \"4s\" }"),
        environment("unreachable = { p98 = \"4s\", max = \"5s\" }"),
        environment("clock = { drift = \"2%\" }"),
        environment("owners = 0"),
        file("[floor]\npause = \"helds\""),
        file("[floor]\nfailover = \"5s\""),
    ] {
        assert_ne!(told(&validator, &wrong), "", "this fits:\n{wrong}");
        assert!(crate::advice::read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_law_by_quantiles_fits() {
    let file = |law: &str| format!("title = \"t\"\nlocks = [\"redis\"]\n[workload]\nhold = {law}\n");
    for right in [
        "{ p50 = \"8ms\", p99 = \"210ms\", max = \"4.1s\" }",
        "{ min = \"1ms\", p9999 = \"2s\", max = \"3s\" }",
    ] {
        assert_eq!(told(&of_vocabulary(), &file(right)), "", "{right}");
    }
    for wrong in [
        "{ p50 = \"8ms\" }",
        "{ max = \"4s\" }",
        "{ p50 = \"8ms\", mean = \"9ms\", max = \"4s\" }",
        "{ p98 = \"8ms\", max = \"4s\" }",
    ] {
        assert_ne!(told(&of_vocabulary(), &file(wrong)), "", "{wrong}");
        assert!(
            fencepost_scenario::parse("test", "test.toml", &file(wrong), &vocabulary()).is_err(),
            "{wrong}"
        );
    }
}
