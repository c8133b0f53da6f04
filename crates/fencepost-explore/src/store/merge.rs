//! Parts of a sweep, run on several machines, become the sweep that one machine would have run: the same
//! bytes, but for the time at which it began.

use super::count::{Counted, StoredRow};
use super::form::{CaseHead, Finished, Head, StoredRun, case_folder};
use super::read::{CASES, RUN_FILE, RUNS_FILE, Runs, Stored, cannot_read, lane_digest};
use super::write::{WRITING, begin, cannot_write, json, place};
use crate::work::is_sample;
use crate::{NotRepeated, Refused, Summary};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::iter::Peekable;
use std::path::{Path, PathBuf};

/// Joins parts into a folder, which must not exist or be empty.
///
/// Fails, and leaves no stored run, where the parts are not those of one sweep: another version, ground or
/// request, another text of a scenario, a part that is missing, not finished, or there twice.
pub fn merge(parts: &[Stored], out: &Path, token: &str) -> Result<Stored, Refused> {
    let parts = in_order(parts)?;
    let head = joined(&parts)?;
    begin(out, token)?;
    // The head comes last: until then the folder is no stored run.
    let joined = join(&parts, &head, out)?;
    place(&out.join(RUN_FILE), &json(&Head { finished: Some(joined), ..head }))?;
    let marker = out.join(WRITING);
    fs::remove_file(&marker).map_err(|error| cannot_write(&marker, &error))?;
    Stored::open(out)
}

/// The parts by their numbers: each is there once, and finished.
fn in_order(parts: &[Stored]) -> Result<Vec<&Stored>, Refused> {
    let mut known: BTreeMap<u64, &Stored> = BTreeMap::new();
    let mut of = None;
    for stored in parts {
        let name = stored.dir.display();
        let Some(part) = stored.head.partition else {
            let message = format!("`{name}` is no part but a whole run");
            return Err(Refused::bad(message, "parts come from `fencepost run … --partition K/N --out DIR`"));
        };
        if stored.head.finished.is_none() {
            let help = format!("run it again: {} --partition {part} --out DIR", stored.head.asked.command());
            return Err(Refused::bad(format!("`{name}` was not finished"), help));
        }
        if *of.get_or_insert(part.of) != part.of {
            let message =
                format!("`{name}` is one of {} parts, and others are of {}", part.of, of.unwrap_or(0));
            return Err(Refused::bad(message, "name the parts of one run only"));
        }
        if let Some(other) = known.insert(part.part, stored) {
            let message = format!("`{}` and `{name}` are both part {part}", other.dir.display());
            return Err(Refused::bad(message, "name each part once"));
        }
    }
    let of = of.ok_or_else(|| Refused::bad("there is nothing to merge", "name the folders of the parts"))?;
    let missing: Vec<String> =
        (1..=of).filter(|part| !known.contains_key(part)).map(|part| format!("{part}/{of}")).collect();
    if !missing.is_empty() {
        let message = format!("part {} is missing", missing.join(", "));
        return Err(Refused::bad(
            message,
            "name all parts: what is missing decides as much as what is there",
        ));
    }
    Ok(known.into_values().collect())
}

/// The head of the whole. Fails where the parts do not agree.
fn joined(parts: &[&Stored]) -> Result<Head, Refused> {
    let first = parts[0];
    for other in &parts[1..] {
        let (one, two) = (first.dir.display(), other.dir.display());
        let differ =
            |what: String, help: &str| Err(Refused::bad(format!("`{one}` and `{two}` {what}"), help));
        let (left, right) = (&first.head, &other.head);
        if (&left.version, &left.ground) != (&right.version, &right.ground) {
            return differ("come from different builds".to_owned(), "run all parts with one build");
        }
        for scenario in &left.scenarios {
            let twin = right.scenarios.iter().find(|twin| twin.id == scenario.id);
            if twin.is_some_and(|twin| twin.digest != scenario.digest) {
                let what = format!("ran different texts of the scenario `{}`", scenario.id);
                return differ(what, "run all parts on one checkout");
            }
        }
        if (&left.asked, &left.scenarios, &left.rows) != (&right.asked, &right.scenarios, &right.rows) {
            let what = "were asked for different things".to_owned();
            return differ(what, "run all parts with the same arguments, but for `--partition` and `--out`");
        }
    }
    let started = parts.iter().map(|part| part.head.started.clone()).min().unwrap_or_default();
    Ok(Head { partition: None, started, finished: None, ..first.head.clone() })
}

/// Writes the runs of all parts in the order of the whole, and its cases.
fn join(parts: &[&Stored], head: &Head, out: &Path) -> Result<Finished, Refused> {
    let path = out.join(RUNS_FILE);
    let file = File::create_new(&path).map_err(|error| cannot_write(&path, &error))?;
    let mut lines = BufWriter::new(file);
    let mut written = lines.write_all(super::write::first_line().as_bytes());
    let (mut counted, mut runs, mut samples) = (Counted::new(head), 0, 0);
    let mut whole = InOrder::new(parts, head)?;
    while let Some(run) = whole.next()? {
        counted.add(&run);
        runs += 1;
        samples += u64::from(is_repeated(&run));
        written = written.and_then(|()| lines.write_all(&run.line()));
    }
    let closed = written.and_then(|()| lines.into_inner().map_err(|error| error.into_error())?.sync_all());
    closed.map_err(|error| cannot_write(&path, &error))?;
    let rows = counted.finish(false);
    let firsts = first_violations(&rows);
    copy_cases(parts, &firsts, out)?;
    let more =
        firsts.iter().filter(|(scenario, variant, seed)| !is_sample(lane_digest(scenario, variant), *seed));
    let ends: Vec<&Finished> = parts.iter().filter_map(|part| part.head.finished.as_ref()).collect();
    let stopped = ends.iter().any(|end| end.stopped);
    let repeated = match stopped {
        true => ends.iter().map(|end| end.repeated).sum(),
        false => samples + more.count() as u64,
    };
    let not_repeated = differing(&ends, head);
    let mut summary = Summary::of_stored(&rows);
    summary.close(repeated, not_repeated.len() as u64, stopped);
    Ok(Finished { runs, repeated, not_repeated, stopped, exit: summary.exit })
}

