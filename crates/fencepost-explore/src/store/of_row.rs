//! A row of a sweep that was just run, in the form of the store.

use super::count::{StoredExample, StoredProperty, StoredRow, StoredStanding};
use super::form::{Head, StoredFault, StoredViolation};
use super::pen::Pen;
use crate::{Opinion, PropertyTally, Row};

impl StoredRow {
    /// The row as it would be counted from the runs of a store with this head. Panics where the head has no
    /// such row.
    pub fn of(row: &Row, head: &Head, pen: &dyn Pen) -> StoredRow {
        let is_it = |one: &&super::RowHead| one.scenario == row.scenario && one.variant == row.variant;
        let row_head = head.rows.iter().find(is_it).expect("the head is of the same selection");
        let of = head.scenarios.iter().find(|scenario| scenario.id == row.scenario);
        let tally = &row.tally;
        let fault = |fault: &crate::FaultTally| StoredFault {
            word: fault.word.to_owned(),
            fired: fault.fired,
            not_fired: fault.not_fired,
            not_offered: fault.not_offered,
        };
        let known = |name: &String| {
            let found = row.properties().find(|(tally, _)| tally.property == name);
            found
                .map_or_else(|| StoredProperty::empty(name), |(tally, opinion)| property(tally, opinion, pen))
        };
        let asked = tally.runs + tally.crashes + u64::from(tally.lost.is_some());
        StoredRow {
            head: row_head.clone(),
            of: of.expect("the head is of the same selection").clone(),
            status: row.status,
            properties: row_head.properties.iter().map(known).collect(),
            sights: row.sights.clone(),
            seen: tally.seen.clone(),
            faults: tally.faults.iter().map(fault).collect(),
            runs: tally.runs,
            virtual_time: tally.virtual_time,
            messages: tally.messages,
            events: tally.events,
            syncs: tally.syncs,
            digest: tally.digest,
            crashes: tally.crashes,
            first_crash: tally.first_crash.clone(),
            lost: tally.lost,
            partial: row.partition.is_some(),
            missing: if tally.lost.is_some() { 0 } else { row.here.saturating_sub(asked) },
        }
    }
}

fn property(tally: &PropertyTally, opinion: Opinion, pen: &dyn Pen) -> StoredProperty {
    let standings = tally.standings.iter().map(|one| StoredStanding {
        standing: one.standing.clone(),
        runs: one.runs,
        example: StoredExample {
            seed: one.example.seed,
            violation: StoredViolation::of(tally.property, &one.example.violation, &one.example.cast, pen),
        },
    });
    StoredProperty {
        property: tally.property.to_owned(),
        opinion,
        broken: tally.broken,
        first: tally.first,
        standings: standings.collect(),
        unclear: tally.unclear,
        first_unclear: tally.first_unclear.as_ref().map(|(seed, why)| (*seed, pen.why(why))),
        first_panic: tally
            .first_panic
            .as_ref()
            .map(|(seed, message)| (*seed, pen.why(&fencepost_model::Why::CheckerPanicked(message.clone())))),
        not_offered: tally.not_offered,
    }
}
