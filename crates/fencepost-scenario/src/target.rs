//! At whom a fault is aimed: the words of the file, and what they are in one variant.

use crate::clients::Clients;
use crate::read::Word;
use crate::variants::Variants;
use crate::{Mistakes, Variant, Vocabulary};
use fencepost_model::{Descriptor, MachineSpec, Settings, Site, Target};

/// The server that matters most, of whichever lock: so one fault can be aimed at every lock of a comparison.
pub(crate) const SERVER: &str = "server";

/// The most clients of one scenario.
const MOST_CLIENTS: u32 = 100_000;

/// A target before it is resolved in a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The newest believer when the fault fires.
    Holder,
    /// A drawn client.
    AnyClient,
    /// The provider, in variants that have one.
    Provider,
    /// A machine that every variant has: a client or the resource. Where an owner can be meant by itself
    /// (who asks, at a decision point), an owner.
    Machine(String),
    /// A role or a machine of systems: which machine it is, if any, depends on the variant.
    Part(String),
}

/// What targets can be, in one scenario.
pub(crate) struct Targets {
    clients: Clients,
    roles: Vec<&'static str>,
    machines: Vec<String>,
    /// Whether some variant has a provider.
    provider: bool,
    /// Whether the servers of some variant speak to each other by datagrams.
    pub(crate) server_datagrams: bool,
}

impl Targets {
    /// What can be hit where these variants run.
    pub(crate) fn new(clients: Clients, variants: &Variants, vocabulary: &Vocabulary) -> Targets {
        let mut roles: Vec<_> =
            vocabulary.systems.iter().flat_map(|system| system.roles.iter().map(|(role, _)| *role)).collect();
        roles.sort_unstable();
        roles.dedup();
        let mut specs: Vec<MachineSpec> = variants.whole.iter().flat_map(Variant::machines).collect();
        if !variants.broken.is_empty() {
            // Which machines a broken variant has is not known: any lock's may be meant.
            let defaults = |system: &Descriptor| (system.machines)(&Settings::defaults(system.settings));
            specs.extend(vocabulary.systems.iter().flat_map(defaults));
        }
        let mut machines: Vec<_> = specs.into_iter().map(|spec| spec.name).collect();
        machines.sort_unstable();
        machines.dedup();
        let speak = |variant: &Variant| (variant.descriptor.features)(&variant.settings).datagrams;
        let server_datagrams = variants.whole.iter().any(speak);
        let provider = variants.whole.iter().any(|variant| variant.provider.is_some());
        // Whether a broken variant has one is not known.
        let provider = provider || !variants.broken.is_empty();
        Targets { clients, roles, machines, provider, server_datagrams }
    }

