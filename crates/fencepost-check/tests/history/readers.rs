//! What readers make of files, good and bad.

use super::reading::events;
use fencepost_check::history::read::{Clocks, Reader};
use fencepost_check::history::{
    Certainty, Doubt, Examiner, Lease, Model, Opinion, Phase, Report, Rules, Story,
};
use fencepost_model::Span;

/// The report of a text.
pub fn judged(text: &str, rules: Rules) -> Report {
    let mut examiner = Examiner::new(rules);
    events(text.as_bytes(), None).unwrap().iter().for_each(|event| examiner.take(event));
    examiner.finish()
}

fn strict(model: &str) -> Rules {
    Rules { lease: Lease::Never, ..Rules::of(model.parse().unwrap()) }
}

const CLEAN: &str = "
{:process 0, :type :invoke, :f :acquire, :value nil, :index 0, :time 10}
{:process 0 :type :ok :f :acquire :value nil}
{:process 0 :type :invoke :f :release :value nil}{:process 0 :type :ok :f :release :value nil}
";

#[test]
fn every_way_to_write_a_history_gives_the_same_events() {
    let vector = format!("[{CLEAN}]");
    let list = format!("({CLEAN})");
    let commented = format!("; a comment, with }} and [\n#_ {{:left \"out\"}}\n{CLEAN}; {{");
    let several_lines =
        CLEAN.replace(", :value nil", "\n  ,, :error \"a } in a \\\" string\" ; {\n  :value nil");
    let tagged = CLEAN.replacen('{', "#jepsen.history.Op{", 1);
    let json = r#"[{"process": 0, "type": "invoke", "f": "acquire", "value": null, "index": 0, "time": 10},
        {"process": 0, "type": "ok", "f": "acquire", "value": null},
        {"process": 0, "type": "invoke", "f": "release", "value": null},
        {"process": 0, "type": "ok", "f": "release", "value": null}]"#;
    let bare_json = json.replace(['[', ']'], "").replace("},", "}");
    let log = "a line of something else\nINFO  jepsen.util - 0\t:invoke\t:acquire\tnil\n\
        INFO jepsen.util - 0 :ok :acquire nil\nINFO jepsen.util - :nemesis :info :start {:a \"}\n\
        0 :invoke :release nil\n0 :ok :release nil\n";
    let phases = |text: &str| -> Vec<_> {
        let events = events(text.as_bytes(), None).unwrap_or_else(|refusal| panic!("{text}\n{refusal:?}"));
        events.iter().map(|event| (event.stamp.n, event.phase, event.action)).collect()
    };
    let expected = phases(CLEAN);
    assert_eq!(expected.len(), 4);
    for text in [&vector, &list, &commented, &several_lines, &tagged, json, &bare_json, log] {
        assert_eq!(phases(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_call_is_left_out() {
    let text = format!(
        "{{:process :nemesis, :type :info, :f :start, :value {{:a [1 2]}}}}\n{{:process 7 :type :info :f :note}}{CLEAN}"
    );
    let mut reader = Reader::open(text.as_bytes(), None).unwrap();
    while reader.next_event().unwrap().is_some() {}
    assert_eq!(reader.skipped().not_calls, 2);
}

#[test]
fn tuples_split_a_history_by_key() {
    let text = r"
{:process 0 :type :invoke :f :write :value [x 1]} {:process 0 :type :ok :f :write :value [x 1]}
{:process 0 :type :invoke :f :read :value [y nil]} {:process 0 :type :ok :f :read :value [y nil]}
{:process 0 :type :invoke :f :cas :value [x [1 2]]} {:process 0 :type :ok :f :cas :value [x [1 2]]}";
    let report = judged(text, strict("cas-register"));
    assert_eq!(report.of("linearizable"), Some(&Opinion::Holds));
    let wrong = text.replace(":ok :f :read :value [y nil]", ":ok :f :read :value [y 1]");
    assert!(matches!(judged(&wrong, strict("cas-register")).worst(), Opinion::Violated(_)));
}

#[test]
fn the_owner_is_the_named_client_and_not_the_process() {
    // Process 5 is the thread of process 0 after its info; both are n1.
    let text = r#"
{:process 0 :type :invoke :f :acquire :value "u1"} {:process 0 :type :ok :f :acquire :value {:client "n1" :fence 1 :uid "u1"}}
{:process 0 :type :invoke :f :release :value "u2"} {:process 0 :type :info :f :release :value "u2"}
{:process 5 :type :invoke :f :release :value "u1"} {:process 5 :type :ok :f :release :value {:client "n1" :fence 0 :uid "u1"}}"#;
    let mut rules = strict("fenced");
    assert!(judged(text, rules).needs_search(), "n1 went on after an unknown outcome");
    rules.search = true;
    assert_eq!(judged(text, rules).worst(), &Opinion::Holds);
}

#[test]
fn a_double_grant_is_shown_by_the_lines_of_two_calls() {
    let text = r#"{"history": "fencepost", "version": 1}
{"t": 1, "who": "a", "lock": "orders", "op": "acquiring"}
{"t": 2, "who": "a", "lock": "orders", "op": "acquired", "token": 1}
{"t": 3, "who": "b", "lock": "orders", "op": "acquiring"}
{"t": 4, "who": "b", "lock": "orders", "op": "acquired", "token": 2}
{"t": 9, "who": "a", "lock": "orders", "op": "releasing"}
{"t": 9, "who": "a", "lock": "orders", "op": "released"}"#;
    let report = judged(text, Rules::of(Model::Fenced));
    let Some(Opinion::Violated(example)) = report.of("exclusive-grant") else { panic!("{report:?}") };
    let story = Story::Overlap { certainty: Certainty::Certain, lasted: Some(Span(5)) };
    assert_eq!(example.story, story);
    let lines: Vec<u64> = example.events.iter().map(|event| event.stamp.line).collect();
    assert_eq!(lines, [3, 5, 6]);
    assert_eq!(report.of("fencing"), Some(&Opinion::Holds));
}

#[test]
fn a_take_over_after_a_silent_owner_is_unclear_unless_the_lease_is_known() {
    let text = r#"{"t": 0, "who": "a", "op": "acquiring"}
{"t": 1, "who": "a", "op": "acquired"}
{"t": 100, "who": "b", "op": "acquiring"}
{"t": 101, "who": "b", "op": "acquired"}"#;
    let by = |lease| judged(text, Rules { lease, ..Rules::of(Model::OwnedMutex) });
    assert!(matches!(by(Lease::Unknown).worst(), Opinion::Unclear(Doubt::SilentOwner(_))));
    assert!(matches!(by(Lease::Of(Span(102))).worst(), Opinion::Violated(_)));
    assert_eq!(by(Lease::Of(Span(101))).worst(), &Opinion::Holds);
    assert!(matches!(by(Lease::Never).worst(), Opinion::Violated(_)));
}

#[test]
fn an_overlap_within_the_clock_error_is_only_possible() {
    let text = r#"{"t": 0, "who": "a", "op": "acquired"}
{"t": 100, "who": "b", "op": "acquired"}
{"t": 150, "who": "a", "op": "releasing"}
{"t": 300, "who": "b", "op": "releasing"}"#;
    let by = |nanos| judged(text, Rules { clock_error: Some(Span(nanos)), ..strict("owned-mutex") });
    assert!(matches!(by(49).worst(), Opinion::Violated(_)));
    assert!(matches!(by(50).worst(), Opinion::Unclear(Doubt::Possible(_))));
    let apart = text.replace("\"t\": 100", "\"t\": 160");
    let rules = |nanos| Rules { clock_error: Some(Span(nanos)), ..strict("owned-mutex") };
    let sorted = {
        let mut lines: Vec<&str> = apart.lines().collect();
        lines.swap(1, 2);
        lines.join("\n")
    };
    assert_eq!(judged(&sorted, rules(10)).worst(), &Opinion::Holds);
    assert!(matches!(judged(&sorted, rules(11)).worst(), Opinion::Unclear(Doubt::Possible(_))));
}

/// What was asked for in vain, or with no answer, does not show that the lease had not run out before.
#[test]
fn only_a_release_that_was_done_proves_that_the_lease_had_not_run_out() {
    let text = r#"{"who": "a", "op": "acquired"}
{"who": "b", "op": "acquired"}
{"who": "a", "op": "releasing"}
{"who": "a", "op": "released"}"#;
    let by = |end: &str, lease| {
        let text = text.replace(r#""released""#, end);
        let report = judged(&text, Rules { lease, ..Rules::of(Model::OwnedMutex) });
        report.of("exclusive-grant").cloned()
    };
    assert!(matches!(by(r#""released""#, Lease::Unknown), Some(Opinion::Violated(_))));
    for end in [r#""unknown""#, r#""refused""#] {
        assert!(matches!(by(end, Lease::Unknown), Some(Opinion::Unclear(Doubt::SilentOwner(_)))), "{end}");
        assert!(matches!(by(end, Lease::Never), Some(Opinion::Violated(_))), "{end}");
    }
}

/// The same lines, seen by the service, by owners and by the resource.
#[test]
fn each_of_the_three_views_is_judged_by_its_own_lines() {
    let text = r#"{"t": 1, "who": "a", "op": "granted", "tenure": 1}
{"t": 2, "who": "a", "op": "acquired", "tenure": 1}
{"t": 5, "who": "a", "op": "ended", "tenure": 1}
{"t": 6, "who": "b", "op": "granted", "tenure": 2}
{"t": 7, "who": "b", "op": "acquired", "tenure": 2}
{"t": 8, "who": "b", "op": "read", "tenure": 2}
{"t": 9, "who": "a", "op": "write", "tenure": 1}
{"t": 9, "who": "a", "op": "lost", "tenure": 1}"#;
    let trusted = Rules { order_is_trusted: true, ..Rules::of(Model::Fenced) };
    let is_broken =
        |text: &str, property| matches!(judged(text, trusted).of(property), Some(Opinion::Violated(_)));
    assert_eq!(judged(text, trusted).of("exclusive-grant"), Some(&Opinion::Holds));
    assert!(is_broken(text, "exclusive-belief"));
    assert!(is_broken(text, "exclusive-effect"));
    let twice = text.replace(r#""t": 6"#, r#""t": 4"#);
    let mut lines: Vec<&str> = twice.lines().collect();
    lines.swap(2, 3);
    assert!(is_broken(&lines.join("\n"), "exclusive-grant"));
    let late = text.replace(r#""write""#, r#""read""#);
    assert_eq!(judged(&late, trusted).of("exclusive-effect"), Some(&Opinion::Holds));
    let told_in_time = text.replace(r#""ended", "tenure": 1}"#, r#""lost", "tenure": 1}"#);
    assert!(!is_broken(&told_in_time, "exclusive-belief"));
}

/// A deadline that passed leaves no line, so an owner may have believed no more.
#[test]
fn a_belief_past_the_lease_is_unclear() {
    let text = r#"{"t": 0, "who": "a", "op": "acquiring"}
{"t": 1, "who": "a", "op": "acquired"}
{"t": 50, "who": "b", "op": "acquiring"}
{"t": 50, "who": "b", "op": "acquired"}
{"t": 60, "who": "a", "op": "releasing"}
{"t": 61, "who": "a", "op": "refused"}"#;
    let by = |text: &str, nanos| {
        let lease = Lease::Of(Span(nanos));
        let rules = Rules { lease, order_is_trusted: true, ..Rules::of(Model::OwnedMutex) };
        judged(text, rules).of("exclusive-belief").cloned()
    };
    assert!(matches!(by(text, 51), Some(Opinion::Violated(_))));
    assert!(matches!(by(text, 50), Some(Opinion::Unclear(Doubt::SilentOwner(_)))));
    let told = text.replace("releasing", "lost").replace(r#""refused""#, r#""read""#);
    assert!(matches!(by(&told, 50), Some(Opinion::Violated(_))));
}

#[test]
fn a_release_that_was_only_logged_afterwards_proves_no_overlap() {
    let text = r#"{"who": "a", "op": "acquired"}
{"who": "b", "op": "acquired"}
{"who": "a", "op": "released"}"#;
    let report = judged(text, Rules::of(Model::OwnedMutex));
    assert!(matches!(report.worst(), Opinion::Unclear(Doubt::Possible(_))), "{report:?}");
}

#[test]
fn a_stale_write_is_damage_done() {
    let text = r#"{"who": "b", "op": "read", "token": 2}
{"who": "a", "op": "write", "token": 1, "accepted": false}
{"who": "a", "op": "write", "token": 1}"#;
    let report = judged(text, Rules::of(Model::Fenced));
    assert!(matches!(report.of("exclusive-effect"), Some(Opinion::Violated(_))), "{report:?}");
}

#[test]
fn sets_lose_elements_and_show_them_late() {
    let text = "{:process 0 :type :invoke :f :add :value 1} {:process 0 :type :ok :f :add :value 1}
{:process 1 :type :invoke :f :read :value nil} {:process 1 :type :ok :f :read :value #{}}";
    let last = " {:process 1 :type :invoke :f :read :value nil} {:process 1 :type :ok :f :read :value #{1}}";
    let story = |text: &str| match judged(text, Rules::of(Model::SetFull)).worst() {
        Opinion::Violated(example) => Some(example.story),
        _ => None,
    };
    assert_eq!(story(text), Some(Story::Lost));
    assert_eq!(story(&format!("{text}{last}")), Some(Story::Stale));
    assert_eq!(story(&text.replace("#{}", "#{1}")), None);
    assert_eq!(story(&text.replace("#{}", "[1 1]")), Some(Story::Twice));
    let nothing = judged("{:process 0 :type :invoke :f :add :value 1}", Rules::of(Model::SetFull));
    assert_eq!(nothing.worst(), &Opinion::Unclear(Doubt::NothingKnown));
}

#[test]
fn models_are_guessed_only_where_that_is_safe() {
    let guess = |text: &str| Reader::open(text.as_bytes(), None).unwrap().guess().unwrap();
    assert_eq!(guess(CLEAN), None);
    assert_eq!(
        guess("{:process 0 :type :invoke :f :read} {:process 1 :type :invoke :f :cas :value [1 2]}"),
        Some(Model::CasRegister)
    );
    assert_eq!(guess("{:process 0 :type :invoke :f :add :value 3}"), Some(Model::SetFull));
    assert_eq!(guess(r#"{"who": "a", "op": "acquired"}"#), Some(Model::Fenced));
    assert_eq!(guess(r#"{"who": "a", "op": "acquired", "mode": "shared"}"#), Some(Model::Rw));
}

#[test]
fn a_refusal_names_the_line_and_what_to_do() {
    for (text, line, part) in [
        ("{\"who\": \"a\", \"op\": \"acquired\"}\n{\"who\": \"a\"", 2, "column"),
        ("{\"who\": \"a\", \"op\": \"grabbed\"}", 1, "grabbed"),
        ("{\"who\": \"a\", \"op\": \"refused\"}", 1, "never made"),
        ("{\"op\": \"acquired\"}", 1, "who"),
        ("{\"history\": \"fencepost\", \"version\": 2}", 1, "version"),
        ("{:process 0 :type :invoke :f :txn}", 1, "txn"),
        ("\n{:process 0 :type :ok :f :read}", 2, "no call in flight"),
        ("{:process 0 :type :invoke :f :read}\n{:process 0 :type :invoke :f :read}", 2, "in flight already"),
        ("[{:process 0 :type :invoke :f :read}", 1, "outer bracket"),
        ("{:process 0 :type", 1, "ends inside"),
        ("{:process 0 :type \"", 1, "never ends"),
        ("{:process 0 :type}", 1, "has no value"),
        ("{:process 0 :type :begun :f :read}", 1, "begun"),
        ("nothing\nof use", 1, "no event"),
        ("", 1, "nothing in it"),
    ] {
        let refusal = events(text.as_bytes(), None).expect_err(text);
        assert_eq!(refusal.line, line, "{text}: {refusal:?}");
        assert!(refusal.message.contains(part), "{text}: {refusal:?}");
        assert!(!refusal.help.is_empty());
    }
}

#[test]
fn times_are_asked_for_where_verdicts_hang_on_them() {
    let text = b"{\"t\": 50, \"who\": \"a\", \"op\": \"acquired\"}\n{\"t\": 30, \"who\": \"b\", \"op\": \"acquired\"}\n{\"who\": \"c\", \"op\": \"lost\"}";
    let read = |clocks| {
        let mut reader = Reader::open(&text[..], None).unwrap();
        reader.demand(clocks);
        loop {
            match reader.next_event() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(refusal) => return Some((refusal.line, refusal.message)),
            }
        }
    };
    assert_eq!(read(Clocks::default()), None);
    assert_eq!(read(Clocks { needed: true, disorder: Some(20) }), Some((3, "there is no time".to_owned())));
    assert_eq!(read(Clocks { needed: true, disorder: Some(19) }).map(|(line, _)| line), Some(2));
}

#[test]
fn a_process_that_dies_leaves_an_unknown_outcome() {
    let text = CLEAN.replace("{:process 0 :type :ok :f :release :value nil}", "");
    let report = judged(&text, strict("owned-mutex"));
    assert_eq!((report.unknown, report.ended), (1, 1));
    assert_eq!(events(text.as_bytes(), None).unwrap().last().map(|event| event.phase), Some(Phase::Invoke));
}
