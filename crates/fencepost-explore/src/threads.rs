//! Threads, and work that is shared out among them.

use std::num::NonZero;
use std::thread;

/// As many threads as are wanted, or as the machine has.
pub fn threads(wanted: Option<NonZero<usize>>) -> usize {
    wanted.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get), NonZero::get)
}

/// Does some work on equal parts of the items, each on a thread of its own. Gives what came of the parts, in the order
/// of the items, however many threads there are. The error is what a panic of ours said.
pub(crate) fn in_parts<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&[T]) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    let share = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = items.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
        let panicked = || Err("a thread of a search panicked".to_owned());
        // All are waited for, whatever came of the first of them.
        let done: Vec<_> = parts.into_iter().map(|part| part.join().unwrap_or_else(|_| panicked())).collect();
        done.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_in_their_order() {
        let items: Vec<u32> = (0..10).collect();
        for threads in [1, 3, 10, 99] {
            let parts = in_parts(&items, threads, |part| Ok(part.to_vec()));
            assert_eq!(parts.map(|parts| parts.concat()), Ok(items.clone()));
        }
        assert_eq!(in_parts(&[0; 0], 2, |_| Ok(())), Ok(vec![]));
    }

    #[test]
    fn a_part_that_fails_or_panics_is_an_error() {
        let odd = |part: &[u32]| if part.contains(&7) { Err("seven".to_owned()) } else { Ok(()) };
        assert_eq!(in_parts(&[1, 7, 9], 3, odd), Err("seven".to_owned()));
        let panics = |part: &[u32]| if part.contains(&7) { panic!("seven") } else { Ok(()) };
        assert!(in_parts(&[1, 7, 9], 3, panics).is_err());
    }
}
