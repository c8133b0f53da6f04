//! Standard output: coloured where it is a terminal and nobody objects, and calm when nobody reads it.

use fencepost_explore::Exit;
use std::io::{ErrorKind, Write};

/// Where results are printed.
pub(crate) struct Output {
    stream: anstream::AutoStream<std::io::Stdout>,
    closed: bool,
}

impl Output {
    pub fn stdout() -> Output {
        Output { stream: anstream::AutoStream::auto(std::io::stdout()), closed: false }
    }

    /// Prints text at once. After the reader has gone (`| head`) nothing is printed any more. Ends the process
    /// where the output cannot be written for another reason, such as a full disk.
    pub fn print(&mut self, text: &str) {
        if self.closed || text.is_empty() {
            return;
        }
        match self.stream.write_all(text.as_bytes()).and_then(|()| self.stream.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => unwritable(&error),
        }
    }

    /// Whether the reader has gone.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

/// Ends the process: what it finds cannot be told.
pub(crate) fn unwritable(error: &std::io::Error) -> ! {
    say(&format!("error: standard output cannot be written: {error}\n"));
    say("  help: look at the space on that disk, or send it elsewhere\n");
    std::process::exit(i32::from(Exit::Usage.code()))
}

/// Whether standard error is shown in colours.
pub(crate) fn colours_on_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// Says something beside the results. Where it cannot be said, nothing is lost.
pub(crate) fn say(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}
