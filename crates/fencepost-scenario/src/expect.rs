//! `[expect]`: which verdicts over the runs of a scenario are as they should be.

use crate::keys::KINDS;
use crate::read::{self, Word};
use crate::section::{Section, in_file_order, table_of};
use crate::variants::Variants;
use crate::{Mistakes, SIGHTS, Variant, Vocabulary, words};
use fencepost_model::word::WELL_BEHAVED;
use std::collections::BTreeMap;

/// Which verdicts are as they should be. A break that stands neither in `broken` nor in `may_break` is
/// unexpected, whether `always` names the property or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Properties that must hold in each run of each variant that offers them. All of the vocabulary's,
    /// where the file has no `always`.
    pub always: Vec<&'static str>,
    /// By variant: properties that must break in at least one run.
    pub broken: BTreeMap<String, Vec<&'static str>>,
    /// By variant: properties that may break.
    pub may_break: BTreeMap<String, Vec<&'static str>>,
    /// What must be seen at least once for each variant.
    pub sometimes: Vec<String>,
    /// The lines of entries: by variant (empty: of the whole scenario) and property or sight.
    lines: BTreeMap<(String, String), usize>,
    /// The line of `[expect]` itself, or 1.
    line: usize,
}

impl Expect {
    /// Whether a break of the property is expected of the variant, in some runs or in all.
    pub fn may(&self, variant: &str, property: &str) -> bool {
        let names = |map: &BTreeMap<String, Vec<&'static str>>| {
            map.get(variant).is_some_and(|properties| properties.contains(&property))
        };
        names(&self.broken) || names(&self.may_break)
    }

    /// Whether the property must break for the variant in at least one run.
    pub fn must_break(&self, variant: &str, property: &str) -> bool {
        self.broken.get(variant).is_some_and(|properties| properties.contains(&property))
    }

    /// Whether the property must hold in each run of the variant, provided that it offers the property.
    pub fn must_hold(&self, variant: &str, property: &str) -> bool {
        self.always.contains(&property) && !self.may(variant, property)
    }

    /// The 1-based line that speaks of the property for the variant: its own entry, else that of
    /// `always`, else `[expect]`, else 1.
    pub fn line_of(&self, variant: &str, property: &str) -> usize {
        let of = |variant: &str| self.lines.get(&(variant.to_owned(), property.to_owned())).copied();
        of(variant).or_else(|| of("")).unwrap_or(self.line.max(1))
    }

    /// The 1-based line of a word of `sometimes`.
    pub fn line_of_sight(&self, sight: &str) -> usize {
        self.line_of("", sight)
    }
}

/// Reads `[expect]`.
pub(crate) fn expect(
    section: Option<Section<'_>>,
    vocabulary: &Vocabulary,
    variants: &Variants,
    kinds: &[&str],
    within_claims: bool,
    mistakes: &mut Mistakes,
) -> Expect {
    let Some(section) = section else {
        return Expect { always: vocabulary.properties.clone(), line: 1, ..Expect::default() };
    };
    let line = words::line_at(&mistakes.text, section.span.start);
    let expect = Expect { line, ..Expect::default() };
    let mut reader = Reader { vocabulary, variants, kinds, within_claims, expect, mistakes };
    reader.expect.always = match section.get("always") {
        Some(value) => {
            let words = read::words("always", value, reader.mistakes).unwrap_or_default();
            words.iter().filter_map(|word| reader.property("", word)).collect()
        }
        None => vocabulary.properties.clone(),
    };
    reader.expect.sometimes = reader.sometimes(&section);
    reader.expect.broken = reader.by_variant(&section, "broken");
    reader.expect.may_break = reader.by_variant(&section, "may-break");
    reader.expect
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    variants: &'a Variants,
    /// The kinds of faults that the file has.
    kinds: &'a [&'a str],
    within_claims: bool,
    expect: Expect,
    mistakes: &'a mut Mistakes,
}

