//! Servers: state machines that the world drives with messages and timers.

use crate::core::Core;
use crate::datagram::Datagram;
use crate::disk::Disk;
use crate::link::LinkId;
use crate::network::{ConnectionId, ReplyTo};
use crate::timer::Due;
use fencepost_model::{
    EventKind, Instant, LogChange, Mono, OpTag, ProcessId, Purpose, RowChange, StoreEvent, TenureId, Wall,
};
use std::any::Any;
use std::sync::Arc;

/// How a process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Death {
    /// It was killed: what it wrote is in the memory of the operating system, or on disk.
    Killed,
    /// The machine lost power: of what was not synced, little or nothing is left.
    PowerLost,
}

/// Which of a server's lives begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boot {
    /// The first.
    First,
    /// A later one: what was only in memory is gone.
    Again,
}

/// A server of a system, or the resource. It is told of everything in order, one thing at a time; each
/// handler is atomic, as a single-threaded server's command is.
pub trait Server {
    /// The process starts.
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot);

    /// A message has arrived. Answer it now or later through `from`.
    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>);

    /// A timer has fired that was armed with [`ServerContext::timer`].
    fn timer(&mut self, _world: &mut ServerContext<'_>, _timer: u32) {}

    /// A client's connection is closed. A client may have others: what came on this one was answered through
    /// [`ReplyTo`]s that name it.
    fn disconnected(
        &mut self,
        _world: &mut ServerContext<'_>,
        _client: ProcessId,
        _connection: ConnectionId,
    ) {
    }

    /// A datagram of another server has arrived.
    fn datagram(&mut self, _world: &mut ServerContext<'_>, _from: ProcessId, _body: Box<dyn Any>) {}

    /// A link to or from `peer` is open: see [`ServerContext::connect`].
    fn linked(&mut self, _world: &mut ServerContext<'_>, _link: LinkId, _peer: ProcessId) {}

    /// The other end of a link wrote this.
    fn stream(&mut self, _world: &mut ServerContext<'_>, _link: LinkId, _body: Box<dyn Any>) {}

    /// A link is gone: the other end closed it or does not know it, nobody listens there, or the own machine
    /// has tried in vain for too long. What was written last may have arrived or not.
    fn unlinked(&mut self, _world: &mut ServerContext<'_>, _link: LinkId) {}

    /// A sync that was begun with [`ServerContext::sync`] is done.
    fn synced(&mut self, _world: &mut ServerContext<'_>, _ticket: u32) {}

    /// The machine is short of memory: give something up, if the settings let you.
    fn evict(&mut self, _world: &mut ServerContext<'_>) {}

    /// The process is dead: forget what was only in memory, and tell of it with [`ServerContext::row`].
    /// The disk is already as the next life will find it. Nothing can be sent from here.
    fn died(&mut self, world: &mut ServerContext<'_>, death: Death);
}

/// Whose request is being handled, as the observer wants to know it.
#[derive(Clone, Copy)]
pub(crate) struct OnBehalfOf {
    pub tag: Option<OpTag>,
    pub tenure: Option<TenureId>,
    /// When its message was sent; none where it came by other ways than one message.
    pub sent: Option<Instant>,
}

impl OnBehalfOf {
    pub fn of(from: &ReplyTo) -> OnBehalfOf {
        OnBehalfOf { tag: from.tag, tenure: from.tenure, sent: Some(from.sent) }
    }
}

/// The world as a server sees it while it handles one thing.
pub struct ServerContext<'a> {
    core: &'a mut Core,
    process: ProcessId,
    cause: Option<OnBehalfOf>,
}

impl<'a> ServerContext<'a> {
    pub(crate) fn new(core: &'a mut Core, process: ProcessId, cause: Option<OnBehalfOf>) -> Self {
        ServerContext { core, process, cause }
    }

    /// The server's own process.
    pub fn me(&self) -> ProcessId {
        self.process
    }

    /// Reads the machine's wall clock.
    pub fn wall(&mut self) -> Wall {
        self.core.clock_of(self.process).wall(self.core.now())
    }

    /// Reads the machine's monotonic clock.
    pub fn mono(&mut self) -> Mono {
        self.core.clock_of(self.process).mono(self.core.now())
    }

    /// Sixty-four random bits.
    pub fn random(&mut self) -> u64 {
        let (incarnation, n) = self.core.processes[self.process.index()].next_draw();
        let origin = self.core.origins.process(self.process, incarnation, 1);
        self.core.draw(Purpose::Random, origin, n)
    }

    /// Fires `timer` when the machine's monotonic clock reads `at`.
    pub fn timer(&mut self, at: Mono, timer: u32) {
        self.core.arm(self.process, at, Due::Server(timer));
    }

    /// The disk of the machine.
    pub fn disk(&mut self) -> &mut Disk {
        let machine = self.core.processes[self.process.index()].machine;
        &mut self.core.machines[machine.index()].disk
    }

    /// Begins a sync of everything that was written; [`Server::synced`] is called when it is done.
    pub fn sync(&mut self, ticket: u32) {
        self.core.begin_sync(self.process, ticket);
    }

    /// Sends a datagram to another server: it may be lost, doubled or overtaken.
    pub fn send<T: Clone + 'static>(&mut self, to: ProcessId, label: &'static str, body: T) {
        let n = self.core.processes[self.process.index()].next_draw().1;
        self.core.send_datagram(Datagram::between_servers(self.process, to, label, body, n));
    }

    /// Lets what follows count as done for the request `from`: for servers that answer later.
    pub fn on_behalf_of(&mut self, from: &ReplyTo) {
        self.cause = Some(OnBehalfOf::of(from));
    }

    /// Keeps, for the observer alone, whose request it was that the servers know under `name` from here on:
    /// a command travels from server to server as bytes, and the observer still has to know whose it is. The
    /// first request of a name stays.
    pub fn name_request(&mut self, name: (u64, u64), from: &ReplyTo) {
        self.core.named_requests.entry(name).or_insert_with(|| OnBehalfOf::of(from));
    }

    /// Lets what follows count as done for the request that is known under `name`, on whichever server it
    /// arrived; by the server itself where none is.
    pub fn on_behalf_of_named(&mut self, name: (u64, u64)) {
        // When the message was sent says nothing of how long one was under way.
        let named = self.core.named_requests.get(&name).copied();
        self.cause = named.map(|cause| OnBehalfOf { sent: None, ..cause });
    }

    /// Lets what follows count as done by the server itself.
    pub fn by_itself(&mut self) {
        self.cause = None;
    }

    /// Answers a request. An answer to a connection that is gone goes nowhere, as on a real network.
    pub fn reply<A: Clone + 'static>(&mut self, to: &ReplyTo, answer: A) {
        if let Some(tag) = to.tag {
            self.core.emit(EventKind::Store(StoreEvent::Answered { node: self.process, tag, sent: to.sent }));
        }
        self.reply_unheard(to, answer);
    }

    /// Answers a request of which nothing came, or nothing that is promised. Nobody is told that the store
    /// has answered for it.
    pub fn deny<A: Clone + 'static>(&mut self, to: &ReplyTo, answer: A) {
        self.reply_unheard(to, answer);
    }

    /// Answers without telling of it: the resource is no store.
    pub(crate) fn reply_unheard<A: Clone + 'static>(&mut self, to: &ReplyTo, answer: A) {
        match to.datagram {
            Some(client) => self.core.send_datagram(Datagram::answer(self.process, client, to, answer)),
            None => self.core.reply(self.process, to, Box::new(answer), size_of::<A>() as u32),
        }
    }

    /// Tells what happened to a row of the store.
    pub fn row(&mut self, key: &Arc<str>, change: RowChange) {
        let (tag, sent) = self.cause.map_or((None, None), |cause| (cause.tag, cause.sent));
        let event =
            StoreEvent::Row { node: self.process, key: key.clone(), change, tag, sent, primary: true };
        self.core.emit(EventKind::Store(event));
    }

    /// Tells what happened to the server's part of a replicated log.
    pub fn log(&mut self, change: LogChange) {
        self.core.emit(EventKind::Store(StoreEvent::Log { node: self.process, change }));
    }

    /// Tells what happened to a replica's copy of a row. It is nobody's operation, and no grant.
    pub fn copied(&mut self, key: &Arc<str>, change: RowChange) {
        let (node, key) = (self.process, key.clone());
        let event = StoreEvent::Row { node, key, change, tag: None, sent: None, primary: false };
        self.core.emit(EventKind::Store(event));
    }

    /// Tells that the server became primary in the place of another one.
    pub fn promoted(&mut self) {
        self.core.emit(EventKind::Store(StoreEvent::Promoted { node: self.process }));
    }

    /// Tells that the server stopped being primary.
    pub fn demoted(&mut self) {
        self.core.emit(EventKind::Store(StoreEvent::Demoted { node: self.process }));
    }

    /// Tells that the server serves again, and whether it came back without rows that it had.
    pub fn up(&mut self, lost_rows: bool) {
        self.core.emit(EventKind::Store(StoreEvent::NodeUp { node: self.process, lost_rows }));
    }

    /// Whose operation is being handled: for the resource, and for nobody who decides by it.
    pub(crate) fn cause(&self) -> Option<OnBehalfOf> {
        self.cause
    }

    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.core.emit(kind);
    }

    pub(crate) fn core(&mut self) -> &mut Core {
        self.core
    }
}
