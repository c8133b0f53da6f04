//! Pages of runs that never were.

use super::reading::Measured;
use super::{Reading, Sheets, decision, page, summary};
use fencepost_check::measure::{Bereft, Death, GrantTaken, Measures, Recovery, TimeShares, Window};
use fencepost_explore::Seeds;
use fencepost_explore::store::{
    Asked, Counted, Head, RowHead, STORE_FORMAT, ScenarioHead, StoredExpect, StoredFault, StoredProperty,
    StoredRun, StoredViolation, is_safety,
};
use fencepost_model::{
    Assumption, Commit, Exceeded, Instant, Quantity, SettingValue, Settings, Span, Standing, word,
};

const SCENARIOS: [&str; 4] = ["calm", "<script>alert(1)</script>", "dies", "one-pause"];
const VARIANTS: [&str; 3] = ["plain", "\"><b onload='x'>gated", "none|`less`"];

fn head() -> Head {
    let scenario = |id: &&str| ScenarioHead {
        id: (*id).to_owned(),
        title: format!("title of {id}"),
        about: format!("about {id} & more"),
        path: format!("scenarios/{id}.toml"),
        called: (*id).to_owned(),
        digest: 7,
        seeds: 8,
        within_claims: false,
    };
    let row = |(scenario, place): (&&str, usize)| {
        let mut settings = Settings::default();
        settings.set("ttl", SettingValue::Span(Span::from_secs(2)));
        settings.set("number", SettingValue::Number(place as u64));
        RowHead {
            scenario: (*scenario).to_owned(),
            variant: VARIANTS[place].to_owned(),
            lock: format!("lock-{place}"),
            settings,
            defects: Vec::new(),
            gate: if place == 1 { "token" } else { "none" }.to_owned(),
            commit: Commit::AtOnce,
            provider: None,
            seeds: Seeds::first(8),
            properties: word::PROPERTIES.iter().map(|(name, _)| (*name).to_owned()).collect(),
            expect: StoredExpect {
                broken: Vec::new(),
                may_break: match (*scenario, place) {
                    ("calm", _) => Vec::new(),
                    (_, 1) => vec![word::EXCLUSIVE_BELIEF.to_owned()],
                    _ => vec![word::EXCLUSIVE_BELIEF.to_owned(), word::EXCLUSIVE_EFFECT.to_owned()],
                },
                ..StoredExpect::default()
            },
        }
    };
    let places =
        SCENARIOS.iter().flat_map(|scenario| (0..VARIANTS.len()).map(move |place| (scenario, place)));
    Head {
        format: STORE_FORMAT,
        version: "0.0.0".to_owned(),
        ground: "bare".to_owned(),
        started: "2026-11-20T09:12:44Z".to_owned(),
        asked: Asked { what: vec!["mine".to_owned()], ..Asked::default() },
        partition: None,
        scenarios: SCENARIOS.iter().map(scenario).collect(),
        rows: places.map(row).collect(),
        finished: None,
    }
}

fn violation(property: &str) -> StoredViolation {
    let exceeded = Exceeded {
        assumption: Assumption::BoundedPause,
        measured: Quantity::Span(Span::from_secs(1)),
        limit: Quantity::Span(Span::ZERO),
        by: "c1".to_owned(),
    };
    StoredViolation {
        property: property.to_owned(),
        standing: Standing::Outside(vec![exceeded]),
        at: Instant(1),
        event: 1,
        lasted: None,
        sentence: "owner <i>c1</i> & another".to_owned(),
        excuse: "outside the claims: bounded pause".to_owned(),
    }
}

