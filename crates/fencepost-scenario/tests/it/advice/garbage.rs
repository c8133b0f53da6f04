//! Whatever the text, there is an answer: short, soon and without a panic.

use super::{WHOLE, read};
use crate::edited::edited;
use proptest::prelude::*;

fn answer(text: &str) {
    if let Err(mistakes) = read(text) {
        assert!(!mistakes.is_empty());
        let told = mistakes.render(false);
        assert!(told.len() < 40_000, "{} bytes of answer", told.len());
    }
}

/// Values that are wrong somewhere, and words that mean something somewhere.
const SCRAPS: &[&str] = &[
    "\"2s\"",
    "\"-2s\"",
    "\"30d\"",
    "\"9999999h\"",
    "0",
    "-1",
    "99999999999999999999",
    "1.5",
    "true",
    "[]",
    "{}",
    "{ max = \"2s\" }",
    "{ p50 = \"3s\", max = \"2s\" }",
    "{ from = \"gc.log\" }",
    "{ from = [\"gc.log.0\", \"gc.log\", 3] }",
    "{ from = \"none.log\", over = \"1s\" }",
    "{ p99.9 = \"3s\" }",
    "\"hold\"",
    "{ preset = \"library\", expireAfter = \"5s\" }",
    "{ preset = \"libary\", expireAfter = 5 }",
    "\"hodl\"",
    "\"500ppm\"",
    "\"é\u{301}\"",
    "\"\"",
    "2020-01-01",
    "[floor]",
    "[environment]",
    "[environment.pause]",
    "#",
    "=",
    "\"",
    "\r\n",
    "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Lines of a right file, some gone, some with another value, some doubled, some with scraps put in.
    #[test]
    fn mutated_files(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, 0..SCRAPS.len()), 1..6)) {
        answer(&edited(WHOLE, SCRAPS, edits));
    }

    /// A right file cut off, or with a piece taken out or exchanged, at any place.
    #[test]
    fn torn_files(from in 0..WHOLE.len(), length in 0..200usize, scrap in prop::sample::select(SCRAPS)) {
        let to = (from + length).min(WHOLE.len());
        answer(&format!("{}{}", &WHOLE[..from], &WHOLE[to..]));
        answer(&format!("{}{scrap}{}", &WHOLE[..from], &WHOLE[to..]));
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
