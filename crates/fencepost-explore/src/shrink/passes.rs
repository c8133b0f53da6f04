//! The passes: which smaller stories to try, in which order.

use super::attempts::Attempts;
use super::numbers::{rounder, step_of, times_of};
use super::story::Story;
use fencepost_model::{Fault, Instant, Placement, PlannedFault, SettingValue, Span, Split, Target};
use fencepost_sim::{Fate, RunResult};
use toml::Value;

/// How often all passes are gone through: each makes room for the others.
const ROUNDS: usize = 8;

/// Makes smaller stories of one, the smallest first.
type Pass = fn(&Story, &Seen<'_>) -> Vec<Story>;

/// In the order of what readers care for most.
const PASSES: &[(Kind, Pass)] = &[
    (Kind::Edit, ends_early),
    (Kind::Edit, without_idle_faults),
    (Kind::Removal, fewer_faults),
    (Kind::Edit, by_name),
    (Kind::Removal, fewer_clients),
    (Kind::Removal, fewer_owners),
    (Kind::Edit, fewer_servers),
    (Kind::Edit, fewer_operations),
    (Kind::Edit, without_habits),
    (Kind::Edit, true_clocks),
    (Kind::Edit, constants),
    (Kind::Edit, shorter_times),
    (Kind::Edit, smaller_steps),
    (Kind::Edit, counted_from_one),
];

/// Whether a pass takes parts away: what a 1-minimal story is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Removal,
    Edit,
}

/// What was seen of the story as it is.
struct Seen<'a> {
    fates: &'a [Fate],
    /// When the violation was.
    at: Span,
}

/// Takes away until nothing can be taken away.
pub(super) fn smallest(mut story: Story, mut run: RunResult, attempts: &mut Attempts<'_>) -> Story {
    for _ in 0..ROUNDS {
        let before = attempts.succeeded;
        attempts.vain_removals = 0;
        for (kind, pass) in PASSES {
            (story, run) = exhaust(story, run, (*kind, *pass), attempts);
        }
        if attempts.succeeded == before || attempts.are_over() {
            break;
        }
    }
    story
}

/// Goes through one pass as long as it helps.
fn exhaust(
    mut story: Story,
    mut run: RunResult,
    (kind, pass): (Kind, Pass),
    attempts: &mut Attempts<'_>,
) -> (Story, RunResult) {
    loop {
        let at = attempts.kept().violation(&run).map_or(story.length, |found| found.at.since(Instant::START));
        let mut smaller = None;
        for candidate in pass(&story, &Seen { fates: &run.fates, at }) {
            if attempts.are_over() {
                return (story, run);
            }
            if let Some(ran) = attempts.attempt(&candidate) {
                smaller = Some((candidate, ran));
                break;
            }
            if kind == Kind::Removal {
                attempts.vain_removals += 1;
            }
        }
        match smaller {
            Some(found) => (story, run) = found,
            None => return (story, run),
        }
    }
}

/// The run ends soon after the violation.
fn ends_early(story: &Story, seen: &Seen<'_>) -> Vec<Story> {
    let ends = rounder(story.length).into_iter().filter(|end| *end > Span::ZERO && *end < story.length);
    let grain = 100_000_000;
    let soon = Span((seen.at.0 / grain + 1) * grain);
    let soon = (soon < story.length).then_some(soon);
    let with = |length| Story { length, faults: only_before(&story.faults, length), ..story.clone() };
    ends.filter(|end| *end >= seen.at).chain(soon).map(with).collect()
}

/// A fault may not be placed after the end.
fn only_before(faults: &[PlannedFault], length: Span) -> Vec<PlannedFault> {
    let in_time = |fault: &&PlannedFault| !matches!(fault.place, Placement::At(at) if at > length);
    faults.iter().filter(in_time).cloned().collect()
}

/// Faults that did not fire, or only after the violation, go first.
fn without_idle_faults(story: &Story, seen: &Seen<'_>) -> Vec<Story> {
    let matters = |fate: &Fate| matches!(fate, Fate::Fired { at, .. } if at.since(Instant::START) <= seen.at);
    let kept: Vec<_> = story
        .faults
        .iter()
        .zip(seen.fates)
        .filter(|(_, fate)| matters(fate))
        .map(|(fault, _)| fault.clone())
        .collect();
    if kept.len() == story.faults.len() { Vec::new() } else { vec![Story { faults: kept, ..story.clone() }] }
}

