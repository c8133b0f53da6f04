//! The observer: it sees what nobody in the run can see. It names tenures, follows beliefs, and tells the
//! two ends that are driven by time alone: a promise that has run out and a deadline that has passed.
//!
//! Its timers take no draw, no budget and no sequence number of the run, so that watching changes nothing.

use fencepost_model::{Instant, MachineId, Mono, NodeId, OpTag, OwnerId, ProcessId, TenureId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// How many attempts of an owner the observer remembers by name. A message of an older attempt that still
/// creates state starts a tenure of its own.
const REMEMBERED: usize = 64;

/// What a due timer of the observer stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Watch {
    /// A node's promise of a tenure runs out on the node's oscillator.
    Promise { tenure: TenureId, node: NodeId, armed: u32 },
    /// A belief's deadline passes on the owner's monotonic clock.
    Deadline { tenure: TenureId, armed: u32 },
}

/// On which clock, and at which of its readings, a watch is due.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    Oscillator(u64),
    Mono(Mono),
}

struct Promise {
    node: NodeId,
    machine: MachineId,
    /// The oscillator's reading at which it runs out; none: it stands until it is released, or has ended.
    until: Option<u64>,
    /// The state behind it is gone, rightfully or not.
    gone: bool,
    armed: u32,
}

impl Promise {
    fn end(&mut self) {
        self.until = None;
        self.armed += 1;
    }
}

pub(crate) struct Belief {
    pub process: ProcessId,
    machine: MachineId,
    pub deadline: Option<Mono>,
    /// The deadline has passed while the process was stopped: the belief ends at its wake-up.
    pub overdue: bool,
    armed: u32,
}

struct Tenure {
    owner: OwnerId,
    /// Which of the states that its operation made it is, as the projection counts them.
    state: u64,
    promises: Vec<Promise>,
    belief: Option<Belief>,
}

/// The tenures of the latest attempts of an owner, in the order in which they began.
#[derive(Clone, Default)]
struct Attempts {
    known: VecDeque<(OpTag, TenureId)>,
    /// Whether a tenure ever began after one of a later attempt. As long as none has, a search ends at the first
    /// earlier attempt.
    is_mixed: bool,
}

impl Attempts {
    fn clear(&mut self) {
        let Attempts { known, is_mixed } = self;
        known.clear();
        *is_mixed = false;
    }

    fn add(&mut self, tag: OpTag, tenure: TenureId) {
        self.is_mixed |= self.known.back().is_some_and(|(last, _)| *last > tag);
        if self.known.len() == REMEMBERED {
            self.known.pop_front();
        }
        self.known.push_back((tag, tenure));
    }

    /// Newest first.
    fn tenures_of(&self, tag: OpTag) -> impl Iterator<Item = TenureId> + '_ {
        let near = self.known.iter().rev().take_while(move |(of, _)| self.is_mixed || *of >= tag);
        near.filter(move |(of, _)| *of == tag).map(|(_, tenure)| *tenure)
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Observer {
    /// Whether one node is enough for a grant: then the system has one state of each lock, on whichever server
    /// is its primary, or on whichever node tells of it. Else each node has its own.
    has_one_state: bool,
    /// The server that was promoted last, where one was.
    primary: Option<NodeId>,
    tenures: Vec<Tenure>,
    /// By owner: the tenures of its latest attempts.
    attempts: Vec<Attempts>,
    /// Tenures with an open belief, oldest first.
    believed: Vec<TenureId>,
    watches: BinaryHeap<Reverse<(Instant, u64, Watch)>>,
    sequence: u64,
}

impl Observer {
    /// Begins to watch so many owners.
    pub fn begin(&mut self, owners: usize, has_one_state: bool) {
        self.attempts.resize_with(owners, Attempts::default);
        self.has_one_state = has_one_state;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let Observer { has_one_state, primary, tenures, attempts, believed, watches, sequence } = self;
        (*has_one_state, *primary, *sequence) = (false, None, 0);
        tenures.clear();
        attempts.iter_mut().for_each(Attempts::clear);
        believed.clear();
        watches.clear();
    }

