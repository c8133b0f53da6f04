//! The checkers agree with the oracle, and mutants of the checkers do not: each has to be caught.

use super::compare::{Tally, compare, is_wrong, says, truth};
use super::generate::{FAMILIES, history};
use fencepost_check::history::judge::flaw::{Flaw, Mutant, Wrong};

/// How many histories it takes until a mutant is caught, trying at most `limit` of each family.
fn caught<F: Wrong>(limit: u64) -> Option<(&'static str, u64)> {
    (0..limit).find_map(|number| {
        FAMILIES.iter().find_map(|family| {
            let events = history(family, number);
            is_wrong(family, says::<F>(family, &events), truth(family, &events))
                .then_some((family.name, number))
        })
    })
}

#[test]
fn checkers_agree_with_a_complete_search() {
    for family in FAMILIES {
        let Tally { legal, .. } = compare(family, 0, 1_500);
        assert!((300..1_470).contains(&legal), "{}: {legal} of 1500 are legal: too one-sided", family.name);
    }
}

/// A mutant that nobody catches would mean that the test above is blind there.
#[test]
fn every_mutant_is_caught() {
    let mut escaped = Vec::new();
    macro_rules! hunt {
        ($($n:literal)*) => {$(
            if caught::<Mutant<$n>>(20_000).is_none() {
                escaped.push(Flaw::ALL[$n]);
            }
        )*};
    }
    hunt!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24);
    assert_eq!(Flaw::ALL.len(), 25, "hunt the new one, too");
    assert_eq!(escaped, []);
}
