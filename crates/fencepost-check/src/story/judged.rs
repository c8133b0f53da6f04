//! What was judged of a story.

use fencepost_model::{Judgement, Standing, TenureId, Verdict, Violation};

/// A story with its judgement.
#[derive(Debug)]
pub struct Judged {
    pub judgement: Judgement,
    pub(super) tenures: Vec<String>,
}

impl Judged {
    pub fn verdict(&self, property: &str) -> &Verdict {
        self.judgement.of(property).expect("the property was judged")
    }

    pub fn holds(&self, property: &str) {
        assert_eq!(self.verdict(property), &Verdict::Holds);
    }

    pub fn violations(&self, property: &str) -> &[Violation] {
        self.verdict(property).violations()
    }

    /// The only violation of the property. Panics where there is none, or more than one.
    pub fn violation(&self, property: &str) -> &Violation {
        match self.violations(property) {
            [violation] => violation,
            other => panic!("not one violation of {property} but {other:#?}"),
        }
    }

    pub fn standing(&self, property: &str) -> &Standing {
        &self.violation(property).standing
    }

    /// The name of a tenure in the evidence.
    pub fn name(&self, tenure: TenureId) -> &str {
        &self.tenures[tenure.index()]
    }
}
