//! The hook by which instrumented handles tell the observer what owners do.

use crate::core::{Core, Operation};
use crate::env::SimEnv;
use crate::line::Line;
use crate::resource::label_of;
use fencepost_lock::{Act, Draw, Observed, Reply, ResourceReply, ResourceRequest};
use fencepost_model::{
    BeliefEnd, Call, ClientEvent, EventKind, LockId, Mode, Mono, OpTag, Outcome, OwnerId, ProcessId, Purpose,
    Site, Span, TenureId, TriggerEvent,
};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

/// Work that counts as a part of an operation: while it runs, and while it is dropped, for what it leaves to
/// be undone is the operation's too.
struct Within<'a, F: Future> {
    env: &'a SimEnv,
    operation: Rc<Operation>,
    work: Pin<&'a mut Option<F>>,
}

impl<F: Future> Within<'_, F> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<F::Output> {
        let outer = self.enter();
        let work = self.work.as_mut().as_pin_mut().expect("polled until it is done");
        let polled = work.poll(context);
        self.leave(outer);
        polled
    }

    fn enter(&self) -> Option<Rc<Operation>> {
        self.env.shared.core.borrow_mut().operation.replace(self.operation.clone())
    }

    fn leave(&self, outer: Option<Rc<Operation>>) {
        self.env.shared.core.borrow_mut().operation = outer;
    }
}

impl<F: Future> Drop for Within<'_, F> {
    fn drop(&mut self) {
        let outer = self.enter();
        self.work.set(None);
        self.leave(outer);
    }
}

impl SimEnv {
    /// Tells what an owner did. A process that died at a decision point of its own code comes to its next wait all the
    /// same: what it seems to do until then was never done.
    fn tell(&self, what: impl FnOnce(&mut Core)) {
        self.with(|core| {
            if self.is_alive(core) {
                what(core);
            }
        });
    }
}

impl Observed for SimEnv {
    type Session = Line;

    fn begin(&self, owner: OwnerId, call: Call, lock: LockId, attempt: Option<u32>) -> OpTag {
        self.with(|core| {
            let tag = core.next_tag(owner, attempt);
            if !self.is_alive(core) {
                return tag;
            }
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
        self.with(|core| {
            self.is_alive(core).then(|| core.call_returned(tag, call, lock, mode, outcome)).flatten()
        })
    }

    async fn under<F: Future>(&self, tag: OpTag, tenure: Option<TenureId>, work: F) -> F::Output {
        let operation = Rc::new(Operation { tag, tenure, sends: Cell::new(0), randoms: Cell::new(0) });
        let mut work = Within { env: self, operation, work: pin!(Some(work)) };
        poll_fn(|context| work.poll(context)).await
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
        self.tell(|core| core.end_belief(tenure, BeliefEnd::Lost));
    }

    fn told_of_renewal(&self, tenure: TenureId, deadline: Option<Mono>) {
        self.tell(|core| core.belief_extended(tenure, deadline));
    }

    fn held_back(&self, tag: OpTag) {
        self.tell(|core| core.emit(EventKind::Client(ClientEvent::HeldBack { tag })));
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

    fn session(&self) -> Line {
        self.line(self.with(|core| core.site(Site::Resource)))
    }

    fn resource(
        &self,
        session: Option<&Line>,
        request: ResourceRequest,
        deadline: Mono,
    ) -> impl Future<Output = Reply<ResourceReply>> {
        let env = self.clone();
        async move {
            let server = env.with(|core| {
                if matches!(request.act, Act::Write { .. }) && core.faults.waits_for_events() {
                    let owner = core.operation.as_ref().map(|operation| operation.tag.owner);
                    core.triggered(TriggerEvent::WriteSent, owner);
                }
                core.site(request.act.site())
            });
            let label = label_of(request.act);
            if let Some(session) = session {
                session.request(label, request, deadline).await
            } else if env.with(|core| core.plan.workload.datagrams) {
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

    fn site(&self, site: Site) -> ProcessId {
        self.cast.process_at(site).unwrap_or_else(|| panic!("the run has no {}", site.name()))
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
}
