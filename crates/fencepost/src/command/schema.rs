//! `fencepost schema`: what editors read about scenario files and about advice files.

use crate::args::{SchemaArgs, SchemaOf};
use crate::output::Output;
use fencepost_explore::{Catalogue, Exit};
use fencepost_scenario::{advice_schema, schema as schema_of};

/// Prints the JSON schema of one kind of files over the catalogue; gives back the exit code.
pub(crate) fn schema(catalogue: &Catalogue, args: &SchemaArgs) -> Exit {
    let vocabulary = catalogue.vocabulary();
    let schema = match args.of {
        SchemaOf::Scenario => schema_of(&vocabulary),
        SchemaOf::Advice => advice_schema(&vocabulary),
    };
    Output::stdout().print(&format!("{schema:#}\n"));
    Exit::AsExpected
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::Shelf;
    use fencepost_scenario::parse;
    use std::path::Path;

    /// Editors read a file, and that file may not fall behind the keys and the locks.
    #[test]
    fn the_schema_that_ships_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/scenario.schema.json");
        let shipped = std::fs::read_to_string(path).expect("the schema ships");
        let shipped: serde_json::Value = serde_json::from_str(&shipped).expect("the schema is JSON");
        let fresh = schema_of(&crate::catalogue().vocabulary());
        assert!(shipped == fresh, "stale: run `cargo run -- schema > scenarios/scenario.schema.json`");
    }

    #[test]
    fn every_shipped_scenario_can_be_read_and_drawn() {
        let catalogue = crate::catalogue();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
        let shelf = Shelf::open(&catalogue, &root).expect("the scenarios are there");
        assert!(shelf.sources().len() >= 9, "{} scenarios", shelf.sources().len());
        for source in shelf.sources() {
            let text = source.read().expect("the file can be read");
            let scenario = parse(&source.id, &source.path, &text, &catalogue.vocabulary());
            let scenario = scenario.unwrap_or_else(|mistakes| panic!("{mistakes}"));
            for variant in &scenario.variants {
                let plan = scenario.plan(&variant.name, 1);
                assert_eq!(plan.case.to_string(), format!("{}/{}@1", scenario.id, variant.name));
            }
        }
    }
}
