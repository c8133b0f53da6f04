//! Tickets of those who wait for a row.

/// What a request is known by while it waits for a row. Each is larger than those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// The next one.
    pub(super) fn issue(&mut self) -> Ticket {
        self.0 += 1;
        *self
    }
}
