//! One small plot among several of a kind: curves, where a fault is in force, and how sure the points are.

use super::axis::Axis;
use super::theme::{GRID, INK, SERIES, SHADE, dress};
use plotters::coord::Shift;
use plotters::prelude::{
    ChartBuilder, Circle, DashedLineSeries, DrawingArea, IntoDrawingArea, LineSeries, PathElement, Rectangle,
    SVGBackend,
};
use plotters::style::{Color, IntoFont, ShapeStyle};

const SIZE: (u32, u32) = (340, 214);

/// A curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Which of the series it is: its colour. From 4 on colours come again.
    pub series: usize,
    /// Drawn in dashes.
    pub is_dashed: bool,
    /// With a dot at each point.
    pub has_dots: bool,
    /// Where it goes.
    pub points: Vec<(f64, f64)>,
    /// How sure its points are.
    pub whiskers: Vec<Whisker>,
}

/// An interval around a point.
#[derive(Clone, Copy, Debug)]
pub struct Whisker {
    /// Where.
    pub at: f64,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A plot.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What is seen, for those who cannot see it.
    pub name: String,
    /// From left to right.
    pub x: Axis,
    /// What that is.
    pub x_says: String,
    /// From below.
    pub y: Axis,
    /// Where a fault is in force, on the axis from left to right.
    pub shades: Vec<(f64, f64)>,
    /// What is drawn.
    pub curves: Vec<Curve>,
}

impl Panel {
    /// The plot as SVG that stands in a page.
    pub fn draw(&self) -> String {
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
            self.draw_on(&root).expect("text takes whatever is drawn");
            root.present().expect("text takes whatever is drawn");
        }
        dress(&svg, &self.name)
    }

    fn draw_on(&self, root: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Box<dyn std::error::Error>> {
        let mut chart = ChartBuilder::on(root)
            .margin_top(8)
            .margin_right(18)
            .x_label_area_size(38)
            .y_label_area_size(46)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let text = || ("sans-serif", 13).into_font().color(&INK);
        chart
            .configure_mesh()
            .light_line_style(GRID.mix(0.0))
            .bold_line_style(GRID)
            .axis_style(GRID)
            .label_style(text())
            .axis_desc_style(text())
            .x_desc(self.x_says.as_str())
            .x_labels(self.x.count())
            .y_labels(self.y.count())
            .set_all_tick_mark_size(0)
            .draw()?;
        let (bottom, top) = (self.y_range().start, self.y_range().end);
        for (from, to) in &self.shades {
            chart.draw_series([Rectangle::new([(*from, bottom), (*to, top)], SHADE.filled())])?;
        }
        for curve in &self.curves {
            let style = ShapeStyle {
                color: SERIES[curve.series % SERIES.len()].to_rgba(),
                filled: false,
                stroke_width: 2,
            };
            let thin = ShapeStyle { stroke_width: 1, ..style };
            let whiskers = curve.whiskers.iter();
            chart.draw_series(
                whiskers.map(|one| PathElement::new(vec![(one.at, one.low), (one.at, one.high)], thin)),
            )?;
            let points = curve.points.iter().copied();
            if curve.is_dashed {
                chart.draw_series(DashedLineSeries::new(points.clone(), 5, 4, style))?;
            } else {
                chart.draw_series(LineSeries::new(points.clone(), style))?;
            }
            if curve.has_dots {
                let dot = ShapeStyle { filled: true, ..style };
                chart.draw_series(points.map(|point| Circle::new(point, 3, dot)))?;
            }
        }
        Ok(())
    }

    fn y_range(&self) -> std::ops::Range<f64> {
        plotters::coord::ranged1d::Ranged::range(&self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        let curve = Curve {
            series: 1,
            is_dashed: false,
            has_dots: true,
            points: vec![(1e3, 0.2), (1e5, 0.9)],
            whiskers: vec![Whisker { at: 1e3, low: 0.1, high: 0.3 }],
        };
        Panel {
            name: "how <long> it took".to_owned(),
            x: Axis::times(500.0, 2e6),
            x_says: "time".to_owned(),
            y: Axis::shares(),
            shades: vec![(1e4, 2e4)],
            curves: vec![curve.clone(), Curve { series: 0, is_dashed: true, ..curve }],
        }
    }

    #[test]
    fn a_panel_has_no_colour_and_no_font_of_its_own() {
        let svg = panel().draw();
        assert!(!svg.contains('#') && !svg.contains("font-family") && !svg.contains("http"), "{svg}");
        for class in ["ls1", "ls0", "fh", "lg", "fi"] {
            assert!(svg.contains(&format!("class=\"{class}\"")), "{class} in {svg}");
        }
        assert!(svg.contains("aria-label=\"how &lt;long&gt; it took\""), "{svg}");
        assert!(svg.contains("10 ms") && svg.contains("50 %"), "{svg}");
    }

    #[test]
    fn the_same_panel_is_the_same_text() {
        assert_eq!(panel().draw(), panel().draw());
    }
}
