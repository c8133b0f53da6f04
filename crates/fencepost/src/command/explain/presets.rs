//! Presets: what the options of a library are here, and what of the library is not.

use super::page::{Family, Page};
use fencepost_model::{Mapped, Preset, PresetOption, Settings};
use fencepost_scenario::Vocabulary;

pub(super) fn pages(vocabulary: &Vocabulary) -> Vec<Page> {
    vocabulary.presets.iter().map(page).collect()
}

fn page(preset: &Preset) -> Page {
    let name = preset.name;
    let first = preset.options.first().map_or(String::new(), |option| format!(", {}", written(option)));
    let page = Page::new(name, Family::Preset, preset.about)
        .paragraph(format!("It follows {}", preset.follows))
        .paragraph("It speaks of settings, and not of the library's code")
        .row("where", "`lock` of [variant.NAME]; settings beside it override what it comes to")
        .row("example", format!("lock = {{ preset = \"{name}\"{first} }}"))
        .row("by default", by_default(preset));
    let told = |option: &PresetOption| {
        format!("{} (default {}). Here: {}", option.spec.about, (option.spec.default)(), option.becomes)
    };
    let page = preset.options.iter().fold(page, |page, option| page.row(option.spec.name, told(option)));
    preset.leaves_out.iter().fold(page, |page, what| page.row("not modelled", *what))
}

/// The option with its default, as a file has it.
fn written(option: &PresetOption) -> String {
    let default = (option.spec.default)().to_string();
    let bare = default.parse::<u64>().is_ok() || default.parse::<bool>().is_ok();
    let name = option.spec.name;
    if bare { format!("{name} = {default}") } else { format!("{name} = \"{default}\"") }
}

/// The lock and the settings that the defaults come to.
fn by_default(preset: &Preset) -> String {
    let specs: Vec<_> = preset.options.iter().map(|option| option.spec).collect();
    let Ok(Mapped { lock, settings }) = (preset.maps)(&Settings::defaults(&specs)) else {
        return String::new();
    };
    let settings: Vec<String> = settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("`{lock}` with {}", settings.join(", "))
}
