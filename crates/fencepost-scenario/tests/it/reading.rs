//! What a right file becomes.

use crate::{scenario, told};
use fencepost_model::{Gate, Span, word};
use fencepost_scenario::keys;

#[test]
fn a_title_and_a_lock_are_enough() {
    let scenario = scenario("title = \"the least\"\nlocks = [\"redis\", \"none\"]\n");
    let names: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names, ["redis", "none"], "in the order of the file");
    assert_eq!((scenario.seeds, scenario.title.as_str()), (100, "the least"));
    assert_eq!(scenario.expect.always.len(), word::PROPERTIES.len(), "nothing may break");
    let plan = scenario.plan("redis", 0);
    let machines: Vec<&str> = plan.machines.iter().map(|machine| machine.name.as_str()).collect();
    assert_eq!(machines, ["redis", "c1", "c2", "c3", "c4", "c5", "resource"], "servers come first");
    assert!(plan.machines.iter().all(|machine| machine.ppm == 0 && machine.wall_offset == 0));
    assert_eq!(plan.workload.name, "register", "the first of the vocabulary");
    assert_eq!(plan.length, Span::from_secs(60));
}

#[test]
fn variants_keep_the_order_of_the_file_and_default_to_the_lock_of_their_name() {
    let scenario = scenario(
        r#"
        title = "t"
        [variant.zebra]
        lock = "redis"
        settings = { ttl = "2s", fencing = true, drift-allowance = "300ppm", persistence = "aof-always" }
        defects = ["blind-delete"]
        gate = "token-seq"
        [variant.cluster]
        settings = { nodes = 5 }
        [variant.ant]
        lock = "none"
        "#,
    );
    let names: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names, ["zebra", "cluster", "ant"]);
    let zebra = &scenario.variants[0];
    assert_eq!(zebra.settings.span("ttl"), Span::from_secs(2));
    assert_eq!(zebra.settings.number("drift-allowance"), 300);
    assert_eq!(zebra.settings.word("persistence"), "aof-always");
    assert_eq!(zebra.settings.span("reserve"), Span::ZERO, "the rest are defaults");
    assert_eq!((zebra.gate, zebra.defects.as_slice()), (Gate::TokenSeq, &["blind-delete".to_owned()][..]));
    assert!(zebra.offers(word::FENCING));
    assert!(!scenario.variants[2].offers(word::FENCING));
}

#[test]
fn expectations_are_found_by_variant_with_their_lines() {
    let scenario = scenario(
        "title = \"t\"\nlocks = [\"redis\", \"none\"]\n\n[expect]\nalways = [\n  \"exclusive-grant\",\n  \"progress\",\n]\n\
         [expect.broken]\nnone = [\"exclusive-belief\"]\n[expect.may-break]\nredis = [\"progress\"]\n",
    );
    let expect = &scenario.expect;
    assert!(expect.must_break("none", "exclusive-belief"));
    assert!(expect.may("none", "exclusive-belief"));
    assert!(!expect.may("redis", "exclusive-belief"));
    assert!(expect.may("redis", "progress") && !expect.must_break("redis", "progress"));
    assert!(expect.must_hold("none", "progress") && !expect.must_hold("redis", "progress"));
    assert_eq!(expect.line_of("none", "exclusive-belief"), 10);
    assert_eq!(expect.line_of("redis", "progress"), 12, "its own entry");
    assert_eq!(expect.line_of("none", "progress"), 7, "that of always");
    assert_eq!(expect.line_of("none", "fencing"), 4, "the table");
}

#[test]
fn a_role_that_a_variant_lacks_is_no_mistake_but_an_unknown_word_is() {
    let fault = "[[fault]]\nat = \"5s\"\nkill = { who = \"store\" }\n";
    scenario(&format!("title = \"t\"\nlocks = [\"none\"]\n{fault}"));
    let told = told(&format!("title = \"t\"\nlocks = [\"none\"]\n{}", fault.replace("store", "redis")));
    assert!(told.contains("unknown target `redis`"), "no variant has this machine: {told}");
}

#[test]
fn a_machine_of_a_broken_variant_is_not_called_unknown() {
    let told = told(
        "title = \"t\"\n[variant.v]\nlock = 1\n[[fault]]\nat = \"5s\"\nkill = { who = \"redis\" }\n\
         [expect.broken]\nv = [\"progress\"]\n",
    );
    assert_eq!(told.matches("error[").count(), 1, "{told}");
}

#[test]
fn a_broken_setting_makes_no_second_mistake_of_the_gate() {
    let told = told(
        "title = \"t\"\n[variant.v]\nlock = \"redis\"\nsettings = { fencing = \"yes\" }\ngate = \"token\"\n\
         [expect.may-break]\nv = [\"fencing\"]\n",
    );
    assert_eq!(told.matches("error[").count(), 1, "{told}");
}

/// The page that explains the files may not fall behind the keys.
#[test]
fn the_page_about_scenarios_names_every_key() {
    let page = include_str!("../../../../scenarios/README.md");
    for table in keys::TABLES {
        let rows: Vec<String> = table.keys.iter().map(row).collect();
        let whole = format!("| key | takes | default | meaning |\n|---|---|---|---|\n{}", rows.concat());
        assert!(page.contains(&whole), "scenarios/README.md lacks this of {}:\n{whole}", table.name);
    }
}

fn row(key: &keys::Key) -> String {
    let default = match key.default {
        "required" | "absent" | "defaults" => key.default.to_owned(),
        other if other.contains(' ') && !other.contains('{') => other.to_owned(),
        other => format!("`{}`", other),
    };
    format!("| `{}` | {} | {default} | {} |\n", key.name, key.takes, key.about)
}

/// Nor may the page that explains advice files.
#[test]
fn the_page_about_advice_names_every_key() {
    let page = include_str!("../../../../scenarios/advice.md");
    for table in keys::ADVICE_TABLES {
        let rows: Vec<String> = table.keys.iter().map(row).collect();
        let head = "| key | takes | default | meaning |\n|---|---|---|---|\n";
        let whole = format!("{}\n\n{head}{}", table.about, rows.concat());
        assert!(page.contains(&whole), "scenarios/advice.md lacks this of {}:\n{whole}", table.name);
    }
}
