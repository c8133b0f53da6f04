//! The simulated machine, as the code of one life of a client process sees it.

use crate::clock::MachineClock;
use crate::core::{Core, Operation};
use crate::datagram::{Cause, Datagram};
use crate::network::{Label, Request};
use crate::process::AtOneInstant;
use crate::resource::RESOURCE_LABELS;
use crate::timer::{Due, Ended, WaitRef, Wake};
use crate::waker;
use fencepost_lock::{Draw, Env, Observed, Reply, ResourceReply, ResourceRequest, TaskHandle};
use fencepost_model::{
    BeliefEnd, Call, ClientEvent, EventKind, Instant, LockId, Mode, Mono, OpTag, Outcome, OwnerId, PointKind,
    ProcessId, Purpose, Span, TenureId, TriggerEvent, Wall,
};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::panic_any;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

/// How often the code of a process may call its environment at one instant before it counts as spinning.
const CALLS_AT_ONE_INSTANT: u32 = 100_000;

/// What a spinning task is stopped with.
pub(crate) struct Spinning;

/// What all environments of a run share.
pub(crate) struct Shared {
    pub core: RefCell<Core>,
    /// Tasks that were spawned and not yet taken over by the executor.
    pub spawned: RefCell<Vec<Spawned>>,
}

/// A task that has not been polled yet.
pub(crate) struct Spawned {
    pub process: ProcessId,
    pub owner: Option<OwnerId>,
    pub operation: Option<Rc<Operation>>,
    pub handle: Rc<Handle>,
    pub future: Pin<Box<dyn Future<Output = ()>>>,
}

/// What a task and its handle share.
#[derive(Default)]
pub(crate) struct Handle {
    pub cancelled: Cell<bool>,
    /// The slot of the task, while it has one.
    pub slot: Cell<Option<u32>>,
}

/// The environment of client code in the simulated world. Clones are handles to the same machine.
#[derive(Clone)]
pub struct SimEnv {
    pub(crate) shared: Rc<Shared>,
    pub(crate) process: ProcessId,
    pub(crate) incarnation: u16,
}

impl SimEnv {
    /// Calls into the world. Everything that code can do passes here, so spinning is seen here.
    fn with<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
        let mut core = self.shared.core.borrow_mut();
        let now = core.now;
        let process = &mut core.processes[self.process.index()];
        if process.calls.count(now) > CALLS_AT_ONE_INSTANT {
            // Destructors call the environment too while the panic unwinds: they begin to count anew.
            process.calls = AtOneInstant::default();
            drop(core);
            panic_any(Spinning);
        }
        act(&mut core)
    }

    /// Whether this life of the process goes on: what the dead do has no effect.
    fn is_alive(&self, core: &Core) -> bool {
        let process = &core.processes[self.process.index()];
        process.alive && process.incarnation == self.incarnation
    }

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
        self.exchange(Transport::Stream, server, label, body, deadline)
    }

    /// As [`SimEnv::request`], by datagrams: request and answer may be lost, doubled and overtaken.
    pub fn ask<Q: Clone + 'static, A: 'static>(
        &self,
        server: ProcessId,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        self.exchange(Transport::Datagram, server, label, body, deadline)
    }

    fn exchange<Q: Clone + 'static, A: 'static>(
        &self,
        transport: Transport,
        server: ProcessId,
        label: Label,
        body: Q,
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

    /// Reads a clock. Where the process stops at this very point, code reads what the clock shows when it
    /// goes on; nothing that it does afterwards leaves the machine before that.
    fn read_clock<T>(&self, read: impl Fn(&MachineClock, Instant) -> T) -> T {
        self.with(|core| {
            core.point(PointKind::ClockRead, self.process, core.running_owner(), None);
            let now = core.goes_on_at(self.process);
            read(core.clock_of(self.process), now)
        })
    }

    fn spawn_for(&self, owner: Option<OwnerId>, task: impl Future<Output = ()> + 'static) -> SimTask {
        let handle = Rc::new(Handle::default());
        let (alive, operation) = self.with(|core| (self.is_alive(core), core.operation.clone()));
        if alive {
            self.shared.spawned.borrow_mut().push(Spawned {
                process: self.process,
                owner: owner.or(operation.as_ref().map(|operation| operation.tag.owner)),
                operation,
                handle: handle.clone(),
                future: Box::pin(task),
            });
        }
        SimTask { shared: self.shared.clone(), handle }
    }

    /// Starts the task of an owner.
    pub(crate) fn spawn_owner(&self, owner: OwnerId, task: impl Future<Output = ()> + 'static) {
        self.spawn_for(Some(owner), task);
    }
}

