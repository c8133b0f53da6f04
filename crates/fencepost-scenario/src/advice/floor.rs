//! `[floor]`: what a change of settings may not undercut.

use fencepost_model::{Hazard, Quantity};
use std::ops::Range;

/// What may not be undercut of one hazard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Of which hazard.
    pub hazard: Hazard,
    /// How much the lock has to stand of it at least.
    pub least: Least,
    /// The value in the text, in bytes.
    pub place: Range<usize>,
}

/// How much of a hazard a lock has to stand at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// This much does no harm. Of the death of a holder it is the other way round: somebody else has the lock
    /// after this time at most.
    UpTo(Quantity),
    /// No amount of it does harm. Of the death of a holder: the lock comes free, however late.
    Hold,
}
