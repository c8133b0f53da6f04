//! Locks of somebody's own: on servers that ship, in a test, in a project outside of the checkout.

use fencepost::lock::{Acquired, Ask, Extended, Lock, Released, Status};
use fencepost::model::Descriptor;
use fencepost::redis::{self, Keys, RedisLock, RedisSettings};
use fencepost::sim::{NoProjection, SimEnv, SimSystem};
use fencepost::stores::kv::SimKeyValue;
use fencepost::{Opinion, Trial, Tried, scenario};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// The lock that ships, under keys of another name.
struct Prefixed(RedisLock<SimEnv, SimKeyValue>);

impl Prefixed {
    fn new(env: SimEnv, store: SimKeyValue, settings: RedisSettings) -> Prefixed {
        Prefixed(RedisLock::new(env, store, settings))
    }
}

fn prefixed(name: &str) -> Arc<str> {
    format!("lock:{name}").into()
}

impl Lock for Prefixed {
    type Proof = <RedisLock<SimEnv, SimKeyValue> as Lock>::Proof;

    async fn acquire(&self, ask: Ask) -> Acquired<Self::Proof> {
        self.0.acquire(Ask { name: prefixed(&ask.name), ..ask }).await
    }

    async fn extend(&self, proof: &Self::Proof) -> Extended {
        self.0.extend(proof).await
    }

    async fn release(&self, proof: &Self::Proof) -> Released {
        self.0.release(proof).await
    }

    async fn status(&self, name: Arc<str>, proof: Option<&Self::Proof>) -> Status {
        self.0.status(prefixed(&name), proof).await
    }
}

fn ran(trial: Trial) -> Tried {
    trial.run().unwrap_or_else(|refused| panic!("{refused}"))
}

fn fenced(system: impl SimSystem + 'static) -> Trial {
    scenario("pause-past-lease").variant("mine", system).like("fenced").seeds(0..30)
}

/// How [`Prefixed`] names its keys.
const KEYS: Keys = Keys { lock: |lock| format!("lock:{lock}"), counter: |lock| format!("fence:lock:{lock}") };

#[test]
fn keys_of_another_name_are_read_where_the_lock_says_so() {
    fenced(redis::system(Prefixed::new).keyed(KEYS)).assert_expected();
}

/// A projection that sees nothing must not make a lock look safe: whoever says that it was granted has to have
/// a grant.
#[test]
fn grants_that_nobody_sees_are_no_pass() {
    let unseen = [
        ran(fenced(redis::system(Prefixed::new))),
        ran(fenced(redis::system(RedisLock::new).projected(|_, _| Box::new(NoProjection)))),
    ];
    for tried in unseen {
        let truthful = tried.row.properties().find(|(property, _)| property.property == "truthful");
        let (tally, opinion) = truthful.expect("it is judged");
        assert_eq!((tally.broken, opinion), (30, Opinion::BrokeInsideClaims), "{}", tried.told());
    }
}

/// Its author may state claims of his own: here none, so that nothing is inside of them.
#[test]
fn a_data_sheet_can_be_replaced() {
    let modest = redis::system(Prefixed::new).keyed(KEYS).described(|shipped| Descriptor {
        about: "it promises nothing",
        claims: |_| Vec::new(),
        ..shipped
    });
    assert_eq!(modest.descriptor().defects.len(), 0, "our switches are no part of it");
    let tried = ran(scenario("pause-past-lease").variant("mine", modest).seeds(0..10));
    assert!(tried.told().contains("the lock does not claim this under these settings"), "{}", tried.told());
    assert!(tried.row.properties().all(|(_, opinion)| opinion != Opinion::BrokeInsideClaims));
}

/// As a newcomer does it: a project out of the template, outside of the checkout, without a flag. Its tests
/// pass, its command line has one more lock, and that lock is a row beside the others.
#[test]
fn the_project_of_the_template_works_on_bare_ground() {
    let folder = tempfile::tempdir().expect("a folder");
    let mine = folder.path().join("mine");
    let (root, place) =
        (concat!(env!("CARGO_MANIFEST_DIR"), "/.."), mine.to_str().expect("a path of letters"));
    let new = Command::new(env!("CARGO_BIN_EXE_fencepost-under-test"))
        .args(["new", "lock", "mine", "--out", place, "--checkout", root])
        .output()
        .expect("the binary runs");
    assert!(new.status.success(), "{}", String::from_utf8_lossy(&new.stderr));

    let compared = "title = 'Compared'\nseeds = 10\nlength = '5s'\nlocks = ['redis', 'raft']\n";
    let suite = mine.join("scenarios/comparison");
    std::fs::create_dir_all(&suite).expect("a folder");
    std::fs::write(suite.join("calm.toml"), compared).expect("a file");

    let (tests, _) = cargo(&mine, &["test", "--offline"], 0);
    assert!(tests.contains("test result: ok. 5 passed"), "{tests}");
    let (locks, _) = cargo(&mine, &["run", "--offline", "--quiet", "--", "list", "locks"], 0);
    assert!(locks.contains("\n  mine                my lock on one Redis\n"), "{locks}");
    let (table, _) = cargo(&mine, &["run", "--offline", "--quiet", "--", "run", "scenarios/comparison"], 0);
    assert!(table.contains("bare ground"), "{table}");
    for row in ["calm  redis", "calm  raft", "calm  mine"] {
        assert!(table.contains(&format!("ok  {row}")), "{table}");
    }
    let replay = ["run", "--offline", "--quiet", "--", "replay", "pause-past-lease/mine-as-plain@0"];
    let (story, _) = cargo(&mine, &replay, 0);
    assert!(story.contains("repeated exactly"), "{story}");
}

/// Runs cargo in a project on bare ground, for not longer than a quarter of an hour.
#[expect(clippy::disallowed_methods, reason = "another process is waited for")]
fn cargo(project: &Path, args: &[&str], code: i32) -> (String, String) {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "../target".into(), PathBuf::from);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join(target).join("bare");
    let logs = (project.join("stdout.txt"), project.join("stderr.txt"));
    let log = |path: &Path| Stdio::from(std::fs::File::create(path).expect("a file"));
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for flag in [
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_MANIFEST_DIR",
    ] {
        command.env_remove(flag);
    }
    command.args(args).current_dir(project).env("CARGO_TARGET_DIR", target).env("NO_COLOR", "1");
    command.stdin(Stdio::null()).stdout(log(&logs.0)).stderr(log(&logs.1));
    let mut child = command.spawn().expect("cargo starts");
    let mut seconds = 0;
    let status = loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            break status;
        }
        if seconds == 900 {
            child.kill().expect("it is ours");
            panic!("`cargo {}` takes too long", args.join(" "));
        }
        sleep(Duration::from_secs(1));
        seconds += 1;
    };
    let told = |path: &Path| std::fs::read_to_string(path).expect("text");
    let (stdout, stderr) = (told(&logs.0), told(&logs.1));
    assert_eq!(status.code(), Some(code), "cargo {}\n{stdout}\n{stderr}", args.join(" "));
    (stdout, stderr)
}
