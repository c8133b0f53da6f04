//! Words: the fixed ones of scenario files, and how unknown ones are shown and guessed at.

use fencepost_model::Direction;

/// The kinds of messages that a fault may choose.
pub const MESSAGE_KINDS: &[&str] = &[
    "acquire",
    "acquire-reply",
    "extend",
    "extend-reply",
    "release",
    "release-reply",
    "status",
    "status-reply",
    "subscribe",
    "subscribe-reply",
    "listen",
    "listen-reply",
    "read",
    "read-reply",
    "write",
    "write-reply",
    "commit",
    "commit-reply",
    "rollback",
    "rollback-reply",
    "charge",
    "charge-reply",
    "replicate",
    "replicate-ack",
];

/// The words of `sometimes`, each with what it means. Beside them stands `fired:` with a fault's word.
pub const SIGHTS: &[(&str, &str)] = &[
    ("contention", "an owner asked for a lock that another one had"),
    ("hand-over", "a lock went from one owner to another"),
    ("lease-expiry", "a promise ran out"),
    ("extension", "a tenure was prolonged"),
    ("unknown-acquire", "an acquire ended without a definite answer"),
    ("unknown-release", "a release ended without a definite answer"),
    ("loss-notice", "an owner was told that it had lost the lock"),
    ("write-refused", "the resource's gate refused a write"),
    ("failover", "a replica took over, or another leader was elected"),
];

/// How messages travel to the resource, each with what it means.
pub const TRANSPORTS: &[(&str, &str)] = &[
    ("stream", "in order and exactly once, until the connection breaks"),
    ("datagram", "each by itself: it can get lost, arrive twice, and be overtaken"),
];

/// Which way a fault of links works, seen from its target.
pub(crate) const DIRECTIONS: [(&str, Direction); 3] =
    [("both", Direction::Both), ("to", Direction::To), ("from", Direction::From)];

/// What names consist of, as a help line.
pub(crate) const NAMES: &str = "names have 1 to 64 letters, digits, `-`, `_` and `.`";

/// The longest part of a user's word that a message repeats.
const SHOWN: usize = 60;
/// The most words that a message lists.
const LISTED: usize = 24;
/// The longest word that is compared with others: comparing takes the product of the lengths.
const COMPARED: usize = 48;
/// How many letters of the other word count.
const FARTHEST: usize = 128;

/// A word of the user in back quotes: cut short, with control characters made visible.
pub(crate) fn quote(word: &str) -> String {
    format!("`{}`", clip(word))
}

/// Text of the user, cut short, with control characters made visible.
pub(crate) fn clip(text: &str) -> String {
    clip_to(text, SHOWN)
}

/// As [`clip`], to another length.
pub(crate) fn clip_to(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).flat_map(visible).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

fn visible(letter: char) -> Vec<char> {
    if letter.is_control() { letter.escape_default().collect() } else { vec![letter] }
}

/// A list for a sentence: `a`, `b` and `c`.
pub(crate) fn list(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(LISTED).map(|word| quote(word)).collect();
    let more = words.len().saturating_sub(LISTED);
    match shown.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some(_) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The candidate that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(COMPARED + 1).collect();
    if letters.len() > COMPARED {
        return None;
    }
    let reach = (letters.len() / 3).max(1);
    let near = |candidate: &&'a str| (distance(&letters, candidate), *candidate);
    let (steps, candidate) = candidates.iter().map(near).min()?;
    // A word of which nothing is left was not meant.
    if steps <= reach && steps < letters.len() {
        return Some(candidate);
    }
    candidates.iter().copied().find(|candidate| letters.len() >= 3 && candidate.starts_with(word))
}

/// How many letters of a word have to be put in, taken out, changed or swapped with their neighbour, until it is
/// the other. Of the other only the first letters count: what is as long was not meant by a short word.
pub fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().take(FARTHEST).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let changed = row[j] + usize::from(letter != other);
            let mut best = changed.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *letter == to[j - 1] && from[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[to.len()]
}

/// The 1-based line in which a byte of the text stands.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Whether a name may stand in case ids and file names.
pub(crate) fn is_name(word: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (1..=64).contains(&word.len()) && word.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        assert_eq!(nearest("redsi", &["none", "redis"]), Some("redis"));
        assert_eq!(nearest("exclusive-believe", &["exclusive-belief", "fencing"]), Some("exclusive-belief"));
        assert_eq!(nearest("zookeeper", &["none", "redis"]), None);
        assert_eq!(nearest("aof", &["none", "aof-always"]), Some("aof-always"));
        assert_eq!(nearest("x", &["a"]), None, "a word of which nothing is left was not meant");
    }

    #[test]
    fn what_the_user_wrote_is_never_echoed_at_length() {
        assert!(quote(&"é".repeat(1_000_000)).len() < 200);
        assert_eq!(quote("a\u{1b}[31m"), "`a\\u{1b}[31m`");
    }

    #[test]
    fn a_list_reads_as_a_sentence() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert!(list(&["a"; 100]).ends_with("and 76 more"));
    }
}
