//! A counter-example as a list: where each event stands, whose it is, and what.

use super::{Checked, story};
use fencepost_check::history::{CounterExample, Witness};

/// The list, a line for each event.
pub(super) fn list(checked: &Checked, example: &CounterExample) -> String {
    let events = &example.events;
    let widest = |wide: &dyn Fn(&Witness) -> usize| events.iter().map(wide).max().unwrap_or(0);
    let who = |event: &Witness| checked.owners.name(event.who.0);
    let places = widest(&|event| place(event).chars().count());
    let names = widest(&|event| who(event).chars().count().min(40));
    let line = |event: &Witness| {
        let (place, what) = (place(event), story::event(event));
        format!("  {place:<places$}  {:<names$}  {what}\n", who(event))
    };
    events.iter().map(line).collect()
}

fn place(event: &Witness) -> String {
    let at = event.stamp.at.map(|at| format!("  t {at}")).unwrap_or_default();
    format!("line {}{at}", event.stamp.line)
}
