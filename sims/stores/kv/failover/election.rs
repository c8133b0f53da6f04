//! Epochs and votes of sentinels, pure. A sentinel votes once in an epoch, for whoever asks first, and
//! writes its vote down before it tells anybody.
//!
//! Source: the chapter on configuration epochs of the Sentinel documentation, and `sentinelVoteLeader`.

use fencepost_model::ProcessId;

/// What a sentinel must not forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ballot {
    /// The highest epoch that it knows.
    pub epoch: u64,
    /// For whom it voted last, and in which epoch.
    pub vote: Option<(ProcessId, u64)>,
    /// Who is primary, and since which epoch.
    pub primary: ProcessId,
    pub since: u64,
}

impl Ballot {
    /// Nobody has voted yet.
    pub fn new(primary: ProcessId) -> Ballot {
        Ballot { epoch: 0, vote: None, primary, since: 0 }
    }

    /// Somebody asks for its vote in an epoch. Tells whether it is given now.
    pub fn asked(&mut self, candidate: ProcessId, epoch: u64) -> bool {
        self.epoch = self.epoch.max(epoch);
        let may = self.vote.is_none_or(|(_, voted)| voted < epoch) && self.epoch <= epoch;
        if may {
            self.vote = Some((candidate, epoch));
        }
        may
    }

    /// Another sentinel knows a primary. Tells whether it is a newer one.
    pub fn heard(&mut self, epoch: u64, primary: ProcessId, since: u64) -> bool {
        self.epoch = self.epoch.max(epoch);
        let is_newer = since > self.since;
        if is_newer {
            (self.primary, self.since) = (primary, since);
        }
        is_newer
    }

    /// As it stands in the configuration file.
    pub fn to_bytes(self) -> Vec<u8> {
        let (voted_for, voted) = self.vote.map_or((u64::MAX, 0), |(who, epoch)| (u64::from(who.0), epoch));
        let words = [self.epoch, voted_for, voted, u64::from(self.primary.0), self.since];
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// What a configuration file says; none where it was never written.
    pub fn of_bytes(bytes: &[u8]) -> Option<Ballot> {
        let word = |index: usize| {
            let bytes = bytes.get(8 * index..8 * (index + 1))?;
            Some(u64::from_le_bytes(bytes.try_into().ok()?))
        };
        let (voted_for, voted) = (word(1)?, word(2)?);
        let vote = (voted_for != u64::MAX).then_some((ProcessId(voted_for as u32), voted));
        Some(Ballot { epoch: word(0)?, vote, primary: ProcessId(word(3)? as u32), since: word(4)? })
    }
}

/// Who has won an epoch: a majority of all sentinels, and as many as the quorum asks for.
pub(super) fn leader(
    votes: impl Iterator<Item = Option<(ProcessId, u64)>>,
    epoch: u64,
    sentinels: usize,
    quorum: usize,
) -> Option<ProcessId> {
    let mut counts: Vec<(ProcessId, usize)> = Vec::new();
    for (who, _) in votes.flatten().filter(|(_, voted)| *voted == epoch) {
        match counts.iter_mut().find(|(counted, _)| *counted == who) {
            Some((_, count)) => *count += 1,
            None => counts.push((who, 1)),
        }
    }
    let needed = quorum.max(sentinels / 2 + 1);
    counts.into_iter().find(|(_, count)| *count >= needed).map(|(who, _)| who)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ProcessId = ProcessId(1);
    const B: ProcessId = ProcessId(2);

    #[test]
    fn a_sentinel_votes_once_in_an_epoch() {
        let mut ballot = Ballot::new(ProcessId(0));
        assert!(ballot.asked(A, 1));
        assert!(!ballot.asked(B, 1));
        assert_eq!(ballot.vote, Some((A, 1)));
        assert!(ballot.asked(B, 2));
        assert!(!ballot.asked(A, 1), "an epoch that is over");
    }

    #[test]
    fn the_newer_configuration_wins() {
        let mut ballot = Ballot::new(ProcessId(0));
        assert!(ballot.heard(3, A, 2));
        assert!(!ballot.heard(3, B, 1));
        assert_eq!((ballot.primary, ballot.epoch), (A, 3));
        assert!(!ballot.asked(B, 2), "behind the epoch that it knows");
    }

    #[test]
    fn the_file_says_what_was_written() {
        let mut ballot = Ballot::new(A);
        assert_eq!(Ballot::of_bytes(&[]), None);
        assert_eq!(Ballot::of_bytes(&ballot.to_bytes()), Some(ballot));
        ballot.asked(B, 7);
        assert_eq!(Ballot::of_bytes(&ballot.to_bytes()), Some(ballot));
    }

    #[test]
    fn a_majority_of_all_and_the_quorum_elect() {
        let votes = |votes: &[(ProcessId, u64)]| votes.iter().map(|vote| Some(*vote)).collect::<Vec<_>>();
        let leader = |of: &[(ProcessId, u64)], quorum| leader(votes(of).into_iter(), 5, 3, quorum);
        assert_eq!(leader(&[(A, 5), (B, 5)], 1), None);
        assert_eq!(leader(&[(A, 5), (A, 4)], 1), None, "a vote in another epoch");
        assert_eq!(leader(&[(A, 5), (A, 5)], 2), Some(A));
        assert_eq!(leader(&[(A, 5), (A, 5)], 3), None, "less than the quorum");
    }
}
