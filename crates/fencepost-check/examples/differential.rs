//! The long suite of the checkers against the oracle:
//! `cargo run --release -p fencepost-check --example differential -- 100000`.

#[path = "../tests/history/compare.rs"]
mod compare;
#[path = "../tests/history/generate.rs"]
mod generate;
#[path = "../tests/history/oracle.rs"]
mod oracle;

fn main() {
    let each: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    for family in generate::FAMILIES {
        let legal = compare::compare(family, 0, each);
        println!("{:<28} {each} histories, {legal} legal, no difference", family.name);
    }
}
