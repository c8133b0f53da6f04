//! The world: takes one step after the other, and gives servers and tasks their turns.

use crate::contain::{contain, quiet_panics};
use crate::core::{News, Operation};
use crate::datagram::Arrived;
use crate::env::{Handle, Shared, SimEnv, Spawned, Spinning};
use crate::ground::Footing;
use crate::network::Handled;
use crate::process::AtOneInstant;
use crate::queue::Step;
use crate::server::{Boot, Death, OnBehalfOf, Server, ServerContext};
use crate::timer::Due;
use crate::waker;
use fencepost_model::{
    ClientEvent, EndOfRun, EventKind, Finding, Instant, MachineId, OwnerId, ProcessId, ProcessRole, Purpose,
};
use std::future::Future;
use std::panic::panic_any;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Context;

/// How often tasks of a process may be polled at one instant before the one whose turn it is counts as
/// spinning.
const POLLS_AT_ONE_INSTANT: u32 = 100_000;

/// What comes next at an instant.
enum Next {
    Tell(News),
    Poll(u32),
}

/// The tasks of a run, in places that are used again.
#[derive(Default)]
pub(crate) struct Tasks {
    places: Vec<Option<Task>>,
    free: Vec<u32>,
}

struct Task {
    process: ProcessId,
    owner: Option<OwnerId>,
    operation: Option<Rc<Operation>>,
    handle: Rc<Handle>,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

/// Starts the owners of a client process; gives the tasks to its environment.
pub(crate) type StartClient<'a> = dyn Fn(&SimEnv, ProcessRole) + 'a;

pub(crate) struct World<'a> {
    pub shared: Rc<Shared>,
    servers: Vec<Option<Box<dyn Server>>>,
    tasks: Tasks,
    start_client: &'a StartClient<'a>,
    footing: Footing,
    run: u32,
    live: usize,
}

