//! `fencepost report`: the page on a stored run.

use super::{refuse, shelf};
use crate::args::ReportArgs;
use crate::output::{Output, say};
use fencepost_explore::store::find;
use fencepost_explore::{Catalogue, Exit, Refused};
use fencepost_report::page::{Reading, Sheets, decision, page, summary};
use fencepost_report::teeth::Teeth;
use std::fs;
use std::path::Path;

/// Writes the page, or tells one of the two short texts; gives back the exit code.
pub(crate) fn report(catalogue: &Catalogue, args: &ReportArgs) -> Exit {
    match told(catalogue, args) {
        Ok(()) => Exit::AsExpected,
        Err(refused) => refuse(&refused),
    }
}

fn told(catalogue: &Catalogue, args: &ReportArgs) -> Result<(), Refused> {
    let stored = find(args.run.as_deref())?;
    let reading = Reading::of(&stored)?;
    let against = args.against.as_deref().map(|run| Reading::of(&find(Some(run))?));
    let against = against.transpose()?;
    let mut sheets = Sheets::of(catalogue, &shelf(catalogue)?, &reading.head);
    if let Some(path) = &args.teeth {
        sheets = sheets.with_teeth(teeth(path)?);
    }
    if args.decision || args.summary {
        let text = match args.decision {
            true => decision(&reading, &sheets),
            false => summary(&reading, &sheets, against.as_ref()),
        };
        return match &args.out {
            Some(out) => write(out, &text),
            None => {
                Output::stdout().print(&text);
                Ok(())
            }
        };
    }
    let out = args.out.clone().unwrap_or_else(|| stored.dir.join("index.html"));
    write(&out, &page(&reading, &sheets, against.as_ref()))?;
    if out != Path::new("-") {
        say(&format!("Report   {}\n", out.display()));
    }
    Ok(())
}

fn teeth(path: &Path) -> Result<Teeth, Refused> {
    let bad = |message: String| Refused::Bad {
        message: format!("`{}` holds no teeth: {message}", path.display()),
        help: "`fencepost teeth --format json > FILE` writes one".to_owned(),
    };
    let text = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    Teeth::read(&text).map_err(bad)
}

fn write(out: &Path, text: &str) -> Result<(), Refused> {
    if out == Path::new("-") {
        Output::stdout().print(text);
        return Ok(());
    }
    fs::write(out, text).map_err(|error| Refused::Bad {
        message: format!("`{}` cannot be written: {error}", out.display()),
        help: "name another file with `--out`".to_owned(),
    })
}
