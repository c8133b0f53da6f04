//! What a step's output says about the tests in it. A step whose tests did not run has not passed.

use crate::outcome::Outcome;

/// The tests of one or several runs of test binaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestsRun {
    /// How many binaries reported a result.
    pub binaries: u32,
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were skipped by an attribute.
    pub ignored: u32,
    /// The lines that name a failed test.
    pub failures: Vec<String>,
}

impl TestsRun {
    /// Reads one line of output.
    pub fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.binaries += 1;
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
            self.ignored += count(result, "ignored");
        } else if line.starts_with("test ") && line.ends_with("FAILED") {
            self.failures.push(line.to_owned());
        }
    }

    /// Adds the tests of another step.
    pub fn add(&mut self, other: &TestsRun) {
        self.binaries += other.binaries;
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.failures.extend_from_slice(&other.failures);
    }

    /// How a step ended that ran these tests.
    pub fn judge(&self, succeeded: bool) -> Outcome {
        if self.binaries == 0 {
            Outcome::Failed("did not compile, or no test binary ran to its end".into())
        } else if self.failed > 0 {
            Outcome::Failed(format!("{} tests failed", self.failed))
        } else if !succeeded {
            Outcome::failed()
        } else if self.ignored > 0 {
            Outcome::Failed(format!("{} tests are switched off", self.ignored))
        } else if self.passed == 0 {
            Outcome::Failed("selected no test".into())
        } else {
            Outcome::Passed
        }
    }

    /// The total, worded as cargo words the result of a binary.
    pub fn total(&self, seconds: f64) -> String {
        let word = if self.failed == 0 { "ok" } else { "FAILED" };
        let TestsRun { passed, failed, ignored, .. } = self;
        format!(
            "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
             0 filtered out; finished in {seconds:.2}s"
        )
    }
}

/// The number before this word, as in `3 passed;`.
fn count(result: &str, word: &str) -> u32 {
    let words: Vec<&str> = result.split([' ', ';']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> TestsRun {
        let mut tests = TestsRun::default();
        lines.iter().for_each(|line| tests.read(line));
        tests
    }

    const GOOD: &str =
        "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out; finished in 0.1s";
    const BAD: &str = "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";

    #[test]
    fn results_add_up_and_failures_are_named() {
        let tests = of(&["running 3 tests", GOOD, "test layering::line ... FAILED", BAD]);
        assert_eq!((tests.binaries, tests.passed, tests.failed), (2, 5, 1));
        assert_eq!(tests.failures, ["test layering::line ... FAILED"]);
        assert_eq!(tests.judge(false), Outcome::Failed("1 tests failed".into()));
        assert!(tests.total(1.5).starts_with("test result: FAILED. 5 passed; 1 failed; 0 ignored;"));
    }

    #[test]
    fn no_tests_are_no_pass() {
        assert_eq!(of(&[GOOD]).judge(true), Outcome::Passed);
        assert_ne!(of(&[GOOD]).judge(false), Outcome::Passed);
        assert_ne!(of(&[]).judge(true), Outcome::Passed);
        assert_ne!(of(&["test result: ok. 0 passed; 0 failed; 0 ignored"]).judge(true), Outcome::Passed);
        assert_ne!(of(&["test result: ok. 1 passed; 0 failed; 1 ignored"]).judge(true), Outcome::Passed);
    }
}
