//! Whether something was there at some instant of a window that lasts until now.

/// Something that is there or not, with its last change. That is enough to tell what was so at some instant
/// since an earlier event, and it costs nothing however many calls are open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presence {
    there: bool,
    /// The event that changed it last.
    changed: Option<u64>,
}

impl Presence {
    /// Whether it is there now.
    pub const fn is_there(self) -> bool {
        self.there
    }

    /// Takes in how it is at this event.
    pub fn set(&mut self, there: bool, event: u64) {
        if there != self.there {
            *self = Presence { there, changed: Some(event) };
        }
    }

    /// Whether it was there at some instant since the event of this number.
    pub fn was_there(self, since: u64) -> bool {
        self.there || self.has_changed(since)
    }

    /// Whether it was absent at some instant since the event of this number.
    pub fn was_absent(self, since: u64) -> bool {
        !self.there || self.has_changed(since)
    }

    fn has_changed(self, since: u64) -> bool {
        self.changed.is_some_and(|changed| changed > since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_before_the_window_was_not_in_it() {
        let mut presence = Presence::default();
        assert!(!presence.was_there(0));
        presence.set(true, 3);
        presence.set(true, 4);
        assert_eq!((presence.was_absent(2), presence.was_absent(3)), (true, false));
        presence.set(false, 6);
        assert_eq!((presence.was_there(5), presence.was_there(6)), (true, false));
        assert_eq!((presence.was_absent(5), presence.was_absent(9)), (true, true));
    }
}
