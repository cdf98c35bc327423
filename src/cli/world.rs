//! The estate that a command is about: by which options it is named, and how it is opened, read, dated and configured.
//! Whichever command asks, the same is refused in the same words.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::live::{self, LiveArgs, Loudness, Opened};
use super::{rules, terminal};
use crate::access::AccessIndex;
use crate::access::action::ActionTable;
use crate::config::Config;
use crate::engine::RuleSet;
use crate::inventory::{Estate, Time};
use crate::snapshot::Inputs;
use crate::{demo, report};

/// The name under which the shipped estate appears in reports.
const DEMO: &str = "demo";

/// What the options of a command say of an estate.
#[derive(Clone, Copy)]
pub(super) struct World<'c> {
    /// Snapshots and exports.
    pub inputs: &'c [PathBuf],
    /// The shipped estate instead.
    pub is_demo: bool,
    /// Azure instead; none of a command that does not read it.
    pub azure: Option<Azure<'c>>,
    /// By what it is judged.
    pub configuration: Configuration<'c>,
    /// The clock, where somebody gives one.
    pub as_of: Option<Time>,
    /// Whether notices are left out.
    pub is_quiet: bool,
}

/// What the options say of reading Azure.
#[derive(Clone, Copy)]
pub(super) struct Azure<'c> {
    /// Where to look, and how to sign in.
    pub options: &'c LiveArgs,
    /// Whether to read it at all.
    pub is_wanted: bool,
    /// Where to keep what was read.
    pub save: Option<&'c Path>,
    /// How much is shown meanwhile.
    pub loudness: Loudness,
}

/// What the options say of the configuration.
#[derive(Clone, Copy)]
pub(super) struct Configuration<'c> {
    /// The file, instead of one that is found.
    pub file: Option<&'c Path>,
    /// Whether one that could be found is left alone.
    pub is_ignored: bool,
    /// Folders with more rules.
    pub packs: &'c [PathBuf],
}

/// Nothing was taken from the inputs.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing to inspect: no Azure resource in {inputs}")]
#[diagnostic(code(backuplint::input))]
pub(super) struct NothingTaken {
    inputs: String,
    #[help]
    why: String,
}

impl World<'_> {
    /// The rules and the configuration: the one that is named, or else that of the shipped estate, or one that is found.
    pub(super) fn configured(&self) -> miette::Result<(RuleSet, Config)> {
        let Configuration { file, is_ignored, packs } = self.configuration;
        if self.is_demo && file.is_none() && !is_ignored {
            return rules::configured_demo(packs);
        }
        rules::configured(file, is_ignored, packs)
    }

    /// Opens what is to be read. Azure is read here, as of now.
    pub(super) fn open(&self, begun: Time) -> miette::Result<Opened> {
        match self.azure {
            Some(azure) if azure.is_wanted => {
                live::open(azure.options, azure.save, begun, azure.loudness)
            }
            Some(azure) if azure.options.is_given() => Err(live::NotLive.into()),
            _ => Ok(Opened::Inputs(self.open_files()?)),
        }
    }

    /// The same for a command that does not read Azure.
    pub(super) fn open_files(&self) -> miette::Result<Inputs> {
        if self.is_demo {
            let files = demo::FILES.iter().filter(|(path, _)| *path != "backuplint.toml");
            return Ok(Inputs::shipped(DEMO, &files.copied().collect::<Vec<_>>())?);
        }
        open(self.inputs, self.is_quiet)
    }

    /// Reads what was opened.
    pub(super) fn read<'i>(&self, inputs: &'i Inputs) -> Result<Estate<'i>, NothingTaken> {
        let estate = inputs.read();
        self.inspected(&estate)?;
        Ok(estate)
    }

    /// Refuses an estate of which nothing was taken.
    pub(super) fn inspected(&self, estate: &Estate<'_>) -> Result<(), NothingTaken> {
        inspected(&self.names(), estate)
    }

    /// The inputs as reports name them.
    pub(super) fn names(&self) -> Vec<String> {
        if self.azure.is_some_and(|azure| azure.is_wanted) {
            return vec!["--live".to_owned()];
        }
        if self.is_demo {
            return vec!["--demo".to_owned()];
        }
        self.inputs.iter().map(|path| path.display().to_string()).collect()
    }

    /// When everything is so: when somebody says, else when it was collected, else when the command began.
    pub(super) fn now(&self, estate: &Estate<'_>, begun: Time) -> Time {
        self.as_of.or_else(|| estate.collected_at()).unwrap_or(begun)
    }
}

/// Opens files and folders, and says what is remarkable about them.
pub(super) fn open(paths: &[PathBuf], is_quiet: bool) -> miette::Result<Inputs> {
    let inputs = Inputs::open(paths)?;
    if !is_quiet {
        for notice in inputs.notices() {
            terminal::note(&format!("note: {}", report::visible(notice)));
        }
    }
    Ok(inputs)
}

/// The files that were opened.
pub(super) fn files(inputs: &Inputs) -> impl Iterator<Item = &Path> {
    inputs.documents().iter().map(|document| Path::new(document.name.as_str()))
}

/// Whether nothing was taken, so that nothing can be said of it.
pub(super) fn is_nothing(estate: &Estate<'_>) -> bool {
    estate.is_empty() && estate.snapshots.is_empty()
}

/// Refuses an estate of which nothing was taken, and says why from inputs of these names.
pub(super) fn inspected(names: &[String], estate: &Estate<'_>) -> Result<(), NothingTaken> {
    if !is_nothing(estate) {
        return Ok(());
    }
    let not_taken = estate.reading.not_taken.iter().map(|(reason, found)| {
        let examples = found.examples.join(", ");
        let (reason, examples) = (report::visible(reason), report::visible(&examples));
        format!("{} × {reason} (for example {examples})", found.count)
    });
    let mut why: Vec<String> = not_taken.collect();
    why.extend(estate.gaps().iter().take(5).map(|gap| {
        report::visible(&format!("{}: {}: {}", gap.scope, gap.reason, gap.message)).into_owned()
    }));
    if why.is_empty() {
        why.push("the inputs are empty".to_owned());
    }
    why.push("an Azure resource is a JSON object with an ARM `id`".to_owned());
    Err(NothingTaken { inputs: names.join(", "), why: why.join("\n") })
}

/// Who can do what in an estate, as far as bundled operations go.
pub(super) fn index(estate: &Estate<'_>, now: Time) -> AccessIndex {
    AccessIndex::new(estate, now, &ActionTable::CLOSED)
}
