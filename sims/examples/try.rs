//! temporary
use fencepost_catalogue::catalogue;
use fencepost_sim::{RunOptions, run};
use std::collections::BTreeMap;
fn main() {
    let c = catalogue();
    let v = c.vocabulary();
    let seeds: u64 = std::env::args().nth(2).map_or(200, |s| s.parse().unwrap());
    let only = std::env::args().nth(1).unwrap();
    let one: Option<u64> = std::env::args().nth(3).map(|s| s.parse().unwrap());
    let mut files: Vec<_> = ["smoke", "classics"]
        .iter()
        .flat_map(|d| std::fs::read_dir(format!("scenarios/{d}")).unwrap())
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for f in files {
        let id = f.file_stem().unwrap().to_str().unwrap().to_owned();
        if only != "all" && !id.contains(&only) {
            continue;
        }
        let text = std::fs::read_to_string(&f).unwrap();
        let s = match fencepost_scenario::parse(&id, f.to_str().unwrap(), &text, &v) {
            Ok(s) => s,
            Err(m) => {
                println!("{}", m.render(false));
                continue;
            }
        };
        for var in &s.variants {
            let t = std::time::Instant::now();
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            let (mut msgs, mut steps, mut digest, mut ev) = (0, 0, 0u64, 0);
            for seed in 0..seeds {
                if one.is_some_and(|o| o != seed) {
                    continue;
                }
                let plan = s.plan(&var.name, seed);
                let sys = c.system(var.descriptor.name).unwrap();
                let r = run(
                    &plan,
                    sys,
                    c.workload(&plan.workload.name).unwrap(),
                    RunOptions { record: one.is_some(), ..RunOptions::default() },
                );
                msgs += r.messages;
                steps += r.steps;
                ev += r.events;
                digest = digest.rotate_left(1) ^ r.digest;
                for p in &r.judgement.properties {
                    match &p.verdict {
                        fencepost_model::Verdict::Violated(vs) => {
                            for v in vs {
                                *counts
                                    .entry(format!(
                                        "{} {}",
                                        p.property,
                                        match &v.standing {
                                            fencepost_model::Standing::Outside(e) => e
                                                .iter()
                                                .map(|e| e.assumption.to_string())
                                                .collect::<Vec<_>>()
                                                .join("+"),
                                            o => format!("{o:?}"),
                                        }
                                    ))
                                    .or_default() += 1;
                                if one.is_some() {
                                    println!("{v:#?}")
                                }
                            }
                        }
                        fencepost_model::Verdict::Holds => {}
                        o => *counts.entry(format!("{} {o:?}", p.property)).or_default() += 1,
                    }
                }
                for s in &r.judgement.seen {
                    *counts.entry(format!("~{s}")).or_default() += 1
                }
                for f in &r.fates {
                    if matches!(f, fencepost_sim::Fate::NotFired) {
                        *counts.entry("fault not fired".into()).or_default() += 1
                    }
                }
                if one.is_some() {
                    for e in &r.history {
                        println!("{}", serde_json::to_string(e).unwrap())
                    }
                    println!("{:?}", r.fates)
                }
            }
            println!(
                "{id}/{} {seeds} seeds {:?} msgs {} steps {} events {} digest {digest:x}",
                var.name,
                t.elapsed(),
                msgs / seeds,
                steps / seeds,
                ev / seeds
            );
            for (k, n) in counts {
                println!("      {n:6} {k}")
            }
        }
    }
}
