//! One run, told: what it was, its lanes, an account of it in sentences, and what the properties say of it.

mod account;
mod choice;
mod drew;
mod html;
mod lanes;
mod mark;
mod stand;
mod strip;
mod svg;
mod told;
mod verdicts;
mod word;

use crate::paint::{BAD, HEAD, TYPED, paint};
use fencepost_explore::Replayed;
use fencepost_model::EndOfRun;

pub use html::replay_html;
pub use strip::Strip;
pub use svg::{Label, Picture, PictureDetail, messages, picture, svg};

/// How much of a replay is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayDetail {
    /// How wide a line may be.
    pub width: usize,
    /// Messages and what the seed drew, too.
    pub messages: bool,
    /// Every event, and not only those of the tenures that matter.
    pub every_event: bool,
}

impl Default for ReplayDetail {
    fn default() -> ReplayDetail {
        ReplayDetail { width: crate::width::DEFAULT, messages: false, every_event: false }
    }
}

/// The text of a replay, with what to type next.
pub fn replay_text(replayed: &Replayed, detail: &ReplayDetail) -> String {
    replay_story(replayed, detail) + &next(replayed)
}

/// The text of a replay: what it was, its lanes, and what the properties say of it.
pub fn replay_story(replayed: &Replayed, detail: &ReplayDetail) -> String {
    let result = &replayed.result;
    let told = told::Told::of(replayed);
    let mut text = header(replayed);
    text += &drew::drew(&replayed.plan, &result.fates, detail.messages);
    text += &format!("\n{}\n", lanes::lanes(&told, detail));
    for sentence in account::account(&told) {
        text += &format!("{sentence}\n");
    }
    text + &format!("\n{}", verdicts::verdicts(replayed))
}

/// What happened, in sentences.
pub(crate) fn account_of(replayed: &Replayed) -> Vec<String> {
    account::account(&told::Told::of(replayed))
}

fn header(replayed: &Replayed) -> String {
    let (case, result) = (&replayed.plan.case, &replayed.result);
    let repeated = if replayed.repeated() {
        "repeated exactly".to_owned()
    } else {
        paint(BAD, "DID NOT REPEAT: it depends on more than its plan")
    };
    let cut = match result.end {
        EndOfRun::Complete => "",
        EndOfRun::OutOfBudget => " · cut short by its budget",
    };
    let lock = &replayed.plan.variant.lock;
    let title =
        replayed.scenario.as_ref().map(|scenario| format!("{}\n", scenario.title)).unwrap_or_default();
    let facts = format!("{lock} · {} simulated · {repeated}{cut}", result.ended_at.in_seconds());
    format!("{} · {facts}\n{title}", paint(HEAD, case))
}

fn next(replayed: &Replayed) -> String {
    let case = &replayed.called;
    let mut commands = vec![format!("fencepost replay {case} --all"), format!("fencepost replay {case} -v")];
    let broken = replayed.result.judgement.properties.iter().find(|report| report.verdict.is_violated());
    // What is one run already is as small as somebody made it.
    let of_many = replayed.scenario.as_ref().is_some_and(|scenario| scenario.seeds > 1);
    commands.extend(broken.filter(|_| of_many).map(|_| format!("fencepost shrink {case}")));
    commands.extend(broken.map(|report| format!("fencepost explain {}", report.property)));
    let mut text = String::new();
    for (place, command) in commands.iter().rev().enumerate() {
        let head = if place == 0 { paint(HEAD, "Next") } else { "    ".to_owned() };
        text += &format!("{head}  {}\n", paint(TYPED, command));
    }
    text
}
