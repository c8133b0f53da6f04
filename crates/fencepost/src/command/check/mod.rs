//! `fencepost check`: judges a history that somebody else recorded.

mod events;
mod json;
mod junit;
mod story;
mod strip;
mod text;

use super::refuse;
use crate::draft::Draft;
use crate::output::{Output, say};
use clap::{Args, ValueEnum};
use fencepost_check::history::read::{Format, Reader, Refusal, Skipped};
use fencepost_check::history::{Lease, Model, Names, Opinion, Report, Rules, judge_all};
use fencepost_explore::{Exit, Refused};
use fencepost_model::Span;
use fencepost_report::width;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::{Path, PathBuf};

/// What can be typed after `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A history: JSON Lines, Jepsen EDN or JSON, or Jepsen log lines; also gzipped; `-` reads standard input
    pub file: String,
    /// What it is a history of: mutex, owned-mutex, fenced, reentrant[:DEPTH], reentrant-fenced[:DEPTH],
    /// semaphore:K, ownerless-semaphore:K, rw, cas-register or set-full; nothing: guessed where that is safe
    #[arg(long, value_name = "MODEL")]
    pub model: Option<Model>,
    /// How long a tenure lasts without an extension, such as `10s`; `none`: until it is released
    #[arg(long, value_name = "DUR|none", value_parser = lease)]
    pub lease: Option<Lease>,
    /// How far two clocks may be apart, such as `50ms`; nothing: lines stand in their true order
    #[arg(long, value_name = "DUR")]
    pub clock_error: Option<Span>,
    /// How many steps a search may take before it answers unclear
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    pub budget: u64,
    /// For people, for programs, or for a build server
    #[arg(long, value_enum, default_value_t = CheckFormat::Pretty)]
    pub format: CheckFormat,
    /// Draw the first counter-example into an SVG file, too; `-`: to standard output, and nothing else
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Pretty,
    Json,
    Junit,
}

fn lease(text: &str) -> Result<Lease, String> {
    if text == "none" { Ok(Lease::Never) } else { text.parse().map(Lease::Of) }
}

/// What was read and what is said of it.
struct Checked {
    file: String,
    format: Format,
    rules: Rules,
    guessed: bool,
    owners: Names,
    keys: Names,
    skipped: Skipped,
    report: Report,
    /// Whether the whole history was searched, because one pass could not decide.
    searched: bool,
}

/// Judges a history; gives back the exit code.
pub(crate) fn check(args: &CheckArgs) -> Exit {
    match tell(args) {
        Ok(exit) => exit,
        Err(refused) => refuse(&refused),
    }
}

fn tell(args: &CheckArgs) -> Result<Exit, Refused> {
    let is_stdout = args.svg.as_deref().is_some_and(|path| path.as_os_str() == "-");
    if let Some(path) = args.svg.as_deref().filter(|_| !is_stdout) {
        // What cannot be written is said before anything is read.
        drop(Draft::beside(path)?);
    }
    let checked = judge(args)?;
    if is_stdout {
        Output::stdout().print(&strip::svg(&checked).unwrap_or_default());
        return Ok(checked.exit());
    }
    let text = match args.format {
        CheckFormat::Pretty => {
            text::text(&checked, width::of_columns(std::env::var("COLUMNS").ok().as_deref()))
        }
        CheckFormat::Json => json::line(&checked),
        CheckFormat::Junit => junit::document(&checked),
    };
    Output::stdout().print(&text);
    if let Some(path) = &args.svg {
        draw(&checked, path)?;
    }
    Ok(checked.exit())
}

/// Draws the first counter-example that is about tenures.
fn draw(checked: &Checked, path: &Path) -> Result<(), Refused> {
    match strip::svg(checked) {
        Some(picture) => {
            Draft::beside(path)?.keep(&picture)?;
            say(&format!("Wrote  {}\n", path.display()));
        }
        None => say("nothing to draw: there is no counter-example of tenures\n"),
    }
    Ok(())
}

fn judge(args: &CheckArgs) -> Result<Checked, Refused> {
    let checked = pass(args, false)?;
    if !checked.report.needs_search() || args.file == "-" {
        return Ok(checked);
    }
    pass(args, true)
}

