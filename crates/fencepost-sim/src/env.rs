//! The simulated machine, as the code of one life of a client process sees it.

use crate::clock::MachineClock;
use crate::core::{Core, Operation};
use crate::process::AtOneInstant;
use crate::timer::{Due, WaitRef};
use fencepost_lock::{Env, TaskHandle};
use fencepost_model::{Instant, Mono, OwnerId, PointKind, ProcessId, Purpose, Wall};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::hash::Hash;
use std::panic::panic_any;
use std::pin::Pin;
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
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
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
    pub(crate) fn is_alive(&self, core: &Core) -> bool {
        let process = &core.processes[self.process.index()];
        process.alive && process.incarnation == self.incarnation
    }

    /// Reads a clock. Where the process stops at this very point, code reads what the clock shows when it
    /// goes on; nothing that it does afterwards leaves the machine before that.
    fn read_clock<T: Hash>(&self, read: impl Fn(&MachineClock, Instant) -> T) -> T {
        self.with(|core| self.read_clock_of(core, read))
    }

    fn read_clock_of<T: Hash>(&self, core: &mut Core, read: impl Fn(&MachineClock, Instant) -> T) -> T {
        if core.watches_points(PointKind::ClockRead) {
            core.point(PointKind::ClockRead, self.process, core.running_owner(), None);
        }
        let now = core.goes_on_at(self.process);
        let reading = read(core.clock_of(self.process), now);
        core.note_reading(self.process, &reading);
        reading
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
        Sleep { env: self.clone(), at, wait: None }
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) -> SimTask {
        self.spawn_for(None, task)
    }
}

/// A wait for a reading of the monotonic clock, which begins when it is polled first.
struct Sleep {
    env: SimEnv,
    at: Mono,
    wait: Option<WaitRef>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Sleep { env, at, wait } = self.get_mut();
        env.with(|core| {
            if wait.is_none() {
                if env.read_clock_of(core, MachineClock::mono) >= *at {
                    return Poll::Ready(());
                }
                let open = core.waits.open_sleep();
                core.arm(env.process, *at, Due::Wait(open));
                *wait = Some(open);
            }
            core.poll_wait(wait, context).map(|_| ())
        })
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(wait) = self.wait {
            self.env.give_up(wait);
        }
    }
}
