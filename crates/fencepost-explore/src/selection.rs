//! What is run: words and filters of the user become scenarios with their variants.

use crate::glob::{fits, is_glob};
use crate::{Catalogue, Lost, Refused, Shelf, Source, guests, shelf};
use fencepost_scenario::{Scenario, Variant, Vocabulary, parse};
use std::io::ErrorKind;
use std::path::Path;

/// The suites that run where nothing is named.
pub const SUITES: [&str; 3] = [REGRESSIONS, "smoke", "classics"];
/// The folder of scenarios that once broke something: whatever is asked for, those of it come first.
pub const REGRESSIONS: &str = "regressions";

/// What a user asks for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files, folders, scenario ids, `scenario/variant`, or globs of those; empty for [`SUITES`].
    pub what: Vec<String>,
    /// Only variants whose lock fits this glob.
    pub lock: Option<String>,
    /// Only scenarios whose id fits this glob.
    pub scenario: Option<String>,
}

/// What is run, in the order of tables.
#[derive(Clone, Default)]
pub struct Selection {
    /// Each with at least one variant.
    pub scenarios: Vec<Chosen>,
    /// Runs of it that do not come back: they are told, and not run. Nor is what comes after them in their row.
    pub lost: Vec<Lost>,
}

/// A scenario with those of its variants that are run.
#[derive(Clone)]
pub struct Chosen {
    /// The scenario.
    pub scenario: Scenario,
    /// The places of the variants in [`Scenario::variants`].
    pub variants: Vec<usize>,
    /// What to type for the scenario: its id, or its path where the id is not found on the shelf.
    pub called: String,
}

impl Chosen {
    /// The variants that are run.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().map(|index| &self.scenario.variants[*index])
    }
}

/// A source with the variants that were named with it; none: all of them.
struct Pick {
    source: Source,
    variants: Option<Vec<String>>,
}

impl Selection {
    /// Finds and reads what is asked for.
    pub fn make(catalogue: &Catalogue, shelf: &Shelf, request: &Request) -> Result<Selection, Refused> {
        check_lock(catalogue, request)?;
        let mut picks = picks(shelf, request)?;
        picks.sort_by_key(|pick| !pick.source.is_regression());
        if let Some(glob) = &request.scenario {
            if !is_glob(glob) && shelf.sources().iter().all(|source| source.id != *glob) {
                let ids = shelf.sources().iter().map(|source| source.id.as_str());
                return Err(Refused::no_such("scenario", glob, ids, LIST));
            }
            picks.retain(|pick| fits(glob, &pick.source.id));
        }
        one_of_each_id(&picks)?;
        let scenarios = read_all(catalogue, shelf, &picks, request.lock.is_some())?;
        let mut selection = Selection { scenarios, lost: Vec::new() };
        if let Some(glob) = &request.lock {
            for Chosen { scenario, variants, .. } in &mut selection.scenarios {
                variants.retain(|index| fits(glob, scenario.variants[*index].descriptor.name));
            }
        }
        selection.scenarios.retain(|chosen| !chosen.variants.is_empty());
        if selection.scenarios.is_empty() { Err(nothing(request)) } else { Ok(selection) }
    }

    /// How many rows a table of it has.
    pub fn rows(&self) -> usize {
        self.scenarios.iter().map(|chosen| chosen.variants.len()).sum()
    }
}

const LIST: &str = "`fencepost list` shows what there is";

fn check_lock(catalogue: &Catalogue, request: &Request) -> Result<(), Refused> {
    match &request.lock {
        Some(lock) if !is_glob(lock) && catalogue.system(lock).is_none() => {
            let names: Vec<&str> = catalogue.descriptors().map(|descriptor| descriptor.name).collect();
            Err(Refused::no_such("lock", lock, names, "`fencepost list locks` shows what there is"))
        }
        _ => Ok(()),
    }
}