/// Reads the history once. Kept as a whole it can be searched, at the price of memory.
fn pass(args: &CheckArgs, search: bool) -> Result<Checked, Refused> {
    examine(args, source(&args.file)?, search)
}

fn examine(args: &CheckArgs, source: impl BufRead, search: bool) -> Result<Checked, Refused> {
    let unreadable = |refusal: Refusal| refused(&args.file, &refusal);
    let mut reader = Reader::open(source, None).map_err(unreadable)?;
    let guess = match args.model {
        Some(_) => None,
        None => Some(reader.guess().map_err(unreadable)?.ok_or_else(|| which_lock(&args.file))?),
    };
    let model = args.model.or(guess).unwrap_or(Model::Fenced);
    let rules = Rules {
        lease: args.lease.unwrap_or(Lease::Unknown),
        clock_error: args.clock_error,
        order_is_trusted: args.clock_error.is_some() || reader.is_one_clock().map_err(unreadable)?,
        budget: args.budget,
        search,
        ..Rules::of(model)
    };
    let report = judge_all(&mut reader, rules).map_err(unreadable)?;
    Ok(Checked {
        file: args.file.clone(),
        format: reader.format(),
        rules,
        guessed: guess.is_some(),
        owners: reader.owners().clone(),
        keys: reader.keys().clone(),
        skipped: reader.skipped(),
        report,
        searched: search,
    })
}

/// The bytes of a file or of standard input, unpacked where they are packed.
fn source(file: &str) -> Result<Box<dyn BufRead>, Refused> {
    let cannot = |error: std::io::Error| Refused::Bad {
        message: format!("`{file}` cannot be read: {error}"),
        help: "give a file, or `-` for standard input".to_owned(),
    };
    let raw: Box<dyn Read> = match file {
        "-" => Box::new(stdin()),
        file => Box::new(File::open(file).map_err(cannot)?),
    };
    let mut raw = BufReader::with_capacity(1 << 16, raw);
    let is_packed = raw.fill_buf().map_err(cannot)?.starts_with(&[0x1f, 0x8b]);
    if is_packed {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(raw))));
    }
    Ok(Box::new(raw))
}

fn refused(file: &str, refusal: &Refusal) -> Refused {
    let file = if file == "-" { "standard input" } else { file };
    Refused::Bad {
        message: format!("{file}:{}: {}", refusal.line, refusal.message),
        help: refusal.help.clone(),
    }
}

fn which_lock(file: &str) -> Refused {
    Refused::Bad {
        message: format!(
            "`{file}` is a history of a lock, and there are several kinds, which are judged differently"
        ),
        help:
            "say which: --model mutex (whoever releases), owned-mutex, fenced, reentrant, reentrant-fenced, \
               semaphore:K or rw"
                .to_owned(),
    }
}

impl Checked {
    fn exit(&self) -> Exit {
        if self.report.events == 0 {
            return Exit::NothingSelected;
        }
        let exits = self.report.rows.iter().map(|row| match row.opinion {
            Opinion::Violated(_) => Exit::Unexpected,
            Opinion::Unclear(_) => Exit::Unclear,
            Opinion::Holds | Opinion::NotOffered => Exit::AsExpected,
        });
        exits.fold(Exit::AsExpected, Exit::worst)
    }

