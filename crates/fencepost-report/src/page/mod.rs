//! The report: one HTML file that stands by itself, and two short texts.
//!
//! A page is built from a stored run and the data sheets of its locks, and from nothing else: the same store gives the
//! same bytes. It needs no script and asks for nothing over the network; what others named (scenarios, variants,
//! owners) is text in it and never markup.
//!
//! ```text
//!  Stored ──> Reading ──> Contest ──> Answers ──> page, summary, decision
//!             rows,       who is      which lock,
//!             measures    compared    at what cost
//! ```

mod answer;
mod baseline;
mod contest;
mod cost;
mod decision;
pub(crate) mod figure;
mod plot;
mod reading;
mod section;
mod sheet;
mod summary;
#[cfg(test)]
mod tests;

pub use decision::decision;
pub use reading::Reading;
pub use sheet::Sheets;
pub use summary::summary;

use answer::Answers;
use contest::Contest;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The sections that a page may have: anchor and heading, in reading order.
pub fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    section::SECTIONS.iter().map(|section| (section.anchor, section.title))
}

/// Everything that a section may tell of.
pub(crate) struct Told<'a> {
    pub reading: &'a Reading,
    pub sheets: &'a Sheets,
    pub contest: Contest<'a>,
    pub answers: Answers<'a>,
    pub against: Option<&'a Reading>,
}

impl<'a> Told<'a> {
    pub fn of(reading: &'a Reading, sheets: &'a Sheets, against: Option<&'a Reading>) -> Told<'a> {
        let contest = Contest::of(reading);
        let answers = Answers::of(&contest, sheets);
        Told { reading, sheets, contest, answers, against }
    }
}

/// The report on a stored run, compared with an earlier one where there is one.
pub fn page(reading: &Reading, sheets: &Sheets, against: Option<&Reading>) -> String {
    let told = Told::of(reading, sheets, against);
    let sections: Vec<(&str, &str, Markup)> = section::SECTIONS
        .iter()
        .filter_map(|section| Some((section.anchor, section.title, (section.tell)(&told)?)))
        .collect();
    let body = html! {
        (hatching())
        main {
            (section::first(&told))
            nav aria-label="Sections" {
                @for (anchor, title, _) in &sections { a href={ "#" (anchor) } { (title) } " " }
            }
            @for (anchor, title, body) in &sections {
                section id=(anchor) { h2 { (title) } (body) }
            }
        }
    };
    document(&section::title(&told), &body)
}

/// A page that stands by itself, with the look that all pages share.
pub(crate) fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                // Without it a browser asks for a picture of its own.
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// What is laid over plots where a fault is in force: hatching besides hue.
fn hatching() -> Markup {
    html! {
        svg.defs aria-hidden="true" {
            defs {
                pattern #hatch width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.wash width="6" height="6" {}
                    rect.stripe width="2" height="6" {}
                }
            }
        }
    }
}
