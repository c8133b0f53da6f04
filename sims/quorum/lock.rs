//! The algorithm.

use super::clean_up::CleanUp;
use super::proposal::{Claim, GivenUp, Promised};
use super::round::{Failure, NOTHING, Persistence, Seen};
use super::sight::{Sights, Verdict};
use super::{Defect, QuorumSettings};
use crate::stores::Purpose;
use crate::stores::register::{Registers, Request, Version};
use fencepost_lock::{Acquired, Ask, Env, Extended, Grant, Lease, Lock, Released, Status};
use fencepost_model::{Datum, Mono, Refusal, Slot, Span, Token};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The lock on a register that a majority keeps.
///
/// Source of the two phases: CASPaxos (D. Rystsov, 2018, arXiv 1802.07000): each change of the register is a
/// proposal of its own, and clients are the proposers. The version's number is the fencing token.
pub struct QuorumLock<E, P> {
    pub(super) env: E,
    pub(super) nodes: Rc<[P]>,
    pub(super) settings: Rc<QuorumSettings>,
    /// The largest number of a ballot that this process has heard of.
    pub(super) largest_number: Rc<Cell<u64>>,
    pub(super) sights: Rc<RefCell<Sights>>,
}

impl<E: Clone, P> Clone for QuorumLock<E, P> {
    fn clone(&self) -> Self {
        QuorumLock {
            env: self.env.clone(),
            nodes: self.nodes.clone(),
            settings: self.settings.clone(),
            largest_number: self.largest_number.clone(),
            sights: self.sights.clone(),
        }
    }
}

/// What a client remembers of a tenure.
pub struct Proof {
    claim: Rc<Claim>,
    content: Datum,
}

/// How one try went.
pub(super) enum Try<P> {
    Granted(Grant<P>),
    /// Somebody else has it: for certain, where a majority shows it.
    Held {
        certain: bool,
    },
    /// The answer of the majority came when the lease was over.
    Late,
    Failed(Failure),
}

/// What a look at the lock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It is worth a try.
    Try,
    /// Somebody else has it: for certain, where a majority shows it.
    Held {
        certain: bool,
    },
    Silent,
}

/// Why somebody is refused who has seen another's version. That another has the lock is said only where a
/// majority shows it.
const fn held(certain: bool) -> Refusal {
    if certain { Refusal::Held } else { Refusal::TimedOut }
}

impl Proof {
    /// Whether this content of a register is of the tenure.
    pub(super) fn is_of(&self, content: Option<Datum>) -> bool {
        content == Some(self.content)
    }
}

impl<E: Env, P: Registers> QuorumLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, nodes: Vec<P>, settings: QuorumSettings) -> QuorumLock<E, P> {
        QuorumLock {
            env,
            nodes: nodes.into(),
            settings: Rc::new(settings),
            largest_number: Rc::default(),
            sights: Rc::default(),
        }
    }

    /// One try: a proposal, if what a majority has accepted allows one.
    async fn try_acquire(&self, claim: &Rc<Claim>, clean_up: &mut Option<CleanUp<E, P>>) -> Try<Proof> {
        let promised = match self.prepare(Purpose::Acquire, &claim.key, |_| true).await {
            Ok(promised) => promised,
            Err(failure) => return Try::Failed(failure),
        };
        let newest = promised.seen.version();
        if newest.content.is_some() && !claim.is_mine(newest.content) {
            // Whoever has promised accepts nothing older any more, so this version is in sight.
            let now = self.env.mono();
            let verdict = self.sights.borrow_mut().settled(&claim.key, newest, now, &self.settings);
            if verdict != Verdict::Over {
                return Try::Held { certain: promised.seen.showing(newest) >= self.settings.majority() };
            }
        }
        self.take(claim, clean_up, &promised, newest).await
    }

    /// Proposes a version of our own on top of the newest.
    pub(super) async fn take(
        &self,
        claim: &Rc<Claim>,
        clean_up: &mut Option<CleanUp<E, P>>,
        promised: &Promised,
        newest: Version,
    ) -> Try<Proof> {
        let content = match newest.content {
            Some(content) if claim.is_mine(newest.content) => content,
            _ => self.fresh_content(claim),
        };
        let version = claim.on_top_of(newest, Some(content));
        clean_up.get_or_insert_with(|| CleanUp::of(self, claim));
        let until = self.env.mono() + self.settings.validity();
        let (ballot, once) = (promised.ballot, Persistence::Once);
        if let Err(failure) = self.propose(Purpose::Acquire, &claim.key, ballot, version, once).await {
            return Try::Failed(failure);
        }
        if self.env.mono() >= until {
            return Try::Late;
        }
        let proof = Proof { claim: claim.clone(), content };
        let token = Some(Token(version.number));
        Try::Granted(Grant { proof, lease: Lease::until(Some(until)), token, slot: Slot(0) })
    }

    /// Asks what nodes have accepted, without promises: nobody's proposal is disturbed, and nothing is synced.
    pub(super) async fn look(&self, claim: &Claim) -> (Look, Version) {
        let majority = self.settings.majority();
        let agree = |seen: &Seen| seen.showing(seen.version()) >= majority;
        let read = Request::Read { key: claim.key.clone() };
        let seen = self.see(Purpose::Acquire, read, agree).await;
        let Ok(seen) = seen else { return (Look::Silent, NOTHING) };
        let newest = seen.version();
        if newest.content.is_none() || claim.is_mine(newest.content) {
            return (Look::Try, newest);
        }
        let (now, mut sights) = (self.env.mono(), self.sights.borrow_mut());
        let certain = agree(&seen);
        let verdict = if certain {
            sights.settled(&claim.key, newest, now, &self.settings)
        } else {
            sights.glimpsed(&claim.key, newest, now, &self.settings)
        };
        (if verdict == Verdict::Wait { Look::Held { certain } } else { Look::Try }, newest)
    }

    /// A pause, drawn so that contenders do not stay in step, and longer the more often they got into each
    /// other's way.
    pub(super) fn pause(&self, failures: u32) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.longest_pause(failures))
    }

    /// Pauses, and looks again, until it is worth a try. An error: the caller's patience is over.
    async fn wait(
        &self,
        claim: &Claim,
        until: Mono,
        mut failures: u32,
        refusal: &mut Refusal,
    ) -> Result<(), ()> {
        loop {
            let next = self.env.mono() + self.pause(failures);
            if next >= until {
                return Err(());
            }
            self.env.sleep_until(next).await;
            match self.look(claim).await.0 {
                Look::Try => return Ok(()),
                Look::Held { certain } => (*refusal, failures) = (held(certain), 0),
                Look::Silent => *refusal = Refusal::NoMajority,
            }
        }
    }

    /// Moves the lease of a tenure, by another version with the same content.
    async fn renew(&self, proof: &Proof) -> Result<Extended, Failure> {
        let key = &proof.claim.key;
        let Promised { ballot, seen } = self.prepare(Purpose::Extend, key, |_| true).await?;
        let newest = seen.version();
        if !proof.is_of(newest.content) {
            // It must not come back: a majority has to have what followed it.
            self.propose(Purpose::Extend, key, ballot, newest, Persistence::Once).await?;
            return Ok(Extended::NotHeld);
        }
        let version = proof.claim.on_top_of(newest, Some(proof.content));
        let until = self.env.mono() + self.settings.validity();
        self.propose(Purpose::Extend, key, ballot, version, Persistence::Once).await?;
        Ok(if self.env.mono() < until { Extended::Until(Some(until)) } else { Extended::Unknown })
    }
}

