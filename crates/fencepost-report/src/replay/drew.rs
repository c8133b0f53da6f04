//! What the seed drew: faults with what became of them, and, when asked for, the machines.

use crate::paint::{MUTED, paint};
use fencepost_model::{
    Direction, Fault, MachinePlan, Placement, Plan, PlannedFault, Point, PointKind, Span, Split, Target,
    Upset,
};
use fencepost_sim::Fate;

/// A line on the faults; with `whole`, a line for each fault and each machine.
pub(super) fn drew(plan: &Plan, fates: &[Fate], whole: bool) -> String {
    let fired = fates.iter().filter(|fate| matches!(fate, Fate::Fired { .. })).count();
    let line = match (plan.faults.len(), fired) {
        (0, _) => "no faults".to_owned(),
        (1, 1) => "1 fault, fired".to_owned(),
        (planned, fired) => format!("{planned} faults, {fired} of them fired"),
    };
    let mut text = format!("{}\n", paint(MUTED, line));
    if whole {
        for (fault, fate) in plan.faults.iter().zip(fates) {
            text += &format!("  {:<6}{}: {}\n", fault.name, described(fault), became(fate));
        }
        let is_off = |machine: &&MachinePlan| machine.wall_offset != 0 || machine.ppm != 0;
        if !plan.machines.iter().any(|machine| is_off(&machine)) {
            text += "  every clock is true\n";
        }
        for machine in plan.machines.iter().filter(is_off) {
            let ahead = signed(machine.wall_offset);
            text += &format!(
                "  {:<10}{}, wall clock {ahead}, {:+} ppm\n",
                machine.name, machine.role, machine.ppm
            );
        }
    }
    text
}

/// What became of a fault, in a few words.
pub(super) fn became(fate: &Fate) -> String {
    match fate {
        Fate::Fired { at, target } => format!("fired at {} on {target}", at.in_seconds()),
        Fate::NotFired => "did not fire".to_owned(),
        Fate::NotOffered => "not offered by this lock".to_owned(),
    }
}

/// A fault with its place.
pub(super) fn described(fault: &PlannedFault) -> String {
    let place = match &fault.place {
        Placement::At(at) => format!(" at {}", at.in_seconds()),
        Placement::On(trigger) => {
            let whose = trigger.owner.as_deref().map(|owner| format!(" of {owner}")).unwrap_or_default();
            format!(
                " {} after {}{whose} number {}",
                seconds(trigger.after),
                trigger.event.word(),
                trigger.nth
            )
        }
        Placement::AtPoint(point) => format!(" at {}", spot(point)),
        Placement::WithMessage => String::new(),
    };
    format!("{}{place}", what(&fault.what))
}

/// A fault in a few words, such as `pause holder for 3s`.
pub(super) fn what(fault: &Fault) -> String {
    let word = fault.word();
    let at = fault.target().map(|target| format!(" {}", aim(target))).unwrap_or_default();
    let rest = match fault {
        Fault::Kill { restart_after, .. } | Fault::PowerCut { restart_after, .. } => {
            restart_after.map(|span| format!(", starts again after {}", seconds(span)))
        }
        Fault::Restart { .. } | Fault::Evict { .. } | Fault::Cancel { .. } => None,
        Fault::Pause { hold, .. } | Fault::Suspend { hold, .. } => Some(lasting(*hold)),
        Fault::Partition { split, direction, hold, .. } => {
            let from = match split {
                Split::Isolate => " from everybody".to_owned(),
                Split::Between(other) => format!(" from {}", aim(other)),
            };
            Some(format!("{from}{}{}", way(*direction), lasting(*hold)))
        }
        Fault::Delay { by, direction, hold, .. } => {
            Some(format!(" by {}{}{}", seconds(*by), way(*direction), lasting(*hold)))
        }
        Fault::Stall { slower, hold, .. } => {
            let how = slower.map_or(", stuck".to_owned(), |slower| format!(" by {}", seconds(slower)));
            Some(how + &lasting(*hold))
        }
        Fault::Loss { rate, direction, hold, .. } | Fault::Duplicate { rate, direction, hold, .. } => {
            Some(format!(" of {}{}{}", share(*rate), way(*direction), lasting(*hold)))
        }
        Fault::Reorder { by, direction, hold, .. } => {
            Some(format!(" by at most {}{}{}", seconds(*by), way(*direction), lasting(*hold)))
        }
        Fault::Skew { by, .. } | Fault::Jump { by, .. } => Some(format!(" by {}", signed(*by))),
        Fault::Drift { ppm, hold, .. } => {
            Some(format!(" at {ppm:+} ppm{}", hold.map(lasting).unwrap_or_default()))
        }
        Fault::Message { kind, nth, client, upset } => {
            let whose = client.as_deref().map(|client| format!(" of {client}")).unwrap_or_default();
            let upset = match upset {
                Upset::Delay(by) => format!("delayed by {}", seconds(*by)),
                Upset::Lose => "lost".to_owned(),
                Upset::Duplicate => "doubled".to_owned(),
            };
            Some(format!(" {kind} number {nth}{whose} {upset}"))
        }
    };
    format!("{word}{at}{}", rest.unwrap_or_default())
}