    /// A server has become the primary.
    pub fn promoted(&mut self, node: NodeId) {
        self.primary = Some(node);
    }

    /// The tenures of an operation that are remembered, newest first.
    fn tenures_of(&self, tag: OpTag) -> impl Iterator<Item = TenureId> + '_ {
        self.attempts[tag.owner.index()].tenures_of(tag)
    }

    /// The newest tenure of the operation, or a new one.
    pub fn tenure_of(&mut self, tag: OpTag) -> TenureId {
        let known = self.tenures_of(tag).next();
        known.unwrap_or_else(|| self.new_tenure(tag, 0))
    }

    /// The tenure that an acquire was granted: of those that it made, the one that the most nodes keep, and
    /// the newest of these. A message of an earlier try may have come after the last one was won.
    pub fn tenure_won(&mut self, tag: OpTag) -> TenureId {
        let keepers = |tenure: &TenureId| {
            let promises = &self.tenures[tenure.index()].promises;
            promises.iter().filter(|promise| !promise.gone).count()
        };
        let most = self.tenures_of(tag).map(|tenure| keepers(&tenure)).max();
        let won = self.tenures_of(tag).find(|tenure| Some(keepers(tenure)) == most);
        won.unwrap_or_else(|| self.new_tenure(tag, 0))
    }

    /// The tenure of state that the operation has just created at a node: a new one where the node had state
    /// of it before, for present after absent is a new tenure, also within one acquire that tries twice. The
    /// nodes that follow join it, as long as their state has the same number. A number other than 0 decides by
    /// itself: a node may lose such state and be given it again.
    pub fn tenure_created(&mut self, created_by: OpTag, node: NodeId, state: u64) -> TenureId {
        let newest = self.tenures_of(created_by).find(|tenure| self.tenures[tenure.index()].state == state);
        let was_there = |tenure: TenureId| {
            let promises = &self.tenures[tenure.index()].promises;
            if self.has_one_state {
                !promises.is_empty() && promises.iter().all(|promise| promise.gone)
            } else {
                promises.iter().any(|promise| promise.node == node && promise.gone)
            }
        };
        match newest {
            Some(tenure) if state != 0 || !was_there(tenure) => tenure,
            _ => self.new_tenure(created_by, state),
        }
    }

    /// The tenure of the state that a node has of the operation: has been promising it, or has taken it over
    /// from another server, or had it last.
    pub fn tenure_kept(&mut self, created_by: OpTag, node: NodeId) -> TenureId {
        let newest = |wanted: &dyn Fn(&Promise) -> bool| {
            let has = |tenure: &TenureId| self.tenures[tenure.index()].promises.iter().any(wanted);
            self.tenures_of(created_by).find(has)
        };
        let kept = newest(&|promise| promise.node == node && !promise.gone);
        let taken_over = || newest(&|promise| self.has_one_state && !promise.gone);
        let had = || newest(&|promise| promise.node == node);
        kept.or_else(taken_over).or_else(had).unwrap_or_else(|| self.tenure_of(created_by))
    }

    /// The tenure that the guard of an attempt was opened with: the one that is believed in, also where the
    /// state was created again since.
    pub fn tenure_guarded(&mut self, attempt: OpTag) -> TenureId {
        let believed = self.tenures_of(attempt).find(|tenure| self.belief(*tenure).is_some());
        believed.unwrap_or_else(|| self.tenure_of(attempt))
    }

    fn new_tenure(&mut self, created_by: OpTag, state: u64) -> TenureId {
        let tenure = TenureId(u32::try_from(self.tenures.len()).expect("fewer than 2^32 tenures"));
        self.tenures.push(Tenure { owner: created_by.owner, state, promises: Vec::new(), belief: None });
        self.attempts[created_by.owner.index()].add(created_by, tenure);
        tenure
    }

    /// Whose tenure it is.
    pub fn owner_of(&self, tenure: TenureId) -> OwnerId {
        self.tenures[tenure.index()].owner
    }

