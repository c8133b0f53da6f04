//! The crates stand in a line, and each may name only crates to its left.
//!
//! Read from `cargo metadata`, so edges of tests, of build scripts and of single platforms count as well.

use cargo_metadata::{Dependency, MetadataCommand, Package};

/// From left to right: nouns, judging, files, locks, the two worlds, many runs, what people see, the locks
/// that ship, the facade, the tests.
const LINE: [&str; 11] = [
    "fencepost-model",
    "fencepost-check",
    "fencepost-scenario",
    "fencepost-lock",
    "fencepost-sim",
    "fencepost-live",
    "fencepost-explore",
    "fencepost-report",
    "fencepost-catalogue",
    "fencepost",
    "fencepost-tests",
];

/// The simulated world and the real one know nothing of each other, though they are neighbours in the line.
const STRANGERS: [&str; 2] = ["fencepost-sim", "fencepost-live"];

/// The chores stand outside: they name nothing of ours, and nobody names them.
const OUTSIDE: &str = "xtask";

/// The ground under the simulated world, which one crate may name, under one condition.
const GROUND: &str = "madsim";
const GROUND_KEEPER: &str = "fencepost-sim";
const GROUND_CONDITION: &str = "cfg(madsim)";

/// One crate names another in its manifest.
#[derive(Clone, Debug)]
struct Edge {
    from: String,
    to: String,
    /// The platform condition, where the edge has one.
    condition: Option<String>,
}

#[test]
fn crates_name_only_crates_to_their_left() {
    let (members, edges) = workspace();
    let problems: Vec<String> =
        members.iter().filter_map(|name| homeless(name)).chain(edges.iter().filter_map(objection)).collect();
    assert!(problems.is_empty(), "edges against the line:\n{}", problems.join("\n"));
    assert!(edges.iter().any(|edge| edge.to == "fencepost-model"), "no edge was read: {edges:?}");
}

/// Without this, a check that has gone blind would look like a clean project.
#[test]
fn every_kind_of_bad_edge_is_found() {
    let under = |condition: &str| Some(condition.to_owned());
    for (from, to, condition, expected) in [
        ("fencepost-model", "fencepost-check", None, "to its right"),
        ("fencepost-report", "fencepost-catalogue", None, "to its right"),
        ("fencepost-lock", "fencepost-tests", under("cfg(unix)"), "to its right"),
        ("fencepost-sim", "fencepost-live", None, "must not know"),
        ("fencepost-live", "fencepost-sim", None, "must not know"),
        ("fencepost", "xtask", None, "stands outside"),
        ("xtask", "fencepost-model", None, "stands outside"),
        ("fencepost-explore", "madsim", under("cfg(madsim)"), "only fencepost-sim"),
        ("fencepost-catalogue", "madsim-tokio", None, "only fencepost-sim"),
        ("fencepost-sim", "madsim", None, "only under cfg(madsim)"),
        ("fencepost-sim", "madsim", under("cfg(unix)"), "only under cfg(madsim)"),
    ] {
        let edge = Edge { from: from.into(), to: to.into(), condition };
        let found = objection(&edge).unwrap_or_else(|| panic!("{edge:?} passed"));
        assert!(found.contains(expected), "{edge:?}: {found}");
    }
    assert!(homeless("fencepost-new").is_some_and(|problem| problem.contains("no place")));
}

/// A check that objects to everything would pass the test above.
#[test]
fn good_edges_pass() {
    for (from, to, condition) in [
        ("fencepost-check", "fencepost-model", None),
        ("fencepost-tests", "fencepost", None),
        ("fencepost-explore", "fencepost-live", None),
        ("fencepost-sim", "madsim", Some("cfg(madsim)")),
        ("fencepost-live", "tokio", None),
        ("xtask", "clap", None),
    ] {
        let edge = Edge { from: from.into(), to: to.into(), condition: condition.map(str::to_owned) };
        assert_eq!(objection(&edge), None);
    }
}

/// What speaks against this edge, if anything does.
fn objection(edge: &Edge) -> Option<String> {
    let Edge { from, to, condition } = edge;
    let ours = |name: &str| place(name).is_some() || name == OUTSIDE;
    let strangers = STRANGERS.contains(&from.as_str()) && STRANGERS.contains(&to.as_str());
    if to.starts_with(GROUND) {
        return if from != GROUND_KEEPER {
            Some(format!("{from} names {to}: only {GROUND_KEEPER} may"))
        } else if condition.as_deref() != Some(GROUND_CONDITION) {
            Some(format!("{from} names {to}: only under {GROUND_CONDITION} may it"))
        } else {
            None
        };
    }
    if (from == OUTSIDE && ours(to)) || to == OUTSIDE {
        return Some(format!("{from} names {to}: {OUTSIDE} stands outside"));
    }
    if strangers {
        return Some(format!("{from} names {to}: the two worlds must not know each other"));
    }
    (ours(to) && place(to) >= place(from)).then(|| format!("{from} names {to}, which stands to its right"))
}

/// A crate of ours that has no place in the line: where would its edges be allowed to go?
fn homeless(name: &str) -> Option<String> {
    let known = place(name).is_some() || name == OUTSIDE;
    (!known).then(|| format!("{name} has no place in the line of tests/layering.rs"))
}

fn place(name: &str) -> Option<usize> {
    LINE.iter().position(|known| *known == name)
}

/// The crates of the workspace, and every edge that their manifests name.
fn workspace() -> (Vec<String>, Vec<Edge>) {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata describes the workspace");
    let members = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let edges =
        metadata.packages.iter().flat_map(|package| package.dependencies.iter().map(|to| edge(package, to)));
    (members, edges.collect())
}

fn edge(from: &Package, to: &Dependency) -> Edge {
    Edge {
        from: from.name.to_string(),
        to: to.name.clone(),
        condition: to.target.as_ref().map(ToString::to_string),
    }
}
