//! A run of ours as a history, so that other tools can judge it, and [`read`](super::read) as well.
//!
//! Owners are named as clients, each of their lives by itself. After an unknown outcome an owner goes on under
//! a new process number, as Jepsen does it. Whether a lock is held is asked in no model, so calls of status are
//! left out.
//!
//! Beside the calls stands what a run knows and a client cannot: what the service promised and when that was
//! over, when an owner believed no more without having released, and what the resource took. In EDN these are
//! notes of processes without a number, which other tools pass over. So each of the three views of a lock can be
//! judged from the file as it is judged in the run; tenures are numbered in the order in which the run ranks
//! them.

mod edn;
mod lines;

use crate::scene::Edge;
use crate::{Rules, Scene};
use fencepost_model::{
    Access, BeliefEnd, Call, Cast, ClientEvent, EndReason, Event, EventKind, Instant, LockId, Mode, OpTag,
    Outcome, OwnerId, ResourceEvent, TenureEvent, TenureId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The events of a run as EDN in the manner of Jepsen, one map in each line.
pub fn edn(cast: &Arc<Cast>, rules: &Arc<Rules>, events: &[Event]) -> String {
    let mut writer = edn::Writer::new(cast);
    tell(cast, rules, events, &mut |line| writer.line(&line));
    writer.text
}

/// The events of a run as our own JSON Lines.
pub fn lines(cast: &Arc<Cast>, rules: &Arc<Rules>, events: &[Event]) -> String {
    let mut writer = lines::Writer::new(cast);
    tell(cast, rules, events, &mut |line| writer.line(&line));
    writer.text
}

/// An owner in one of its lives.
type Who = (OwnerId, u16);

/// What is written of one event.
#[derive(Clone, Copy, Debug)]
struct Line {
    at: Instant,
    who: Who,
    lock: LockId,
    what: What,
    shared: bool,
    token: Option<u64>,
    /// The rank of the tenure.
    tenure: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Asks(Call),
    /// How the open call ended.
    Done(Call),
    Refused(Call),
    Unknown(Call),
    Lost,
    Granted,
    Ended,
    Read {
        accepted: bool,
    },
    Write {
        accepted: bool,
    },
    Charge {
        accepted: bool,
    },
}

impl What {
    /// Whether it is an operation that was refused.
    const fn is_refused(self) -> bool {
        matches!(
            self,
            What::Read { accepted: false }
                | What::Write { accepted: false }
                | What::Charge { accepted: false }
        )
    }
}

fn who(tag: OpTag) -> Who {
    (tag.owner, tag.incarnation)
}

/// Goes through a run and tells what is to be written, in order.
fn tell(cast: &Arc<Cast>, rules: &Arc<Rules>, events: &[Event], write: &mut dyn FnMut(Line)) {
    let known = Known::of(cast, rules, events);
    let mut scene = Scene::new(cast.clone(), rules.clone());
    let mut open: BTreeMap<Who, (OpTag, Call, LockId)> = BTreeMap::new();
    for event in events {
        scene.take(event);
        if let EventKind::Client(ClientEvent::Invoked { tag, .. }) = &event.kind
            && let Some((dropped, call, lock)) = open.remove(&who(*tag))
        {
            // A dropped call still runs: nobody will know how it ends.
            write(known.call(event, dropped, lock, What::Unknown(call)));
        }
        match &event.kind {
            EventKind::Client(ClientEvent::Invoked { tag, call, lock }) if is_told(*call) => {
                open.insert(who(*tag), (*tag, *call, *lock));
                write(known.call(event, *tag, *lock, What::Asks(*call)));
            }
            EventKind::Client(ClientEvent::Returned { tag, outcome, .. }) => {
                let Some((_, call, lock)) = open.get(&who(*tag)).copied().filter(|(of, ..)| of == tag) else {
                    continue;
                };
                open.remove(&who(*tag));
                write(known.call(event, *tag, lock, ended(call, outcome)));
            }
            EventKind::Client(ClientEvent::BeliefEnded { tenure, why }) if *why != BeliefEnd::Released => {
                known.tell(event, *tenure, What::Lost, write);
            }
            EventKind::Resource(ResourceEvent::Decided { tenure, access, accepted, .. }) => {
                let accepted = *accepted;
                let what = match access {
                    Access::Read { .. } => Some(What::Read { accepted }),
                    Access::Write { .. } | Access::Stage { .. } => Some(What::Write { accepted }),
                    Access::Charge { .. } => Some(What::Charge { accepted }),
                    // What was let through becomes visible: it is no operation of its own.
                    Access::Commit { .. } => None,
                };
                what.into_iter().for_each(|what| known.tell(event, *tenure, what, write));
            }
            _ => {}
        }
        if let Some((tenure, edge)) = scene.changes().grant {
            let what = if edge == Edge::Start { What::Granted } else { What::Ended };
            known.tell(event, tenure, what, write);
        }
    }
}

/// A history tells who has the lock: not who asked for that, nor how often a holder has taken it again.
fn is_told(call: Call) -> bool {
    matches!(call, Call::Acquire | Call::Extend | Call::Release)
}

fn ended(call: Call, outcome: &Outcome) -> What {
    match outcome {
        Outcome::Granted { .. } | Outcome::Extended { .. } | Outcome::Released => What::Done(call),
        Outcome::Unknown => What::Unknown(call),
        _ => What::Refused(call),
    }
}

/// What is known of tenures in the end.
struct Known {
    tenures: BTreeMap<TenureId, Tenure>,
    /// Which tenure an acquire led to.
    of: BTreeMap<OpTag, TenureId>,
    /// The tokens that acquires returned with.
    tokens: BTreeMap<OpTag, u64>,
}

#[derive(Clone, Copy)]
struct Tenure {
    who: Who,
    lock: LockId,
    mode: Mode,
    rank: Option<u32>,
    minted: Option<u64>,
}

impl Known {
    fn of(cast: &Arc<Cast>, rules: &Arc<Rules>, events: &[Event]) -> Known {
        let mut scene = Scene::new(cast.clone(), rules.clone());
        let (mut of, mut tokens, mut minted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut promised_to_nobody = BTreeSet::new();
        for event in events {
            scene.take(event);
            match &event.kind {
                EventKind::Client(ClientEvent::BeliefStarted { tag, tenure, .. }) => {
                    of.insert(*tag, *tenure);
                }
                EventKind::Client(ClientEvent::Returned {
                    tag,
                    outcome: Outcome::Granted { token: Some(token), .. },
                    ..
                }) => drop(tokens.insert(*tag, token.0)),
                EventKind::Tenure(TenureEvent::Granted { tenure, token: Some(token), .. }) => {
                    minted.entry(*tenure).or_insert(token.0);
                }
                EventKind::Tenure(TenureEvent::Gone { tenure, reason: EndReason::NeverPromised, .. }) => {
                    promised_to_nobody.insert(*tenure);
                }
                _ => {}
            }
        }
        // A token that nobody was given may be minted again.
        minted.retain(|tenure, _| !promised_to_nobody.contains(tenure));
        let tenures = scene.tenures().map(|(id, tenure)| {
            let minted = minted.get(&id).copied();
            let (lock, mode, rank) = (tenure.lock, tenure.mode, tenure.rank);
            (id, Tenure { who: who(tenure.attempt), lock, mode, rank, minted })
        });
        Known { tenures: tenures.collect(), of, tokens }
    }

    fn call(&self, event: &Event, tag: OpTag, lock: LockId, what: What) -> Line {
        let id = self.of.get(&tag.of_attempt());
        let tenure = id.and_then(|id| self.tenures.get(id));
        let is_grant = what == What::Done(Call::Acquire);
        Line {
            at: event.at,
            who: who(tag),
            lock,
            what,
            shared: tenure.is_some_and(|tenure| tenure.mode == Mode::Shared),
            token: self.tokens.get(&tag).copied().filter(|_| is_grant),
            tenure: tenure.filter(|_| is_grant).and_then(|tenure| tenure.rank),
        }
    }

    /// Something beside the calls. Of a permit the service tells nothing: only equal slots conflict, and a
    /// history knows no slots.
    fn tell(&self, event: &Event, id: TenureId, what: What, write: &mut dyn FnMut(Line)) {
        let Some(tenure) = self.tenures.get(&id) else { return };
        if tenure.mode == Mode::Permit && matches!(what, What::Granted | What::Ended) {
            return;
        }
        let Tenure { who, lock, mode, rank, minted } = *tenure;
        let carried = match &event.kind {
            EventKind::Resource(ResourceEvent::Decided { token, .. }) => token.map(|token| token.0),
            _ => minted.filter(|_| what == What::Granted),
        };
        write(Line {
            at: event.at,
            who,
            lock,
            what,
            shared: mode == Mode::Shared,
            token: carried,
            tenure: rank,
        });
    }
}

/// How an owner is called in one of its lives.
fn name(cast: &Cast, (owner, life): Who) -> String {
    let again = if life > 1 { format!("~{life}") } else { String::new() };
    format!("{}{again}", cast.owner(owner))
}
