//! Every word that a user meets, with its page: made from the data that the word stands for.

use super::page::{Family, Page};
use super::{concepts, presets, sql, stories, systems, texts};
use fencepost_explore::{Catalogue, Exit, Shelf};
use fencepost_model::{Commit, Gate, PointKind, TriggerEvent, word};
use fencepost_scenario::keys::{ADVICE_TABLES, FAULT, KINDS, Key, TABLES, Table, Takes};
use fencepost_scenario::{MESSAGE_KINDS, SIGHTS, Vocabulary};

/// All pages, family by family.
pub(super) fn pages(catalogue: &Catalogue, shelf: &Shelf) -> Vec<Page> {
    let vocabulary = catalogue.vocabulary();
    let mut pages = concepts::pages(&vocabulary);
    pages.extend(properties(&vocabulary));
    pages.extend(assumptions(&vocabulary));
    pages.extend(faults(&vocabulary));
    pages.extend(gates(&vocabulary));
    pages.extend(commits());
    pages.extend(sights());
    pages.extend(places());
    pages.extend(systems::pages(&vocabulary));
    pages.extend(presets::pages(&vocabulary));
    pages.extend(keys(&vocabulary));
    pages.extend(exits());
    pages.extend(concepts::scenarios(catalogue, shelf));
    pages.into_iter().map(stories::told).collect()
}

fn properties(vocabulary: &Vocabulary) -> Vec<Page> {
    let page = |name: &&'static str| {
        let long = texts::PROPERTIES
            .iter()
            .chain(texts::OF_SYSTEMS)
            .find(|(known, _)| known == name)
            .map(|(_, text)| *text);
        let page = Page::new(*name, Family::Property, word::in_plain_words(name));
        let page = long.into_iter().fold(page, Page::paragraph);
        page.row("where", "`always` of [expect]; by variant under [expect.broken] and [expect.may-break]")
            .row("example", format!("always = [\"{name}\"]"))
            .row("claimed", systems::claimants(vocabulary, name))
    };
    vocabulary.properties.iter().map(page).collect()
}

fn assumptions(vocabulary: &Vocabulary) -> Vec<Page> {
    let page = |(assumption, text): &(fencepost_model::Assumption, &str)| {
        let (name, short) = assumption.words();
        Page::new(name.replace(' ', "-"), Family::Assumption, short)
            .paragraph(*text)
            .row("where", "verdicts: a violation outside the claims names the assumption that was exceeded")
            .row("assumed", systems::that_assume(vocabulary, *assumption))
    };
    texts::ASSUMPTIONS.iter().map(page).collect()
}

fn faults(vocabulary: &Vocabulary) -> Vec<Page> {
    let page = |kind: &&'static str| {
        let key = FAULT.key(kind).unwrap_or_else(|| unreachable!("`{kind}` is no fault"));
        let Takes::Table(table) = key.takes else { unreachable!("`{kind}` takes no table") };
        let page = Page::new(*kind, Family::Fault, key.about).paragraph(table.about);
        let page =
            page.row("where", "[[fault]]; `fired:` of `sometimes`").row("example", key.example(vocabulary));
        table.keys.iter().fold(page, |page, key| page.row(key.name, told(key)))
    };
    KINDS.iter().map(page).collect()
}

/// What a key means and takes, in one line.
fn told(key: &Key) -> String {
    let default = match key.default {
        "required" => "required".to_owned(),
        "absent" | "defaults" => "may be left out".to_owned(),
        default => format!("default {default}"),
    };
    format!("{} ({}; {default})", key.about, key.takes)
}

fn gates(vocabulary: &Vocabulary) -> Vec<Page> {
    let page = |(gate, name, about): &(Gate, &'static str, &'static str)| {
        let outside = if gate.fits_provider() { "; `provider`: what an outside provider does" } else { "" };
        let page = Page::new(*name, Family::Gate, *about)
            .row("where", format!("`gate` of [variant.NAME]: what the resource checks{outside}"))
            .row("example", format!("gate = \"{name}\""))
            .code(sql::of(*gate));
        let page = match gate.needs_tokens() {
            true => page
                .row("needs", format!("a lock that hands out tokens: {}", systems::with_tokens(vocabulary))),
            false => page.row("needs", "no tokens"),
        };
        if gate.is_flawed() {
            page.row("flawed", "on purpose: it counts as a defect of the variant")
        } else {
            page
        }
    };
    Gate::ALL.iter().map(page).collect()
}

