//! A server that tells what it hears, and answers it. Its lock is no lock: every acquire succeeds locally.

use fencepost_catalogue::trivial;
use fencepost_lock::AnyLock;
use fencepost_model::{Cast, Descriptor, MachineSpec, Mono, Plan, ProcessId, RowChange};
use fencepost_sim::{
    Boot, ClientSite, ConnectionId, Death, NoProjection, Projection, ReplyTo, Server, ServerContext,
    SimSystem,
};
use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use super::script::span_of;

/// See the module. What is asked decides what happens: `quiet...` is never answered, nor is `keep ...`, which is
/// told again when its connection is lost; `late 50ms` is answered after 50 ms, and `panic` brings the server down. The answer to `x` is `x`.
pub struct Echo;

impl SimSystem for Echo {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            name: "echo",
            roles: &[("store", "the server that answers")],
            machines: |_| vec![MachineSpec { name: "store".to_owned(), role: "store" }],
            ..trivial::None.descriptor()
        }
    }

    fn server(&self, plan: &Plan, _index: usize) -> Box<dyn Server> {
        let names = plan.machines.iter().map(|machine| machine.name.clone()).collect();
        Box::new(EchoServer { names, late: Vec::new(), kept: Vec::new() })
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        trivial::None.lock(client)
    }

    fn projection(&self, _plan: &Plan, _cast: &Cast) -> Box<dyn Projection> {
        Box::new(NoProjection)
    }
}

struct EchoServer {
    /// By process.
    names: Vec<String>,
    /// What is to be answered later: when, to whom, what.
    late: Vec<(Mono, ReplyTo, String)>,
    /// What was asked on which connection and is to be told again when that is closed.
    kept: Vec<(ConnectionId, String)>,
}

fn tell(world: &mut ServerContext<'_>, what: &str) {
    world.row(&Arc::from(format!("store: {what}")), RowChange::Attempted);
}

impl Server for EchoServer {
    fn start(&mut self, world: &mut ServerContext<'_>, boot: Boot) {
        if boot == Boot::Again {
            tell(world, "up again");
        }
    }

    fn message(&mut self, world: &mut ServerContext<'_>, from: ReplyTo, body: Box<dyn Any>) {
        let body: String = *body.downcast().expect("the server is asked in words");
        tell(world, &format!("heard {body}"));
        assert!(body != "panic", "asked to panic");
        if let Some(span) = body.strip_prefix("late ") {
            let at = world.mono() + span_of(span);
            world.timer(at, 0);
            self.late.push((at, from, body));
        } else if body.starts_with("keep ") {
            self.kept.extend(from.connection().map(|connection| (connection, body)));
        } else if !body.starts_with("quiet") {
            world.reply(&from, body);
        }
    }

    fn timer(&mut self, world: &mut ServerContext<'_>, _timer: u32) {
        let now = world.mono();
        let (due, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= now);
        self.late = late;
        let due: Vec<(Mono, ReplyTo, String)> = due;
        for (_, from, body) in due {
            world.on_behalf_of(&from);
            tell(world, &format!("answers {body}"));
            world.reply(&from, body);
        }
    }

    fn disconnected(&mut self, world: &mut ServerContext<'_>, client: ProcessId, connection: ConnectionId) {
        let name = self.names[client.index()].clone();
        tell(world, &format!("lost {name}"));
        for (_, body) in self.kept.iter().filter(|(on, _)| *on == connection) {
            tell(world, &format!("lost {body}"));
        }
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        self.late.clear();
    }
}