fn is_repeated(run: &StoredRun) -> bool {
    let came_back = run.crash.is_none() && run.lost.is_none();
    came_back && is_sample(lane_digest(&run.scenario, &run.variant), run.seed)
}

/// Runs that did not repeat in some part, in the order of rows.
fn differing(ends: &[&Finished], head: &Head) -> Vec<NotRepeated> {
    let mut all: Vec<NotRepeated> = ends.iter().flat_map(|end| end.not_repeated.clone()).collect();
    let place = |one: &NotRepeated| {
        head.rows.iter().position(|row| row.scenario == one.case.scenario && row.variant == one.case.variant)
    };
    all.sort_by_key(|one| (place(one), one.case.seed));
    all
}

/// The first violation of each row, property and standing, by scenario, variant and seed.
fn first_violations(rows: &[StoredRow]) -> BTreeSet<(String, String, u64)> {
    let mut firsts = BTreeSet::new();
    for row in rows {
        let standings = row.properties.iter().flat_map(|property| &property.standings);
        let seeds = standings.map(|one| one.example.seed).filter(|seed| row.lost != Some(*seed));
        firsts.extend(seeds.map(|seed| (row.head.scenario.clone(), row.head.variant.clone(), seed)));
    }
    firsts
}

/// Copies the cases of first violations. Those that are the first of their part only are left where they are.
fn copy_cases(
    parts: &[&Stored],
    firsts: &BTreeSet<(String, String, u64)>,
    out: &Path,
) -> Result<(), Refused> {
    for part in parts {
        for (folder, CaseHead { scenario, variant, seed, .. }) in part.cases()? {
            let name = case_folder(&scenario, &variant, seed);
            if firsts.contains(&(scenario, variant, seed)) {
                copy(&folder, &out.join(CASES).join(name))?;
            }
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Refused> {
    fs::create_dir_all(to).map_err(|error| cannot_write(to, &error))?;
    for entry in fs::read_dir(from).map_err(|error| cannot_read(from, &error))? {
        let entry = entry.map_err(|error| cannot_read(from, &error))?;
        let target: PathBuf = to.join(entry.file_name());
        fs::copy(entry.path(), &target).map_err(|error| cannot_write(&target, &error))?;
    }
    Ok(())
}

/// The runs of all parts, row by row and seed by seed.
struct InOrder {
    parts: Vec<Peekable<Runs>>,
    places: BTreeMap<(String, String), usize>,
    last: Option<(usize, u64)>,
    /// The row in which a run did not come back: what the parts ran after it, the whole would not have.
    lost: Option<usize>,
}

impl InOrder {
    fn new(parts: &[&Stored], head: &Head) -> Result<InOrder, Refused> {
        let place =
            |(place, row): (usize, &super::RowHead)| ((row.scenario.clone(), row.variant.clone()), place);
        let parts: Result<Vec<_>, Refused> = parts.iter().map(|part| Ok(part.runs()?.peekable())).collect();
        let places = head.rows.iter().enumerate().map(place).collect();
        Ok(InOrder { parts: parts?, places, last: None, lost: None })
    }

    fn next(&mut self) -> Result<Option<StoredRun>, Refused> {
        loop {
            let mut first: Option<((usize, u64), usize)> = None;
            for number in 0..self.parts.len() {
                let key = match self.parts[number].peek() {
                    None => continue,
                    Some(Err(refused)) => return Err(refused.clone()),
                    Some(Ok(run)) => key_of(&self.places, run)?,
                };
                if first.is_none_or(|(known, _)| key < known) {
                    first = Some((key, number));
                }
            }
            let Some((key, number)) = first else { return Ok(None) };
            let run = self.parts[number].next().expect("it was there a line above")?;
            if self.last == Some(key) {
                let message = format!("`{}/{}@{}` is in two parts", run.scenario, run.variant, run.seed);
                return Err(Refused::bad(message, "name each part once"));
            }
            self.last = Some(key);
            if self.lost == Some(key.0) {
                continue;
            }
            if run.lost.is_some() {
                self.lost = Some(key.0);
            }
            return Ok(Some(run));
        }
    }
}

/// Where a run belongs.
fn key_of(places: &BTreeMap<(String, String), usize>, run: &StoredRun) -> Result<(usize, u64), Refused> {
    let row = places.get(&(run.scenario.clone(), run.variant.clone())).ok_or_else(|| {
        let message = format!("`{}/{}` is stored and was not asked for", run.scenario, run.variant);
        Refused::bad(message, "somebody has written into a part: run it again")
    })?;
    Ok((*row, run.seed))
}
