//! Logs what a lock does, one JSON line for each event. See ../history-format.md.

use std::io::{Result, Write};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

pub struct FencepostLog<W> {
    pub who: String,
    pub file: Mutex<W>,
}

impl<W: Write> FencepostLog<W> {
    /// Names are taken as they are: keep quotes, backslashes and control letters out of them.
    pub fn log(&self, op: &str, lock: &str, token: Option<u64>) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Under the mutex, so that lines stand in the order of their times.
        let t = UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
        let end = token.map(|token| format!(r#", "token": {token}"#)).unwrap_or_default();
        writeln!(file, r#"{{"t": {t}, "who": "{}", "lock": "{lock}", "op": "{op}"{end}}}"#, self.who)?;
        file.flush()
    }
}
