//! Small words and numbers, as they stand in tables and sentences.

use fencepost_model::Span;

/// The name of a property where room is short: `belief` for `exclusive-belief`.
pub(crate) fn short(property: &str) -> &str {
    let property = property.strip_prefix("exclusive-").unwrap_or(property);
    property.strip_prefix("no-").unwrap_or(property)
}

/// A number with its thousands apart: `1 800`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 run`, `1 800 runs`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A long time, roughly: `42s`, `12min`, `30h`, `12d`.
pub(crate) fn roughly(span: Span) -> String {
    let seconds = span.as_nanos() / 1_000_000_000;
    match seconds {
        0..300 => format!("{seconds}s"),
        300..18_000 => format!("{}min", seconds / 60),
        18_000..432_000 => format!("{}h", seconds / 3600),
        _ => format!("{}d", thousands(seconds / 86_400)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_on_the_eye() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_800), "1 800");
        assert_eq!(thousands(12_345_678), "12 345 678");
        assert_eq!(counted(1, "run"), "1 run");
        assert_eq!(roughly(Span::from_secs(108_000)), "30h");
    }

    #[test]
    fn short_names_are_still_words() {
        assert_eq!(short("exclusive-belief"), "belief");
        assert_eq!(short("no-lost-update"), "lost-update");
        assert_eq!(short("progress"), "progress");
    }
}
