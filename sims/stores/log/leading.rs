//! What a member keeps only while it leads: who waits for what.

use super::ask::{Answer, AnswerOf};
use super::deadlines::Deadlines;
use super::{LogSettings, Machine};
use fencepost_model::{Mono, Span, Wall};
use fencepost_sim::{ReplyTo, ServerContext};
use std::collections::BTreeMap;

/// Who waits for a leader. All of it is forgotten when it leads no more, and those who wait are told.
pub(super) struct Leading<M: Machine> {
    /// By place in the log: the term of the proposal, and whose it is.
    proposals: BTreeMap<u64, (u64, ReplyTo)>,
    /// Reads that came before it could serve.
    early: Vec<(ReplyTo, M::Query)>,
    /// Questions to the majority that are under way, by number.
    rounds: BTreeMap<u64, Round<M::Query>>,
    rounds_begun: u64,
    /// Reads that were confirmed, and the place up to which the log has to be carried out for them.
    confirmed: Vec<(u64, ReplyTo, M::Query)>,
    watches: Vec<Watcher<M::Watch>>,
    /// What time ends.
    pub deadlines: Deadlines<M::Deadline>,
    /// What keeps the others from electing somebody else.
    lease: Option<Lease>,
}

struct Round<Q> {
    begun: Clocks,
    reads: Vec<(ReplyTo, Q)>,
}

/// What the clocks of the machine read at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clocks {
    pub mono: Mono,
    pub wall: Wall,
}

/// For how far apart two clocks of one machine may come while nobody sets one and the machine does not sleep.
const APART: u64 = Span::from_millis(10).0;

/// A majority has promised to elect nobody else for a while.
#[derive(Clone, Copy, Debug)]
struct Lease {
    begun: Clocks,
    until: Mono,
}

impl Lease {
    /// Whether it lasts. The monotonic clock stands still while the machine sleeps, and the others do not: so
    /// a lease during which the wall clock went another way is not relied on.
    fn lasts(&self, now: Clocks) -> bool {
        let by_wall = now.wall.0 - self.begun.wall.0;
        let by_mono = now.mono.since(self.begun.mono).0 as i64;
        now.mono < self.until && by_wall.abs_diff(by_mono) <= APART
    }
}

struct Watcher<W> {
    from: ReplyTo,
    watch: W,
    until: Mono,
}

impl<M: Machine> Leading<M> {
    pub fn new() -> Leading<M> {
        Leading {
            proposals: BTreeMap::new(),
            early: Vec::new(),
            rounds: BTreeMap::new(),
            rounds_begun: 0,
            confirmed: Vec::new(),
            watches: Vec::new(),
            deadlines: Deadlines::new(),
            lease: None,
        }
    }

    /// Somebody waits for the entry at this place.
    pub fn proposed(&mut self, (index, term): (u64, u64), from: ReplyTo) {
        self.proposals.insert(index, (term, from));
    }

    /// The entry at this place was carried out: gives whoever waits for it, or tells them that theirs was
    /// pushed out by another leader's.
    pub fn settle(&mut self, world: &mut ServerContext<'_>, index: u64, term: u64) -> Option<ReplyTo> {
        let (proposed_in, from) = self.proposals.remove(&index)?;
        if proposed_in == term {
            return Some(from);
        }
        world.reply(&from, AnswerOf::<M>::Deposed);
        None
    }

    /// A read came, and waits until a majority has confirmed that this member leads.
    pub fn reads(&mut self, from: ReplyTo, query: M::Query) {
        self.early.push((from, query));
    }

    /// Begins to ask the majority, for every read that waits; or for the lease alone. Gives what to ask with.
    pub fn begin_round(&mut self, now: Clocks, for_lease: bool) -> Option<Vec<u8>> {
        if self.early.is_empty() && !for_lease {
            return None;
        }
        self.rounds_begun += 1;
        let round = Round { begun: now, reads: std::mem::take(&mut self.early) };
        self.rounds.insert(self.rounds_begun, round);
        Some(self.rounds_begun.to_le_bytes().to_vec())
    }

    /// A majority has confirmed: reads of that round may be answered when the log is carried out up to
    /// `index`, and the lease counts from when the majority was asked.
    pub fn round_confirmed(&mut self, context: &[u8], index: u64, settings: &LogSettings) {
        let Some(round) = context.try_into().ok().map(u64::from_le_bytes) else { return };
        let Some(Round { begun, reads }) = self.rounds.remove(&round) else { return };
        let until = begun.mono + settings.lease();
        if self.lease.is_none_or(|lease| lease.until < until) {
            self.lease = Some(Lease { begun, until });
        }
        self.confirmed.extend(reads.into_iter().map(|(from, query)| (index, from, query)));
    }

    /// Whether nobody else can have been elected.
    pub fn has_lease(&self, now: Clocks) -> bool {
        self.lease.is_some_and(|lease| lease.lasts(now))
    }

    /// Answers the reads that the state is new enough for.
    pub fn answer_reads(&mut self, world: &mut ServerContext<'_>, machine: &M, applied: u64) {
        let (due, later) = std::mem::take(&mut self.confirmed).into_iter().partition(|it| it.0 <= applied);
        self.confirmed = later;
        let due: Vec<(u64, ReplyTo, M::Query)> = due;
        for (_, from, query) in due {
            world.reply(&from, AnswerOf::<M>::View(machine.query(&query)));
        }
    }

    /// Somebody waits for something, until this.
    pub fn watches(&mut self, from: ReplyTo, watch: M::Watch, until: Mono) {
        self.watches.push(Watcher { from, watch, until });
    }

    /// Tells those who wait what has come, or that their time is over.
    pub fn answer_watches(&mut self, world: &mut ServerContext<'_>, machine: &M, now: Mono) {
        self.watches.retain(|Watcher { from, watch, until }| {
            let answer = match machine.watch(watch) {
                Some(view) => Answer::View(view),
                None if now >= *until => Answer::NotYet,
                None => return true,
            };
            let answer: AnswerOf<M> = answer;
            world.reply(from, answer);
            false
        });
    }

    /// This member leads no more. `goes_on`: it goes on counting, by mistake.
    pub fn step_down(&mut self, world: &mut ServerContext<'_>, hint: Option<usize>, goes_on: bool) {
        for (_, (_, from)) in std::mem::take(&mut self.proposals) {
            world.reply(&from, AnswerOf::<M>::Deposed);
        }
        let mut waiting: Vec<ReplyTo> = self.early.drain(..).map(|(from, _)| from).collect();
        let rounds = std::mem::take(&mut self.rounds).into_values();
        waiting.extend(rounds.flat_map(|round| round.reads).map(|(from, _)| from));
        waiting.extend(self.confirmed.drain(..).map(|(_, from, _)| from));
        waiting.extend(self.watches.drain(..).map(|watcher| watcher.from));
        for from in waiting {
            world.reply(&from, AnswerOf::<M>::NotLeader { hint });
        }
        if !goes_on {
            self.deadlines.forget();
        }
        self.lease = None;
    }
}
