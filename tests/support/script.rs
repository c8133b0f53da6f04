//! Client code out of a test: one script for each client.

use fencepost_lock::{Env, Guard, LocalBoxFuture, Observed, Owner, Released, Reply, Workload};
use fencepost_model::{Call, LockId, Mode, OpTag, Plan, ProcessId, Span, WorkloadSpec};
use fencepost_sim::{Label, Line, SimEnv};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};

/// What a client does in each of its lives.
pub type Script = Arc<dyn Fn(Me) -> LocalBoxFuture<()> + Send + Sync>;

/// Lines that scripts have said, in order.
pub type Lines = Arc<Mutex<Vec<String>>>;

/// How [`Me::ask`] calls its messages. They are among those that scenario files can choose.
const ASK: Label = Label { ask: "status", answer: "status-reply" };
/// The first machine of every system of these tests is its only server.
const SERVER: ProcessId = ProcessId(0);
/// Marks events that stand for lines: no operation has this number.
const LINE: u32 = u32::MAX;
/// How much longer each machine has been up than the one before it.
const HOUR: u64 = 3_600_000_000_000;

/// A client, as its script sees it.
pub struct Me {
    /// The handle of its only owner.
    pub owner: Owner<SimEnv>,
    /// Which life it lives, from 0.
    pub life: u32,
    name: String,
    lines: Lines,
}

impl Me {
    /// Its machine.
    pub fn env(&self) -> &SimEnv {
        self.owner.env()
    }

    /// Puts a line into the history, at this instant. It costs no time and moves no draw.
    pub fn say(&self, what: impl std::fmt::Display) {
        say(self.env(), &self.lines, &self.name, what);
    }

    /// Gives something that says lines for this client, for tasks and destructors.
    pub fn voice(&self) -> impl Fn(&str) + 'static {
        let (env, lines, name) = (self.env().clone(), self.lines.clone(), self.name.clone());
        move |what| say(&env, &lines, &name, what)
    }

    /// Sleeps by its own clock.
    pub fn sleep(&self, span: &str) -> impl Future<Output = ()> + 'static {
        self.env().sleep(span_of(span))
    }

    /// Sends `body` to the server, and waits for the answer as long as `patience` says.
    pub fn ask(&self, body: &str, patience: &str) -> impl Future<Output = Reply<String>> + 'static {
        let deadline = self.env().mono() + span_of(patience);
        self.env().request(SERVER, ASK, body.to_owned(), deadline)
    }

    /// As [`Me::ask`], and says how it ended.
    pub async fn ask_and_say(&self, body: &str, patience: &str) {
        self.say_of(body, self.ask(body, patience).await);
    }

    /// A connection of its own to the server.
    pub fn line(&self) -> Line {
        self.env().line(SERVER)
    }

    /// As [`Me::ask_and_say`], on a line.
    pub async fn ask_on(&self, line: &Line, body: &str, patience: &str) {
        let deadline = self.env().mono() + span_of(patience);
        self.say_of(body, line.request(ASK, body.to_owned(), deadline).await);
    }

    fn say_of(&self, body: &str, reply: Reply<String>) {
        self.say(match reply {
            Reply::Done(answer) => format!("answered {answer}"),
            Reply::Refused => format!("{body} refused"),
            Reply::Unknown => format!("{body} unknown"),
        });
    }

    /// Asks for the lock, and says how that ended.
    pub async fn acquire(&self) -> Option<Guard<'_, SimEnv>> {
        match self.owner.acquire(LockId(0), Mode::Exclusive).await {
            Ok(guard) => {
                self.say("has it");
                Some(guard)
            }
            Err(denied) => {
                self.say(format!("{denied:?}"));
                None
            }
        }
    }

    /// Asks until it has the lock.
    pub async fn acquire_at_last(&self) -> Guard<'_, SimEnv> {
        loop {
            if let Some(guard) = self.acquire().await {
                return guard;
            }
        }
    }

    /// Gives the lock back, and says how that ended.
    pub async fn release(&self, guard: Guard<'_, SimEnv>) -> Released {
        let released = guard.release().await;
        self.say(format!("{released:?}"));
        released
    }
}

fn say(env: &SimEnv, lines: &Lines, name: &str, what: impl std::fmt::Display) {
    let line = {
        let mut lines = lines.lock().expect("no script panics while it says something");
        lines.push(format!("{name}: {what}"));
        lines.len() as u32 - 1
    };
    env.held_back(OpTag { attempt: LINE, op: line, ..OpTag::default() });
}

/// Which line an event stands for.
pub fn line_of(tag: &OpTag) -> Option<usize> {
    (tag.attempt == LINE).then_some(tag.op as usize)
}

/// A time as scenario files write it.
pub fn span_of(text: &str) -> Span {
    text.parse().unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

/// The workload that plays the scripts. A client without a script has nothing to do.
pub struct Players {
    machines: Vec<String>,
    scripts: BTreeMap<String, Script>,
    lives: Mutex<BTreeMap<String, u32>>,
    lines: Lines,
}

impl Players {
    pub const SPEC: WorkloadSpec = WorkloadSpec { name: "script", about: "what a test says" };

    pub fn new(plan: &Plan, scripts: BTreeMap<String, Script>, lines: Lines) -> Players {
        let machines: Vec<String> = plan.machines.iter().map(|machine| machine.name.clone()).collect();
        for name in scripts.keys() {
            assert!(machines.contains(name), "no client is called `{name}`: {machines:?}");
        }
        Players { machines, scripts, lives: Mutex::default(), lines }
    }
}

impl Workload<SimEnv> for Players {
    fn spec(&self) -> WorkloadSpec {
        Players::SPEC
    }

    fn owner(&self, owner: Owner<SimEnv>) -> LocalBoxFuture<()> {
        let name = self.machines[machine_of(owner.env())].clone();
        let life = {
            let mut lives = self.lives.lock().expect("counting lives does not panic");
            let next = lives.entry(name.clone()).or_default();
            *next += 1;
            *next - 1
        };
        match self.scripts.get(&name) {
            Some(script) => script(Me { owner, life, name, lines: self.lines.clone() }),
            None => Box::pin(std::future::ready(())),
        }
    }
}

/// The number of the machine: nobody tells client code, but no two have been up for the same hours.
pub fn machine_of(env: &SimEnv) -> usize {
    (env.mono().0 / HOUR) as usize - 1
}

/// The word of a call in lines of a run.
pub const fn word_of(call: Call) -> &'static str {
    match call {
        Call::Acquire => "acquire",
        Call::Extend => "extend",
        Call::Release => "release",
        Call::Status => "status",
        Call::Enter => "enter",
        Call::Leave => "leave",
    }
}
