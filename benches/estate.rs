//! Measures what the tool promises for an estate of a million protected items: `benches/README.md`.
//!
//! Baseline and audit read the same mapped files on the same threads in tasks of the same size, in one process and in
//! turns, so that whatever else the machine does hits both.

#![allow(
    clippy::pedantic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints its table, and rounds"
)]

#[path = "estate/baseline.rs"]
mod baseline;
#[path = "estate/memory.rs"]
mod memory;
#[path = "estate/options.rs"]
mod options;
#[path = "estate/startup.rs"]
mod startup;
#[path = "estate/work.rs"]
mod work;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use options::{Options, Part};
use work::{Answer, Audited};

fn main() -> Answer<()> {
    let options = Options::of(std::env::args().skip(1))?;
    match options.part {
        Part::All => all(&options),
        Part::Memory => alone(&options),
        Part::Baseline => repeat(&options, |folder| baseline::run(folder).map(|(_, time)| time)),
        Part::Read => repeat(&options, |folder| work::read(folder).map(|(_, time)| time)),
        Part::Audit => repeat(&options, |folder| work::audit(folder).map(|(_, time)| time)),
        Part::Rego => rego(&options, &mut String::new()).map(drop),
    }
}

fn all(options: &Options) -> Answer<()> {
    let folder = snapshot(options, options.items)?;
    let threads = rayon::current_num_threads();
    let mut out = String::new();
    writeln!(
        out,
        "{} items, {threads} threads, median of {} runs (least to most)\n",
        options.items, options.runs
    )?;

    let (mut baselines, mut reads, mut audits, mut judging) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    let mut audited = Audited::default();
    // One run of each before the first that counts: the page cache and the heap are warm for all of them then.
    for run in 0..=options.runs {
        let (baseline, parsed) = timed(|| baseline::run(&folder))?;
        let (read, _) = timed(|| work::read(&folder))?;
        let (audit, found) = timed(|| work::audit(&folder))?;
        bytes = parsed.bytes;
        note(&format!("run {run}: baseline {baseline:.2?}, read {read:.2?}, audit {audit:.2?}\n"))?;
        if run > 0 {
            baselines.push(baseline);
            reads.push(read);
            audits.push(audit);
            judging.push(found.judging);
            audited = found;
        }
    }
    let base = median(&mut baselines);
    let mut row = |name: &str, times: &mut Vec<Duration>| -> Result<(), std::fmt::Error> {
        let middle = median(times);
        let ratio = middle.as_secs_f64() / base.as_secs_f64();
        let (least, most) = (times[0], times[times.len() - 1]);
        writeln!(out, "{name:<34}{middle:>10.2?}  ({least:.2?} to {most:.2?}){ratio:>8.2} x")
    };
    row("baseline: deserialise only", &mut baselines)?;
    row("read into an estate", &mut reads)?;
    row("full audit, native rules", &mut audits)?;
    row("  of it: judging and reporting", &mut judging)?;
    writeln!(
        out,
        "\n{:<34}{:>10.2} GB, {:.2} GB/s in the baseline",
        "bytes",
        gb(bytes),
        gb(bytes) / base.as_secs_f64()
    )?;
    writeln!(out, "{:<34}{:>10}", "native rules", audited.rules)?;
    writeln!(
        out,
        "{:<34}{:>10} fail, {} unknown",
        "findings listed", audited.fail, audited.unknown
    )?;
    writeln!(out, "{:<34}{}", "peak anonymous memory", memory_alone(&folder, options)?)?;

    rego(options, &mut out)?;
    startup::measure(&mut out)?;
    note("\n")?;
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(())
}

/// What ten Rego rules add to a run of the native ones.
fn rego(options: &Options, out: &mut String) -> Answer<()> {
    let items = options.rego_items;
    let folder = snapshot(options, items)?;
    let mut times = work::rego(&folder, options.runs, note)?;
    let (native, both) = (median(&mut times.native), median(&mut times.both));
    let each = |time: Duration| time.as_secs_f64() * 1e6 / items as f64;
    let added = each(both.saturating_sub(native));
    let line = format!(
        "{:<34}{added:>10.2} µs an item for {} rules ({items} items, {} findings; judging {:.2?} -> {:.2?})\n",
        "Rego adds", times.rules, times.findings, native, both
    );
    note(&line)?;
    out.push_str(&line);
    Ok(())
}

/// The work again and again, for a profiler.
fn repeat(options: &Options, work: impl Fn(&Path) -> Answer<Duration>) -> Answer<()> {
    let folder = snapshot(options, options.items)?;
    for _ in 0..options.runs {
        note(&format!("{:.2?}\n", work(&folder)?))?;
    }
    Ok(())
}

/// The snapshot of so many items; written once, then reused.
fn snapshot(options: &Options, items: u64) -> Answer<PathBuf> {
    let folder = options.folder.join(items.to_string());
    if folder.join("manifest.json").is_file() {
        return Ok(folder);
    }
    note(&format!("writing {items} items to {}\n", folder.display()))?;
    // A folder without its manifest is one whose writing was interrupted.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let start = Instant::now();
    let large = generator::write_large(&folder, items)?;
    note(&format!("{:.2} GB in {:.2?}\n", gb(large.bytes), start.elapsed()))?;
    Ok(folder)
}

/// One audit and nothing else, so that its memory is not mixed up with that of the other work.
fn alone(options: &Options) -> Answer<()> {
    let folder = snapshot(options, options.items)?;
    let watch = memory::Watch::start();
    work::audit(&folder)?;
    std::io::stdout().write_all(watch.stop().to_string().as_bytes())?;
    Ok(())
}

fn memory_alone(folder: &Path, options: &Options) -> Answer<String> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command
        .args(["--part", "memory", "--items", &options.items.to_string(), "--keep"])
        .arg(&options.folder);
    let output = command.output()?;
    let kib = String::from_utf8(output.stdout)?.trim().parse::<u64>();
    Ok(match kib {
        Ok(0) => "not known on this system".to_owned(),
        Ok(kib) => format!("{:>10} MiB (one audit in a process of its own)", kib / 1024),
        Err(_) => format!(
            "the audit of {} stopped: {}",
            folder.display(),
            String::from_utf8_lossy(&output.stderr)
        ),
    })
}

fn timed<T>(work: impl FnOnce() -> Answer<(T, Duration)>) -> Answer<(Duration, T)> {
    work().map(|(value, time)| (time, value))
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn gb(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// Progress, beside the table.
fn note(text: &str) -> std::io::Result<()> {
    std::io::stderr().write_all(text.as_bytes())
}
