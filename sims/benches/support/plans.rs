//! Plans of the systematic search, as `explore two-owners --strategy systematic` makes them: two owners on one
//! Redis, every pair of deviations that begins with one of a few.

use fencepost_catalogue::catalogue;
use fencepost_explore::search::{Field, Strategy, Systematic, SystematicOptions};
use fencepost_explore::{Catalogue, Stop};
use fencepost_scenario::{Scenario, parse};
use fencepost_sim::Ground;

const TEXT: &str = include_str!("../../../scenarios/claims/two-owners.toml");

/// What is searched.
pub struct Plans {
    catalogue: Catalogue,
    scenario: Scenario,
}

impl Plans {
    pub fn new() -> Plans {
        let catalogue = catalogue();
        let scenario = parse("two-owners", "two-owners.toml", TEXT, &catalogue.vocabulary());
        let scenario = scenario.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        Plans { catalogue, scenario }
    }

    /// Runs the pairs of every so manieth first deviation; gives the number of plans.
    pub fn run(&self, every: usize) -> u64 {
        let field =
            Field::new(&self.catalogue, &self.scenario, "redis", Ground::best()).expect("it is there");
        // Nothing is merged: to know where, each first deviation would be run and recorded beforehand.
        let options = SystematicOptions { merge: false, ..SystematicOptions::default() };
        let search = Systematic::new(&field, options).expect("the calm run");
        let (_, firsts) = search.size();
        let units = search.units().expect("it is finite");
        let pairs = (units - firsts as u64..units).step_by(every);
        pairs.filter_map(|unit| search.work(&field, unit, &Stop::new())).map(|found| found.runs).sum()
    }
}