fn nothing(request: &Request) -> Refused {
    let mut asked: Vec<String> = request.what.iter().map(|word| format!("`{word}`")).collect();
    asked.extend(request.scenario.iter().map(|glob| format!("`--scenario {glob}`")));
    asked.extend(request.lock.iter().map(|glob| format!("`--lock {glob}`")));
    Refused::Nothing { asked: if asked.is_empty() { "this".to_owned() } else { asked.join(" with ") } }
}

fn picks(shelf: &Shelf, request: &Request) -> Result<Vec<Pick>, Refused> {
    let mut picks: Vec<Pick> = Vec::new();
    let suites: Vec<String> = SUITES.iter().map(|suite| (*suite).to_owned()).collect();
    let words = if request.what.is_empty() { &suites } else { &request.what };
    for word in words {
        let found = if request.what.is_empty() { named(shelf, word) } else { find(shelf, word)? };
        for pick in found {
            match picks.iter_mut().find(|other| other.source.path == pick.source.path) {
                Some(other) => other.variants = both(other.variants.take(), pick.variants),
                None => picks.push(pick),
            }
        }
    }
    Ok(picks)
}

fn both(left: Option<Vec<String>>, right: Option<Vec<String>>) -> Option<Vec<String>> {
    Some([left?, right?].concat())
}

/// What one word names. A word that looks like a path is looked for on disk first, any other on the shelf.
fn find(shelf: &Shelf, word: &str) -> Result<Vec<Pick>, Refused> {
    let word = word.trim_end_matches('/');
    let is_path = word.contains(['/', '\\']) || word.ends_with(".toml") || word == "." || word == "..";
    if is_path && let Some(found) = on_disk(Path::new(word))? {
        return Ok(found);
    }
    let found = if is_glob(word) { fitting(shelf, word) } else { named(shelf, word) };
    if !found.is_empty() || is_glob(word) {
        return Ok(found);
    }
    if let Some((case, _)) = word.split_once('@') {
        let help =
            format!("`fencepost replay {word}` shows this one run, `fencepost run {case}` runs all of them");
        return Err(Refused::bad(format!("`{word}` is one run"), help));
    }
    if let Some((id, variant)) = word.rsplit_once('/')
        && let Some(source) = source_of(shelf, id)
    {
        return Ok(vec![Pick { source, variants: Some(vec![variant.to_owned()]) }]);
    }
    if !is_path && let Some(found) = on_disk(Path::new(word))? {
        return Ok(found);
    }
    let ids = shelf.sources().iter().map(|source| source.id.as_str());
    let names: Vec<&str> = shelf.folders().into_iter().chain(ids).collect();
    let noun = if is_path { "scenario, file or folder" } else { "scenario" };
    Err(Refused::no_such(noun, word, names, LIST))
}

fn on_disk(path: &Path) -> Result<Option<Vec<Pick>>, Refused> {
    let whole = |source| Pick { source, variants: None };
    if path.is_file() {
        return Ok(Some(vec![whole(Source::file(path))]));
    }
    if !path.is_dir() {
        return Ok(None);
    }
    let sources = shelf::under(path, path).map_err(|error| unreadable(&path.to_string_lossy(), &error))?;
    if sources.is_empty() {
        return Err(Refused::bad(
            format!("`{}` holds no scenario", path.display()),
            "scenarios end in `.toml`",
        ));
    }
    Ok(Some(sources.into_iter().map(whole).collect()))
}

