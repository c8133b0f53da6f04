//! One plan, one run.

use crate::contain::message_of;
use crate::core::Core;
use crate::env::{Shared, SimEnv};
use crate::fault::Fate;
use crate::ground::{Footing, Ground};
use crate::place::{Place, Places};
use crate::queue::Step;
use crate::resource::ResourceServer;
use crate::server::Server;
use crate::spare::Spare;
use crate::stage::Stage;
use crate::system::{ClientSite, SimSystem};
use crate::witness::Witness;
use crate::world::{World, finished};
use fencepost_check::measure::Measures;
use fencepost_check::{Judge, Rules, properties};
use fencepost_lock::{Owner, Workload, probe};
use fencepost_model::{
    Cast, EndOfRun, Event, EventKind, Instant, Judgement, LockId, OwnerId, Plan, ProcessEntry, ProcessId,
    ProcessRole, Site, Span, WorldEvent,
};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// The role of the machines of what stands behind the lock: of the resource, and of the provider.
pub const RESOURCE: &str = "resource";
/// The name of the machine and process that asks for locks in the calm tail.
pub const PROBE: &str = "probe";

/// How to run a plan.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// On which ground.
    pub ground: Ground,
    /// Whether to keep the history, with messages, for people. It changes no digest.
    pub record: bool,
    /// Whether to judge: a bench may want the bare world.
    pub judge: bool,
    /// Whether to take measures. It changes neither digest nor verdict.
    pub measure: bool,
    /// Whether to take in what the run is like, for a search. It changes neither digest nor verdict.
    pub compare: bool,
    /// Whether to list where faults could have been put. It changes neither digest nor verdict.
    pub places: Places,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            ground: Ground::best(),
            record: false,
            judge: true,
            measure: false,
            compare: false,
            places: Places::Untold,
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// Who took part.
    pub cast: Arc<Cast>,
    /// The digest of everything that happened.
    pub digest: u64,
    /// What the properties say; empty where nothing was judged.
    pub judgement: Judgement,
    /// What was measured, where that was asked for.
    pub measures: Option<Measures>,
    /// What became of each fault of the plan.
    pub fates: Vec<Fate>,
    /// How it ended.
    pub end: EndOfRun,
    /// True time at the end.
    pub ended_at: Instant,
    /// Messages that were delivered.
    pub messages: u64,
    /// Syncs of disks that were done.
    pub syncs: u64,
    /// Steps of the world.
    pub steps: u64,
    /// Events that were told.
    pub events: u64,
    /// The history, where it was recorded.
    pub history: Vec<Event>,
    /// Where faults could have been put before the calm tail, where that was asked for.
    pub places: Vec<Place>,
    /// What the run was like, without its times, where that was asked for: runs with the same fingerprint did the
    /// same in the same order.
    pub fingerprint: u64,
    /// The shortest time between two beliefs in one lock that followed each other: how near the run came to
    /// two at once. None where no lock was believed in twice.
    pub nearest: Option<Span>,
}

/// Runs a plan.
///
/// Panics, with the case's name, where the plan contradicts the system (a name that nobody has) or the
/// world contradicts itself: both are mistakes of ours. What the lock's code does wrong is a finding.
pub fn run(
    plan: &Plan,
    system: &dyn SimSystem,
    workload: &dyn Workload<SimEnv>,
    options: RunOptions,
) -> RunResult {
    let (rules, plan) = (Arc::new(Rules::of(&system.descriptor(), plan)), Arc::new(plan.clone()));
    run_on(&Stage::of(rules, &plan), &mut Spare::default(), &plan, system, workload, options)
}

/// As [`run`], for many runs one after the other: they share memory, and the rules of a variant, which are the same
/// for every seed of it, are made once; plans that differ in nothing but their faults share the whole stage.
pub fn run_on(
    stage: &Stage,
    spare: &mut Spare,
    plan: &Arc<Plan>,
    system: &dyn SimSystem,
    workload: &dyn Workload<SimEnv>,
    options: RunOptions,
) -> RunResult {
    let on_ground = |footing| run_at(stage, spare, plan.clone(), system, workload, options, footing);
    let result = catch_unwind(AssertUnwindSafe(|| options.ground.stand(plan.key, on_ground)));
    result.unwrap_or_else(|payload| {
        let text = format!("case {}: {}", plan.case, message_of(&*payload));
        resume_unwind(Box::new(text))
    })
}

