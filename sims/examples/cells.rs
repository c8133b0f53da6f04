//! The cells of `cargo xtask bench`: one engine and one number of clients each, on one workload.
//!
//! The workload is the yardstick's (`benches/support/heap_loop.rs`): clients contend for one key with a
//! lease of 1 s; denied, they wait 5 ms; granted, they hold for 2 ms; a message takes 0.5 to 2 ms.
//! `heap` is the plain loop, `bare` the world with nobody judging, `judged` with every property. `tiny` is
//! another workload, and has no yardstick: many short judged runs, each of them drawn, begun and ended. `plans`
//! has none either: plans of the systematic search, with all that the search does around them.
//!
//! Without an argument it prints the cells' names; with one it runs that cell and prints `messages N`, or
//! `plans N`.

#[path = "../benches/support/cell.rs"]
mod cell;
#[path = "../benches/support/heap_loop.rs"]
mod heap_loop;
#[path = "../benches/support/plans.rs"]
mod plans;
#[path = "../benches/support/tiny.rs"]
mod tiny;

use cell::Cell;
use plans::Plans;
use tiny::Tiny;

/// Virtual seconds for each number of clients: enough messages to drown what starting up costs.
const SIZES: [(usize, u64); 3] = [(5, 20), (100, 4), (10_000, 1)];
/// The cell of tiny runs, and how many of them it counts.
const TINY: (&str, usize) = ("tiny/2", 2_000);
/// The cell of plans, and of which first deviations the pairs are run: every fortieth.
const PLANS: (&str, usize) = ("plans/2", 40);

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        for engine in ["heap", "bare", "judged"] {
            SIZES.iter().for_each(|(clients, _)| println!("{engine}/{clients}"));
        }
        println!("{}\n{}", TINY.0, PLANS.0);
        return;
    };
    if name == PLANS.0 {
        println!("plans {}", Plans::new().run(PLANS.1));
        return;
    }
    if name == TINY.0 {
        let mut tiny = Tiny::new();
        println!("messages {}", (0..TINY.1).map(|_| tiny.run_next()).sum::<u64>());
        return;
    }
    let parts = name.split_once('/').and_then(|(engine, clients)| Some((engine, clients.parse().ok()?)));
    let size = parts.and_then(|(engine, clients)| {
        SIZES.iter().find(|(size, _)| *size == clients).map(|(_, seconds)| (engine, clients, *seconds))
    });
    let Some((engine, clients, seconds)) = size else {
        eprintln!("there is no cell `{name}`; without an argument all are listed");
        std::process::exit(254);
    };
    let messages = match engine {
        "heap" => heap_loop::run(clients, seconds * 1_000_000_000, 7).messages,
        engine => Cell::new(clients, seconds).run(engine == "judged"),
    };
    println!("messages {messages}");
}
