//! The resource, and the provider, as processes of the world: the pure [`Resource`] behind a link.

use crate::network::{ConnectionId, Label, ReplyTo};
use crate::server::{Boot, Death, Server, ServerContext};
use fencepost_lock::{Act, Checked, Decision, Resource, ResourceRequest, Ruling, Ticket, TransactionId};
use fencepost_model::{EventKind, Gate, ProcessId, ResourceEvent, Span};
use std::any::Any;
use std::collections::BTreeMap;

/// How an operation at the resource or the provider and its answer are called.
pub(crate) const fn label_of(act: Act) -> Label {
    match act {
        Act::Read => Label { ask: "read", answer: "read-reply" },
        Act::Write { .. } => Label { ask: "write", answer: "write-reply" },
        Act::Commit => Label { ask: "commit", answer: "commit-reply" },
        Act::RollBack => Label { ask: "rollback", answer: "rollback-reply" },
        Act::Charge { .. } => Label { ask: "charge", answer: "charge-reply" },
    }
}

/// How long a gate of two steps takes from check to write, at least and at most.
const BETWEEN_STEPS: (Span, Span) = (Span::from_millis(1), Span::from_millis(20));

/// See the module. Its state is durable: it is told of faults of links and of pauses only.
///
/// A transaction is rolled back when its connection is closed: by a client that gave a request up, or by the machine
/// of one that died. An owner that is paused keeps its rows locked. So does one whose machine lost power, or that was
/// cut off until its machine gave the connection up, for then nothing closes at this end: the servers whose ways are
/// followed here find that out by TCP's keepalive, which begins after two hours if nobody says otherwise.
pub(crate) struct ResourceServer {
    resource: Resource,
    /// Writes that were let through and are not carried out yet, by the number of their timer.
    let_through: BTreeMap<u32, (ReplyTo, ResourceRequest)>,
    timers: u32,
    /// Who waits for a row.
    waiting: BTreeMap<Ticket, ReplyTo>,
    /// The transactions of open connections.
    transactions: BTreeMap<ConnectionId, TransactionId>,
}

impl ResourceServer {
    pub fn new(gate: Gate, locks: usize) -> ResourceServer {
        ResourceServer {
            resource: Resource::new(gate, locks),
            let_through: BTreeMap::new(),
            timers: 0,
            waiting: BTreeMap::new(),
            transactions: BTreeMap::new(),
        }
    }

    fn carry_out(
        &mut self,
        world: &mut ServerContext<'_>,
        from: ReplyTo,
        request: ResourceRequest,
        checked: Checked,
    ) {
        match checked {
            Checked::Ruled(ruling) => decide(world, &from, request, ruling),
            Checked::LetThrough => self.write_later(world, from, request),
            Checked::Waits(ticket) => drop(self.waiting.insert(ticket, from)),
        }
    }

    /// Answers those whose wait for a row is over.
    fn wake(&mut self, world: &mut ServerContext<'_>) {
        while let Some((ticket, request, checked)) = self.resource.next_woken() {
            let from = self.waiting.remove(&ticket).expect("who waits is kept until it is woken");
            world.on_behalf_of(&from);
            self.carry_out(world, from, request, checked);
        }
    }

    fn write_later(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, request: ResourceRequest) {
        let (least, most) = BETWEEN_STEPS;
        let width = u128::from(most.saturating_sub(least).0) + 1;
        let drawn = (u128::from(world.random()) * width) >> 64;
        self.timers += 1;
        self.let_through.insert(self.timers, (from, request));
        let at = world.mono() + least + Span(drawn as u64);
        world.timer(at, self.timers);
    }
}

impl Server for ResourceServer {
    fn start(&mut self, _world: &mut ServerContext<'_>, _boot: Boot) {}

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let request: ResourceRequest = *body.downcast().expect("the resource is asked in its own type");
        if let (Some(connection), Some(transaction)) = (from.connection(), request.transaction) {
            self.transactions.insert(connection, transaction);
        }
        let checked = self.resource.check(request);
        self.carry_out(world, from, request, checked);
        self.wake(world);
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, timer: u32) {
        if let Some((from, request)) = self.let_through.remove(&timer) {
            let ruling = self.resource.write(request);
            world.on_behalf_of(&from);
            decide(world, &from, request, ruling);
        }
    }

    fn disconnected(&mut self, world: &mut ServerContext<'_>, _client: ProcessId, connection: ConnectionId) {
        let Some(transaction) = self.transactions.remove(&connection) else { return };
        self.waiting.retain(|_, from| from.connection() != Some(connection));
        self.resource.hang_up(transaction);
        self.wake(world);
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        self.let_through.clear();
        self.waiting.clear();
        let open = std::mem::take(&mut self.transactions);
        open.into_values().for_each(|transaction| self.resource.hang_up(transaction));
    }
}

/// Tells the decision and the answer. What is only answered again is no decision.
fn decide(world: &mut ServerContext<'_>, from: &ReplyTo, request: ResourceRequest, ruling: Ruling) {
    if let Some(Decision { access, accepted }) = ruling.decided
        && let Some(cause) = world.cause()
        && let Some(tag) = cause.tag
    {
        let event = ResourceEvent::Decided {
            tag,
            tenure: cause.tenure.expect("operations at the resource are opened with a guard"),
            lock: request.lock,
            access,
            token: request.token,
            sequence: request.sequence,
            accepted,
            sent: cause.sent.expect("the resource is asked by messages"),
        };
        world.emit(EventKind::Resource(event));
    }
    world.reply_unheard(from, ruling.reply);
}