/// A run of a scenario and variant: deaths and pauses where the scenario has them, breaks where the lock is weak.
fn run(scenario: &str, place: usize, seed: u64) -> StoredRun {
    let (cost, calm) = (place as u64 + 1, scenario == "calm");
    let fault = match scenario {
        "calm" => None,
        "dies" => Some("kill"),
        _ => Some("pause"),
    };
    let grant = |n: u64| GrantTaken {
        at_us: 100_000 * n,
        took_us: 1_000 * cost * (n + seed + 1),
        owner: (n % 3) as u32,
        under_fault: !calm && n.is_multiple_of(2),
    };
    let window = |word: &str| Window {
        fault: 0,
        word: word.to_owned(),
        target: "redis".to_owned(),
        from_us: 2_000_000,
        until_us: 3_000_000 + 400_000 * seed,
    };
    let died =
        Recovery { at_us: 2_000_000, death: Death::Kill, of: Bereft::Server, took_us: Some(900_000 / cost) };
    let broken: Vec<StoredViolation> = match (fault, place, seed % 2) {
        (Some("pause"), 1, 1) => vec![violation(word::EXCLUSIVE_BELIEF)],
        (Some("pause"), _, 1) => [word::EXCLUSIVE_BELIEF, word::EXCLUSIVE_EFFECT].map(violation).to_vec(),
        _ => Vec::new(),
    };
    let measures = Measures {
        until_us: 12_000_000,
        owners: 3,
        grants: (0..100).map(grant).collect(),
        recoveries: if fault == Some("kill") { vec![died] } else { Vec::new() },
        time: TimeShares { held_us: 6, free_us: 3, blocked_us: 3 },
        belief_overlaps_us: if broken.is_empty() { Vec::new() } else { vec![400_000] },
        messages: 800 * cost,
        syncs: 200,
        windows: fault.map(window).into_iter().collect(),
        ..Measures::default()
    };
    StoredRun {
        scenario: scenario.to_owned(),
        variant: VARIANTS[place].to_owned(),
        seed,
        messages: 800 * cost,
        broken,
        faults: fault
            .map(|word| StoredFault { word: word.to_owned(), fired: 1, ..StoredFault::default() })
            .into_iter()
            .collect(),
        measures: Some(measures),
        ..StoredRun::default()
    }
}

fn reading() -> Reading {
    let head = head();
    let mut counted = Counted::new(&head);
    let mut measured = vec![Vec::new(); head.rows.len()];
    for scenario in SCENARIOS {
        for place in 0..VARIANTS.len() {
            for seed in 0..8 {
                let run = run(scenario, place, seed);
                let row = counted.add(&run).expect("the row is there");
                measured[row].extend(Measured::of(&run));
            }
        }
    }
    let rows = counted.finish(false);
    Reading { head, rows, missing: Vec::new(), torn: false, measured, cases: Vec::new() }
}

fn whole_page() -> String {
    page(&reading(), &Sheets::default(), Some(&reading()))
}

/// Every name here is markup. A browser that met it as such would run it.
#[test]
fn names_with_markup_are_text() {
    let page = whole_page();
    assert!(
        !page.contains("<script") && !page.contains("<b onload") && !page.contains("<i>c1"),
        "it is markup"
    );
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("owner &lt;i&gt;c1&lt;/i&gt; &amp; another"));
    let short = summary(&reading(), &Sheets::default(), None);
    assert!(!short.contains("<script") && !short.contains("| none|"), "{short}");
}

#[test]
fn the_same_run_gives_the_same_page() {
    assert!(whole_page() == whole_page());
}

