//! A piece of a history from elsewhere, drawn as a replay is.

use super::told::{Elsewhere, Told};
use super::{PictureDetail, ReplayDetail, lanes, svg};
use fencepost_model::{Cast, Event, Judgement};

/// A few events of a history that nobody ran here, with what is thought of them.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// What stands over the picture.
    pub title: &'a str,
    /// What stands under the title.
    pub under: &'a str,
    /// Who takes part.
    pub cast: &'a Cast,
    /// What is violated where, so that it can be marked.
    pub judgement: &'a Judgement,
    /// The events.
    pub history: &'a [Event],
    /// Where each of them stands, in place of a true time, which nobody knows.
    pub places: &'a [String],
    /// What is said of them, a sentence each.
    pub said: &'a [String],
}

impl Strip<'_> {
    fn told(&self) -> Told<'_> {
        let Strip { cast, judgement, history, places, said, .. } = *self;
        Told { faults: &[], cast, judgement, history, elsewhere: Some(Elsewhere { places, said }) }
    }

    /// The lanes as text, of at most this width where there is room for two owners.
    pub fn lanes(&self, width: usize) -> String {
        lanes::lanes(&self.told(), &ReplayDetail { width, ..ReplayDetail::default() })
    }

    /// The lanes as one SVG element. Several in one page need different names: letters, digits, `-`.
    pub fn svg(&self, name: &str) -> String {
        let detail = PictureDetail { name: name.to_owned(), every_event: true };
        svg::drawn(self.told(), (self.title, self.under), &detail).svg
    }
}
