//! Short words for narrow lanes.

use fencepost_model::{BeliefEnd, Call, EndReason, Refusal};

pub(super) fn call_word(call: Call) -> &'static str {
    match call {
        Call::Acquire => "asks",
        Call::Extend => "asks for more time",
        Call::Release => "releases",
        Call::Status => "asks who has it",
        Call::Enter => "takes it once more",
        Call::Leave => "gives one hold back",
    }
}

pub(super) fn refusal(reason: Refusal) -> &'static str {
    match reason {
        Refusal::Held => "somebody has it",
        Refusal::TimedOut => "timed out",
        Refusal::NoMajority => "no majority",
        Refusal::LockDelay => "lock delay",
        Refusal::Cancelled => "cancelled",
        Refusal::Unreachable => "unreachable",
    }
}

pub(super) fn belief_end(why: BeliefEnd) -> &'static str {
    match why {
        BeliefEnd::Released => "releases",
        BeliefEnd::Lost => "told of the loss",
        BeliefEnd::DeadlinePassed => "sees its deadline",
        BeliefEnd::Died => "dies",
        BeliefEnd::TaskEnded => "its task ends",
    }
}

pub(super) fn end_word(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Released => "released",
        EndReason::Deleted => "deleted",
        EndReason::RemovedByOther => "removed by another",
        EndReason::Overwritten => "overwritten",
        EndReason::Expired => "expired",
        EndReason::SessionEnded => "gone with its session",
        EndReason::Forced => "removed by force",
        EndReason::Evicted => "evicted",
        EndReason::LostInRestart => "lost in a restart",
        EndReason::LostInFailover => "lost in a failover",
        EndReason::RolledBack => "rolled back",
        EndReason::NeverPromised => "lost, never promised",
        EndReason::ReleasedElsewhere => "released elsewhere",
    }
}
