//! Round numbers: the times of a fault, and which shorter ones to try.

use fencepost_model::{Fault, Placement, PlannedFault, Span, Upset};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLISECOND;

/// Every time in a fault, to be changed in place.
pub(super) fn times_of(fault: &mut PlannedFault) -> Vec<&mut Span> {
    let mut times = Vec::new();
    match &mut fault.place {
        Placement::At(at) => times.push(at),
        Placement::On(trigger) => times.push(&mut trigger.after),
        Placement::AtPoint(_) | Placement::WithMessage => {}
    }
    match &mut fault.what {
        Fault::Kill { restart_after, .. } | Fault::PowerCut { restart_after, .. } => {
            times.extend(restart_after.as_mut());
        }
        Fault::Pause { hold, .. }
        | Fault::Suspend { hold, .. }
        | Fault::Partition { hold, .. }
        | Fault::Loss { hold, .. }
        | Fault::Duplicate { hold, .. } => times.push(hold),
        Fault::Delay { by, hold, .. } | Fault::Reorder { by, hold, .. } => times.extend([by, hold]),
        Fault::Drift { hold, .. } => times.extend(hold.as_mut()),
        Fault::Stall { slower, hold, .. } => {
            times.extend(slower.as_mut());
            times.push(hold);
        }
        Fault::Message { upset: Upset::Delay(by), .. } => times.push(by),
        Fault::Restart { .. }
        | Fault::Skew { .. }
        | Fault::Jump { .. }
        | Fault::Evict { .. }
        | Fault::Cancel { .. }
        | Fault::Message { .. } => {}
    }
    times
}

/// By how much a fault sets a clock, to be changed in place.
pub(super) fn step_of(fault: &mut PlannedFault) -> Option<&mut i64> {
    match &mut fault.what {
        Fault::Skew { by, .. } | Fault::Jump { by, .. } => Some(by),
        _ => None,
    }
}

/// What to try in the place of a time, the smallest first: nothing, 1, 2 and 5 of every power of ten from a
/// millisecond on, and then the time itself in whole seconds, tenths, hundredths and thousandths, rounded
/// down and up. Of what it is tried for, nothing comes back: so trying ends.
pub(super) fn rounder(time: Span) -> Vec<Span> {
    let mut tries = Vec::new();
    let mut try_out = |nanos: u64| {
        if nanos != time.0 && !tries.contains(&Span(nanos)) {
            tries.push(Span(nanos));
        }
    };
    try_out(0);
    let powers = std::iter::successors(Some(MILLISECOND), |power| Some(power * 10));
    for power in powers.take_while(|power| *power < time.0) {
        [power, 2 * power, 5 * power].into_iter().filter(|smaller| *smaller < time.0).for_each(&mut try_out);
    }
    for grain in [SECOND, SECOND / 10, SECOND / 100, MILLISECOND].into_iter().filter(|grain| *grain < time.0)
    {
        if time.0.is_multiple_of(grain) {
            break;
        }
        [time.0 / grain * grain, time.0.div_ceil(grain) * grain].into_iter().for_each(&mut try_out);
    }
    tries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_ones_come_first_and_then_rounder_ones() {
        let of = |text: &str| -> Vec<String> {
            rounder(text.parse().expect("a time")).iter().map(Span::to_string).collect()
        };
        assert_eq!(of("4ms"), ["0s", "1ms", "2ms"]);
        assert_eq!(of("1s"), ["0s", "1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms", "200ms", "500ms"]);
        assert!(
            of("3s 926ms").ends_with(&["3s", "4s", "3s 900ms", "3s 920ms", "3s 930ms"].map(str::to_owned))
        );
        assert!(of("0s").is_empty());
        assert!(!of("500ms").contains(&"1s".to_owned()), "or 500ms would be tried for it again");
    }
}
