//! One command to every node.

use super::NaiveLock;
use crate::stores::Purpose;
use crate::stores::kv::{Answer, Command, KeyValue, Script};
use fencepost_lock::{Env, Reply, join_all};
use fencepost_model::Datum;
use std::sync::Arc;

/// A name under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub key: Arc<str>,
    pub value: Datum,
}

impl Name {
    /// Sets the name where there is none; where it stands already it counts as set.
    pub fn set_if_absent(&self) -> Command {
        let (key, value) = (self.key.clone(), self.value);
        Command::Eval(Script::SetIfAbsentOrEqual { key, value, lives: None, counter: None })
    }

    /// Writes the name over whatever is there.
    pub fn write_over(&self) -> Command {
        Command::Set { key: self.key.clone(), value: self.value, lives: None }
    }

    /// Asks whose name is there.
    pub fn read(&self) -> Command {
        Command::Get { key: self.key.clone() }
    }

    /// Removes the name, if it is this.
    pub fn remove(&self) -> Command {
        Command::Eval(Script::DeleteIfEqual { key: self.key.clone(), value: self.value })
    }
}

/// What the nodes answered, in their order.
pub(super) struct Answers(Vec<Reply<Answer>>);

impl Answers {
    /// How many answered this.
    pub fn count(&self, answer: Answer) -> usize {
        self.0.iter().filter(|reply| **reply == Reply::Done(answer)).count()
    }

    /// How many answered at all.
    pub fn heard(&self) -> usize {
        self.0.iter().filter(|reply| matches!(reply, Reply::Done(_))).count()
    }

    /// Whether nothing was sent to any node.
    pub fn are_all_refused(&self) -> bool {
        self.0.iter().all(|reply| *reply == Reply::Refused)
    }

    /// The name that a majority of so many nodes has.
    pub fn elected(&self, majority: usize) -> Option<Datum> {
        let values = self.0.iter().filter_map(|reply| match reply {
            Reply::Done(Answer::Value(value)) => Some(*value),
            _ => None,
        });
        values.clone().find(|value| values.clone().filter(|other| other == value).count() >= majority)
    }
}

impl<E: Env, P: KeyValue> NaiveLock<E, P> {
    /// Sends a command to every node, and waits until each has answered or has had its time.
    pub(super) async fn ask_all(&self, purpose: Purpose, command: Command) -> Answers {
        let until = self.env.mono() + self.settings.command_timeout;
        let asked = self.nodes.iter().map(|node| node.run(purpose, command.clone(), until));
        Answers(join_all(asked).await)
    }

    /// Removes a name from every node, and again from those that did not answer, in a task of its own. Gives
    /// what they answered first.
    pub(super) async fn remove(&self, name: &Name) -> Answers {
        let until = self.env.mono() + self.settings.command_timeout;
        let asked = self.nodes.iter().map(|node| node.run(Purpose::Release, name.remove(), until));
        let answers = Answers(join_all(asked).await);
        for (node, reply) in self.nodes.iter().zip(&answers.0) {
            if !matches!(reply, Reply::Done(_)) {
                self.remove_at_last(node.clone(), name.clone());
            }
        }
        answers
    }

    fn remove_at_last(&self, node: P, name: Name) {
        let lock = self.clone();
        self.env.spawn(async move {
            loop {
                let until = lock.env.mono() + lock.settings.command_timeout;
                if let Reply::Done(_) = node.run(Purpose::Release, name.remove(), until).await {
                    return;
                }
                lock.env.sleep_until(until).await;
            }
        });
    }
}

/// A name that nodes may have although nobody will use it. Unless it is [settled](Votes::settled), dropping
/// this takes the votes back in a task of its own, where the settings ask for that.
pub(super) struct Votes<E: Env, P: KeyValue> {
    lock: NaiveLock<E, P>,
    name: Name,
    settled: bool,
}

impl<E: Env, P: KeyValue> Votes<E, P> {
    /// Watches over a name.
    pub fn of(lock: &NaiveLock<E, P>, name: &Name) -> Self {
        Votes { lock: lock.clone(), name: name.clone(), settled: !lock.settings.undo }
    }

    /// Nothing is left to undo.
    pub fn settled(mut self) {
        self.settled = true;
    }
}

impl<E: Env, P: KeyValue> Drop for Votes<E, P> {
    fn drop(&mut self) {
        if !self.settled {
            let (lock, name) = (self.lock.clone(), self.name.clone());
            self.lock.env.spawn(async move {
                lock.remove(&name).await;
            });
        }
    }
}
