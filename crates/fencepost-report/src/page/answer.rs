//! Which lock: for efficiency only, for correctness, and where it has to go on when a server dies.
//!
//! Nothing here knows a lock by name. For efficiency only, the answer is whoever gets nobody stuck, needs no gate and
//! sends the fewest messages; of several that send about as many, the one with which two had it least often. For
//! correctness it is, of those that damaged nothing and got nobody stuck in any run, the one with the fewest messages;
//! and where a dead server must not stop everybody, the one that goes on first.

use super::contest::{Contest, Contestant};
use super::cost::{Cost, Recoveries};
use super::sheet::Sheets;
use fencepost_check::measure::{Bereft, Death};
use fencepost_explore::StandingKind;
use fencepost_model::{Assumption, word};
use std::collections::BTreeMap;

/// The properties whose break is damage.
pub const DAMAGE: [&str; 2] = [word::EXCLUSIVE_EFFECT, word::NO_LOST_UPDATE];

/// What is asked of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A mistake costs work that is done twice.
    Efficiency,
    /// A mistake does damage.
    Correctness,
    /// A mistake does damage, and a dead server must not stop everybody.
    Available,
}

/// What every contestant came to.
pub struct Answers<'a> {
    /// In the order of the contest.
    pub records: Vec<Record<'a>>,
    /// What is asked, with the place of the answer in `records`; none: nobody will do.
    pub picks: Vec<(Need, Option<usize>)>,
}

/// What one contestant came to, all its runs together.
pub struct Record<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its lock.
    pub lock: &'a str,
    /// What the resource checks, where it checks anything.
    pub gate: Option<&'a str>,
    /// Its runs.
    pub runs: u64,
    /// Runs in which the service gave it twice.
    pub granted_twice: u64,
    /// Runs in which two thought they had it.
    pub believed_twice: u64,
    /// Runs in which damage was done.
    pub damaged: u64,
    /// Runs in which somebody got stuck, or code misbehaved.
    pub stuck: u64,
    /// What a grant costs.
    pub cost: Option<Cost>,
    /// How many machines it needs.
    pub machines: Option<usize>,
    /// What the death of a server cost, by a kill or a loss of power.
    pub server: Recoveries,
    /// What exclusion rests on, and what the safety of the resource rests on, by its data sheet; none where that is not
    /// known, or nothing is claimed.
    pub rests_on: [Option<Vec<Assumption>>; 2],
    /// By which broken assumption damage was done, with the number of runs; none: nothing was claimed.
    pub damaged_by: BTreeMap<Option<Assumption>, u64>,
}

impl<'a> Answers<'a> {
    /// The answers of a contest.
    pub fn of(contest: &Contest<'a>, sheets: &Sheets) -> Answers<'a> {
        let records: Vec<Record<'a>> =
            contest.contestants.iter().map(|one| Record::of(contest, one, sheets)).collect();
        let picks = match records.is_empty() {
            true => Vec::new(),
            false => [Need::Efficiency, Need::Correctness, Need::Available]
                .map(|need| (need, pick(need, &records)))
                .to_vec(),
        };
        Answers { records, picks }
    }

    /// The answer to a need.
    pub fn pick(&self, need: Need) -> Option<&Record<'a>> {
        let (_, place) = self.picks.iter().find(|(asked, _)| *asked == need)?;
        place.map(|place| &self.records[place])
    }

    /// All that damaged nothing and got nobody stuck.
    pub fn unharmed(&self) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter().filter(|record| record.is_unharmed())
    }
}

