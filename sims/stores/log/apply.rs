//! Carrying out what is committed, and the snapshots of what came of it.

use super::ask::{Answer, AnswerOf, Proposal};
use super::journal;
use super::machine::Whose;
use super::record::Taken;
use super::server::digest_of;
use super::sessions::Due;
use super::{Entry, LogServer, Machine, Told};
use fencepost_model::LogChange;
use fencepost_sim::ServerContext;
use raft::Ready;

impl<M: Machine> LogServer<M> {
    /// Carries out entries in their order, tells what they did, and answers whoever waits for them.
    pub(super) fn apply(&mut self, world: &mut ServerContext<'_>, entries: Vec<raft::eraftpb::Entry>) {
        for entry in entries {
            let within = self.core().term();
            self.applied = entry.index;
            world.by_itself();
            world.log(LogChange::Applied { index: entry.index, digest: digest_of(&entry.data), within });
            // A new leader's first entry is empty: with it, everything before it is committed.
            let answer = match postcard::from_bytes(&entry.data) {
                Ok(proposal) => self.apply_one(world, entry.index, proposal),
                Err(_) => Answer::Deposed,
            };
            if let Some(from) = self.leading.settle(world, entry.index, entry.term) {
                world.reply(&from, answer);
            }
        }
        world.by_itself();
    }

    fn apply_one(
        &mut self,
        world: &mut ServerContext<'_>,
        index: u64,
        proposal: Proposal<M::Command>,
    ) -> AnswerOf<M> {
        let due = match self.settings.flaws.forgets_sessions {
            true => Due::Now,
            false => self.sessions.due(index, &proposal),
        };
        match due {
            Due::Now => {}
            Due::Before(answer) => return Answer::Done(answer),
            Due::Void => return Answer::Void,
            Due::NoSession => return Answer::NoSession,
        }
        let (name, command) = match proposal {
            Proposal::Open => {
                self.sessions.open(index);
                return Answer::Opened(index);
            }
            Proposal::Call { name, command, .. } => (Some(name), command),
            Proposal::Own(command) => (None, command),
        };
        let mut told = Told::default();
        let answer = self.machine.apply(Entry { index, name }, command, &mut told);
        for (whose, key, change) in told.rows {
            match (whose, name) {
                (Whose::Of(name), _) | (Whose::Own, Some(name)) => {
                    world.on_behalf_of_named((name.session, name.sequence));
                }
                (Whose::Own, None) => world.by_itself(),
            }
            world.row(&key, change);
        }
        world.by_itself();
        if let Some(name) = name {
            self.sessions.answered(name, answer.clone());
        }
        Answer::Done(answer)
    }

    /// Takes a snapshot where enough was carried out since the last one, and drops the log before it. A few
    /// entries are kept, for members that lag a little.
    pub(super) fn compact(&mut self, world: &mut ServerContext<'_>) {
        let (applied, every) = (self.applied, self.settings.snapshot_every);
        if applied < self.core().storage().taken().index + every {
            return;
        }
        let state = (&self.sessions, self.machine.snapshot());
        let data = postcard::to_allocvec(&state).expect("a state has no unknown length");
        self.core().storage().compact(applied, data, every / 4);
        journal::rewrite(world, self.core().storage());
    }

    /// A leader sent its snapshot, because it has dropped what this member lacks.
    pub(super) fn install(&mut self, world: &mut ServerContext<'_>, ready: &Ready) {
        let metadata = ready.snapshot().get_metadata();
        let (index, term) = (metadata.index, metadata.term);
        let data = ready.snapshot().data.to_vec();
        self.restore(&data);
        self.applied = index;
        self.core().storage().install(Taken { index, term, data });
        world.log(LogChange::Installed { index, term });
    }

    /// Puts the machine and its sessions into the state of a snapshot; of none: the beginning.
    pub(super) fn restore(&mut self, snapshot: &[u8]) {
        if snapshot.is_empty() {
            self.sessions = Default::default();
            return self.machine.restore(&[]);
        }
        let (sessions, state): (_, Vec<u8>) =
            postcard::from_bytes(snapshot).expect("a snapshot is read as it was written");
        self.sessions = sessions;
        self.machine.restore(&state);
    }
}
