//! The guard of the teeth: a defect that was found in so many runs is found in about as many, or something got
//! worse. Runs are counted and not time, so the guard says the same on every machine.

use fencepost::search::Field;
use fencepost::teeth::{Budget, Way, hunt, planted};
use fencepost::{Shelf, Stop};
use fencepost_sim::Ground;
use std::fmt::Write;
use std::path::Path;

/// Lock, defect, strategy and runs in each line.
const KNOWN: &str = include_str!("teeth.txt");
/// The strategies that are guarded: the systematic one takes too long for every commit.
const GUARDED: [Way; 2] = [Way::AsWritten, Way::Random];
/// The most runs of a defect that is not known yet.
const MOST: u64 = 2_000;

/// A defect may take twice as many runs as are checked in, and sixteen more. Where more are needed, or fewer than
/// half, the test prints the whole table anew: put it into `tests/teeth.txt`, and say in the commit why.
#[test]
fn every_defect_is_found_as_soon_as_before() {
    let catalogue = fencepost::catalogue();
    let shelf = Shelf::open(&catalogue, Path::new("only what is built in")).expect("it can be read");
    let planted = planted(&catalogue, &shelf).unwrap_or_else(|refused| panic!("{refused}"));
    let (mut table, mut worse) = (String::new(), Vec::new());
    for tooth in planted {
        let name = format!("{} {}", tooth.lock, tooth.defect);
        let Some((scenario, variant)) = &tooth.place else {
            worse.push(format!("{name}: no scenario plants it by itself"));
            continue;
        };
        let field = Field::new(&catalogue, scenario, variant, Ground::best());
        let field = field.unwrap_or_else(|refused| panic!("{refused}"));
        for way in GUARDED {
            let line = format!("{name} {}", way.word());
            let known = KNOWN.lines().find_map(|known| known.strip_prefix(&line)?.trim().parse::<u64>().ok());
            let runs = known.map_or(MOST, |known| 2 * known + 16);
            let bite = hunt(&field, way, 0, Budget { runs, jobs: None }, &Stop::new(), &mut |_| {});
            match bite.caught {
                Some((_, run)) => drop(writeln!(table, "{line} {run}")),
                None => worse.push(format!("{line}: not in {} runs", bite.runs)),
            }
            if known.is_none() {
                worse.push(format!("{line}: not checked in"));
            }
        }
    }
    assert!(worse.is_empty(), "{worse:#?}\n{table}");
}
