//! Who writes the texts of the store: sentences and pictures are made by what stands to the right of this
//! crate, and stored with the runs, so that they can be read without the locks.

use crate::Replayed;
use fencepost_model::{Cast, Standing, Violation, Why};

/// Makes texts out of evidence.
pub trait Pen: Send + Sync {
    /// What a run did wrong, in a sentence.
    fn violation(&self, property: &str, violation: &Violation, cast: &Cast) -> String;

    /// Where that stands with regard to the claims, in a sentence.
    fn standing(&self, standing: &Standing) -> String;

    /// Why nothing can be said, in a sentence part.
    fn why(&self, why: &Why) -> String;

    /// The lanes of a run, as SVG.
    fn lanes(&self, replayed: &Replayed) -> String;
}
