//! The `backuplint` program: parses arguments, runs, chooses the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    backuplint::cli::main()
}
