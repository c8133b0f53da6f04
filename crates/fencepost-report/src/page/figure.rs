//! Numbers as a page shows them: with units, and no more digits than matter.

use crate::words;
use maud::{Markup, html};

/// A space at which no line is broken, and which is narrow: between a number and its unit, and between thousands.
const SPACE: &str = "\u{202f}";

/// A number with its thousands apart.
pub fn thousands(number: u64) -> String {
    words::thousands(number).replace(' ', SPACE)
}

/// A number with its noun.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A sentence in which names stand in backquotes, with those names set as code.
pub fn sentence(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A time, from microseconds: `870 µs`, `2.4 ms`, `117 ms`, `1.35 s`.
pub fn time(us: u64) -> String {
    match us {
        0..1_000 => format!("{us}{SPACE}µs"),
        1_000..9_950 => tenth(us, 1_000, "ms"),
        9_950..999_500 => format!("{}{SPACE}ms", (us + 500) / 1_000),
        999_500..9_995_000 => {
            let hundredths = (us + 5_000) / 10_000;
            format!("{}.{:02}{SPACE}s", hundredths / 100, hundredths % 100)
        }
        _ => tenth(us, 1_000_000, "s"),
    }
}

fn tenth(number: u64, unit: u64, word: &str) -> String {
    let tenths = (number * 10 + unit / 2) / unit;
    format!("{}.{}{SPACE}{word}", tenths / 10, tenths % 10)
}

/// A time where there may be none.
pub fn time_or(us: Option<u64>, otherwise: &str) -> String {
    us.map_or_else(|| otherwise.to_owned(), time)
}

/// A number with one decimal.
pub fn rounded(number: f64) -> String {
    format!("{number:.1}")
}

/// A share: `0 %`, `0.4 %`, `37 %`; never nothing where there was something, nor all where there was not.
pub fn share(part: u64, of: u64) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    let percent = 100.0 * part as f64 / of as f64;
    match part {
        0 => format!("0{SPACE}%"),
        _ if part == of => format!("100{SPACE}%"),
        _ if percent < 0.1 => format!("<{SPACE}0.1{SPACE}%"),
        _ if percent < 10.0 => format!("{percent:.1}{SPACE}%"),
        _ if percent > 99.0 => format!(">{SPACE}99{SPACE}%"),
        _ => format!("{percent:.0}{SPACE}%"),
    }
}

/// How many of how many: `31 of 200`.
pub fn of(part: u64, all: u64) -> String {
    format!("{} of {}", thousands(part), thousands(all))
}

/// Words as a list: `a`, `a and b`, `a, b and c`.
pub fn list<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_digits_that_matter() {
        let told = [870, 2_440, 9_990, 117_300, 999_700, 1_349_000, 12_340_000].map(time);
        let told = told.map(|text| text.replace(SPACE, " "));
        assert_eq!(told, ["870 µs", "2.4 ms", "10 ms", "117 ms", "1.00 s", "1.35 s", "12.3 s"]);
    }

    #[test]
    fn a_share_hides_neither_the_first_nor_the_last_run() {
        let share = |part, of| super::share(part, of).replace(SPACE, " ");
        assert_eq!([share(0, 9), share(9, 9), share(1, 0)], ["0 %", "100 %", "–"]);
        assert_eq!([share(1, 5000), share(4999, 5000)], ["< 0.1 %", "> 99 %"]);
        assert_eq!([share(1, 250), share(75, 200)], ["0.4 %", "38 %"]);
    }

    #[test]
    fn names_in_a_sentence_are_code_and_never_markup() {
        let told = sentence("two had `<b>` at once").into_string();
        assert_eq!(told, "two had <code>&lt;b&gt;</code> at once");
    }

    #[test]
    fn a_list_reads_like_a_sentence() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
    }
}
