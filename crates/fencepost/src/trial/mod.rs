//! A lock of somebody's own in an ordinary test: a scenario, the lock, and what is expected of it.

mod told;

use fencepost_explore::{
    Catalogue, FOLDER, Opinion, Refused, Replayed, Row, RunEvent, Seeds, Selection, Shelf, Status, Stop,
    Summary, SweepOptions, replay_plan, sweep,
};
use fencepost_report::{Detail, Table};
use fencepost_scenario::{Guest, Scenario};
use fencepost_sim::{Ground, SimSystem};
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;

/// A scenario for a test: one that ships, by its id, or a file, by its path from the folder in which the test
/// runs (that of its package).
///
/// ```
/// use fencepost::redis;
///
/// fencepost::scenario("pause-past-lease")
///     .variant("mine", redis::system(redis::RedisLock::new)) // put your own lock here
///     .like("fenced")
///     .seeds(0..20)
///     .assert_expected();
/// ```
///
/// Nothing else is needed: no flag, no checkout, no file. The lock runs in the simulated world, and what it
/// does is judged as in `fencepost run`. Where something is not as expected, the panic's text is the replay of
/// the first run that shows it.
pub fn scenario(what: &str) -> Trial {
    Trial {
        what: what.to_owned(),
        catalogue: None,
        guest: Guest::default(),
        clients: None,
        owners: None,
        seeds: None,
        jobs: None,
    }
}

/// A scenario with a lock of your own in it, about to be run: see [`scenario`].
#[must_use = "nothing is run before `assert_expected` or `run` is called"]
pub struct Trial {
    what: String,
    catalogue: Option<Catalogue>,
    guest: Guest,
    clients: Option<u32>,
    owners: Option<u32>,
    seeds: Option<Seeds>,
    jobs: Option<NonZero<usize>>,
}

/// What came of a trial.
pub struct Tried {
    /// What was counted, and what is thought of it.
    pub row: Row,
    /// The whole of it.
    pub summary: Summary,
    /// The first run with something unexpected in it, with its history; none where everything is as expected,
    /// and where what is not is the matter of no single run.
    pub example: Option<Replayed>,
    scenario: Scenario,
    table: Table,
    line: String,
}

impl Trial {
    /// The lock that is tried, under a name of your choice.
    ///
    /// It has the settings that all sound variants of the scenario have alike, such as the length of the lease
    /// that the faults are made for, as far as it has them; for the others its defaults. Nothing is excused
    /// that the scenario's `always` does not allow, unless [`Trial::like`] or [`Trial::may_break`] says so, and
    /// nothing at all inside the lock's own claims.
    ///
    /// # Panics
    ///
    /// Panics where a lock that ships has this name.
    pub fn variant(mut self, name: &str, system: impl SimSystem + 'static) -> Trial {
        self.catalogue = Some(fencepost_catalogue::catalogue().with(name, system));
        name.clone_into(&mut self.guest.name);
        name.clone_into(&mut self.guest.lock);
        self
    }

    /// Lets it stand in for a variant of the scenario: with its settings and its gate, and it may break what
    /// that one may, or must. So `like("fenced")` says: at least as good as the scenario's `fenced`.
    pub fn like(mut self, variant: &str) -> Trial {
        self.guest.like = Some(variant.to_owned());
        self
    }

