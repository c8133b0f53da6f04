//! A member of the log, in the simulated world.
//!
//! One loop, as a member with one thread has it: it takes what has come, lets the core decide, writes, waits
//! for the disk, and only then lets the messages go that promise what was written. While it waits it takes
//! nothing, so a stuck disk silences a leader, and the others elect another one. What a leader sends to
//! replicate may leave before its own disk is done (Ongaro's dissertation, section 10.2.1).

use super::ask::{AnswerOf, Ask, AskOf, Proposal};
use super::consensus::Consensus;
use super::journal;
use super::leading::{Clocks, Leading};
use super::sessions::Sessions;
use super::storage::LogStorage;
use super::{LogSettings, Machine, Reads};
use fencepost_model::{Digest, LogChange, Mono, ProcessId, Span};
use fencepost_sim::{Boot, Death, ReplyTo, Server, ServerContext};
use raft::Ready;
use raft::eraftpb::{Entry, Message, MessageType};
use std::any::Any;
use std::collections::{BTreeMap, VecDeque};

const TICK: u32 = 0;
/// For how long a watch is kept before its client is told to ask again.
const WATCH: Span = Span::from_millis(500);

/// Something that the loop has to take.
enum Input<M: Machine> {
    Asked(ReplyTo, AskOf<M>),
    Message(Message),
    Tick,
}

/// A member of a log under `M`.
pub struct LogServer<M: Machine> {
    pub(super) settings: LogSettings,
    /// All members, itself among them.
    members: Vec<ProcessId>,
    /// Its place among them.
    place: usize,
    pub(super) machine: M,
    pub(super) sessions: Sessions<M::Answer>,
    /// None while it is down.
    core: Option<Consensus>,
    /// What waits for the disk; while there is something, the loop takes nothing.
    writing: Option<Ready>,
    inputs: VecDeque<Input<M>>,
    pub(super) leading: Leading<M>,
    /// How far the log was carried out.
    pub(super) applied: u64,
    /// The last term that it was elected in, as it has told.
    elected: u64,
    /// For how many ticks each member has been sent a snapshot without a sign of it.
    snapshots_sent: BTreeMap<u64, usize>,
    /// Until when it gives no vote, where others may count on what it promised in an earlier life.
    silent_until: Option<Mono>,
}

impl<M: Machine> LogServer<M> {
    /// The member at this place.
    pub fn new(settings: LogSettings, members: Vec<ProcessId>, place: usize, machine: M) -> LogServer<M> {
        LogServer {
            settings,
            members,
            place,
            machine,
            sessions: Sessions::default(),
            core: None,
            writing: None,
            inputs: VecDeque::new(),
            leading: Leading::new(),
            applied: 0,
            elected: 0,
            snapshots_sent: BTreeMap::new(),
            silent_until: None,
        }
    }

    pub(super) fn core(&mut self) -> &mut Consensus {
        self.core.as_mut().expect("a member that is up has a core")
    }

    /// Takes one thing and does what follows from it; later, where the loop waits for the disk. Ticks that
    /// come meanwhile are one tick.
    fn take(&mut self, world: &mut ServerContext<'_>, input: Input<M>) {
        if self.writing.is_none() {
            self.handle(world, input);
            return self.go_on(world);
        }
        let tick_waits = || self.inputs.iter().any(|it| matches!(it, Input::Tick));
        if !matches!(input, Input::Tick) || !tick_waits() {
            self.inputs.push_back(input);
        }
    }

    fn handle(&mut self, world: &mut ServerContext<'_>, input: Input<M>) {
        match input {
            Input::Asked(from, Ask::Propose(proposal)) => self.asked_to_propose(world, from, proposal),
            Input::Asked(from, Ask::Query(query)) => self.asked(world, from, query),
            Input::Asked(from, Ask::Watch(watch)) => self.asked_to_watch(world, from, watch),
            Input::Message(message) => {
                if !self.is_silent_about(world, &message) {
                    self.core().step(message);
                }
            }
            Input::Tick => self.tick(world),
        }
    }

    fn asked_to_propose(
        &mut self,
        world: &mut ServerContext<'_>,
        from: ReplyTo,
        proposal: Proposal<M::Command>,
    ) {
        if let Proposal::Call { name, .. } = &proposal {
            world.name_request((name.session, name.sequence), &from);
        }
        match self.core().propose(bytes_of(&proposal)) {
            Some(place) => self.leading.proposed(place, from),
            None => self.redirect(world, &from),
        }
    }

    fn asked(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, query: M::Query) {
        let now = clocks(world);
        let (leads, serves) = (self.core().leads(), self.core().serves());
        let by_lease = self.settings.reads == Reads::Lease && serves && self.leading.has_lease(now);
        if leads && (by_lease || self.settings.flaws.reads_from_memory) {
            world.reply(&from, AnswerOf::<M>::View(self.machine.query(&query)));
        } else if leads {
            self.leading.reads(from, query);
        } else {
            self.redirect(world, &from);
        }
    }

