//! What tests of the world are written with.
//!
//! - [`Play`]: a run whose clients do what a test says; what came of it reads like a script ([`Run`])
//! - [`Echo`]: a server that tells what it hears and answers it
//! - [`Pair`]: two servers with a link between them
//! - [`Naughty`]: locks whose code misbehaves
//! - [`advice`]: advice files, and an ordinary place
//! - [`shipped`]: the scenarios that ship, and their cases

pub mod advice;
mod echo;
mod naughty;
mod pair;
mod play;
mod run;
mod script;
mod shipped;

pub use echo::Echo;
pub use naughty::{How, Naughty};
pub use pair::Pair;
pub use play::Play;
pub use run::Run;
pub use script::Me;
pub use shipped::{case, cheap, run_plan, run_plan_in, shipped};
