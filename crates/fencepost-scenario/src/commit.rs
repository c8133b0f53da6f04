//! `commit`: when the owners of a variant commit what they write.

use crate::read::Word;
use crate::section::Section;
use crate::variants::place;
use crate::{Mistakes, Variant};
use fencepost_model::Commit;

/// The choice of this word.
pub(crate) fn commit(word: &Word<'_>, mistakes: &mut Mistakes) -> Option<Commit> {
    let known = Commit::ALL.iter().find(|(_, name, _)| *name == word.text);
    if known.is_none() {
        let valid: Vec<&str> = Commit::ALL.iter().map(|(_, name, _)| *name).collect();
        mistakes.add_unknown("unknown-commit", word.span.clone(), word.text, &valid, "the choices are");
    }
    known.map(|(commit, ..)| *commit)
}

/// A transaction lives on a connection, and datagrams have none.
pub(crate) fn check_transport(
    top: &Section<'_>,
    variants: &[Variant],
    datagrams: bool,
    mistakes: &mut Mistakes,
) {
    for variant in variants.iter().filter(|variant| datagrams && variant.commit.is_transaction()) {
        let message = format!("the transactions of `{}` need a stream to the resource", variant.name);
        let label = "a transaction lives on a connection, and datagrams have none";
        let help = "take `transport = \"datagram\"` away, or write `commit = \"at-once\"`";
        mistakes.add(
            "needs-stream",
            place(top, &variant.name, "commit").unwrap_or(0..0),
            message,
            label,
            help,
        );
    }
}
