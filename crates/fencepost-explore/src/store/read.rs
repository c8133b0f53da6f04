//! Reading a stored sweep, whole or cut off at any place.

use super::count::{Counted, Missing, StoredRow};
use super::form::{CaseHead, Head, STORE_FORMAT, StoredRun};
use crate::{Partition, Refused};
use fencepost_model::Digest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

/// The file that says what was run. A folder without it is no stored sweep.
pub const RUN_FILE: &str = "run.json";
/// The file with a run a line.
pub const RUNS_FILE: &str = "runs.jsonl";
/// The folder with a folder for each case.
pub(crate) const CASES: &str = "cases";
/// The file that says what a case shows.
pub(crate) const CASE_FILE: &str = "case.json";

/// A stored sweep.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its folder.
    pub dir: PathBuf,
    /// What was run.
    pub head: Head,
}

/// What was counted over a whole stored sweep.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Every row, judged.
    pub rows: Vec<StoredRow>,
    /// Whether the last line was cut off while it was written. Such a line does not count.
    pub torn: bool,
    /// What is not there although it was asked for here, row by row.
    pub missing: Vec<Missing>,
    /// How many runs are there, those included that did not come to an end.
    pub runs: u64,
}

impl Stored {
    /// Opens a stored sweep. Fails where the folder is none, or one of a format that this build does not
    /// read.
    pub fn open(dir: &Path) -> Result<Stored, Refused> {
        let path = dir.join(RUN_FILE);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Refused::bad(
                format!("`{}` is no stored run: it has no `{RUN_FILE}`", dir.display()),
                "`fencepost list runs` shows what is stored",
            ),
            _ => Refused::bad(format!("`{}` cannot be read: {error}", path.display()), "look at the file"),
        })?;
        Ok(Stored { dir: dir.to_owned(), head: versioned(&path, &text)? })
    }

    /// Every run, in the order in which they are stored.
    pub fn runs(&self) -> Result<Runs, Refused> {
        let path = self.dir.join(RUNS_FILE);
        match File::open(&path) {
            Ok(file) => {
                let mut runs = Runs {
                    lines: Some(BufReader::new(file)),
                    path,
                    number: 0,
                    torn: false,
                    line: Vec::new(),
                };
                runs.head()?;
                Ok(runs)
            }
            // It was killed before it came so far.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Runs { lines: None, path, number: 0, torn: false, line: Vec::new() })
            }
            Err(error) => Err(cannot_read(&path, &error)),
        }
    }

    /// Reads all of it: rows, judged, and what is missing.
    pub fn whole(&self) -> Result<Whole, Refused> {
        self.whole_with(&mut |_, _| {})
    }

    /// As [`whole`](Stored::whole), and shows each run on the way, with the place of its row: so who needs more than
    /// what is counted reads the runs only once.
    pub fn whole_with(&self, see: &mut dyn FnMut(usize, &StoredRun)) -> Result<Whole, Refused> {
        let mut counted = Counted::new(&self.head);
        let mut there: Vec<Seen> = self.head.rows.iter().map(|_| Seen::default()).collect();
        let (mut runs, mut count) = (self.runs()?, 0);
        while let Some(run) = runs.next() {
            let run = run?;
            let Some(place) = counted.add(&run) else {
                return Err(Refused::bad(
                    format!(
                        "`{}` line {} is of a row that `{RUN_FILE}` has not",
                        runs.path.display(),
                        runs.number
                    ),
                    "the folder holds parts of different runs: run it again",
                ));
            };
            if !there[place].add(&run) {
                return Err(Refused::bad(
                    format!("`{}` line {} is not in order", runs.path.display(), runs.number),
                    "somebody has written into it: run it again",
                ));
            }
            see(place, &run);
            count += 1;
        }
        let torn = runs.torn;
        let missing: Vec<Option<Missing>> =
            (0..there.len()).map(|place| self.missing(place, &there[place])).collect();
        let mut rows = counted.finish(self.head.partition.is_some());
        for (row, missing) in rows.iter_mut().zip(&missing) {
            row.missing = missing.as_ref().map_or(0, |missing| missing.seeds);
        }
        Ok(Whole { rows, torn, missing: missing.into_iter().flatten().collect(), runs: count })
    }

    /// What a row lacks of what was to be run here.
    fn missing(&self, place: usize, there: &Seen) -> Option<Missing> {
        let row = &self.head.rows[place];
        let lane = lane_digest(&row.scenario, &row.variant);
        let is_here = |seed: &u64| self.head.partition.is_none_or(|part: Partition| part.takes(lane, *seed));
        let end = there.lost.unwrap_or(row.seeds.to);
        let (mut of, mut seeds, mut first, mut known) = (0, 0, None, there.seeds.iter().peekable());
        for seed in (row.seeds.from..row.seeds.to).filter(is_here) {
            of += 1;
            while known.peek().is_some_and(|range| range.1 <= seed) {
                known.next();
            }
            let is_there = known.peek().is_some_and(|range| range.0 <= seed);
            if !is_there && seed < end {
                seeds += 1;
                first.get_or_insert(seed);
            }
        }
        let first = first?;
        Some(Missing { scenario: row.scenario.clone(), variant: row.variant.clone(), seeds, of, first })
    }

    /// The cases that are kept, in the order of their folders' names. One that was cut off is left out.
    pub fn cases(&self) -> Result<Vec<(PathBuf, CaseHead)>, Refused> {
        let folder = self.dir.join(CASES);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot_read(&folder, &error)),
        };
        let mut cases = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| cannot_read(&folder, &error))?.path();
            if path.join(CASE_FILE).is_file() {
                let head = case_head(&path)?;
                cases.push((path, head));
            }
        }
        cases.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(cases)
    }
}

