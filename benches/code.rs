//! Measures how fast infrastructure code is read and evaluated: `benches/README.md`.
//!
//! A thousand projects of each language, and ten thousand, are written below `target/`, once. Then processes of their
//! own read, parse and evaluate all of them, and others lint them, as often as wanted.

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
#[path = "code/command.rs"]
mod command;
#[path = "code/project.rs"]
mod project;
#[path = "code/script.rs"]
mod script;
#[path = "code/template.rs"]
mod template;
#[path = "code/terraform.rs"]
mod terraform;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use command::Used;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

const LANGUAGES: [Language; 4] = [
    Language { name: "terraform", write: terraform::write, run: terraform::run },
    Language { name: "arm", write: arm::write, run: template::run },
    Language { name: "bicep", write: bicep::write, run: template::run },
    Language { name: "script", write: script::write, run: script::run },
];

struct Options {
    language: Option<String>,
    projects: Vec<usize>,
    runs: usize,
    folder: PathBuf,
}

fn main() -> Answer<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [read, name, folder] = arguments.as_slice()
        && read == "--read"
    {
        let language = LANGUAGES.iter().find(|language| language.name == name);
        let language = language.ok_or_else(|| format!("there is no {name}"))?;
        return (language.run)(Path::new(folder)).map(drop);
    }
    let options = options(arguments)?;
    println!("processor time: median (least to most)");
    for language in LANGUAGES {
        if options.language.as_deref().is_none_or(|wanted| wanted == language.name) {
            for projects in &options.projects {
                measure(&language, *projects, &options)?;
            }
        }
    }
    Ok(())
}

fn measure(language: &Language, projects: usize, options: &Options) -> Answer<()> {
    let folder = options.folder.join(format!("{}-{projects}", language.name));
    if !folder.is_dir() {
        for number in 0..projects {
            let project = folder.join(format!("project-{number:05}"));
            fs::create_dir_all(&project)?;
            (language.write)(number, &project)?;
        }
    }
    // This also fills the page cache.
    let counted = (language.run)(&folder)?;
    println!(
        "{}, {projects} projects: {:.1} MB, {} resources, {} values and {} unknown ones",
        language.name,
        counted.bytes as f64 / 1e6,
        counted.resources,
        counted.known,
        counted.unknown,
    );
    print("read", options.runs, || command::read(language.name, &folder))?;
    print("lint", options.runs, || command::lint(&folder))
}

/// Prints what some runs took.
fn print(what: &str, runs: usize, run: impl FnMut() -> Answer<Used>) -> Answer<()> {
    let mut used = std::iter::repeat_with(run).take(runs).collect::<Answer<Vec<_>>>()?;
    used.sort_unstable();
    let seconds = |used: &Used| used.processor.as_secs_f64();
    let (Some(least), Some(most)) = (used.first(), used.last()) else { return Ok(()) };
    println!(
        "  {what} {:.3} s ({:.3} to {:.3}), {} MiB",
        seconds(&used[runs / 2]),
        seconds(least),
        seconds(most),
        used.iter().map(|used| used.memory).max().unwrap_or_default() >> 20,
    );
    Ok(())
}

fn options(arguments: Vec<String>) -> Answer<Options> {
    let mut options = Options {
        language: None,
        projects: vec![1_000, 10_000],
        runs: 5,
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("code"),
    };
    let mut given = arguments.into_iter().filter(|argument| argument != "--bench");
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--language" => options.language = Some(value),
            "--projects" => options.projects = vec![value.parse()?],
            "--runs" => options.runs = value.parse()?,
            "--keep" => options.folder = value.into(),
            _ => return Err(format!("there is no {name}").into()),
        }
    }
    Ok(options)
}
