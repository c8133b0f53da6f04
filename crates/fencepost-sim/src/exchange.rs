//! A client's exchange with a server: a request, and the wait for its answer.

use crate::core::Core;
use crate::datagram::{Body, Cause, Datagram};
use crate::env::SimEnv;
use crate::line::Line;
use crate::network::{Label, Request};
use crate::timer::{Due, Ended, WaitRef};
use fencepost_lock::Reply;
use fencepost_model::{Mono, OwnerId, PointKind, ProcessId};
use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
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
        Exchange::new(self, Transport::Stream, server, label, Body::of(body), deadline)
    }

    /// As [`SimEnv::request`], by datagrams: request and answer may be lost, doubled and overtaken.
    pub fn ask<Q: Clone + 'static, A: 'static>(
        &self,
        server: ProcessId,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        Exchange::new(self, Transport::Datagram, server, label, Body::of(body), deadline)
    }
}

impl Line {
    /// As [`SimEnv::request`], over this line; one at a time. Giving the request up closes the line.
    pub fn request<Q: Clone + 'static, A: 'static>(
        &self,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        let body = Body::of(body);
        let mut exchange = Exchange::new(&self.env, Transport::Stream, self.server, label, body, deadline);
        exchange.line = Some(self.number.clone());
        exchange
    }
}

/// A request that is sent when it is polled first, and given up when it is dropped. A type of its own and no
/// `async` block: it is polled for every message, and does all of it in one call into the world.
struct Exchange<A> {
    env: SimEnv,
    transport: Transport,
    server: ProcessId,
    label: Label,
    deadline: Mono,
    /// Until it is sent.
    body: Option<Body>,
    /// Whether it has come to its decision point.
    is_at_point: bool,
    /// From when it is sent until it is over.
    wait: Option<WaitRef>,
    /// The connection of the line that it goes over.
    line: Option<Rc<Cell<Option<u32>>>>,
    answer: PhantomData<fn() -> A>,
}

impl<A> Exchange<A> {
    fn new(
        env: &SimEnv,
        transport: Transport,
        server: ProcessId,
        label: Label,
        body: Body,
        deadline: Mono,
    ) -> Exchange<A> {
        let (env, body, answer) = (env.clone(), Some(body), PhantomData);
        let (is_at_point, wait, line) = (false, None, None);
        Exchange { env, transport, server, label, deadline, body, is_at_point, wait, line, answer }
    }
}

impl<A: 'static> Future for Exchange<A> {
    type Output = Reply<A>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Reply<A>> {
        let Exchange { env, transport, server, label, deadline, body, is_at_point, wait, line, .. } =
            self.get_mut();
        let ended = env.with(|core| {
            if body.is_some() && core.stops_before_sending(env, label.ask, !*is_at_point) {
                *is_at_point = true;
                return Poll::Pending;
            }
            if let Some(body) = body.take() {
                let transport = line.as_ref().map_or(*transport, |line| Transport::Line(line.get()));
                let sent = core.send_request(env, transport, *server, *label, body, *deadline);
                line.iter().for_each(|line| line.set(core.waits.connection(sent)));
                *wait = Some(sent);
            }
            core.poll_wait(wait, context)
        });
        ended.map(|ended| match ended {
            Ended::Answer(answer) => {
                Reply::Done(*answer.downcast().expect("servers answer in their port's type"))
            }
            Ended::NeverSent => Reply::Refused,
            Ended::Elapsed | Ended::Broken => Reply::Unknown,
        })
    }
}

impl<A> Drop for Exchange<A> {
    fn drop(&mut self) {
        if let Some(wait) = self.wait {
            self.env.give_up(wait);
        }
    }
}

/// How a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Stream,
    /// On a connection of its own: this one, where it has one already.
    Line(Option<u32>),
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
            Transport::Stream | Transport::Line(_) => {
                let line = if let Transport::Line(number) = transport { Some(number) } else { None };
                self.request(Request { client, server, label, body, deadline, tag, tenure, n, line })
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

    /// How the wait of a future ended. Its slot is free from then on.
    pub fn poll_wait(&mut self, wait: &mut Option<WaitRef>, context: &Context<'_>) -> Poll<Ended> {
        let open = wait.expect("a future that is over is not polled again");
        let ended = self.waits.poll(open, context);
        if ended.is_ready() {
            self.waits.close(open);
            *wait = None;
        }
        ended
    }
}

impl SimEnv {
    /// Gives up what a future waits for, which is being dropped.
    pub(crate) fn give_up(&self, open: WaitRef) {
        let mut core = self.shared.core.borrow_mut();
        if let Some(connection) = core.waits.close(open)
            && self.is_alive(&core)
            && core.network.connections.get(connection).is_some_and(|it| it.current == Some(open))
        {
            core.abandon(connection);
        }
    }
}
