//! What can be wrong with the configuration, said where it stands and with the next action.

use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource};
use thiserror::Error;

use crate::inventory::Location;

/// The text that spans point into.
pub type Source = Arc<NamedSource<String>>;

/// A configuration that cannot be used, from `backuplint.toml` or the command line.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {cause}")]
    #[diagnostic(
        code(backuplint::config::unreadable),
        help("check the path given with `--config`; `backuplint init` writes a new file")
    )]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Bytes that are no text.
    #[error("{path} is not UTF-8 text: line {line} has a byte that no character starts with")]
    #[diagnostic(
        code(backuplint::config::encoding),
        help(
            "save the file as UTF-8; Windows PowerShell's `>` writes UTF-16, `Out-File -Encoding utf8` does not"
        )
    )]
    NotUtf8 {
        /// The file.
        path: String,
        /// The line of the first such byte.
        line: usize,
    },
    /// Text that is not TOML.
    #[error("not valid TOML: {message}")]
    #[diagnostic(code(backuplint::config::syntax), help("{help}"))]
    Syntax {
        /// What the parser says.
        message: String,
        /// What to do.
        help: String,
        /// The file.
        #[source_code]
        text: Source,
        /// The place.
        #[label("here")]
        at: Range<usize>,
    },
    /// A key that means nothing.
    #[error("{message}")]
    #[diagnostic(code(backuplint::config::unknown_key), help("{help}"))]
    UnknownKey {
        /// What is wrong.
        message: String,
        /// The nearest key.
        label: String,
        /// What to do.
        help: String,
        /// The file.
        #[source_code]
        text: Source,
        /// The key.
        #[label("{label}")]
        at: Range<usize>,
    },
    /// An id that no rule has.
    #[error("{message}")]
    #[diagnostic(code(backuplint::config::unknown_rule), help("{help}"))]
    UnknownRule {
        /// What is wrong.
        message: String,
        /// The nearest id.
        label: String,
        /// What to do.
        help: String,
        /// The file.
        #[source_code]
        text: Source,
        /// The id.
        #[label("{label}")]
        at: Range<usize>,
    },
    /// A value of the wrong type, outside its bounds, or contradicting another.
    #[error("{message}")]
    #[diagnostic(code(backuplint::config::value), help("{help}"))]
    Value {
        /// What is wrong.
        message: String,
        /// The same at the place.
        label: String,
        /// What to do.
        help: String,
        /// The file.
        #[source_code]
        text: Source,
        /// The value.
        #[label("{label}")]
        at: Range<usize>,
    },
    /// A required key that is not there.
    #[error("{message}")]
    #[diagnostic(code(backuplint::config::missing), help("{help}"))]
    Missing {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
        /// The file.
        #[source_code]
        text: Source,
        /// The table that should have it.
        #[label("missing here")]
        at: Range<usize>,
    },
    /// Several of the above.
    #[error("{name} has {} errors", .all.len())]
    #[diagnostic(code(backuplint::config))]
    Several {
        /// The file, or `the command line`.
        name: String,
        /// In the order of the file.
        #[related]
        all: Vec<ConfigError>,
    },
    /// A profile, rule, family or control on the command line that does not exist.
    #[error("{message}")]
    #[diagnostic(code(backuplint::usage::unknown_name), help("{help}"))]
    UnknownName {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// Options that together switch everything off.
    #[error("no rule is active: {cause}")]
    #[diagnostic(
        code(backuplint::usage::no_rules),
        help("relax {cause}; `backuplint rules list` shows what each profile has")
    )]
    NothingActive {
        /// The options that did it.
        cause: String,
    },
}

/// What the parser says of a key or table given twice.
pub(super) const DUPLICATE: &str = "duplicate key";

/// Collects everything wrong with one file.
#[derive(Debug)]
pub(super) struct Problems {
    name: String,
    text: Source,
    /// Where each line starts.
    lines: Vec<usize>,
    found: Vec<ConfigError>,
}

