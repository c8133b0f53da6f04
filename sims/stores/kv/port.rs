//! The port: what a lock sees of a server of keys.

use super::{Answer, Command};
use crate::stores::Purpose;
use fencepost_lock::Reply;
use fencepost_model::{Mono, ProcessId};
use fencepost_sim::SimEnv;
use std::future::Future;

/// A connection to a server of keys.
pub trait KeyValue: Clone + 'static {
    /// Sends a command, and waits for its answer until `deadline` on the own monotonic clock.
    fn run(
        &self,
        purpose: Purpose,
        command: Command,
        deadline: Mono,
    ) -> impl Future<Output = Reply<Answer>> + 'static;
}

/// The port's end in the simulated world: a stream to one server.
#[derive(Clone)]
pub struct SimKeyValue {
    env: SimEnv,
    server: ProcessId,
}

impl SimKeyValue {
    /// A connection from the machine of `env` to `server`.
    pub fn new(env: SimEnv, server: ProcessId) -> SimKeyValue {
        SimKeyValue { env, server }
    }
}

impl KeyValue for SimKeyValue {
    fn run(
        &self,
        purpose: Purpose,
        command: Command,
        deadline: Mono,
    ) -> impl Future<Output = Reply<Answer>> + 'static {
        self.env.request(self.server, purpose.label(), command, deadline)
    }
}
