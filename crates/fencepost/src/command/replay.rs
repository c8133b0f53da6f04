//! `fencepost replay`: one case again, shown as lanes.

use super::{refuse, shelf};
use crate::args::{Format, ReplayArgs};
use crate::output::{Output, say};
use fencepost_explore::{Catalogue, Exit, Refused, ReplayError, plan_of, replay as replay_case};
use fencepost_report::{PictureDetail, ReplayDetail, json, replay_text, svg, width};
use fencepost_sim::Ground;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replays a case; gives back the exit code.
pub(crate) fn replay(catalogue: &Catalogue, args: &ReplayArgs) -> Exit {
    let shown = if args.plan { show_plan(catalogue, args) } else { show_run(catalogue, args) };
    match shown {
        Ok(exit) => exit,
        Err(ReplayError::Refused(refused)) => refuse(&refused),
        Err(ReplayError::Internal(message)) => {
            say(&format!("error: a mistake of fencepost itself\n  {message}\n"));
            Exit::Internal
        }
    }
}

fn show_plan(catalogue: &Catalogue, args: &ReplayArgs) -> Result<Exit, ReplayError> {
    let (plan, _) = plan_of(catalogue, &shelf(catalogue)?, &args.case)?;
    let text =
        serde_json::to_string_pretty(&plan).map_err(|error| ReplayError::Internal(error.to_string()))?;
    Output::stdout().print(&format!("{text}\n"));
    Ok(Exit::AsExpected)
}

fn show_run(catalogue: &Catalogue, args: &ReplayArgs) -> Result<Exit, ReplayError> {
    let ground = args.common.ground()?;
    if let Some(path) = &args.svg {
        return draw(catalogue, args, path, ground);
    }
    let replayed = replay_case(catalogue, &shelf(catalogue)?, &args.case, ground)?;
    let columns = std::env::var("COLUMNS").ok();
    let detail = ReplayDetail {
        width: width::of_columns(columns.as_deref()),
        messages: args.verbose,
        every_event: args.all,
    };
    let text = match args.common.format {
        Format::Pretty => replay_text(&replayed, &detail),
        Format::Json => json::replay(&replayed),
    };
    Output::stdout().print(&text);
    Ok(replayed.exit())
}

fn draw(catalogue: &Catalogue, args: &ReplayArgs, path: &Path, ground: Ground) -> Result<Exit, ReplayError> {
    let is_stdout = path.as_os_str() == "-";
    if !is_stdout {
        // What cannot be written is said before anything is run.
        drop(Draft::beside(path)?);
    }
    let replayed = replay_case(catalogue, &shelf(catalogue)?, &args.case, ground)?;
    let picture = svg(&replayed, &PictureDetail { every_event: args.all, ..PictureDetail::default() });
    if is_stdout {
        Output::stdout().print(&picture);
    } else {
        Draft::beside(path)?.keep(&picture)?;
        Output::stdout().print(&format!("Wrote  {}\n", path.display()));
    }
    Ok(replayed.exit())
}

/// A file that is written beside the one that it becomes, so that nobody ever sees half of it. It goes away
/// where it is not kept.
struct Draft<'a> {
    path: &'a Path,
    beside: PathBuf,
    file: Option<File>,
}

