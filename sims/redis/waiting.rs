//! Waiting for a lock that somebody else has: by asking again and again, or for the message of its release.

use super::lock::{Denied, Proof};
use super::{RedisLock, WaitBy, commands};
use crate::stores::kv::{Answer, KeyValue, Line, Listening, PubSub};
use fencepost_lock::{Acquired, Ask, Either, Env, Reply, race};
use fencepost_model::{Mono, Refusal, Span};
use std::pin::Pin;

/// A key is gone only when the clock of the store reads more than its expiry, in whole milliseconds.
const AFTER_EXPIRY: Span = Span::from_millis(1);

/// The next message of a subscription, still awaited.
type NextMessage = Pin<Box<dyn Future<Output = Reply<Answer>>>>;

impl<E: Env, P: KeyValue> RedisLock<E, P> {
    /// A pause between two polls, drawn so that contenders do not stay in step.
    fn pause(&self) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.retry_max)
    }

    /// Waits until another try may be made; false where the caller's patience would be over before that.
    async fn pause_within(&self, ask: &Ask) -> bool {
        let next = self.env.mono() + self.pause();
        if next >= ask.wait_until {
            return false;
        }
        self.env.sleep_until(next).await;
        true
    }
}

impl<E: Env, P: PubSub> RedisLock<E, P> {
    /// Tries until it is granted, refused, or the caller's patience is over.
    pub(super) async fn take(&self, ask: &Ask) -> Acquired<Proof<E>> {
        match self.settings.wait_by {
            WaitBy::Polling => self.poll(ask).await,
            WaitBy::Notice => self.await_notices(ask).await,
        }
    }

    async fn poll(&self, ask: &Ask) -> Acquired<Proof<E>> {
        let mut refusal = Refusal::Held;
        loop {
            refusal = match self.try_acquire(&ask.name).await {
                Ok(acquired) => return acquired,
                Err(denied) => denied.after(refusal),
            };
            if !self.pause_within(ask).await {
                return Acquired::Refused(refusal);
            }
        }
    }

    /// Subscribes to releases of the lock, tries again, and then waits for a message, or for as long as the key
    /// that is there lives. A message that was published while nothing was subscribed to is lost: that is why
    /// there is a try after every subscription.
    ///
    /// Source: `RedissonLock.lock` and `tryLock` of Redisson.
    async fn await_notices(&self, ask: &Ask) -> Acquired<Proof<E>> {
        let line = self.store.line();
        let mut message: Option<NextMessage> = None;
        let mut refusal = Refusal::Held;
        loop {
            let denied = match self.try_acquire(&ask.name).await {
                Ok(acquired) => return acquired,
                Err(denied) => denied,
            };
            refusal = denied.after(refusal);
            let goes_on = match &mut message {
                None => {
                    message = self.subscribe(ask, &line).await;
                    message.is_some() || self.pause_within(ask).await
                }
                Some(_) if denied.refusal != Refusal::Held => self.pause_within(ask).await,
                Some(next) => {
                    let heard = self.hear(ask, denied, next).await;
                    match heard {
                        Some(Reply::Done(Answer::Ok)) => message = Some(next_message(&line, ask)),
                        // The connection broke: what is published until there is another one is lost.
                        Some(_) => message = None,
                        None => {}
                    }
                    self.env.mono() < ask.wait_until
                }
            };
            if !goes_on {
                return Acquired::Refused(refusal);
            }
        }
    }

    /// Subscribes to releases, and asks for the first message; none where that did not come about.
    async fn subscribe(&self, ask: &Ask, line: &P::Line) -> Option<NextMessage> {
        let until = ask.wait_until.min(self.env.mono() + self.settings.command_timeout);
        let channel = commands::channel_of(&ask.name);
        let subscribed = line.ask(Listening::Subscribe { channel }, until).await;
        (subscribed == Reply::Done(Answer::Ok)).then(|| next_message(line, ask))
    }

    /// Waits for a message; none where the key's life, or the caller's patience, is over before there is one.
    async fn hear(&self, ask: &Ask, denied: Denied, next: &mut NextMessage) -> Option<Reply<Answer>> {
        let over = denied.rest.map(|rest| self.env.mono() + rest + AFTER_EXPIRY);
        let until: Mono = over.map_or(ask.wait_until, |over| over.min(ask.wait_until));
        match race(next, self.env.sleep_until(until)).await {
            Either::First(heard) => Some(heard),
            Either::Second(()) => None,
        }
    }
}

fn next_message<L: Line>(line: &L, ask: &Ask) -> NextMessage {
    Box::pin(line.ask(Listening::Next, ask.wait_until))
}
