//! The properties, one file each, under the names that the literature and the scenario files use.
//!
//! | name | violated when | source | module |
//! |---|---|---|---|
//! | `exclusive-grant` | two conflicting promises of the service stand at once | mutual exclusion, as the service sees it | `exclusive_grant` |
//! | `exclusive-belief` | two owners believe at once | mutual exclusion, as owners see it | `exclusive_belief` |
//! | `exclusive-effect` | the resource takes a write of an older tenure after an operation of a newer one | mutual exclusion, as the resource sees it | `exclusive_effect` |
//! | `fencing` | tokens of successive tenures do not strictly increase | Gray and Cheriton 1989; Kleppmann 2016 | `fencing` |
//! | `no-lost-update` | two writes start from the same version | Berenson et al. 1995, phenomenon P4 | `no_lost_update` |
//! | `ownership` | a tenure is ended or extended by an operation of another one | owner checks of mutexes (POSIX error-checking mutex: EPERM) | `ownership` |
//! | `truthful` | what a definite reply says was so at no instant of its call | linearizability of single replies (Herlihy and Wing 1990) | `truthful` |
//! | `progress` | in the calm tail a bound is missed | deadlock freedom, with bounds | `progress` |
//! | `deadlock-free` | owners wait for each other in a circle, longer than a bound | wait-for graphs (Coffman et al. 1971) | `deadlock_free` |
//! | `reentrant` | a tenure ends before its owner gave it back as often as it took it, or is kept after | recursive mutexes (POSIX) | `reentrant` |
//! | `fair` | somebody is granted the lock while somebody else has waited for longer | first come, first served (Lamport 1974) | `fair` |
//! | `well-behaved` | the lock's code panicked, spun, flooded or never returned | | `well_behaved` |
//!
//! Systems and workloads add their own: anything that implements [`Property`] can be handed to
//! [`Judge::with`](crate::Judge::with).

mod deadlock_free;
mod exclusive_belief;
mod exclusive_effect;
mod exclusive_grant;
mod fair;
mod fencing;
mod no_lost_update;
mod overlap;
mod ownership;
mod progress;
mod reentrant;
mod truthful;
mod well_behaved;

pub use deadlock_free::DeadlockFree;
pub use exclusive_belief::ExclusiveBelief;
pub use exclusive_effect::ExclusiveEffect;
pub use exclusive_grant::ExclusiveGrant;
pub use fair::Fair;
pub use fencing::Fencing;
pub use no_lost_update::NoLostUpdate;
pub use ownership::Ownership;
pub use progress::Progress;
pub use reentrant::Reentrant;
pub use truthful::Truthful;
pub use well_behaved::WellBehaved;

use crate::{Findings, Rules, Scene};
use fencepost_model::{Cast, EndOfRun, Event, EventKind, Instant};

/// A rule that no run may break.
///
/// A property is a pure function of the events that it has seen: it reads no clock, no file and no
/// randomness, so a run that is repeated is judged alike. One that panics becomes unclear, and the others go
/// on.
///
/// ```
/// use fencepost_check::{Findings, Judge, Property, Rules, Scene};
/// use fencepost_model::{Cast, EndOfRun, Event, Instant, Verdict};
///
/// struct NothingHappens;
///
/// impl Property for NothingHappens {
///     fn name(&self) -> &'static str {
///         "nothing-happens"
///     }
///     fn observe(&mut self, event: &Event, _: &Scene, _: &mut Findings) {
///         panic!("something happened: {event:?}");
///     }
/// }
///
/// let judge = Judge::with(Cast::default().into(), Rules::default(), vec![Box::new(NothingHappens)]);
/// let judgement = judge.finish(EndOfRun::Complete, Instant::START);
/// assert_eq!(judgement.of("nothing-happens"), Some(&Verdict::Holds));
/// ```
pub trait Property {
    /// Its name in scenario files and reports.
    fn name(&self) -> &'static str;

    /// Whether the system offers what the property is about.
    fn offered(&self, _rules: &Rules, _cast: &Cast) -> bool {
        true
    }

    /// Whether it looks at events of this teller. It is not asked about others, which most events are to most
    /// properties.
    fn hears(&self, _teller: Teller, _cast: &Cast) -> bool {
        true
    }

    /// Looks at an event, which the scene has taken in already.
    fn observe(&mut self, event: &Event, scene: &Scene, findings: &mut Findings);

    /// Says what only the end of the run can show.
    fn finish(&mut self, _end: &End, _scene: &Scene, _findings: &mut Findings) {}
}

/// Who tells an event: see [`EventKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// An owner's handle, and the observer of beliefs.
    Client,
    /// A server. What it tells changes nothing of what the scene knows of tenures and locks: the tenure events
    /// that are read out of it do.
    Store,
    /// The projection of store events, and the observer of promises.
    Tenure,
    /// The resource.
    Resource,
    /// The world.
    World,
}

impl Teller {
    /// Every teller.
    pub const ALL: [Teller; 5] =
        [Teller::Client, Teller::Store, Teller::Tenure, Teller::Resource, Teller::World];

    /// Who told the event; none for a trace, which no property sees.
    pub const fn of(event: &EventKind) -> Option<Teller> {
        match event {
            EventKind::Client(_) => Some(Teller::Client),
            EventKind::Store(_) => Some(Teller::Store),
            EventKind::Tenure(_) => Some(Teller::Tenure),
            EventKind::Resource(_) => Some(Teller::Resource),
            EventKind::World(_) => Some(Teller::World),
            EventKind::Trace(_) => None,
        }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// How it came.
    pub how: EndOfRun,
    /// When.
    pub at: Instant,
    /// The number that the next event would have had.
    pub n: u64,
}

/// Every property that is built in, in the order of [`word::PROPERTIES`](fencepost_model::word::PROPERTIES).
pub fn properties() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(ExclusiveGrant),
        Box::new(ExclusiveBelief),
        Box::new(ExclusiveEffect::default()),
        Box::new(Fencing::default()),
        Box::new(NoLostUpdate::default()),
        Box::new(Ownership),
        Box::new(Truthful::default()),
        Box::new(Progress::default()),
        Box::new(DeadlockFree::default()),
        Box::new(Reentrant::default()),
        Box::new(Fair::default()),
        Box::new(WellBehaved),
    ]
}
