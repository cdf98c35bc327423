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

#[path = "estate/access.rs"]
mod access;
#[path = "estate/baseline.rs"]
mod baseline;
#[path = "estate/clock.rs"]
mod clock;
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

use clock::Spent;
use generator::Machines;
use options::{Options, Part};
use work::{Answer, Audited};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Answer<()> {
    let options = Options::of(std::env::args().skip(1))?;
    match options.part {
        Part::All => all(&options),
        Part::Memory => alone(&options),
        Part::Baseline => repeat(&options, |folder| baseline::run(folder).map(|(_, time)| time)),
        Part::Read => repeat(&options, |folder| work::read(folder).map(|(_, time)| time)),
        Part::Audit => repeat(&options, |folder| work::audit(folder).map(|(_, time)| time)),
        Part::Readiness => {
            let mut out = String::new();
            readiness(&options, &mut out)?;
            std::io::stdout().write_all(out.as_bytes())?;
            Ok(())
        }
        Part::ReadinessMemory => {
            let folder = snapshot(&options, options.items)?;
            let watch = memory::Watch::start();
            work::readiness(&folder)?;
            std::io::stdout().write_all(watch.stop().to_string().as_bytes())?;
            Ok(())
        }
        Part::Rego => rego(&options, &mut String::new()).map(drop),
        Part::Access => {
            let mut out = String::new();
            who_can(&options, &mut out)?;
            std::io::stdout().write_all(out.as_bytes())?;
            Ok(())
        }
        Part::AccessMemory => {
            let watch = memory::Watch::start();
            access::run(&options.folder.join("access"))?;
            std::io::stdout().write_all(watch.stop().to_string().as_bytes())?;
            Ok(())
        }
    }
}

fn all(options: &Options) -> Answer<()> {
    let mut out = String::new();
    let threads = rayon::current_num_threads();
    writeln!(
        out,
        "{} items, {threads} threads, median of {} runs: wall (least to most), ratio; processor, ratio",
        options.items, options.runs
    )?;
    for machines in [Machines::Listed, Machines::Unlisted, Machines::Gone] {
        estate(&Options { machines, ..options.clone() }, &mut out)?;
    }
    readiness(options, &mut out)?;
    rego(options, &mut out)?;
    who_can(options, &mut out)?;
    startup::measure(&mut out)?;
    note("\n")?;
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(())
}

/// Reads and judges one estate, and merely deserialises it, in turns.
fn estate(options: &Options, out: &mut String) -> Answer<()> {
    let folder = snapshot(options, options.items)?;
    let (mut baselines, mut reads, mut audits, mut judging) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    let mut audited = Audited::default();
    // One run of each before the first that counts: the page cache and the heap are warm for all of them then.
    for run in 0..=options.runs {
        let (parsed, baseline) = baseline::run(&folder)?;
        let ((), read) = work::read(&folder)?;
        let (found, audit) = work::audit(&folder)?;
        bytes = parsed.bytes;
        let walls = [baseline, read, audit].map(|spent| spent.wall);
        let [baseline_wall, read_wall, audit_wall] = walls;
        note(&format!(
            "run {run}: baseline {baseline_wall:.2?}, read {read_wall:.2?}, audit {audit_wall:.2?}\n"
        ))?;
        if run > 0 {
            baselines.push(baseline);
            reads.push(read);
            audits.push(audit);
            judging.push(found.judging);
            audited = found;
        }
    }
    let what = match options.machines {
        Machines::Listed => "every machine listed",
        Machines::Unlisted => "no machine listed: undecided for every item",
        Machines::Gone => "every machine gone: a failure for every item",
    };
    writeln!(out, "\n{what}")?;
    let base = median(&baselines);
    for (name, times) in [
        ("baseline: deserialise only", &baselines),
        ("read into an estate", &reads),
        ("full audit, native rules", &audits),
        ("  of it: judging and reporting", &judging),
    ] {
        row(out, name, times, base)?;
    }
    let each = gb(bytes) / base.wall.as_secs_f64();
    writeln!(out, "{:<34}{:>10.2} GB, {each:.2} GB/s in the baseline", "bytes", gb(bytes))?;
    writeln!(
        out,
        "{:<34}{:>10} fail, {} unknown, by {} native rules",
        "findings listed", audited.fail, audited.unknown, audited.rules
    )?;
    writeln!(out, "{:<34}{}", "peak anonymous memory", memory_of(&folder, options, "memory")?)?;
    Ok(())
}

fn row(out: &mut String, name: &str, times: &[Spent], base: Spent) -> std::fmt::Result {
    let middle = median(times);
    let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
    let walls = times.iter().map(|spent| spent.wall);
    let (least, most) = (walls.clone().min().unwrap_or_default(), walls.max().unwrap_or_default());
    writeln!(
        out,
        "{name:<34}{:>10.2?}  ({least:.2?} to {most:.2?}){:>8.2} x{:>10.2?}{:>8.2} x",
        middle.wall,
        ratio(middle.wall, base.wall),
        middle.processor,
        ratio(middle.processor, base.processor),
    )
}

