//! A sample of times: quantiles that somebody measured, or the pauses of a garbage collection log.

use fencepost_model::{Law, Span};

/// Times that were measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where times like these are drawn: linear between the points.
    pub law: Law,
    /// The quantiles by the names of the file (`p50`, …, and `max` at the end), rising. A sample from a log has
    /// all of them; one of the file has those that the file gives.
    pub points: Vec<(&'static str, Span)>,
    /// The largest that was seen.
    pub max: Span,
    /// Over which time it was measured.
    pub over: Option<Span>,
    /// How many were measured.
    pub count: Option<u64>,
    /// The log from which it comes, where it comes from one.
    pub from: Option<Source>,
}

/// A log from which a sample comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The log, as the advice file names it.
    pub file: String,
    /// How many lines were understood: they are pauses, or known to be none.
    pub understood: usize,
    /// How many lines were not understood.
    pub not_understood: usize,
    /// The first few lines that were not understood: number, from 1, and text, cut short.
    pub examples: Vec<(usize, String)>,
}
