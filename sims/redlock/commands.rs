//! What the answers of the nodes mean together.

use super::{Defect, RedlockSettings};
use crate::stores::kv::Answer;
use fencepost_lock::Reply;

/// What one node said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vote {
    /// It did what it was asked.
    Yes,
    /// It did not: the key is another's, or gone.
    No,
    /// Nobody knows whether it did.
    Silent,
    /// It was not asked: no connection could be had.
    Unasked,
}

impl Vote {
    /// The vote in an answer to `SET NX`, or to a script that says whether the key was ours.
    pub fn of(reply: Reply<Answer>) -> Vote {
        match reply {
            Reply::Done(Answer::Ok | Answer::Integer(1)) => Vote::Yes,
            Reply::Done(_) => Vote::No,
            Reply::Refused => Vote::Unasked,
            Reply::Unknown => Vote::Silent,
        }
    }
}

/// The votes of all nodes, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub yes: u64,
    pub no: u64,
    pub silent: u64,
    pub unasked: u64,
}

impl Count {
    pub fn of(votes: impl IntoIterator<Item = Vote>) -> Count {
        let mut count = Count::default();
        for vote in votes {
            *match vote {
                Vote::Yes => &mut count.yes,
                Vote::No => &mut count.no,
                Vote::Silent => &mut count.silent,
                Vote::Unasked => &mut count.unasked,
            } += 1;
        }
        count
    }

    /// Whether an acquire is won: by a majority of the nodes that are configured, whoever of them answered.
    pub fn wins(&self, settings: &RedlockSettings) -> bool {
        if settings.has(Defect::MajorityOfReachable) {
            let reachable = self.yes + self.no;
            return self.yes > reachable / 2;
        }
        let quorum = settings.quorum() - u64::from(settings.has(Defect::MajorityOffByOne));
        self.yes >= quorum
    }

    /// Whether a majority said yes.
    pub const fn is_majority(&self, settings: &RedlockSettings) -> bool {
        self.yes >= settings.quorum()
    }

    /// Whether a majority may have done it, for all that anybody knows.
    pub const fn may_be_majority(&self, settings: &RedlockSettings) -> bool {
        self.yes + self.silent >= settings.quorum()
    }

    /// Whether so many said no that no majority can have the key.
    pub const fn is_denied(&self, settings: &RedlockSettings) -> bool {
        self.no > settings.nodes - settings.quorum()
    }

    /// Whether nobody was asked anything.
    pub const fn is_unasked(&self, settings: &RedlockSettings) -> bool {
        self.unasked == settings.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Vote::{No, Silent, Unasked, Yes};
    use fencepost_model::Settings;

    fn settings(nodes: u64) -> RedlockSettings {
        let defaults = RedlockSettings::of(&Settings::defaults(super::super::settings::SPECS));
        RedlockSettings { nodes, ..defaults }
    }

    fn with(defect: &str) -> RedlockSettings {
        settings(5).with(super::super::Defect::switches(&[defect.to_owned()]))
    }

    /// Were it counted among those that answered, a client that is cut off from most nodes would win.
    #[test]
    fn a_majority_is_one_of_all_that_are_configured() {
        let two_of_three = Count::of([Yes, Yes, No, Silent, Unasked]);
        assert!(!two_of_three.wins(&settings(5)));
        assert!(two_of_three.wins(&with("majority-of-reachable")));
        assert!(two_of_three.wins(&with("majority-off-by-one")));
        assert!(two_of_three.may_be_majority(&settings(5)), "the silent one may have done it");
        for (nodes, enough) in [(3, 2), (5, 3), (7, 4)] {
            assert!(Count::of(vec![Yes; enough]).wins(&settings(nodes)), "{enough} of {nodes}");
            assert!(!Count::of(vec![Yes; enough - 1]).wins(&settings(nodes)), "{enough} of {nodes}");
        }
    }

    #[test]
    fn a_denial_leaves_no_majority() {
        assert!(Count::of([No, No, No]).is_denied(&settings(5)));
        assert!(!Count::of([No, No, Silent, Silent, Silent]).is_denied(&settings(5)));
        assert!(!Count::of([Unasked, Unasked, Silent]).is_unasked(&settings(3)));
    }
}
