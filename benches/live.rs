//! Measures a live audit against a simulated Azure on loopback: `benches/README.md`.

#![allow(
    clippy::pedantic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints its table, and rounds"
)]

#[path = "../tests/azure_sim/mod.rs"]
mod azure_sim;
#[path = "estate/clock.rs"]
#[allow(dead_code, reason = "another benchmark uses the rest")]
mod clock;
#[path = "live/least.rs"]
mod least;
#[path = "live/run.rs"]
mod run;
#[path = "../tests/live/world.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod world;

use std::time::Duration;

use least::Least;
use run::{Answer, Audit, audit, audit_saved, azure};
use world::Size;

/// The tenant that is promised to be read within a second and a half.
const USUAL: Size = Size { subscriptions: 4, vaults: 10, items: 500, machines: 550 };

/// One that asks for more than the quotas allow at once: a subscription's bucket is used up twice over, and
/// there are pages for more than one window of Resource Graph.
const LARGE: Size = Size { subscriptions: 2, vaults: 80, items: 7_000, machines: 7_500 };

const LATENCY: Duration = Duration::from_millis(50);

/// What is wanted of a run on loopback.
const ON_LOOPBACK: Duration = Duration::from_millis(1_500);

fn main() -> Answer<()> {
    let Settings { runs, is_usual } = settings()?;
    let (wall, one) = median(USUAL, Duration::ZERO, false, runs)?;
    println!("\n{}: {}", words(USUAL), requests(&one));
    println!("{:<54}{wall}  (wanted: {ON_LOOPBACK:.2?})", "on loopback");
    for (size, runs) in [(USUAL, runs), (LARGE, runs.min(3))] {
        if is_usual && size != USUAL {
            continue;
        }
        let least = Least::of(&size.demand(), LATENCY, true);
        let (wall, one) = median(size, LATENCY, true, runs)?;
        println!("\n{}: {}", words(size), requests(&one));
        println!("{:<54}{wall}", "at 50 ms, within Azure's quotas");
        println!(
            "{:<54}{:>9.2?}  (and {:.2?} for the simulated Azure)",
            "  of it on a processor", one.program, one.azure
        );
        println!(
            "{:<54}{:>9.2?}  ({:.2?} until the subscriptions are known, then {:.2?} for queries and {:.2?} for reads)",
            "  the least that allows",
            least.total(),
            least.first,
            least.queries,
            least.reads
        );
        let ratio = one.wall.as_secs_f64() / least.total().as_secs_f64();
        println!("{:<54}{ratio:>8.2} x  (wanted: 1.2 x)", "  ratio");
        let saved = audit_saved(size, runs)?;
        println!("{:<54}{saved:>9.2?}", "for comparison: the audit of the same data from disk");
    }
    Ok(())
}

/// What to measure.
struct Settings {
    runs: usize,
    /// Whether the usual tenant is all.
    is_usual: bool,
}

fn settings() -> Answer<Settings> {
    let mut settings = Settings { runs: 5, is_usual: false };
    // Cargo adds `--bench` by itself.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = arguments.next() {
        match (name.as_str(), arguments.next()) {
            ("--runs", Some(runs)) => settings.runs = runs.parse()?,
            ("--size", Some(size)) if size == "usual" => settings.is_usual = true,
            _ => return Err("usage: cargo bench --bench live -- [--runs N] [--size usual]".into()),
        }
    }
    Ok(settings)
}

/// The median run of several, and its time with the least and the most.
fn median(size: Size, latency: Duration, throttle: bool, runs: usize) -> Answer<(String, Audit)> {
    let azure = azure(size, latency, throttle)?;
    let audits = (0..runs.max(1)).map(|_| audit(size, &azure));
    let mut audits = audits.collect::<Answer<Vec<Audit>>>()?;
    audits.sort_by_key(|audit| audit.wall);
    let (least, most) = (audits[0].wall, audits[audits.len() - 1].wall);
    let one = audits.swap_remove(audits.len() / 2);
    Ok((format!("{:>9.2?}  ({least:.2?} to {most:.2?}, {runs} runs)", one.wall), one))
}

fn words(size: Size) -> String {
    let Size { subscriptions, vaults, items, machines } = size;
    format!(
        "{subscriptions} subscriptions, {} vaults, {} items, {} machines",
        subscriptions * vaults,
        subscriptions * items,
        subscriptions * machines
    )
}

fn requests(audit: &Audit) -> String {
    let Audit { queries, reads, sign_in, .. } = audit;
    format!("{reads} reads, {queries} queries and {sign_in} requests to sign in, each once")
}
