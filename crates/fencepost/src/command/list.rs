//! `fencepost list`: what can be run.

use super::{refuse, shelf};
use crate::args::{Kind, ListArgs};
use crate::output::Output;
use fencepost_explore::store::{REPORTS, shelved};
use fencepost_explore::{Catalogue, Exit, Refused};
use fencepost_model::word;
use fencepost_report::stored;
use fencepost_scenario::{Mistakes, Scenario, parse};
use std::path::Path;

/// Prints the list; gives back the exit code.
pub(crate) fn list(catalogue: &Catalogue, args: &ListArgs) -> Exit {
    let text = match args.kind {
        Kind::Scenarios => scenarios(catalogue),
        Kind::Locks => Ok(locks(catalogue)),
        Kind::Presets => Ok(table(
            catalogue.presets().iter().map(|preset| (preset.name.to_owned(), preset.about.to_owned())),
        )),
        Kind::Properties => {
            Ok(table(word::PROPERTIES.iter().map(|(name, plain)| ((*name).to_owned(), (*plain).to_owned()))))
        }
        Kind::Runs => runs(),
        Kind::Workloads => Ok(table(
            catalogue.workloads().map(|workload| (workload.name.to_owned(), workload.about.to_owned())),
        )),
    };
    match text {
        Ok(text) => {
            Output::stdout().print(&text);
            Exit::AsExpected
        }
        Err(refused) => refuse(&refused),
    }
}

fn scenarios(catalogue: &Catalogue) -> Result<String, Refused> {
    let (shelf, vocabulary) = (shelf(catalogue)?, catalogue.vocabulary());
    let (mut text, mut folder, mut mistakes) = (String::new(), None, Vec::new());
    for source in shelf.sources() {
        let content = source.read().map_err(|error| Refused::Bad {
            message: format!("`{}` cannot be read: {error}", source.path),
            help: "look at its permissions".to_owned(),
        })?;
        match parse(&source.id, &source.path, &content, &vocabulary) {
            Ok(scenario) => {
                if folder != Some(&source.folder) {
                    let gap = if folder.is_some() { "\n" } else { "" };
                    text += &format!("{gap}{}\n", source.folder);
                    folder = Some(&source.folder);
                }
                text += &entry(&scenario);
            }
            Err(found) => mistakes.push(found),
        }
    }
    if mistakes.iter().all(Mistakes::is_empty) { Ok(text) } else { Err(Refused::Mistakes(mistakes)) }
}

fn entry(scenario: &Scenario) -> String {
    let variants: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
    let Scenario { id, title, seeds, .. } = scenario;
    format!("  {id:<26}{title}\n  {:<26}{seeds} seeds of {}\n", "", variants.join(", "))
}

fn locks(catalogue: &Catalogue) -> String {
    table(catalogue.descriptors().map(|descriptor| (descriptor.name.to_owned(), descriptor.about.to_owned())))
}

fn runs() -> Result<String, Refused> {
    let mut text = String::new();
    for run in shelved(Path::new(REPORTS))? {
        let told = match run.stored.and_then(|stored| stored.whole().map(|whole| (stored, whole))) {
            Ok((run, whole)) => stored::in_short(&run, &whole),
            Err(refused) => refused.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        text += &format!("  {:<40}  {told}\n", run.name);
    }
    Ok(if text.is_empty() { format!("  nothing is stored in `{REPORTS}`\n") } else { text })
}

fn table(rows: impl Iterator<Item = (String, String)>) -> String {
    rows.map(|(name, about)| format!("  {name:<20}{about}\n")).collect()
}
