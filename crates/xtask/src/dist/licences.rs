//! The licences of the crates that are in the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// The crate whose binary is packed.
const BINARY: &str = "fencepost";

/// Name, version and licence of each crate that is in the binary and not ours, and the texts that it comes with;
/// a text that several have stands once.
pub fn of_everything_in_it(root: &Path) -> io::Result<String> {
    let mut command = MetadataCommand::new();
    command.current_dir(root).manifest_path(root.join("Cargo.toml"));
    command.env("RUSTFLAGS", "--cfg madsim").other_options(["--locked".to_owned()]);
    let metadata = command.exec().map_err(io::Error::other)?;
    let others: Vec<&Package> =
        in_it(&metadata).into_iter().filter(|package| package.source.is_some()).collect();
    let mut text = "Crates of others in this program, and their licences.\n\n".to_owned();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in others {
        let name = format!("{} {}", package.name, package.version);
        let licence = package.license.as_deref().unwrap_or("see its text below");
        let _ = writeln!(text, "{name}: {licence}");
        for licence in licences_of(package)? {
            texts.entry(licence).or_default().push(name.clone());
        }
    }
    for (licence, names) in texts {
        let _ = writeln!(text, "\n\n======== {}\n\n{}", names.join(", "), licence.trim_end());
    }
    Ok(text)
}

/// Every crate that the binary needs, in the order of names. Crates for tests and for building only are left out.
fn in_it(metadata: &Metadata) -> Vec<&Package> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let nodes: BTreeMap<&PackageId, _> = nodes.map(|node| (&node.id, node)).collect();
    let binary = metadata.packages.iter().find(|package| package.name.as_str() == BINARY);
    let mut ahead: Vec<&PackageId> = binary.iter().map(|package| &package.id).collect();
    let mut seen: BTreeSet<&PackageId> = BTreeSet::new();
    while let Some(id) = ahead.pop() {
        let Some(node) = nodes.get(id).filter(|_| seen.insert(id)) else { continue };
        let needed = node
            .deps
            .iter()
            .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        ahead.extend(needed.map(|dep| &dep.pkg));
    }
    let mut packages: Vec<&Package> = metadata.packages.iter().filter(|one| seen.contains(&one.id)).collect();
    packages.sort_by_key(|package| (package.name.as_str(), &package.version));
    packages
}

/// The texts of licences and notices that a crate comes with.
fn licences_of(package: &Package) -> io::Result<Vec<String>> {
    let Some(folder) = package.manifest_path.parent() else { return Ok(Vec::new()) };
    let mut names: Vec<_> =
        fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    names.sort_unstable();
    let is_licence = |name: &String| {
        let name = name.to_uppercase();
        ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"].iter().any(|word| name.starts_with(word))
    };
    let names = names.into_iter().filter_map(|name| name.into_string().ok()).filter(is_licence);
    let paths = names.map(|name| folder.join(name)).filter(|path| path.is_file());
    paths.map(|path| Ok(String::from_utf8_lossy(&fs::read(path)?).replace('\r', ""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_binary_is_named_and_what_is_not_is_not() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let text = of_everything_in_it(&root).expect("cargo knows its crates");
        for inside in ["\nclap 4", "\nserde 1", "\nraft 0", "\nmadsim 0"] {
            assert!(text.contains(inside), "{inside}");
        }
        for outside in ["\ncriterion ", "\nsnapbox ", "\nfencepost-model "] {
            assert!(!text.contains(outside), "{outside}");
        }
        assert!(text.contains("Permission is hereby granted"), "the texts stand in it");
    }
}
