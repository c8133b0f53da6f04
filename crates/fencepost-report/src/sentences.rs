//! The texts that are stored with runs.

use crate::{PictureDetail, sentence, svg};
use fencepost_explore::Replayed;
use fencepost_explore::store::Pen;
use fencepost_model::{Cast, Standing, Violation, Why};

/// Writes the sentences and draws the pictures of stored runs.
pub struct Sentences;

impl Pen for Sentences {
    fn violation(&self, property: &str, violation: &Violation, cast: &Cast) -> String {
        sentence::violation(property, violation, cast)
    }

    fn standing(&self, standing: &Standing) -> String {
        sentence::standing(standing)
    }

    fn why(&self, why: &Why) -> String {
        sentence::why(why)
    }

    fn lanes(&self, replayed: &Replayed) -> String {
        svg(replayed, &PictureDetail::default())
    }
}
