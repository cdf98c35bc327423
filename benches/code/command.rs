//! Work in a process of its own: the whole of `lint`, by the program as it is shipped, and the front-ends alone, by this one.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4 as _;

use super::Answer;

/// Built by Cargo beside this benchmark, with the same profile.
const PROGRAM: &str = env!("CARGO_BIN_EXE_backuplint");

/// What a run took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    /// Of all its threads, in user and system mode.
    pub processor: Duration,
    /// The peak of its resident memory, in bytes; mapped files count.
    pub memory: u64,
}

/// Lints every project below a folder; they have failures on purpose.
pub fn lint(folder: &Path) -> Answer<Used> {
    let mut command = Command::new(PROGRAM);
    used(command.arg("lint").current_dir(folder), 1)
}

/// Reads every project below a folder, as `main` does for this argument.
pub fn read(language: &str, folder: &Path) -> Answer<Used> {
    let mut command = Command::new(env::current_exe()?);
    used(command.args(["--read", language]).arg(folder), 0)
}

fn used(command: &mut Command, expected: i32) -> Answer<Used> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let used = command.spawn()?.wait4()?;
    if used.status.code() != Some(expected) {
        return Err(format!("{command:?} ended with {}", used.status).into());
    }
    let processor = used.rusage.utime + used.rusage.stime;
    Ok(Used { processor, memory: used.rusage.maxrss })
}
