//! A desk that hands out tickets without looking: to everybody, or to nobody.

use fencepost_lock::{
    Acquired, AnyLock, Ask, Env, Erased, Extended, Grant, Lease, Lock, Released, Reply, Status,
};
use fencepost_model::{
    Cast, Datum, Descriptor, EndReason, Features, LockId, MachineSpec, Mode, OpTag, Plan, ProcessId, Refusal,
    RowChange, Slot, Span, StoreEvent,
};
use fencepost_sim::{
    Boot, ClientSite, Death, Label, Projection, ReplyTo, Server, ServerContext, SimEnv, SimSystem,
    TenureChange,
};
use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

const TIMEOUT: Span = Span::from_millis(500);
const PAUSE: Span = Span::from_millis(40);

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    generous: bool,
}

impl Desk {
    /// It grants everybody.
    pub const ALWAYS: Desk = Desk { generous: true };
    /// It refuses everybody.
    pub const NEVER: Desk = Desk { generous: false };
}

const DESCRIPTOR: Descriptor = Descriptor {
    name: "always",
    about: "a service that grants everybody",
    leaves_out: "nothing",
    features: |_| Features { extend: true, ..Features::default() },
    settings: &[],
    defects: &[],
    roles: &[("store", "the desk that hands out tickets")],
    machines: |_| vec![MachineSpec { name: "desk".to_owned(), role: "store" }],
    quorum: |_| 1,
    rightful_ends: &[EndReason::Released],
    claims: super::claims,
    bounds: |_| None,
    stands: |_| Vec::new(),
};

impl SimSystem for Desk {
    fn descriptor(&self) -> Descriptor {
        if self.generous {
            DESCRIPTOR
        } else {
            Descriptor { name: "never", about: "a service that refuses everybody", ..DESCRIPTOR }
        }
    }

    fn server(&self, _plan: &Plan, _index: usize) -> Box<dyn Server> {
        Box::new(DeskServer { generous: self.generous, tickets: 0, out: BTreeMap::new() })
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        Erased::boxed(DeskLock { env: client.env, desk: client.servers[0] })
    }

    fn projection(&self, _plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        let locks = cast.locks.iter().map(|lock| lock.name.clone()).collect();
        Box::new(DeskProjection { locks, tickets: BTreeMap::new() })
    }
}

#[derive(Clone)]
enum Request {
    Ticket(Arc<str>),
    Return(u64),
}

struct DeskServer {
    generous: bool,
    tickets: u64,
    out: BTreeMap<u64, Arc<str>>,
}

impl Server for DeskServer {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        world.up(boot == Boot::Again);
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let request: Request = *body.downcast().expect("the desk is asked in its own type");
        let answer: Option<u64> = match request {
            Request::Ticket(name) if self.generous => {
                self.tickets += 1;
                let key: Arc<str> = Arc::from(format!("{name}#{}", self.tickets));
                world.row(
                    &key,
                    RowChange::Created { value: Datum::Integer(self.tickets as i64), lives: None },
                );
                self.out.insert(self.tickets, key);
                Some(self.tickets)
            }
            Request::Ticket(_) => None,
            Request::Return(ticket) => self.out.remove(&ticket).map(|key| {
                world.row(&key, RowChange::Removed { reason: EndReason::Released });
                ticket
            }),
        };
        world.reply(&from, answer);
    }

    fn died(&mut self, world: &mut ServerContext<'_>, _death: Death) {
        for (_, key) in std::mem::take(&mut self.out) {
            world.row(&key, RowChange::Removed { reason: EndReason::LostInRestart });
        }
    }
}

struct DeskLock {
    env: SimEnv,
    desk: ProcessId,
}

impl DeskLock {
    async fn ask(&self, label: Label, request: Request) -> Reply<Option<u64>> {
        self.env.request(self.desk, label, request, self.env.mono() + TIMEOUT).await
    }
}

impl Lock for DeskLock {
    type Proof = u64;

    async fn acquire(&self, ask: Ask) -> Acquired<u64> {
        let label = Label { ask: "acquire", answer: "acquire-reply" };
        loop {
            match self.ask(label, Request::Ticket(ask.name.clone())).await {
                Reply::Done(Some(proof)) => {
                    return Acquired::Granted(Grant {
                        proof,
                        lease: Lease::default(),
                        token: None,
                        slot: Slot(0),
                    });
                }
                Reply::Done(None) | Reply::Refused if self.env.mono() + PAUSE < ask.wait_until => {
                    self.env.sleep(PAUSE).await;
                }
                Reply::Done(None) => return Acquired::Refused(Refusal::Held),
                Reply::Refused => return Acquired::Refused(Refusal::Unreachable),
                Reply::Unknown => return Acquired::Unknown,
            }
        }
    }

    async fn extend(&self, _proof: &u64) -> Extended {
        Extended::Until(None)
    }

    async fn release(&self, proof: &u64) -> Released {
        let label = Label { ask: "release", answer: "release-reply" };
        match self.ask(label, Request::Return(*proof)).await {
            Reply::Done(Some(_)) => Released::Released,
            Reply::Done(None) => Released::NotHeld,
            Reply::Refused => Released::Unreachable,
            Reply::Unknown => Released::Unknown,
        }
    }

    async fn status(&self, _name: Arc<str>, _proof: Option<&u64>) -> Status {
        Status::Unknown
    }
}

/// Every ticket that is out is a tenure.
struct DeskProjection {
    locks: Vec<Arc<str>>,
    tickets: BTreeMap<Arc<str>, OpTag>,
}

impl Projection for DeskProjection {
    fn project(&mut self, event: &StoreEvent, changes: &mut Vec<TenureChange>) {
        let StoreEvent::Row { node, key, change, tag, .. } = event else { return };
        match (change, tag) {
            (RowChange::Created { .. }, Some(tag)) => {
                let name = key.rsplit_once('#').map_or(&**key, |(name, _)| name);
                let Some(lock) = self.locks.iter().position(|lock| **lock == *name) else { return };
                self.tickets.insert(key.clone(), *tag);
                changes.push(TenureChange::Granted {
                    node: *node,
                    created_by: *tag,
                    lock: LockId(lock as u16),
                    slot: Slot(0),
                    mode: Mode::Exclusive,
                    promised: None,
                    token: None,
                });
            }
            (RowChange::Removed { reason }, _) => {
                if let Some(created_by) = self.tickets.remove(key) {
                    changes.push(TenureChange::Gone { node: *node, created_by, reason: *reason });
                }
            }
            _ => {}
        }
    }
}
