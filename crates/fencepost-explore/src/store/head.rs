//! What will be run, as the head of a stored sweep says it.

use super::form::{Asked, Head, RowHead, STORE_FORMAT, ScenarioHead, StoredExpect};
use crate::event::planted_in;
use crate::{Catalogue, Chosen, Partition, Seeds, Selection};
use fencepost_check::properties;
use fencepost_scenario::Variant;
use fencepost_sim::Ground;

impl Head {
    /// The head of a sweep over a selection. `started` is the wall time as RFC 3339 has it: this crate reads
    /// no clock.
    pub fn of(
        catalogue: &Catalogue,
        selection: &Selection,
        asked: Asked,
        partition: Option<Partition>,
        ground: Ground,
        started: &str,
    ) -> Head {
        let seeds = asked.seeds;
        let rows_of = |chosen| {
            let row = move |variant| row_of(catalogue, chosen, variant, seeds);
            Chosen::variants(chosen).map(row)
        };
        let rows = selection.scenarios.iter().flat_map(rows_of).collect();
        Head {
            format: STORE_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ground: ground.word().to_owned(),
            started: started.to_owned(),
            partition,
            scenarios: selection.scenarios.iter().map(scenario_of).collect(),
            rows,
            asked,
            finished: None,
        }
    }
}

fn scenario_of(chosen: &Chosen) -> ScenarioHead {
    let scenario = &chosen.scenario;
    ScenarioHead {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        path: scenario.path.clone(),
        called: chosen.called.clone(),
        digest: scenario.digest,
        seeds: scenario.seeds,
        within_claims: scenario.within_claims,
    }
}

fn row_of(catalogue: &Catalogue, chosen: &Chosen, variant: &Variant, seeds: Option<Seeds>) -> RowHead {
    let lock = variant.descriptor.name;
    let own = catalogue.system(lock).map(|system| system.properties()).unwrap_or_default();
    let judged: Vec<String> =
        properties().iter().chain(&own).map(|property| property.name().to_owned()).collect();
    RowHead {
        scenario: chosen.scenario.id.clone(),
        variant: variant.name.clone(),
        lock: lock.to_owned(),
        settings: variant.settings.clone(),
        defects: planted_in(variant),
        gate: variant.gate.word().to_owned(),
        commit: variant.commit,
        provider: variant.provider,
        seeds: Seeds::of(&chosen.scenario, seeds),
        expect: expected_of(chosen, variant, &judged),
        properties: judged,
    }
}

fn expected_of(chosen: &Chosen, variant: &Variant, judged: &[String]) -> StoredExpect {
    let (expect, name) = (&chosen.scenario.expect, variant.name.as_str());
    let words = |listed: Option<&Vec<&'static str>>| -> Vec<String> {
        listed.into_iter().flatten().map(|word| (*word).to_owned()).collect()
    };
    let line = |property: &String| (property.clone(), expect.line_of(name, property));
    let sight = |sight: &String| (sight.clone(), expect.line_of_sight(sight));
    StoredExpect {
        broken: words(expect.broken.get(name)),
        may_break: words(expect.may_break.get(name)),
        sometimes: expect.sometimes.clone(),
        lines: judged.iter().map(line).chain(expect.sometimes.iter().map(sight)).collect(),
    }
}
