//! Keys with expiry and atomic scripts, as Redis offers them.
//!
//! [`KeyValue`] is the port: locks name it and what their code shares on it, [`Entry`] and [`CleanUp`].
//! [`KvServer`] is the simulated server, and [`SimKeyValue`] the port's end in the simulated world.

mod clean_up;
mod command;
mod entry;
mod keyspace;
mod log;
mod port;
mod server;

pub use clean_up::{CleanUp, Pace};
pub use command::{Answer, Command, Script};
pub use entry::Entry;
pub use keyspace::{Keyspace, Row};
pub use port::{KeyValue, Purpose, SimKeyValue};
pub use server::{Eviction, KvServer, Persistence};
