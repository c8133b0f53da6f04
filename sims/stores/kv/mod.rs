//! Keys with expiry and atomic scripts, as Redis offers them.
//!
//! [`KeyValue`] is the port: locks name it and nothing else. [`KvServer`] is the simulated server, and
//! [`SimKeyValue`] the port's end in the simulated world.

mod command;
mod keyspace;
mod log;
mod port;
mod server;

pub use command::{Answer, Command, Script};
pub use keyspace::{Keyspace, Row};
pub use port::{KeyValue, Purpose, SimKeyValue};
pub use server::{Eviction, KvServer, Persistence};