impl Reader<'_> {
    /// A property, with its line noted.
    fn property(&mut self, variant: &str, word: &Word<'_>) -> Option<&'static str> {
        let known = self.vocabulary.properties.iter().copied().find(|name| *name == word.text);
        match known {
            Some(_) => self.note(variant, word),
            None => {
                let valid = &self.vocabulary.properties;
                let span = word.span.clone();
                self.mistakes.add_unknown("unknown-property", span, word.text, valid, "the properties are");
            }
        }
        known
    }

    fn note(&mut self, variant: &str, word: &Word<'_>) {
        let line = words::line_at(&self.mistakes.text, word.span.start);
        self.expect.lines.insert((variant.to_owned(), word.text.to_owned()), line);
    }

    fn sometimes(&mut self, section: &Section<'_>) -> Vec<String> {
        let sights = section.words("sometimes", self.mistakes).unwrap_or_default();
        for word in &sights {
            self.note("", word);
            match word.text.strip_prefix("fired:") {
                Some(kind) => self.fired(kind, word),
                None if SIGHTS.iter().any(|(sight, _)| *sight == word.text) => {}
                None => {
                    let mut valid: Vec<&str> = SIGHTS.iter().map(|(sight, _)| *sight).collect();
                    valid.push("fired:<fault>");
                    let span = word.span.clone();
                    self.mistakes.add_unknown(
                        "unknown-sight",
                        span,
                        word.text,
                        &valid,
                        "what can be seen is",
                    );
                }
            }
        }
        sights.iter().map(|word| word.text.to_owned()).collect()
    }

    /// `fired:<fault>` of a fault that the file does not have could never be seen.
    fn fired(&mut self, kind: &str, word: &Word<'_>) {
        if !KINDS.contains(&kind) {
            self.mistakes.add_unknown("unknown-fault", word.span.clone(), kind, KINDS, "the faults are");
            return;
        }
        if !self.kinds.contains(&kind) {
            let message = format!("`{}` can never be seen", word.text);
            let help = format!("add a `[[fault]]` with `{kind}`, or take the word away");
            self.mistakes.add("never-fires", word.span.clone(), message, "no fault of this kind", help);
        }
    }

    fn by_variant(&mut self, section: &Section<'_>, key: &str) -> BTreeMap<String, Vec<&'static str>> {
        let Some(table) = section.get(key).and_then(|value| table_of(key, value, self.mistakes)) else {
            return BTreeMap::new();
        };
        let mut map = BTreeMap::new();
        for (name, value) in in_file_order(table) {
            let words = read::words(key, value, self.mistakes).unwrap_or_default();
            let named = |variant: &&Variant| variant.name == name.get_ref().as_ref();
            let Some(variant) = self.variants.whole.iter().find(named) else {
                self.unknown_variant(name);
                words.iter().for_each(|word| _ = self.property(name.get_ref(), word));
                continue;
            };
            let known: Vec<_> = words.iter().filter_map(|word| self.breakable(variant, word)).collect();
            map.insert(variant.name.clone(), known);
        }
        map
    }

    fn unknown_variant(&mut self, name: &toml::Spanned<toml::de::DeString<'_>>) {
        if self.variants.broken.iter().any(|broken| broken == name.get_ref().as_ref()) {
            return;
        }
        let valid: Vec<&str> = self.variants.whole.iter().map(|variant| variant.name.as_str()).collect();
        let whole = "the variants are";
        self.mistakes.add_unknown("unknown-variant", name.span(), name.get_ref(), &valid, whole);
    }

    /// A property that a variant is expected to break.
    fn breakable(&mut self, variant: &Variant, word: &Word<'_>) -> Option<&'static str> {
        let twice = self.expect.lines.contains_key(&(variant.name.clone(), word.text.to_owned()));
        let property = self.property(&variant.name, word)?;
        let (code, message, label, help) = if twice {
            let message =
                format!("`{property}` stands under both `broken` and `may-break` for `{}`", variant.name);
            ("twice", message, "the second time", "keep one of them")
        } else if !variant.offers(property) {
            let message = format!("`{}` does not offer `{property}`", variant.name);
            ("not-offered", message, "it hands out no tokens", "remove it: what is not offered cannot break")
        } else if self.within_claims && !variant.is_planted() {
            let message =
                format!("`{}` may break nothing while every fault stays inside its claims", variant.name);
            (
                "within-claims",
                message,
                "a violation here would be a mistake of the lock",
                "remove it, or `within`",
            )
        } else if property == WELL_BEHAVED && !variant.is_planted() {
            let message = format!("`{}` has no defect, so it must be well-behaved", variant.name);
            ("not-planted", message, "only a planted variant may misbehave", "remove it")
        } else {
            return Some(property);
        };
        self.mistakes.add(code, word.span.clone(), message, label, help);
        None
    }
}