    fn asked_to_watch(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, watch: M::Watch) {
        if !self.core().leads() {
            return self.redirect(world, &from);
        }
        let now = world.mono();
        if let Some(deadline) = self.machine.put_off_by(&watch) {
            self.leading.deadlines.put_off(deadline, now);
        }
        self.leading.watches(from, watch, now + WATCH);
    }

    fn redirect(&mut self, world: &mut ServerContext<'_>, from: &ReplyTo) {
        let hint = self.hint();
        world.reply(from, AnswerOf::<M>::NotLeader { hint });
    }

    /// The place of the leader, where it is another member.
    fn hint(&mut self) -> Option<usize> {
        let place = (self.core().leader() as usize).checked_sub(1);
        place.filter(|place| *place != self.place)
    }

    /// Whether a request for a vote is to be passed over: what an earlier life promised to a leader with a
    /// lease, this one does not remember, and so it gives no vote until the lease is over.
    fn is_silent_about(&self, world: &mut ServerContext<'_>, message: &Message) -> bool {
        let asks_for_vote =
            matches!(message.get_msg_type(), MessageType::MsgRequestVote | MessageType::MsgRequestPreVote);
        asks_for_vote && self.silent_until.is_some_and(|until| world.mono() < until)
    }

    fn tick(&mut self, world: &mut ServerContext<'_>) {
        self.core().tick();
        self.give_lost_snapshots_up();
        let (now, serves) = (world.mono(), self.core().serves());
        if serves || self.settings.flaws.deposed_goes_on {
            for deadline in self.leading.deadlines.over(now, self.settings.election_timeout) {
                let proposal = Proposal::Own(self.machine.overdue(deadline));
                self.core().propose_own(bytes_of(&proposal));
            }
        }
        if serves
            && self.settings.reads == Reads::Lease
            && let Some(context) = self.leading.begin_round(clocks(world), true)
        {
            self.core().confirm(context);
        }
    }

    /// The core waits for ever for the answer to a snapshot: whoever carries its messages has to say when
    /// one was lost.
    fn give_lost_snapshots_up(&mut self) {
        let awaiting = self.core().awaiting_snapshot();
        self.snapshots_sent.retain(|member, _| awaiting.contains(member));
        for member in awaiting {
            let ticks = self.snapshots_sent.entry(member).or_insert(0);
            *ticks += 1;
            if *ticks > 2 * self.settings.election_ticks() {
                self.snapshots_sent.remove(&member);
                self.core().snapshot_lost(member);
            }
        }
    }

    /// Does everything that is to be done, until the disk has to be waited for.
    fn go_on(&mut self, world: &mut ServerContext<'_>) {
        while self.writing.is_none() {
            self.ask_majority(world);
            let Some(ready) = self.core().ready() else { break };
            self.carry_out(world, ready);
        }
        if !self.core().leads() {
            let hint = self.hint();
            self.leading.step_down(world, hint, self.settings.flaws.deposed_goes_on);
            return;
        }
        let now = world.mono();
        if self.core().serves() {
            self.leading.deadlines.see(self.machine.deadlines(), now);
            self.leading.answer_reads(world, &self.machine, self.applied);
            self.leading.answer_watches(world, &self.machine, now);
        }
    }

    fn ask_majority(&mut self, world: &mut ServerContext<'_>) {
        if self.core().serves() {
            let now = clocks(world);
            if let Some(context) = self.leading.begin_round(now, false) {
                self.core().confirm(context);
            }
        }
    }

    /// What the core wants done, in the order in which it has to be done.
    fn carry_out(&mut self, world: &mut ServerContext<'_>, mut ready: Ready) {
        self.tell_election(world);
        self.send(world, ready.take_messages());
        for state in ready.take_read_states() {
            self.leading.round_confirmed(&state.request_ctx, state.index, &self.settings);
        }
        if !ready.snapshot().is_empty() {
            self.install(world, &ready);
        }
        self.apply(world, ready.take_committed_entries());
        ready.entries().iter().for_each(|entry| tell_entry(world, entry));
        self.core().storage().append(ready.entries());
        if let Some(state) = ready.hs() {
            self.core().storage().set_state(state.clone());
        }
        if ready.snapshot().is_empty() {
            journal::write(world, ready.hs(), ready.entries());
        } else {
            journal::rewrite(world, self.core().storage());
        }
        let only_vote = ready.entries().is_empty() && ready.snapshot().is_empty();
        if ready.must_sync() && !(only_vote && self.settings.flaws.vote_not_durable) {
            self.writing = Some(ready);
            return world.sync(0);
        }
        self.written(world, ready);
    }

