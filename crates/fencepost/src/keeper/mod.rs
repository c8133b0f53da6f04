//! The keeper: the process that the user starts. It does the work in a second one, its child, because the
//! code of a lock can do what no process survives: overflow its stack, abort, exit, never give a turn back.
//!
//! The child writes down what it is about to run, in a [`Ledger`]. Where it ends too early, the keeper tries
//! out what it was running, one run after the other, until it knows which one it was. Then it starts again,
//! and the new child tells that run as a finding about the lock and everything else as ever.

mod began;
mod kept;
mod ledger;
mod plan_folder;
mod plans;

pub(crate) use began::Began;
pub(crate) use kept::Kept;
pub(crate) use plans::keep_plans;

use crate::output::{say, unwritable};
use fencepost_explore::{Lost, Seeds};
use fencepost_model::Finding;
use ledger::{Entry, Ledger};
use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

/// Where the ledger of a child is.
const LEDGER: &str = "FENCEPOST_LEDGER";
/// When the work began.
const BEGAN: &str = "FENCEPOST_BEGAN";
/// What is known not to come back.
const LOST: &str = "FENCEPOST_LOST";
/// What a child is to try out.
const SUSPECTS: &str = "FENCEPOST_SUSPECTS";

/// Where a child finds plans that are not to be run, and writes one that hangs.
const PLANS: &str = "FENCEPOST_PLANS";
/// Whether a child writes down each plan before it is run.
const TRACED: &str = "FENCEPOST_TRACED";
/// Whether an earlier child has begun the work.
const AGAIN: &str = "FENCEPOST_AGAIN";

/// How the work ended.
pub(crate) enum Ended {
    /// The child did it all, and ended with this code.
    Done(u8),
    /// The code under test did this to the child, where there was one run only.
    Lost(Finding),
    /// The child ended, and no run that it was at does so by itself.
    Unexplained(String),
}

/// Does what this process was asked for in another one. Fails where none can be started: then the work is to
/// be done here.
///
/// `of_many`: whether the work has many runs, so that it goes on without the one that ended it.
pub(crate) fn keep(of_many: bool) -> io::Result<Ended> {
    let keeper = Keeper::new()?;
    let (mut lost, mut told) = (Vec::new(), 0);
    loop {
        let (status, entries) = keeper.work(&lost, &mut told)?;
        if entries.done {
            return Ok(Ended::Done(code_of(status)));
        }
        let finding = match entries.hung {
            Some(_) => Finding::Hung,
            None => Finding::EndedProcess(how(status)),
        };
        if !of_many {
            return Ok(Ended::Lost(finding));
        }
        let case = match entries.hung {
            Some(case) => Some(case),
            None => keeper.try_out(&entries.running)?,
        };
        match case {
            // Of a row only what comes before a lost run is run again. Where several threads were in it, an
            // earlier run may turn out to be lost as well.
            Some((row, seed)) if lost.iter().all(|other: &Lost| other.row != row || seed < other.seed) => {
                lost.push(Lost { row, seed, finding });
                say("the code under test took its process with it: starting again without that run\n");
            }
            // None of them does it; or a run that was to be left out was run.
            _ => return Ok(Ended::Unexplained(how(status))),
        }
    }
}

/// How a run that hangs is written where it is passed on.
const HUNG: &str = "hung";

struct Keeper {
    program: PathBuf,
    args: Vec<OsString>,
    ledger: PathBuf,
    began: Began,
    /// To the child that is at work: a byte is the wish to stop, the end means that the keeper is gone.
    wishes: Arc<Mutex<Option<ChildStdin>>>,
}

impl Keeper {
    fn new() -> io::Result<Keeper> {
        let ledger = std::env::temp_dir().join(format!("fencepost-{}.ledger", std::process::id()));
        let wishes: Arc<Mutex<Option<ChildStdin>>> = Arc::default();
        let heard = wishes.clone();
        let handler = ctrlc::set_handler(move || {
            if let Some(child) = heard.lock().ok().as_deref_mut().and_then(Option::as_mut) {
                // A child that is gone needs not be told.
                let _ = child.write_all(b"s").and_then(|()| child.flush());
            }
        });
        // Somebody who embeds us has a handler of their own: then Ctrl-C does what theirs does.
        drop(handler);
        Ok(Keeper {
            program: std::env::current_exe()?,
            args: std::env::args_os().skip(1).collect(),
            ledger,
            began: Began::now(),
            wishes,
        })
    }

