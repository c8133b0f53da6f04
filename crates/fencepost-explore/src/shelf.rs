//! The shelf: where scenarios are, on disk and built in.

use crate::{Catalogue, REGRESSIONS};
use fencepost_scenario::LARGEST;
use std::borrow::Cow;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The folder of scenarios in a checkout.
pub const FOLDER: &str = "scenarios";

/// The scenarios that can be named without a path: those of the folder on disk, and after them those that
/// are built in and that the folder does not have.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    sources: Vec<Source>,
    /// Files that stand in the place of a built-in scenario and say something else.
    hiding: Vec<String>,
}

/// A scenario file, not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's stem: the first part of case ids.
    pub id: String,
    /// The folder under the root of scenarios, such as `classics`; empty for none.
    pub folder: String,
    /// The file, as people know it.
    pub path: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Disk(PathBuf),
    BuiltIn(&'static str),
}

impl Shelf {
    /// The shelf of a catalogue, seen from the folder `root`, which need not exist.
    ///
    /// Fails where the folder exists and cannot be read.
    pub fn open(catalogue: &Catalogue, root: &Path) -> io::Result<Shelf> {
        let mut sources = if root.is_dir() { under(root, root)? } else { Vec::new() };
        let mut hiding = Vec::new();
        for embedded in catalogue.scenarios() {
            let source = built_in(embedded.path, embedded.text);
            match sources.iter().find(|other| other.id == source.id) {
                None => sources.push(source),
                // What cannot be read hides it too, and is told when it is wanted.
                Some(other) if other.read().is_ok_and(|text| text == embedded.text) => {}
                Some(other) => hiding.push(other.path.clone()),
            }
        }
        Ok(Shelf { sources, hiding })
    }

    /// Whether this file stands in the place of a built-in scenario of the same id, and says something else.
    pub fn hides_built_in(&self, path: &str) -> bool {
        self.hiding.iter().any(|other| other == path)
    }

    /// All of them, in the order of tables.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The folders, each once.
    pub fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = Vec::new();
        for source in &self.sources {
            if !source.folder.is_empty() && !folders.contains(&source.folder.as_str()) {
                folders.push(&source.folder);
            }
        }
        folders
    }
}

impl Source {
    /// The scenario of one file on disk.
    pub fn file(path: &Path) -> Source {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Source { id: stem, folder: String::new(), path: shown(path), place: Place::Disk(path.to_owned()) }
    }

    /// Whether it is one of those that once broke something.
    pub(crate) fn is_regression(&self) -> bool {
        let folder = Path::new(&self.path).parent().and_then(Path::file_name);
        folder.is_some_and(|folder| folder == REGRESSIONS)
    }

    /// What the file holds. Bytes that are no text are replaced: the parser then points at them.
    ///
    /// Fails where it cannot be read, and where it is too large for a scenario: then it is not read at all.
    pub fn read(&self) -> io::Result<Cow<'static, str>> {
        match &self.place {
            Place::BuiltIn(text) => Ok(Cow::Borrowed(text)),
            Place::Disk(path) => {
                let length = fs::metadata(path)?.len();
                if length > LARGEST as u64 {
                    let why =
                        format!("{length} bytes are too many for a scenario, which has at most {LARGEST}");
                    return Err(io::Error::new(ErrorKind::FileTooLarge, why));
                }
                fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned().into())
            }
        }
    }
}

fn built_in(path: &str, text: &'static str) -> Source {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let id = file.strip_suffix(".toml").unwrap_or(file);
    Source {
        id: id.to_owned(),
        folder: folder.to_owned(),
        path: path.to_owned(),
        place: Place::BuiltIn(text),
    }
}

/// Every scenario file under a folder, in the order of their paths. `root` is what folders are named from.
pub(crate) fn under(folder: &Path, root: &Path) -> io::Result<Vec<Source>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let source = |path: PathBuf| {
        let parent = path.parent().and_then(|parent| parent.strip_prefix(root).ok());
        Source { folder: parent.map(shown).unwrap_or_default(), ..Source::file(&path) }
    };
    Ok(paths.into_iter().map(source).collect())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    Ok(())
}

/// A path with forward slashes, whatever the system: it is printed and compared.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
