//! Guessing what was meant by a name that does not exist.

/// The longest word that is compared: comparing takes the product of the lengths.
const COMPARED: usize = 64;

/// The candidate that was probably meant, if one is near enough: few letters off, or the whole of which it is a part.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    if letters.is_empty() || letters.len() > COMPARED {
        return None;
    }
    let reach = (letters.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let is_part = letters.len() >= 3 && candidate.contains(word);
        let off = if is_part { 1 } else { distance(&letters, candidate) };
        if off <= reach && off < letters.len() && best.is_none_or(|(least, _)| off < least) {
            best = Some((off, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour.
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().take(2 * COMPARED).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        let known = ["pause-past-lease", "dead-holder", "smoke"];
        assert_eq!(nearest("pause-past-leese", known), Some("pause-past-lease"));
        assert_eq!(nearest("pause", known), Some("pause-past-lease"), "a part of it is enough");
        assert_eq!(nearest("smok", known), Some("smoke"));
        assert_eq!(nearest("zookeeper", known), None);
        assert_eq!(nearest("", known), None);
    }
}
