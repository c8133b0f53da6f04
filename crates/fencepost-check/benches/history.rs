//! How fast histories are judged: fenced locks of 10 thousand to a million calls, 8 and 64 clients, with and
//! without unknown outcomes and a planted double grant; with and without reading them from JSON Lines.
//!
//! The bars: 5 million calls a second without reading, 100 MB a second with it, and a definite verdict in all.
//!
//! The baseline is the linearizability tester of Stateright, on the same histories of 2 clients for as far as it
//! goes: its time and its memory grow faster than the length.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fencepost_check::history::read::{Format, Reader};
use fencepost_check::history::{Action, Event, Examiner, Model, Opinion, Phase, Rules, judge_all};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use std::fmt::Write;
use std::hint::black_box;

#[derive(Clone, Copy)]
struct Shape {
    calls: usize,
    clients: usize,
    /// Of a hundred calls.
    unknown: usize,
    planted: bool,
}

/// A history as our own lines. Each client asks at once and waits; the lock goes round.
fn text(shape: Shape) -> String {
    let Shape { calls, clients, unknown, planted } = shape;
    let mut text = String::new();
    let mut names: Vec<usize> = (0..clients).collect();
    let (mut t, mut token, mut made) = (1_763_640_000_000_000_000_u64, 0, 0);
    let mut line = |who: usize, op: &str, token: Option<u64>| {
        t += 1_000;
        let end = token.map(|token| format!(", \"token\": {token}")).unwrap_or_default();
        writeln!(text, "{{\"t\": {t}, \"who\": \"pod-{who}\", \"lock\": \"orders\", \"op\": \"{op}\"{end}}}")
            .unwrap();
    };
    names.iter().for_each(|name| line(*name, "acquiring", None));
    // Every so many calls one ends nobody knows how; a prime step meets both kinds of call.
    let is_unknown = |made: usize| unknown > 0 && made % (100 / unknown) == 37 % (100 / unknown);
    while made < calls {
        let turn = (made / 2) % clients;
        made += 1;
        if is_unknown(made) {
            line(names[turn], "unknown", None);
            names[turn] += clients;
            made += 1;
            line(names[turn], "acquiring", None);
            continue;
        }
        token += 1;
        line(names[turn], "acquired", Some(token));
        if planted && made > calls * 9 / 10 && made < calls * 9 / 10 + 3 {
            token += 1;
            line(names[(turn + 1) % clients], "acquired", Some(token));
            line(names[(turn + 1) % clients], "releasing", None);
            line(names[(turn + 1) % clients], "released", None);
            line(names[(turn + 1) % clients], "acquiring", None);
        }
        line(names[turn], "releasing", None);
        made += 1;
        if is_unknown(made + 1) {
            line(names[turn], "unknown", None);
            names[turn] += clients;
        } else {
            line(names[turn], "released", None);
        }
        line(names[turn], "acquiring", None);
    }
    text
}

fn events(text: &str) -> Vec<Event> {
    let mut reader = Reader::open(text.as_bytes(), Some(Format::Lines)).unwrap();
    std::iter::from_fn(|| reader.next_event().unwrap()).collect()
}

fn judged(rules: Rules, events: &[Event]) -> bool {
    let mut examiner = Examiner::new(rules);
    events.iter().for_each(|event| examiner.take(event));
    match examiner.finish().worst() {
        Opinion::Violated(_) => false,
        Opinion::Holds | Opinion::NotOffered => true,
        Opinion::Unclear(doubt) => panic!("a history within the assumptions is unclear: {doubt:?}"),
    }
}

fn calls_of(events: &[Event]) -> u64 {
    events.iter().filter(|event| event.phase == Phase::Invoke).count() as u64
}

