//! The long suite of the readers against mutilated files of one format, in millions of files:
//! `timeout 600 cargo run --release -p fencepost-check --example mutilated -- edn`.

#[path = "../tests/history/chance.rs"]
mod chance;
#[path = "../tests/history/mutilate.rs"]
mod mutilate;

use fencepost_check::history::read::Format;

fn main() {
    let mut words = std::env::args().skip(1);
    let format = match words.next().as_deref() {
        Some("lines") => Format::Lines,
        Some("edn") => Format::Edn,
        Some("json") => Format::Json,
        Some("log") => Format::Log,
        other => panic!("lines, edn, json or log, and not {other:?}"),
    };
    let millions: u64 = words.next().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    for million in 0..millions {
        let files = million * 1_000_000..(million + 1) * 1_000_000;
        let refused = files.filter(|number| mutilate::survive(format, *number)).count();
        println!("million {}: no panic, {refused} refused", million + 1);
    }
}
