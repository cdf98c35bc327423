//! How long the program takes to start, to audit the estate that it ships, to say who can do something there, and to
//! review a change of it.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 20;

/// Built by Cargo beside this benchmark, with the same profile.
const PROGRAM: &str = env!("CARGO_BIN_EXE_backuplint");

/// The demonstration is a snapshot, which never shows everything: that ends with 3.
const WHO_CAN: &[&str] = &["who-can", "stop-delete-data", "--demo"];
/// Nine items of the demonstration.
const REVIEW: &[&str] = &["review", "fixtures/changes/stop-delete-data.toml", "--demo"];

pub fn measure(out: &mut String) -> std::fmt::Result {
    for arguments in [&["--version"][..], &["audit", "--demo"], WHO_CAN, REVIEW] {
        let name = format!("backuplint {}", arguments.join(" "));
        match times(arguments) {
            Ok(times) => {
                let (middle, least, most) = (times[RUNS / 2], times[0], times[RUNS - 1]);
                writeln!(
                    out,
                    "{name:<66}{middle:>10.2?}  ({least:.2?} to {most:.2?}, {RUNS} runs)"
                )?;
            }
            Err(why) => writeln!(out, "{name:<66}SKIPPED: {why}")?,
        }
    }
    Ok(())
}

fn times(arguments: &[&str]) -> Result<Vec<Duration>, String> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let output = Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output();
        times.push(start.elapsed());
        let output = output.map_err(|error| format!("{PROGRAM}: {error}"))?;
        // The demonstration has findings, so it may end with 1, and gaps.
        if !matches!(output.status.code(), Some(0 | 1 | 3)) || output.stdout.is_empty() {
            return Err(format!(
                "{PROGRAM} answered {} and printed {} bytes",
                output.status,
                output.stdout.len()
            ));
        }
    }
    times.sort_unstable();
    Ok(times)
}