fn fenced(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fenced");
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_millis(1_500));
    for calls in [10_000, 100_000, 1_000_000] {
        for clients in [8, 64] {
            for (unknown, planted) in [(0, false), (0, true), (2, false), (2, true)] {
                let shape = Shape { calls, clients, unknown, planted };
                let events = events(&text(shape));
                let rules = Rules::of(Model::Fenced);
                assert_eq!(judged(rules, &events), !planted, "{calls} {clients} {unknown}");
                let name =
                    format!("{calls}/{clients} clients/{unknown} %{}", if planted { "/double" } else { "" });
                group.throughput(Throughput::Elements(calls_of(&events)));
                group.bench_function(BenchmarkId::new("judge", name), |bencher| {
                    bencher.iter(|| judged(rules, black_box(&events)));
                });
            }
        }
    }
    group.finish();
}

fn ownerless(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ownerless");
    group.sample_size(10).measurement_time(std::time::Duration::from_millis(1_500));
    let shape = Shape { calls: 1_000_000, clients: 64, unknown: 0, planted: false };
    let events = events(&text(shape));
    assert!(events.iter().all(|event| event.action != Action::Lost));
    group.throughput(Throughput::Elements(calls_of(&events)));
    group.bench_function("judge/1000000/64 clients", |bencher| {
        bencher.iter(|| judged(Rules::of(Model::Mutex), black_box(&events)));
    });
    group.finish();
}

fn read_and_judge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lines");
    group.sample_size(10).measurement_time(std::time::Duration::from_millis(1_500));
    for calls in [10_000, 1_000_000] {
        let text = text(Shape { calls, clients: 64, unknown: 2, planted: false });
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("read and judge", calls), |bencher| {
            bencher.iter(|| {
                let mut reader = Reader::open(black_box(text.as_bytes()), None).unwrap();
                judge_all(&mut reader, Rules::of(Model::Fenced)).unwrap()
            });
        });
    }
    group.finish();
}

/// A fenced mutex in the words of Stateright.
#[derive(Clone, Debug, Default)]
struct Lock {
    holder: Option<u32>,
    token: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Op {
    Acquire(u32),
    Release(u32),
}

impl SequentialSpec for Lock {
    type Op = Op;
    /// The token of an acquire, 0 of a release.
    type Ret = u64;

    fn invoke(&mut self, op: &Op) -> u64 {
        match op {
            Op::Acquire(who) => {
                self.holder = Some(*who);
                self.token += 1;
                self.token
            }
            Op::Release(_) => {
                self.holder = None;
                0
            }
        }
    }

    fn is_valid_step(&mut self, op: &Op, told: &u64) -> bool {
        let is_legal = match op {
            Op::Acquire(_) => self.holder.is_none() && *told > self.token,
            Op::Release(who) => self.holder == Some(*who),
        };
        if is_legal {
            self.invoke(op);
            self.token = self.token.max(*told);
        }
        is_legal
    }
}

fn stateright_says(events: &[Event]) -> bool {
    let mut tester = LinearizabilityTester::new(Lock::default());
    for event in events {
        let who = event.who.0;
        let op = if event.action == Action::Acquire { Op::Acquire(who) } else { Op::Release(who) };
        let taken = match event.phase {
            Phase::Invoke => tester.on_invoke(who, op),
            _ => tester.on_return(who, event.token.unwrap_or(0)),
        };
        taken.expect("one call at a time, of each client");
    }
    tester.is_consistent()
}

fn baseline(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("two clients");
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_millis(1_500));
    for calls in [100, 300, 1_000, 3_000] {
        let events = events(&text(Shape { calls, clients: 2, unknown: 0, planted: false }));
        let rules = Rules::of(Model::Fenced);
        assert!(judged(rules, &events) && stateright_says(&events), "both say that it is legal");
        group.throughput(Throughput::Elements(calls_of(&events)));
        group.bench_function(BenchmarkId::new("judge", calls), |bencher| {
            bencher.iter(|| judged(rules, black_box(&events)));
        });
        group.bench_function(BenchmarkId::new("stateright", calls), |bencher| {
            bencher.iter(|| stateright_says(black_box(&events)));
        });
    }
    group.finish();
}

criterion_group!(benches, fenced, ownerless, read_and_judge, baseline);
criterion_main!(benches);
