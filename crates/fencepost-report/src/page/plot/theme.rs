//! Roles of colours, and how they come into the page.

use plotters::style::RGBColor;

/// Text of axes.
pub const INK: RGBColor = RGBColor(1, 1, 1);
/// Lines of the grid.
pub const GRID: RGBColor = RGBColor(2, 2, 2);
/// Where a fault is in force.
pub const SHADE: RGBColor = RGBColor(3, 3, 3);
/// Series, in the order in which they are told apart.
pub const SERIES: [RGBColor; 4] =
    [RGBColor(11, 1, 1), RGBColor(12, 1, 1), RGBColor(13, 1, 1), RGBColor(14, 1, 1)];

/// The SVG of plotters as it stands in a page: classes for colours, its size from its box, and a name for those who
/// cannot see it.
pub fn dress(svg: &str, name: &str) -> String {
    let (head, body) = svg.split_once('>').unwrap_or(("", svg));
    let view = head.split_once("viewBox=\"").and_then(|(_, rest)| rest.split_once('"'));
    let view = view.map_or("0 0 1 1", |(view, _)| view);
    let mut body = body.replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "");
    body = body.replace(" stroke-width=\"1\"", "").replace('\n', "");
    let roles = [(INK, "i"), (GRID, "g"), (SHADE, "h")]
        .into_iter()
        .chain(SERIES.into_iter().zip(["s0", "s1", "s2", "s3"]));
    for (RGBColor(red, green, blue), class) in roles {
        let colour = format!("#{red:02X}{green:02X}{blue:02X}");
        body = body.replace(&format!("fill=\"{colour}\" stroke=\"none\""), &format!("class=\"f{class}\""));
        body = body.replace(&format!("fill=\"{colour}\""), &format!("class=\"f{class}\""));
        body = body.replace(&format!("stroke=\"{colour}\""), &format!("class=\"l{class}\""));
    }
    let name = escape(name);
    format!("<svg viewBox=\"{view}\" role=\"img\" aria-label=\"{name}\">{body}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_markup_is_text() {
        let dressed = dress("<svg width=\"1\" height=\"1\" viewBox=\"0 0 1 1\"></svg>", "<script>\"");
        assert_eq!(
            dressed,
            "<svg viewBox=\"0 0 1 1\" role=\"img\" aria-label=\"&lt;script&gt;&quot;\"></svg>"
        );
    }
}
