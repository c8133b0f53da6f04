//! The binary: the command line over the locks that ship.

fn main() -> std::process::ExitCode {
    fencepost::run_cli(fencepost::catalogue())
}