impl<E: Env, P: Registers> Lock for QuorumLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        let claim = Claim::of(ask.name.clone());
        let (mut clean_up, mut failures) = (None, 0);
        loop {
            let tried = if self.settings.has(Defect::AdoptsNothing) {
                self.try_without_adopting(&claim, &mut clean_up).await
            } else {
                self.try_acquire(&claim, &mut clean_up).await
            };
            failures = if matches!(tried, Try::Failed(Failure::Outbid)) { failures + 1 } else { 0 };
            let mut refusal = match tried {
                Try::Granted(grant) => {
                    clean_up.into_iter().for_each(CleanUp::settled);
                    return Acquired::Granted(grant);
                }
                Try::Held { certain } => held(certain),
                Try::Late | Try::Failed(Failure::Outbid) => Refusal::TimedOut,
                Try::Failed(Failure::Silent) => Refusal::NoMajority,
            };
            if self.wait(&claim, ask.wait_until, failures, &mut refusal).await.is_err() {
                // What was proposed may be there, or still come.
                return if clean_up.is_some() { Acquired::Unknown } else { Acquired::Refused(refusal) };
            }
        }
    }

    async fn extend(&self, proof: &Proof) -> Extended {
        let give_up = self.env.mono() + self.settings.command_timeout;
        for failures in 1.. {
            match self.renew(proof).await {
                Ok(extended) => return extended,
                Err(Failure::Silent) => return Extended::Unknown,
                Err(Failure::Outbid) if self.env.mono() >= give_up => return Extended::Unknown,
                Err(Failure::Outbid) => self.env.sleep(self.pause(failures)).await,
            }
        }
        Extended::Unknown
    }

    async fn release(&self, proof: &Proof) -> Released {
        let clean_up = CleanUp::of(self, &proof.claim);
        let give_up = self.env.mono() + self.settings.command_timeout;
        for failures in 1.. {
            let outdated = Rc::new(Cell::new(false));
            match self.give_up(&proof.claim, &outdated).await {
                Ok(given_up) => {
                    clean_up.settled();
                    let released = given_up == GivenUp::Released;
                    return if released { Released::Released } else { Released::NotHeld };
                }
                Err(Failure::Outbid) if self.env.mono() < give_up => {
                    outdated.set(true);
                    self.env.sleep(self.pause(failures)).await;
                }
                Err(_) => {
                    outdated.set(true);
                    break;
                }
            }
        }
        Released::Unknown
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        if self.settings.has(Defect::OwnershipReadOneNode) {
            return self.status_of_one_node(name, proof).await;
        }
        let majority = self.settings.majority();
        let same = |seen: &Seen| seen.count(|content| content == seen.version().content) >= majority;
        let Ok(seen) = self.see(Purpose::Status, Request::Read { key: name }, same).await else {
            return Status::Unknown;
        };
        match seen.version().content {
            _ if !same(&seen) => Status::Unknown,
            None => Status::Free,
            content => Status::Held { by_me: proof.is_some_and(|proof| proof.is_of(content)) },
        }
    }
}
