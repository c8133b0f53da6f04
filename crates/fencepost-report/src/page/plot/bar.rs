//! A number as a bar, or a spread as a line with a dot, as long as a line of a table is high.

use super::theme::{GRID, SERIES, dress};
use plotters::prelude::{Circle, IntoDrawingArea, PathElement, Rectangle, SVGBackend};
use plotters::style::{Color, RGBColor, ShapeStyle};

const SIZE: (u32, u32) = (160, 14);

/// Parts of one whole, one after the other, each in the colour of its series.
pub fn bar(name: &str, parts: &[f64]) -> String {
    drawn(name, |draw| {
        draw(Shape::Box(0.0, 1.0, GRID));
        let mut from = 0.0;
        for (series, part) in parts.iter().enumerate() {
            let to = (from + part).min(1.0);
            draw(Shape::Box(from, to, SERIES[series % SERIES.len()]));
            from = to;
        }
    })
}

/// A spread between two shares of the whole width, with a dot in it.
pub fn range(name: &str, low: f64, middle: f64, high: f64) -> String {
    drawn(name, |draw| {
        draw(Shape::Line(0.0, 1.0, GRID));
        draw(Shape::Line(low, high, SERIES[0]));
        draw(Shape::Dot(middle));
    })
}

enum Shape {
    Box(f64, f64, RGBColor),
    Line(f64, f64, RGBColor),
    Dot(f64),
}

fn drawn(name: &str, shapes: impl FnOnce(&mut dyn FnMut(Shape))) -> String {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let (wide, high) = (f64::from(SIZE.0 - 8), SIZE.1 as i32);
        let x = |share: f64| 4 + (share.clamp(0.0, 1.0) * wide).round() as i32;
        shapes(&mut |shape| {
            let drawn = match shape {
                Shape::Box(from, to, _) if x(from) == x(to) => Ok(()),
                Shape::Box(from, to, colour) => {
                    root.draw(&Rectangle::new([(x(from), 3), (x(to), high - 3)], colour.filled()))
                }
                Shape::Line(from, to, colour) => {
                    let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: 2 };
                    root.draw(&PathElement::new(vec![(x(from), high / 2), (x(to), high / 2)], style))
                }
                Shape::Dot(at) => root.draw(&Circle::new((x(at), high / 2), 4, SERIES[0].filled())),
            };
            drawn.expect("text takes whatever is drawn");
        });
        root.present().expect("text takes whatever is drawn");
    }
    dress(&svg, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_nothing_is_not_drawn() {
        let svg = bar("shares", &[0.5, 0.0, 0.5]);
        assert!(svg.contains("fs0") && !svg.contains("fs1") && svg.contains("fs2"), "{svg}");
    }

    #[test]
    fn a_spread_stays_inside() {
        let svg = range("times", -1.0, 0.5, 7.0);
        assert!(svg.contains("viewBox=\"0 0 160 14\"") && !svg.contains('#'), "{svg}");
    }
}
