//! `fencepost man`: the man pages, one for the program and one for each of its commands.

use super::refuse;
use crate::args::{Cli, ManArgs};
use crate::output::Output;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use fencepost_explore::{Exit, Refused};
use std::fs;
use std::io;
use std::path::Path;

/// Writes the pages; gives back the exit code.
pub(crate) fn man(args: &ManArgs) -> Exit {
    match write(&args.out) {
        Ok(count) => {
            Output::stdout().print(&format!("Wrote  {count} pages to {}\n", args.out.display()));
            Exit::AsExpected
        }
        Err(error) => refuse(&Refused::Bad {
            message: format!("`{}` cannot be written: {error}", args.out.display()),
            help: "name another folder".to_owned(),
        }),
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let pages = pages()?;
    for (name, page) in &pages {
        fs::write(folder.join(name), page)?;
    }
    Ok(pages.len())
}

/// The pages with the names of their files, in the order of the help.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut whole = Cli::command();
    // Names its commands `fencepost-run`, and so on.
    whole.build();
    let mut pages = vec![page(&whole)?];
    let visible = whole.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help");
    for command in visible {
        pages.push(page(command)?);
    }
    Ok(pages)
}

fn page(command: &Command) -> io::Result<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    // No date: the same source has the same pages.
    let source = format!("fencepost {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).date("").source(source).render(&mut page)?;
    Ok((format!("{name}.1"), page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_all_its_flags() {
        let pages = pages().expect("memory can be written");
        assert_eq!(pages[0].0, "fencepost.1");
        let visible: Vec<_> =
            Cli::command().get_subcommands().filter(|one| !one.is_hide_set()).cloned().collect();
        assert_eq!(pages.len(), visible.len() + 1);
        for command in visible {
            let name = format!("fencepost-{}.1", command.get_name());
            let (_, page) = pages.iter().find(|(other, _)| *other == name).expect("it has a page");
            let text = String::from_utf8_lossy(page).replace('\\', "");
            for long in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(text.contains(&format!("--{long}")), "{name}: --{long}");
            }
        }
        assert!(String::from_utf8_lossy(&pages[0].1).contains("Exit codes"));
    }

    #[test]
    fn the_same_source_has_the_same_pages() {
        assert_eq!(pages().expect("memory can be written"), pages().expect("memory can be written"));
    }
}
