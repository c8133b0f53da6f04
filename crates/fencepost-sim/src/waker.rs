//! Wakers without memory: the data word is the run and the task, and waking puts the task into a list of
//! the thread. A waker of an earlier run on the same thread wakes nobody.

use std::cell::{Cell, RefCell};
use std::task::{RawWaker, RawWakerVTable, Waker};

thread_local! {
    /// Whether the list may have anything in it: that is asked after every step, and it nearly never has.
    static ANY: Cell<bool> = const { Cell::new(false) };
    static WOKEN: RefCell<Woken> = const { RefCell::new(Woken { run: 0, tasks: Vec::new() }) };
}

struct Woken {
    run: u32,
    tasks: Vec<u32>,
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, forget);

fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &VTABLE)
}

fn forget(_data: *const ()) {}

fn wake(data: *const ()) {
    let (run, task) = ((data as u64 >> 32) as u32, data as u64 as u32);
    WOKEN.with_borrow_mut(|woken| {
        if woken.run == run {
            woken.tasks.push(task);
            ANY.set(true);
        }
    });
}

/// Begins a run on this thread: from here, wakers of earlier runs are stale. Gives the run's number.
pub(crate) fn begin_run() -> u32 {
    ANY.set(false);
    WOKEN.with_borrow_mut(|woken| {
        woken.run = woken.run.wrapping_add(1);
        woken.tasks.clear();
        woken.run
    })
}

/// A waker for a task of a run.
pub(crate) fn waker(run: u32, task: u32) -> Waker {
    let data = (u64::from(run) << 32 | u64::from(task)) as usize as *const ();
    // SAFETY: the data word is never followed as a pointer; every function of the table only reads its bits.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}

/// The task of a waker that was made here; none for a combinator's own waker.
pub(crate) fn task_of(waker: &Waker) -> Option<u32> {
    std::ptr::eq(waker.vtable(), &VTABLE).then(|| waker.data() as u64 as u32)
}

/// Whether a task may have been woken through a waker.
#[inline]
pub(crate) fn has_woken() -> bool {
    ANY.get()
}

/// Moves the tasks that were woken through wakers into `ready`. Tells whether there were any.
#[inline]
pub(crate) fn take_woken(ready: &mut std::collections::VecDeque<u32>) -> bool {
    let any = ANY.replace(false);
    if any {
        WOKEN.with_borrow_mut(|woken| ready.extend(woken.tasks.drain(..)));
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waker_of_an_earlier_run_wakes_nobody() {
        let old = waker(begin_run(), 7);
        let new = waker(begin_run(), 9);
        old.wake_by_ref();
        new.wake_by_ref();
        let mut ready = std::collections::VecDeque::new();
        assert!(take_woken(&mut ready));
        assert!(!take_woken(&mut ready), "each is woken once");
        assert_eq!(ready, [9]);
        assert_eq!(task_of(&new), Some(9));
        assert_eq!(task_of(Waker::noop()), None);
    }
}
