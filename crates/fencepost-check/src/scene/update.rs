//! How each event changes the scene.

use super::lock::set;
use super::owner::{Attempt, Owner};
use super::{Changes, Edge, Scene, Tenure, Touched};
use fencepost_model::{
    Access, BeliefEnd, Call, ClientEvent, Event, EventKind, Instant, LockId, MachineId, Mono, NodeId, OpTag,
    Outcome, OwnerId, ProcessId, ResourceEvent, Slot, Span, StoreEvent, TenureEvent, TenureId, Token,
    WorldEvent,
};

impl Scene {
    /// Takes the event in. Called once per event, before any property sees it.
    pub(crate) fn take(&mut self, event: &Event) {
        self.now = event.at;
        self.event = event.n;
        self.changes = Changes::default();
        match &event.kind {
            EventKind::Client(event) => self.take_client(event),
            EventKind::Store(event) => self.take_store(event),
            EventKind::Tenure(event) => self.take_tenure(event),
            EventKind::Resource(event) => self.take_resource(event),
            EventKind::World(event) => self.take_world(event),
            EventKind::Trace(_) => {}
        }
    }

    /// The run is over: what properties find now, they find here.
    pub(crate) fn close(&mut self, at: Instant) {
        self.now = at;
        self.event += 1;
        self.changes = Changes::default();
    }

    fn take_client(&mut self, event: &ClientEvent) {
        match *event {
            ClientEvent::Invoked { tag, call: Call::Acquire, lock } => self.invoked(tag, lock),
            ClientEvent::Returned { tag, call: Call::Acquire, outcome, .. } => self.returned(tag, outcome),
            ClientEvent::Invoked { tag, call: Call::Release, .. } => {
                let at = self.now;
                if let Some(attempt) = self.attempt_mut(tag) {
                    attempt.release_invoked(at);
                }
            }
            ClientEvent::Returned { tag, call: Call::Release, .. } => {
                let at = self.now;
                if let Some(attempt) = self.attempt_mut(tag) {
                    attempt.release_returned(at);
                }
            }
            ClientEvent::BeliefStarted { tenure, tag, lock, slot, mode, deadline, token } => {
                self.known(tenure, tag, lock, slot, mode, token);
                self.belief_started(tenure, deadline.is_some());
                let promised = self.tenure(tenure).and_then(|tenure| tenure.promised).unwrap_or(self.now);
                if let Some(attempt) = self.attempt_mut(tag) {
                    attempt.believed(promised);
                    attempt.guards = Some(tenure);
                }
                self.stop_probing(tag.owner, Some(lock));
            }
            ClientEvent::BeliefExtended { tenure, deadline } => self.belief_extended(tenure, deadline),
            ClientEvent::DeadlineReached { tenure } => {
                let at = self.now;
                if let Some(tenure) = self.tenure_mut(tenure) {
                    tenure.belief.reached.get_or_insert(at);
                }
            }
            ClientEvent::BeliefEnded { tenure, why } => self.belief_ended(tenure, why),
            ClientEvent::Finished { owner, incarnation } => self.stop_asking(owner, Some(incarnation)),
            _ => {}
        }
    }

    fn take_store(&mut self, event: &StoreEvent) {
        let at = self.now;
        match event {
            StoreEvent::Row { node, tag, sent, .. } => {
                self.row_told(*node, *tag);
                if let (Some(tag), Some(sent)) = (tag, sent) {
                    self.flew(*tag, *sent, Some(*node));
                }
            }
            StoreEvent::Answered { tag, .. } => {
                if let Some(attempt) = self.attempt_mut(*tag) {
                    attempt.answered(at);
                }
            }
            StoreEvent::Promoted { node } => self.promoted = Some(*node),
            StoreEvent::NodeUp { node, lost_rows: true } => {
                if let Some(process) = self.processes.get_mut(node.index()) {
                    process.losses.push(at);
                }
            }
            _ => {}
        }
    }