/// What the case in a folder shows.
pub(crate) fn case_head(folder: &Path) -> Result<CaseHead, Refused> {
    let path = folder.join(CASE_FILE);
    let text = fs::read_to_string(&path).map_err(|error| cannot_read(&path, &error))?;
    versioned(&path, &text)
}

/// Seeds that are stored of one row, as ranges that grow.
#[derive(Default)]
struct Seen {
    seeds: Vec<(u64, u64)>,
    lost: Option<u64>,
}

impl Seen {
    /// Takes a run in; not where it comes before or is one that was taken in.
    fn add(&mut self, run: &StoredRun) -> bool {
        if run.lost.is_some() {
            self.lost = Some(run.seed);
        }
        match self.seeds.last_mut() {
            Some(range) if run.seed < range.1 => return false,
            Some(range) if range.1 == run.seed => range.1 += 1,
            _ => self.seeds.push((run.seed, run.seed + 1)),
        }
        true
    }
}

/// The runs of a stored sweep, one after the other: they are never all in memory.
pub struct Runs {
    lines: Option<BufReader<File>>,
    path: PathBuf,
    number: u64,
    torn: bool,
    line: Vec<u8>,
}

impl Runs {
    /// Whether the last line was cut off. Known once the runs are read to their end.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    /// Reads the line with the format number.
    fn head(&mut self) -> Result<(), Refused> {
        match self.line()? {
            true => versioned::<Versioned>(&self.path, &String::from_utf8_lossy(&self.line)).map(drop),
            false => Ok(()),
        }
    }

    /// Reads one whole line; no where there is no more.
    fn line(&mut self) -> Result<bool, Refused> {
        let Some(lines) = &mut self.lines else { return Ok(false) };
        self.line.clear();
        let read =
            lines.read_until(b'\n', &mut self.line).map_err(|error| cannot_read(&self.path, &error))?;
        if read == 0 || self.line.last() != Some(&b'\n') {
            self.torn = read > 0;
            self.lines = None;
            return Ok(false);
        }
        self.number += 1;
        Ok(true)
    }
}

impl Iterator for Runs {
    type Item = Result<StoredRun, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.line() {
            Ok(false) => None,
            Err(refused) => Some(Err(refused)),
            Ok(true) => Some(serde_json::from_slice(&self.line).map_err(|error| {
                let message = format!("`{}` line {} is no run: {error}", self.path.display(), self.number);
                Refused::bad(message, "somebody has written into it: run it again")
            })),
        }
    }
}

/// Something that says of which format it is.
#[derive(Deserialize)]
struct Versioned {
    format: u32,
}

/// Reads something with a format number. The number is looked at first: of another format nothing else may
/// make sense.
fn versioned<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Refused> {
    let no_form = |error: serde_json::Error| {
        let message = format!("`{}` is not as it was written: {error}", path.display());
        Refused::bad(message, "run it again, or take another run: `fencepost list runs`")
    };
    let found: Versioned = serde_json::from_str(text).map_err(no_form)?;
    if found.format != STORE_FORMAT {
        return Err(Refused::bad(
            format!(
                "`{}` has format {}, and this build reads format {STORE_FORMAT}",
                path.display(),
                found.format
            ),
            "take the version of fencepost that wrote it, or run it again",
        ));
    }
    serde_json::from_str(text).map_err(no_form)
}

pub(crate) fn cannot_read(path: &Path, error: &std::io::Error) -> Refused {
    Refused::bad(format!("`{}` cannot be read: {error}", path.display()), "look at its permissions")
}

/// The digest of a scenario and variant, from which it follows what is done with their seeds.
pub(crate) fn lane_digest(scenario: &str, variant: &str) -> Digest {
    let mut name = Digest::default();
    name.write(scenario.as_bytes());
    name.write(variant.as_bytes());
    name
}
