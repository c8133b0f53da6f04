//! A guest: a variant that a file does not name. Somebody's own lock meets what the file's variants meet.

use crate::section::Section;
use crate::words;
use crate::{Mistakes, Scenario, Variant, Vocabulary, guard, keys, variants};
use fencepost_model::word::WELL_BEHAVED;
use fencepost_model::{Descriptor, Gate, Settings};

/// A lock beside the variants of a file.
///
/// What it does not say itself it takes from the file: from the variant that it is like, or else what all
/// variants of the file say alike, such as the length of a lease that the file's faults are made for. Of
/// settings it takes those that its own data sheet has.
#[derive(Clone, Debug, Default)]
pub struct Guest {
    /// What it is called in the scenario: the second part of its cases.
    pub name: String,
    /// Its lock, as the vocabulary calls it.
    pub lock: String,
    /// The variant of the file that it stands beside: it has the same gate, and may break what that one may.
    pub like: Option<String>,
    /// Settings of its own: names, and values as a scenario file has them, such as `"2s"` or `true`.
    pub settings: Vec<(String, String)>,
    /// A gate of its own.
    pub gate: Option<String>,
    /// What it may break, beside what the variant that it is like may.
    pub may_break: Vec<String>,
    /// What it must break in at least one run.
    pub broken: Vec<String>,
    /// Whether it may break whatever a variant of the file may that has no defect: for tables in which locks
    /// are compared, not tested.
    pub lenient: bool,
}

impl Scenario {
    /// The variants that the file names.
    pub fn own_variants(&self) -> &[Variant] {
        &self.variants[..self.named]
    }

    /// Adds a variant that the file does not name. Every other variant's runs stay as they are.
    ///
    /// Fails where the guest says what cannot be: the mistakes point into its own few lines.
    pub fn with_guest(mut self, guest: &Guest, vocabulary: &Vocabulary) -> Result<Scenario, Mistakes> {
        let like = match &guest.like {
            None => None,
            Some(name) => Some(self.own_variant(name).ok_or_else(|| self.no_such_variant(guest, name))?),
        };
        let sound = || self.own_variants().iter().filter(|variant| !variant.is_planted()).collect();
        let beside: Vec<&Variant> = like.map_or_else(sound, |one| vec![one]);
        let mut variant = read(guest, vocabulary)?;
        if self.variant(&variant.name).is_some() {
            let message = format!("two variants are called {}", words::quote(&guest.name));
            return Err(mistake(guest, "two-variants", message, "call the guest something else"));
        }
        variant.settings = merged(&variant, &beside, guest);
        variant.commit = same(&beside, |variant| variant.commit);
        variant.provider = same(&beside, |variant| variant.provider);
        if variant.provider.is_some_and(Gate::needs_tokens) && !variant.has_tokens() {
            variant.provider = Some(Gate::None);
        }
        if guest.gate.is_none() {
            let gate = same(&beside, |variant| variant.gate);
            let fits = guest.like.is_some() || !gate.needs_tokens() || variant.has_tokens();
            variant.gate = if fits { gate } else { Gate::None };
        }
        if variant.gate.needs_tokens() && !variant.has_tokens() {
            let message = format!(
                "gate `{}` compares tokens, and `{}` hands out none",
                variant.gate.word(),
                guest.lock
            );
            let help = "choose settings under which the lock hands out tokens, or another gate";
            return Err(mistake(guest, "gate-needs-tokens", message, help));
        }
        let may = self.may_break(guest, &variant, vocabulary)?;
        let must = known(guest, &guest.broken, &variant, vocabulary)?;
        self.expect.may_break.insert(variant.name.clone(), may);
        self.expect.broken.insert(variant.name.clone(), must);
        self.variants.push(variant);
        Ok(self)
    }

    fn own_variant(&self, name: &str) -> Option<&Variant> {
        self.own_variants().iter().find(|variant| variant.name == name)
    }

    fn no_such_variant(&self, guest: &Guest, name: &str) -> Mistakes {
        let names: Vec<&str> = self.own_variants().iter().map(|variant| variant.name.as_str()).collect();
        let message = format!("`{}` has no variant {}", self.id, words::quote(name));
        mistake(guest, "unknown-variant", message, &format!("its variants are: {}", words::list(&names)))
    }

    /// What the guest may break: nothing where every fault stays inside the claims.
    fn may_break(
        &self,
        guest: &Guest,
        variant: &Variant,
        vocabulary: &Vocabulary,
    ) -> Result<Vec<&'static str>, Mistakes> {
        let mut may = known(guest, &guest.may_break, variant, vocabulary)?;
        let others = self.own_variants().iter().filter(|other| match &guest.like {
            Some(like) => other.name == *like,
            None => guest.lenient && !other.is_planted(),
        });
        for other in others {
            let theirs = [&self.expect.broken, &self.expect.may_break].map(|map| map.get(&other.name));
            may.extend(theirs.into_iter().flatten().flatten());
        }
        may.retain(|property| variant.offers(property) && *property != WELL_BEHAVED && !self.within_claims);
        may.sort_unstable();
        may.dedup();
        Ok(may)
    }
}

