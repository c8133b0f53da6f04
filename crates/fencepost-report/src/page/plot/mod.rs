//! Plots, drawn with plotters into SVG.
//!
//! plotters writes fixed colours. Here every colour that it is given stands for a role, and is replaced by the class of
//! that role afterwards: so a plot follows the colours of the page, light and dark. No font is measured: labels are
//! anchored, and set in the font of the page.

mod axis;
mod bar;
mod panel;
mod theme;

pub use axis::Axis;
pub use bar::{bar, range};
pub use panel::{Curve, Panel, Whisker};
