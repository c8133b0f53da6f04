//! Globs: `*` stands for any letters, `?` for one.

/// Whether the word is a glob and not a name.
pub fn is_glob(word: &str) -> bool {
    word.contains(['*', '?'])
}

/// Whether the whole of `text` fits the glob. A name fits only itself.
pub fn fits(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    // Where to go on when the letters after the last star do not fit: the star then takes one more.
    let mut retry = None;
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                g += 1;
                retry = Some((g, t));
            }
            Some(letter) if *letter == '?' || *letter == text[t] => {
                g += 1;
                t += 1;
            }
            _ => {
                let Some((after_star, taken)) = retry else { return false };
                (g, t) = (after_star, taken + 1);
                retry = Some((g, t));
            }
        }
    }
    glob[g..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_marks() {
        for (glob, text, expected) in [
            ("redis", "redis", true),
            ("redis", "redis2", false),
            ("redis*", "redis", true),
            ("*pause*", "classics/pause-past-lease", true),
            ("store-?lock", "store-clock", true),
            ("store-?lock", "store-lock", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("*", "", true),
            ("?", "é", true),
        ] {
            assert_eq!(fits(glob, text), expected, "{glob} on {text}");
        }
    }

    /// A matcher that backs up to every star would take longer than the universe has.
    #[test]
    fn many_stars_are_cheap() {
        assert!(!fits(&"*a".repeat(40), &format!("{}b", "a".repeat(4000))));
    }
}