    /// It is on the disk: what promises it may leave.
    fn written(&mut self, world: &mut ServerContext<'_>, mut ready: Ready) {
        self.send(world, ready.take_persisted_messages());
        let mut light = self.core().advance(ready);
        if let Some(commit) = light.commit_index() {
            self.core().storage().set_commit(commit);
            let state = self.core().storage().state().clone();
            journal::write(world, Some(&state), &[]);
        }
        self.send(world, light.take_messages());
        self.apply(world, light.take_committed_entries());
        self.core().applied();
        self.compact(world);
    }

    fn send(&mut self, world: &mut ServerContext<'_>, messages: Vec<Message>) {
        for message in messages {
            let to = self.members[message.to as usize - 1];
            world.send(to, label(message.get_msg_type()), message);
        }
    }

    /// Tells what was found on the disk. A power cut may have brought back what was written over: so everything is
    /// told anew.
    fn tell_log(&mut self, world: &mut ServerContext<'_>) {
        let (index, term) = self.core().storage().start();
        world.log(LogChange::Found { index, term });
        self.core().storage().all().iter().for_each(|entry| tell_entry(world, entry));
    }

    fn tell_election(&mut self, world: &mut ServerContext<'_>) {
        let (leads, term) = (self.core().leads(), self.core().term());
        if leads && term != self.elected {
            self.elected = term;
            world.log(LogChange::Elected { term });
        }
    }
}

fn tell_entry(world: &mut ServerContext<'_>, entry: &Entry) {
    world.log(LogChange::Appended { index: entry.index, term: entry.term, digest: digest_of(&entry.data) });
}

/// What the machine's clocks read now.
fn clocks(world: &mut ServerContext<'_>) -> Clocks {
    Clocks { mono: world.mono(), wall: world.wall() }
}

/// What a message between members is called: faults choose by these words.
fn label(kind: MessageType) -> &'static str {
    match kind {
        MessageType::MsgAppend => "append",
        MessageType::MsgAppendResponse => "append-reply",
        MessageType::MsgRequestVote | MessageType::MsgRequestPreVote => "vote",
        MessageType::MsgRequestVoteResponse | MessageType::MsgRequestPreVoteResponse => "vote-reply",
        MessageType::MsgHeartbeat => "heartbeat",
        MessageType::MsgHeartbeatResponse => "heartbeat-reply",
        MessageType::MsgSnapshot => "snapshot",
        _ => "raft",
    }
}

fn bytes_of<C: serde::Serialize>(proposal: &Proposal<C>) -> Vec<u8> {
    postcard::to_allocvec(proposal).expect("a proposal has no unknown length")
}

/// The digest of an entry's bytes.
pub(super) fn digest_of(bytes: &[u8]) -> u64 {
    let mut digest = Digest::default();
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        digest.fold(u64::from_le_bytes(word));
    }
    digest.fold(bytes.len() as u64);
    digest.value()
}

impl<M: Machine> Server for LogServer<M> {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        let recovered = journal::open(world);
        let voters = (1..=self.members.len() as u64).collect();
        let storage = LogStorage::recovered(voters, recovered);
        self.applied = storage.taken().index;
        self.restore(&storage.taken().data.clone());
        self.core = Some(Consensus::new(self.place as u64 + 1, storage, &self.settings, world.random()));
        if boot == Boot::Again {
            self.tell_log(world);
            let promised = self.settings.reads == Reads::Lease;
            self.silent_until = promised.then(|| world.mono() + self.settings.election_timeout);
        }
        world.up(false);
        arm(world, self.settings.tick());
        self.go_on(world);
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let ask = *body.downcast().expect("a member is asked in its log's type");
        world.by_itself();
        self.take(world, Input::Asked(from, ask));
    }

    fn datagram(&mut self, world: &mut ServerContext<'_>, _from: ProcessId, body: Box<dyn Any>) {
        let message = *body.downcast().expect("members speak the protocol's type");
        self.take(world, Input::Message(message));
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, _timer: u32) {
        arm(world, self.settings.tick());
        self.take(world, Input::Tick);
    }

    fn synced(&mut self, world: &mut ServerContext<'_>, _ticket: u32) {
        if let Some(ready) = self.writing.take() {
            self.written(world, ready);
        }
        // What came meanwhile is taken together, and written with one sync.
        for input in std::mem::take(&mut self.inputs) {
            self.handle(world, input);
        }
        self.go_on(world);
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        self.core = None;
        self.writing = None;
        self.inputs.clear();
        self.leading = Leading::new();
        self.snapshots_sent.clear();
        self.silent_until = None;
        self.elected = 0;
        self.applied = 0;
        self.restore(&[]);
    }
}

/// The next tick, on the beat; those that were missed are not made up for.
fn arm(world: &mut ServerContext<'_>, tick: Span) {
    let beat = world.mono().0 / tick.0 + 1;
    world.timer(Mono(beat * tick.0), TICK);
}
