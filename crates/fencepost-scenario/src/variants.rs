//! Variants: locks with their settings, defects and gate, checked against the data sheets.

use crate::keys;
use crate::preset::{self, Chosen};
use crate::read::{self, Word};
use crate::section::{Section, Value, in_file_order, table_of};
use crate::setting::setting_value;
use crate::{Mistakes, Variant, Vocabulary, commit, words};
use fencepost_model::{Commit, Descriptor, Gate, Settings};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeValue};

/// The variants of a file.
pub(crate) struct Variants {
    /// Those without a mistake, in the order of the file.
    pub(crate) whole: Vec<Variant>,
    /// The names of the others, so that no second mistake is made of one.
    pub(crate) broken: Vec<String>,
}

/// All variants of a file.
pub(crate) fn variants(top: &Section<'_>, vocabulary: &Vocabulary, mistakes: &mut Mistakes) -> Variants {
    let before = mistakes.len();
    let mut found: Vec<(usize, Variant)> = Vec::new();
    let mut broken: Vec<String> = Vec::new();
    let mut add = |variant: Option<Variant>, name: Word<'_>, mistakes: &mut Mistakes| {
        let Some(variant) = variant else {
            broken.push(name.text.to_owned());
            return;
        };
        if found.iter().any(|(_, known)| known.name == variant.name) {
            let message = format!("two variants are called {}", words::quote(name.text));
            mistakes.add(
                "two-variants",
                name.span,
                message,
                "the other one is in `locks`",
                "rename one of them",
            );
        } else {
            found.push((name.span.start, variant));
        }
    };
    for word in top.words("locks", mistakes).unwrap_or_default() {
        let system = lock(&word, vocabulary, mistakes);
        add(system.map(|system| with_defaults(word.text, system)), word, mistakes);
    }
    if let Some(table) = top.get("variant").and_then(|value| table_of("variant", value, mistakes)) {
        for (key, value) in in_file_order(table) {
            let name = Word { text: key.get_ref(), span: key.span() };
            add(variant(key, value, vocabulary, mistakes), name, mistakes);
        }
    }
    if found.is_empty() && mistakes.len() == before {
        let help = "add `locks = [\"…\"]`, or a table such as `[variant.plain]`";
        mistakes.add("no-variant", 0..0, "a scenario needs at least one variant", "no lock is named", help);
    }
    found.sort_by_key(|(place, _)| *place);
    Variants { whole: found.into_iter().map(|(_, variant)| variant).collect(), broken }
}

fn with_defaults(name: &str, system: &Descriptor) -> Variant {
    Variant {
        name: name.to_owned(),
        descriptor: *system,
        settings: Settings::defaults(system.settings),
        defects: Vec::new(),
        gate: Gate::None,
        commit: Commit::AtOnce,
        provider: None,
        preset: None,
    }
}

fn of_preset(name: &str, (descriptor, settings, chosen): (Descriptor, Settings, Chosen)) -> Variant {
    Variant { settings, preset: Some(chosen), ..with_defaults(name, &descriptor) }
}

/// The lock of this name.
fn lock<'v>(word: &Word<'_>, vocabulary: &'v Vocabulary, mistakes: &mut Mistakes) -> Option<&'v Descriptor> {
    let system = vocabulary.system(word.text);
    if vocabulary.preset(word.text).is_some() {
        let message = format!("{} is a preset, and not a lock", words::quote(word.text));
        let help = format!(
            "write `lock = {{ preset = \"{}\" }}`; in a scenario it stands in a `[variant.NAME]`",
            word.text
        );
        mistakes.add("preset-as-lock", word.span.clone(), message, "no lock", help);
    } else if system.is_none() {
        let valid: Vec<&str> = vocabulary.systems.iter().map(|system| system.name).collect();
        mistakes.add_unknown("unknown-lock", word.span.clone(), word.text, &valid, "the locks are");
    }
    system
}

/// One `[variant.NAME]`.
fn variant<'a>(
    name: &'a Spanned<DeString<'a>>,
    value: &'a Value<'a>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> Option<Variant> {
    if !words::is_name(name.get_ref()) {
        let message = format!("{} is no name for a variant", words::quote(name.get_ref()));
        mistakes.add("bad-name", name.span(), message, "not a name", words::NAMES);
    }
    let before = mistakes.len();
    let section = Section::of(&keys::VARIANT, value, mistakes)?;
    let mut variant = match section.get("lock") {
        Some(value) => chosen(Some(name.get_ref()), value, vocabulary, mistakes)?,
        None if vocabulary.system(name.get_ref()).is_none() => {
            section.require("lock", mistakes)?;
            return None;
        }
        None => {
            let word = Word { text: name.get_ref(), span: name.span() };
            with_defaults(name.get_ref(), lock(&word, vocabulary, mistakes)?)
        }
    };
    settings(&mut variant, &section, mistakes);
    for word in section.words("defects", mistakes).unwrap_or_default() {
        defect(&mut variant, &word, mistakes);
    }
    let settled = mistakes.len() == before;
    surroundings(&mut variant, &section, settled, mistakes);
    (mistakes.len() == before).then_some(variant)
}

