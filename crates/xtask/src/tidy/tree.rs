//! The files of the checkout, read once, and seen the way the rules need them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::rust;

/// The files of the repository by path, with `/` between folders on every system.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, File>,
    folders: BTreeSet<String>,
    /// Where the checkout lies on this machine; empty in tests.
    pub root: String,
}

/// One file.
pub struct File {
    /// Its path from the root.
    pub path: String,
    /// Its size.
    pub bytes: usize,
    /// Its text. Where it is not UTF-8, the first line that is not.
    pub text: Result<String, usize>,
    /// Code only: Rust without comments and literals, a manifest without comments, nothing of other files.
    pub code: String,
    /// The same without `#[cfg(test)]` items; nothing of files that hold only tests.
    pub shipped: String,
    /// Prose only: comments of Rust and the whole of any other text.
    pub prose: String,
}

/// Folders and files that are built or written here and do not belong to the repository.
fn is_made_here(path: &str) -> bool {
    let report = path.strip_prefix("reports/");
    path == ".git"
        || path == "target"
        || path.starts_with("target-")
        || report.is_some_and(|name| name != "README.md" && !name.starts_with("gallery"))
}

impl Tree {
    /// Reads the checkout at `root`. Fails when a folder or a file cannot be read.
    pub fn read(root: &Path) -> io::Result<Tree> {
        let mut tree = Tree { root: root.to_string_lossy().into_owned(), ..Tree::default() };
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    /// A tree of these files.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        files.iter().for_each(|(path, text)| tree.add((*path).to_owned(), text.as_bytes().to_vec()));
        tree
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if is_made_here(&path) {
                continue;
            } else if kind.is_dir() {
                self.read_folder(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                self.add(path, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    /// Adds a file and the folders above it.
    pub fn add(&mut self, path: String, bytes: Vec<u8>) {
        let above = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        self.folders.extend(above);
        self.files.insert(path.clone(), File::new(path, bytes));
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// All folders, by path.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str)
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether there is a file or a folder at this path; the root is `""`.
    pub fn has(&self, path: &str) -> bool {
        path.is_empty() || self.files.contains_key(path) || self.folders.contains(path)
    }
}

impl File {
    fn new(path: String, bytes: Vec<u8>) -> File {
        let size = bytes.len();
        let text = String::from_utf8(bytes)
            .map_err(|error| line_of(error.as_bytes(), error.utf8_error().valid_up_to()));
        let whole = text.as_deref().unwrap_or_default();
        let (code, prose) = if path.ends_with(".rs") {
            rust::split(whole)
        } else if path.ends_with("Cargo.toml") {
            (without_comments(whole), whole.to_owned())
        } else {
            (String::new(), whole.to_owned())
        };
        let only_tests =
            path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
        let shipped = if only_tests { String::new() } else { rust::without_tests(&code) };
        File { path, bytes: size, text, code, shipped, prose }
    }
}

/// A manifest whose comments are cut off. None of ours has a `#` inside a string.
fn without_comments(manifest: &str) -> String {
    manifest.lines().map(|line| line.split('#').next().unwrap_or_default().to_owned() + "\n").collect()
}

/// The number of the line, from 1, that holds this byte.
pub fn line_of(text: impl AsRef<[u8]>, at: usize) -> usize {
    1 + text.as_ref()[..at].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_here_is_not_read() {
        for made in [".git", "target", "target-x", "reports/run-1"] {
            assert!(is_made_here(made), "{made}");
        }
        for kept in ["reports", "reports/README.md", "reports/gallery", ".ci", "crates/x/target.rs"] {
            assert!(!is_made_here(kept), "{kept}");
        }
    }

    #[test]
    fn folders_are_known_by_their_files() {
        let tree = Tree::of(&[("a/b/c.md", "# C")]);
        assert!(tree.has("a/b") && tree.has("a") && tree.has("a/b/c.md") && tree.has(""));
        assert!(!tree.has("b"));
    }

    #[test]
    fn test_files_ship_nothing() {
        let tree = Tree::of(&[("a/src/tests.rs", "fn f() {}"), ("tests/main.rs", "fn f() {}")]);
        assert!(tree.files().all(|file| file.shipped.is_empty() && !file.code.is_empty()));
    }
}