    fn take_tenure(&mut self, event: &TenureEvent) {
        match *event {
            TenureEvent::Granted { tenure, node, tag, lock, slot, mode, token, .. } => {
                let (at, is_replaced) = (self.now, self.is_replaced(node));
                let known = self.known(tenure, tag, lock, slot, mode, token);
                known.promises.granted(node);
                known.promises.beside_the_primary(node, is_replaced);
                known.promised.get_or_insert(at);
                self.locks[lock.index()].has_store = true;
                self.weigh(tenure);
            }
            TenureEvent::Extended { tenure, node, .. } => {
                let is_replaced = self.is_replaced(node);
                if let Some(known) = self.tenure_mut(tenure) {
                    known.promises.extended(node);
                    known.promises.beside_the_primary(node, is_replaced);
                    self.weigh(tenure);
                }
            }
            TenureEvent::Gone { tenure, node, reason } => {
                let rightful = self.rules.is_rightful(reason);
                let is_replaced = self.is_replaced(node);
                // A primary that was replaced ends only what it had itself.
                let everywhere = self.rules.quorum <= 1 && !is_replaced;
                if let Some(known) = self.tenure_mut(tenure) {
                    known.promises.beside_the_primary(node, is_replaced);
                    known.promises.gone(node, reason, rightful, everywhere);
                    self.weigh(tenure);
                }
            }
            TenureEvent::Waits { .. } | TenureEvent::WaitsNoMore { .. } => {}
            TenureEvent::PromiseEnded { tenure, node } => {
                if let Some(known) = self.tenure_mut(tenure) {
                    known.promises.ran_out(node);
                    self.weigh(tenure);
                }
            }
        }
    }

    /// Whether another server was promoted in the place of this one, which may not know it yet.
    fn is_replaced(&self, node: NodeId) -> bool {
        self.promoted.is_some_and(|promoted| promoted != node)
    }

    fn take_resource(&mut self, event: &ResourceEvent) {
        let ResourceEvent::Decided { tag, tenure, access, sequence, sent, accepted, .. } = *event;
        let event = self.event;
        self.flew(tag, sent, None);
        let release_called = self.attempt(tag).and_then(|attempt| attempt.release_called);
        let after_release = release_called.is_some_and(|called| sent >= called);
        if let Some(tenure) = self.tenure_mut(tenure) {
            tenure.decided(sequence, sent);
            let is_commit = matches!(access, Access::Commit { .. });
            tenure.committed_late += u32::from(is_commit && after_release);
            match access {
                Access::Charge { .. } if accepted => tenure.charged = Some(event),
                Access::Write { .. } | Access::Commit { .. } if accepted => tenure.charged = None,
                _ => {}
            }
        }
    }

    fn take_world(&mut self, event: &WorldEvent) {
        let at = self.now;
        match *event {
            WorldEvent::Paused { process } => self.with_process(process, |it| it.stops.begin(at)),
            WorldEvent::Resumed { process } => self.with_process(process, |it| it.stops.end(at)),
            WorldEvent::Killed { process } => {
                self.with_process(process, |it| it.killed(at));
                self.ask_no_more(process);
            }
            WorldEvent::Started { process, incarnation } => {
                self.with_process(process, |it| it.started(incarnation, at));
            }
            WorldEvent::Suspended { machine } => self.with_machine(machine, |it| it.suspensions.begin(at)),
            WorldEvent::Woken { machine } => self.with_machine(machine, |it| it.suspensions.end(at)),
            WorldEvent::Stepped { machine, by } => self.with_machine(machine, |it| it.stepped(at, by)),
            WorldEvent::RateChanged { machine, ppm } => {
                self.with_machine(machine, |it| it.rate_changed(at, ppm));
            }
            WorldEvent::CalmTail => {
                self.tail.get_or_insert(at);
                self.changes.touched = Touched::All;
            }
            WorldEvent::Probing { owner, lock } => {
                self.stop_probing(owner, None);
                if let Some(prober) = self.owners.get_mut(owner.index()) {
                    prober.probing = Some(lock);
                    self.lock_mut(lock).probing += 1;
                }
            }
            WorldEvent::Fired { .. } | WorldEvent::Healed { .. } | WorldEvent::PowerLost { .. } => {}
        }
    }

