//! Text in a picture: how wide it is at most, where it is broken, and what of it must not be read as markup.

/// How high a line of a label is, in pixels.
pub(super) const LINE: i64 = 14;
/// The size of the letters of labels.
pub(super) const SMALL: i64 = 11;

/// Thousandths of the letter size, for each printable ASCII character from the space on. They are those of
/// a wide font: what is drawn in a narrower one leaves some room and never needs more.
#[rustfmt::skip]
const WIDTHS: [i64; 95] = [
    318, 401, 460, 838, 636, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, // space to /
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, // 0 to ?
    1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863, 749, 788, // @ to O
    604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, // P to _
    500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, // ` to o
    635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838, // p to ~
];
/// That of every other character.
const WIDEST: i64 = 1_100;

/// How many pixels wide a text is at most.
pub(super) fn width(text: &str, size: i64) -> i64 {
    let of = |letter: char| {
        let place = (letter as usize).checked_sub(' ' as usize);
        place.and_then(|place| WIDTHS.get(place)).copied().unwrap_or(WIDEST)
    };
    (text.chars().map(of).sum::<i64>() * size + 999) / 1_000
}

/// How many pixels wide a text in bold letters is at most.
pub(super) fn bold_width(text: &str, size: i64) -> i64 {
    width(text, size) * 115 / 100 + 1
}

/// The lines of a text where each has so much room: broken between words, and within those that are too long.
pub(super) fn wrap(text: &str, size: i64, room: i64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, size) <= room {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if width(&line, size) > room && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    lines.push(line);
    lines
}

/// A text of which nothing is markup, for an element or an attribute. What XML has no place for, and what
/// would turn the direction of the letters after it, is made visible instead.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ if letter.is_control() => safe.push('\u{fffd}'),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                safe.push('\u{fffd}')
            }
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_between_words_and_only_then_within_them() {
        let lines = wrap("clock set by +30.000s", SMALL, 80);
        assert_eq!(lines, ["clock set by", "+30.000s"]);
        for line in wrap(&"m".repeat(100), SMALL, 80) {
            assert!(width(&line, SMALL) <= 80, "{line}");
        }
        assert_eq!(wrap("", SMALL, 80), [""]);
    }

    #[test]
    fn no_text_is_markup() {
        assert_eq!(escaped("<script>'\"&"), "&lt;script&gt;&#39;&quot;&amp;");
        assert_eq!(escaped("a\u{0}\n\u{202e}b\u{ffff}"), "a\u{fffd}\u{fffd}\u{fffd}b\u{fffd}");
    }

    #[test]
    fn a_letter_is_never_taken_for_narrower_than_it_is() {
        assert_eq!(width("i", 1_000), 278);
        assert_eq!(width("W", 1_000), 989);
        assert_eq!(width("~", 1_000), 838);
        assert_eq!(width("漢", 1_000), WIDEST);
    }
}