fn fewer_faults(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let fewer = without_some(&story.faults).into_iter();
    fewer.map(|faults| Story { faults, ..story.clone() }).collect()
}

/// Whoever was hit is hit by name: a reader need not look up who held the lock.
fn by_name(story: &Story, seen: &Seen<'_>) -> Vec<Story> {
    let mut named = Vec::new();
    for (place, fate) in seen.fates.iter().enumerate() {
        let Fate::Fired { target, .. } = fate else { continue };
        let mut faults = story.faults.clone();
        if let Some(who) = faults.get_mut(place).and_then(|fault| fault.what.target_mut())
            && matches!(who, Target::Holder | Target::Leader)
        {
            *who = Target::Named(target.to_string());
            named.push(Story { faults, ..story.clone() });
        }
    }
    named
}

/// With a client go the faults that name it.
fn fewer_clients(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let fewer = without_some(&story.clients).into_iter().filter(|clients| !clients.is_empty());
    let with = |clients: Vec<String>| {
        let gone = |client: &&String| !clients.contains(client);
        let gone: Vec<&String> = story.clients.iter().filter(gone).collect();
        let stays = |fault: &&PlannedFault| {
            let mut fault = (*fault).clone();
            !names_in(&mut fault)
                .iter()
                .any(|name| gone.iter().any(|client| owner_of(client, name).is_some()))
        };
        let faults = story.faults.iter().filter(stays).cloned().collect();
        Story { clients, faults, ..story.clone() }
    };
    fewer.map(with).collect()
}

fn fewer_owners(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    (1..story.owners).map(|owners| Story { owners, ..story.clone() }).collect()
}

/// A setting that is a number of servers has few of them.
fn fewer_servers(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let mut fewer = Vec::new();
    for (place, (name, value)) in story.settings.iter().enumerate() {
        if let (true, SettingValue::Number(count)) = (counts_servers(name), value) {
            for count in 1..*count {
                let mut smaller = story.clone();
                smaller.settings[place].1 = SettingValue::Number(count);
                fewer.push(smaller);
            }
        }
    }
    fewer
}

fn counts_servers(setting: &str) -> bool {
    matches!(setting, "nodes" | "replicas" | "members")
}

fn fewer_operations(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    const MOST: i64 = 20;
    let now = story.get("workload", "per-owner").and_then(Value::as_integer).unwrap_or(i64::MAX);
    let tried = (1..=MOST).take_while(|count| *count < now);
    tried.map(|count| story.with("workload", "per-owner", Some(Value::Integer(count)))).collect()
}

/// What owners do beside taking the lock.
fn without_habits(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let habits = ["extend-every", "ask-status", "takes"];
    let there = habits.into_iter().filter(|key| story.get("workload", key).is_some());
    there.map(|key| story.with("workload", key, None)).collect()
}

fn true_clocks(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let there = ["drift", "skew"].into_iter().filter(|key| story.get("clock", key).is_some());
    there.map(|key| story.with("clock", key, None)).collect()
}

