//! The benchmark's own arguments.

use std::path::PathBuf;

use crate::generator::Machines;

/// What to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything, and the table.
    All,
    /// One audit, for its memory.
    Memory,
    /// Deserialising only, for a profiler.
    Baseline,
    /// Reading only, for a profiler.
    Read,
    /// Audits only, for a profiler.
    Audit,
    /// The matrix of items and ways to restore.
    Readiness,
    /// The same once, for its memory.
    ReadinessMemory,
    /// Rego rules only.
    Rego,
    /// Who can do what.
    Access,
    /// The same once, for its memory.
    AccessMemory,
}

#[derive(Clone)]
pub struct Options {
    pub part: Part,
    pub items: u64,
    pub machines: Machines,
    pub rego_items: u64,
    pub runs: usize,
    /// Snapshots are written here, in a folder by their size, and stay.
    pub folder: PathBuf,
}

const USAGE: &str = "usage: cargo bench --bench estate -- [--items N] [--rego-items N] [--runs N] [--keep DIR] \
                     [--machines listed|unlisted|gone] [--part all|memory|baseline|read|audit|readiness|readiness-memory|rego|access|access-memory]";

impl Options {
    pub fn of(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            part: Part::All,
            items: 1_000_000,
            machines: Machines::Listed,
            rego_items: 200_000,
            runs: 5,
            folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data"),
        };
        let mut arguments = arguments;
        while let Some(name) = arguments.next() {
            // Cargo adds this one by itself.
            if name == "--bench" {
                continue;
            }
            let value = arguments.next().ok_or(USAGE)?;
            let number = || value.parse::<u64>().ok().filter(|number| *number > 0).ok_or(USAGE);
            match name.as_str() {
                "--items" => options.items = number()?,
                "--rego-items" => options.rego_items = number()?,
                "--runs" => options.runs = usize::try_from(number()?).map_err(|_| USAGE)?,
                "--machines" => {
                    options.machines = match value.as_str() {
                        "listed" => Machines::Listed,
                        "unlisted" => Machines::Unlisted,
                        "gone" => Machines::Gone,
                        _ => return Err(USAGE.to_owned()),
                    }
                }
                "--keep" => options.folder = PathBuf::from(&value),
                "--part" => {
                    options.part = match value.as_str() {
                        "all" => Part::All,
                        "memory" => Part::Memory,
                        "baseline" => Part::Baseline,
                        "read" => Part::Read,
                        "audit" => Part::Audit,
                        "readiness" => Part::Readiness,
                        "readiness-memory" => Part::ReadinessMemory,
                        "rego" => Part::Rego,
                        "access" => Part::Access,
                        "access-memory" => Part::AccessMemory,
                        _ => return Err(USAGE.to_owned()),
                    }
                }
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }
}
