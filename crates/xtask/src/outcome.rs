//! How a chore or one of its steps ended. Nothing that did not run counts as passed.

use std::process::ExitCode;

/// How a chore or one of its steps ended, from best to worst.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It ran, and all was well.
    Passed,
    /// The caller asked to leave it out; the name of the option.
    LeftOut(&'static str),
    /// It could not run; why, and what to do.
    NotRun(String),
    /// It ran and failed; in what way, where that is not plain from its output.
    Failed(String),
}

impl Outcome {
    /// A failure that explains itself in the output above.
    pub fn failed() -> Outcome {
        Outcome::Failed(String::new())
    }

    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::LeftOut(_) => "left out",
            Outcome::NotRun(_) => "NOT RUN",
            Outcome::Failed(_) => "FAILED",
        }
    }

    /// What there is to add to the word.
    pub fn note(&self) -> String {
        match self {
            Outcome::Passed => String::new(),
            Outcome::LeftOut(option) => format!("left out by {option}"),
            Outcome::NotRun(note) | Outcome::Failed(note) => note.clone(),
        }
    }

    /// The exit code: 0, 1 for a failure, 2 for what could not run, which is a failure where `CI=true`.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code(std::env::var("CI").is_ok_and(|ci| ci == "true")))
    }

    fn code(&self, ci: bool) -> u8 {
        match self {
            Outcome::Passed | Outcome::LeftOut(_) => 0,
            Outcome::NotRun(_) if !ci => 2,
            Outcome::NotRun(_) | Outcome::Failed(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_run_is_never_green() {
        let not_run = Outcome::NotRun("no valgrind".into());
        assert_eq!((not_run.code(false), not_run.code(true)), (2, 1));
        assert_eq!(Outcome::failed().code(false), 1);
        assert_eq!(Outcome::LeftOut("--quick").code(true), 0);
    }

    #[test]
    fn the_worst_decides() {
        let worst = [Outcome::failed(), Outcome::Passed, Outcome::NotRun(String::new())].into_iter().max();
        assert_eq!(worst, Some(Outcome::failed()));
    }
}
