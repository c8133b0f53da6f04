//! The port: what a lock sees of a server of keys.

use super::{Answer, Command, Listening};
use crate::stores::Purpose;
use fencepost_lock::Reply;
use fencepost_model::{Mono, ProcessId};
use fencepost_sim::{self as sim, SimEnv};
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

/// A connection to a server of keys that publishes, too.
pub trait PubSub: KeyValue {
    /// A connection of one's own, for one subscription.
    type Line: Line;

    /// Opens one with its first request.
    fn line(&self) -> Self::Line;
}

/// A connection that nothing but a subscription goes over. What is asked on it and given up, or runs out of time,
/// ends the subscription.
pub trait Line: 'static {
    /// Asks, and waits for the answer until `deadline` on the own monotonic clock; one at a time.
    fn ask(&self, asked: Listening, deadline: Mono) -> impl Future<Output = Reply<Answer>> + 'static;
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

impl PubSub for SimKeyValue {
    type Line = SimLine;

    fn line(&self) -> SimLine {
        SimLine::new(self.env.line(self.server))
    }
}

/// A connection of one's own in the simulated world.
pub struct SimLine(sim::Line);

impl SimLine {
    /// On this connection.
    pub fn new(line: sim::Line) -> SimLine {
        SimLine(line)
    }
}

impl Line for SimLine {
    fn ask(&self, asked: Listening, deadline: Mono) -> impl Future<Output = Reply<Answer>> + 'static {
        let purpose = match asked {
            Listening::Subscribe { .. } => Purpose::Subscribe,
            Listening::Next => Purpose::Listen,
        };
        self.0.request(purpose.label(), asked, deadline)
    }
}
