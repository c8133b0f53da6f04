//! Files with a few bytes changed: no panic, and each refusal names a line of the file.

use super::generate::Chance;
use super::reading::events;
use fencepost_check::history::read::Format;

/// One good file of each format.
pub const GOOD: [(&str, Format); 4] = [
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

/// Reads mutilated files of every format; gives back how many were refused.
pub fn survive(files: std::ops::Range<u64>) -> u64 {
    let mut refused = 0;
    for number in files {
        let mut chance = Chance(number);
        let (text, format) = GOOD[chance.below(GOOD.len() as u64) as usize];
        let mut text = text.as_bytes().to_vec();
        for _ in 0..1 + chance.below(8) {
            mutilate(&mut text, &mut chance);
        }
        let format = chance.percent(70).then_some(format);
        let lines = text.split(|byte| *byte == b'\n').count() as u64;
        if let Err(refusal) = events(&text, format) {
            refused += 1;
            let line = refusal.line;
            assert!((1..=lines).contains(&line), "{refusal:?} of {lines} lines: {}", text.escape_ascii());
        }
    }
    refused
}
