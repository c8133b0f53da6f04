//! `fencepost replay`: one case again, shown as lanes.

use super::{fail, shelf, tell_what_is_hidden};
use crate::args::{Export, Format, ReplayArgs};
use crate::draft::Draft;
use crate::keeper::Kept;
use crate::output::{Output, say};
use fencepost_check::Rules;
use fencepost_check::history::write;
use fencepost_explore::{
    Catalogue, Exit, ReplayError, Replayed, plan_of, replay as replay_case, stored_digest,
};
use fencepost_model::{Finding, word};
use fencepost_report::{
    PictureDetail, ReplayDetail, json, messages, replay_html, replay_text, sentence, svg, width,
};
use fencepost_sim::Ground;
use std::path::Path;
use std::sync::Arc;

/// Replays a case; gives back the exit code.
pub(crate) fn replay(catalogue: &Catalogue, args: &ReplayArgs, kept: &Kept) -> Exit {
    kept.watch(1).follow_this_thread(0);
    let shown = if args.plan { show_plan(catalogue, args) } else { show_run(catalogue, args) };
    shown.unwrap_or_else(|error| fail(&error))
}

/// Tells of a case whose run did not come back, so that nothing more is known of it.
pub(crate) fn lost(args: &ReplayArgs, finding: &Finding) -> Exit {
    let property = word::WELL_BEHAVED;
    let text = format!(
        "UNEXPECTED {}: {property} ({})\n  the lock's code {}\n",
        args.case,
        word::in_plain_words(property),
        sentence::finding(finding)
    );
    match args.common.format {
        Format::Pretty if Drawing::of(args).is_empty() => Output::stdout().print(&text),
        _ => say(&text),
    }
    Exit::Unexpected
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
    let drawings = Drawing::of(args);
    if !drawings.is_empty() {
        return draw(catalogue, args, &drawings, ground);
    }
    let replayed = replay_here(catalogue, args, ground)?;
    if let Some(export) = args.export {
        Output::stdout().print(&exported(catalogue, &replayed, export));
        return Ok(replayed.exit());
    }
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

fn replay_here(catalogue: &Catalogue, args: &ReplayArgs, ground: Ground) -> Result<Replayed, ReplayError> {
    let shelf = shelf(catalogue)?;
    let replayed = replay_case(catalogue, &shelf, &args.case, ground)?;
    match stored_digest(&args.case) {
        // What is in a case folder stands for itself, whatever is called the same here.
        Some(stored) if stored != replayed.result.digest => {
            let now = replayed.result.digest;
            say(&format!("note: the stored run had digest {stored:016x}, and this build gives {now:016x}\n"));
        }
        Some(_) => {}
        None => replayed.scenario.iter().for_each(|scenario| tell_what_is_hidden(&shelf, scenario)),
    }
    Ok(replayed)
}

/// The run as a history.
fn exported(catalogue: &Catalogue, replayed: &Replayed, export: Export) -> String {
    let lock = &replayed.plan.variant.lock;
    let system = catalogue.system(lock).expect("its lock has just been run");
    let rules = Arc::new(Rules::of(&system.descriptor(), &replayed.plan));
    let (cast, events) = (&replayed.result.cast, &replayed.result.history);
    match export {
        Export::Edn => write::edn(cast, &rules, events),
        Export::Jsonl => write::lines(cast, &rules, events),
    }
}

/// A picture or page that is asked for, and its file.
#[derive(Clone, Copy)]
enum Drawing<'a> {
    Lanes(&'a Path),
    Messages(&'a Path),
    Page(&'a Path),
}

impl Drawing<'_> {
    fn of(args: &ReplayArgs) -> Vec<Drawing<'_>> {
        let lanes = args.svg.as_deref().map(Drawing::Lanes);
        let messages = args.messages.as_deref().map(Drawing::Messages);
        let page = args.html.as_deref().map(Drawing::Page);
        [lanes, messages, page].into_iter().flatten().collect()
    }

    /// The file; none: standard output.
    fn path(&self) -> Option<&Path> {
        let (Drawing::Lanes(path) | Drawing::Messages(path) | Drawing::Page(path)) = self;
        (path.as_os_str() != "-").then_some(path)
    }

    fn text(&self, replayed: &Replayed, every_event: bool) -> String {
        let detail = PictureDetail { every_event, ..PictureDetail::default() };
        match self {
            Drawing::Lanes(_) => svg(replayed, &detail),
            Drawing::Messages(_) => messages(replayed, &detail).svg,
            Drawing::Page(_) => replay_html(replayed, every_event),
        }
    }
}

fn draw(
    catalogue: &Catalogue,
    args: &ReplayArgs,
    drawings: &[Drawing<'_>],
    ground: Ground,
) -> Result<Exit, ReplayError> {
    for path in drawings.iter().filter_map(Drawing::path) {
        // What cannot be written is said before anything is run.
        drop(Draft::beside(path)?);
    }
    let replayed = replay_here(catalogue, args, ground)?;
    for drawing in drawings {
        let picture = drawing.text(&replayed, args.all);
        match drawing.path() {
            None => Output::stdout().print(&picture),
            Some(path) => {
                Draft::beside(path)?.keep(&picture)?;
                Output::stdout().print(&format!("Wrote  {}\n", path.display()));
            }
        }
    }
    Ok(replayed.exit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fencepost_explore::{Request, Selection};
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
                let detail = PictureDetail::default();
                for picture in [picture(&replayed, &detail), messages(&replayed, &detail)] {
                    assert_eq!(overlaps(&picture), [], "{}", replayed.plan.case);
                    let right = picture.labels.iter().map(|label| label.right).max();
                    assert!(
                        right <= Some(picture.width),
                        "{}: a text leaves the picture",
                        replayed.plan.case
                    );
                }
                drawn += 1;
            }
        }
        assert!(drawn > 5, "only {drawn} variants of the classics broke");
    }

    #[test]
    fn a_page_needs_nothing_else_and_takes_no_name_for_markup() {
        let text = "title = '<script>alert(1)</script>'\nlength = '5s'\nlocks = ['redis']";
        let catalogue = fencepost_catalogue::catalogue().with_scenario("mine/markup.toml", text);
        let shelf = fencepost_explore::Shelf::open(&catalogue, Path::new("only what is built in"))
            .expect("what is built in can be read");
        for case in ["markup/redis@0", "pause-past-lease/plain@0"] {
            let page = || {
                let replayed = replay_case(&catalogue, &shelf, case, Ground::best());
                replay_html(&replayed.unwrap_or_else(|_| panic!("{case} runs")), false)
            };
            let first = page();
            assert!(!first.contains("<script") && !first.contains("src="), "{case}");
            let elsewhere = first.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains("http"), "{case} asks for something over the network");
            assert_eq!(first.matches("<svg").count(), 2, "{case}: lanes and messages");
            assert!(first == page(), "{case} is another page the second time");
        }
    }
}
