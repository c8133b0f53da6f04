//! The port: what a client sees of the members of a log.

use super::Machine;
use super::ask::{AnswerOf, AskOf};
use crate::stores::Purpose;
use fencepost_lock::Reply;
use fencepost_model::{Mono, ProcessId};
use fencepost_sim::SimEnv;
use std::future::Future;
use std::rc::Rc;

/// Connections to the members of a log under `M`.
pub trait Members<M: Machine>: Clone + 'static {
    /// How many there are.
    fn count(&self) -> usize;

    /// Asks one of them, and waits for its answer until `deadline` on the own monotonic clock.
    fn ask(
        &self,
        member: usize,
        purpose: Purpose,
        ask: AskOf<M>,
        deadline: Mono,
    ) -> impl Future<Output = Reply<AnswerOf<M>>> + 'static;
}

/// The port's end in the simulated world: a stream to each member.
#[derive(Clone)]
pub struct SimMembers {
    env: SimEnv,
    members: Rc<[ProcessId]>,
}

impl SimMembers {
    /// Connections from the machine of `env` to `members`.
    pub fn new(env: SimEnv, members: Rc<[ProcessId]>) -> SimMembers {
        SimMembers { env, members }
    }
}

impl<M: Machine> Members<M> for SimMembers {
    fn count(&self) -> usize {
        self.members.len()
    }

    fn ask(
        &self,
        member: usize,
        purpose: Purpose,
        ask: AskOf<M>,
        deadline: Mono,
    ) -> impl Future<Output = Reply<AnswerOf<M>>> + 'static {
        self.env.request(self.members[member], purpose.label(), ask, deadline)
    }
}
