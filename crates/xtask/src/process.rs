//! Child processes: their output live and in order, and a line at a time for whoever wants to read it.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The ground that the simulated world stands on, chosen by compiler flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The checkout's default.
    Madsim,
    /// No madsim compiled in, as in a dependency of somebody's crate.
    Bare,
}

impl Ground {
    /// The flags for the compiler and for rustdoc.
    ///
    /// Always set, even when empty. A set but empty `RUSTFLAGS` replaces `build.rustflags` of the checkout's
    /// configuration (measured); `--config build.rustflags=[]` and an empty `CARGO_BUILD_RUSTFLAGS` do not,
    /// they append nothing to it.
    pub fn flags(self) -> &'static str {
        match self {
            Ground::Madsim => "--cfg madsim",
            Ground::Bare => "",
        }
    }
}

/// A cargo command on this ground. `rustdoc_flags` come on top of the ground's.
pub fn cargo(root: &Path, ground: Ground, args: &[&str], rustdoc_flags: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root).args(args);
    for stronger in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_ENCODED_RUSTDOCFLAGS"] {
        command.env_remove(stronger);
    }
    command.env("RUSTFLAGS", ground.flags());
    command.env("RUSTDOCFLAGS", format!("{} {rustdoc_flags}", ground.flags()).trim());
    if ground == Ground::Bare {
        // Apart, so that the two grounds do not rebuild each other's crates in turn.
        command.env("CARGO_TARGET_DIR", target(root).join("bare"));
    }
    if io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// The folder that cargo builds into.
pub fn target(root: &Path) -> PathBuf {
    root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target")))
}

/// Runs a command, shows its two outputs as one, in order, and hands every line to `read`.
///
/// Fails when the program cannot be started or its output not be read.
pub fn stream(command: Command, read: impl FnMut(&str)) -> io::Result<ExitStatus> {
    stream_to(io::stdout(), command, read)
}

fn stream_to(
    mut screen: impl Write,
    mut command: Command,
    mut read: impl FnMut(&str),
) -> io::Result<ExitStatus> {
    let (output, input) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(input.try_clone()?).stderr(input);
    let mut child = command.spawn()?;
    // It holds our ends of the pipe, and the pipe ends only when they are closed.
    drop(command);
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        screen.write_all(&line)?;
        screen.flush()?;
        read(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    child.wait()
}

/// Whether this program starts and says that it is well.
pub fn answers(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_for(command: &Command, name: &str) -> Option<String> {
        let found = command.get_envs().find(|(key, _)| *key == name)?;
        found.1.map(|value| value.to_string_lossy().into_owned())
    }

    #[test]
    fn each_ground_sets_its_own_flags_and_folder() {
        let root = Path::new("checkout");
        let default = cargo(root, Ground::Madsim, &["doc"], "-D warnings");
        assert_eq!(set_for(&default, "RUSTFLAGS").as_deref(), Some("--cfg madsim"));
        assert_eq!(set_for(&default, "RUSTDOCFLAGS").as_deref(), Some("--cfg madsim -D warnings"));
        let bare = cargo(root, Ground::Bare, &["test"], "");
        assert_eq!(set_for(&bare, "RUSTFLAGS").as_deref(), Some(""), "unset would leave madsim in");
        assert_eq!(set_for(&bare, "RUSTDOCFLAGS").as_deref(), Some(""));
        assert!(set_for(&bare, "CARGO_TARGET_DIR").is_some_and(|folder| folder.ends_with("bare")));
    }

    #[test]
    fn both_outputs_come_in_order() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo one; echo two >&2; echo three; exit 3"]);
        let (mut screen, mut lines) = (Vec::new(), Vec::new());
        let status =
            stream_to(&mut screen, shell, |line| lines.push(line.to_owned())).expect("a shell starts");
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(screen, b"one\ntwo\nthree\n");
        assert_eq!(status.code(), Some(3));
    }
}
