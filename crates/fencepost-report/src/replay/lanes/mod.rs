//! Lanes: a run as columns of who, and rows of when.
//!
//! ```text
//!            redis                       c2.1               c4.1               resource
//!    7.412s  grants #1 to c2.1
//!    7.415s                              ┐ holds #1
//!    7.415s                              ┊ paused 3.000s
//! ```
//!
//! `│` an owner believes that it holds, `┊` it stands still, `┐` and `┘` begin and end a belief, `├` an
//! operation at the resource, `×` it is dead.

mod canvas;

use super::ReplayDetail;
use super::choice::Choice;
use super::mark::Marker;
use super::stand::Stands;
use super::told::{Told, behind, flags, service_name};
use crate::paint::{BAD, HEAD, MUTED, paint};
use crate::words::counted;
use canvas::Sheet;
use fencepost_model::{EventKind, OwnerId};

/// The most rows that are drawn where not every event is asked for.
const ROWS: usize = 80;

/// The lanes of a run.
pub(super) fn lanes(told: &Told<'_>, detail: &ReplayDetail) -> String {
    let choice = Choice::of(told, Sheet::room(detail.width));
    let names: Vec<&str> = choice.owners.iter().map(|owner| told.cast.owner(*owner)).collect();
    let sheet = Sheet::new(detail.width, &names);
    let mut text = format!("{}\n", paint(HEAD, sheet.head(&service_name(told.cast), behind(told.cast))));
    let flags = flags(told);
    let mut stands = Stands::new(*told, &choice, detail.every_event);
    let marker = Marker::new(*told, &choice, detail);
    let (mut drawn, mut more) = (0, 0);
    for (index, event) in told.history.iter().enumerate() {
        let mark = marker.mark(index, event, stands.all());
        stands.step(event);
        let Some(mark) = mark else { continue };
        if drawn == ROWS && !detail.every_event && !detail.messages {
            more += 1;
            continue;
        }
        drawn += 1;
        let line = sheet.row(&told.stamp(index), &mark, stands.all());
        let flag = flags.get(&event.n).filter(|_| !matches!(event.kind, EventKind::Trace(_)));
        let flag = flag
            .map(|names| format!("   {}", paint(BAD, format!("✗ {}", names.join(", ")))))
            .unwrap_or_default();
        text += &format!("{line}{flag}\n");
    }
    for note in notes(told, &choice, drawn, more) {
        text += &format!("{}\n", paint(MUTED, note));
    }
    text
}

/// What is not in the picture.
fn notes(told: &Told<'_>, choice: &Choice, drawn: usize, more: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if drawn == 0 {
        notes.push("nothing happened to any tenure".to_owned());
    }
    if more > 0 {
        notes.push(format!("{} more, --all shows them", counted(more as u64, "row")));
    }
    if !choice.left_out.is_empty() {
        let names =
            choice.left_out.iter().map(|owner| told.cast.owner(*owner)).collect::<Vec<_>>().join(", ");
        notes.push(format!("involved too, but there is no room: {names} (set COLUMNS to more)"));
    }
    let is_shown = |owner: OwnerId| choice.owners.contains(&owner) || choice.left_out.contains(&owner);
    let others =
        (0..told.cast.owners.len()).map(|index| OwnerId(index as u32)).filter(|owner| !is_shown(*owner));
    let others: Vec<&str> = others.map(|owner| told.cast.owner(owner)).collect();
    if !others.is_empty() {
        notes.push(format!("not shown: {}", others.join(", ")));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, plain};
    use fencepost_model::Judgement;

    fn drawn(width: usize) -> String {
        let (plan, cast, judgement, history) =
            (testing::plan(), testing::cast(), testing::judgement(), testing::history());
        let told = Told {
            faults: &plan.faults,
            cast: &cast,
            judgement: &judgement,
            history: &history,
            elsewhere: None,
        };
        plain(&lanes(&told, &ReplayDetail { width, ..ReplayDetail::default() }))
    }

    #[test]
    fn the_classic_in_lanes() {
        let expected = "
           store                          c1.1              c2.1              resource
   7.412s  grants #1 to c1.1, token 1
   7.413s                                 ┐ holds #1
   7.415s                                 ┊ paused 3.000s
   9.412s  promise of #1 ends             ┊
   9.412s  #1 expired                     ┊
   9.430s  grants #2 to c2.1, token 2     ┊
   9.431s                                 ┊                 ┐ holds #2   ✗ belief
   9.441s                                 ┊                 ├─ write #2 ────▶ taken, version 1
   9.900s                                 ┊                 ┘ releases
  10.415s                                 │ wakes
  10.416s                                 ├─ write #1 ──────────────────────▶ taken, version 2   ✗ effect
  10.502s                                 ┘ releases
not shown: c3.1
";
        assert_eq!(format!("\n{}", drawn(100)), expected);
    }

    #[test]
    fn lines_fit_where_there_is_room_for_two_owners() {
        for width in [100, 120, 160] {
            for line in drawn(width).lines() {
                let picture = line.split("   ✗").next().unwrap_or_default();
                assert!(picture.chars().count() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn without_a_violation_the_first_tenures_are_shown() {
        let (plan, cast, history) = (testing::plan(), testing::cast(), testing::history());
        let judgement = Judgement { properties: Vec::new(), seen: Vec::new() };
        let told = Told {
            faults: &plan.faults,
            cast: &cast,
            judgement: &judgement,
            history: &history,
            elsewhere: None,
        };
        let drawn = plain(&lanes(&told, &ReplayDetail::default()));
        assert!(drawn.contains("grants #1 to c1.1"), "{drawn}");
        assert!(!drawn.contains('✗'), "{drawn}");
    }
}
