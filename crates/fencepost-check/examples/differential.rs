//! The long suite of the checkers against the oracle:
//! `cargo run --release -p fencepost-check --example differential -- 100000`.

#[path = "../tests/history/believed.rs"]
mod believed;
#[path = "../tests/history/chance.rs"]
mod chance;
#[path = "../tests/history/compare.rs"]
mod compare;
#[path = "../tests/history/elements.rs"]
mod elements;
#[path = "../tests/history/generate.rs"]
mod generate;
#[path = "../tests/history/oracle.rs"]
mod oracle;
#[path = "../tests/history/taken.rs"]
mod taken;

fn main() {
    let each: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    for family in generate::FAMILIES {
        let compare::Tally { legal, unclear, timid } = compare::compare(family, 0, each);
        println!(
            "{:<32} {each} histories, {legal} legal, {unclear} unclear ({timid} without need), no difference",
            family.name
        );
    }
}