/// Laws become constants: the run draws less.
fn constants(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    const LAWS: [(&str, &str, &[&str]); 4] = [
        ("network", "latency", &["1ms", "2ms", "5ms", "10ms"]),
        ("workload", "think", &["0s", "1ms", "10ms", "100ms", "1s"]),
        ("workload", "hold", &["10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "1s", "2s"]),
        ("disk", "sync", &["1ms"]),
    ];
    let mut simpler = Vec::new();
    for (table, key, times) in LAWS {
        let now = story.get(table, key);
        // Disks matter to few: what is not there need not be said.
        if now.is_some_and(Value::is_str) || (table == "disk" && now.is_none()) {
            continue;
        }
        let ends = ["min", "mean", "max"].into_iter().filter_map(|end| now?.get(end)?.as_str());
        for time in times.iter().copied().chain(ends) {
            simpler.push(story.with(table, key, Some(Value::String(time.to_owned()))));
        }
    }
    simpler
}

/// Each time of each fault by itself, the smallest first.
fn shorter_times(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let mut shorter = Vec::new();
    for place in 0..story.faults.len() {
        let mut fault = story.faults[place].clone();
        let times: Vec<Span> = times_of(&mut fault).iter().map(|time| **time).collect();
        for (which, time) in times.into_iter().enumerate() {
            for tried in rounder(time) {
                let mut smaller = story.clone();
                *times_of(&mut smaller.faults[place])[which] = tried;
                shorter.push(smaller);
            }
        }
        if let Placement::On(trigger) = &story.faults[place].place {
            for nth in (1..trigger.nth).take(20) {
                let mut smaller = story.clone();
                if let Placement::On(trigger) = &mut smaller.faults[place].place {
                    trigger.nth = nth;
                }
                shorter.push(smaller);
            }
        }
    }
    shorter
}

/// Each step of a clock by itself.
fn smaller_steps(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let mut smaller = Vec::new();
    for place in 0..story.faults.len() {
        let Some(by) = step_of(&mut story.faults[place].clone()).copied() else { continue };
        for tried in rounder(Span(by.unsigned_abs())) {
            let mut story = story.clone();
            if let Some(step) = step_of(&mut story.faults[place]) {
                *step = tried.0 as i64 * by.signum();
            }
            smaller.push(story);
        }
    }
    smaller
}

/// `c3` and `c5` become `c1` and `c2`, where the draws that follow from the names do not matter.
fn counted_from_one(story: &Story, _seen: &Seen<'_>) -> Vec<Story> {
    let names: Vec<String> = (1..=story.clients.len()).map(|number| format!("c{number}")).collect();
    if names == story.clients {
        return Vec::new();
    }
    let mut story = story.clone();
    // Old names rise with their places, so no new name is taken for an old one later.
    for (old, new) in story.clients.iter().zip(&names) {
        story.faults.iter_mut().for_each(|fault| rename(fault, old, new));
    }
    story.clients = names;
    vec![story]
}

/// Gives a client another name in a fault.
fn rename(fault: &mut PlannedFault, old: &str, new: &str) {
    for name in names_in(fault) {
        if let Some(owner) = owner_of(old, name) {
            *name = format!("{new}{owner}");
        }
    }
}

/// Everybody whom a fault names, to be changed in place.
fn names_in(fault: &mut PlannedFault) -> Vec<&mut String> {
    let mut names = Vec::new();
    match &mut fault.place {
        Placement::On(trigger) => names.extend(trigger.owner.as_mut()),
        Placement::AtPoint(point) => names.extend(point.who.as_mut()),
        Placement::At(_) | Placement::WithMessage => {}
    }
    match &mut fault.what {
        Fault::Message { client, .. } => names.extend(client.as_mut()),
        Fault::Partition { who, split, .. } => {
            names.extend(named(who));
            if let Split::Between(other) = split {
                names.extend(named(other));
            }
        }
        what => names.extend(what.target_mut().and_then(named)),
    }
    names
}

fn named(target: &mut Target) -> Option<&mut String> {
    match target {
        Target::Named(name) => Some(name),
        Target::Holder | Target::Leader | Target::Lacking(_) => None,
    }
}

/// What follows the client's name, where this is the client or an owner in it: nothing, or `.2`.
fn owner_of<'a>(client: &str, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(client).filter(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Lists with some entries less: none at all first, then without one half, one quarter, and so on.
fn without_some<T: Clone>(entries: &[T]) -> Vec<Vec<T>> {
    let mut fewer = Vec::new();
    let mut chunk = entries.len();
    while chunk > 0 {
        for start in (0..entries.len()).step_by(chunk) {
            let end = (start + chunk).min(entries.len());
            fewer.push([&entries[..start], &entries[end..]].concat());
        }
        chunk /= 2;
    }
    fewer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_taken_away_first_and_single_entries_last() {
        let fewer = without_some(&[1, 2, 3, 4]);
        assert_eq!(fewer[0], [0; 0]);
        assert_eq!(fewer[1..3], [vec![3, 4], vec![1, 2]]);
        assert_eq!(fewer[3..], [vec![2, 3, 4], vec![1, 3, 4], vec![1, 2, 4], vec![1, 2, 3]]);
        assert!(without_some::<u8>(&[]).is_empty());
    }
}
