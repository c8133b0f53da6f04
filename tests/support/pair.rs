//! Two servers with a link between them, which tell what they hear. What clients ask the first one decides
//! what happens. Its lock is no lock: every acquire succeeds locally.

use fencepost_catalogue::trivial;
use fencepost_lock::AnyLock;
use fencepost_model::{Cast, Descriptor, MachineSpec, Plan, ProcessId, RowChange};
use fencepost_sim::{
    Boot, ClientSite, Death, LinkId, NoProjection, Projection, ReplyTo, Server, ServerContext, SimSystem,
};
use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

/// See the module. Asked to `open`, the server `a` opens a link to `b`; `close` closes it; `shut` makes it
/// write a message of which `b` closes the link. Everything else is written to the link as it is, of kind
/// `replicate`; `b` writes `x` back for `echo x`, of kind `replicate-ack`. Nothing is ever answered.
pub struct Pair;

impl SimSystem for Pair {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            name: "pair",
            roles: &[("store", "one of the two")],
            machines: |_| {
                ["a", "b"].map(|name| MachineSpec { name: name.to_owned(), role: "store" }).to_vec()
            },
            ..trivial::None.descriptor()
        }
    }

    fn server(&self, plan: &Plan, index: usize) -> Box<dyn Server> {
        let names = plan.machines.iter().map(|machine| machine.name.clone()).collect();
        Box::new(Half { names, name: ["a", "b"][index], link: None })
    }

    fn lock(&self, client: ClientSite) -> Rc<dyn AnyLock> {
        trivial::None.lock(client)
    }

    fn projection(&self, _plan: &Plan, _cast: &Cast) -> Box<dyn Projection> {
        Box::new(NoProjection)
    }
}

struct Half {
    /// By process.
    names: Vec<String>,
    name: &'static str,
    link: Option<LinkId>,
}

impl Half {
    fn tell(&self, world: &mut ServerContext<'_>, what: &str) {
        world.row(&Arc::from(format!("{}: {what}", self.name)), RowChange::Attempted);
    }
}

impl Server for Half {
    fn start(&mut self, _world: &mut ServerContext<'_>, _boot: Boot) {}

    fn message(&mut self, world: &mut ServerContext<'_>, _from: ReplyTo, body: Box<dyn Any>) {
        let body: String = *body.downcast().expect("the server is asked in words");
        match (body.as_str(), self.link) {
            ("open", _) => self.link = Some(world.connect(ProcessId(1))),
            ("close", Some(link)) => world.close(link),
            (_, Some(link)) => {
                self.tell(world, &format!("writes {body}"));
                world.write(link, "replicate", body);
            }
            (_, None) => {}
        }
    }

    fn linked(&mut self, world: &mut ServerContext<'_>, link: LinkId, peer: ProcessId) {
        self.link = Some(link);
        let peer = self.names[peer.index()].clone();
        self.tell(world, &format!("linked to {peer}"));
    }

    fn stream(&mut self, world: &mut ServerContext<'_>, link: LinkId, body: Box<dyn Any>) {
        let body: String = *body.downcast().expect("links carry words");
        self.tell(world, &format!("hears {body}"));
        if let Some(echo) = body.strip_prefix("echo ") {
            world.write(link, "replicate-ack", echo.to_owned());
        }
        if body == "shut" {
            world.close(link);
        }
    }

    fn unlinked(&mut self, world: &mut ServerContext<'_>, _link: LinkId) {
        self.tell(world, "unlinked");
    }

    fn died(&mut self, _world: &mut ServerContext<'_>, _death: Death) {
        self.link = None;
    }
}
