//! `fencepost new advice`: a commented advice file to start from.

use super::{place, write};
use fencepost_explore::Refused;
use std::path::{Path, PathBuf};

/// The word that asks for it.
pub(super) const WORD: &str = "advice";
/// Where it goes.
const FILE: &str = "lock.toml";
/// What it holds.
const TEMPLATE: &str = include_str!("advice.toml");

/// Writes the file; gives back what is to be told.
pub(super) fn new(out: Option<&Path>) -> Result<String, Refused> {
    let path = place(out, PathBuf::from(FILE));
    write(&path, TEMPLATE)?;
    Ok(format!("Wrote  {0}\nNext   fencepost advise {0}\n", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_scenario::{Advice, parse_advice};

    fn advice(text: &str) -> Advice {
        let no_logs = |name: &str| -> Result<Vec<u8>, String> { Err(format!("no log is called {name}")) };
        let vocabulary = crate::catalogue().vocabulary();
        parse_advice(FILE, text, &vocabulary, &no_logs).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }

    #[test]
    fn the_file_to_start_from_is_right_and_says_everything() {
        let advice = advice(TEMPLATE);
        assert_eq!(advice.variant.preset.as_ref().map(|chosen| chosen.preset.name), Some("redisson-rlock"));
        let environment = &advice.environment;
        assert!(environment.pause.is_some() && environment.unreachable.is_some());
        assert!(environment.round_trip.is_some() && environment.clock.is_some());
        assert!(environment.failover.is_some() && environment.holds.is_some());
        assert!(advice.room.is_some() && !advice.floor.is_empty());
    }

    #[test]
    fn the_example_of_the_page_is_right() {
        let page = include_str!("../../../../../scenarios/advice.md");
        let (_, rest) = page.split_once("```toml\n").expect("an example");
        let (example, _) = rest.split_once("```").expect("its end");
        assert_eq!(advice(example).floor.len(), 2);
    }
}
