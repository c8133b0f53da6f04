//! A client process of a log: it finds the leader, and has each command carried out once.

use super::ask::{Answer, AnswerOf, Ask, AskOf, Proposal};
use super::port::Members;
use super::{Machine, Name};
use crate::stores::Purpose;
use fencepost_lock::{Env, Reply};
use fencepost_model::{Mono, Span};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::rc::Rc;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called<A> {
    /// It was carried out, once.
    Done(A),
    /// It was not, and never will be: it was made void, or its session is over.
    Never,
}

/// The client's side of a log under `M`. Clones share the session.
pub struct LogClient<E, P, M> {
    env: E,
    members: P,
    /// How long one member may take to answer.
    timeout: Span,
    /// For how long it waits where nobody leads.
    pause: Span,
    state: Rc<State>,
    machine: PhantomData<fn() -> M>,
}

#[derive(Default)]
struct State {
    /// Whom to ask: the leader, as far as is known.
    member: Cell<usize>,
    session: Cell<Option<u64>>,
    last: Cell<u64>,
    /// The numbers of commands whose answers may still be asked for.
    open: RefCell<BTreeSet<u64>>,
}

/// A number of the session that is kept open: what was sent under it may be sent again. Dropping it says
/// that it never will be.
pub struct Calls {
    name: Name,
    state: Rc<State>,
}

impl Calls {
    /// The name of commands that are sent with it.
    pub fn name(&self) -> Name {
        self.name
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.state.open.borrow_mut().remove(&self.name.sequence);
    }
}

impl<E: Clone, P: Clone, M> Clone for LogClient<E, P, M> {
    fn clone(&self) -> Self {
        let (env, members, state) = (self.env.clone(), self.members.clone(), self.state.clone());
        LogClient { env, members, timeout: self.timeout, pause: self.pause, state, machine: PhantomData }
    }
}

impl<E: Env, P: Members<M>, M: Machine> LogClient<E, P, M> {
    /// A client process in one of its lives.
    pub fn new(env: E, members: P, timeout: Span, pause: Span) -> Self {
        let state = Rc::new(State::default());
        state.member.set((env.random() % members.count() as u64) as usize);
        LogClient { env, members, timeout, pause, state, machine: PhantomData }
    }

    /// A number for a command that is sent from here on; opens the session where there is none. *Refused*
    /// and *unknown*: there is none, and nothing is lost.
    pub async fn number(&self, purpose: Purpose, until: Mono) -> Reply<Calls> {
        let session = match self.state.session.get() {
            Some(session) => session,
            None => match self.ask(purpose, &Ask::Propose(Proposal::Open), until).await {
                Reply::Done(Answer::Opened(session)) => {
                    self.state.session.set(Some(session));
                    session
                }
                Reply::Done(_) | Reply::Unknown => return Reply::Unknown,
                Reply::Refused => return Reply::Refused,
            },
        };
        let sequence = self.state.last.get() + 1;
        self.state.last.set(sequence);
        self.state.open.borrow_mut().insert(sequence);
        Reply::Done(Calls { name: Name { session, sequence }, state: self.state.clone() })
    }

    /// Has a command carried out once, however often it has to be sent, until somebody says what became of
    /// it or the time is over. `void`: a command of the session that shall not be carried out any more.
    pub async fn call(
        &self,
        purpose: Purpose,
        calls: &Calls,
        void: Option<Name>,
        command: M::Command,
        until: Mono,
    ) -> Reply<Called<M::Answer>> {
        let name = calls.name;
        let acked = self.state.open.borrow().first().copied().unwrap_or(name.sequence);
        let void = void.filter(|void| void.session == name.session).map(|void| void.sequence);
        let ask = Ask::Propose(Proposal::Call { name, acked, void, command });
        self.ask(purpose, &ask, until).await.map(|answer| match answer {
            Answer::Done(answer) => Called::Done(answer),
            Answer::NoSession => {
                if self.state.session.get() == Some(name.session) {
                    self.state.session.set(None);
                }
                Called::Never
            }
            _ => Called::Never,
        })
    }

    /// Asks what the newest state says.
    pub async fn query(&self, purpose: Purpose, query: M::Query, until: Mono) -> Reply<M::View> {
        match self.ask(purpose, &Ask::Query(query), until).await {
            Reply::Done(Answer::View(view)) => Reply::Done(view),
            Reply::Done(_) | Reply::Unknown => Reply::Unknown,
            Reply::Refused => Reply::Refused,
        }
    }

    /// Waits for something until it has come.
    pub async fn watch(&self, purpose: Purpose, watch: M::Watch, until: Mono) -> Reply<M::View> {
        loop {
            match self.ask(purpose, &Ask::Watch(watch.clone()), until).await {
                Reply::Done(Answer::View(view)) => return Reply::Done(view),
                Reply::Done(_) if self.env.mono() < until => {}
                _ => return Reply::Unknown,
            }
        }
    }

    /// Asks one member after the other until one that leads has answered. *Refused*: nobody was asked.
    async fn ask(&self, purpose: Purpose, ask: &AskOf<M>, until: Mono) -> Reply<AnswerOf<M>> {
        let (mut was_sent, mut hops) = (false, 0);
        while self.env.mono() < until {
            let member = self.state.member.get();
            let deadline = until.min(self.env.mono() + self.timeout);
            let hint = match self.members.ask(member, purpose, ask.clone(), deadline).await {
                Reply::Done(Answer::NotLeader { hint }) => hint,
                Reply::Done(Answer::Deposed) | Reply::Unknown => {
                    was_sent = true;
                    None
                }
                Reply::Done(answer) => return Reply::Done(answer),
                Reply::Refused => None,
            };
            self.state.member.set(hint.unwrap_or((member + 1) % self.members.count()));
            hops += 1;
            // Two that each take the other for the leader, and a round of members of whom nobody leads.
            if hint.is_none() || hops > 2 {
                self.env.sleep_until(until.min(self.env.mono() + self.pause)).await;
            }
        }
        if was_sent { Reply::Unknown } else { Reply::Refused }
    }
}
