//! Judging histories: the checkers against a complete search, the readers against mutilated files, and the
//! loggers of other languages.

mod believed;
mod chance;
mod compare;
mod differential;
mod elements;
mod generate;
mod lasting;
mod loggers;
mod mutilate;
mod mutilated;
mod oracle;
mod readers;
mod reading;
mod taken;
mod written;
