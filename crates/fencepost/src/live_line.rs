//! A line that says how far a search is. Like all progress it goes to standard error, and changes no result.

use indicatif::{ProgressBar, ProgressDrawTarget};

/// A line on standard error that is written over, where that is a terminal.
pub(crate) struct LiveLine {
    bar: ProgressBar,
}

impl LiveLine {
    pub fn new() -> LiveLine {
        let bar = ProgressBar::new_spinner();
        bar.set_draw_target(ProgressDrawTarget::stderr());
        LiveLine { bar }
    }

    pub fn show(&self, text: &str) {
        self.bar.set_message(text.to_owned());
        self.bar.tick();
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
