//! The resource as a process of the world: the pure [`Resource`] behind a link.

use crate::network::{Label, ReplyTo};
use crate::server::{Boot, Death, Server, ServerContext};
use fencepost_lock::{Resource, ResourceRequest};
use fencepost_model::{EventKind, Gate, ResourceEvent};
use std::any::Any;

/// How operations at the resource are called: reads, then writes.
pub(crate) const RESOURCE_LABELS: [Label; 2] =
    [Label { ask: "read", answer: "read-reply" }, Label { ask: "write", answer: "write-reply" }];

/// See the module. Its state is durable: it is told of faults of links and of pauses only.
pub(crate) struct ResourceServer {
    resource: Resource,
}

impl ResourceServer {
    pub fn new(gate: Gate, locks: usize) -> ResourceServer {
        ResourceServer { resource: Resource::new(gate, locks) }
    }
}

impl Server for ResourceServer {
    fn start(&mut self, _world: &mut ServerContext<'_>, _boot: Boot) {}

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let request: ResourceRequest = *body.downcast().expect("the resource is asked in its own type");
        let ruling = self.resource.rule(request);
        let (Some((tag, cause)), false) = (world.cause(), ruling.repeated) else {
            world.reply_unheard(&from, ruling.reply);
            return;
        };
        let event = ResourceEvent::Decided {
            tag,
            tenure: cause.tenure.expect("operations at the resource are opened with a guard"),
            lock: request.lock,
            access: ruling.access,
            token: request.token,
            sequence: request.sequence,
            accepted: ruling.accepted,
            sent: cause.sent,
        };
        world.emit(EventKind::Resource(event));
        world.reply_unheard(&from, ruling.reply);
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {}
}
