//! The binary, built once more for the tests of this package: cargo tells a test only where the binaries
//! of its own package are.

fn main() -> std::process::ExitCode {
    fencepost::run_cli(fencepost::catalogue())
}
