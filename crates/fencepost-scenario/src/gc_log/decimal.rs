//! Decimal numbers of a log as whole nanoseconds, without floating point.

/// A number such as `12`, `0.0123456` or `0,246` of a unit that has 10^`digits` nanoseconds. Some runtimes write
/// a comma, by the language of their surroundings. What is below a nanosecond is dropped.
pub(super) fn nanos(text: &str, digits: u32) -> Option<u64> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(10u64.pow(digits))?;
    let kept = part.bytes().chain(std::iter::repeat(b'0')).take(digits as usize);
    whole.checked_add(kept.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Digits behind the point of a second, down to a nanosecond.
pub(super) const SECONDS: u32 = 9;
/// The same of a millisecond.
pub(super) const MILLIS: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_whatever_else_is_none() {
        for (text, digits, expected) in [
            ("0.0061608", SECONDS, 6_160_800),
            ("0,246", SECONDS, 246_000_000),
            ("5.123", MILLIS, 5_123_000),
            ("12", MILLIS, 12_000_000),
            ("0.1234567899", SECONDS, 123_456_789),
            ("5064714", 0, 5_064_714),
        ] {
            assert_eq!(nanos(text, digits), Some(expected), "{text}");
        }
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "1.2.3", "99999999999999999999", "20000000000", "１"]
        {
            assert_eq!(nanos(text, SECONDS), None, "{text}");
        }
    }
}
