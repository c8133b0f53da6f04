//! Lines of bounded length, with their numbers.

use super::limits::LINE_BYTES;
use super::{Refusal, unreadable};
use std::io::{BufRead, Read};

/// The lines of a source.
pub(super) struct Lines<R> {
    source: R,
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub fn new(source: R) -> Lines<R> {
        Lines { source, number: 0, line: Vec::new() }
    }

    /// The next line with its number, without its end; none after the last. Fails for a line that is too long
    /// or no text.
    pub fn next_line(&mut self) -> Result<Option<(u64, &str)>, Refusal> {
        self.line.clear();
        self.number += 1;
        let most = LINE_BYTES as u64 + 1;
        let read = self.source.by_ref().take(most).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| unreadable(self.number, &error))?;
        if read == 0 {
            return Ok(None);
        }
        if read > LINE_BYTES {
            let message = format!("the line is longer than {LINE_BYTES} bytes");
            return Err(Refusal::new(self.number, message, "give one event in each line"));
        }
        match std::str::from_utf8(&self.line) {
            Ok(line) => Ok(Some((self.number, line.trim_end_matches(['\n', '\r'])))),
            Err(error) => {
                let message = format!("byte {} is not UTF-8", error.valid_up_to() + 1);
                Err(Refusal::new(self.number, message, "histories are text in UTF-8"))
            }
        }
    }
}