impl<'a> World<'a> {
    pub fn new(
        shared: Rc<Shared>,
        servers: Vec<Option<Box<dyn Server>>>,
        tasks: Tasks,
        start_client: &'a StartClient<'a>,
        footing: Footing,
    ) -> World<'a> {
        quiet_panics();
        let run = waker::begin_run();
        World { shared, servers, tasks, start_client, footing, run, live: 0 }
    }

    /// Runs to the end of the calm tail, or of what there is to do in it, or of the budget.
    pub fn run(&mut self) -> EndOfRun {
        let budget = self.shared.core.borrow().plan.budget;
        self.settle();
        loop {
            let (step, over) = {
                let core = &mut *self.shared.core.borrow_mut();
                let Some(at) = core.queue.next_at() else { return EndOfRun::Complete };
                if core.observer.next_at() <= at {
                    core.watch_until(at);
                    // What the observer told may have put something before the step that was next.
                    continue;
                }
                core.now = at;
                core.steps += 1;
                let over = core.steps > budget.steps || core.network.bytes > budget.bytes;
                (core.queue.pop().map(|(_, step)| step), over)
            };
            if over {
                self.flooded();
                return EndOfRun::OutOfBudget;
            }
            match step {
                Some(Step::End) | None => return EndOfRun::Complete,
                Some(step) => self.step(step),
            }
            self.settle();
            if self.live == 0 && self.shared.core.borrow().in_tail {
                return EndOfRun::Complete;
            }
        }
    }

    fn flooded(&mut self) {
        let core = &mut *self.shared.core.borrow_mut();
        let what = format!(
            "{} steps and {} bytes in flight by {}",
            core.steps,
            core.network.bytes,
            core.now.in_seconds()
        );
        core.misbehaved(None, Finding::Flooded(what));
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Deliver(slot) => self.deliver(slot),
            Step::Wake { process, epoch } => {
                let process = ProcessId(process);
                let due = {
                    let state = &mut self.shared.core.borrow_mut().processes[process.index()];
                    let stands = state.lane.epoch == epoch;
                    if stands {
                        state.lane.entry_taken();
                    }
                    stands && state.running()
                };
                if due {
                    self.fire_timers(process);
                }
            }
            Step::Fire(fault) => self.shared.core.borrow_mut().fire(fault),
            Step::Heal(fault) => self.shared.core.borrow_mut().heal(fault),
            Step::Restart { process, incarnation } => {
                let core = &mut *self.shared.core.borrow_mut();
                let in_time = !core.in_tail || core.processes[process as usize].role == ProcessRole::Server;
                if in_time && core.processes[process as usize].incarnation == incarnation {
                    core.start_again(ProcessId(process));
                }
            }
            Step::Datagram(slot) => {
                if self.shared.core.borrow_mut().datagram_arrives(slot) {
                    self.hand_over_datagram(slot);
                }
            }
            Step::Synced { machine, number } => {
                self.shared.core.borrow_mut().synced(MachineId(machine), number);
            }
            Step::GiveUp(connection) => self.shared.core.borrow_mut().give_up(connection),
            Step::CalmTail => self.shared.core.borrow_mut().calm(),
            Step::End => {}
        }
    }

    fn deliver(&mut self, slot: u32) {
        let handled = {
            let core = &mut *self.shared.core.borrow_mut();
            core.point_of_delivery(slot);
            if !core.arrive(slot) {
                return;
            }
            core.hand_over(slot)
        };
        self.give(handled);
    }

    /// A process that runs takes a message.
    fn hand_over(&mut self, slot: u32) {
        let handled = self.shared.core.borrow_mut().hand_over(slot);
        self.give(handled);
    }

    /// Gives a server what it has to see of a message.
    fn give(&mut self, handled: Handled) {
        match handled {
            Handled::Nothing => {}
            Handled::Request(process, from, body) => {
                let cause = Some(OnBehalfOf::of(&from));
                // Behind a reference it is not moved with the closure, from call to call.
                let mut request = Some((from, body));
                self.serve(process, cause, |server, world| {
                    if let Some((from, body)) = request.take() {
                        server.message(world, from, body);
                    }
                });
            }
            Handled::Disconnected(process, client, connection) => {
                self.serve(process, None, |server, world| server.disconnected(world, client, connection));
            }
            Handled::OnLink(process, what) => {
                self.serve(process, None, |server, world| what.tell(server, world));
            }
        }
    }

    /// A process that runs takes a datagram.
    fn hand_over_datagram(&mut self, slot: u32) {
        let arrived = {
            let core = &mut *self.shared.core.borrow_mut();
            let datagram = core.take_datagram(slot);
            core.witness.fold(core.now.0 ^ u64::from(datagram.target.0) << 32);
            core.handle_datagram(datagram)
        };
        match arrived {
            Arrived::Nothing => {}
            Arrived::Request(process, from, body) => {
                let cause = Some(OnBehalfOf::of(&from));
                self.serve(process, cause, |server, world| server.message(world, from, body));
            }
            Arrived::FromServer { target, source, body } => {
                self.serve(target, None, |server, world| server.datagram(world, source, body));
            }
        }
    }

    /// Gives a server its turn. A server that panics is a finding, and dead for the rest of the run.
    fn serve(
        &mut self,
        process: ProcessId,
        cause: Option<OnBehalfOf>,
        turn: impl FnOnce(&mut dyn Server, &mut ServerContext<'_>),
    ) {
        let Some(server) = &mut self.servers[process.index()] else { return };
        let shared = &self.shared;
        let result = contain(|| {
            let core = &mut *shared.core.borrow_mut();
            turn(&mut **server, &mut ServerContext::new(core, process, cause));
        });
        if let Err(finding) = result {
            let text = match finding {
                Finding::Panicked(text) => text,
                other => format!("{other:?}"),
            };
            self.servers[process.index()] = None;
            let core = &mut *self.shared.core.borrow_mut();
            core.misbehaved(None, Finding::ServerPanicked(text));
            core.processes[process.index()].broken = true;
            core.kill(process);
        }
    }

    fn fire_timers(&mut self, process: ProcessId) {
        loop {
            let due = self.shared.core.borrow_mut().due_timer(process);
            match due {
                Some(Due::Wait(wait)) if self.shared.core.borrow_mut().stops_before_waking(process, wait) => {
                    break;
                }
                Some(Due::Wait(wait)) => self.shared.core.borrow_mut().wait_elapsed(wait),
                Some(Due::Server(timer)) => {
                    self.serve(process, None, |server, world| server.timer(world, timer))
                }
                None => break,
            }
        }
        self.shared.core.borrow_mut().aim_lane(process);
    }

    /// Does everything that follows at this instant: what processes have to be told, and the tasks that are
    /// ready.
    #[inline]
    fn settle(&mut self) {
        if !self.shared.core.borrow().is_settled() || waker::has_woken() {
            self.settle_all();
        }
    }

    fn settle_all(&mut self) {
        while let Some(next) = self.next() {
            match next {
                Next::Tell(news) => self.tell(news),
                Next::Poll(task) => self.turn(task),
            }
            self.adopt();
        }
    }

    /// What comes next at this instant; none where nothing does.
    #[inline]
    fn next(&mut self) -> Option<Next> {
        let core = &mut *self.shared.core.borrow_mut();
        if let Some(news) = core.news.pop_front() {
            return Some(Next::Tell(news));
        }
        if core.ready.is_empty() {
            waker::take_woken(&mut core.ready);
        }
        core.ready.pop_front().map(Next::Poll)
    }

    fn tell(&mut self, news: News) {
        match news {
            News::Died(process, death) => self.bury(process, death),
            News::Started(process) => self.give_birth(process),
            News::Resumed(process) => self.catch_up(process),
            News::Synced(process, ticket) => {
                // The disk works on while the process is stopped; it learns of it later.
                if self.shared.core.borrow().processes[process.index()].running() {
                    self.serve(process, None, |server, world| server.synced(world, ticket));
                } else {
                    self.shared.core.borrow_mut().processes[process.index()].synced.push(ticket);
                }
            }
            News::Evict(process) => self.serve(process, None, |server, world| server.evict(world)),
            News::Local(process, slot) => {
                if self.shared.core.borrow().processes[process.index()].stopped == 0 {
                    self.hand_over(slot);
                } else {
                    self.shared.core.borrow_mut().processes[process.index()].inbox.push(slot);
                }
            }
        }
    }

    /// Drops what ran in a process that died. What its destructors do stays on the machine.
    fn bury(&mut self, process: ProcessId, death: Death) {
        self.serve(process, None, |server, world| server.died(world, death));
        for slot in 0..self.tasks.places.len() {
            let theirs = self.tasks.places[slot].as_ref().is_some_and(|task| task.process == process);
            if theirs {
                self.remove(slot as u32);
            }
        }
    }

    fn give_birth(&mut self, process: ProcessId) {
        let (role, incarnation) = {
            let state = &self.shared.core.borrow().processes[process.index()];
            (state.role, state.incarnation)
        };
        match role {
            ProcessRole::Server | ProcessRole::Resource => {
                let boot = if incarnation == 0 { Boot::First } else { Boot::Again };
                self.serve(process, None, |server, world| server.start(world, boot));
            }
            ProcessRole::Client | ProcessRole::Probe => {
                let env = SimEnv { shared: self.shared.clone(), process, incarnation };
                let start = self.start_client;
                if let Err(finding) = contain(|| start(&env, role)) {
                    self.shared.core.borrow_mut().misbehaved(None, finding);
                }
            }
        }
    }

    /// A process that runs again takes what waited for it: messages and due timers as one batch, in an
    /// order that is drawn. A real runtime may hand over a message although its time-out has passed.
    fn catch_up(&mut self, process: ProcessId) {
        let (waiting, messages_first) = {
            let core = &mut *self.shared.core.borrow_mut();
            let state = &mut core.processes[process.index()];
            if !state.running() {
                return;
            }
            state.wakeups += 1;
            state.lane.disarm();
            let waiting = state.take_waiting();
            let (incarnation, wakeups) = (state.incarnation, state.wakeups);
            let origin = core.origins.process(process, incarnation, 3);
            (waiting, core.draw(Purpose::WakeOrder, origin, wakeups) & 1 == 0)
        };
        self.shared.core.borrow_mut().ready.extend(waiting.stalled);
        for ticket in waiting.synced {
            self.serve(process, None, |server, world| server.synced(world, ticket));
        }
        if !messages_first {
            self.fire_timers(process);
        }
        waiting.inbox.into_iter().for_each(|slot| self.hand_over(slot));
        waiting.mail.into_iter().for_each(|slot| self.hand_over_datagram(slot));
        self.fire_timers(process);
    }

    /// Takes over the tasks that were spawned.
    fn adopt(&mut self) {
        if self.shared.spawned.borrow().is_empty() {
            return;
        }
        let mut spawned = std::mem::take(&mut *self.shared.spawned.borrow_mut());
        for Spawned { process, owner, operation, handle, future } in spawned.drain(..) {
            let task = Task { process, owner, operation, handle: handle.clone(), future };
            let slot = self.tasks.free.pop().unwrap_or_else(|| {
                self.tasks.places.push(None);
                self.tasks.places.len() as u32 - 1
            });
            handle.slot.set(Some(slot));
            self.tasks.places[slot as usize] = Some(task);
            self.live += 1;
            self.shared.core.borrow_mut().ready.push_back(slot);
        }
        // Nobody has spawned meanwhile: the list goes back with its memory.
        *self.shared.spawned.borrow_mut() = spawned;
    }

    fn remove(&mut self, slot: u32) {
        // Dropped outside any borrow: destructors of simulated code call the environment.
        if let Some(task) = self.tasks.places[slot as usize].take() {
            task.handle.slot.set(None);
            self.tasks.free.push(slot);
            self.live -= 1;
            if let Err(finding) = contain(|| drop(task.future)) {
                self.shared.core.borrow_mut().misbehaved(task.owner, finding);
            }
        }
    }

    /// Polls a task, if its process runs.
    fn turn(&mut self, slot: u32) {
        let Some(task) = &mut self.tasks.places[slot as usize] else { return };
        let polls;
        {
            let core = &mut *self.shared.core.borrow_mut();
            let state = &mut core.processes[task.process.index()];
            if state.alive && state.stopped > 0 {
                state.stalled.push(slot);
                return;
            }
            self.footing.advance_to(core.now);
            core.operation = task.operation.clone();
            core.task = slot;
            polls = core.processes[task.process.index()].polls.count(core.now);
        }
        if task.handle.cancelled.get() {
            return self.remove(slot);
        }
        let spins = polls > POLLS_AT_ONE_INSTANT;
        let waker = waker::waker(self.run, slot);
        let polled = contain(|| {
            if spins {
                panic_any(Spinning);
            }
            task.future.as_mut().poll(&mut Context::from_waker(&waker))
        });
        self.shared.core.borrow_mut().operation = None;
        match polled {
            Ok(poll) if poll.is_pending() => {}
            Ok(_) => self.remove(slot),
            Err(finding) => {
                let (owner, process) = (task.owner, task.process);
                {
                    let core = &mut *self.shared.core.borrow_mut();
                    core.misbehaved(owner, finding);
                    core.processes[process.index()].polls = AtOneInstant::default();
                }
                self.remove(slot);
            }
        }
    }

    /// Owners whose call was open when the calm tail began and has still not returned.
    pub fn find_calls_that_never_returned(&mut self, tail_began: Instant) {
        let core = &mut *self.shared.core.borrow_mut();
        for index in 0..core.owners.len() {
            let owner = &core.owners[index];
            let Some((_, call, since)) = owner.open_call else { continue };
            if since < tail_began && core.processes[owner.process.index()].running() {
                let finding = Finding::NeverReturned(format!("{call:?}").to_lowercase());
                core.misbehaved(Some(OwnerId(index as u32)), finding);
            }
        }
    }

    /// Drops every task: before the world goes, so that no destructor meets half of it. Everybody counts as
    /// dead by now, so nothing that destructors do belongs to the run. Gives the places of the tasks back.
    pub fn close(mut self) -> Tasks {
        self.shared.core.borrow_mut().processes.iter_mut().for_each(|process| process.alive = false);
        (0..self.tasks.places.len() as u32).for_each(|slot| self.remove(slot));
        self.shared.spawned.borrow_mut().clear();
        self.tasks.places.clear();
        self.tasks.free.clear();
        self.tasks
    }
}

/// Tells that an owner's life is over.
pub(crate) fn finished(env: &SimEnv, owner: OwnerId) {
    let mut core = env.shared.core.borrow_mut();
    core.emit(EventKind::Client(ClientEvent::Finished { owner, incarnation: env.incarnation }));
}
