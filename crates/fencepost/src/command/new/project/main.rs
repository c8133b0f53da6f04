//! The command line of fencepost, with one more lock.

fn main() -> std::process::ExitCode {
    fencepost::run_cli(fencepost::catalogue().with("{{name}}", {{crate}}::system()))
}
