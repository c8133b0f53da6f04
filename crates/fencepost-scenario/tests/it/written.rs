//! One run as a file of its own: its faults written down, its draws named, its clients picked.

use crate::{scenario, told};
use fencepost_scenario::written;

const HEAD: &str = "title = \"t\"\nlocks = [\"redis\", \"cluster\"]\nseeds = 3\n";

/// Every kind of fault with every key, and every placing.
const FAULTS: &[&str] = &[
    "at = \"1500ms\"\nkill = { who = \"c2\", restart-after = \"1s\" }",
    "at = \"2s\"\nkill = { who = \"holder\" }",
    "at = \"1s\"\nrestart = { who = \"store\" }",
    "at = { min = \"1s\", max = \"2s\" }\npower-cut = { who = \"redis\", restart-after = { min = \"1s\", max = \"2s\" } }",
    "every = { min = \"5s\", max = \"15s\" }\npause = { who = \"client\", hold = { min = \"1s\", max = \"4s\" } }",
    "on = { event = \"acquired\", owner = \"c1.1\", nth = 3, after = \"7ms\" }\nsuspend = { who = \"c1\", hold = \"1s\" }",
    "on = { event = \"write-sent\" }\npartition = { who = \"holder\", from = \"store\", direction = \"to\", hold = \"3s\" }",
    "at = \"1s\"\npartition = { who = \"resource\", hold = \"3s\" }",
    "at = \"1s\"\ndelay = { who = \"c1\", by = { min = \"1ms\", max = \"9ms\" }, direction = \"from\", hold = \"2s\" }",
    "skew = { who = \"c3\", by = \"-250ms\" }",
    "at = \"3s\"\njump = { who = \"store\", by = { min = \"-3s\", max = \"-1s\" } }",
    "at = \"3s\"\ndrift = { who = \"c1\", ppm = -200, hold = \"4s\" }",
    "at = \"3s\"\ndrift = { who = \"c1\", ppm = 300 }",
    "at = \"3s\"\nstall = { who = \"store\", slower = \"20ms\", hold = \"4s\" }",
    "at = \"3s\"\nstall = { who = \"store\", hold = \"4s\" }",
    "at = \"3s\"\nevict = { who = \"store\" }",
    "at = \"3s\"\ncancel = { who = \"c1.1\" }",
    "at = \"3s\"\nloss = { who = \"c1\", rate = \"12.5%\", hold = \"4s\" }",
    "at = \"3s\"\nduplicate = { who = \"c1\", rate = \"7ppm\", direction = \"to\", hold = \"4s\" }",
    "at = \"3s\"\nreorder = { who = \"c1\", by = \"40ms\", hold = \"4s\" }",
    "message = { kind = \"acquire-reply\", nth = 2, client = \"c2\", delay = \"3s\" }",
    "message = { kind = \"release\", lose = true }",
    "message = { kind = \"write\", duplicate = true }",
    "at-point = { kind = \"send\", message = \"write\", who = \"c1.1\", nth = 2 }\npause = { who = \"c1\", hold = \"3s\" }",
];

fn file(faults: &[String]) -> String {
    let entries: Vec<String> = faults.iter().map(|fault| format!("[[fault]]\n{fault}\n")).collect();
    format!("{HEAD}[workload]\ntransport = \"datagram\"\n{}", entries.concat())
}

#[test]
fn what_is_written_is_read_back() {
    let drawn: Vec<String> = FAULTS.iter().map(|fault| (*fault).to_owned()).collect();
    for (variant, seed) in [("redis", 0), ("redis", 1), ("cluster", 2)] {
        let plan = scenario(&file(&drawn)).plan(variant, seed);
        let fixed: Vec<String> = plan.faults.iter().map(written).collect();
        let again = scenario(&file(&fixed)).plan(variant, 99);
        let what = |plan: &fencepost_model::Plan| -> Vec<_> {
            plan.faults.iter().map(|fault| (fault.place.clone(), fault.what.clone())).collect()
        };
        assert_eq!(what(&again), what(&plan), "{variant}@{seed}");
        assert!(plan.faults.len() >= FAULTS.len(), "every one of them is in the plan");
    }
}

#[test]
fn a_run_can_have_the_draws_of_another_scenario() {
    let clock = "[clock]\ndrift = \"200ppm\"\nskew = \"50ms\"\n";
    let own = scenario(&format!("{HEAD}{clock}"));
    // The id of every scenario here is `test`.
    let other = scenario(&format!("{HEAD}drawn-as = \"test@5\"\n{clock}"));
    assert_eq!((other.plan("redis", 0).key, other.plan("redis", 0).machines), {
        let plan = own.plan("redis", 5);
        (plan.key, plan.machines)
    });
    assert_eq!(other.plan("redis", 2).key, own.plan("redis", 7).key, "and so do the seeds that follow");
    assert_ne!(
        scenario(&format!("{HEAD}drawn-as = \"another@5\"")).plan("redis", 0).key,
        own.plan("redis", 5).key
    );
}

#[test]
fn a_run_without_some_clients_keeps_the_names_and_clocks_of_the_others() {
    let all =
        scenario(&format!("{HEAD}[clock]\ndrift = \"200ppm\"\n[clients]\ncount = 5\n")).plan("redis", 1);
    let few = scenario(&format!("{HEAD}[clock]\ndrift = \"200ppm\"\n[clients]\nnames = [\"c5\", \"c2\"]\n"))
        .plan("redis", 1);
    let names: Vec<&str> = few.clients.iter().map(|client| client.name.as_str()).collect();
    assert_eq!(names, ["c2", "c5"]);
    for machine in &few.machines {
        assert!(all.machines.contains(machine), "{machine:?} is as it was");
    }
}

#[test]
fn mistakes_in_them_are_told() {
    let clients = |names: &str| told(&format!("{HEAD}[clients]\n{names}\n"));
    assert!(clients("names = []").contains("error[no-clients]"));
    assert!(clients("names = [\"c1.1\"]").contains("error[bad-client]"));
    assert!(clients("names = [\"c1\"]\ncount = 3").contains("error[two-counts]"));
    let gone = told(&format!(
        "{HEAD}[clients]\nnames = [\"c1\", \"c4\"]\n[[fault]]\nat = \"1s\"\nrestart = {{ who = \"c2\" }}"
    ));
    assert!(gone.contains("this scenario has clients `c1`, `c4`"), "{gone}");
    for run in ["test", "test@", "@5", "test@-1"] {
        assert!(told(&format!("{HEAD}drawn-as = \"{run}\"")).contains("error[bad-drawn-as]"), "{run}");
    }
}
