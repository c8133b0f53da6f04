//! Sessions: a command that was sent twice is carried out once.
//!
//! Source: Ongaro's dissertation, section 6.3. A client opens a session through the log and numbers its
//! commands; the state machine keeps the answers that the client may still ask for. Sessions are many but
//! bounded: the one that was used longest ago goes first, and every member lets the same one go.

use super::Name;
use super::ask::Proposal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many sessions are kept.
const SESSIONS: usize = 1024;
/// How many answers are kept of a session whose client never says that it has them.
const ANSWERS: usize = 256;

/// The sessions of a state machine, a part of its state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sessions<A> {
    open: BTreeMap<u64, Session<A>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Session<A> {
    /// The entry that used it last.
    used: u64,
    /// Commands below this one are settled, and their answers forgotten.
    settled: u64,
    /// The answers that may be asked for again; none: the command was made void.
    answers: BTreeMap<u64, Option<A>>,
}

/// What becomes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Due<A> {
    /// It is carried out now.
    Now,
    /// It was carried out, with this answer.
    Before(A),
    /// It was made void.
    Void,
    /// Its session is unknown.
    NoSession,
}

impl<A> Default for Sessions<A> {
    fn default() -> Sessions<A> {
        Sessions { open: BTreeMap::new() }
    }
}

impl<A: Clone> Sessions<A> {
    /// Opens a session under the index of its entry.
    pub fn open(&mut self, index: u64) {
        self.open.insert(index, Session { used: index, settled: 0, answers: BTreeMap::new() });
        if self.open.len() > SESSIONS {
            let oldest = self.open.iter().min_by_key(|(_, session)| session.used).map(|(id, _)| *id);
            oldest.into_iter().for_each(|id| drop(self.open.remove(&id)));
        }
    }

    /// Whether the command of the entry at `index` is to be carried out.
    pub fn due<C>(&mut self, index: u64, proposal: &Proposal<C>) -> Due<A> {
        let Proposal::Call { name, acked, void, .. } = proposal else { return Due::Now };
        let Some(session) = self.open.get_mut(&name.session) else { return Due::NoSession };
        session.used = index;
        session.settled = session.settled.max(*acked);
        while session.answers.len() > ANSWERS {
            let (forgotten, _) = session.answers.pop_first().expect("there are more than enough");
            session.settled = session.settled.max(forgotten + 1);
        }
        let settled = session.settled;
        session.answers.retain(|sequence, _| *sequence >= settled);
        if let Some(void) = void.filter(|void| *void >= settled) {
            session.answers.entry(void).or_insert(None);
        }
        match session.answers.get(&name.sequence) {
            Some(Some(answer)) => Due::Before(answer.clone()),
            Some(None) => Due::Void,
            // A stray copy of what its client has the answer to, or has given up.
            None if name.sequence < settled => Due::Void,
            None => Due::Now,
        }
    }

    /// Keeps the answer to a command that was carried out.
    pub fn answered(&mut self, name: Name, answer: A) {
        if let Some(session) = self.open.get_mut(&name.session) {
            session.answers.insert(name.sequence, Some(answer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sequence: u64, acked: u64, void: Option<u64>) -> Proposal<()> {
        Proposal::Call { name: Name { session: 1, sequence }, acked, void, command: () }
    }

    fn opened() -> Sessions<u8> {
        let mut sessions = Sessions::default();
        sessions.open(1);
        sessions
    }

    #[test]
    fn a_command_that_comes_again_is_answered_from_memory() {
        let mut sessions = opened();
        assert_eq!(sessions.due(2, &call(1, 1, None)), Due::Now);
        sessions.answered(Name { session: 1, sequence: 1 }, 7);
        assert_eq!(sessions.due(3, &call(1, 1, None)), Due::Before(7));
        assert_eq!(sessions.due(4, &call(2, 2, None)), Due::Now);
        assert_eq!(sessions.due(5, &call(1, 1, None)), Due::Void, "its client has the answer");
    }

    #[test]
    fn what_was_made_void_is_never_carried_out() {
        let mut sessions = opened();
        assert_eq!(sessions.due(2, &call(2, 1, Some(1))), Due::Now);
        assert_eq!(sessions.due(3, &call(1, 1, None)), Due::Void);
        sessions.answered(Name { session: 1, sequence: 2 }, 7);
        assert_eq!(sessions.due(4, &call(3, 1, Some(2))), Due::Now);
        assert_eq!(sessions.due(5, &call(2, 1, None)), Due::Before(7), "it was done before");
    }

    #[test]
    fn sessions_and_answers_are_bounded() {
        let mut sessions = opened();
        for sequence in 1..1000 {
            assert_eq!(sessions.due(sequence + 1, &call(sequence, 0, None)), Due::Now);
            sessions.answered(Name { session: 1, sequence }, 0);
        }
        assert!(sessions.open[&1].answers.len() <= ANSWERS + 1);
        (2000..2000 + SESSIONS as u64).for_each(|index| sessions.open(index));
        assert_eq!(sessions.open.len(), SESSIONS);
        assert_eq!(sessions.due(5000, &call(1000, 0, None)), Due::NoSession, "used longest ago");
    }
}
