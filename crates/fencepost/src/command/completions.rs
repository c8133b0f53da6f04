//! `fencepost completions`: what a shell needs to complete commands.

use crate::args::{Cli, CompletionsArgs};
use crate::output::Output;
use clap::CommandFactory;
use clap_complete::generate;
use fencepost_explore::Exit;

/// Prints the script; gives back the exit code.
pub(crate) fn completions(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "fencepost", &mut script);
    Output::stdout().print(&String::from_utf8_lossy(&script));
    Exit::AsExpected
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use clap_complete::Shell;

    /// Every command and every flag that people see is in the script of every shell.
    #[test]
    fn every_shell_completes_every_command() {
        let command = Cli::command();
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            generate(*shell, &mut Cli::command(), "fencepost", &mut script);
            let script = String::from_utf8(script).expect("text");
            for visible in command.get_subcommands().filter(|one| !one.is_hide_set()) {
                assert!(script.contains(visible.get_name()), "{shell}: {}", visible.get_name());
                for long in visible.get_arguments().filter_map(clap::Arg::get_long) {
                    assert!(script.contains(long), "{shell}: {} --{long}", visible.get_name());
                }
            }
        }
    }
}
