//! Colours. They repeat what the words say already; whoever prints strips them where they are not wanted.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;

/// As it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Not as it should be.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Nobody can say.
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();
/// Of less interest.
pub(crate) const MUTED: Style = Style::new().dimmed();
/// A headline.
pub(crate) const HEAD: Style = Style::new().bold();
/// Something to type.
pub(crate) const TYPED: Style = AnsiColor::Cyan.on_default();

/// The text in a style. Pad before you paint: the marks have no width, but they have a length.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
