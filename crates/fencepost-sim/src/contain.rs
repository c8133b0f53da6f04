//! Containing what the code of a lock under test does: a panic in it is a finding, never a crash of ours.

use crate::env::Spinning;
use crate::pulse;
use fencepost_model::Finding;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code under test. A panic in it is given back as a finding, and nothing is printed of it.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Finding> {
    let outer = CONTAINED.replace(true);
    if outer {
        return catch_unwind(AssertUnwindSafe(work)).map_err(|payload| finding_of(&*payload));
    }
    pulse::beat();
    let result = catch_unwind(AssertUnwindSafe(work));
    pulse::beat();
    CONTAINED.set(false);
    result.map_err(|payload| finding_of(&*payload))
}

fn finding_of(payload: &(dyn Any + Send)) -> Finding {
    if payload.is::<Spinning>() {
        return Finding::Spun;
    }
    Finding::Panicked(message_of(payload))
}

/// What a panic said.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

/// From here on the panic hook prints as before, except for code under test. Every run asks for it.
pub(crate) fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !CONTAINED.get() {
                before(info);
            }
        }));
    });
}