/// The matrix of items and ways to restore, of the estate in which every machine is listed.
fn readiness(options: &Options, out: &mut String) -> Answer<()> {
    let options = &Options { machines: Machines::Listed, ..options.clone() };
    let folder = snapshot(options, options.items)?;
    let mut runs = Vec::new();
    for run in 0..=options.runs {
        let (_, baseline) = baseline::run(&folder)?;
        let (ready, spent) = work::readiness(&folder)?;
        note(&format!(
            "readiness {run}: baseline {:.2?}, {:.2?}, {ready:.2?}\n",
            baseline.wall, spent.wall
        ))?;
        if run > 0 {
            runs.push((baseline, spent, ready));
        }
    }
    let of =
        |part: fn(&(Spent, Spent, work::Ready)) -> Spent| runs.iter().map(part).collect::<Vec<_>>();
    let base = median(&of(|run| run.0));
    writeln!(out, "\nin which ways each item could be restored")?;
    for (name, times) in [
        ("read, judged, and a sheet written", of(|run| run.1)),
        ("  of it: judging", of(|run| run.2.judging)),
        ("  of it: the sheet", of(|run| run.2.writing)),
    ] {
        row(out, name, &times, base)?;
    }
    let ready = runs.first().map(|run| run.2).unwrap_or_default();
    writeln!(out, "{:<34}{:>10} items, {:.2} GB", "sheet", ready.items, gb(ready.bytes))?;
    writeln!(
        out,
        "{:<34}{}",
        "peak anonymous memory",
        memory_of(&folder, options, "readiness-memory")?
    )?;
    Ok(())
}

/// What ten Rego rules add to a run of the native ones.
fn rego(options: &Options, out: &mut String) -> Answer<()> {
    let items = options.rego_items;
    let folder = snapshot(options, items)?;
    let times = work::rego(&folder, options.runs, note)?;
    let (native, both) = (median(&times.native), median(&times.both));
    let each = |time: Duration| time.as_secs_f64() * 1e6 / items as f64;
    let added = both.less(native);
    let line = format!(
        "\n{:<34}{:>10.2} µs an item for {} rules, {:.2} µs of processor time ({items} items, {} findings; judging {:.2?} -> {:.2?})\n",
        "Rego adds",
        each(added.wall),
        times.rules,
        each(added.processor),
        times.findings,
        native.wall,
        both.wall
    );
    note(&line)?;
    out.push_str(&line);
    Ok(())
}

/// Who can do every operation on every vault of an estate with 100,000 role assignments.
fn who_can(options: &Options, out: &mut String) -> Answer<()> {
    let folder = options.folder.join("access");
    access::write(&folder)?;
    let mut runs = Vec::new();
    for run in 0..=options.runs {
        let answered = access::run(&folder)?;
        note(&format!("access {run}: {answered:.2?}\n"))?;
        if run > 0 {
            runs.push(answered);
        }
    }
    let of =
        |part: fn(&access::Answered) -> Spent| median(&runs.iter().map(part).collect::<Vec<_>>());
    writeln!(out, "\n100,000 role assignments, 5,000 vaults, every operation")?;
    for (name, spent) in [
        ("read into an estate", of(|run| run.read)),
        ("roles, groups and assignments", of(|run| run.index)),
        ("who can do what", of(|run| run.answers)),
    ] {
        writeln!(
            out,
            "{name:<34}{:>10.2?}{:>18.2?} of processor time",
            spent.wall, spent.processor
        )?;
    }
    let found = runs.first().map(|run| run.found).unwrap_or_default();
    writeln!(out, "{:<34}{found:>10}", "answers")?;
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.args(["--part", "access-memory", "--keep"]).arg(&options.folder);
    let output = command.output()?;
    let kib: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
    writeln!(
        out,
        "{:<34}{:>10} MiB (in a process of its own)",
        "peak anonymous memory",
        kib / 1024
    )?;
    Ok(())
}

/// The work again and again, for a profiler.
fn repeat(options: &Options, work: impl Fn(&Path) -> Answer<Spent>) -> Answer<()> {
    let folder = snapshot(options, options.items)?;
    for _ in 0..options.runs {
        let spent = work(&folder)?;
        note(&format!("{:.2?}, processor {:.2?}\n", spent.wall, spent.processor))?;
    }
    Ok(())
}

/// The snapshot of so many items; written once, then reused.
fn snapshot(options: &Options, items: u64) -> Answer<PathBuf> {
    let suffix = match options.machines {
        Machines::Listed => "",
        Machines::Unlisted => "-unlisted",
        Machines::Gone => "-gone",
    };
    let folder = options.folder.join(format!("{items}{suffix}"));
    if folder.join("manifest.json").is_file() {
        return Ok(folder);
    }
    note(&format!("writing {items} items to {}\n", folder.display()))?;
    // A folder without its manifest is one whose writing was interrupted.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let start = Instant::now();
    let large = generator::write_large(&folder, items, options.machines)?;
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

fn memory_of(folder: &Path, options: &Options, part: &str) -> Answer<String> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command
        .args(["--part", part, "--items", &options.items.to_string()])
        .args(["--machines", options.machines.name(), "--keep"])
        .arg(&options.folder);
    let output = command.output()?;
    let kib = String::from_utf8(output.stdout)?.trim().parse::<u64>();
    Ok(match kib {
        Ok(0) => "not known on this system".to_owned(),
        Ok(kib) => format!("{:>10} MiB (in a process of its own)", kib / 1024),
        Err(_) => format!(
            "the run over {} stopped: {}",
            folder.display(),
            String::from_utf8_lossy(&output.stderr)
        ),
    })
}

/// The middle of each of the two times.
fn median(times: &[Spent]) -> Spent {
    let middle = |time: fn(&Spent) -> Duration| {
        let mut times: Vec<Duration> = times.iter().map(time).collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    Spent { wall: middle(|spent| spent.wall), processor: middle(|spent| spent.processor) }
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn gb(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// Progress, beside the table.
fn note(text: &str) -> std::io::Result<()> {
    std::io::stderr().write_all(text.as_bytes())
}