impl<'a> Draft<'a> {
    /// Opens one for `path`. Fails where no file can be made there.
    fn beside(path: &'a Path) -> Result<Draft<'a>, Refused> {
        let help = "name a file in a folder that exists and can be written, or `-` for standard output";
        let Some(name) = path.file_name().filter(|_| !path.is_dir()) else {
            let message = format!("`{}` is no file", path.display());
            return Err(Refused::Bad { message, help: help.to_owned() });
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let beside = path.with_file_name(hidden);
        let file = File::create_new(&beside);
        let file = file.map_err(|error| cannot_write(path, &error, help))?;
        Ok(Draft { path, beside, file: Some(file) })
    }

    /// Writes it and puts it in its place. Fails where the disk does.
    fn keep(mut self, text: &str) -> Result<(), Refused> {
        let help = "look at the space on that disk, or name another file";
        let file = self.file.take();
        let written =
            file.map_or(Ok(()), |mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        let placed = written.and_then(|()| std::fs::rename(&self.beside, self.path));
        placed.map_err(|error| cannot_write(self.path, &error, help))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // It is gone already where it was kept.
        let _ = std::fs::remove_file(&self.beside);
    }
}

fn cannot_write(path: &Path, error: &std::io::Error, help: &str) -> Refused {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Refused::Bad { message, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::{Replayed, Request, Selection};
    use fencepost_report::{Picture, picture};

    /// The first replay of a variant in which something is violated, among a few seeds.
    fn first_violation(
        catalogue: &Catalogue,
        shelf: &fencepost_explore::Shelf,
        variant: &str,
    ) -> Option<Replayed> {
        let replays = (0..6).map(|seed| {
            let case = format!("{variant}@{seed}");
            replay_case(catalogue, shelf, &case, Ground::best()).unwrap_or_else(|_| panic!("{case} runs"))
        });
        replays.into_iter().find(|replayed| {
            replayed.result.judgement.properties.iter().any(|report| report.verdict.is_violated())
        })
    }

    fn overlaps(picture: &Picture) -> Vec<(&str, &str)> {
        let labels = &picture.labels;
        let pairs = (0..labels.len()).flat_map(|one| (one + 1..labels.len()).map(move |other| (one, other)));
        let meet = pairs.filter(|(one, other)| labels[*one].overlaps(&labels[*other]));
        meet.map(|(one, other)| (labels[one].text.as_str(), labels[other].text.as_str())).collect()
    }

    #[test]
    fn no_two_texts_meet_in_the_pictures_of_the_classics() {
        let catalogue = fencepost_catalogue::catalogue();
        let shelf = fencepost_explore::Shelf::open(&catalogue, Path::new("only what is built in"))
            .expect("what is built in can be read");
        let request = Request { what: vec!["classics".to_owned()], ..Request::default() };
        let selection =
            Selection::make(&catalogue, &shelf, &request).unwrap_or_else(|_| panic!("there are classics"));
        let mut drawn = 0;
        for chosen in &selection.scenarios {
            for variant in chosen.variants() {
                let variant = format!("{}/{}", chosen.scenario.id, variant.name);
                let Some(replayed) = first_violation(&catalogue, &shelf, &variant) else { continue };
                let picture = picture(&replayed, &PictureDetail::default());
                assert_eq!(overlaps(&picture), [], "{}", replayed.plan.case);
                let right = picture.labels.iter().map(|label| label.right).max();
                assert!(right <= Some(picture.width), "{}: a text leaves the picture", replayed.plan.case);
                drawn += 1;
            }
        }
        assert!(drawn > 5, "only {drawn} variants of the classics broke");
    }

    #[test]
    fn a_file_is_there_as_a_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("fencepost-svg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let path = folder.join("lanes.svg");
        drop(Draft::beside(&path).unwrap_or_else(|_| panic!("the folder can be written")));
        assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 0, "a draft leaves nothing");
        for text in ["one", "another"] {
            let draft = Draft::beside(&path).unwrap_or_else(|_| panic!("the folder can be written"));
            draft.keep(text).unwrap_or_else(|_| panic!("the file can be written"));
            assert_eq!(std::fs::read_to_string(&path).expect("it was written"), text);
        }
        assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 1);
        std::fs::remove_dir_all(&folder).expect("it was ours");
    }

    #[test]
    fn what_cannot_be_written_is_refused_with_its_name() {
        let missing = std::env::temp_dir().join("no such folder").join("lanes.svg");
        for path in [missing.as_path(), std::env::temp_dir().as_path(), Path::new("/")] {
            let Err(refused) = Draft::beside(path) else { panic!("{} was opened", path.display()) };
            assert_eq!(refused.exit(), Exit::Usage);
            assert!(refused.render(false).contains(&path.display().to_string()), "{}", refused.render(false));
        }
    }
}
