//! Keys with expiry and atomic scripts, as Redis offers them.
//!
//! [`KeyValue`] is the port: locks name it and what their code shares on it, [`Entry`] and [`CleanUp`].
//! [`PubSub`] adds publish and subscribe to the port. [`KvServer`] is the simulated server, and [`SimKeyValue`] the
//! port's end in the simulated world.
//! `replication` makes a server a primary or a replica, and [`failover`] is what replaces a primary by a replica.

mod clean_up;
mod command;
mod entry;
pub mod failover;
mod keyspace;
mod log;
mod port;
mod replication;
mod server;
mod subscriptions;

pub use clean_up::{CleanUp, Pace};
pub use command::{Answer, Command, Script};
pub use entry::Entry;
pub use keyspace::{Keyspace, Row};
pub use port::{KeyValue, Line, PubSub, SimKeyValue, SimLine};
pub use replication::Copies;
pub use server::{Eviction, KvServer, Persistence};
pub use subscriptions::Listening;
