//! The long suite of the readers against mutilated files, in millions of files:
//! `cargo run --release -p fencepost-check --example mutilated -- 100`.

#[path = "../tests/history/generate.rs"]
#[expect(dead_code, reason = "only its chance is used here")]
mod generate;
#[path = "../tests/history/mutilate.rs"]
mod mutilate;
#[path = "../tests/history/reading.rs"]
mod reading;

fn main() {
    let millions: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100);
    for million in 0..millions {
        let refused = mutilate::survive(million * 1_000_000..(million + 1) * 1_000_000);
        println!("million {}: no panic, {refused} refused", million + 1);
    }
}
