//! The steps of the gate, as data, in the order in which they run.

use crate::process::Ground;

/// One step of the gate.
pub struct Step {
    /// Its name in the summary.
    pub name: &'static str,
    /// What must be there before it can run.
    pub needs: &'static [Need],
    /// Which calls of the gate include it.
    pub leg: Leg,
    /// What it does.
    pub work: Work,
}

/// What a step needs.
pub enum Need {
    /// A component of the toolchain: the cargo command that proves it, and the component's name.
    Component {
        /// The subcommand of cargo.
        subcommand: &'static str,
        /// What `rustup component add` calls it.
        component: &'static str,
    },
    /// An earlier step has shown that the workspace compiles.
    Compiled,
}

/// Which calls of the gate include a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Every call.
    Inner,
    /// Every call without `--quick`.
    Full,
}

/// What a step does.
pub enum Work {
    /// The project's own rules, in this process.
    Tidy,
    /// A call of cargo.
    Cargo {
        /// The ground it builds for.
        ground: Ground,
        /// The arguments.
        args: &'static [&'static str],
        /// Flags for rustdoc beside the ground's.
        rustdoc_flags: &'static str,
        /// Whether it runs tests, and so has to show some.
        tests: bool,
    },
}

const RUSTFMT: Need = Need::Component { subcommand: "fmt", component: "rustfmt" };
const CLIPPY: Need = Need::Component { subcommand: "clippy", component: "clippy" };

/// The tests that every ground and every level of optimisation has to pass.
const DETERMINISM: &[&str] = &["test", "-p", "fencepost-tests", "determinism"];
const DETERMINISM_IN_RELEASE: &[&str] = &["test", "--release", "-p", "fencepost-tests", "determinism"];

/// The gate.
pub const STEPS: &[Step] = &[
    Step { name: "format", needs: &[RUSTFMT], leg: Leg::Inner, work: cargo(&["fmt", "--all", "--check"]) },
    Step {
        name: "lints",
        needs: &[CLIPPY],
        leg: Leg::Inner,
        work: cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Step { name: "tidy", needs: &[], leg: Leg::Inner, work: Work::Tidy },
    Step {
        name: "tests",
        needs: &[],
        leg: Leg::Inner,
        work: tests(Ground::Madsim, &["test", "--workspace", "--no-fail-fast"]),
    },
    Step {
        name: "bare build",
        needs: &[Need::Compiled],
        leg: Leg::Full,
        work: Work::Cargo {
            ground: Ground::Bare,
            args: &["build", "--workspace"],
            rustdoc_flags: "",
            tests: false,
        },
    },
    Step {
        name: "bare tests",
        needs: &[Need::Compiled],
        leg: Leg::Full,
        work: tests(Ground::Bare, DETERMINISM),
    },
    Step {
        name: "release tests",
        needs: &[Need::Compiled],
        leg: Leg::Full,
        work: tests(Ground::Madsim, DETERMINISM_IN_RELEASE),
    },
    Step {
        name: "documentation",
        needs: &[Need::Compiled],
        leg: Leg::Inner,
        work: Work::Cargo {
            ground: Ground::Madsim,
            args: &["doc", "--workspace", "--no-deps"],
            rustdoc_flags: "-D warnings",
            tests: false,
        },
    },
];

const fn cargo(args: &'static [&'static str]) -> Work {
    Work::Cargo { ground: Ground::Madsim, args, rustdoc_flags: "", tests: false }
}

const fn tests(ground: Ground, args: &'static [&'static str]) -> Work {
    Work::Cargo { ground, args, rustdoc_flags: "", tests: true }
}

impl Step {
    /// The step as one would type it, but for the environment.
    pub fn title(&self) -> String {
        match &self.work {
            Work::Tidy => "cargo xtask tidy".into(),
            Work::Cargo { ground: Ground::Madsim, args, .. } => format!("cargo {}", args.join(" ")),
            Work::Cargo { ground: Ground::Bare, args, .. } => {
                format!("cargo {} (bare ground)", args.join(" "))
            }
        }
    }
}
