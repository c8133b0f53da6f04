//! Commands that are sent again while nobody can say what became of them.

use super::RedisLock;
use crate::stores::Purpose;
use crate::stores::kv::{Answer, Command, KeyValue};
use fencepost_lock::{Env, Reply};
use fencepost_model::{Mono, Span};

/// What came of a command, all of its copies together.
pub(super) struct Insisted {
    /// The answer to the last copy; `Refused` only where none was sent.
    pub reply: Reply<Answer>,
    /// When the last copy was sent.
    pub sent_at: Mono,
    /// When the last copy was sent that was not answered, and may still be under way.
    pub stray: Option<Mono>,
}

impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// Sends a command, and up to so many times again while it is not answered. `command` is told whether an earlier
    /// copy may have been carried out, and `again` is called before each further copy.
    ///
    /// Every copy has its own effect at the store, at whichever time it arrives there: only commands will do
    /// that bear the value of the tenure.
    pub(super) async fn insist(
        &self,
        purpose: Purpose,
        retries: u64,
        command: impl Fn(bool) -> Command,
        mut again: impl FnMut(),
    ) -> Insisted {
        let mut stray = None;
        let mut sent_at = self.env.mono();
        for copy in 0..=retries {
            if copy > 0 {
                if self.settings.command_retry_interval > Span::ZERO {
                    self.env.sleep(self.settings.command_retry_interval).await;
                }
                again();
                sent_at = self.env.mono();
            }
            match self.send(purpose, command(stray.is_some())).await {
                reply @ Reply::Done(_) => return Insisted { reply, sent_at, stray },
                Reply::Unknown => stray = Some(sent_at),
                // Nothing was sent; of an earlier copy nobody knows.
                Reply::Refused => {}
            }
        }
        let reply = if stray.is_some() { Reply::Unknown } else { Reply::Refused };
        Insisted { reply, sent_at, stray }
    }
}
