//! Progress and wall time, on standard error: neither may change what is printed as a result.

use crate::output::say;
use fencepost_explore::Summary;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
#[expect(
    clippy::disallowed_types,
    reason = "the time that a person waits, which no run and no result sees"
)]
use std::time::Instant;

/// A bar that hides itself where standard error is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    #[expect(
        clippy::disallowed_types,
        reason = "the time that a person waits, which no run and no result sees"
    )]
    since: Instant,
    threads: usize,
}

impl Progress {
    #[expect(
        clippy::disallowed_types,
        reason = "the time that a person waits, which no run and no result sees"
    )]
    pub fn start(threads: usize, is_shown: bool) -> Progress {
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style =
            ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} runs · {per_sec} · {eta} left");
        bar.set_style(style.expect("the template is fixed"));
        Progress { bar, since: Instant::now(), threads }
    }

    pub fn at(&self, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(done);
    }

    /// Takes the bar away while `print` prints.
    pub fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Takes the bar away for good, and says how long it took.
    pub fn finish(&self, summary: &Summary, is_told: bool) {
        self.bar.finish_and_clear();
        if is_told {
            let seconds = self.since.elapsed().as_secs_f64();
            let rate = (summary.runs as f64 / seconds.max(1e-3)).round();
            let threads =
                if self.threads == 1 { "1 thread".to_owned() } else { format!("{} threads", self.threads) };
            say(&format!("{seconds:.1}s on {threads}, {rate} runs per second\n"));
        }
    }
}
