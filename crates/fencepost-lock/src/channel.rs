//! A channel and a notifier between the tasks of one client process. Values are received in the order in
//! which they were sent, and waiters wake in the order in which they began to wait.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Wakes tasks that wait for something to change.
#[derive(Clone, Default)]
pub struct Notify {
    shared: Rc<RefCell<Waiters>>,
}

#[derive(Default)]
struct Waiters {
    /// How often [`Notify::notify_all`] was called.
    rounds: u64,
    wakers: Vec<Waker>,
}

impl Notify {
    /// A notifier for which nobody waits yet.
    pub fn new() -> Notify {
        Notify::default()
    }

    /// Wakes everybody who waits now.
    pub fn notify_all(&self) {
        let wakers = {
            let mut shared = self.shared.borrow_mut();
            shared.rounds += 1;
            std::mem::take(&mut shared.wakers)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Waits for the first call of [`Notify::notify_all`] after this one (not after the first poll).
    pub fn notified(&self) -> impl Future<Output = ()> + 'static {
        let shared = self.shared.clone();
        let seen = shared.borrow().rounds;
        poll_fn(move |context| {
            let mut shared = shared.borrow_mut();
            if shared.rounds > seen {
                return Poll::Ready(());
            }
            shared.wakers.push(context.waker().clone());
            Poll::Pending
        })
    }
}

/// The sending end of a channel.
pub struct Sender<T> {
    queue: Rc<RefCell<Queue<T>>>,
}

/// The receiving end of a channel.
pub struct Receiver<T> {
    queue: Rc<RefCell<Queue<T>>>,
}

struct Queue<T> {
    values: VecDeque<T>,
    senders: usize,
    waiting: Option<Waker>,
}

/// A channel without a bound: a client's own tasks share one memory.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let queue = Rc::new(RefCell::new(Queue { values: VecDeque::new(), senders: 1, waiting: None }));
    (Sender { queue: queue.clone() }, Receiver { queue })
}

impl<T> Sender<T> {
    /// Sends a value; it is dropped with the channel where nobody receives it.
    pub fn send(&self, value: T) {
        let waker = {
            let mut queue = self.queue.borrow_mut();
            queue.values.push_back(value);
            queue.waiting.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.queue.borrow_mut().senders += 1;
        Sender { queue: self.queue.clone() }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut queue = self.queue.borrow_mut();
            queue.senders -= 1;
            if queue.senders == 0 { queue.waiting.take() } else { None }
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

impl<T> Receiver<T> {
    /// The next value; none when every sender is gone and nothing is left.
    pub async fn receive(&mut self) -> Option<T> {
        poll_fn(|context| {
            let mut queue = self.queue.borrow_mut();
            if let Some(value) = queue.values.pop_front() {
                return Poll::Ready(Some(value));
            }
            if queue.senders == 0 {
                return Poll::Ready(None);
            }
            queue.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Context;

    fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn values_arrive_in_order_and_the_end_is_seen() {
        let (sender, mut receiver) = channel();
        let second = sender.clone();
        sender.send(1);
        second.send(2);
        assert_eq!(poll_once(receiver.receive()), Poll::Ready(Some(1)));
        assert_eq!(poll_once(receiver.receive()), Poll::Ready(Some(2)));
        drop(sender);
        assert_eq!(poll_once(receiver.receive()), Poll::Pending, "one sender is left");
        drop(second);
        assert_eq!(poll_once(receiver.receive()), Poll::Ready(None));
    }

    #[test]
    fn a_notice_between_the_call_and_the_first_poll_is_not_lost() {
        let notify = Notify::new();
        let waiting = notify.notified();
        notify.notify_all();
        assert_eq!(poll_once(waiting), Poll::Ready(()));
        assert_eq!(poll_once(notify.notified()), Poll::Pending, "an old notice wakes nobody new");
    }
}
