//! The size of a fault: how long, how late, how far off.

use fencepost_model::{Fault, Span, Upset};

/// How large a fault is, in its own unit: nanoseconds or parts per million. None for faults that just happen.
pub(super) fn size_of(fault: &Fault) -> Option<u64> {
    Some(match fault {
        Fault::Pause { hold, .. }
        | Fault::Suspend { hold, .. }
        | Fault::Partition { hold, .. }
        | Fault::Stall { hold, .. }
        | Fault::Loss { hold, .. }
        | Fault::Duplicate { hold, .. } => hold.0,
        Fault::Delay { by, .. } | Fault::Reorder { by, .. } => by.0,
        Fault::Message { upset: Upset::Delay(by), .. } => by.0,
        Fault::Skew { by, .. } | Fault::Jump { by, .. } => by.unsigned_abs(),
        Fault::Drift { ppm, .. } => u64::from(ppm.unsigned_abs()),
        _ => return None,
    })
}

/// The same fault with another size, to the same side.
pub(super) fn resized(fault: &Fault, size: u64) -> Fault {
    let mut fault = fault.clone();
    match &mut fault {
        Fault::Pause { hold, .. }
        | Fault::Suspend { hold, .. }
        | Fault::Partition { hold, .. }
        | Fault::Stall { hold, .. }
        | Fault::Loss { hold, .. }
        | Fault::Duplicate { hold, .. } => *hold = Span(size),
        Fault::Delay { by, .. } | Fault::Reorder { by, .. } => *by = Span(size),
        Fault::Message { upset: Upset::Delay(by), .. } => *by = Span(size),
        Fault::Skew { by, .. } | Fault::Jump { by, .. } => *by = size as i64 * by.signum(),
        Fault::Drift { ppm, .. } => *ppm = size as i32 * ppm.signum(),
        _ => {}
    }
    fault
}

/// A size in words.
pub(super) fn told(fault: &Fault, size: u64) -> String {
    match fault {
        Fault::Drift { .. } => format!("{size} ppm"),
        _ => Span(size).to_string(),
    }
}
