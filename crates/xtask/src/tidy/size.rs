//! What fits into a head: the length of files and functions, and the size of what is stored.

use super::finding::Finding;
use super::rust;
use super::tree::{File, Tree, line_of};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 90;
const FILE_BYTES: usize = 1 << 20;

/// Source files beyond the ceiling that are tables, and why splitting them would help nobody.
const TABLES: &[(&str, &str)] = &[];

/// Files and functions that are too long, and files that are too large.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = long_files(tree, TABLES);
    for file in tree.files() {
        if file.bytes > FILE_BYTES {
            findings.push(Finding::large_file(&file.path, file.bytes, FILE_BYTES));
        }
        findings.extend(long_functions(file));
    }
    findings
}

fn long_files(tree: &Tree, tables: &[(&str, &str)]) -> Vec<Finding> {
    let lines = |file: &File| file.text.as_ref().map_or(0, |text| text.lines().count());
    let excepted = |path: &str| tables.iter().any(|(table, _)| *table == path);
    let long = tree
        .files()
        .filter(|file| file.path.ends_with(".rs") && lines(file) > FILE_LINES && !excepted(&file.path))
        .map(|file| Finding::long_file(&file.path, lines(file), FILE_LINES));
    let idle = tables
        .iter()
        .filter(|(table, _)| tree.file(table).is_none_or(|file| lines(file) <= FILE_LINES))
        .map(|(table, _)| Finding::idle_exception(table));
    long.chain(idle).collect()
}

fn long_functions(file: &File) -> impl Iterator<Item = Finding> {
    rust::functions(&file.code).into_iter().filter_map(|(name, range)| {
        let first = line_of(&file.code, range.start);
        let lines = line_of(&file.code, range.end) - first + 1;
        (lines > FUNCTION_LINES)
            .then(|| Finding::long_function(&file.path, first, name, lines, FUNCTION_LINES))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found() {
        let tree = Tree::of(&[("a.rs", &"//\n".repeat(601)), ("b.rs", &"//\n".repeat(600))]);
        assert_eq!(check(&tree), [Finding::long_file("a.rs", 601, 600)]);
    }

    #[test]
    fn tables_may_be_long_but_only_while_they_are() {
        let tree = Tree::of(&[("a.rs", &"//\n".repeat(601)), ("b.rs", "//\n")]);
        assert_eq!(long_files(&tree, &[("a.rs", "a table")]), []);
        let idle = long_files(&tree, &[("a.rs", "a table"), ("b.rs", "short"), ("c.rs", "gone")]);
        assert_eq!(idle, [Finding::idle_exception("b.rs"), Finding::idle_exception("c.rs")]);
    }

    #[test]
    fn long_functions_are_found() {
        let function =
            |name: &str, lines: usize| format!("fn {name}() {{\n{}}}\n", "a();\n".repeat(lines - 2));
        let tree = Tree::of(&[("a.rs", &format!("\n{}{}", function("long", 91), function("short", 90)))]);
        assert_eq!(check(&tree), [Finding::long_function("a.rs", 2, "long", 91, 90)]);
    }

    #[test]
    fn large_files_are_found() {
        let tree = Tree::of(&[("a.svg", &" ".repeat(FILE_BYTES + 1)), ("b.svg", &" ".repeat(FILE_BYTES))]);
        assert_eq!(check(&tree), [Finding::large_file("a.svg", FILE_BYTES + 1, FILE_BYTES)]);
    }
}
