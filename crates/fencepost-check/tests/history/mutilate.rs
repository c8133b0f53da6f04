//! Files with a few bytes changed: no panic, and each refusal names a line of the file.

use super::chance::Chance;
use fencepost_check::history::read::{Format, Reader};
use fencepost_check::history::{Lease, Model, Rules, judge_all};
use fencepost_model::Span;
use std::num::NonZero;

/// Good files of each format: one that has everything that the format knows, and one of a lock.
pub const GOOD: [(&str, Format); 8] = [
    (
        "{\"t\": 1, \"who\": \"a\", \"op\": \"acquiring\", \"mode\": \"shared\"}\n{\"t\": 2, \"who\": \"a\", \"op\": \"granted\", \"tenure\": 1, \"token\": 9}\n{\"t\": 2, \"who\": \"a\", \"op\": \"acquired\", \"mode\": \"shared\", \"tenure\": 1}\n{\"t\": 3, \"who\": \"b\", \"op\": \"acquired\", \"token\": 4}\n{\"t\": 3, \"who\": \"a\", \"op\": \"extending\"}\n{\"t\": 4, \"who\": \"a\", \"op\": \"unknown\"}\n{\"t\": 5, \"who\": \"a\", \"op\": \"read\", \"tenure\": 2}\n{\"t\": 5, \"who\": \"a\", \"op\": \"releasing\"}\n{\"t\": 6, \"who\": \"a\", \"op\": \"ended\", \"tenure\": 1}\n{\"t\": 6, \"who\": \"a\", \"op\": \"released\"}\n{\"t\": 7, \"who\": \"b\", \"op\": \"released\"}\n",
        Format::Lines,
    ),
    (
        "{:process 0 :type :invoke :f :acquire :value [\"x\" nil] :time 1}\n{:process :service :type :info :f :granted :value [\"x\" {:client \"n1\" :fence 3 :tenure 1}] :time 2}\n{:process 0 :type :ok :f :acquire :value [\"x\" {:client \"n1\" :fence 3 :tenure 1}] :time 2}\n{:process 1 :type :invoke :f :acquire :value [\"x\" nil] :time 3}\n{:process 1 :type :ok :f :acquire :value [\"x\" {:client \"n2\" :fence 4 :tenure 2}] :time 4}\n{:process :resource :type :info :f :write :value [\"x\" {:client \"n1\" :tenure 1}] :time 4}\n{:process :owner :type :info :f :lost :value [\"x\" {:client \"n1\" :tenure 1}] :time 5}\n{:process 0 :type :invoke :f :release :value [\"x\" nil] :time 5}\n{:process 0 :type :info :f :release :value [\"x\" nil] :time 6}\n{:process 5 :type :invoke :f :release :value [\"x\" nil] :time 7}\n",
        Format::Edn,
    ),
    (
        "{\"process\": 0, \"type\": \"invoke\", \"f\": \"acquire\", \"value\": \"u\", \"time\": 1}\n{\"process\": 0, \"type\": \"ok\", \"f\": \"acquire\", \"value\": {\"client\": \"n1\", \"fence\": 2, \"uid\": \"u\"}, \"time\": 2}\n{\"process\": \"resource\", \"type\": \"info\", \"f\": \"write\", \"value\": {\"client\": \"n1\", \"fence\": 2, \"accepted\": false}}\n{\"process\": 1, \"type\": \"invoke\", \"f\": \"acquire\", \"value\": \"v\"}\n{\"process\": 1, \"type\": \"ok\", \"f\": \"acquire\", \"value\": {\"client\": \"n2\", \"fence\": 1}}\n{\"process\": 0, \"type\": \"invoke\", \"f\": \"release\"}\n",
        Format::Json,
    ),
    (
        "INFO jepsen.util - 0\t:invoke\t:acquire\tnil\nINFO jepsen.util - 0\t:ok\t:acquire\t{:client \"a\"}\n1 :invoke :acquire nil\n1 :ok :acquire nil\n0 :invoke :release nil\n0 :info :release nil\n1 :invoke :release nil\n1 :fail :release :not-held\n",
        Format::Log,
    ),
    (
        "{\"history\": \"fencepost\", \"version\": 1}\n{\"t\": 1, \"who\": \"a\", \"lock\": \"l\", \"op\": \"acquiring\"}\n{\"t\": 2, \"who\": \"a\", \"lock\": \"l\", \"op\": \"acquired\", \"token\": 3}\n{\"t\": 3, \"who\": \"a\", \"lock\": \"l\", \"op\": \"write\", \"accepted\": true}\n{\"t\": 4, \"who\": \"a\", \"lock\": \"l\", \"op\": \"lost\"}\n",
        Format::Lines,
    ),
    (
        "[{:process 0, :type :invoke, :f :acquire, :value \"u\", :index 0, :time 1} ; note\n{:process 0 :type :ok :f :acquire :value {:client \"n1\" :fence 7 :uid \"u\"}}\n#_{:a #{1 2}} {:process :nemesis :type :info :f :start :value [1 (2)]}\n{:process 0 :type :invoke :f :cas :value [1 2.5] :at #inst \"x\"} {:process 0 :type :fail :f :cas :value [1 nil] :error \"a\\\"\\u00e9\"}]",
        Format::Edn,
    ),
    (
        "[{\"process\": 0, \"type\": \"invoke\", \"f\": \"add\", \"value\": 3},\n {\"process\": 0, \"type\": \"ok\", \"f\": \"add\", \"value\": 3}, {\"process\": 1, \"type\": \"invoke\", \"f\": \"read\", \"value\": null}, {\"process\": 1, \"type\": \"ok\", \"f\": \"read\", \"value\": [3, 4]}]",
        Format::Json,
    ),
    (
        "x\nINFO jepsen.util - 0\t:invoke\t:write\t[1 2]\nINFO jepsen.util - 0\t:ok\t:write\t[1 2]\n:nemesis :info :start {:a\n1 :invoke :read [1 nil] :timeout\n",
        Format::Log,
    ),
];

