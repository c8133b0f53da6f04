//! What a keeper and a child that edits plans tell each other, in files of one folder: plans have no row and seed
//! that would name them in a ledger.

use fencepost_model::{Finding, Plan};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Plans that are known not to come back, each with what its code does; the keeper writes it.
const LOST: &str = "lost.json";
/// The plan of a run that did not come back in time; the child writes it.
const HUNG: &str = "hung.json";
/// How the plan of a run begins that is about to be made; a number follows.
const BEGUN: &str = "begun-";

/// The folder.
#[derive(Clone)]
pub(super) struct PlanFolder(PathBuf);

impl PlanFolder {
    /// An empty one, for the keeper.
    pub fn create(path: PathBuf) -> io::Result<PlanFolder> {
        // What another process of this number has left.
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(PlanFolder(path))
    }

    /// For the child: the folder that the keeper has made.
    pub fn open(path: &Path) -> PlanFolder {
        PlanFolder(path.to_owned())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes down what is known not to come back.
    pub fn write_lost(&self, lost: &[(Plan, Finding)]) -> io::Result<()> {
        fs::write(self.0.join(LOST), serde_json::to_vec(lost).map_err(io::Error::other)?)
    }

    /// What is known not to come back; nothing where none was written.
    pub fn lost(&self) -> Vec<(Plan, Finding)> {
        let text = fs::read(self.0.join(LOST)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// A run of this plan does not come back.
    pub fn write_hung(&self, plan: &Plan) {
        self.write(HUNG, plan);
    }

    /// The plan of a run that did not come back in time, told once.
    pub fn take_hung(&self) -> Option<Plan> {
        let path = self.0.join(HUNG);
        let plan = self.read(&path)?;
        fs::remove_file(&path).ok()?;
        Some(plan)
    }

    /// A run of this plan is about to be made, in this one of the places for runs.
    pub fn write_begun(&self, place: usize, plan: &Plan) {
        self.write(&format!("{BEGUN}{place}.json"), plan);
    }

    /// What was about to be run, each with its file.
    pub fn begun(&self) -> io::Result<Vec<(PathBuf, Plan)>> {
        let paths = self.begun_files()?.into_iter();
        Ok(paths.filter_map(|path| self.read(&path).map(|plan| (path, plan))).collect())
    }

    /// Forgets it.
    pub fn forget_begun(&self) -> io::Result<()> {
        self.begun_files()?.into_iter().try_for_each(fs::remove_file)
    }

    fn begun_files(&self) -> io::Result<Vec<PathBuf>> {
        let entries: Vec<fs::DirEntry> = fs::read_dir(&self.0)?.collect::<io::Result<_>>()?;
        let is_begun = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(BEGUN);
        let mut paths: Vec<PathBuf> =
            entries.into_iter().filter(is_begun).map(|entry| entry.path()).collect();
        paths.sort();
        Ok(paths)
    }

    fn write(&self, name: &str, plan: &Plan) {
        // Without the file the work goes on; only a run that ends the process would be told worse.
        let text = serde_json::to_vec(plan).unwrap_or_default();
        let _ = fs::write(self.0.join(name), text);
    }

    fn read(&self, path: &Path) -> Option<Plan> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let catalogue = fencepost_catalogue::catalogue();
        let text = "title = 'one'\nlength = '1s'\nlocks = ['redis']";
        let scenario = fencepost_scenario::parse("one", "one.toml", text, &catalogue.vocabulary());
        let plan = scenario.expect("it is right").plan("redis", 7);
        let path = std::env::temp_dir().join(format!("fencepost-plans-{}", std::process::id()));
        let folder = PlanFolder::create(path).expect("a temporary folder");
        let child = PlanFolder::open(folder.path());
        assert_eq!((child.lost().len(), folder.take_hung()), (0, None));
        folder.write_lost(&[(plan.clone(), Finding::Hung)]).expect("it can be written");
        assert_eq!(child.lost(), [(plan.clone(), Finding::Hung)]);
        child.write_hung(&plan);
        assert_eq!((folder.take_hung(), folder.take_hung()), (Some(plan.clone()), None));
        child.write_begun(3, &plan);
        let begun: Vec<Plan> =
            folder.begun().expect("it can be read").into_iter().map(|(_, plan)| plan).collect();
        assert_eq!(begun, [plan]);
        folder.forget_begun().expect("it can be emptied");
        assert!(folder.begun().expect("it can be read").is_empty());
        fs::remove_dir_all(folder.path()).expect("it was made here");
    }
}
