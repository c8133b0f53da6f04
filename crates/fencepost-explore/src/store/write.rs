//! Writing a sweep into a folder while it runs.
//!
//! Threads bring the lines of a chunk of runs each, in any order, and they are written in the order of the
//! chunks: what is stored does not depend on the threads. A thread that is far ahead of the slowest one waits,
//! so that what has to be kept until its turn comes stays small.
//!
//! Killed at any moment, the folder holds a head, whole lines, of which the last may be cut off, and whole
//! cases. Where the disk is full the sweep is stopped, and how it ended says so.

use super::form::{Finished, Head, STORE_FORMAT};
use super::pen::Pen;
use super::read::{RUN_FILE, RUNS_FILE};
use crate::{NotRepeated, Refused, Stop, Summary};
use fencepost_scenario::Scenario;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard};

/// How many chunks a thread may be ahead of the slowest one.
const AHEAD: u64 = 256;
/// The file of a folder that is being written, with a word that says by whom.
pub(crate) const WRITING: &str = "writing";

/// A folder into which a sweep is written.
pub struct Store {
    /// The folder.
    pub dir: PathBuf,
    /// Who writes the texts.
    pub(crate) pen: Box<dyn Pen>,
    /// Which scenarios' runs are measured.
    pub(crate) measured: Measured,
    head: Head,
    state: Mutex<State>,
    /// Is told whenever lines were written.
    moved: Condvar,
}

/// Of which runs measures are stored. They take more room than everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measured {
    /// Of the scenarios in a folder `comparison`: their reports are drawn from measures.
    #[default]
    Comparison,
    /// Of all.
    All,
}

struct State {
    file: File,
    /// The chunk whose turn it is.
    next: u64,
    /// Chunks whose turn has not come.
    waiting: BTreeMap<u64, Vec<u8>>,
    /// What is written before a chunk: runs that do not come back are told after their rows.
    before: BTreeMap<u64, Vec<u8>>,
    /// Lines that were written.
    runs: u64,
    /// Why nothing can be written any more.
    failed: Option<Refused>,
}

impl Store {
    /// Makes the folder, which must not exist or be empty, and writes into it what will be run.
    ///
    /// `token` names the sweep: where a folder was begun under the same one, which somebody ended before it was
    /// done, it is begun anew.
    pub fn create(
        dir: &Path,
        head: Head,
        token: &str,
        measured: Measured,
        pen: Box<dyn Pen>,
    ) -> Result<Store, Refused> {
        begin(dir, token)?;
        place(&dir.join(RUN_FILE), &json(&head))?;
        let path = dir.join(RUNS_FILE);
        let file = OpenOptions::new().append(true).create_new(true).open(&path);
        let mut file = file.map_err(|error| cannot_write(&path, &error))?;
        file.write_all(first_line().as_bytes()).map_err(|error| cannot_write(&path, &error))?;
        let state =
            State { file, next: 0, waiting: BTreeMap::new(), before: BTreeMap::new(), runs: 0, failed: None };
        Ok(Store {
            dir: dir.to_owned(),
            pen,
            measured,
            head,
            state: Mutex::new(state),
            moved: Condvar::new(),
        })
    }

    /// Whether a folder was begun by the sweep of this token, and not ended.
    pub fn is_begun_by(dir: &Path, token: &str) -> bool {
        fs::read_to_string(dir.join(WRITING)).is_ok_and(|found| found == token)
    }

    /// Whether the runs of a scenario are measured.
    pub(crate) fn measures(&self, scenario: &Scenario) -> bool {
        let is_comparison = || scenario.path.split('/').any(|folder| folder == "comparison");
        self.measured == Measured::All || is_comparison()
    }

    /// What will be written before the chunk of this number, or at the end where there is none.
    pub(crate) fn before(&self, chunk: u64, lines: &[u8]) {
        self.state().before.entry(chunk).or_default().extend_from_slice(lines);
    }

    /// Takes the lines of a chunk, and writes all whose turn has come. Waits where the chunk is far ahead.
    pub(crate) fn chunk(&self, number: u64, lines: Vec<u8>, stop: &Stop) {
        let mut state = self.state();
        while number >= state.next + AHEAD && !stop.is_raised() && state.failed.is_none() {
            let wait = std::time::Duration::from_millis(50);
            state = self.moved.wait_timeout(state, wait).expect("no thread panics while it writes").0;
        }
        state.waiting.insert(number, lines);
        let mut ready = Vec::new();
        while let Some(lines) = {
            let next = state.next;
            state.waiting.remove(&next)
        } {
            let next = state.next;
            ready.extend(state.before.remove(&next).unwrap_or_default());
            ready.extend(lines);
            state.next += 1;
        }
        if !ready.is_empty() {
            self.append(&mut state, &ready);
        }
        if state.failed.is_some() {
            stop.raise();
        }
        self.moved.notify_all();
    }

