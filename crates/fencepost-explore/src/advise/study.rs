//! One question on the table: the calm run, and the search of each hazard in it.

use super::calm::{Calm, span_of};
use super::hazard::{axis, harm, reach, yours};
use super::room::{agreement, amount, room};
use super::takeover::{TakeOver, take_over};
use super::{AdviseOptions, Measured, Room, Row};
use crate::margin::{Axis, Margin, MarginOptions, margin};
use crate::search::Field;
use crate::{Catalogue, Refused, ReplayError, Stop};
use fencepost_model::{
    ClientEvent, Context, EventKind, Hazard, Limit, Plan, SettingValue, Settings, Span, Stand, Surroundings,
    word,
};
use fencepost_scenario::{Advice, Least, Scenario, Variant, parse};
use std::sync::Arc;

/// A lock in its calm run.
pub(crate) struct Study<'a> {
    pub catalogue: &'a Catalogue,
    pub advice: &'a Advice,
    pub options: AdviseOptions,
    pub stop: &'a Stop,
    pub calm: Calm,
    pub scenario: Scenario,
}

/// How often a contender of the search asks, at most: somebody may come at any moment, whatever those do who wait.
const ASKS: Span = Span::from_millis(100);

/// How many steps the grid of a search has before the edge is bisected.
const STEPS: u64 = 8;

/// How often the first of them is halved: to below a hundredth of the way.
const HALVINGS: u32 = 4;