/// How a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Stream,
    Datagram,
}

impl Core {
    fn send_request<Q: Clone + 'static>(
        &mut self,
        env: &SimEnv,
        transport: Transport,
        server: ProcessId,
        label: Label,
        body: Q,
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
                let (body, bytes) = (Box::new(body), size_of::<Q>() as u32);
                self.request(Request { client, server, label, body, bytes, deadline, tag, tenure, n })
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
        let process = &mut self.processes[env.process.index()];
        let stops = process.stopped > 0;
        if stops {
            process.stalled.push(self.task);
        }
        stops
    }

    /// Whether the caller has dropped this acquire: told once.
    fn takes_cancel(&mut self, tag: OpTag) -> bool {
        let cancelled = &mut self.owners[tag.owner.index()].cancelled;
        let taken = *cancelled == Some(tag.op);
        if taken {
            *cancelled = None;
        }
        taken
    }

    /// The owner whose operation runs.
    fn running_owner(&self) -> Option<OwnerId> {
        self.operation.as_ref().map(|operation| operation.tag.owner)
    }
}

/// A wait of a future; dropping it gives up what is waited for.
struct Pending {
    env: SimEnv,
    wait: WaitRef,
}

impl Pending {
    fn poll(&mut self, context: &Context<'_>) -> Poll<Ended> {
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

/// A task of a simulated client.
pub struct SimTask {
    shared: Rc<Shared>,
    handle: Rc<Handle>,
}

impl TaskHandle for SimTask {
    fn cancel(&self) {
        // A task that waits is dropped when it has its turn, so it is given one.
        if let (false, Some(slot)) = (self.handle.cancelled.replace(true), self.handle.slot.get()) {
            self.shared.core.borrow_mut().ready.push_back(slot);
        }
    }
}

impl Env for SimEnv {
    type Task = SimTask;

    fn wall(&self) -> Wall {
        self.read_clock(MachineClock::wall)
    }

    fn mono(&self) -> Mono {
        self.read_clock(MachineClock::mono)
    }

    fn random(&self) -> u64 {
        self.with(|core| {
            let (origin, n) = match &core.operation {
                Some(operation) => {
                    operation.randoms.set(operation.randoms.get() + 1);
                    (core.origins.operation(operation.tag, 2), operation.randoms.get())
                }
                None => {
                    let (incarnation, n) = core.processes[self.process.index()].next_draw();
                    (core.origins.process(self.process, incarnation, 1), n)
                }
            };
            core.draw(Purpose::Random, origin, n)
        })
    }

    fn sleep_until(&self, at: Mono) -> impl Future<Output = ()> + 'static {
        let env = self.clone();
        let mut pending: Option<Pending> = None;
        poll_fn(move |context| {
            if pending.is_none() {
                if env.mono() >= at {
                    return Poll::Ready(());
                }
                let wait = env.with(|core| {
                    let wait = core.waits.open_sleep();
                    core.arm(env.process, at, Due::Wait(wait));
                    wait
                });
                pending = Some(Pending { env: env.clone(), wait });
            }
            pending.as_mut().map_or(Poll::Ready(()), |pending| pending.poll(context).map(|_| ()))
        })
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) -> SimTask {
        self.spawn_for(None, task)
    }
}

impl Observed for SimEnv {
    fn begin(&self, owner: OwnerId, call: Call, lock: LockId, attempt: Option<u32>) -> OpTag {
        self.with(|core| {
            let tag = core.next_tag(owner, attempt);
            let state = &mut core.owners[owner.index()];
            (state.open_call, state.task) = (Some((tag, call, core.now)), core.task);
            core.emit(EventKind::Client(ClientEvent::Invoked { tag, call, lock }));
            if call == Call::Acquire {
                core.acquire_appeared();
            }
            if call == Call::Release {
                let tenure = core.observer.tenure_guarded(tag.of_attempt());
                core.end_belief(tenure, BeliefEnd::Released);
            }
            tag
        })
    }

