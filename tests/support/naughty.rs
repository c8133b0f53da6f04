//! Locks whose code misbehaves in the first client, and only there. Elsewhere every acquire succeeds locally.

use super::Echo;
use super::script::machine_of;
use fencepost_catalogue::trivial;
use fencepost_lock::{Acquired, AnyLock, Ask, Env, Erased, Extended, Lock, Released, Reply, Status};
use fencepost_model::{Cast, Descriptor, Plan, ProcessId, Refusal, Span};
use fencepost_sim::{ClientSite, Label, Projection, Server, SimEnv, SimSystem};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

/// What its acquire does in the first client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It panics.
    Panics,
    /// It panics in a task that it spawned, and refuses.
    PanicsInTask,
    /// It reads the clock until it shows something else.
    SpinsOnClock,
    /// As before, and a value whose destructor calls the environment is on its stack.
    SpinsWithGuard,
    /// It wakes itself without the environment.
    WakesItself,
    /// It sends message after message.
    Floods,
    /// It waits for what never comes.
    NeverReturns,
    /// It makes the server panic.
    BreaksServer,
}

/// See the module.
pub struct Naughty(pub How);

impl SimSystem for Naughty {
    fn descriptor(&self) -> Descriptor {
        Descriptor { name: "naughty", ..Echo.descriptor() }
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        Echo.server(plan, index)
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        let machine = client.plan.machines.get(machine_of(&client.env));
        if machine.is_some_and(|machine| machine.name == "c1") {
            Erased::boxed(NaughtyLock { how: self.0, env: client.env, server: client.servers[0] })
        } else {
            trivial::None.lock(client)
        }
    }

    fn projection(&self, plan: &Plan, cast: &Cast) -> Box<dyn Projection> {
        Echo.projection(plan, cast)
    }
}

struct NaughtyLock {
    how: How,
    env: SimEnv,
    server: ProcessId,
}

impl NaughtyLock {
    async fn ask(&self, what: &str) -> Reply<String> {
        let label = Label { ask: "acquire", answer: "acquire-reply" };
        let deadline = self.env.mono() + Span::from_millis(100);
        self.env.request(self.server, label, what.to_owned(), deadline).await
    }

    fn spin(&self) {
        let began = self.env.mono();
        while self.env.mono() == began {}
    }
}

/// Starts a task when it is dropped, as an honest clean-up does.
struct Guard(SimEnv);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.spawn(async {});
    }
}

impl Lock for NaughtyLock {
    type Proof = ();

    async fn acquire(&self, _ask: Ask) -> Acquired<()> {
        match self.how {
            How::Panics => panic!("no idea"),
            How::PanicsInTask => {
                self.env.spawn(async { panic!("no idea, later") });
                self.env.sleep(Span::from_millis(10)).await;
            }
            How::SpinsOnClock => self.spin(),
            How::SpinsWithGuard => {
                let _guard = Guard(self.env.clone());
                self.spin();
            }
            How::WakesItself => {
                poll_fn::<(), _>(|context| {
                    context.waker().wake_by_ref();
                    Poll::Pending
                })
                .await;
            }
            How::Floods => loop {
                self.ask("more").await;
            },
            How::NeverReturns => pending::<()>().await,
            How::BreaksServer => {
                self.ask("panic").await;
            }
        }
        Acquired::Refused(Refusal::Held)
    }

    async fn extend(&self, _proof: &()) -> Extended {
        Extended::NotHeld
    }

    async fn release(&self, _proof: &()) -> Released {
        Released::NotHeld
    }

    async fn status(&self, _name: Arc<str>, _proof: Option<&()>) -> Status {
        Status::Unknown
    }
}
