//! A table of the file, opened with the list of its keys.

use crate::keys::{Table, Takes};
use crate::{Mistakes, words};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value of the document, with its place.
pub(crate) type Value<'a> = Spanned<DeValue<'a>>;

/// A table of the file. Reading by hand and not through serde, because serde stops at the first mistake.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    pub(crate) kind: &'static Table,
    pub(crate) table: &'a DeTable<'a>,
    pub(crate) span: Range<usize>,
}

impl<'a> Section<'a> {
    /// Opens a table. Keys that it cannot have are mistakes.
    pub(crate) fn open(
        kind: &'static Table,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        mistakes: &mut Mistakes,
    ) -> Section<'a> {
        let valid = kind.names();
        for key in table.keys().filter(|key| !valid.contains(&key.get_ref().as_ref())) {
            let whole = format!("the keys of {} are", kind.name);
            mistakes.add_unknown("unknown-key", key.span(), key.get_ref(), &valid, &whole);
        }
        Section { kind, table, span }
    }

    /// Opens a value as a table.
    pub(crate) fn of(
        kind: &'static Table,
        value: &'a Value<'a>,
        mistakes: &mut Mistakes,
    ) -> Option<Section<'a>> {
        let table = table_of(kind.name, value, mistakes)?;
        Some(Section::open(kind, table, value.span(), mistakes))
    }

    /// The value of a key, where there is one.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value<'a>> {
        // A key that is read but not listed would be refused as unknown.
        debug_assert!(self.kind.names().contains(&key), "`{key}` is no key of {}", self.kind.name);
        self.table.get(key)
    }

    /// What may stand behind a key.
    pub(crate) fn takes(&self, key: &str) -> Takes {
        let known = self.kind.key(key);
        known.unwrap_or_else(|| unreachable!("`{key}` is no key of {}", self.kind.name)).takes
    }

    /// The value of a key that has to be there.
    pub(crate) fn require(&self, key: &str, mistakes: &mut Mistakes) -> Option<&'a Value<'a>> {
        let value = self.get(key);
        let misspelt = || {
            // An unknown key that was probably meant to be this one has been told already.
            let valid = self.kind.names();
            let unknown = self.table.keys().filter(|known| !valid.contains(&known.get_ref().as_ref()));
            unknown.into_iter().any(|known| words::nearest(known.get_ref(), &valid) == Some(key))
        };
        if value.is_none() && !misspelt() {
            let message = format!("{} needs `{key}`", self.kind.name);
            let help = format!("add `{key}`: {}", self.takes(key));
            mistakes.add("missing-key", self.span.clone(), message, "here", help);
        }
        value
    }

    /// The table under a key, where there is one.
    pub(crate) fn section(
        &self,
        key: &str,
        kind: &'static Table,
        mistakes: &mut Mistakes,
    ) -> Option<Section<'a>> {
        Section::of(kind, self.get(key)?, mistakes)
    }

    /// The place of a key itself, or of the table where the key is absent.
    pub(crate) fn key_span(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or(self.span.clone(), |(key, _)| key.span())
    }
}

/// A value as a table of any keys.
pub(crate) fn table_of<'a>(
    name: &str,
    value: &'a Value<'a>,
    mistakes: &mut Mistakes,
) -> Option<&'a DeTable<'a>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => wrong_type(name, "a table", "a table such as `{ key = value }`", value, mistakes),
    }
}

/// The entries of a table in the order of the file.
pub(crate) fn in_file_order<'a>(
    table: &'a DeTable<'a>,
) -> Vec<(&'a Spanned<toml::de::DeString<'a>>, &'a Value<'a>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// A value of another type than it should be.
pub(crate) fn wrong_type<T>(
    name: &str,
    wanted: &str,
    cure: &str,
    value: &Value<'_>,
    mistakes: &mut Mistakes,
) -> Option<T> {
    let is = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let message = format!("{} takes {wanted}, not {is}", words::quote(name));
    mistakes.add("wrong-type", value.span(), message, format!("this is {is}"), format!("write {cure}"));
    None
}