    /// What a word aims at. An unknown word is a mistake.
    pub(crate) fn who(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<Who> {
        match word.text {
            SERVER => return Some(Who::Part(word.text.to_owned())),
            "holder" => return Some(Who::Holder),
            "client" => return Some(Who::AnyClient),
            "resource" => return Some(Who::Machine(word.text.to_owned())),
            "provider" if self.provider => return Some(Who::Provider),
            _ => {}
        }
        if self.roles.contains(&word.text) || self.machines.iter().any(|name| name == word.text) {
            return Some(Who::Part(word.text.to_owned()));
        }
        if let Some((client, owner)) = client_and_owner(word.text) {
            return if self.clients.have(client, owner) {
                Some(Who::Machine(format!("c{client}")))
            } else {
                self.absent(word, mistakes)
            };
        }
        let mut valid = vec!["holder", "client", SERVER, "resource"];
        valid.extend(self.provider.then_some("provider"));
        valid.extend(&self.roles);
        valid.extend(self.machines.iter().map(String::as_str));
        let whole = format!("targets are clients ({}), owners (`c1.1`) and", self.clients.in_words());
        mistakes.add_unknown("unknown-target", word.span.clone(), word.text, &valid, &whole);
        None
    }

    /// The one who asks: a client, a drawn one, or one owner. An unknown word is a mistake.
    pub(crate) fn asker(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<Who> {
        if word.text == "client" {
            return Some(Who::AnyClient);
        }
        let named = client_and_owner(word.text);
        self.named("unknown-client", "client", named, word, mistakes).map(Who::Machine)
    }

    /// In whom a decision point lies: as [`who`](Targets::who), but an owner stays one.
    pub(crate) fn point_in(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<Who> {
        let who = self.who(word, mistakes)?;
        Some(if Targets::is_owner(word.text) { Who::Machine(word.text.to_owned()) } else { who })
    }

    /// Whether a word is the name of an owner, whether it exists or not.
    pub(crate) fn is_owner(word: &str) -> bool {
        word.contains('.') && client_and_owner(word).is_some()
    }

    /// The client with this name. An unknown one is a mistake.
    pub(crate) fn client(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<String> {
        let named = client_and_owner(word.text).filter(|_| !word.text.contains('.'));
        self.named("unknown-client", "c1", named, word, mistakes)
    }

    /// The owner with this name. An unknown one is a mistake.
    pub(crate) fn owner(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<String> {
        let named = client_and_owner(word.text).filter(|_| word.text.contains('.'));
        self.named("unknown-owner", "c1.1", named, word, mistakes)
    }

    fn named(
        &self,
        code: &'static str,
        first: &str,
        named: Option<(u64, u64)>,
        word: &Word<'_>,
        mistakes: &mut Mistakes,
    ) -> Option<String> {
        match named {
            Some((client, owner)) if self.clients.have(client, owner) => Some(word.text.to_owned()),
            Some(_) => self.absent(word, mistakes),
            None => {
                let whole =
                    format!("clients are {}, owners are such as `c1.1`; write", self.clients.in_words());
                mistakes.add_unknown(code, word.span.clone(), word.text, &[first], &whole);
                None
            }
        }
    }

    /// A client or owner beyond what the scenario has.
    fn absent<T>(&self, word: &Word<'_>, mistakes: &mut Mistakes) -> Option<T> {
        let message = format!("unknown target {}", crate::words::quote(word.text));
        let owners = self.clients.owners;
        let label =
            format!("this scenario has clients {}, each with {owners} owners", self.clients.in_words());
        let label = if owners == 1 { label.replace("1 owners", "one owner") } else { label };
        let help = "raise `clients.count` or `clients.owners-per-client`, or use a role such as `holder`";
        mistakes.add("unknown-target", word.span.clone(), message, label, help);
        None
    }
}

/// The number in `c3`, where that is a name of a client.
pub(crate) fn client_number(word: &str) -> Option<u32> {
    let client = client_and_owner(word).filter(|_| !word.contains('.'))?.0;
    u32::try_from(client).ok().filter(|number| *number <= MOST_CLIENTS)
}

/// The numbers in `c1` or `c1.2`; a client by itself stands for its first owner.
fn client_and_owner(word: &str) -> Option<(u64, u64)> {
    let (client, owner) = word.strip_prefix('c')?.split_once('.').unwrap_or((&word[1..], "1"));
    Some((number(client)?, number(owner)?))
}

/// A number from 1, written without zeros in front or signs: names have one spelling.
fn number(digits: &str) -> Option<u64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

impl Who {
    /// The target in a variant with these machines. `rank` decides between several.
    pub(crate) fn resolve(&self, clients: &Clients, machines: &[MachineSpec], rank: u64) -> Target {
        match self {
            Who::Holder => Target::Holder,
            Who::Machine(name) => Target::Named(name.clone()),
            Who::Provider => Target::Named(self.word().to_owned()),
            Who::AnyClient => Target::Named(clients.name_at(one_of(clients.count(), rank))),
            Who::Part(word) => {
                let fits = |spec: &&MachineSpec| spec.role == word || spec.name == *word;
                let fitting: Vec<_> = machines.iter().filter(fits).collect();
                match u32::try_from(fitting.len()) {
                    Ok(0) | Err(_) => Target::Lacking(word.clone()),
                    Ok(several) => Target::Named(fitting[one_of(several, rank) as usize].name.clone()),
                }
            }
        }
    }

    /// Whether it stands behind the lock: the resource or the provider.
    pub(crate) fn is_behind(&self) -> bool {
        *self == Who::Provider || *self == Who::Machine(Site::Resource.name().to_owned())
    }

    /// Its word in names of draws.
    pub(crate) fn word(&self) -> &str {
        match self {
            Who::Holder => "holder",
            Who::AnyClient => "client",
            Who::Provider => Site::Provider.name(),
            Who::Machine(word) | Who::Part(word) => word,
        }
    }
}

/// One of `several`, from 0, such that another one more or less moves as few choices as can be: jump
/// consistent hashing (Lamping and Veach, 2014), in integers.
fn one_of(several: u32, rank: u64) -> u32 {
    let (mut state, mut chosen, mut next) = (rank, 0, 0u64);
    while next < u64::from(several) {
        chosen = next;
        state = state.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((chosen + 1) << 31) / ((state >> 33) + 1);
    }
    chosen as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        assert_eq!(client_and_owner("c3"), Some((3, 1)));
        assert_eq!(client_and_owner("c3.12"), Some((3, 12)));
        for word in ["c", "c0", "c01", "c+1", "c1.", "c1.0", "c1.1.1", "cé", "x1", ""] {
            assert_eq!(client_and_owner(word), None, "{word}");
        }
    }

    #[test]
    fn one_more_moves_few_choices_and_only_to_itself() {
        let ranks: Vec<u64> = (1..=10_000u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let moved: Vec<_> = ranks.iter().filter(|rank| one_of(5, **rank) != one_of(6, **rank)).collect();
        assert!(moved.iter().all(|rank| one_of(6, **rank) == 5));
        assert!((1_400..1_900).contains(&moved.len()), "{} of 10000 moved", moved.len());
        assert_eq!(one_of(1, 7), 0);
    }
}
