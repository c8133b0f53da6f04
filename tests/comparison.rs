//! The comparison: every file has the same locks, and the report that is checked in has all of them.

use crate::support::shipped;
use fencepost::report::page::sections;
use fencepost_scenario::Scenario;

fn compared() -> Vec<Scenario> {
    shipped().into_iter().filter(|scenario| scenario.path.contains("/comparison/")).collect()
}

/// Who is a little different in one scenario is compared with somebody else.
#[test]
fn every_scenario_of_the_comparison_has_the_same_variants() {
    let scenarios = compared();
    let of = |scenario: &Scenario| -> Vec<String> {
        let told = scenario.variants.iter().map(|variant| {
            let (lock, gate) = (variant.descriptor.name, variant.gate.word());
            format!("{} {lock} {gate} {:?} {:?}", variant.name, variant.defects, variant.settings)
        });
        told.collect()
    };
    let first = of(scenarios.first().expect("there is a comparison"));
    for scenario in &scenarios {
        assert_eq!(of(scenario), first, "{} differs from {}", scenario.path, scenarios[0].path);
    }
}

/// The gallery is an example, and its numbers may be old. A section, a scenario or a lock that it lacks is another
/// report than the one that people get.
#[test]
fn the_gallery_has_the_shape_of_a_report_of_today() {
    let stale = "is not in reports/gallery: run `cargo xtask gallery`";
    let read = |file: &str| {
        let path = format!("{}/../reports/gallery/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path} {stale} ({error})"))
    };
    let page = read("index.html");
    for (anchor, title) in sections().filter(|(anchor, _)| *anchor != "against") {
        let heading = format!("<section id=\"{anchor}\"><h2>{title}</h2>");
        assert!(page.contains(&heading), "the section `{title}` {stale}");
    }
    for scenario in compared() {
        assert!(page.contains(&format!("id=\"s-{}\"", scenario.id)), "{} {stale}", scenario.id);
        for variant in &scenario.variants {
            let row = format!("id=\"{}.{}\"", scenario.id, variant.name);
            assert!(page.contains(&row), "{} of {} {stale}", variant.name, scenario.id);
        }
    }
    for file in ["summary.md", "decision.md"] {
        assert!(!read(file).is_empty(), "{file} {stale}");
    }
}
