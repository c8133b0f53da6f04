//! `cargo xtask tidy`: the project's own rules, where no linter has them.
//!
//! A rule is a function from the tree of files to findings. It reads no file itself, so each rule is tested
//! with a planted violation and with its correct twin.

mod finding;
mod pages;
mod portable;
mod rust;
mod size;
mod tree;
mod words;

use std::path::Path;

use crate::outcome::Outcome;
use finding::Finding;
use tree::Tree;

/// Reads the checkout, prints what breaks a rule, and says how many did.
pub fn run(root: &Path) -> Outcome {
    let tree = match Tree::read(root) {
        Ok(tree) => tree,
        Err(error) => return Outcome::NotRun(format!("the checkout could not be read: {error}")),
    };
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} files, {} findings", tree.files().count(), findings.len());
    if findings.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} findings", findings.len()))
    }
}

/// What breaks a rule, in the order of the files.
fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = [size::check, words::check, pages::check, portable::check]
        .iter()
        .flat_map(|rule| rule(tree))
        .collect();
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_in_the_order_of_the_files() {
        let tree = Tree::of(&[("z.md", "text\n"), ("a/b.rs", "fn f() { todo!() }\n")]);
        let shown: Vec<String> = findings(&tree).iter().map(ToString::to_string).collect();
        assert!(shown[0].starts_with("a/b.rs:1: "), "{shown:?}");
        assert!(shown[1].starts_with("z.md:1: "), "{shown:?}");
        assert!(shown.iter().all(|finding| finding.contains("\n  help: ")), "{shown:?}");
    }
}