/// A number of a million, as a percentage.
fn share(rate: u32) -> String {
    let (whole, rest) = (rate / 10_000, rate % 10_000);
    let fraction = format!("{rest:04}");
    match fraction.trim_end_matches('0') {
        "" => format!("{whole} %"),
        fraction => format!("{whole}.{fraction} %"),
    }
}

/// A decision point, such as `send of acquire by c1 number 2`.
fn spot(point: &Point) -> String {
    let word =
        PointKind::ALL.iter().find(|(kind, ..)| *kind == point.kind).map_or("a point", |(_, word, _)| word);
    let message = point.message.as_deref().map(|message| format!(" of {message}")).unwrap_or_default();
    let who = point.who.as_deref().map(|who| format!(" by {who}")).unwrap_or_default();
    format!("{word}{message}{who} number {}", point.nth)
}

fn aim(target: &Target) -> &str {
    match target {
        Target::Named(name) | Target::Lacking(name) => name,
        Target::Holder => "holder",
        Target::Leader => "leader",
    }
}

fn lasting(hold: Span) -> String {
    format!(" for {}", seconds(hold))
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Both => "",
        Direction::To => ", only what is sent to it",
        Direction::From => ", only what it sends",
    }
}

/// Nanoseconds with their sign, as a time: `+3s`.
pub(super) fn signed(nanos: i64) -> String {
    let sign = if nanos < 0 { '-' } else { '+' };
    format!("{sign}{}", seconds(Span(nanos.unsigned_abs())))
}

/// A time to three decimals, and the exact one where that would hide it.
fn seconds(span: Span) -> String {
    if span.as_millis() == 0 && span != Span::ZERO { span.to_string() } else { span.in_seconds() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_read_as_sentences() {
        let who = || Target::Named("c2".to_owned());
        let hold = Span::from_secs(3);
        for (fault, expected) in [
            (Fault::Pause { who: Target::Holder, hold }, "pause holder for 3.000s"),
            (Fault::Jump { who: who(), by: -1_500_000_000 }, "jump c2 by -1.500s"),
            (Fault::Kill { who: who(), restart_after: None }, "kill c2"),
            (Fault::Stall { who: who(), slower: None, hold }, "stall c2, stuck for 3.000s"),
            (
                Fault::Loss { who: who(), rate: 12_500, direction: Direction::To, hold },
                "loss c2 of 1.25 %, only what is sent to it for 3.000s",
            ),
            (
                Fault::Partition { who: who(), split: Split::Isolate, direction: Direction::Both, hold },
                "partition c2 from everybody for 3.000s",
            ),
            (
                Fault::Message { kind: "write".to_owned(), nth: 2, client: None, upset: Upset::Lose },
                "message write number 2 lost",
            ),
        ] {
            assert_eq!(what(&fault), expected);
        }
    }
}