    /// A child with an empty ledger.
    fn child(&self) -> io::Result<Command> {
        self.child_with(&self.args)
    }

    /// The same with other arguments.
    fn child_with(&self, args: &[OsString]) -> io::Result<Command> {
        Ledger::create(&self.ledger)?;
        let mut command = Command::new(&self.program);
        command.args(args).env(LEDGER, &self.ledger).env(BEGAN, self.began.token()).stdin(Stdio::piped());
        Ok(command)
    }

    /// One attempt at all of it. `told`: how much of its output was passed on by an earlier attempt. What is
    /// told does not depend on the threads, so an attempt begins with the very bytes that were told before.
    fn work(&self, lost: &[Lost], told: &mut u64) -> io::Result<(ExitStatus, Entry)> {
        let lines: Vec<String> = lost.iter().map(line_of).collect();
        let mut command = self.child()?;
        command.env(LOST, lines.join("\n"));
        // On a terminal the child prints by itself, because its progress bar has to know.
        if !io::stdout().is_terminal() {
            command.stdout(Stdio::piped());
        }
        let mut child = command.spawn()?;
        let output = child.stdout.take();
        self.listen_to_wishes(&mut child);
        let passed = output.map_or(Ok(()), |output| pass_on(output, told));
        let status = child.wait()?;
        self.forget_wishes();
        passed?;
        Ok((status, Ledger::read(&self.ledger)?))
    }

    /// Runs what was running when a child ended, until it ends again: then that is the case.
    fn try_out(&self, suspects: &[(usize, Seeds)]) -> io::Result<Option<(usize, u64)>> {
        let lines: Vec<String> =
            suspects.iter().map(|(row, seeds)| format!("{row} {} {}", seeds.from, seeds.to)).collect();
        let mut command = self.child()?;
        command.env(SUSPECTS, lines.join("\n")).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        self.listen_to_wishes(&mut child);
        child.wait()?;
        self.forget_wishes();
        let entries = Ledger::read(&self.ledger)?;
        let case = entries.running.first().map(|(row, seeds)| (*row, seeds.from));
        Ok(if entries.done { None } else { entries.hung.or(case) })
    }

    fn listen_to_wishes(&self, child: &mut Child) {
        if let Ok(mut wishes) = self.wishes.lock() {
            *wishes = child.stdin.take();
        }
    }

    fn forget_wishes(&self) {
        if let Ok(mut wishes) = self.wishes.lock() {
            *wishes = None;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // A file in the folder for temporary ones; where it cannot be removed it does no harm.
        let _ = std::fs::remove_file(&self.ledger);
    }
}

/// Passes on what the child prints, without what was told before. Once the reader has gone, the child finds
/// out by itself.
fn pass_on(mut output: ChildStdout, told: &mut u64) -> io::Result<()> {
    let (mut buffer, mut position, mut stdout) = ([0; 16 * 1024], 0_u64, io::stdout());
    loop {
        let count = match output.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let known = usize::try_from(told.saturating_sub(position)).map_or(count, |known| known.min(count));
        position += count as u64;
        *told = (*told).max(position);
        match stdout.write_all(&buffer[known..count]).and_then(|()| stdout.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => unwritable(&error),
        }
    }
}

/// A run that is known not to come back, as a child is told of it.
fn line_of(lost: &Lost) -> String {
    let how = match &lost.finding {
        Finding::EndedProcess(how) => how,
        _ => HUNG,
    };
    format!("{} {} {how}", lost.row, lost.seed)
}

fn code_of(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// How a process ended, without what depends on the machine.
fn how(status: ExitStatus) -> String {
    let text = status.to_string().replace(" (core dumped)", "");
    if text.contains("SIGABRT") || text.contains("SIGSEGV") {
        return format!("{text}, as when the stack overflows");
    }
    text
}