/// Nothing is asked for over the network, and no script is needed.
#[test]
fn the_page_stands_by_itself() {
    let page = whole_page();
    for outside in ["http://", "https://", "src=", "@import", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The only addresses are places of the page itself.
    assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
}

#[test]
fn every_section_is_there_and_every_link_leads_somewhere() {
    let page = whole_page();
    for anchor in [
        "unexpected",
        "matrix",
        "unclear",
        "exercised",
        "comparison",
        "latency",
        "deaths",
        "overlaps",
        "edge",
        "breaks",
        "against",
        "repeat",
        "glossary",
    ] {
        assert!(page.contains(&format!("<section id=\"{anchor}\">")), "{anchor}");
    }
    let links = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links {
        assert!(page.contains(&format!("id=\"{link}\"")), "{link} leads nowhere");
    }
}

/// Plain damaged something, and gated did not: that decides, and not a name.
#[test]
fn the_answer_is_computed() {
    let reading = reading();
    let sheets = Sheets::default();
    let told = super::Told::of(&reading, &sheets, None);
    use super::answer::Need;
    let name = |need| told.answers.pick(need).map(|record| record.name);
    assert_eq!(name(Need::Efficiency), Some(VARIANTS[0]), "the fewest messages");
    assert_eq!(name(Need::Correctness), Some(VARIANTS[1]), "no damage");
    let record = told.answers.pick(Need::Correctness).expect("there is one");
    assert_eq!((record.runs, record.damaged, record.believed_twice), (32, 0, 8));
    let cost = record.cost.expect("there is a calm scenario");
    assert_eq!((cost.messages, cost.syncs, cost.grants), (16.0, 2.0, 800));
    assert_eq!(record.server.quantile(50), Some(450_000));
}

/// A seed counts only where the fault came for everybody.
#[test]
fn runs_are_paired() {
    let mut reading = reading();
    let row = reading.rows.iter().position(|row| row.head.scenario == "dies").expect("it is there");
    reading.measured[row][3].fired = false;
    let contest = super::Contest::of(&reading);
    assert_eq!(contest.pairs("dies"), (7, 8));
    let other = &contest.contestants[2];
    assert!(contest.runs(other, "dies").all(|run| run.seed != 3), "nor for the others");
}

#[test]
fn a_run_that_was_cut_off_says_so() {
    let mut reading = reading();
    reading.torn = true;
    let page = page(&reading, &Sheets::default(), None);
    assert!(page.contains("This run is not whole") && page.contains("It was never finished"));
}

#[test]
fn a_decision_record_names_what_it_rests_on() {
    let text = decision(&reading(), &Sheets::default());
    assert!(text.starts_with("# Which distributed lock"), "{text}");
    assert!(text.contains("the resource checks (gate `token`)"), "{text}");
}

#[test]
fn nothing_changed_against_itself() {
    assert!(whole_page().contains("No verdict changed."));
}

/// The page and the summary say what `run --against` says, in its words.
#[test]
fn what_got_worse_is_told() {
    let (now, mut baseline) = (reading(), reading());
    let breaks = |property: &&mut StoredProperty| property.broken > 0 && is_safety(&property.property);
    let mut properties = baseline.rows.iter_mut().flat_map(|row| &mut row.properties);
    let held = properties.find(breaks).expect("something breaks");
    (held.broken, held.first) = (0, None);
    held.standings.clear();
    assert!(page(&now, &Sheets::default(), Some(&baseline)).contains("worse: held before, broke now"));
    let told = summary(&now, &Sheets::default(), Some(&baseline));
    assert!(told.contains("Against the baseline: 1 change, 1 for the worse."), "{told}");
    let better = page(&baseline, &Sheets::default(), Some(&now));
    assert!(better.contains("held now") && !better.contains("worse: "));
}

/// What the searches can find stands on the page where it was tried, and says what was missed and why.
#[test]
fn teeth_are_told_where_there_are_any() {
    assert!(!whole_page().contains("id=\"teeth\""));
    let text = r#"{"event":"teeth","version":"1","most-millis":60000,"most-runs":500,"twin-runs":20,"starts":3,"jobs":2}
{"event":"tooth","lock":"<b>","defect":"a","place":"one/planted","caught":true,"strategies":[{"strategy":"random","starts":3,"caught":2,"property":"fair","median-runs":7,"median-millis":20,"most-runs":9,"failed":null,"false-alarms":[["twin","fair",4]]}]}
{"event":"tooth","lock":"x","defect":"b","place":null,"caught":false,"strategies":[]}"#;
    let teeth = crate::teeth::Teeth::read(text).expect("it is right");
    let page = page(&reading(), &Sheets::default().with_teeth(teeth), None);
    for told in [
        "<strong>1 of 2 were caught</strong> by one strategy at least, with 1 false alarm on twins",
        "&lt;b&gt;",
        "fair</span> (2 of 3 starts)",
        "false alarm</strong>: fair in twin, run 4",
        "x b (no scenario plants it by itself)",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("<b>"));
}
