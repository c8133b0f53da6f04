//! Options that are times, and what the lock's settings are with another value of one.

use fencepost_model::{SettingKind, SettingValue, Settings, Span};
use fencepost_scenario::Advice;

/// An option that is a time.
pub(crate) struct Knob<'a> {
    pub name: String,
    pub now: Span,
    pub least: Span,
    pub most: Span,
    /// Every setting of the lock with this value; none where it does not go with the others.
    pub set: Box<dyn Fn(Span) -> Option<Settings> + 'a>,
}

/// The options of the file: those of the library, where it names one, or else the settings of the lock.
pub(crate) fn knobs(advice: &Advice) -> Vec<Knob<'_>> {
    let variant = &advice.variant;
    let of_lock = variant.descriptor.settings.iter().filter_map(|spec| {
        let SettingKind::Span { min, max } = spec.kind else { return None };
        let set = move |value| {
            let mut settings = variant.settings.clone();
            settings.set(spec.name, SettingValue::Span(value));
            Some(settings)
        };
        Some(Knob {
            name: spec.name.to_owned(),
            now: variant.settings.span(spec.name),
            least: min,
            most: max,
            set: Box::new(set),
        })
    });
    let Some(chosen) = &advice.variant.preset else { return of_lock.collect() };
    let of_library = chosen.preset.options.iter().filter_map(|option| {
        let SettingKind::Span { min, max } = option.spec.kind else { return None };
        let set = move |value| {
            let mut options = chosen.options.clone();
            options.set(option.spec.name, SettingValue::Span(value));
            let mapped = (chosen.preset.maps)(&options).ok()?;
            let mut settings = variant.settings.clone();
            mapped.settings.into_iter().for_each(|(name, value)| settings.set(name, value));
            Some(settings)
        };
        let now = chosen.options.span(option.spec.name);
        Some(Knob { name: option.spec.name.to_owned(), now, least: min, most: max, set: Box::new(set) })
    });
    of_library.collect()
}