fn run_at(
    stage: &Stage,
    spare: &mut Spare,
    plan: Arc<Plan>,
    system: &dyn SimSystem,
    workload: &dyn Workload<SimEnv>,
    options: RunOptions,
    footing: Footing,
) -> RunResult {
    debug_assert!(stage.is_of(&plan), "a run on the stage of another one");
    let (rules, cast) = (stage.rules.clone(), stage.cast.clone());
    // A call that was made just before the tail may wait as long as the owner's patience.
    let tail = rules.tail().max(plan.workload.patience + Span::from_secs(1));
    let (rightful_ends, has_one_state) = (rules.rightful_ends, rules.quorum <= 1);
    let judge = (options.judge || options.measure).then(|| {
        let table = if options.judge { properties() } else { Vec::new() };
        let own = if options.judge { system.properties() } else { Vec::new() };
        let judge = Judge::with(cast.clone(), rules, table.into_iter().chain(own).collect());
        if options.measure { judge.measuring() } else { judge }
    });
    let witness = Witness::new(judge, options.record).comparing(options.compare).listing(options.places);
    let projection = system.projection(&plan, &cast);
    let (vessels, tasks) = spare.take();
    let mut core = Core::new(vessels, plan.clone(), stage, witness, projection, rightful_ends);
    core.observer.begin(cast.owners.len(), has_one_state);
    let shared = Rc::new(Shared { core: RefCell::new(core), spawned: RefCell::default() });
    let servers = servers_of(&plan, &cast, system);
    let nodes: Rc<[ProcessId]> = ids_of(&cast, ProcessRole::Server).collect();
    let start_client = |env: &SimEnv, role: ProcessRole| {
        let lock = system.lock(ClientSite { env: env.clone(), plan: plan.clone(), servers: nodes.clone() });
        let theirs = cast.owners.iter().enumerate().filter(|(_, owner)| owner.process == env.process);
        for (position, (index, _)) in theirs.enumerate() {
            let id = OwnerId(index as u32);
            let owner =
                Owner::new(env.clone(), id, lock.clone(), stage.names.clone(), stage.workload.clone());
            if role == ProcessRole::Probe {
                env.spawn_owner(id, probe(owner, LockId(position as u16)));
            } else {
                let (life, env_of_owner) = (workload.owner(owner), env.clone());
                env.spawn_owner(id, async move {
                    life.await;
                    finished(&env_of_owner, id);
                });
            }
        }
    };
    let mut world = World::new(shared.clone(), servers, tasks, &start_client, footing);
    begin(&mut shared.core.borrow_mut(), plan.length, tail);
    let end = world.run();
    if end == EndOfRun::Complete {
        world.find_calls_that_never_returned(Instant::START + plan.length);
    }
    let tasks = world.close();
    let result = conclude(&shared, cast, end);
    // Who still has a handle to the world keeps its memory.
    if let Ok(shared) = Rc::try_unwrap(shared) {
        spare.put(shared.core.into_inner().into_vessels(), tasks);
    }
    result
}

/// Puts in what is known before the run begins.
fn begin(core: &mut Core, length: Span, tail: Span) {
    core.place_faults();
    for index in 0..core.processes.len() {
        if core.processes[index].role != ProcessRole::Probe {
            core.start(ProcessId(index as u32));
        }
    }
    core.queue.push(Instant::START + length, Step::CalmTail);
    core.queue.push(Instant::START + length + tail, Step::End);
}

fn conclude(shared: &Shared, cast: Arc<Cast>, end: EndOfRun) -> RunResult {
    let mut core = shared.core.borrow_mut();
    debug_assert!(core.network.connections.are_tidy(), "closed connections give their places back");
    let (fates, ended_at, messages, steps) =
        (core.faults.take_fates(), core.now, core.network.delivered, core.steps);
    let syncs = core.syncs_done();
    let before_tail = core.before_tail.unwrap_or((messages, syncs));
    let witness = std::mem::replace(&mut core.witness, Witness::new(None, false));
    let (judge, history, digest, events, behaviour) = witness.into_parts();
    let (fingerprint, nearest) = behaviour.unwrap_or_default().into_parts();
    let places = core.places.take().unwrap_or_default();
    let (judgement, measures) = match judge {
        Some(judge) => judge.finish_measured(end, ended_at),
        None => (Judgement { properties: Vec::new(), seen: Vec::new() }, None),
    };
    let measures =
        measures.map(|measures| Measures { messages: before_tail.0, syncs: before_tail.1, ..measures });
    RunResult {
        cast,
        digest,
        judgement,
        measures,
        fates,
        end,
        ended_at,
        messages,
        syncs,
        steps,
        events,
        history,
        places,
        fingerprint,
        nearest,
    }
}

fn ids_of(cast: &Cast, role: ProcessRole) -> impl Iterator<Item = ProcessId> + '_ {
    let of_role = move |(_, process): &(usize, &ProcessEntry)| process.role == role;
    cast.processes.iter().enumerate().filter(of_role).map(|(index, _)| ProcessId(index as u32))
}

fn servers_of(plan: &Plan, cast: &Cast, system: &dyn SimSystem) -> Vec<Option<Box<dyn Server>>> {
    let mut next_server = 0;
    let server = |process: &ProcessEntry| -> Option<Box<dyn Server>> {
        match process.role {
            ProcessRole::Server => {
                next_server += 1;
                Some(system.server(plan, next_server - 1))
            }
            ProcessRole::Resource => {
                let gate = match plan.workload.provider {
                    Some(gate) if *process.name == *Site::Provider.name() => gate,
                    _ => plan.variant.gate,
                };
                Some(Box::new(ResourceServer::new(gate, plan.workload.locks.len())))
            }
            ProcessRole::Client | ProcessRole::Probe => None,
        }
    };
    cast.processes.iter().map(server).collect()
}

impl Core {
    /// Starts the probes of the calm tail, and tells that they ask.
    pub(crate) fn start_probes(&mut self) {
        let probes: Vec<_> = ids_of(&self.cast.clone(), ProcessRole::Probe).collect();
        for process in probes {
            self.start(process);
            let cast = self.cast.clone();
            let theirs = cast.owners.iter().enumerate().filter(|(_, owner)| owner.process == process);
            for (lock, (index, _)) in theirs.enumerate() {
                let (owner, lock) = (OwnerId(index as u32), LockId(lock as u16));
                self.emit(EventKind::World(WorldEvent::Probing { owner, lock }));
            }
        }
    }
}
