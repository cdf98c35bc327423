//! Measures how fast infrastructure code is read and evaluated: `benches/README.md`.
//!
//! A thousand projects of one language are written below `target/`, once. Then one process reads, parses and
//! evaluates all of them on one thread, as often as wanted.

#![allow(
    clippy::pedantic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints its table, and rounds"
)]

#[path = "code/arm.rs"]
mod arm;
#[path = "code/bicep.rs"]
mod bicep;
#[path = "estate/clock.rs"]
#[allow(dead_code, reason = "the other benchmark uses the rest")]
mod clock;
#[path = "estate/memory.rs"]
mod memory;
#[path = "code/project.rs"]
mod project;
#[path = "code/template.rs"]
mod template;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clock::{Clock, Spent};

/// The result of anything here.
pub type Answer<T> = Result<T, Box<dyn Error>>;

/// What a language is measured with.
struct Language {
    name: &'static str,
    /// Writes the files of one project into its folder.
    write: fn(usize, &Path) -> Answer<()>,
    /// Reads and evaluates all projects below a folder.
    run: fn(&Path) -> Answer<Counted>,
}

/// What was read; two languages that say the same give the same but for the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The size of all files.
    pub bytes: u64,
    /// The declarations.
    pub resources: usize,
    /// The plain values in their bodies.
    pub known: usize,
    /// The values that cannot be known from code.
    pub unknown: usize,
}

const LANGUAGES: [Language; 2] = [
    Language { name: "arm", write: arm::write, run: template::run },
    Language { name: "bicep", write: bicep::write, run: template::run },
];

struct Options {
    language: Option<String>,
    projects: usize,
    runs: usize,
    folder: PathBuf,
}

fn main() -> Answer<()> {
    let options = options()?;
    println!(
        "language, projects, bytes, resources, known and unknown values: processor time (least to most), peak memory"
    );
    for language in LANGUAGES {
        if options.language.as_deref().is_none_or(|wanted| wanted == language.name) {
            measure(&language, &options)?;
        }
    }
    Ok(())
}

fn measure(language: &Language, options: &Options) -> Answer<()> {
    let folder = options.folder.join(format!("{}-{}", language.name, options.projects));
    if !folder.is_dir() {
        for number in 0..options.projects {
            let project = folder.join(format!("project-{number:05}"));
            fs::create_dir_all(&project)?;
            (language.write)(number, &project)?;
        }
    }
    let mut times: Vec<Spent> = Vec::new();
    let mut counted = Counted::default();
    let watch = memory::Watch::start();
    for run in 0..=options.runs {
        let clock = Clock::start();
        counted = (language.run)(&folder)?;
        // The first run warms the page cache and the heap.
        if run > 0 || options.runs == 0 {
            times.push(clock.spent());
        }
    }
    let peak = watch.stop();
    times.sort_by_key(|spent| spent.processor);
    let seconds = |at: usize| times.get(at).map_or(0.0, |spent| spent.processor.as_secs_f64());
    println!(
        "{}, {}, {}, {}, {}, {}: {:.3} s ({:.3} to {:.3}), {} MiB",
        language.name,
        options.projects,
        counted.bytes,
        counted.resources,
        counted.known,
        counted.unknown,
        seconds(times.len() / 2),
        seconds(0),
        seconds(times.len().saturating_sub(1)),
        peak / 1024,
    );
    Ok(())
}

fn options() -> Answer<Options> {
    let mut options = Options {
        language: None,
        projects: 1_000,
        runs: 5,
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("code"),
    };
    let mut given = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--language" => options.language = Some(value),
            "--projects" => options.projects = value.parse()?,
            "--runs" => options.runs = value.parse()?,
            "--keep" => options.folder = value.into(),
            _ => return Err(format!("there is no {name}").into()),
        }
    }
    Ok(options)
}