    /// A setting of its own, with the value as a scenario file has it: `"2s"`, `true`, `5`, `"200ppm"`.
    pub fn setting(mut self, name: &str, value: impl ToString) -> Trial {
        self.guest.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// The resource's check, such as `"token"`.
    pub fn gate(mut self, gate: &str) -> Trial {
        self.guest.gate = Some(gate.to_owned());
        self
    }

    /// A property that it may break.
    pub fn may_break(mut self, property: &str) -> Trial {
        self.guest.may_break.push(property.to_owned());
        self
    }

    /// A property that it must break in at least one run: a finding that is known, and should be noticed when
    /// it goes away. It is decided only where all seeds that the scenario declares are run.
    pub fn expect_broken(mut self, property: &str) -> Trial {
        self.guest.broken.push(property.to_owned());
        self
    }

    /// How many clients there are; at least as many as the scenario has.
    pub fn clients(mut self, count: u32) -> Trial {
        self.clients = Some(count);
        self
    }

    /// How many owners each client has; at least as many as the scenario has.
    pub fn owners(mut self, count: u32) -> Trial {
        self.owners = Some(count);
        self
    }

    /// Which seeds; without: those that the scenario declares.
    pub fn seeds(mut self, seeds: Range<u64>) -> Trial {
        self.seeds = Some(Seeds { from: seeds.start, to: seeds.end });
        self
    }

    /// One seed: to look at one run again.
    pub fn case(self, seed: u64) -> Trial {
        self.seeds(seed..seed.saturating_add(1))
    }

    /// On how many threads; without: as many as the machine has. What comes out is the same.
    pub fn jobs(mut self, jobs: NonZero<usize>) -> Trial {
        self.jobs = Some(jobs);
        self
    }

    /// Runs it, and panics where anything is not as expected. The text says what, shows the first run of it as
    /// lanes, and names the next step.
    ///
    /// # Panics
    ///
    /// Panics where a verdict is unexpected or unclear, where a run does not repeat, and where the trial itself
    /// cannot be: no such scenario, variant, setting or property.
    #[track_caller]
    pub fn assert_expected(self) {
        match self.run() {
            Ok(tried) if tried.is_as_expected() => {}
            Ok(tried) => panic!("{}", tried.told()),
            Err(refused) => panic!("{}", refused.to_string().trim_end()),
        }
    }

    /// Runs it, and gives back what came of it.
    ///
    /// Fails where the trial cannot be: no such scenario, variant, setting or property.
    pub fn run(self) -> Result<Tried, Refused> {
        let Some(catalogue) = &self.catalogue else {
            return Err(bad("no lock is tried", "say which: `.variant(\"mine\", …)`"));
        };
        let scenario = self.scenario(catalogue)?;
        let name = &self.guest.name;
        let selection = Selection::of(scenario.clone(), name).expect("the guest was let in");
        let ground = Ground::best();
        let options =
            SweepOptions { seeds: self.seeds, jobs: self.jobs, ground, partition: None, watch: None };
        if self.seeds.is_some_and(|seeds| seeds.count() == 0) {
            return Err(bad("no seed is tried", "say which: `.seeds(0..500)`"));
        }
        let (mut rows, mut table, mut line) = (Vec::new(), Table::new(Detail::Quiet), String::new());
        let summary = sweep(catalogue, &selection, options, &Stop::new(), &mut |event| match event {
            RunEvent::Row(row) => {
                rows.push((**row).clone());
                line = table.hear(event);
            }
            RunEvent::Finished(_) => {}
            _ => drop(table.hear(event)),
        });
        let row = rows.pop().expect("one variant is one row");
        let example = first_of(&row).map(|seed| {
            let called = format!("{}/{name}@{seed}", scenario.id);
            let plan = scenario.plan(name, seed);
            replay_plan(catalogue, &called, plan, Some(scenario.clone()), ground)
        });
        // A mistake of ours that ends a run is in the row already.
        let example = example.and_then(Result::ok);
        Ok(Tried { row, summary, example, scenario, table, line })
    }

    /// The scenario with the lock in it.
    fn scenario(&self, catalogue: &Catalogue) -> Result<Scenario, Refused> {
        let shelf = Shelf::open(catalogue, Path::new(FOLDER)).map_err(|error| {
            bad(format!("the folder `{FOLDER}` cannot be read: {error}"), "look at its permissions")
        })?;
        let shipped = fencepost_catalogue::catalogue();
        let scenario = shipped.scenario(&shelf, &self.what)?;
        let scenario = scenario.with_guest(&self.guest, &catalogue.vocabulary());
        let scenario = scenario.map_err(|mistakes| Refused::Mistakes(vec![mistakes]))?;
        let (clients, owners) = scenario.clients_and_owners();
        let wanted = (self.clients.unwrap_or(clients), self.owners.unwrap_or(owners));
        scenario.with_clients(wanted.0, wanted.1).ok_or_else(|| {
            bad(
                format!(
                    "`{}` has {clients} clients of {owners} owners, and faults may name any of them",
                    self.what
                ),
                "ask for at least as many",
            )
        })
    }
}

fn bad(message: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused::Bad { message: message.into(), help: help.into() }
}

/// The first seed that shows something unexpected.
fn first_of(row: &Row) -> Option<u64> {
    let unexpected = row.properties().filter(|(_, opinion)| {
        matches!(opinion, Opinion::Broke | Opinion::BrokeInsideClaims | Opinion::CheckerPanicked)
    });
    let seeds = unexpected.filter_map(|(property, _)| property.first);
    seeds.min().or_else(|| {
        let mut unclear = row.properties().filter(|(_, opinion)| *opinion == Opinion::Unclear);
        unclear.find_map(|(property, _)| property.first_unclear.as_ref().map(|(seed, _)| *seed))
    })
}

impl Tried {
    /// Whether every verdict is as expected, or waits for seeds that were not run.
    pub fn is_as_expected(&self) -> bool {
        matches!(self.row.status, Status::Ok | Status::Deferred) && self.summary.not_repeated == 0
    }

    /// What came of it, as text without colours: what is not as expected, and the replay of the first run of
    /// that.
    pub fn told(&self) -> String {
        told::told(self)
    }
}
