//! Where a lock's state is at the server: under which keys.

use std::sync::Arc;

/// How a lock names its keys. The projection reads them: what happens to any other key is no grant.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// From the name of a lock to the key that is there while it is held.
    pub lock: fn(&str) -> String,
    /// From the name of a lock to the counter of its fencing tokens, which is counted up before the key is set,
    /// by the same operation.
    pub counter: fn(&str) -> String,
}

impl Keys {
    /// As the locks that ship do it.
    pub const SHIPPED: Keys = Keys { lock: str::to_owned, counter: |lock| format!("fence:{lock}") };

    /// The counter's key, as commands take it.
    pub(crate) fn counter_of(self, lock: &str) -> Arc<str> {
        (self.counter)(lock).into()
    }
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::SHIPPED
    }
}