/// One change: a byte replaced, removed, doubled; a piece removed, moved in from elsewhere.
fn mutilate(text: &mut Vec<u8>, chance: &mut Chance) {
    let at = |text: &Vec<u8>, chance: &mut Chance| chance.below(text.len().max(1) as u64) as usize;
    let place = at(text, chance);
    const SPICE: &[u8] = b"{}[]()\"\\;#_:,\n \t\x00\xff\xc3nN-9e.";
    match chance.below(6) {
        _ if text.is_empty() => text.extend_from_slice(SPICE),
        0 => text[place] = SPICE[chance.below(SPICE.len() as u64) as usize],
        1 => drop(text.remove(place)),
        2 => text.insert(place, SPICE[chance.below(SPICE.len() as u64) as usize]),
        3 => text.truncate(place),
        4 => {
            let until = (place + chance.below(30) as usize).min(text.len());
            let piece: Vec<u8> = text[place..until].to_vec();
            let to = at(text, chance);
            text.splice(to..to, piece);
        }
        _ => text[place] = chance.below(256) as u8,
    }
}

/// Reads and judges a mutilated file of a format, by rules of any kind. Says whether it was refused.
///
/// Panics where a reader or a checker does, and where a refusal names a line that is not there.
pub fn survive(format: Format, number: u64) -> bool {
    let mut chance = Chance(number);
    let good: Vec<&str> = GOOD.iter().filter(|(_, of)| *of == format).map(|(text, _)| *text).collect();
    let mut text = good[chance.below(good.len() as u64) as usize].as_bytes().to_vec();
    for _ in 0..1 + chance.below(8) {
        mutilate(&mut text, &mut chance);
    }
    let lines = text.split(|byte| *byte == b'\n').count() as u64;
    let told = chance.percent(70).then_some(format);
    let rules = rules(&mut chance);
    let judged = Reader::open(&text[..], told).and_then(|mut reader| judge_all(&mut reader, rules));
    let Err(refusal) = judged else { return false };
    assert!((1..=lines).contains(&refusal.line), "{refusal:?} of {lines} lines: {}", text.escape_ascii());
    true
}

fn rules(chance: &mut Chance) -> Rules {
    const MODELS: [Model; 8] = [
        Model::Mutex,
        Model::OwnedMutex,
        Model::Fenced,
        Model::ReentrantFenced(TWO),
        Model::Semaphore(TWO),
        Model::Rw,
        Model::CasRegister,
        Model::SetFull,
    ];
    const TWO: NonZero<u32> = NonZero::new(2).unwrap();
    Rules {
        lease: [Lease::Unknown, Lease::Never, Lease::Of(Span(2))][chance.below(3) as usize],
        clock_error: chance.percent(30).then_some(Span(1)),
        order_is_trusted: chance.percent(50),
        search: chance.percent(50),
        budget: 1_000,
        ..Rules::of(MODELS[chance.below(MODELS.len() as u64) as usize])
    }
}
