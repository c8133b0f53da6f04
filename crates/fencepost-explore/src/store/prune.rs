//! Taking old stored runs away.

use super::folder::{LATEST, is_folder_name, shelved};
use super::read::cannot_read;
use super::write::{WRITING, cannot_write};
use crate::Refused;
use std::fs;
use std::path::{Path, PathBuf};

/// The file that marks a stored run: it is never taken away.
pub const KEEP: &str = "keep";

/// What becomes of the stored runs in a folder, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruning {
    /// What is taken away.
    pub goes: Vec<PathBuf>,
    /// What stays, and why.
    pub stays: Vec<(PathBuf, Stays)>,
}

/// Why a stored run stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It is one of the newest.
    New,
    /// It has a file called `keep`.
    Marked,
    /// `latest` leads to it.
    Latest,
    /// A process writes into it.
    Written,
    /// This build cannot read it, so it may be another's.
    Foreign,
}

/// What would be taken away of a folder of stored runs, with the newest `keep` of them kept. Folders that are
/// not named as stored runs are, and whatever else lies there, are not looked at.
pub fn pruning(reports: &Path, keep: usize) -> Result<Pruning, Refused> {
    let mut pruning = Pruning::default();
    let latest = fs::read_link(reports.join(LATEST)).ok();
    let runs: Vec<_> = shelved(reports)?.into_iter().filter(|run| is_folder_name(&run.name)).collect();
    let count = runs.len();
    for (place, run) in runs.into_iter().enumerate() {
        let is_latest = latest.as_deref().is_some_and(|latest| latest.ends_with(&run.name));
        let why = if run.stored.is_err() {
            Some(Stays::Foreign)
        } else if run.dir.join(KEEP).exists() {
            Some(Stays::Marked)
        } else if is_latest {
            Some(Stays::Latest)
        } else if is_written(&run.dir) {
            Some(Stays::Written)
        } else {
            (place + keep >= count).then_some(Stays::New)
        };
        match why {
            Some(why) => pruning.stays.push((run.dir, why)),
            None => pruning.goes.push(run.dir),
        }
    }
    Ok(pruning)
}

impl Pruning {
    /// Takes away what goes. Fails at the first folder that cannot be taken away.
    pub fn apply(&self) -> Result<(), Refused> {
        for dir in &self.goes {
            // It is no stored run any more before the first of its files is gone.
            let doomed = dir.with_extension("pruned");
            fs::rename(dir, &doomed).map_err(|error| cannot_write(dir, &error))?;
            fs::remove_dir_all(&doomed).map_err(|error| cannot_read(&doomed, &error))?;
        }
        Ok(())
    }
}

/// Whether a process that is alive has begun the folder and not ended it. The word in the file begins with the
/// number of its process; where the system does not list those, nobody is taken to be alive.
fn is_written(dir: &Path) -> bool {
    let Ok(token) = fs::read_to_string(dir.join(WRITING)) else { return false };
    let process = token.split('-').next().unwrap_or_default();
    process.parse::<u32>().is_ok_and(|process| Path::new("/proc").join(process.to_string()).exists())
}
