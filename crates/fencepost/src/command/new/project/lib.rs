//! A lock on one Redis: `SET key value NX PX ttl` takes it, and scripts that compare the value release and
//! prolong it. Change whatever you like: `cargo test` says what broke, and shows the run in which it did.

use fencepost::lock::{Acquired, Ask, Env, Extended, Grant, Lease, Lock, Released, Reply, Status};
use fencepost::model::{Datum, Descriptor, Features, Mono, Refusal, Slot, Span};
use fencepost::redis::{self, RedisSettings};
use fencepost::sim::SimSystem;
use fencepost::stores::Purpose;
use fencepost::stores::kv::{Answer, CleanUp, Command, Entry, KeyValue, Pace};
use std::sync::Arc;

/// The lock with the servers it needs, for tests and for the command line.
pub fn system() -> impl SimSystem {
    redis::system(MyLock::new).described(data_sheet)
}

/// What the lock offers. It makes the claims of the lock that ships, and is held to them: a break inside them is
/// a mistake of this lock, whatever a scenario expects. State your own in `claims`.
fn data_sheet(shipped: Descriptor) -> Descriptor {
    Descriptor {
        about: "my lock on one Redis",
        features: |_| Features { deadline: true, extend: true, status: true, ..Features::default() },
        ..shipped
    }
}

/// The lock's code in one client process. It knows its machine by `env` and the server by `store`, and nothing
/// else: no clock, no random number and no task comes from anywhere else, so that every run repeats.
#[derive(Clone)]
pub struct MyLock<E, P> {
    env: E,
    store: P,
    settings: RedisSettings,
}

/// What has to be remembered of a tenure: the key, and the value by which it is known again.
pub struct Proof {
    entry: Entry,
}

impl<E: Env, P: KeyValue> MyLock<E, P> {
    /// The lock's code for one client process.
    pub fn new(env: E, store: P, settings: RedisSettings) -> MyLock<E, P> {
        MyLock { env, store, settings }
    }

    /// Sends a command. A time-out and a broken connection are *unknown*: it may have been carried out.
    async fn send(&self, purpose: Purpose, command: Command) -> Reply<Answer> {
        let until = self.env.mono() + self.settings.command_timeout;
        self.store.run(purpose, command, until).await
    }

    /// Until when a lease lasts that was asked for at `sent_at`: counted from before the command was sent, and
    /// a little short, because the server's clock may run faster than this machine's.
    fn deadline(&self, sent_at: Mono) -> Mono {
        sent_at + self.settings.validity()
    }

    /// Removes the key in a task of its own when it is dropped: after an outcome that is unknown, and after an
    /// acquire that its caller has dropped. `settled` calls it off.
    fn clean_up(&self, entry: &Entry, sent_at: Mono) -> CleanUp<E, P> {
        let timeout = self.settings.command_timeout;
        let pace = Pace { timeout, slowest: timeout, lease: self.settings.ttl };
        CleanUp::of(&self.env, &self.store, entry.remove(), sent_at, pace)
    }

    /// One try, under a value that nobody else has. An error says why it is not granted.
    async fn try_acquire(&self, key: &Arc<str>) -> Result<Acquired<Proof>, Refusal> {
        let entry = Entry { key: key.clone(), value: Datum::Opaque(self.env.random()) };
        let sent_at = self.env.mono();
        let clean_up = self.clean_up(&entry, sent_at);
        match self.send(Purpose::Acquire, entry.set(Some(self.settings.ttl))).await {
            Reply::Done(Answer::Ok) if self.env.mono() < self.deadline(sent_at) => {
                clean_up.settled();
                let lease = Lease::until(Some(self.deadline(sent_at)));
                Ok(Acquired::Granted(Grant { proof: Proof { entry }, lease, token: None, slot: Slot(0) }))
            }
            Reply::Done(Answer::Ok) => Err(Refusal::TimedOut), // Too late: what we have is worth nothing.
            Reply::Done(_) => {
                clean_up.settled();
                Err(Refusal::Held)
            }
            Reply::Refused => {
                clean_up.settled();
                Err(Refusal::Unreachable)
            }
            Reply::Unknown => Ok(Acquired::Unknown),
        }
    }

    /// A pause between two tries, drawn so that contenders do not stay in step.
    fn pause(&self) -> Span {
        self.env.random_span(self.settings.retry_min, self.settings.retry_max)
    }
}

impl<E: Env, P: KeyValue> Lock for MyLock<E, P> {
    type Proof = Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Proof> {
        loop {
            let refusal = match self.try_acquire(&ask.name).await {
                Ok(acquired) => return acquired,
                Err(refusal) => refusal,
            };
            let next = self.env.mono() + self.pause();
            if next >= ask.wait_until {
                // What holds it may be what is left of an earlier try of ours: so this claims nothing.
                let refusal = if refusal == Refusal::Held { Refusal::TimedOut } else { refusal };
                return Acquired::Refused(refusal);
            }
            self.env.sleep_until(next).await;
        }
    }

    async fn extend(&self, proof: &Proof) -> Extended {
        let sent_at = self.env.mono();
        match self.send(Purpose::Extend, proof.entry.keep(self.settings.ttl)).await {
            Reply::Done(Answer::Integer(1)) => Extended::Until(Some(self.deadline(sent_at))),
            Reply::Done(_) => Extended::NotHeld,
            Reply::Refused => Extended::Unreachable,
            Reply::Unknown => Extended::Unknown,
        }
    }

    async fn release(&self, proof: &Proof) -> Released {
        let clean_up = self.clean_up(&proof.entry, self.env.mono());
        match self.send(Purpose::Release, proof.entry.remove()).await {
            Reply::Done(answer) => {
                clean_up.settled();
                if answer == Answer::Integer(1) { Released::Released } else { Released::NotHeld }
            }
            Reply::Refused => Released::Unreachable,
            Reply::Unknown => Released::Unknown,
        }
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Proof>) -> Status {
        match self.send(Purpose::Status, Command::Get { key: name }).await {
            Reply::Done(Answer::Value(value)) => {
                Status::Held { by_me: proof.is_some_and(|proof| proof.entry.value == value) }
            }
            Reply::Done(_) => Status::Free,
            Reply::Refused | Reply::Unknown => Status::Unknown,
        }
    }
}
