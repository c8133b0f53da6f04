//! What a lock tells the owner of a tenure while it lasts: a later deadline, or that it is lost.

use crate::Notify;
use fencepost_model::Mono;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The owner's view of its tenure, shared by the guard and by whatever the lock runs in the background to
/// keep the tenure alive. Clones are handles to the same lease.
#[derive(Clone, Default)]
pub struct Lease {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    deadline: Cell<Option<Mono>>,
    lost: Cell<bool>,
    changed: Notify,
    listener: RefCell<Option<Listener>>,
}

type Listener = Box<dyn Fn(News)>;

/// What the listener of a lease is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The tenure lasts until this.
    Renewed(Option<Mono>),
    /// The tenure is lost.
    Lost,
}

impl Lease {
    /// A lease until `deadline` on the owner's own monotonic clock; none: until it is released or lost.
    pub fn until(deadline: Option<Mono>) -> Lease {
        let lease = Lease::default();
        lease.shared.deadline.set(deadline);
        lease
    }

    /// Until when the tenure lasts, as far as the owner was told.
    pub fn deadline(&self) -> Option<Mono> {
        self.shared.deadline.get()
    }

    /// Whether the owner was told that it is lost.
    pub fn is_lost(&self) -> bool {
        self.shared.lost.get()
    }

    /// Sets the deadline after a call that the observer was told of by itself.
    pub(crate) fn set_deadline(&self, deadline: Option<Mono>) {
        self.shared.deadline.set(deadline);
    }

    /// Tells the owner of a later deadline. Nothing is told of a lease that is lost.
    pub fn renew(&self, deadline: Option<Mono>) {
        if !self.is_lost() {
            self.shared.deadline.set(deadline);
            self.tell(News::Renewed(deadline));
        }
    }

    /// Tells the owner that the tenure is lost; once.
    pub fn lose(&self) {
        if !self.shared.lost.replace(true) {
            self.shared.changed.notify_all();
            self.tell(News::Lost);
        }
    }

    /// Waits until the owner is told that the tenure is lost.
    pub async fn lost(&self) {
        while !self.is_lost() {
            self.shared.changed.notified().await;
        }
    }

    /// Who is told of changes, at the instant at which they happen: the instrumented guard.
    pub(crate) fn listen(&self, listener: impl Fn(News) + 'static) {
        *self.shared.listener.borrow_mut() = Some(Box::new(listener));
    }

    /// The guard is closed: nobody is told any more.
    pub(crate) fn stop_listening(&self) {
        *self.shared.listener.borrow_mut() = None;
    }

    fn tell(&self, news: News) {
        if let Some(listener) = &*self.shared.listener.borrow() {
            listener(news);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_lease_is_told_once_and_never_renewed() {
        let (lease, told) = (Lease::until(Some(Mono(5))), Rc::new(RefCell::new(Vec::new())));
        let heard = told.clone();
        lease.listen(move |news| heard.borrow_mut().push(news));
        lease.renew(Some(Mono(9)));
        lease.lose();
        lease.lose();
        lease.renew(Some(Mono(12)));
        assert_eq!(*told.borrow(), [News::Renewed(Some(Mono(9))), News::Lost]);
        assert_eq!(lease.deadline(), Some(Mono(9)));
    }

    #[test]
    fn a_closed_guard_hears_nothing() {
        let (lease, told) = (Lease::default(), Rc::new(Cell::new(0)));
        let heard = told.clone();
        lease.listen(move |_| heard.set(heard.get() + 1));
        lease.stop_listening();
        lease.lose();
        assert_eq!(told.get(), 0);
        assert!(lease.is_lost());
    }
}
