//! The scenarios that come with the project, as text. Whether they can be read depends on the locks that ship,
//! which this crate does not know; that is tested where they are.

use std::path::{Path, PathBuf};

/// A file of the project.
pub struct File {
    pub path: String,
    pub text: String,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| self::files(folder));
    let tomls = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    below.chain(tomls).collect()
}

/// Every scenario that ships.
pub fn shipped() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let read = |path: PathBuf| File {
        path: path.display().to_string(),
        text: std::fs::read_to_string(&path).expect("the file can be read"),
    };
    files(&root).into_iter().map(read).collect()
}

#[test]
fn every_shipped_scenario_tells_its_story() {
    let shipped = shipped();
    assert!(shipped.len() >= 9, "{} scenarios", shipped.len());
    for File { path, text } in shipped {
        assert!(text.contains("\nabout = "), "{path} has no `about`");
        let story = text.lines().find(|line| !line.starts_with("#:schema") && !line.is_empty());
        assert!(story.is_some_and(|line| line.starts_with("# ")), "{path} does not begin with its story");
    }
}
