//! Writing observed verdicts into `[expect]` of a scenario's text. Comments and order of the file stay as they are.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, TomlError, Value};

/// One change of what a scenario expects of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The variant.
    pub variant: String,
    /// The property.
    pub property: String,
    /// What is expected of it from here on.
    pub as_what: Accepted,
}

/// What is expected of a property from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It breaks in at least one of the declared runs.
    Broken,
    /// It may break: the declared runs do not show it.
    MayBreak,
    /// It holds.
    Held,
}

/// The text with these changes. Fails where it is no TOML, or where `expect` is something else than tables; what
/// comes out is for the caller to [`parse`](crate::parse) before it is kept.
pub fn accept(text: &str, changes: &[Acceptance]) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    for change in changes {
        for key in ["broken", "may-break"] {
            take_out(&mut document, key, change);
        }
        match change.as_what {
            Accepted::Broken => put_in(&mut document, "broken", change),
            Accepted::MayBreak => put_in(&mut document, "may-break", change),
            Accepted::Held => {}
        }
    }
    Ok(document.to_string())
}

/// Removes a property; a variant of which nothing is left goes too.
fn take_out(document: &mut DocumentMut, key: &str, change: &Acceptance) {
    let Some(variants) = document.get_mut("expect").and_then(|expect| expect.get_mut(key)) else { return };
    let Some(variants) = variants.as_table_like_mut() else { return };
    let Some(words) = variants.get_mut(&change.variant).and_then(Item::as_array_mut) else { return };
    let before = words.len();
    words.retain(|word| word.as_str() != Some(&change.property));
    if before > 0 && words.is_empty() {
        variants.remove(&change.variant);
    }
}

fn put_in(document: &mut DocumentMut, key: &str, change: &Acceptance) {
    let expect = table_in(document.as_table_mut(), "expect", true);
    let Some(expect) = expect else { return };
    let Some(variants) = table_in(expect, key, false) else { return };
    let words = variants.entry(&change.variant).or_insert_with(|| Item::Value(Value::Array(Array::new())));
    if let Some(words) = words.as_array_mut() {
        words.push(change.property.as_str());
    }
}

/// The table of this key, made where there is none.
fn table_in<'a>(table: &'a mut dyn TableLike, key: &str, implicit: bool) -> Option<&'a mut dyn TableLike> {
    let empty = || {
        let mut table = Table::new();
        // `[expect.broken]` alone says everything that an empty `[expect]` above it would.
        table.set_implicit(implicit);
        Item::Table(table)
    };
    table.entry(key).or_insert_with(empty).as_table_like_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# What happens here.
title = \"A pause\"   # short

[expect]
always = [\"progress\"]

[expect.broken]
# It has no token.
plain = [\"exclusive-belief\"]  # for ever
other = [\"fencing\"]
";

    fn change(variant: &str, property: &str, as_what: Accepted) -> Acceptance {
        Acceptance { variant: variant.to_owned(), property: property.to_owned(), as_what }
    }

    fn accepted(text: &str, change: Acceptance) -> String {
        accept(text, &[change]).expect("it is TOML")
    }

    #[test]
    fn a_break_is_added_and_comments_stay() {
        let text = accepted(TEXT, change("plain", "exclusive-effect", Accepted::Broken));
        let line = "plain = [\"exclusive-belief\"]";
        assert_eq!(text, TEXT.replace(line, "plain = [\"exclusive-belief\", \"exclusive-effect\"]"));
        let text = accepted(TEXT, change("new", "progress", Accepted::Broken));
        assert_eq!(text, format!("{TEXT}new = [\"progress\"]\n"));
        let text = accepted(TEXT, change("plain", "progress", Accepted::MayBreak));
        assert_eq!(text, format!("{TEXT}\n[expect.may-break]\nplain = [\"progress\"]\n"));
    }

    #[test]
    fn what_never_broke_is_taken_out() {
        let text = accepted(TEXT, change("other", "fencing", Accepted::Held));
        assert_eq!(text, TEXT.replace("other = [\"fencing\"]\n", ""));
    }

    #[test]
    fn a_file_without_expectations_gets_them() {
        let text = accepted("title = \"A pause\"\n", change("plain", "fencing", Accepted::Broken));
        assert_eq!(text, "title = \"A pause\"\n\n[expect.broken]\nplain = [\"fencing\"]\n");
    }
}
