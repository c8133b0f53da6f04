//! The scenarios that come with the project can be read.

use crate::vocabulary::vocabulary;
use fencepost_scenario::{Scenario, parse};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| self::files(folder));
    let tomls = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    below.chain(tomls).collect()
}

fn shipped() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let read = |group: &str| files(&root.join(group));
    let read = ["smoke", "classics"].into_iter().flat_map(read).map(|path| {
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let parsed = parse(&id, &path.to_string_lossy(), &text, &vocabulary());
        parsed.unwrap_or_else(|mistakes| panic!("{mistakes}"))
    });
    read.collect()
}

#[test]
fn every_shipped_scenario_can_be_read_and_drawn() {
    let shipped = shipped();
    assert!(shipped.len() >= 9, "{} scenarios", shipped.len());
    for scenario in &shipped {
        for variant in &scenario.variants {
            let plan = scenario.plan(&variant.name, 1);
            assert_eq!(plan.case.to_string(), format!("{}/{}@1", scenario.id, variant.name));
        }
    }
}

#[test]
fn every_shipped_scenario_tells_its_story() {
    for scenario in shipped() {
        assert!(!scenario.about.is_empty(), "{} has no `about`", scenario.path);
        let text = std::fs::read_to_string(&scenario.path).expect("the file can be read");
        assert!(text.starts_with('#'), "{} does not begin with its story", scenario.path);
    }
}
