//! What a build server sees of a judged history: one suite, a case for each property.

use super::{Checked, events, story};
use fencepost_check::history::{Opinion, Row};

/// The document.
pub(super) fn document(checked: &Checked) -> String {
    let rows = &checked.report.rows;
    let count = |wanted: fn(&Opinion) -> bool| rows.iter().filter(|row| wanted(&row.opinion)).count();
    let failures = count(|opinion| matches!(opinion, Opinion::Violated(_)));
    let errors = count(|opinion| matches!(opinion, Opinion::Unclear(_)));
    let skipped = count(|opinion| matches!(opinion, Opinion::NotOffered));
    let cases: String = rows.iter().map(|row| case(checked, row)).collect();
    let (name, tests) = (escaped(&checked.file), rows.len());
    let counts = format!(r#"tests="{tests}" failures="{failures}" errors="{errors}""#);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="fencepost check" {counts}>
  <testsuite name="{name}" {counts} skipped="{skipped}">
{cases}  </testsuite>
</testsuites>
"#
    )
}

fn case(checked: &Checked, row: &Row) -> String {
    let (model, why) = (escaped(&checked.rules.model.to_string()), escaped(&story::why(checked, row)));
    let drawn =
        row.opinion.example().map(|example| escaped(&events::list(checked, example))).unwrap_or_default();
    let inside = match row.opinion {
        Opinion::Holds => String::new(),
        Opinion::Violated(_) => format!("<failure message=\"{why}\">{drawn}</failure>"),
        Opinion::Unclear(_) => format!("<error message=\"unclear: {why}\">{drawn}</error>"),
        Opinion::NotOffered => "<skipped message=\"not offered\"/>".to_owned(),
    };
    format!("    <testcase classname=\"{model}\" name=\"{}\">{inside}</testcase>\n", row.property)
}

/// Text for XML. What XML cannot hold at all becomes a question mark.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push('?'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
