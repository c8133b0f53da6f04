//! Guessing what was meant by a name that does not exist.

use fencepost_scenario::distance;

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