    fn append(&self, state: &mut State, lines: &[u8]) {
        if state.failed.is_some() {
            return;
        }
        match state.file.write_all(lines) {
            Ok(()) => state.runs += lines.iter().filter(|byte| **byte == b'\n').count() as u64,
            Err(error) => state.failed = Some(cannot_write(&self.dir.join(RUNS_FILE), &error)),
        }
    }

    /// Notes that something could not be written; the first such thing is told.
    pub(crate) fn fail(&self, refused: Refused) {
        self.state().failed.get_or_insert(refused);
    }

    /// Every chunk has come, or will not: writes what is left.
    pub(crate) fn close_runs(&self) {
        let mut state = self.state();
        let waiting = std::mem::take(&mut state.waiting);
        let mut before = std::mem::take(&mut state.before);
        let mut rest = Vec::new();
        for (number, lines) in waiting {
            let later = before.split_off(&(number + 1));
            rest.extend(before.into_values().flatten());
            rest.extend(lines);
            before = later;
        }
        rest.extend(before.into_values().flatten());
        if !rest.is_empty() {
            self.append(&mut state, &rest);
        }
    }

    /// The sweep is over: writes how it ended. Fails where something could not be written, and then the folder
    /// does not say that it is whole.
    pub fn finish(&self, summary: &Summary, not_repeated: &[NotRepeated]) -> Result<(), Refused> {
        let mut state = self.state();
        if let Some(refused) = &state.failed {
            return Err(refused.clone());
        }
        let path = self.dir.join(RUNS_FILE);
        state.file.sync_all().map_err(|error| cannot_write(&path, &error))?;
        let finished = Finished {
            runs: state.runs,
            repeated: summary.repeated,
            not_repeated: not_repeated.to_vec(),
            stopped: summary.stopped,
            exit: summary.exit,
        };
        let head = Head { finished: Some(finished), ..self.head.clone() };
        let finished = place(&self.dir.join(RUN_FILE), &json(&head));
        state.failed = finished.as_ref().err().cloned();
        finished?;
        let marker = self.dir.join(WRITING);
        fs::remove_file(&marker).map_err(|error| cannot_write(&marker, &error))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it writes")
    }
}

/// Makes a folder, which must not exist or be empty, and says in it that it is being written.
pub(crate) fn begin(dir: &Path, token: &str) -> Result<(), Refused> {
    fs::create_dir_all(dir).map_err(|error| cannot_write(dir, &error))?;
    clear_own(dir, token)?;
    if fs::read_dir(dir).map_err(|error| cannot_write(dir, &error))?.next().is_some() {
        let message = format!("`{}` is not empty", dir.display());
        return Err(Refused::bad(message, "name another folder: nothing is overwritten"));
    }
    place(&dir.join(WRITING), token.as_bytes())
}

/// The first line of the file of runs.
pub(crate) fn first_line() -> String {
    format!("{{\"format\":{STORE_FORMAT}}}\n")
}

/// Empties a folder that the same sweep has begun before.
fn clear_own(dir: &Path, token: &str) -> Result<(), Refused> {
    if Store::is_begun_by(dir, token) {
        fs::remove_dir_all(dir)
            .and_then(|()| fs::create_dir(dir))
            .map_err(|error| cannot_write(dir, &error))?;
    }
    Ok(())
}

/// Puts a file into its place as a whole: somebody who reads meanwhile sees the old one or the new one.
pub(crate) fn place(path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    let beside = path.with_extension("tmp");
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        let _ = fs::remove_file(&beside);
        cannot_write(path, &error)
    })
}

/// Something that is stored, as JSON for people: a file of a few kilobytes.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("stored forms have no maps with odd keys");
    text.push(b'\n');
    text
}

pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> Refused {
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room on that disk, name another folder with `--out`, or keep nothing with `--no-store`"
        }
        _ => "name another folder with `--out`, or keep nothing with `--no-store`",
    };
    Refused::bad(format!("`{}` cannot be written: {error}", path.display()), help)
}