/// The scenarios of a folder, or the one with this id or path, on the shelf.
fn named(shelf: &Shelf, word: &str) -> Vec<Pick> {
    let word = word.strip_prefix(shelf::FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(word);
    let inside = |folder: &str| folder == word || folder.starts_with(&format!("{word}/"));
    let sources = shelf.sources().iter().filter(|source| inside(&source.folder) || is_called(source, word));
    sources.map(|source| Pick { source: source.clone(), variants: None }).collect()
}

fn is_called(source: &Source, word: &str) -> bool {
    let word = word.strip_suffix(".toml").unwrap_or(word);
    source.id == word || (word.contains('/') && format!("{}/{}", source.folder, source.id) == word)
}

/// The scenario that the first part of a case means: an id, or a path.
pub(crate) fn source_of(shelf: &Shelf, word: &str) -> Option<Source> {
    let path = Path::new(word);
    if word.ends_with(".toml") && path.is_file() {
        return Some(Source::file(path));
    }
    shelf.sources().iter().find(|source| is_called(source, word)).cloned()
}

fn fitting(shelf: &Shelf, glob: &str) -> Vec<Pick> {
    let glob = glob.strip_suffix(".toml").unwrap_or(glob);
    let glob = glob.strip_prefix(shelf::FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(glob);
    let fit = |source: &&Source| {
        let whole = format!("{}/{}", source.folder, source.id);
        fits(glob, &source.id) || fits(glob, &source.folder) || fits(glob, &whole)
    };
    shelf.sources().iter().filter(fit).map(|source| Pick { source: source.clone(), variants: None }).collect()
}

/// Case ids begin with a file's stem, so no two files of one run may share it.
fn one_of_each_id(picks: &[Pick]) -> Result<(), Refused> {
    for (index, pick) in picks.iter().enumerate() {
        if let Some(other) = picks[..index].iter().find(|other| other.source.id == pick.source.id) {
            let message = format!("`{}` and `{}` have one id", other.source.path, pick.source.path);
            return Err(Refused::bad(
                message,
                "a scenario's id is its file stem: give one of them another name",
            ));
        }
    }
    Ok(())
}

/// Reads every file, so that the mistakes of all of them are told at once.
///
/// `by_lock`: whether locks are chosen by name, so that guests are among them.
fn read_all(
    catalogue: &Catalogue,
    shelf: &Shelf,
    picks: &[Pick],
    by_lock: bool,
) -> Result<Vec<Chosen>, Refused> {
    let vocabulary = catalogue.vocabulary();
    let (mut chosen, mut mistakes) = (Vec::new(), Vec::new());
    for pick in picks {
        match read(catalogue, &pick.source, &vocabulary) {
            Ok(scenario) => {
                let is_shelved = shelf.sources().iter().any(|source| source.path == pick.source.path);
                let called = if is_shelved { &pick.source.id } else { &pick.source.path };
                let with_guests = by_lock || guests::is_comparison(&pick.source.path);
                let (variants, called) =
                    (variants_of(catalogue, &scenario, pick, with_guests)?, called.clone());
                chosen.push(Chosen { scenario, variants, called });
            }
            Err(Refused::Mistakes(found)) => mistakes.extend(found),
            Err(other) => return Err(other),
        }
    }
    if mistakes.is_empty() { Ok(chosen) } else { Err(Refused::Mistakes(mistakes)) }
}

/// Reads one file, and adds the guests of the catalogue.
pub(crate) fn read(
    catalogue: &Catalogue,
    source: &Source,
    vocabulary: &Vocabulary,
) -> Result<Scenario, Refused> {
    let text = source.read().map_err(|error| unreadable(&source.path, &error))?;
    let scenario = parse(&source.id, &source.path, &text, vocabulary);
    let scenario = scenario.map_err(|mistakes| Refused::Mistakes(vec![mistakes]))?;
    Ok(guests::join(catalogue, scenario, vocabulary))
}

pub(crate) fn unreadable(path: &str, error: &std::io::Error) -> Refused {
    let help = match error.kind() {
        ErrorKind::FileTooLarge => "name a scenario: `fencepost new NAME` writes one to start from",
        _ => "look at its permissions",
    };
    Refused::bad(format!("`{path}` cannot be read: {error}"), help)
}

fn variants_of(
    catalogue: &Catalogue,
    scenario: &Scenario,
    pick: &Pick,
    with_guests: bool,
) -> Result<Vec<usize>, Refused> {
    let own = scenario.own_variants().len();
    let Some(names) = &pick.variants else {
        let is_wanted = |index: &usize| {
            let name = &scenario.variants[*index].name;
            *index < own || with_guests && catalogue.guests().any(|guest| guest == name)
        };
        return Ok((0..scenario.variants.len()).filter(is_wanted).collect());
    };
    let mut places = names.iter().map(|name| place_of(scenario, name)).collect::<Result<Vec<usize>, _>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The place of a variant among those of the scenario.
pub(crate) fn place_of(scenario: &Scenario, name: &str) -> Result<usize, Refused> {
    let place = scenario.variants.iter().position(|variant| variant.name == name);
    place.ok_or_else(|| {
        let names: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
        let otherwise = format!("the variants of `{}` are: {}", scenario.id, names.join(", "));
        Refused::no_such("variant", name, names, &otherwise)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exit, testing};

    fn select(what: &[&str], lock: Option<&str>, scenario: Option<&str>) -> Result<Vec<String>, Refused> {
        let catalogue = testing::catalogue();
        let shelf = Shelf::open(&catalogue, Path::new("/no such folder")).expect("nothing is read");
        let request = Request {
            what: what.iter().map(|word| (*word).to_owned()).collect(),
            lock: lock.map(str::to_owned),
            scenario: scenario.map(str::to_owned),
        };
        let selection = Selection::make(&catalogue, &shelf, &request)?;
        let rows = selection.scenarios.iter().flat_map(|chosen| {
            chosen.variants().map(|variant| format!("{}/{}", chosen.scenario.id, variant.name))
        });
        Ok(rows.collect())
    }

    #[test]
    fn nothing_named_is_every_suite_that_ships() {
        let all = ["steady/left", "steady/right", "pause/stub", "long-pause/stub"];
        assert_eq!(select(&[], None, None).unwrap(), all);
    }

    #[test]
    fn a_scenario_has_many_names() {
        for what in
            ["pause", "classics/pause", "classics/pause.toml", "scenarios/classics/pause.toml", "pause/stub"]
        {
            assert_eq!(select(&[what], None, None).unwrap(), ["pause/stub"], "{what}");
        }
        for what in ["classics", "classics/", "scenarios/classics", "classics/*", "*pause"] {
            assert_eq!(select(&[what], None, None).unwrap(), ["pause/stub", "long-pause/stub"], "{what}");
        }
    }

    #[test]
    fn what_is_named_twice_runs_once() {
        assert_eq!(select(&["pause", "classics"], None, None).unwrap(), ["pause/stub", "long-pause/stub"]);
        assert_eq!(
            select(&["steady/right", "steady/left"], None, None).unwrap(),
            ["steady/left", "steady/right"]
        );
    }

    #[test]
    fn filters_leave_what_fits() {
        assert_eq!(select(&[], Some("oth*"), None).unwrap(), ["steady/right"]);
        assert_eq!(select(&[], Some("stub"), Some("s*")).unwrap(), ["steady/left"]);
    }

    #[test]
    fn a_glob_that_selects_nothing_is_no_mistake_but_a_name_is() {
        for (what, lock, scenario, exit) in [
            (vec!["zoo*"], None, None, Exit::NothingSelected),
            (vec![], Some("zoo*"), None, Exit::NothingSelected),
            (vec!["pause"], Some("other"), None, Exit::NothingSelected),
            (vec!["pause"], None, Some("steady"), Exit::NothingSelected),
            (vec!["zoo"], None, None, Exit::Usage),
            (vec![], Some("zoo"), None, Exit::Usage),
            (vec![], None, Some("zoo"), Exit::Usage),
            (vec!["steady/middle"], None, None, Exit::Usage),
        ] {
            let refused = select(&what, lock, scenario).expect_err("nothing fits");
            assert_eq!(refused.exit(), exit, "{what:?} {lock:?} {scenario:?}: {refused}");
        }
    }

    #[test]
    fn a_slip_of_the_fingers_gets_a_suggestion() {
        let told = |what: &str| select(&[what], None, None).expect_err("it does not exist").to_string();
        assert_eq!(told("paus"), "error: no scenario is called `paus`\n  help: did you mean `pause`?");
        assert_eq!(
            told("steady/rigth"),
            "error: no variant is called `rigth`\n  help: did you mean `right`?"
        );
        assert!(told("pause/stub@3").contains("fencepost replay pause/stub@3"), "{}", told("pause/stub@3"));
    }
}