    fn operate(&self, owner: OwnerId, attempt: u32) -> OpTag {
        self.with(|core| core.next_tag(owner, Some(attempt)))
    }

    fn end(&self, tag: OpTag, call: Call, lock: LockId, mode: Mode, outcome: Outcome) -> Option<TenureId> {
        self.with(|core| core.call_returned(tag, call, lock, mode, outcome))
    }

    async fn under<F: Future>(&self, tag: OpTag, tenure: Option<TenureId>, work: F) -> F::Output {
        let operation = Rc::new(Operation { tag, tenure, sends: Cell::new(0), randoms: Cell::new(0) });
        let mut work = pin!(work);
        poll_fn(|context| {
            let outer = self.shared.core.borrow_mut().operation.replace(operation.clone());
            let polled = work.as_mut().poll(context);
            self.shared.core.borrow_mut().operation = outer;
            polled
        })
        .await
    }

    async fn under_until_cancelled<F: Future>(&self, tag: OpTag, work: F) -> Option<F::Output> {
        let mut work = pin!(self.under(tag, None, work));
        poll_fn(|context| {
            if self.shared.core.borrow_mut().takes_cancel(tag) {
                return Poll::Ready(None);
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn told_of_loss(&self, tenure: TenureId) {
        self.with(|core| core.end_belief(tenure, BeliefEnd::Lost));
    }

    fn told_of_renewal(&self, tenure: TenureId, deadline: Option<Mono>) {
        self.with(|core| core.belief_extended(tenure, deadline));
    }

    fn held_back(&self, tag: OpTag) {
        self.with(|core| core.emit(EventKind::Client(ClientEvent::HeldBack { tag })));
    }

    fn abandoned(&self, tenure: TenureId) {
        let mut core = self.shared.core.borrow_mut();
        if self.is_alive(&core) {
            core.end_belief(tenure, BeliefEnd::TaskEnded);
        }
    }

    fn may_begin(&self) -> bool {
        self.with(|core| !core.in_tail)
    }

    fn draw(&self, owner: OwnerId, what: Draw) -> Span {
        self.with(|core| {
            let state = &core.owners[owner.index()];
            let op = state.next_op + 1;
            let (law, purpose) = match what {
                Draw::Hold => (&core.plan.workload.hold, Purpose::Hold),
                Draw::Think => (&core.plan.workload.think, Purpose::Think),
            };
            let origin = core.origins.owner(owner, state.incarnation, op, 0);
            law.at(core.draw(purpose, origin, 0))
        })
    }

    fn resource(
        &self,
        request: ResourceRequest,
        deadline: Mono,
    ) -> impl Future<Output = Reply<ResourceReply>> {
        let env = self.clone();
        async move {
            let server = env.with(|core| {
                if request.parent.is_some() && core.faults.waits_for_events() {
                    let owner = core.operation.as_ref().map(|operation| operation.tag.owner);
                    core.triggered(TriggerEvent::WriteSent, owner);
                }
                core.resource()
            });
            let label = RESOURCE_LABELS[usize::from(request.parent.is_some())];
            if env.with(|core| core.plan.workload.datagrams) {
                env.ask(server, label, request, deadline).await
            } else {
                env.request(server, label, request, deadline).await
            }
        }
    }
}

impl Core {
    fn next_tag(&mut self, owner: OwnerId, attempt: Option<u32>) -> OpTag {
        let state = &mut self.owners[owner.index()];
        state.next_op += 1;
        let op = state.next_op;
        OpTag { owner, incarnation: state.incarnation, attempt: attempt.unwrap_or(op), op }
    }

    fn resource(&self) -> ProcessId {
        let is_resource = |role: &_| *role == fencepost_model::ProcessRole::Resource;
        let index = self.processes.iter().position(|process| is_resource(&process.role));
        ProcessId(index.expect("every run has a resource") as u32)
    }
}