/// What stands behind `lock`: a lock's name, or a preset with its options. Where the file gives no other name, the
/// variant is named after it.
fn chosen(
    name: Option<&str>,
    value: &Value<'_>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> Option<Variant> {
    if value.get_ref().is_table() {
        let found = preset::preset(value, vocabulary, mistakes)?;
        let name = name.unwrap_or(found.2.preset.name).to_owned();
        return Some(of_preset(&name, found));
    }
    let word = read::word("lock", value, mistakes)?;
    Some(with_defaults(name.unwrap_or(word.text), lock(&word, vocabulary, mistakes)?))
}

/// The settings that a table names.
fn settings(variant: &mut Variant, section: &Section<'_>, mistakes: &mut Mistakes) {
    if let Some(table) = section.get("settings").and_then(|value| table_of("settings", value, mistakes)) {
        for (key, value) in in_file_order(table) {
            setting(variant, key, value, mistakes);
        }
    }
}

fn setting(variant: &mut Variant, key: &Spanned<DeString<'_>>, value: &Value<'_>, mistakes: &mut Mistakes) {
    let specs = variant.descriptor.settings;
    let Some(spec) = specs.iter().find(|spec| spec.name == key.get_ref().as_ref()) else {
        let valid: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        let whole = format!("the settings of `{}` are", variant.descriptor.name);
        mistakes.add_unknown("unknown-setting", key.span(), key.get_ref(), &valid, &whole);
        return;
    };
    if let Some(value) = setting_value(spec, value, mistakes) {
        variant.settings.set(spec.name, value);
    }
}

fn defect(variant: &mut Variant, word: &Word<'_>, mistakes: &mut Mistakes) {
    let valid: Vec<&str> = variant.descriptor.defects.iter().map(|defect| defect.name).collect();
    if valid.contains(&word.text) {
        variant.defects.push(word.text.to_owned());
    } else {
        let whole = format!("the defects of `{}` are", variant.descriptor.name);
        mistakes.add_unknown("unknown-defect", word.span.clone(), word.text, &valid, &whole);
    }
}

/// What stands behind the lock, and how owners deal with it.
fn surroundings(variant: &mut Variant, section: &Section<'_>, settled: bool, mistakes: &mut Mistakes) {
    if let Some(word) = section.word("gate", mistakes) {
        variant.gate = gate(variant, &word, settled, mistakes).unwrap_or_default();
    }
    if let Some(word) = section.word("provider", mistakes) {
        let gate = gate(variant, &word, settled, mistakes);
        variant.provider = gate.filter(|gate| fits_provider(*gate, &word, mistakes));
    }
    if let Some(word) = section.word("commit", mistakes) {
        variant.commit = commit::commit(&word, mistakes).unwrap_or_default();
    }
}

fn fits_provider(gate: Gate, word: &Word<'_>, mistakes: &mut Mistakes) -> bool {
    if !gate.fits_provider() {
        let message = format!("a provider cannot check `{}`", gate.word());
        let label = "it knows no versions of ours";
        let help = "write \"once-per-key\" where it takes a key for each job, or \"none\"";
        mistakes.add("no-provider-gate", word.span.clone(), message, label, help);
    }
    gate.fits_provider()
}

/// A gate. Whether it fits can be said only where the settings are right (`settled`).
fn gate(variant: &Variant, word: &Word<'_>, settled: bool, mistakes: &mut Mistakes) -> Option<Gate> {
    let Some((gate, ..)) = Gate::ALL.iter().find(|(_, name, _)| *name == word.text) else {
        let valid: Vec<&str> = Gate::ALL.iter().map(|(_, name, _)| *name).collect();
        mistakes.add_unknown("unknown-gate", word.span.clone(), word.text, &valid, "the gates are");
        return None;
    };
    if settled && gate.needs_tokens() && !variant.has_tokens() {
        let lock = variant.descriptor.name;
        let message = format!("gate `{}` compares tokens, and `{lock}` hands out none", gate.word());
        let label = "there is nothing to compare";
        let help = "choose settings under which the lock hands out tokens, or gate `none`";
        mistakes.add("gate-needs-tokens", word.span.clone(), message, label, help);
        return None;
    }
    Some(*gate)
}

/// The lock of an advice file, which says at its top what a scenario says of a variant.
pub(crate) fn advised(
    top: &Section<'_>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> Option<Variant> {
    let before = mistakes.len();
    let mut variant = chosen(None, top.require("lock", mistakes)?, vocabulary, mistakes)?;
    settings(&mut variant, top, mistakes);
    let settled = mistakes.len() == before;
    surroundings(&mut variant, top, settled, mistakes);
    (mistakes.len() == before).then_some(variant)
}

/// Where the file says something of a variant.
pub(crate) fn place(top: &Section<'_>, variant: &str, key: &str) -> Option<Range<usize>> {
    let mut value = top.get("variant")?;
    for key in [variant, key] {
        value = match value.get_ref() {
            DeValue::Table(table) => table.get(key)?,
            _ => return None,
        };
    }
    Some(value.span())
}