    fn invoked(&mut self, tag: OpTag, lock: LockId) {
        let at = self.now;
        if let Some(owner) = self.owner_mut(tag) {
            owner.invoked(tag, lock, at);
            self.lock_mut(lock).open_acquires += 1;
        }
    }

    fn returned(&mut self, tag: OpTag, outcome: Outcome) {
        let (refused, at) = (matches!(outcome, Outcome::Refused { .. }), self.now);
        if let Some(lock) = self.owner_mut(tag).and_then(|owner| owner.returned(tag, refused, at)) {
            self.lock_mut(lock).open_acquires -= 1;
        }
    }

    fn belief_started(&mut self, id: TenureId, has_deadline: bool) {
        let at = self.now;
        let Some(tenure) = self.tenure_mut(id).filter(|tenure| !tenure.belief.is_open()) else { return };
        let stopped_before = tenure.belief.stopped_before;
        let since = Some(at);
        tenure.belief =
            super::Belief { since, ended: None, why: None, has_deadline, reached: None, stopped_before };
        let lock = tenure.lock;
        set(&mut self.lock_mut(lock).believed, id, true);
        self.changes.belief = Some((id, Edge::Start));
        self.rank(id);
    }

    /// The deadline moves. How long the owner was stopped past the one before stays on record.
    fn belief_extended(&mut self, id: TenureId, deadline: Option<Mono>) {
        let stopped = self.stopped_past_deadline(id);
        if let Some(tenure) = self.tenure_mut(id).filter(|tenure| tenure.belief.is_open()) {
            tenure.belief.stopped_before = stopped;
            tenure.belief.reached = None;
            tenure.belief.has_deadline = deadline.is_some();
        }
    }

    fn belief_ended(&mut self, id: TenureId, why: BeliefEnd) {
        let at = self.now;
        let Some(tenure) = self.tenure_mut(id).filter(|tenure| tenure.belief.is_open()) else { return };
        tenure.belief.ended = Some(at);
        tenure.belief.why = Some(why);
        let lock = tenure.lock;
        set(&mut self.lock_mut(lock).believed, id, false);
        self.changes.belief = Some((id, Edge::End));
    }

    /// Compares a tenure's promises with what the scene holds of it.
    fn weigh(&mut self, id: TenureId) {
        let quorum = self.rules.quorum.max(1);
        let Some(tenure) = self.tenure_mut(id) else { return };
        let (lock, has_grant) = (tenure.lock, tenure.promises.standing() >= quorum);
        let had_grant = std::mem::replace(&mut tenure.granted, has_grant);
        let keepers = tenure.promises.keepers();
        self.lock_mut(lock);
        self.weigh_state(id, lock, keepers > 0, keepers >= quorum);
        if has_grant != had_grant {
            set(&mut self.lock_mut(lock).granted, id, has_grant);
            self.changes.grant = Some((id, Edge::to(has_grant)));
            if has_grant {
                self.rank(id);
            }
        }
    }

    /// The service keeps state of the tenure on some node, or on enough of them.
    fn weigh_state(&mut self, id: TenureId, lock: LockId, is_kept: bool, is_present: bool) {
        let (now, event) = (self.now, self.event);
        let Some(tenure) = self.tenure_mut(id) else { return };
        let (kept_since, was_present) = (tenure.kept_since, tenure.presence.is_there());
        tenure.kept_since = is_kept.then(|| kept_since.unwrap_or(now));
        tenure.presence.set(is_present, event);
        if is_kept != kept_since.is_some() {
            set(&mut self.lock_mut(lock).kept, id, is_kept);
            self.changes.kept = Some((id, Edge::to(is_kept), kept_since.unwrap_or(now)));
        }
        if is_present != was_present {
            set(&mut self.lock_mut(lock).present, id, is_present);
            self.changes.present = Some((id, Edge::to(is_present)));
        }
    }

