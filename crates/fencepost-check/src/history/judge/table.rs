//! A table by small numbers, of which a few are used: owners of one lock among all owners of a file.

use super::super::names::WhoId;
use std::collections::BTreeMap;

const PAGE: u32 = 8;

/// Something for each owner that was asked for. Found in a few nanoseconds; memory follows the pages used.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    pages: BTreeMap<u32, Box<[T; PAGE as usize]>>,
}

impl<T: Default> Table<T> {
    pub fn new() -> Table<T> {
        Table { pages: BTreeMap::new() }
    }

    /// What is there for an owner, made on first use.
    pub fn of(&mut self, who: WhoId) -> &mut T {
        let page =
            self.pages.entry(who.0 / PAGE).or_insert_with(|| Box::new(std::array::from_fn(|_| T::default())));
        &mut page[(who.0 % PAGE) as usize]
    }

    /// What is there for an owner, where anything on its page was asked for.
    pub fn get(&self, who: WhoId) -> Option<&T> {
        self.pages.get(&(who.0 / PAGE)).map(|page| &page[(who.0 % PAGE) as usize])
    }

    /// Every entry in order of the owners, those that were never asked for included.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (WhoId, &mut T)> {
        self.pages.iter_mut().flat_map(|(page, entries)| {
            (0..PAGE).zip(entries.iter_mut()).map(move |(place, entry)| (WhoId(page * PAGE + place), entry))
        })
    }
}
