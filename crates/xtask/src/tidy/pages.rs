//! What is written for people: titles, links that lead somewhere, and a word on every package and system.

use super::finding::Finding;
use super::tree::{File, Tree, line_of};

/// Folders under `sims/` that are no system of their own.
const NOT_SYSTEMS: [&str; 7] = ["src", "stores", "workloads", "benches", "examples", "tests", "bin"];

/// What stands there is printed by fencepost, to be a part of other pages.
const GALLERY: &str = "reports/gallery/";

/// Pages without a title, links that lead nowhere, packages and systems without a word.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let pages = || tree.files().filter(|file| file.path.ends_with(".md"));
    let untitled = pages()
        .filter(|page| !page.path.starts_with(GALLERY))
        .filter(|page| page.text.as_ref().is_ok_and(|text| !text.starts_with("# ")))
        .map(|page| Finding::untitled_page(&page.path));
    let dead = pages().flat_map(|page| dead_links(tree, page));
    untitled.chain(dead).chain(mute_packages(tree)).chain(undescribed_systems(tree)).collect()
}

fn dead_links(tree: &Tree, page: &File) -> Vec<Finding> {
    let text = without_code(page.text.as_deref().unwrap_or_default());
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_dead = |target: &str| {
        let outside = target.contains("://") || target.starts_with("mailto:") || target.starts_with('#');
        !outside && resolve(folder, target).is_none_or(|path| !tree.has(&path))
    };
    links(&text)
        .filter(|(_, target)| is_dead(target))
        .map(|(at, target)| Finding::dead_link(&page.path, line_of(&text, at), target))
        .collect()
}

/// The page with its code blanked, between fences and between single ticks.
fn without_code(page: &str) -> String {
    let mut fenced = false;
    let mut text = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        for (piece, part) in line.split('`').enumerate() {
            let blank = fenced || fence || piece % 2 == 1;
            text.push_str(if piece > 0 { " " } else { "" });
            text.extend(part.chars().map(|c| if blank && c != '\n' { ' ' } else { c }));
        }
        fenced ^= fence;
    }
    text
}

/// Every `[...](target)` and every `[...]: target` at the beginning of a line, with its place.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inline = text.match_indices("](").filter_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        Some((at, rest[..rest.find(')')?].split_whitespace().next()?))
    });
    let listed = text.match_indices("]: ").filter_map(|(at, mark)| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let target = text[at + mark.len()..].split_whitespace().next()?;
        text[line..at].starts_with('[').then_some((at, target))
    });
    inline.chain(listed)
}

/// The path that a link on a page in this folder means, unless it leaves the repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

fn mute_packages(tree: &Tree) -> impl Iterator<Item = Finding> {
    let packages = tree.files().filter_map(|file| file.path.strip_suffix("/Cargo.toml"));
    packages.filter(|folder| !speaks(tree, folder)).map(Finding::mute_package)
}

fn speaks(tree: &Tree, folder: &str) -> bool {
    let documented = |name: &&str| {
        let file = tree.file(&format!("{folder}/{name}"));
        file.is_some_and(|file| file.text.as_ref().is_ok_and(|text| text.starts_with("//!")))
    };
    tree.has(&format!("{folder}/README.md"))
        || ["src/lib.rs", "src/main.rs", "lib.rs", "main.rs"].iter().any(documented)
}

/// Folders of systems and of stores that have no README.md.
fn undescribed_systems(tree: &Tree) -> impl Iterator<Item = Finding> {
    tree.folders()
        .filter(|folder| is_system(folder) && !tree.has(&format!("{folder}/README.md")))
        .map(Finding::undescribed_system)
}

/// Whether this folder is `sims/<system>` or `sims/stores/<primitive>`, with or without `src` between.
fn is_system(folder: &str) -> bool {
    let Some(inside) = folder.strip_prefix("sims/") else { return false };
    let inside = inside.strip_prefix("src/").unwrap_or(inside);
    let name = inside.strip_prefix("stores/").unwrap_or(inside);
    !name.contains('/') && !NOT_SYSTEMS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_need_a_title() {
        let tree = Tree::of(&[("a.md", "text\n"), ("b.md", "# Title\n"), ("c.md", "## Low\n")]);
        assert_eq!(check(&tree), [Finding::untitled_page("a.md"), Finding::untitled_page("c.md")]);
    }

    #[test]
    fn links_must_lead_somewhere() {
        let page = "# T\n[a](../src/a.rs#L3) [b](b.md \"B\") [r](/r) [w](https://example.org/x) [h](#t)\n\
                    [gone](gone.md) `[code](no.md)`\n```\n[fenced](no.md)\n```\n[out](../../x.md)\n\n[k]: missing.md\n";
        let tree = Tree::of(&[("docs/a.md", page), ("docs/b.md", "# B"), ("docs/r", ""), ("src/a.rs", "")]);
        let dead = |line, target| Finding::dead_link("docs/a.md", line, target);
        assert_eq!(check(&tree), [dead(3, "gone.md"), dead(7, "../../x.md"), dead(9, "missing.md")]);
    }

    #[test]
    fn packages_say_what_they_are_for() {
        let manifest = "[package]";
        let tree = Tree::of(&[
            ("crates/a/Cargo.toml", manifest),
            ("crates/a/src/lib.rs", "mod x;"),
            ("crates/b/Cargo.toml", manifest),
            ("crates/b/src/lib.rs", "//! What it is for."),
            ("crates/c/Cargo.toml", manifest),
            ("crates/c/README.md", "# C"),
            ("Cargo.toml", "[workspace]"),
        ]);
        assert_eq!(check(&tree), [Finding::mute_package("crates/a")]);
    }

    #[test]
    fn systems_are_described() {
        let tree = Tree::of(&[
            ("sims/src/redis/mod.rs", ""),
            ("sims/redlock/lock.rs", ""),
            ("sims/redlock/README.md", "# Redlock"),
            ("sims/stores/kv/port.rs", ""),
            ("sims/workloads/steady/a.rs", ""),
            ("sims/redlock/parts/b.rs", ""),
        ]);
        let expected = ["sims/src/redis", "sims/stores/kv"].map(Finding::undescribed_system);
        assert_eq!(check(&tree), expected);
    }
}
