//! Reads a text to its end.

use fencepost_check::history::Event;
use fencepost_check::history::read::{Format, Reader, Refusal};

/// All events of a text.
pub fn events(text: &[u8], format: Option<Format>) -> Result<Vec<Event>, Refusal> {
    let mut reader = Reader::open(text, format)?;
    let mut events = Vec::new();
    while let Some(event) = reader.next_event()? {
        events.push(event);
    }
    Ok(events)
}
