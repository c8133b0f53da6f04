//! The simulated machine, as the code of one life of a client process sees it.

use crate::core::{Core, Operation};
use crate::network::{Label, Request};
use crate::resource::RESOURCE_LABELS;
use crate::timer::{Due, Ended, WaitRef, Wake};
use crate::waker;
use fencepost_lock::{Draw, Env, Observed, Reply, ResourceReply, ResourceRequest, TaskHandle};
use fencepost_model::{
    BeliefEnd, Call, ClientEvent, EventKind, Instant, LockId, Mode, Mono, OpTag, Origin, Outcome, OwnerId,
    ProcessId, Purpose, Span, TenureId, TriggerEvent, Wall,
};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::panic_any;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

/// How often code may call its environment at one instant before it counts as spinning.
const CALLS_AT_ONE_INSTANT: u32 = 100_000;

/// What a spinning task is stopped with.
pub(crate) struct Spinning;

/// What all environments of a run share.
pub(crate) struct Shared {
    pub core: RefCell<Core>,
    /// Tasks that were spawned and not yet taken over by the executor.
    pub spawned: RefCell<Vec<Spawned>>,
    /// Calls of the environment since time last moved, and when that was.
    pub calls: Cell<(Instant, u32)>,
}

/// A task that has not been polled yet.
pub(crate) struct Spawned {
    pub process: ProcessId,
    pub owner: Option<OwnerId>,
    pub operation: Option<Rc<Operation>>,
    pub cancelled: Rc<Cell<bool>>,
    pub future: Pin<Box<dyn Future<Output = ()>>>,
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
        let (instant, calls) = self.shared.calls.get();
        let calls = if instant == core.now { calls + 1 } else { 0 };
        self.shared.calls.set((core.now, calls));
        if calls > CALLS_AT_ONE_INSTANT {
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

    /// Sends a request to a server and waits for its answer until `deadline` on the machine's monotonic
    /// clock. *Refused* where no connection could be had, so that nothing was sent; *unknown* where the
    /// deadline passed or the connection broke. Dropping the future gives the request up.
    ///
    /// Panics where the server answers with another type: a mistake of the system's own code.
    pub fn request<Q: 'static, A: 'static>(
        &self,
        server: ProcessId,
        label: Label,
        body: Q,
        deadline: Mono,
    ) -> impl Future<Output = Reply<A>> + 'static {
        let env = self.clone();
        let mut body = Some(body);
        let mut pending: Option<Pending> = None;
        poll_fn(move |context| {
            let waiting = pending.get_or_insert_with(|| {
                let body = Box::new(body.take().expect("sent once"));
                let wait = env.with(|core| {
                    core.send_request(&env, server, label, body, size_of::<Q>() as u32, deadline)
                });
                Pending { env: env.clone(), wait }
            });
            waiting.poll(context).map(|ended| match ended {
                Ended::Answer(answer) => {
                    Reply::Done(*answer.downcast().expect("servers answer in their port's type"))
                }
                Ended::NeverSent => Reply::Refused,
                Ended::Elapsed | Ended::Broken => Reply::Unknown,
            })
        })
    }

    fn spawn_for(&self, owner: Option<OwnerId>, task: impl Future<Output = ()> + 'static) -> SimTask {
        let cancelled = Rc::new(Cell::new(false));
        let (alive, operation) = self.with(|core| (self.is_alive(core), core.operation.clone()));
        if alive {
            self.shared.spawned.borrow_mut().push(Spawned {
                process: self.process,
                owner: owner.or(operation.as_ref().map(|operation| operation.tag.owner)),
                operation,
                cancelled: cancelled.clone(),
                future: Box::pin(task),
            });
        }
        SimTask { cancelled }
    }

    /// Starts the task of an owner.
    pub(crate) fn spawn_owner(&self, owner: OwnerId, task: impl Future<Output = ()> + 'static) {
        self.spawn_for(Some(owner), task);
    }
}

impl Core {
    fn send_request(
        &mut self,
        env: &SimEnv,
        server: ProcessId,
        label: Label,
        body: Box<dyn std::any::Any>,
        bytes: u32,
        deadline: Mono,
    ) -> WaitRef {
        let (tag, tenure, n) = match &self.operation {
            Some(operation) => {
                operation.sends.set(operation.sends.get() + 1);
                (Some(operation.tag), operation.tenure, operation.sends.get())
            }
            None => (None, None, 0),
        };
        self.request(Request { client: env.process, server, label, body, bytes, deadline, tag, tenure, n })
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
    cancelled: Rc<Cell<bool>>,
}

impl TaskHandle for SimTask {
    fn cancel(&self) {
        self.cancelled.set(true);
    }
}

impl Env for SimEnv {
    type Task = SimTask;

    fn wall(&self) -> Wall {
        self.with(|core| core.clock_of(self.process).wall(core.now))
    }

    fn mono(&self) -> Mono {
        self.with(|core| core.clock_of(self.process).mono(core.now))
    }

    fn random(&self) -> u64 {
        self.with(|core| {
            let (origin, n) = match &core.operation {
                Some(operation) => {
                    operation.randoms.set(operation.randoms.get() + 1);
                    let OpTag { owner, incarnation, op, .. } = operation.tag;
                    (Origin::Op { owner: owner.0, incarnation, op, kind: 2 }, operation.randoms.get())
                }
                None => {
                    let (incarnation, n) = core.processes[self.process.index()].next_draw();
                    (Origin::Process { process: self.process.0, incarnation, peer: 0, kind: 1 }, n)
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
                    let wait = core.waits.open(None);
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
            core.owners[owner.index()].open_call = Some((tag, call, core.now));
            core.emit(EventKind::Client(ClientEvent::Invoked { tag, call, lock }));
            if call == Call::Release {
                let tenure = core.observer.tenure_of(tag.of_attempt());
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

    fn told_of_loss(&self, tenure: TenureId) {
        self.with(|core| core.end_belief(tenure, BeliefEnd::Lost));
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
            let origin = Origin::Op { owner: owner.0, incarnation: state.incarnation, op, kind: 0 };
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
            env.request(server, label, request, deadline).await
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