impl<'a> Study<'a> {
    /// Writes the calm run down.
    pub fn begin(
        catalogue: &'a Catalogue,
        advice: &'a Advice,
        options: AdviseOptions,
        stop: &'a Stop,
    ) -> Result<Study<'a>, ReplayError> {
        Study::in_calm(Calm::of(advice), catalogue, advice, options, stop)
    }

    /// The same with a calm run that is given.
    pub fn in_calm(
        calm: Calm,
        catalogue: &'a Catalogue,
        advice: &'a Advice,
        options: AdviseOptions,
        stop: &'a Stop,
    ) -> Result<Study<'a>, ReplayError> {
        let text = calm.text(advice);
        let scenario = parse("advice", "advice.toml", &text, &catalogue.vocabulary())
            .map_err(|mistakes| Refused::Mistakes(vec![mistakes]))?;
        Ok(Study { catalogue, advice, options, stop, calm, scenario })
    }

    pub fn variant(&self) -> &'a Variant {
        &self.advice.variant
    }

    pub fn field(&self) -> Result<Field<'_>, String> {
        Field::new(self.catalogue, &self.scenario, &self.variant().name, self.options.ground)
            .map_err(|refused| refused.to_string())
    }

    /// What the data sheet says of every hazard under these settings.
    pub fn stands(&self, settings: &Settings) -> Vec<Stand> {
        let Plan { workload, network, .. } = self.scenario.plan(&self.variant().name, 0);
        let context = Context { settings, gate: self.variant().gate, workload: &workload };
        let (round_trip, retransmit) = (self.calm.round_trip, network.retransmit);
        self.variant().descriptor.stood(&Surroundings { context, round_trip, retransmit })
    }

    /// One hazard, and how many runs it took.
    pub fn row(&self, hazard: Hazard) -> Result<(Row, u64), String> {
        let formula = self.stands(&self.variant().settings).into_iter().find(|stand| stand.hazard == hazard);
        let yours = yours(hazard, &self.advice.environment, self.variant());
        let mut row = Row {
            hazard,
            axis: axis(hazard, self.variant()),
            formula,
            measured: Measured::NotTried,
            agreement: super::Agreement::NoFormula,
            yours,
            room: super::Room::NotTried,
            placements: 0,
            resolution: 1,
            witness: None,
            edges: Vec::new(),
            remedy: None,
        };
        let runs = match row.axis {
            Some(axis) => self.search(&mut row, axis)?,
            None => self.kill(&mut row)?,
        };
        let limit = row.formula.as_ref().map(|stand| stand.limit);
        row.agreement = agreement(hazard, limit, row.measured, self.slack(&row));
        row.room = room(row.measured, limit, row.agreement, yours);
        if hazard == Hazard::Death && row.witness.is_some() {
            row.room = Room::None;
        }
        Ok((row, runs))
    }

    fn search(&self, row: &mut Row, axis: Axis) -> Result<u64, String> {
        let limit = row.formula.as_ref().and_then(|stand| match stand.limit {
            Limit::UpTo(limit) => Some(amount(limit)),
            Limit::Nothing | Limit::Everything => None,
        });
        let floor = self.advice.floor.iter().find(|floor| floor.hazard == row.hazard);
        let floor = floor.and_then(|floor| match floor.least {
            Least::UpTo(least) => Some(amount(least)),
            Least::Hold => None,
        });
        let is_stated = row.formula.is_some();
        let (to, resolution) = reach(axis, &[limit, row.yours, floor], is_stated, self.variant());
        let found = self.margin(&self.variant().settings, axis, (0, to, STEPS), resolution)?;
        (row.measured, row.witness) = Measured::weakest(&found.edges, to);
        (row.placements, row.resolution) = (found.placements, resolution);
        row.edges = found.edges;
        Ok(found.runs)
    }

    /// A margin of this lock with these settings, against contenders that ask all the time.
    pub fn margin(
        &self,
        settings: &Settings,
        axis: Axis,
        (from, to, steps): (u64, u64, u64),
        resolution: u64,
    ) -> Result<Margin, String> {
        let field = self.crowded_field(settings)?;
        let around = Some(first_holder(&field)?);
        let options = MarginOptions {
            from,
            to,
            steps,
            halvings: HALVINGS,
            resolution,
            against: None,
            around,
            seed: 0,
            jobs: self.options.jobs,
        };
        margin(&field, axis, harm(self.variant().gate), &options, self.stop)
    }

    fn kill(&self, row: &mut Row) -> Result<u64, String> {
        let field = self.field()?;
        let harm = harm(self.variant().gate);
        let found = take_over(&field, &first_holder(&field)?, harm, self.stop)?;
        let TakeOver { placements, longest, witness, harm } = found;
        row.placements = placements;
        row.witness = harm.or(witness.map(|witness| (word::PROGRESS, witness)));
        row.measured = longest.map_or(Measured::Never, |longest| Measured::Within(longest.0));
        Ok(placements as u64)
    }

    /// How often a contender of the search asks.
    fn asks(&self) -> Span {
        let lease = span_of(self.variant(), "ttl").unwrap_or(ASKS.saturating_mul(100));
        Span((lease.0 / 100).clamp(1_000_000, ASKS.0))
    }

    /// The calm run with these settings, against contenders that ask all the time.
    pub fn crowded_field(&self, settings: &Settings) -> Result<Field<'_>, String> {
        Ok(self.field()?.with_settings(self.crowded(settings)))
    }

    fn crowded(&self, settings: &Settings) -> Settings {
        let mut crowded = settings.clone();
        for name in ["retry-min", "retry-max"] {
            if span_of(self.variant(), name).is_some() {
                crowded.set(name, SettingValue::Span(self.asks()));
            }
        }
        // Who waits to be told comes when it is told, and not at any moment.
        let waits = self.variant().descriptor.settings.iter().find(|spec| spec.name == "wait-by");
        if waits.is_some() {
            crowded.set("wait-by", SettingValue::Word("poll".to_owned()));
        }
        crowded
    }

    /// How far the search may come out above the formula: a contender comes a little late, messages take no time
    /// at best, and the edge is only looked for so finely.
    fn slack(&self, row: &Row) -> u64 {
        let uncounted = row.formula.as_ref().map_or(Span::ZERO, |stand| stand.uncounted);
        let time = self.asks() + self.calm.round_trip.saturating_mul(8) + uncounted;
        match row.axis {
            Some(Axis::DriftPpm) => {
                let lease = span_of(self.variant(), "ttl").unwrap_or(ASKS);
                row.resolution + (u128::from(time.0) * 1_000_000 / u128::from(lease.0.max(1))) as u64
            }
            // The formula counts time-outs; a connection that breaks may be told much sooner.
            Some(Axis::LossCount) => row.resolution.max(3),
            _ => time.0 + row.resolution,
        }
    }
}

/// The client whose owner has the lock first in the calm run: the one that faults are put around.
pub(crate) fn first_holder(field: &Field<'_>) -> Result<String, String> {
    let calm = Arc::new(field.calm(0));
    let run = field.run(&calm, true)?;
    let first = run.history.iter().find_map(|event| match &event.kind {
        EventKind::Client(ClientEvent::BeliefStarted { tag, .. }) => Some(run.cast.process_of(tag.owner)),
        _ => None,
    });
    Ok(first.map_or("c1", |process| run.cast.process(process)).to_owned())
}