    /// A node promised, or prolonged its promise: gives the watch to arm.
    pub fn promised(
        &mut self,
        tenure: TenureId,
        node: NodeId,
        machine: MachineId,
        until: Option<u64>,
    ) -> Option<Watch> {
        let promises = &mut self.tenures[tenure.index()].promises;
        let index = match promises.iter().position(|promise| promise.node == node) {
            Some(index) => index,
            None => {
                promises.push(Promise { node, machine, until: None, gone: false, armed: 0 });
                promises.len() - 1
            }
        };
        let promise = &mut promises[index];
        promise.until = until;
        promise.gone = false;
        promise.armed += 1;
        until.map(|_| Watch::Promise { tenure, node, armed: promise.armed })
    }

    /// An owner believes from here: gives the watch to arm.
    pub fn believes(
        &mut self,
        tenure: TenureId,
        process: ProcessId,
        machine: MachineId,
        deadline: Option<Mono>,
    ) -> Option<Watch> {
        self.tenures[tenure.index()].belief =
            Some(Belief { process, machine, deadline, overdue: false, armed: 1 });
        self.believed.push(tenure);
        deadline.map(|_| Watch::Deadline { tenure, armed: 1 })
    }

    /// The open belief of a tenure.
    pub fn belief(&self, tenure: TenureId) -> Option<&Belief> {
        self.tenures[tenure.index()].belief.as_ref()
    }

    /// A deadline has moved: gives the watch to arm. None where the belief has ended: it never reopens.
    pub fn extended(&mut self, tenure: TenureId, deadline: Option<Mono>) -> Option<Option<Watch>> {
        let belief = self.tenures[tenure.index()].belief.as_mut()?;
        belief.deadline = deadline;
        belief.overdue = false;
        belief.armed += 1;
        Some(deadline.map(|_| Watch::Deadline { tenure, armed: belief.armed }))
    }

    /// Ends a belief; false where it had ended before.
    pub fn end_belief(&mut self, tenure: TenureId) -> bool {
        self.believed.retain(|believed| *believed != tenure);
        self.tenures[tenure.index()].belief.take().is_some()
    }

    /// The newest open belief.
    pub fn holder(&self) -> Option<&Belief> {
        self.believed.last().and_then(|tenure| self.belief(*tenure))
    }

    /// The tenures that owners of this process believe in.
    pub fn beliefs_in(&self, process: ProcessId) -> Vec<TenureId> {
        let inside =
            |tenure: &&TenureId| self.belief(**tenure).is_some_and(|belief| belief.process == process);
        self.believed.iter().filter(inside).copied().collect()
    }

    /// Puts a watch in.
    pub fn arm(&mut self, due: Instant, watch: Watch) {
        self.sequence += 1;
        self.watches.push(Reverse((due, self.sequence, watch)));
    }

    /// When the next watch is due.
    pub fn next_at(&self) -> Instant {
        self.watches.peek().map_or(Instant::NEVER, |Reverse((due, ..))| *due)
    }

    /// Takes the next watch out.
    pub fn pop(&mut self) -> Option<(Instant, Watch)> {
        self.watches.pop().map(|Reverse((due, _, watch))| (due, watch))
    }

    /// On which machine's clock, and at which reading, a watch is due; none where it is out of date.
    pub fn reading(&self, watch: Watch) -> Option<(MachineId, Reading)> {
        match watch {
            Watch::Promise { tenure, node, armed } => {
                let promises = &self.tenures[tenure.index()].promises;
                let promise =
                    promises.iter().find(|promise| promise.node == node && promise.armed == armed)?;
                promise.until.map(|until| (promise.machine, Reading::Oscillator(until)))
            }
            Watch::Deadline { tenure, armed } => {
                let belief = self.belief(tenure).filter(|belief| belief.armed == armed)?;
                belief.deadline.map(|deadline| (belief.machine, Reading::Mono(deadline)))
            }
        }
    }

    /// A node's promise has run out: its end is not told any more.
    pub fn promise_ran_out(&mut self, tenure: TenureId, node: NodeId) {
        let promises = self.tenures[tenure.index()].promises.iter_mut();
        promises.filter(|promise| promise.node == node).for_each(Promise::end);
    }

