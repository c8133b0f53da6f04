//! Taking once more what one has, and giving it back.

use super::lock::Held;
use super::{Defect, RedisLock};
use crate::stores::Purpose;
use crate::stores::kv::{Answer, KeyValue};
use fencepost_lock::{Entered, Env, Reply};

/// How often a tenure was taken, where nobody can say; far from both ends, for it may be counted on.
const IN_DOUBT: u32 = u32::MAX / 2;

impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// Counts a hold up or down. Such a command is never sent again: each copy would count.
    pub(super) async fn count(&self, held: &Held, by: i32) -> Entered {
        if !self.settings.reentrant {
            return Entered::Unreachable;
        }
        let retries = match self.settings.has(Defect::ReentryDoubleCount) {
            true => self.settings.command_retries.max(1),
            false => 0,
        };
        let command = |_| match by {
            1 => held.entry.enter(&self.settings),
            _ => held.entry.give_back(1, &self.settings),
        };
        match self.insist(Purpose::Extend, retries, command, || ()).await.reply {
            Reply::Done(Answer::Integer(holds)) => {
                held.holds.set(held.holds.get().saturating_add_signed(by));
                Entered::Holds(holds as u32)
            }
            // It was counted, and may be lost with the primary.
            Reply::Done(Answer::TooFewCopies) | Reply::Unknown => {
                held.holds.set(IN_DOUBT);
                Entered::Unknown
            }
            Reply::Done(_) => Entered::NotHeld,
            Reply::Refused => Entered::Unreachable,
        }
    }
}
