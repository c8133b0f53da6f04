//! Values of settings, by what their data sheet says that they may hold.

use crate::section::{Value, wrong_type};
use crate::{Mistakes, law, read};
use fencepost_model::{SettingKind, SettingSpec, SettingValue, Span};

/// The value of a setting, by its kind.
pub(crate) fn setting_value(
    spec: &SettingSpec,
    value: &Value<'_>,
    mistakes: &mut Mistakes,
) -> Option<SettingValue> {
    let is_text = value.get_ref().is_str();
    match spec.kind {
        SettingKind::Flag => read::flag(spec.name, value, mistakes).map(SettingValue::Flag),
        SettingKind::Number { min, max } if is_text => {
            let bounds = clamp(min)..=clamp(max);
            read::ppm(spec.name, value, bounds, mistakes).map(|ppm| SettingValue::Number(ppm.unsigned_abs()))
        }
        SettingKind::Number { min, max } => {
            read::count(spec.name, value, min..=max, mistakes).map(SettingValue::Number)
        }
        SettingKind::Span { min: Span(min), max: Span(max) } => {
            law::span(spec.name, value, clamp(min)..=clamp(max), mistakes).map(SettingValue::Span)
        }
        SettingKind::Word(_) if !is_text => {
            wrong_type(spec.name, "a word", &spec.kind.to_string(), value, mistakes)
        }
        SettingKind::Word(valid) => {
            let word = read::word(spec.name, value, mistakes)?;
            let checked = SettingValue::Word(word.text.to_owned());
            if spec.kind.check(&checked).is_ok() {
                return Some(checked);
            }
            let valid: Vec<&str> = valid.iter().map(|(word, _)| *word).collect();
            let whole = format!("`{}` is one of", spec.name);
            mistakes.add_unknown("unknown-value", word.span, word.text, &valid, &whole);
            None
        }
    }
}

fn clamp(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}
