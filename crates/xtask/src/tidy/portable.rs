//! What reads the same on every machine: UTF-8, and no path of one machine.

use super::finding::Finding;
use super::rust::is_word;
use super::tree::{File, Tree, line_of};

/// Where machines keep what belongs to one person. In two parts, so that this file does not find itself.
const PRIVATE: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!(":\\Us", "ers\\")];

/// What kinds of file are text.
const TEXT: [&str; 14] = [
    ".rs", ".toml", ".lock", ".md", ".sh", ".json", ".jsonl", ".yml", ".yaml", ".html", ".css", ".js",
    ".svg", ".txt",
];

/// Text that is not UTF-8, and paths of one machine.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files().flat_map(|file| not_utf8(file).into_iter().chain(machine_paths(file, &tree.root))).collect()
}

fn not_utf8(file: &File) -> Option<Finding> {
    let is_text = TEXT.iter().any(|ending| file.path.ends_with(ending));
    let line = *file.text.as_ref().err()?;
    is_text.then(|| Finding::not_utf8(&file.path, line))
}

fn machine_paths(file: &File, root: &str) -> Vec<Finding> {
    let text = file.text.as_deref().unwrap_or_default();
    let own = own_places(root);
    let places = PRIVATE.into_iter().chain(own.iter().map(String::as_str));
    let found = places.flat_map(|place| starts(text, place).map(move |at| (at, place)));
    found.map(|(at, place)| Finding::machine_path(&file.path, line_of(text, at), place)).collect()
}

/// Where this very checkout lies, and the folder around it unless every machine has that one.
fn own_places(root: &str) -> Vec<String> {
    let around = root.rsplit_once('/').map_or("", |(around, _)| around);
    let folders = [root, around].into_iter().filter(|folder| !["", "/", "/tmp", "/src"].contains(folder));
    folders.map(|folder| format!("{folder}/")).collect()
}

/// Where a path begins with this place, rather than goes through it.
fn starts<'t>(text: &'t str, place: &'t str) -> impl Iterator<Item = usize> + 't {
    let goes_on = |c: char| is_word(c) || ".-*~}/$".contains(c);
    let drive = place.starts_with(':');
    let begins = move |at: &usize| drive || !text[..*at].chars().next_back().is_some_and(goes_on);
    text.match_indices(place).map(|(at, _)| at).filter(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8() {
        let mut tree = Tree::of(&[("a.rs", "// \u{e9}")]);
        tree.add("b.rs".into(), b"//\n// \xe9".to_vec());
        tree.add("c.png".into(), vec![0xff]);
        assert_eq!(check(&tree).len(), 1);
        assert!(check(&tree)[0].to_string().starts_with("b.rs:2: not UTF-8"));
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        let [home, users, ..] = PRIVATE;
        let bad = format!("one\nsee {home}me/x\n\"C{}me\" and {users}me", PRIVATE[3]);
        let good = format!("https://example.org{home}x, docs{home}x, ./a{users}x, /tmp/x, /locks/mutex-1");
        let tree = Tree::of(&[("a.rs", &bad), ("b.rs", &good)]);
        let at = |line, place| Finding::machine_path("a.rs", line, place);
        assert_eq!(check(&tree), [at(2, home), at(3, users), at(3, PRIVATE[3])]);
    }

    #[test]
    fn the_place_of_the_checkout_is_found() {
        let mut tree =
            Tree::of(&[("a.md", "# A\n/build/box/x\n/build/notes\n"), ("b.md", "# B\na/build/x /builder\n")]);
        tree.root = "/build/box".into();
        let at = |line, place| Finding::machine_path("a.md", line, place);
        assert_eq!(check(&tree), [at(2, "/build/box/"), at(2, "/build/"), at(3, "/build/")]);
        tree.root = "/tmp/other".into();
        assert_eq!(check(&tree), []);
    }
}
