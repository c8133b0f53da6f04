//! A lock by the name of a library, and under the names of that library's options:
//! `lock = { preset = "redisson-rlock", lockWatchdogTimeout = "30s" }`.

use crate::section::{Value, in_file_order, table_of};
use crate::setting::setting_value;
use crate::{Mistakes, Vocabulary, read};
use fencepost_model::{
    Descriptor, Mapped, Misfit, Preset, PresetOption, SettingKind, SettingSpec, SettingValue, Settings,
};
use std::ops::Range;
use toml::de::DeValue;

/// The key beside which the options stand.
pub(crate) const PRESET: &str = "preset";

/// Which preset a lock came from.
#[derive(Clone)]
pub struct Chosen {
    /// The preset.
    pub preset: Preset,
    /// Its options, complete.
    pub options: Settings,
    /// The options that the file says, in its order, each with the place of its value in bytes of the text.
    pub written: Vec<(String, Range<usize>)>,
}

impl Chosen {
    /// Where the file says this option; none where it holds its default.
    pub fn place(&self, option: &str) -> Option<Range<usize>> {
        self.written.iter().find(|(name, _)| name == option).map(|(_, place)| place.clone())
    }
}

/// The lock of a table with the key `preset` and a library's options, with complete settings.
pub(crate) fn preset(
    value: &Value<'_>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> Option<(Descriptor, Settings, Chosen)> {
    let table = table_of("lock", value, mistakes)?;
    let Some(named) = table.get(PRESET) else {
        let help = format!("add `preset`: one of {}", listed(vocabulary));
        mistakes.add("missing-key", value.span(), "a lock that is a table needs `preset`", "here", help);
        return None;
    };
    let word = read::word(PRESET, named, mistakes)?;
    let Some(preset) = vocabulary.preset(word.text) else {
        let valid: Vec<&str> = vocabulary.presets.iter().map(|preset| preset.name).collect();
        mistakes.add_unknown("unknown-preset", word.span, word.text, &valid, "the presets are");
        return None;
    };
    let before = mistakes.len();
    let mut chosen = Chosen { preset: *preset, options: defaults(preset), written: Vec::new() };
    for (key, value) in in_file_order(table).into_iter().filter(|(key, _)| key.get_ref() != PRESET) {
        let Some(option) = preset.options.iter().find(|option| option.spec.name == key.get_ref()) else {
            let valid: Vec<&str> = preset.options.iter().map(|option| option.spec.name).collect();
            let whole = format!("the options of `{}` are", preset.name);
            mistakes.add_unknown("unknown-option", key.span(), key.get_ref(), &valid, &whole);
            continue;
        };
        if let Some(told) = option_value(&option.spec, value, mistakes) {
            chosen.options.set(option.spec.name, told);
            chosen.written.push((option.spec.name.to_owned(), key.span().start..value.span().end));
        }
    }
    if mistakes.len() > before {
        return None;
    }
    let (descriptor, settings) = settle(&chosen, vocabulary, mistakes, &word.span)?;
    Some((descriptor, settings, chosen))
}

/// The options of a preset where a file says nothing.
fn defaults(preset: &Preset) -> Settings {
    Settings::defaults(&preset.options.iter().map(|option: &PresetOption| option.spec).collect::<Vec<_>>())
}

fn listed(vocabulary: &Vocabulary) -> String {
    let names: Vec<String> = vocabulary.presets.iter().map(|preset| format!("`{}`", preset.name)).collect();
    if names.is_empty() { "none, for there are none".to_owned() } else { names.join(", ") }
}

/// What the options come to; `place` is where the preset is named.
fn settle(
    chosen: &Chosen,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
    place: &Range<usize>,
) -> Option<(Descriptor, Settings)> {
    let Mapped { lock, settings: mapped } = match (chosen.preset.maps)(&chosen.options) {
        Ok(mapped) => mapped,
        Err(Misfit { option, why, instead }) => {
            let place = chosen.place(option).unwrap_or(place.clone());
            mistakes.add("misfit", place, format!("`{option}` does not fit: {why}"), "this", instead);
            return None;
        }
    };
    let descriptor = vocabulary.system(lock);
    let descriptor = descriptor.unwrap_or_else(|| panic!("`{}` is `{lock}`: no lock", chosen.preset.name));
    let mut settings = Settings::defaults(descriptor.settings);
    for (name, value) in mapped {
        let spec = descriptor.settings.iter().find(|spec| spec.name == name);
        let spec =
            spec.unwrap_or_else(|| panic!("`{}` sets `{name}`, which `{lock}` has not", chosen.preset.name));
        if spec.kind.check(&value).is_err() {
            let message = format!("these options make `{name}` of `{lock}` {value}, which is out of range");
            let help = format!("choose options under which it is {}", spec.kind);
            mistakes.add("out-of-range", place.clone(), message, "this preset", help);
            return None;
        }
        settings.set(name, value);
    }
    Some((*descriptor, settings))
}

/// The value of an option. A factor may be written as libraries do it: `0.01` is ten thousand millionths.
fn option_value(spec: &SettingSpec, value: &Value<'_>, mistakes: &mut Mistakes) -> Option<SettingValue> {
    let SettingKind::Number { .. } = spec.kind else { return setting_value(spec, value, mistakes) };
    let millionths = match value.get_ref() {
        DeValue::Float(number) => factor(number.as_str()),
        DeValue::String(text) => read::millionths(text.trim()),
        _ => return setting_value(spec, value, mistakes),
    };
    let told = millionths.and_then(|parts| u64::try_from(parts).ok()).map(SettingValue::Number);
    let fitting = told.filter(|told| spec.kind.check(told).is_ok());
    if fitting.is_none() {
        mistakes.add_out_of_range(value.span(), spec.name, "not a value of it", &spec.kind.to_string());
    }
    fitting
}

/// `0.01` in millionths, exactly: floating-point numbers stay out of it.
fn factor(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(format!("{part:0<6}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_counted_in_millionths() {
        assert_eq!(factor("0.01"), Some(10_000));
        assert_eq!(factor("1.0"), Some(1_000_000));
        assert_eq!(factor("0.000001"), Some(1));
        for text in ["0.0000001", "1e-2", "inf", "-0.5", "99999999999999.0"] {
            assert_eq!(factor(text), None, "{text}");
        }
    }
}
