//! Reads scripts and pipelines: which commands run, in which order, with which arguments, and what of that is known.
//! Runs nothing, reads no file but the given one, and never guesses: what the text does not say is unknown, with the cause.

mod az;
mod batch;
mod cmdlet;
mod diagnostic;
mod embedded;
mod limit;
mod markdown;
mod nested;
mod pipeline;
mod powershell;
mod read;
mod shell;
mod text;
mod value;
mod walk;
mod yaml;

use crate::inventory::script::{model, operation, place};

pub use embedded::{Code, EmbeddedJob, EmbeddedStep, language_of, read_embedded, unknown};
pub use limit::LARGEST_FILE;
pub use read::{Kind, kind_of, read};

#[cfg(test)]
mod tests;