    /// What a node told of ended the promise rightfully: that it runs out is not told any more. Tells whether
    /// it had still been to run out.
    pub fn promise_ended(&mut self, tenure: TenureId, node: NodeId) -> bool {
        let mut was_timed = false;
        self.on(tenure, node).for_each(|promise| {
            was_timed |= promise.until.is_some();
            promise.end();
        });
        was_timed
    }

    /// The state behind a promise is gone.
    pub fn state_gone(&mut self, tenure: TenureId, node: NodeId) {
        self.on(tenure, node).for_each(|promise| promise.gone = true);
    }

    /// The promises of a tenure that are about the state that `node` tells of. What the primary tells of is
    /// the one state; a server that was replaced tells of its own only.
    fn on(&mut self, tenure: TenureId, node: NodeId) -> impl Iterator<Item = &mut Promise> {
        let everywhere = self.has_one_state && self.primary.is_none_or(|primary| primary == node);
        let promises = self.tenures[tenure.index()].promises.iter_mut();
        promises.filter(move |promise| everywhere || promise.node == node)
    }

    /// A deadline has passed while its owner's process was stopped.
    pub fn overdue(&mut self, tenure: TenureId) {
        if let Some(belief) = &mut self.tenures[tenure.index()].belief {
            belief.overdue = true;
            belief.armed += 1;
        }
    }

    /// Every watch that is not out of date, to be aimed again after a change of clocks.
    pub fn take_watches(&mut self) -> Vec<Watch> {
        let mut watches: Vec<_> =
            std::mem::take(&mut self.watches).into_iter().map(|Reverse(entry)| entry).collect();
        watches.sort_unstable();
        let live = watches.into_iter().filter(|(_, _, watch)| self.reading(*watch).is_some());
        live.map(|(_, _, watch)| watch).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observer() -> Observer {
        let mut observer = Observer::default();
        observer.begin(1, false);
        observer
    }

    fn created(observer: &mut Observer, node: u32, state: u64) -> TenureId {
        let tenure = observer.tenure_created(OpTag::default(), ProcessId(node), state);
        observer.promised(tenure, ProcessId(node), MachineId(node), None);
        tenure
    }

    #[test]
    fn present_after_absent_is_a_new_tenure() {
        let mut observer = observer();
        let first = created(&mut observer, 1, 0);
        assert_eq!(created(&mut observer, 2, 0), first, "another node joins it");
        observer.state_gone(first, ProcessId(1));
        assert_ne!(created(&mut observer, 1, 0), first);
    }

    /// A message of an earlier attempt may create its state late.
    #[test]
    fn a_tenure_is_found_by_its_attempt_whatever_began_since() {
        let mut observer = observer();
        let of = |attempt| OpTag { attempt, op: attempt, ..OpTag::default() };
        let [second, first, third] = [2, 1, 3].map(|attempt| observer.tenure_of(of(attempt)));
        assert_eq!([1, 2, 3].map(|attempt| observer.tenure_of(of(attempt))), [first, second, third]);
    }

    /// Of two tries of one acquire, the second may reach a node before the first one's state is gone.
    #[test]
    fn states_of_different_numbers_are_different_tenures() {
        let mut observer = observer();
        let first = created(&mut observer, 1, 7);
        let second = created(&mut observer, 2, 8);
        assert_ne!(first, second);
        assert_eq!((created(&mut observer, 3, 7), created(&mut observer, 3, 8)), (first, second));
        assert_eq!(observer.tenure_won(OpTag::default()), second, "the newest of those with the most nodes");
    }

    /// A node whose state was replaced may be given it again while other nodes have kept it.
    #[test]
    fn a_number_decides_by_itself() {
        let mut observer = observer();
        let first = created(&mut observer, 1, 7);
        observer.state_gone(first, ProcessId(1));
        assert_eq!(created(&mut observer, 1, 7), first);
        assert_eq!(observer.tenure_kept(OpTag::default(), ProcessId(1)), first, "and it is there again");
    }
}
