//! Whatever the text, there is an answer: short, soon and without a panic.

use crate::edited::edited;
use crate::vocabulary::vocabulary;
use fencepost_scenario::parse;
use proptest::prelude::*;

/// Long enough for twenty mistakes, and no megabyte.
const LONGEST_ANSWER: usize = 40_000;

fn answer(text: &str) -> String {
    match parse("test", "test.toml", text, &vocabulary()) {
        Ok(scenario) => {
            let plans = scenario.variants.iter().map(|variant| scenario.plan(&variant.name, 3));
            plans.map(|plan| plan.case.to_string()).collect()
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            let told = mistakes.render(false);
            assert!(told.len() < LONGEST_ANSWER, "{} bytes of answer", told.len());
            told
        }
    }
}

#[test]
fn deep_nesting_is_refused_without_using_the_stack_up() {
    for text in [
        format!("title = {}", "[".repeat(200_000)),
        format!("title = {}{}", "[".repeat(200_000), "]".repeat(200_000)),
        format!("title = {}", "{a=".repeat(200_000)),
        format!("{}a = 1", "a.".repeat(300_000)),
        format!("[{}a]", "a.".repeat(300_000)),
    ] {
        let told = answer(&text);
        assert!(told.contains("error[too-deep]: brackets or keys are nested too deeply"), "{told}");
        assert!(told.len() < 4_000, "{told}");
    }
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let told = answer(&"# nothing\n".repeat(200_000));
    assert!(told.starts_with("error[too-large]: 2000000 bytes are too much for a scenario\n"), "{told}");
    assert!(told.ends_with("help: a scenario has at most 1048576 bytes\n"), "{told}");
    let told = answer(&"x".repeat(100 << 20));
    assert!(told.starts_with("error[too-large]: 104857600 bytes are too much for a scenario\n"), "{told}");
}

#[test]
fn a_file_with_nothing_in_it_says_how_to_begin() {
    for text in ["", "\n \t\r\n", "\u{feff}"] {
        let told = answer(text);
        assert!(told.starts_with("error[empty-file]: the file is empty\n"), "{told}");
        assert!(told.contains("fencepost new NAME"), "{told}");
    }
}

#[test]
fn long_lines_and_garbage_are_told_in_a_few_lines() {
    let far = format!("title = \"t\"\nlocks = [{}\"redsi\"]\n", " ".repeat(900_000));
    assert!(answer(&far).contains("test.toml:2:900010"), "{}", answer(&far));
    for text in [
        "\u{0}\u{1}=\n".repeat(200_000),
        "é".repeat(500_000),
        format!("title = \"{}\"\nlocks = [\"{}\"]", "x".repeat(400_000), "y".repeat(400_000)),
        format!("{} = 1", "k".repeat(900_000)),
        "[[fault]]\n".repeat(100_000),
        "x = [\n".repeat(100_000),
        String::from_utf8_lossy(&[0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x3d]).repeat(10_000),
    ] {
        answer(&text);
    }
}

