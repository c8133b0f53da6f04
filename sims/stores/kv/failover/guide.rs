//! Where clients ask who is primary, and their end of it.

use super::super::replication::Waited;
use super::super::{Answer, Command, Copies, KeyValue, Line, Listening, PubSub, SimLine};
use crate::stores::Purpose;
use fencepost_lock::{Env, Reply};
use fencepost_model::{Mono, ProcessId, Span};
use fencepost_sim::{Label, SimEnv};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

/// `SENTINEL GET-MASTER-ADDR-BY-NAME`, or a look-up of the service's name. The answer is an
/// `Option<ProcessId>`.
#[derive(Clone, Copy, Debug)]
pub(super) struct WhoIsPrimary;

const WHO: Label = Label { ask: "locate", answer: "locate-reply" };
/// How long a client waits for one that it asks who is primary.
const PATIENCE: Span = Span::from_millis(100);
/// How long it waits before it asks again, where the one that it was sent to was none.
const PAUSE: Span = Span::from_millis(100);

/// The port's end in the simulated world where primaries change: asks a guide (a sentinel, or the hosted
/// service) who is primary, keeps to that one while it answers, and asks again when it does not, or says that it
/// is a replica. Source: the guidelines for clients of the Sentinel documentation.
#[derive(Clone)]
pub struct SimFailoverKeyValue {
    env: SimEnv,
    guides: Rc<[ProcessId]>,
    primary: Rc<Cell<Option<ProcessId>>>,
    /// What acquires and extensions wait for.
    copies: Option<Copies>,
}

impl SimFailoverKeyValue {
    /// A client of the machine of `env` that asks these guides, and lets acquires and extensions wait for
    /// copies where that is wanted.
    pub fn new(env: SimEnv, guides: Rc<[ProcessId]>, copies: Option<Copies>) -> SimFailoverKeyValue {
        SimFailoverKeyValue { env, guides, primary: Rc::default(), copies }
    }

    /// Who is primary, as far as is known here; asks the guides in turn until one of them knows.
    async fn find(&self, deadline: Mono) -> Option<ProcessId> {
        loop {
            if let Some(primary) = self.primary.get() {
                return Some(primary);
            }
            for guide in self.guides.iter() {
                let until = deadline.min(self.env.mono() + PATIENCE);
                let told: Reply<Option<ProcessId>> = self.env.request(*guide, WHO, WhoIsPrimary, until).await;
                if let Reply::Done(Some(primary)) = told {
                    self.primary.set(Some(primary));
                    return Some(primary);
                }
                if self.env.mono() >= deadline {
                    return None;
                }
            }
            self.pause(deadline).await?;
        }
    }

    /// Waits a moment; none where the deadline comes first.
    async fn pause(&self, deadline: Mono) -> Option<()> {
        let next = self.env.mono() + PAUSE;
        if next >= deadline {
            return None;
        }
        self.env.sleep_until(next).await;
        Some(())
    }

    async fn send(self, purpose: Purpose, command: Command, deadline: Mono) -> Reply<Answer> {
        let copies = self.copies.filter(|_| matches!(purpose, Purpose::Acquire | Purpose::Extend));
        loop {
            let Some(primary) = self.find(deadline).await else { return Reply::Refused };
            let command = command.clone();
            let reply = match copies {
                Some(copies) => {
                    let waited = Waited { command, copies };
                    self.env.request(primary, purpose.label(), waited, deadline).await
                }
                None => self.env.request(primary, purpose.label(), command, deadline).await,
            };
            match reply {
                Reply::Done(Answer::ReadOnly) | Reply::Refused => {}
                Reply::Unknown => {
                    self.primary.set(None);
                    return Reply::Unknown;
                }
                answered => return answered,
            }
            // Nothing was done: another one may be primary by now.
            self.primary.set(None);
            if self.pause(deadline).await.is_none() {
                return Reply::Refused;
            }
        }
    }
}

impl PubSub for SimFailoverKeyValue {
    type Line = SimFailoverLine;

    fn line(&self) -> SimFailoverLine {
        SimFailoverLine { store: self.clone(), at: Rc::default() }
    }
}

/// A connection of one's own to whoever is primary when something is subscribed to. It stays there when another one
/// is promoted: then nothing is told on it any more.
pub struct SimFailoverLine {
    store: SimFailoverKeyValue,
    at: Rc<RefCell<Option<Rc<SimLine>>>>,
}

impl Line for SimFailoverLine {
    fn ask(&self, asked: Listening, deadline: Mono) -> impl Future<Output = Reply<Answer>> + 'static {
        let (store, at) = (self.store.clone(), self.at.clone());
        async move {
            if matches!(asked, Listening::Subscribe { .. }) {
                let Some(primary) = store.find(deadline).await else { return Reply::Refused };
                *at.borrow_mut() = Some(Rc::new(SimLine::new(store.env.line(primary))));
            }
            let line = at.borrow().clone();
            match line {
                Some(line) => line.ask(asked, deadline).await,
                None => Reply::Refused,
            }
        }
    }
}

impl KeyValue for SimFailoverKeyValue {
    fn run(
        &self,
        purpose: Purpose,
        command: Command,
        deadline: Mono,
    ) -> impl Future<Output = Reply<Answer>> + 'static {
        self.clone().send(purpose, command, deadline)
    }
}
