//! Guests of a catalogue: locks that no scenario file names, as variants of every scenario.

use crate::{COMPARISON, Catalogue, Refused, Selection, Shelf, selection};
use fencepost_scenario::{Guest, Scenario, Vocabulary};
use std::path::Path;

/// What stands between a guest's name and that of the variant whose place it takes.
const AS: &str = "-as-";

/// Adds the guests of the catalogue to a scenario: each under its own name, and as every variant of the file
/// that has no defect. In a folder of comparisons a guest may break what the others may. What a guest cannot do (a gate that needs tokens it has not) is not there to be named.
pub(crate) fn join(catalogue: &Catalogue, mut scenario: Scenario, vocabulary: &Vocabulary) -> Scenario {
    let is_comparison = is_comparison(&scenario.path);
    let sound = scenario.own_variants().iter().filter(|variant| !variant.is_planted());
    let others: Vec<String> = sound.map(|variant| variant.name.clone()).collect();
    for lock in catalogue.guests() {
        let guest = Guest { lock: lock.to_owned(), ..Guest::default() };
        let alone = Guest { name: lock.to_owned(), lenient: is_comparison, ..guest.clone() };
        let like = |other: &String| Guest {
            name: format!("{lock}{AS}{other}"),
            like: Some(other.clone()),
            ..guest.clone()
        };
        for guest in std::iter::once(alone).chain(others.iter().map(like)) {
            scenario = scenario.clone().with_guest(&guest, vocabulary).unwrap_or(scenario);
        }
    }
    scenario
}

/// Whether a file lies in the folder in which all locks are compared.
pub(crate) fn is_comparison(path: &str) -> bool {
    let folder = Path::new(path).parent().and_then(Path::file_name);
    folder.is_some_and(|folder| folder == COMPARISON)
}

impl Catalogue {
    /// The scenario that is found on the shelf, or in a file, under one name.
    ///
    /// Fails where there is none, and where it has mistakes.
    pub fn scenario(&self, shelf: &Shelf, name: &str) -> Result<Scenario, Refused> {
        let source = selection::source_of(shelf, name).ok_or_else(|| {
            let ids = shelf.sources().iter().map(|source| source.id.as_str());
            Refused::no_such("scenario", name, ids, "`fencepost list` shows what there is")
        })?;
        selection::read(self, &source, &self.vocabulary())
    }
}

impl Selection {
    /// One variant of one scenario. None where the scenario has no such variant.
    pub fn of(scenario: Scenario, variant: &str) -> Option<Selection> {
        let place = scenario.variants.iter().position(|other| other.name == variant)?;
        let called = scenario.id.clone();
        let chosen = selection::Chosen { scenario, variants: vec![place], called };
        Some(Selection { scenarios: vec![chosen], lost: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, Stub};
    use crate::{Request, plan_of};

    const COMPARED: &str = "title = 'Compared'\nlocks = ['stub']\n[expect.may-break]\nstub = ['fair']\n";

    fn catalogue() -> Catalogue {
        testing::catalogue().with_scenario("comparison/compared.toml", COMPARED).ships().with("mine", Stub)
    }

    fn rows(what: &str, lock: Option<&str>) -> Result<Vec<String>, Refused> {
        let catalogue = catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let request =
            Request { what: vec![what.to_owned()], lock: lock.map(str::to_owned), ..Request::default() };
        let selection = Selection::make(&catalogue, &shelf, &request)?;
        let rows = selection.scenarios.iter().flat_map(|chosen| {
            chosen.variants().map(|variant| format!("{}/{}", chosen.scenario.id, variant.name))
        });
        Ok(rows.collect())
    }

    #[test]
    fn a_guest_is_a_row_of_the_comparison_without_being_asked_for() {
        assert_eq!(rows("comparison", None).unwrap(), ["compared/stub", "compared/mine"]);
        assert_eq!(rows("comparison", Some("mine")).unwrap(), ["compared/mine"]);
    }

    #[test]
    fn elsewhere_it_is_run_where_it_is_named() {
        assert_eq!(rows("steady", None).unwrap(), ["steady/left", "steady/right"]);
        assert_eq!(rows("steady", Some("mine")).unwrap(), ["steady/mine"]);
        assert_eq!(rows("steady/mine", None).unwrap(), ["steady/mine"]);
        assert_eq!(rows("steady/mine-as-left", None).unwrap(), ["steady/mine-as-left"]);
        let told = rows("steady/mine-as-lefd", None).expect_err("there is no such variant").to_string();
        assert!(told.contains("did you mean `mine-as-left`?"), "{told}");
    }

    #[test]
    fn a_guest_may_break_in_a_comparison_what_the_others_may() {
        let catalogue = catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let compared = catalogue.scenario(&shelf, "compared").expect("it is built in");
        assert!(compared.expect.may("mine", "fair"));
        assert!(!compared.expect.may("mine", "truthful"));
    }

    #[test]
    fn a_case_of_a_guest_can_be_named_and_one_run_stays_one_run() {
        let catalogue = catalogue().with_scenario("one.toml", "title = 'One'\nseeds = 1\nlocks = ['stub']\n");
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let (plan, _) = plan_of(&catalogue, &shelf, "steady/mine@3").expect("a case");
        assert_eq!(plan.variant.lock, "mine");
        let (plan, _) = plan_of(&catalogue, &shelf, "one").expect("one variant and one seed");
        assert_eq!(plan.variant.lock, "stub");
    }

    #[test]
    fn what_ships_has_no_guests() {
        assert_eq!(testing::catalogue().guests().count(), 0);
        assert_eq!(testing::catalogue().ships().guests().count(), 0);
        assert_eq!(catalogue().guests().collect::<Vec<_>>(), ["mine"]);
    }
}