pub const WHOLE: &str = r#"title = "everything"
about = "a file with every key"
seeds = 3
length = "60s"
progress-bound = "9s"
locks = ["none"]
[disk]
sync = { min = "200us", mean = "1ms", max = "20ms" }
[clients]
count = 4
owners-per-client = 2
[network]
latency = { min = "1ms", mean = "8ms", max = "250ms" }
retransmit = "200ms"
give-up = "15m"
[clock]
drift = "200ppm"
skew = "50ms"
[workload]
use = "register"
takes = ["a", "b"]
transport = "datagram"
ask-status = "2.5%"
hold = { min = "50ms", max = "500ms" }
think = "20ms"
per-owner = 8
patience = "5s"
resource-timeout = "1s"
obeys-deadline = false
extend-every = "500ms"
[budget]
steps = 1000
bytes = 100000
[variant.plain]
lock = "redis"
settings = { ttl = "2s", fencing = true, drift-allowance = 5 }
defects = ["blind-delete"]
gate = "token"
[variant.cluster]
[[fault]]
every = { min = "5s", max = "15s" }
pause = { who = "holder", hold = { min = "1s", max = "4s" } }
[[fault]]
at = { min = "1s", max = "20s" }
partition = { who = "store", from = "client", direction = "to", hold = "3s" }
[[fault]]
on = { event = "acquired", owner = "c1.1", nth = 2, after = "10ms" }
kill = { who = "member", restart-after = { min = "1s", max = "2s" } }
[[fault]]
at = "30s"
delay = { who = "c2.1", by = { min = "1ms", max = "2s" }, direction = "from", hold = "1s" }
[[fault]]
skew = { who = "redis", by = { min = "-3s", max = "3s" } }
[[fault]]
at = "9s"
jump = { who = "node-2", by = "+30s" }
[[fault]]
at = "9s"
drift = { who = "c1", ppm = "-500ppm" }
[[fault]]
at = "9s"
suspend = { who = "c1", hold = "2s" }
[[fault]]
every = "20s"
restart = { who = "member" }
[[fault]]
message = { kind = "write", nth = 1, client = "c1", delay = "3s" }
[[fault]]
message = { kind = "acquire-reply", lose = true }
[[fault]]
message = { kind = "read", nth = 3, duplicate = true }
[[fault]]
at = "9s"
power-cut = { who = "store", restart-after = "2s" }
[[fault]]
at = "9s"
stall = { who = "store", slower = "50ms", hold = "2s" }
[[fault]]
at = "9s"
evict = { who = "redis" }
[[fault]]
every = "9s"
cancel = { who = "c2.1" }
[[fault]]
at = "9s"
loss = { who = "client", rate = "5%", direction = "to", hold = "2s" }
[[fault]]
at = "9s"
duplicate = { who = "resource", rate = "50000ppm", hold = "2s" }
[[fault]]
at = "9s"
reorder = { who = "holder", by = { min = "1ms", max = "90ms" }, hold = "2s" }
[[fault]]
at-point = { kind = "deliver", message = "write", who = "resource", nth = 2 }
pause = { who = "resource", hold = "1s" }
[expect]
always = ["exclusive-grant"]
sometimes = ["contention", "fired:pause"]
[expect.broken]
plain = ["exclusive-belief", "well-behaved"]
[expect.may-break]
cluster = ["progress"]
"#;

#[test]
fn the_whole_file_is_right() {
    assert_eq!(answer(WHOLE), "test/none@3test/plain@3test/cluster@3");
}

/// Words that mean something somewhere, and values that are wrong somewhere.
const SCRAPS: &[&str] = &[
    "\"2s\"",
    "\"-2s\"",
    "\"+9999999h\"",
    "0",
    "-1",
    "99999999999999999999",
    "1.5",
    "nan",
    "true",
    "[]",
    "{}",
    "[[]]",
    "{ min = \"2s\", max = \"1s\" }",
    "{ min = \"-1s\", mean = \"0s\", max = \"1s\" }",
    "\"holder\"",
    "\"c1.1\"",
    "\"é\u{301}\"",
    "2020-01-01",
    "\"\"",
    "\"\\u0000\"",
    "[\"none\", \"none\"]",
    "{ who = \"client\" }",
    "\"500ppm\"",
    "[fault]",
    "[[fault]]",
    "[variant]",
    "#",
    "=",
    "\"",
    "\n",
    "\r\n",
    "\u{feff}",
    "every = \"1ns\"",
    "within = \"claims\"",
    "\"50%\"",
    "\"-0.00001%\"",
    "\"99999999999999999999ppm\"",
    "{ kind = \"sync\", who = \"c1.1\" }",
    "transport = \"stream\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Lines of a right file, some gone, some with another value, some doubled, some with scraps put in.
    #[test]
    fn mutated_files(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, 0..SCRAPS.len()), 1..6)) {
        answer(&edited(WHOLE, SCRAPS, edits));
    }

    /// A right file cut off, or with a piece taken out, at any place.
    #[test]
    fn torn_files(from in 0..WHOLE.len(), length in 0..400usize) {
        let to = (from + length).min(WHOLE.len());
        answer(&format!("{}{}", &WHOLE[..from], &WHOLE[to..]));
        answer(&WHOLE[..from]);
    }

    /// Text that knows nothing of the format.
    #[test]
    fn any_text(text in any::<String>(), pieces in prop::collection::vec(prop::sample::select(SCRAPS), 0..12)) {
        answer(&text);
        answer(&pieces.join(" = "));
        answer(&pieces.join("\n"));
    }
}
