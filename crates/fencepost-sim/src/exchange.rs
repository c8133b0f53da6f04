//! A client's exchange with a server: a request, and the wait for its answer.

use crate::core::Core;
use crate::datagram::{Body, Cause, Datagram};
use crate::env::SimEnv;
use crate::network::{Label, Request};
use crate::timer::{Due, Ended, WaitRef, Wake};
use crate::waker;
use fencepost_lock::Reply;
use fencepost_model::{Mono, OwnerId, PointKind, ProcessId};
use std::future::{Future, poll_fn};
use std::task::{Context, Poll};

impl SimEnv {
    /// Sends a request to a server on a stream and waits for its answer until `deadline` on the machine's
    /// monotonic clock. *Refused* where no connection could be had, so that nothing was sent; *unknown*
    /// where the deadline passed or the connection broke. Dropping the future gives the request up.
    ///
    /// Panics where the server answers with another type: a mistake of the system's own code.
    pub fn request<Q: Clone + 'static, A: 'static>(
        &self,
        server: ProcessId,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        self.exchange(Transport::Stream, server, label, Body::of(body), deadline)
    }

    /// As [`SimEnv::request`], by datagrams: request and answer may be lost, doubled and overtaken.
    pub fn ask<Q: Clone + 'static, A: 'static>(
        &self,
        server: ProcessId,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        self.exchange(Transport::Datagram, server, label, Body::of(body), deadline)
    }

    fn exchange<A: 'static>(
        &self,
        transport: Transport,
        server: ProcessId,
        label: Label,
        body: Body,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        let env = self.clone();
        let mut body = Some(body);
        let mut pending: Option<Pending> = None;
        let mut at_point = true;
        poll_fn(move |context| {
            if pending.is_none() {
                if env.with(|core| core.stops_before_sending(&env, label.ask, std::mem::take(&mut at_point)))
                {
                    return Poll::Pending;
                }
                let body = body.take().expect("sent once");
                let wait = env.with(|core| core.send_request(&env, transport, server, label, body, deadline));
                pending = Some(Pending { env: env.clone(), wait });
            }
            let waiting = pending.as_mut().expect("sent above");
            waiting.poll(context).map(|ended| match ended {
                Ended::Answer(answer) => {
                    Reply::Done(*answer.downcast().expect("servers answer in their port's type"))
                }
                Ended::NeverSent => Reply::Refused,
                Ended::Elapsed | Ended::Broken => Reply::Unknown,
            })
        })
    }
}

/// How a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Stream,
    Datagram,
}

impl Core {
    fn send_request(
        &mut self,
        env: &SimEnv,
        transport: Transport,
        server: ProcessId,
        label: Label,
        body: Body,
        deadline: Mono,
    ) -> WaitRef {
        let (tag, tenure, n) = match &self.operation {
            Some(operation) => {
                operation.sends.set(operation.sends.get() + 1);
                (Some(operation.tag), operation.tenure, operation.sends.get())
            }
            None => (None, None, 0),
        };
        let client = env.process;
        match transport {
            Transport::Stream => {
                self.request(Request { client, server, label, body, deadline, tag, tenure, n })
            }
            Transport::Datagram => {
                let wait = self.waits.open(None);
                self.arm(client, deadline, Due::Wait(wait));
                let cause = Cause { tag, tenure, n };
                self.send_datagram(Datagram::request((client, server), label, wait, body, cause));
                wait
            }
        }
    }

    /// Whether code that is about to send has to wait, because its process has stopped at this point or
    /// before it. Its task goes on when the process does.
    fn stops_before_sending(&mut self, env: &SimEnv, label: &str, at_point: bool) -> bool {
        if at_point {
            self.point(PointKind::Send, env.process, self.running_owner(), Some(label));
        }
        // It died at this very point: what it was about to send is never sent, and its task is on its way out.
        if !env.is_alive(self) {
            return true;
        }
        let process = &mut self.processes[env.process.index()];
        let stops = process.stopped > 0;
        if stops {
            process.stalled.push(self.task);
        }
        stops
    }

    /// The owner whose operation runs.
    pub fn running_owner(&self) -> Option<OwnerId> {
        self.operation.as_ref().map(|operation| operation.tag.owner)
    }
}

/// A wait of a future; dropping it gives up what is waited for.
pub(crate) struct Pending {
    pub env: SimEnv,
    pub wait: WaitRef,
}

impl Pending {
    pub fn poll(&mut self, context: &Context<'_>) -> Poll<Ended> {
        self.env.with(|core| {
            let wait = core.waits.get(self.wait).expect("a wait lives as long as its future");
            if let Some(ended) = wait.ended.take() {
                return Poll::Ready(ended);
            }
            wait.wake = Some(match waker::task_of(context.waker()) {
                Some(task) => Wake::Task(task),
                None => Wake::Foreign(context.waker().clone()),
            });
            Poll::Pending
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let mut core = self.env.shared.core.borrow_mut();
        let Some(wait) = core.waits.close(self.wait) else { return };
        if let Some(connection) = wait.connection
            && self.env.is_alive(&core)
            && core.network.connections[connection as usize].current == Some(self.wait)
        {
            core.abandon(connection);
        }
    }
}
