//! The port: what a lock sees of one node.

use super::{Accepted, Ballot, Version};
use crate::stores::Purpose;
use fencepost_lock::Reply;
use fencepost_model::{Mono, ProcessId};
use fencepost_sim::SimEnv;
use std::future::Future;
use std::sync::Arc;

/// What a node is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// What has been accepted? [`Answer::State`]. Promises nothing and writes nothing.
    Read {
        /// Of which register.
        key: Arc<str>,
    },
    /// Promise to accept nothing under a smaller ballot: [`Answer::State`] of what has been accepted, or
    /// [`Answer::Outbid`].
    Prepare {
        /// Of which register.
        key: Arc<str>,
        /// The proposer's ballot.
        ballot: Ballot,
    },
    /// Accept this, unless a larger ballot has been promised: [`Answer::Accepted`], or [`Answer::Outbid`].
    Accept {
        /// Into which register.
        key: Arc<str>,
        /// The proposer's ballot.
        ballot: Ballot,
        /// What.
        version: Version,
    },
}

impl Request {
    /// The register that it is about.
    pub fn key(&self) -> &Arc<str> {
        match self {
            Request::Read { key } | Request::Prepare { key, .. } | Request::Accept { key, .. } => key,
        }
    }
}

/// What a node answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was accepted last.
    State(Option<Accepted>),
    /// It is accepted.
    Accepted,
    /// This larger ballot has been promised.
    Outbid(Ballot),
}

/// A connection to one node.
pub trait Registers: Clone + 'static {
    /// Sends a request, and waits for its answer until `deadline` on the own monotonic clock.
    fn run(
        &self,
        purpose: Purpose,
        request: Request,
        deadline: Mono,
    ) -> impl Future<Output = Reply<Answer>> + 'static;
}

/// The port's end in the simulated world: a stream to one server.
#[derive(Clone)]
pub struct SimRegisters {
    env: SimEnv,
    server: ProcessId,
}

impl SimRegisters {
    /// A connection from the machine of `env` to `server`.
    pub fn new(env: SimEnv, server: ProcessId) -> SimRegisters {
        SimRegisters { env, server }
    }
}

impl Registers for SimRegisters {
    fn run(
        &self,
        purpose: Purpose,
        request: Request,
        deadline: Mono,
    ) -> impl Future<Output = Reply<Answer>> + 'static {
        self.env.request(self.server, purpose.label(), request, deadline)
    }
}
