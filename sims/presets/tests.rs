use super::ALL;
use crate::catalogue;
use fencepost_model::{Preset, SettingKind, SettingValue, Settings, Span};
use proptest::prelude::*;
use proptest::sample::Index;

/// What a preset makes of these options is complete and within what its lock takes.
fn fits(preset: &Preset, options: &Settings) -> Result<(), String> {
    let catalogue = catalogue();
    let mapped = match (preset.maps)(options) {
        Ok(mapped) => mapped,
        Err(misfit) => {
            let known = preset.options.iter().any(|option| option.spec.name == misfit.option);
            return if known { Ok(()) } else { Err(format!("`{}` is no option", misfit.option)) };
        }
    };
    let lock = catalogue.descriptors().find(|lock| lock.name == mapped.lock);
    let lock = lock.ok_or_else(|| format!("`{}` is no lock", mapped.lock))?;
    for (name, value) in &mapped.settings {
        let spec = lock.settings.iter().find(|spec| spec.name == *name);
        let spec = spec.ok_or_else(|| format!("`{}` has no setting `{name}`", lock.name))?;
        spec.kind.check(value).map_err(|error| format!("{name} = {value}: {error}"))?;
    }
    Ok(())
}

fn defaults(preset: &Preset) -> Settings {
    Settings::defaults(&preset.options.iter().map(|option| option.spec).collect::<Vec<_>>())
}

#[test]
fn the_defaults_of_every_preset_are_a_lock() {
    for preset in ALL {
        assert!((preset.maps)(&defaults(preset)).is_ok(), "{}", preset.name);
        assert_eq!(fits(preset, &defaults(preset)), Ok(()), "{}", preset.name);
    }
}

#[test]
fn every_option_has_a_default_within_its_bounds_and_a_name_of_its_own() {
    for preset in ALL {
        for (place, option) in preset.options.iter().enumerate() {
            let default = (option.spec.default)();
            assert_eq!(option.spec.kind.check(&default), Ok(()), "{} {}", preset.name, option.spec.name);
            let same = preset.options[..place].iter().any(|other| other.spec.name == option.spec.name);
            assert!(!same && option.spec.name != "preset", "{} {}", preset.name, option.spec.name);
        }
    }
}

/// A value within the bounds: an end, the default, or one between.
fn drawn(kind: SettingKind, default: SettingValue, place: u64, which: Index) -> SettingValue {
    let within = |min: u64, max: u64| match which.index(4) {
        0 => min,
        1 => max,
        _ => min + place % (max - min + 1),
    };
    if which.index(5) == 4 {
        return default;
    }
    match kind {
        SettingKind::Flag => SettingValue::Flag(place.is_multiple_of(2)),
        SettingKind::Number { min, max } => SettingValue::Number(within(min, max)),
        SettingKind::Span { min, max } => SettingValue::Span(Span(within(min.0, max.0))),
        SettingKind::Word(words) => SettingValue::Word(words[which.index(words.len())].0.to_owned()),
    }
}

proptest! {
    #[test]
    fn drawn_options_are_a_lock_too(draws in proptest::collection::vec(any::<(u64, Index)>(), 16)) {
        for preset in ALL {
            let mut options = defaults(preset);
            for (option, (place, which)) in preset.options.iter().zip(&draws) {
                let value = drawn(option.spec.kind, (option.spec.default)(), *place, *which);
                options.set(option.spec.name, value);
            }
            prop_assert_eq!(fits(preset, &options), Ok(()), "{}: {:?}", preset.name, options);
        }
    }
}

#[test]
fn a_watchdog_renews_after_a_third() {
    let redisson = ALL.iter().find(|preset| preset.name == "redisson-rlock").expect("it ships");
    let mapped = (redisson.maps)(&defaults(redisson)).expect("the defaults fit");
    let renew = mapped.settings.iter().find(|(name, _)| *name == "renew").map(|(_, value)| value.clone());
    assert_eq!((mapped.lock, renew), ("redis", Some(SettingValue::Span(Span::from_secs(10)))));
    let mut replicated = defaults(redisson);
    replicated.set("replicas", SettingValue::Number(2));
    let mapped = (redisson.maps)(&replicated).expect("replicas fit");
    assert_eq!(mapped.lock, "redis-failover");
    assert!(mapped.settings.contains(&("wait", SettingValue::Number(1))));
}
