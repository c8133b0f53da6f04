//! The resource as a process of the world: the pure [`Resource`] behind a link.

use crate::network::{Label, ReplyTo};
use crate::server::{Boot, Death, Server, ServerContext};
use fencepost_lock::{Resource, ResourceRequest, Ruling};
use fencepost_model::{EventKind, Gate, ResourceEvent, Span};
use std::any::Any;
use std::collections::BTreeMap;

/// How operations at the resource are called: reads, then writes.
pub(crate) const RESOURCE_LABELS: [Label; 2] =
    [Label { ask: "read", answer: "read-reply" }, Label { ask: "write", answer: "write-reply" }];

/// How long a gate of two steps takes from check to write, at least and at most.
const BETWEEN_STEPS: (Span, Span) = (Span::from_millis(1), Span::from_millis(20));

/// See the module. Its state is durable: it is told of faults of links and of pauses only.
pub(crate) struct ResourceServer {
    resource: Resource,
    /// Writes that were let through and are not carried out yet, by the number of their timer.
    let_through: BTreeMap<u32, (ReplyTo, ResourceRequest)>,
    timers: u32,
}

impl ResourceServer {
    pub fn new(gate: Gate, locks: usize) -> ResourceServer {
        ResourceServer { resource: Resource::new(gate, locks), let_through: BTreeMap::new(), timers: 0 }
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
        match self.resource.check(request) {
            Some(ruling) => decide(world, &from, request, ruling),
            None => self.write_later(world, from, request),
        }
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, timer: u32) {
        if let Some((from, request)) = self.let_through.remove(&timer) {
            let ruling = self.resource.write(request);
            world.on_behalf_of(&from);
            decide(world, &from, request, ruling);
        }
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        self.let_through.clear();
    }
}

/// Tells the decision and the answer. What is only answered again is no decision.
fn decide(world: &mut ServerContext<'_>, from: &ReplyTo, request: ResourceRequest, ruling: Ruling) {
    if let Some(cause) = world.cause()
        && let Some(tag) = cause.tag
        && !ruling.repeated
    {
        let event = ResourceEvent::Decided {
            tag,
            tenure: cause.tenure.expect("operations at the resource are opened with a guard"),
            lock: request.lock,
            access: ruling.access,
            token: request.token,
            sequence: request.sequence,
            accepted: ruling.accepted,
            sent: cause.sent.expect("the resource is asked by messages"),
        };
        world.emit(EventKind::Resource(event));
    }
    world.reply_unheard(from, ruling.reply);
}