/// The guest's own lines, as a file would have them: so they are read and told of like any other. Its gate is
/// not among them: it may need tokens by a setting that comes from the file.
fn text(guest: &Guest) -> String {
    let quoted = |word: &str| toml::Value::String(word.to_owned()).to_string();
    let setting = |(name, value): &(String, String)| {
        let bare = value.parse::<bool>().is_ok() || value.parse::<u64>().is_ok();
        format!("{} = {}", quoted(name), if bare { value.clone() } else { quoted(value) })
    };
    let settings: Vec<String> = guest.settings.iter().map(setting).collect();
    let (name, lock) = (quoted(&guest.name), quoted(&guest.lock));
    format!("[variant.{name}]\nlock = {lock}\nsettings = {{ {} }}\n", settings.join(", "))
}

/// The path under which mistakes of a guest are told.
fn path(guest: &Guest) -> String {
    format!("the guest `{}`", guest.name)
}

fn mistake(guest: &Guest, code: &'static str, message: String, help: &str) -> Mistakes {
    let mut mistakes = Mistakes::none(&path(guest), "");
    mistakes.add(code, 0..0, message, "", help);
    mistakes
}

/// The guest with its own settings only.
fn read(guest: &Guest, vocabulary: &Vocabulary) -> Result<Variant, Mistakes> {
    let (path, text) = (path(guest), text(guest));
    let document = guard::document(&path, &text, &guard::SCENARIO)?;
    let mut mistakes = Mistakes::none(&path, &text);
    let top = Section::open(&keys::TOP, document.get_ref(), 0..0, &mut mistakes);
    let found = variants::variants(&top, vocabulary, &mut mistakes);
    let Some(mut variant) = found.whole.into_iter().next().filter(|_| mistakes.is_empty()) else {
        return Err(mistakes.sorted());
    };
    if let Some(word) = &guest.gate {
        let Some((gate, ..)) = Gate::ALL.iter().find(|(_, name, _)| name == word) else {
            let valid: Vec<&str> = Gate::ALL.iter().map(|(_, name, _)| *name).collect();
            let message = format!("unknown gate {}", words::quote(word));
            return Err(mistake(
                guest,
                "unknown-gate",
                message,
                &format!("the gates are: {}", words::list(&valid)),
            ));
        };
        variant.gate = *gate;
    }
    Ok(variant)
}

/// The guest's settings: its own, then those that the variants beside it have alike, then its defaults.
fn merged(variant: &Variant, beside: &[&Variant], guest: &Guest) -> Settings {
    let mut settings = variant.settings.clone();
    for spec in variant.descriptor.settings {
        if guest.settings.iter().any(|(name, _)| name == spec.name) {
            continue;
        }
        let having = beside.iter().filter(|other| has(&other.descriptor, spec.name));
        let mut values = having.filter_map(|other| other.settings.get(spec.name));
        let Some(first) = values.next() else { continue };
        if values.all(|value| value == first) && spec.kind.check(first).is_ok() {
            settings.set(spec.name, first.clone());
        }
    }
    settings
}

fn has(descriptor: &Descriptor, setting: &str) -> bool {
    descriptor.settings.iter().any(|spec| spec.name == setting)
}

/// What all of them have, such as their gate; the default where they differ.
fn same<T: Default + PartialEq>(beside: &[&Variant], of: fn(&Variant) -> T) -> T {
    let mut all = beside.iter().map(|variant| of(variant));
    let first = all.next().unwrap_or_default();
    if all.all(|one| one == first) { first } else { T::default() }
}

/// The properties of these names.
fn known(
    guest: &Guest,
    names: &[String],
    variant: &Variant,
    vocabulary: &Vocabulary,
) -> Result<Vec<&'static str>, Mistakes> {
    let find = |name: &String| {
        let property = vocabulary.properties.iter().copied().find(|property| property == name);
        match property {
            Some(property) if !variant.offers(property) => {
                let message = format!("`{}` does not offer `{property}`", guest.name);
                Err(mistake(guest, "not-offered", message, "what is not offered cannot break"))
            }
            Some(WELL_BEHAVED) => {
                let message = format!("`{}` has no defect, so it must be well-behaved", guest.name);
                Err(mistake(guest, "not-planted", message, "only a planted variant may misbehave"))
            }
            Some(property) => Ok(property),
            None => {
                let message = format!("unknown property {}", words::quote(name));
                let valid = words::list(&vocabulary.properties);
                Err(mistake(guest, "unknown-property", message, &format!("the properties are: {valid}")))
            }
        }
    };
    names.iter().map(find).collect()
}