impl Problems {
    pub(super) fn new(name: &str, text: &str) -> Self {
        Self::of(&Arc::new(NamedSource::new(name, text.to_owned())))
    }

    /// For a second look at a text that was read before.
    pub(super) fn of(source: &Source) -> Self {
        let breaks = memchr::memchr_iter(b'\n', source.inner().as_bytes());
        let lines = std::iter::once(0).chain(breaks.map(|at| at + 1)).collect();
        Self { name: source.name().to_owned(), text: Arc::clone(source), lines, found: Vec::new() }
    }

    pub(super) fn source(&self) -> Source {
        Arc::clone(&self.text)
    }

    pub(super) fn text(&self) -> &str {
        self.text.inner()
    }

    /// A span as lines and columns.
    pub(super) fn location(&self, at: Range<usize>) -> Location {
        let place = |offset: usize| {
            let line = self.lines.partition_point(|start| *start <= offset).max(1);
            let before = self.lines.get(line - 1).and_then(|start| self.text().get(*start..offset));
            (line as u64, 1 + before.unwrap_or_default().encode_utf16().count() as u64)
        };
        let ((start_line, start_column), (end_line, end_column)) = (place(at.start), place(at.end));
        let uri = self.name.replace('\\', "/");
        Location { uri, start_line, start_column, end_line, end_column }
    }

    pub(super) fn syntax(&mut self, error: &toml::de::Error) {
        let text = self.text();
        // At the end of a file the parser points behind the last byte, where no editor can go.
        let at = error.span().unwrap_or(0..0);
        let end = at.end.min(text.len());
        let at = at.start.min(end)..end;
        let message = error.message().replace('\n', " ");
        let help = if message.contains(DUPLICATE) {
            "keep one of them, or merge the two tables".to_owned()
        } else {
            "strings need quotes, lists need [ ], and a table's keys follow its [header]".to_owned()
        };
        self.found.push(ConfigError::Syntax { message, help, text: self.source(), at });
    }

    pub(super) fn unknown_key(
        &mut self,
        at: Range<usize>,
        message: String,
        label: String,
        help: String,
    ) {
        self.found.push(ConfigError::UnknownKey { message, label, help, text: self.source(), at });
    }

    pub(super) fn unknown_rule(
        &mut self,
        at: Range<usize>,
        message: String,
        label: String,
        help: String,
    ) {
        self.found.push(ConfigError::UnknownRule { message, label, help, text: self.source(), at });
    }

    pub(super) fn value(
        &mut self,
        at: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (message, label, help) = (message.into(), label.into(), help.into());
        self.found.push(ConfigError::Value { message, label, help, text: self.source(), at });
    }

    pub(super) fn missing(&mut self, at: Range<usize>, message: String, help: impl Into<String>) {
        self.found.push(ConfigError::Missing {
            message,
            help: help.into(),
            text: self.source(),
            at,
        });
    }

    pub(super) fn any(&self) -> bool {
        !self.found.is_empty()
    }

    /// All of them as one error, in the order of the file.
    pub(super) fn into_result(mut self) -> Result<(), ConfigError> {
        self.found.sort_by_key(ConfigError::start);
        ConfigError::join(self.name, self.found)
    }
}

impl ConfigError {
    /// One error for a list of them; `Ok` for none.
    pub(super) fn join(name: String, mut all: Vec<Self>) -> Result<(), Self> {
        match all.len() {
            0 => Ok(()),
            1 => Err(all.remove(0)),
            _ => Err(Self::Several { name, all }),
        }
    }

    fn start(&self) -> usize {
        match self {
            Self::Syntax { at, .. }
            | Self::UnknownKey { at, .. }
            | Self::UnknownRule { at, .. }
            | Self::Value { at, .. }
            | Self::Missing { at, .. } => at.start,
            _ => 0,
        }
    }
}
