//! The clients of a scenario, by their numbers: `c1` has 1.

use crate::Mistakes;
use crate::section::Section;
use crate::target::client_number;

/// How many clients there are where the file does not say.
const USUAL: u64 = 5;
/// The most owners of one scenario: each has a name in every plan.
const MOST_OWNERS: u64 = 1_000_000;

/// Which clients take part, in the order of their numbers, and how many owners each has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clients {
    numbers: Vec<u32>,
    pub(crate) owners: u32,
}

impl Clients {
    /// `[clients]`. A few by their names instead of a number of them: so that a client can be taken out of a
    /// scenario without giving the others other names, from which their draws follow.
    pub(crate) fn read(section: Option<Section<'_>>, mistakes: &mut Mistakes) -> Clients {
        let Some(section) = section else { return Clients { numbers: up_to(USUAL), owners: 1 } };
        let numbers = match section.get("names") {
            Some(_) => named(&section, mistakes),
            None => up_to(section.count("count", mistakes).unwrap_or(USUAL)),
        };
        let owners = section.count("owners-per-client", mistakes).unwrap_or(1);
        let (count, most) = (numbers.len() as u64, MOST_OWNERS);
        if count * owners > most {
            let message = format!("{count} clients with {owners} owners each are {} owners", count * owners);
            let span = section.key_span("owners-per-client");
            let help = format!("a scenario has at most {most} owners");
            mistakes.add("too-many-owners", span, message, "too many", help);
        }
        Clients { numbers, owners: owners as u32 }
    }

    /// This many, `c1` and up.
    pub(crate) fn numbered(count: u32, owners: u32) -> Clients {
        Clients { numbers: up_to(u64::from(count)), owners }
    }

    /// Their numbers, rising.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.numbers.iter().copied()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.numbers.len() as u32
    }

    /// The name of the one at this place.
    pub(crate) fn name_at(&self, place: u32) -> String {
        format!("c{}", self.numbers[place as usize])
    }

    /// Whether there is this owner of this client.
    pub(crate) fn have(&self, client: u64, owner: u64) -> bool {
        let is_there = |client| self.numbers.binary_search(&client).is_ok();
        u32::try_from(client).is_ok_and(is_there) && owner <= u64::from(self.owners)
    }

    /// All of them, in words.
    pub(crate) fn in_words(&self) -> String {
        let without_gap = self.numbers.iter().zip(1..).all(|(number, place)| *number == place);
        match self.numbers[..] {
            [only] => format!("`c{only}`"),
            [.., last] if without_gap => format!("`c1` to `c{last}`"),
            _ => {
                let names: Vec<String> = self.numbers.iter().map(|number| format!("`c{number}`")).collect();
                names.join(", ")
            }
        }
    }
}

fn up_to(count: u64) -> Vec<u32> {
    (1..=count as u32).collect()
}

/// `names = ["c1", "c5"]`.
fn named(section: &Section<'_>, mistakes: &mut Mistakes) -> Vec<u32> {
    if section.get("count").is_some() {
        let message = "`count` and `names` both say which clients there are";
        mistakes.add("two-counts", section.key_span("count"), message, "one too many", "keep one of them");
    }
    let words = section.words("names", mistakes).unwrap_or_default();
    let mut numbers = Vec::new();
    for word in &words {
        match client_number(word.text) {
            Some(number) => numbers.push(number),
            None => {
                let message = format!("{} is no name of a client", crate::words::quote(word.text));
                let help = "clients are called `c1` to `c100000`";
                mistakes.add("bad-client", word.span.clone(), message, "not a client", help);
            }
        }
    }
    if words.is_empty() {
        let help = "name at least one, such as `names = [\"c1\"]`";
        mistakes.add("no-clients", section.key_span("names"), "there is no client", "nobody", help);
    }
    numbers.sort_unstable();
    // Whatever was wrong is told already; somebody has to be there to read the rest.
    if numbers.is_empty() { up_to(USUAL) } else { numbers }
}