impl<'a> Record<'a> {
    fn of(contest: &Contest<'a>, one: &Contestant<'a>, sheets: &Sheets) -> Record<'a> {
        let broken = |properties: &[&str]| contest.broken(one, properties).1;
        let deaths = [Death::Kill, Death::PowerCut];
        let [mut server, cut] = deaths.map(|death| Recoveries::of(contest, one, Bereft::Server, death));
        server.took_us.extend(cut.took_us);
        server.took_us.sort_unstable();
        server.never += cut.never;
        let sheet = sheets.lock(&one.head.lock);
        Record {
            name: one.name,
            lock: &one.head.lock,
            gate: Some(one.head.gate.as_str()).filter(|gate| *gate != "none"),
            runs: contest.broken(one, &[]).0,
            granted_twice: broken(&[word::EXCLUSIVE_GRANT]),
            believed_twice: broken(&[word::EXCLUSIVE_BELIEF]),
            damaged: broken(&DAMAGE),
            stuck: broken(&[word::PROGRESS, word::WELL_BEHAVED]),
            cost: Cost::of(contest, one),
            machines: sheet.map(|sheet| sheet.machines(&one.head.settings)),
            server,
            rests_on: [&[word::EXCLUSIVE_BELIEF][..], &DAMAGE]
                .map(|properties| rests_on(contest, one, sheets, properties)),
            damaged_by: damaged_by(contest, one),
        }
    }

    /// Whether nothing was damaged and nobody got stuck in any run.
    pub fn is_unharmed(&self) -> bool {
        self.damaged == 0 && self.stuck == 0
    }

    /// In whole hundredths, so that the order of two does not hang on rounding.
    fn messages(&self) -> u64 {
        self.cost.map_or(u64::MAX, |cost| (cost.messages * 100.0).round() as u64)
    }
}

fn pick(need: Need, records: &[Record<'_>]) -> Option<usize> {
    let places = 0..records.len();
    let cheapest = |place: &usize| (records[*place].messages(), *place);
    match need {
        Need::Efficiency => {
            // A gate is work at the resource, and here nobody needs one. What costs nearly the same is told apart by how
            // often two had it.
            let fit = |place: &usize| records[*place].stuck == 0 && records[*place].gate.is_none();
            let least = places.clone().filter(fit).map(|place| records[place].messages()).min()?;
            let near = |place: &usize| records[*place].messages() <= least + least / 20;
            let doubled = |place: &usize| {
                let record = &records[*place];
                (record.believed_twice.max(record.granted_twice), record.messages(), *place)
            };
            places.filter(fit).filter(near).min_by_key(doubled)
        }
        Need::Correctness => places.filter(|place| records[*place].is_unharmed()).min_by_key(cheapest),
        Need::Available => {
            let after = |place: &usize| {
                let late = records[*place].server.quantile(90).unwrap_or(u64::MAX);
                // To a tenth of a second: whoever waits for a server notices no less.
                (late / 100_000, records[*place].messages(), *place)
            };
            places
                .filter(|place| records[*place].is_unharmed() && records[*place].server.count() > 0)
                .min_by_key(after)
        }
    }
}

/// The assumptions of the shortest alternative of each of these claims, together, over every scenario of which the
/// claims are known.
fn rests_on(
    contest: &Contest<'_>,
    one: &Contestant<'_>,
    sheets: &Sheets,
    properties: &[&str],
) -> Option<Vec<Assumption>> {
    let mut assumptions = Vec::new();
    let mut known = false;
    for place in &one.rows {
        let row = &contest.row(*place).head;
        for property in properties {
            let Some(claim) = sheets.claim(row, property) else { continue };
            known = true;
            let shortest = claim.alternatives.iter().min_by_key(|alternative| alternative.len());
            assumptions.extend(shortest.into_iter().flatten().map(|bound| bound.assumption));
        }
    }
    assumptions.sort_unstable();
    assumptions.dedup();
    known.then_some(assumptions)
}

fn damaged_by(contest: &Contest<'_>, one: &Contestant<'_>) -> BTreeMap<Option<Assumption>, u64> {
    let mut counted = BTreeMap::new();
    for place in &one.rows {
        let properties = contest.row(*place).properties.iter();
        for property in properties.filter(|property| DAMAGE.contains(&property.property.as_str())) {
            for standing in &property.standings {
                let assumptions = match &standing.standing {
                    StandingKind::Outside(assumptions) => assumptions.iter().copied().map(Some).collect(),
                    StandingKind::NotClaimed | StandingKind::Inside => vec![None],
                };
                for assumption in assumptions {
                    *counted.entry(assumption).or_insert(0) += standing.runs;
                }
            }
        }
    }
    counted
}
