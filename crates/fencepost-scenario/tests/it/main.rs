//! Scenario files as their authors and the runner see them.

mod advice;
mod edited;
mod gc_logs;
mod guests;
mod mistakes;
mod never_panics;
mod plans;
mod presets;
mod reading;
mod schema;
mod shipped;
mod vocabulary;
mod within;
mod written;

use fencepost_scenario::{Scenario, parse};
use vocabulary::vocabulary;

/// A scenario that has to be right.
fn scenario(text: &str) -> Scenario {
    parse("test", "test.toml", text, &vocabulary()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What is told of a file that has to be wrong.
fn told(text: &str) -> String {
    match parse("test", "test.toml", text, &vocabulary()) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(mistakes) => mistakes.render(false),
    }
}