    /// Numbers a tenure, unless it has a number.
    fn rank(&mut self, id: TenureId) {
        let next = self.ranked;
        let Some(tenure) = self.tenure_mut(id).filter(|tenure| tenure.rank.is_none()) else { return };
        tenure.rank = Some(next);
        let lock = tenure.lock;
        self.ranked += 1;
        let before = self.lock_mut(lock).newest.replace(id);
        self.changes.ranked = Some((id, before));
    }

    /// The tenure, from now on known; the first token seen with it stays.
    fn known(
        &mut self,
        id: TenureId,
        tag: OpTag,
        lock: LockId,
        slot: Slot,
        mode: fencepost_model::Mode,
        token: Option<Token>,
    ) -> &mut Tenure {
        self.lock_mut(lock);
        if self.tenures.len() <= id.index() {
            self.tenures.resize_with(id.index() + 1, || None);
        }
        let tenure = self.tenures[id.index()].get_or_insert_with(|| Tenure::new(tag, lock, slot, mode));
        tenure.token = tenure.token.or(token);
        tenure
    }

    fn flew(&mut self, tag: OpTag, sent: Instant, to: Option<ProcessId>) {
        let took: Span = self.now.since(sent);
        if let Some(attempt) = self.attempt_mut(tag) {
            attempt.flew(took, to);
        }
    }

    /// A row that no operation caused leaves no cause behind.
    fn row_told(&mut self, node: NodeId, tag: Option<OpTag>) {
        let at = self.now;
        self.with_process(node, |it| it.last_row = tag.map(|tag| (at, tag)));
    }

    /// The process died, and its owners with it.
    fn ask_no_more(&mut self, process: ProcessId) {
        for index in 0..self.owners.len() {
            if self.cast.owners[index].process == process {
                self.stop_asking(OwnerId(index as u32), None);
            }
        }
        self.changes.touched = Touched::All;
    }

    /// The code of an owner is gone, in one life or in all: it waits for no acquire any more.
    fn stop_asking(&mut self, id: OwnerId, incarnation: Option<u16>) {
        self.changes.touched = Touched::All;
        self.stop_probing(id, None);
        let Scene { owners, locks, .. } = self;
        let Some(owner) = owners.get_mut(id.index()) else { return };
        for lock in owner.ended(incarnation) {
            locks[lock.index()].open_acquires -= 1;
        }
    }

    /// The owner probes no more for `lock`, or for any.
    fn stop_probing(&mut self, id: OwnerId, lock: Option<LockId>) {
        let Some(owner) = self.owners.get_mut(id.index()) else { return };
        if owner.probing.is_some_and(|probed| lock.is_none_or(|lock| lock == probed))
            && let Some(probed) = owner.probing.take()
        {
            self.lock_mut(probed).probing -= 1;
        }
    }

    fn tenure_mut(&mut self, id: TenureId) -> Option<&mut Tenure> {
        self.tenures.get_mut(id.index())?.as_mut()
    }

    fn owner_mut(&mut self, tag: OpTag) -> Option<&mut Owner> {
        self.owners.get_mut(tag.owner.index())
    }

    fn attempt_mut(&mut self, tag: OpTag) -> Option<&mut Attempt> {
        self.owner_mut(tag)?.attempt_mut(tag)
    }

    /// The lock, which this event touches.
    fn lock_mut(&mut self, lock: LockId) -> &mut super::Lock {
        self.changes.touched = match self.changes.touched {
            Touched::Nothing => Touched::One(lock),
            Touched::One(touched) if touched == lock => Touched::One(lock),
            _ => Touched::All,
        };
        if self.locks.len() <= lock.index() {
            self.locks.resize_with(lock.index() + 1, Default::default);
        }
        &mut self.locks[lock.index()]
    }

    fn with_process(&mut self, process: ProcessId, change: impl FnOnce(&mut super::Process)) {
        if let Some(process) = self.processes.get_mut(process.index()) {
            change(process);
        }
    }

    fn with_machine(&mut self, machine: MachineId, change: impl FnOnce(&mut super::Machine)) {
        if let Some(machine) = self.machines.get_mut(machine.index()) {
            change(machine);
        }
    }
}