fn commits() -> Vec<Page> {
    let page = |(_, name, about): &(Commit, &'static str, &'static str)| {
        Page::new(*name, Family::Commit, *about)
            .row("where", "`commit` of [variant.NAME]: when an owner commits what it wrote under the lock")
            .row("example", format!("commit = \"{name}\""))
    };
    Commit::ALL.iter().map(page).collect()
}

fn sights() -> Vec<Page> {
    let page = |name: String, about: &str| {
        let example = format!("sometimes = [\"{name}\"]");
        Page::new(name, Family::Sight, about)
            .row("where", "`sometimes` of [expect]: has to be seen at least once for each variant")
            .row("example", example)
    };
    let fired =
        KINDS.iter().map(|kind| page(format!("fired:{kind}"), &format!("a fault `{kind}` took effect")));
    SIGHTS.iter().map(|(name, about)| page((*name).to_owned(), about)).chain(fired).collect()
}

/// Events, decision points and messages: where a fault can be put.
fn places() -> Vec<Page> {
    let trigger = |(_, name, about): &(TriggerEvent, &'static str, &'static str)| {
        Page::new(*name, Family::Trigger, *about)
            .row("where", "`on` of [[fault]]")
            .row("example", format!("on = {{ event = \"{name}\", after = \"10ms\" }}"))
    };
    let point = |(_, name, about): &(PointKind, &'static str, &'static str)| {
        Page::new(*name, Family::Point, *about)
            .row("where", "`at-point` of [[fault]]")
            .row("example", format!("at-point = {{ kind = \"{name}\", nth = 3 }}"))
    };
    let message = |name: &&'static str| {
        let (what, way) = match name.strip_suffix("-reply") {
            Some(what) => (what, "the answer to"),
            None => (*name, "the request of"),
        };
        let is_there = matches!(what, "read" | "write" | "commit" | "rollback");
        let whom = if is_there { "at the resource" } else { "of the lock" };
        let call = if what.starts_with(['a', 'e']) { "an" } else { "a" };
        Page::new(*name, Family::Message, format!("{way} {call} {what} {whom}"))
            .row("where", "`message` of [[fault]], and `at-point`")
            .row("example", format!("message = {{ kind = \"{name}\", nth = 3, delay = \"2s\" }}"))
    };
    let triggers = TriggerEvent::ALL.iter().map(trigger);
    triggers.chain(PointKind::ALL.iter().map(point)).chain(MESSAGE_KINDS.iter().map(message)).collect()
}

/// The keys of all tables, one page for each name and meaning. Faults have pages of their own.
fn keys(vocabulary: &Vocabulary) -> Vec<Page> {
    let mut seen: Vec<(&Key, Vec<&Table>)> = Vec::new();
    for table in TABLES.iter().chain(ADVICE_TABLES) {
        let is_fault = |key: &Key| table.name == FAULT.name && KINDS.contains(&key.name);
        for key in table.keys.iter().filter(|key| !is_fault(key)) {
            let same =
                |other: &Key| (other.name, other.about, other.default) == (key.name, key.about, key.default);
            match seen.iter_mut().find(|(known, _)| same(known)) {
                Some((_, tables)) => tables.push(table),
                None => seen.push((key, vec![table])),
            }
        }
    }
    let page = |(key, tables): &(&Key, Vec<&Table>)| {
        let names: Vec<&str> = tables.iter().map(|table| table.name.trim_end_matches(" = { … }")).collect();
        let page = Page::new(key.name, Family::Key, key.about)
            .row("where", names.join(", "))
            .row("takes", key.takes.to_string())
            .row("default", key.default.trim_start_matches("absent"))
            .row("example", key.example(vocabulary));
        match key.takes {
            Takes::Table(table) | Takes::Tables(table) | Takes::TableByName(table) => {
                let page = page.paragraph(table.about);
                table.keys.iter().fold(page, |page, key| page.row(key.name, told(key)))
            }
            Takes::Word(noun) | Takes::Words(noun) => {
                page.row("words", noun.words(vocabulary).unwrap_or_default().join(", "))
            }
            _ => page,
        }
    };
    seen.iter().map(page).collect()
}

fn exits() -> Vec<Page> {
    let page = |(exit, meaning): &(Exit, &str)| {
        Page::new(exit.code().to_string(), Family::Exit, *meaning).row("where", "what `fencepost` exits with")
    };
    let mut all: Vec<_> = Exit::ALL.iter().collect();
    all.sort_by_key(|(exit, _)| exit.code());
    all.into_iter().map(page).collect()
}
