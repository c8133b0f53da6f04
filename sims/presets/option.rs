//! Options of libraries, in short.

use fencepost_model::{Misfit, PresetOption, SettingKind, SettingSpec, SettingValue, Settings, Span};

/// The longest time that an option may say: an hour, as with the settings of the locks.
const HOUR: Span = Span::from_secs(3600);

/// An option that is a length of time.
pub(super) const fn time(
    name: &'static str,
    default: fn() -> SettingValue,
    about: &'static str,
    becomes: &'static str,
) -> PresetOption {
    let kind = SettingKind::Span { min: Span::ZERO, max: HOUR };
    PresetOption { spec: SettingSpec { name, kind, default, about }, becomes }
}

/// An option that is a count up to `max`.
pub(super) const fn count(
    name: &'static str,
    (min, max): (u64, u64),
    default: fn() -> SettingValue,
    about: &'static str,
    becomes: &'static str,
) -> PresetOption {
    let kind = SettingKind::Number { min, max };
    PresetOption { spec: SettingSpec { name, kind, default, about }, becomes }
}

/// An option that is a share of something, in millionths; at most a half.
pub(super) const fn factor(
    name: &'static str,
    default: fn() -> SettingValue,
    about: &'static str,
    becomes: &'static str,
) -> PresetOption {
    count(name, (0, 500_000), default, about, becomes)
}

/// An option that is `true` or `false`.
pub(super) const fn flag(
    name: &'static str,
    default: fn() -> SettingValue,
    about: &'static str,
    becomes: &'static str,
) -> PresetOption {
    PresetOption { spec: SettingSpec { name, kind: SettingKind::Flag, default, about }, becomes }
}

pub(super) fn yes() -> SettingValue {
    SettingValue::Flag(true)
}

pub(super) fn no() -> SettingValue {
    SettingValue::Flag(false)
}

/// Who waits is told of a release.
pub(super) fn notice() -> SettingValue {
    SettingValue::Word("notify".to_owned())
}

/// Of a time: the library's `None`, or what stands for it.
pub(super) fn unset() -> SettingValue {
    SettingValue::Span(Span::ZERO)
}

/// A time as a setting takes it.
pub(super) const fn told(span: Span) -> SettingValue {
    SettingValue::Span(span)
}

/// The time of an option; none where it is zero.
pub(super) fn set(options: &Settings, name: &str) -> Option<Span> {
    Some(options.span(name)).filter(|span| *span > Span::ZERO)
}

pub(super) fn misfit(option: &'static str, why: impl Into<String>, instead: impl Into<String>) -> Misfit {
    Misfit { option, why: why.into(), instead: instead.into() }
}