    /// What a history of this kind cannot show.
    fn not_shown(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        if !self.rules.order_is_trusted && self.rules.model.knows_tenures() {
            notes.push(
                "belief: whether two owners believed at once needs clocks that can be trusted (--clock-error)",
            );
        }
        if self.report.of("exclusive-effect").is_none() && self.rules.model.knows_tenures() {
            notes
                .push("effect: what reached the resource needs its own `read` and `write` lines, with tokens or tenures");
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOUBLE: &str = r#"{"t": 1000000000, "who": "a", "lock": "orders", "op": "acquired", "token": 1}
{"t": 3000000000, "who": "b<", "lock": "orders", "op": "acquired", "token": 2}
{"t": 8000000000, "who": "a", "lock": "orders", "op": "releasing"}
{"t": 8000000001, "who": "a", "lock": "orders", "op": "released"}
"#;

    fn args(model: Option<&str>) -> CheckArgs {
        CheckArgs {
            file: "history.jsonl".to_owned(),
            model: model.map(|model| model.parse().unwrap()),
            lease: None,
            clock_error: None,
            budget: 1_000,
            format: CheckFormat::Pretty,
            svg: None,
        }
    }

    fn checked(text: &str, args: &CheckArgs) -> Result<Checked, Refused> {
        examine(args, text.as_bytes(), false)
    }

    #[test]
    fn a_double_grant_is_told_and_drawn() {
        let checked = checked(DOUBLE, &args(None)).unwrap();
        let expected = "\
history.jsonl · JSON Lines, version 1 · 2 owners · 1 object · 4 events
model fenced (guessed: --model names another) · lease unknown · lines in their true order
`refused` did not happen; `unknown`, and calls that never ended, may happen at any time or never

  exclusive-grant    BROKEN      a and b< overlap for 5s, lines 1, 2 and 3
  exclusive-belief   not offered
  fencing            holds
  ownership          holds

exclusive-grant
           service                        a                 b<                resource
   line 1                                 ┐ holds #1
   line 2                                 │                 ┐ holds #2   ✗ grant
   line 3                                 ┘ releases        │

  line 1  t 1000000000  a   acquired, token 1
  line 2  t 3000000000  b<  acquired, token 2
  line 3  t 8000000000  a   releasing

Not shown by this history
  belief: whether two owners believed at once needs clocks that can be trusted (--clock-error)
  effect: what reached the resource needs its own `read` and `write` lines, with tokens or tenures

Next  fencepost explain exclusive-grant
";
        let text = anstream::adapter::strip_str(&text::text(&checked, 100)).to_string();
        assert_eq!(text, expected);
        let picture = strip::svg(&checked).unwrap();
        assert!(picture.starts_with("<svg") && picture.contains("line 2"), "{picture}");
        assert!(picture.contains("a and b&lt; overlap for 5s"), "{picture}");
        assert_eq!(checked.exit(), Exit::Unexpected);
    }

    #[test]
    fn programs_and_build_servers_are_told_the_same() {
        let checked = checked(DOUBLE, &args(None)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json::line(&checked)).unwrap();
        assert_eq!(json["properties"][0]["verdict"], "broken");
        assert_eq!(json["properties"][0]["events"][1]["line"], 2);
        assert_eq!(json["exit"], 1);
        let junit = junit::document(&checked);
        assert!(junit.contains(r#"failures="1" errors="0""#), "{junit}");
        assert!(junit.contains("a and b&lt; overlap"), "{junit}");
    }

    #[test]
    fn the_exit_code_is_the_worst_of_the_verdicts() {
        let exit = |text: &str, change: fn(&mut CheckArgs)| {
            let mut args = args(Some("owned-mutex"));
            change(&mut args);
            checked(text, &args).unwrap().exit()
        };
        let silent: String = DOUBLE.lines().take(2).map(|line| format!("{line}\n")).collect();
        assert_eq!(exit(&silent, |_| {}), Exit::Unclear);
        assert_eq!(exit(&silent, |args| args.lease = Some(Lease::Never)), Exit::Unexpected);
        assert_eq!(exit(&DOUBLE[..DOUBLE.find('\n').unwrap()], |_| {}), Exit::AsExpected);
        assert_eq!(exit(r#"{"history": "fencepost", "version": 1}"#, |_| {}), Exit::NothingSelected);
    }

    #[test]
    fn what_cannot_be_judged_is_refused_with_its_line() {
        let message = |text: &str, model| {
            let Err(refused) = checked(text, &args(model)) else { panic!("{text} was judged") };
            assert_eq!(refused.exit(), Exit::Usage);
            refused.to_string()
        };
        let lock = "{:process 0 :type :invoke :f :acquire}";
        assert!(message(lock, None).contains("owned-mutex"));
        assert!(message(lock, Some("cas-register")).contains("history.jsonl:1: `acquire`"));
        assert!(message("{\"who\": \"a\"}", None).contains("history.jsonl:1: there is no `op`"));
    }
}
