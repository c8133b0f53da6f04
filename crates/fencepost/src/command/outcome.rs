//! What comes after the runs, for a sweep and for merged parts alike: JUnit, annotations, a comparison.

use crate::draft::Draft;
use crate::output::{Output, say};
use fencepost_explore::store::{Comparison, StoredRow, find};
use fencepost_explore::{Exit, NotRepeated, Refused, Summary};
use fencepost_report::ci;
use fencepost_report::comparison;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where GitHub wants to find the summary of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// Where GitHub has the checkout.
const WORKSPACE: &str = "GITHUB_WORKSPACE";

/// What is told after the runs.
pub(super) struct Wishes {
    junit: Option<PathBuf>,
    github: bool,
    against: Option<Baseline>,
}

/// A stored run to compare with.
struct Baseline {
    name: String,
    rows: Vec<StoredRow>,
}

/// What came of the runs.
pub(super) struct Outcome<'a> {
    pub rows: &'a [StoredRow],
    pub not_repeated: &'a [NotRepeated],
    pub summary: &'a Summary,
    /// What repeats them.
    pub command: String,
}

impl Wishes {
    /// Looks at what is wanted before anything is run: a baseline that can be read, a file that can be written.
    pub fn new(junit: Option<&Path>, github: bool, against: Option<&str>) -> Result<Wishes, Refused> {
        if let Some(path) = junit {
            drop(Draft::beside(path)?);
        }
        let against = against.map(baseline).transpose()?;
        Ok(Wishes { junit: junit.map(Path::to_owned), github, against })
    }

    /// Whether anything is told.
    pub fn any(&self) -> bool {
        self.junit.is_some() || self.github || self.against.is_some()
    }

    /// Tells it; gives back the code that comes of it beside that of the runs.
    pub fn tell(&self, outcome: &Outcome<'_>, output: &mut Output) -> Result<Exit, Refused> {
        let mut exit = Exit::AsExpected;
        if let Some(baseline) = &self.against {
            let compared = Comparison::of(&baseline.rows, outcome.rows);
            output.print(&comparison(&compared, &baseline.name));
            if compared.worse().next().is_some() {
                exit = Exit::Unexpected;
            }
            if self.github {
                output.print(&ci::worse(&compared, outcome.rows, &file_in_repository));
            }
        }
        if self.github {
            let findings = ci::findings(outcome.rows, outcome.not_repeated);
            output.print(&ci::annotations(&findings, &file_in_repository));
            summarise(&ci::job_summary(
                outcome.rows,
                outcome.not_repeated,
                outcome.summary,
                &outcome.command,
            ));
        }
        if let Some(path) = &self.junit {
            Draft::beside(path)?.keep(&ci::junit(outcome.rows, outcome.not_repeated))?;
        }
        Ok(exit)
    }
}

fn baseline(run: &str) -> Result<Baseline, Refused> {
    let stored = find(Some(run))?;
    let whole = stored.whole()?;
    let name = stored.dir.display().to_string();
    if stored.head.finished.is_none() {
        say(&format!("note: `{name}` was not finished: what it lacks is not compared\n"));
    }
    Ok(Baseline { name, rows: whole.rows })
}

/// Where a file lies, as seen from the root of the repository; none where it is no file here.
pub(super) fn file_in_repository(path: &str) -> Option<String> {
    let file = Path::new(path);
    if !file.is_file() {
        return None;
    }
    let root = std::env::var_os(WORKSPACE).and_then(|root| Path::new(&root).canonicalize().ok());
    let whole = file.canonicalize().ok();
    let inside = root.zip(whole).and_then(|(root, whole)| whole.strip_prefix(root).ok().map(Path::to_owned));
    Some(inside.as_deref().unwrap_or(file).to_string_lossy().replace('\\', "/"))
}

/// Adds to the summary of the job, where there is one. Where that cannot be written the job goes on: everything
/// in it was told before.
pub(super) fn summarise(text: &str) {
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) else { return };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(text.as_bytes())) {
        say(&format!("note: `{}` cannot be written: {error}\n", Path::new(&path).display()));
    }
}
