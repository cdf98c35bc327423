//! What is wrong with a policy, and where.

use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode};

/// A defect of a policy's text, with its place.
///
/// Displayed it is the message alone, since miette shows the place itself; [`Diagnostic::one_line`] has both.
#[derive(Clone, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// The name of the source.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
    text: Arc<NamedSource<String>>,
    start: usize,
    len: usize,
}

impl Diagnostic {
    /// The place and the message on one line: `file:line:column: message`.
    #[must_use]
    pub fn one_line(&self) -> String {
        format!("{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.one_line())
    }
}

impl PartialEq for Diagnostic {
    fn eq(&self, other: &Self) -> bool {
        (&self.file, self.line, self.column, &self.message)
            == (&other.file, other.line, other.column, &other.message)
    }
}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("backuplint::rego"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.text.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new(Some("here".to_owned()), self.start, self.len);
        Some(Box::new(std::iter::once(label)))
    }
}

/// A source whose places can be named.
#[derive(Clone)]
pub(super) struct Text {
    named: Arc<NamedSource<String>>,
}

impl Text {
    pub fn new(source: &super::Source) -> Self {
        // A byte order mark is an editor's habit, not an attack; the engine's lexer knows none.
        let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
        Self { named: Arc::new(NamedSource::new(&source.name, text.to_owned())) }
    }

    pub fn name(&self) -> &str {
        self.named.name()
    }

    pub fn text(&self) -> &str {
        self.named.inner()
    }

    /// The line and column, from 1, of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }

    /// A defect at a byte range.
    pub fn at(&self, start: usize, len: usize, message: impl Into<String>) -> Diagnostic {
        let (line, column) = self.position(start);
        Diagnostic {
            file: self.name().to_owned(),
            line,
            column,
            message: message.into(),
            help: None,
            text: Arc::clone(&self.named),
            start: start.min(self.text().len()),
            len,
        }
    }

    /// A defect at a span of the syntax tree.
    pub fn span(&self, span: &regorus::unstable::Span, message: impl Into<String>) -> Diagnostic {
        let start = span.start as usize;
        self.at(start, (span.end as usize).saturating_sub(start), message)
    }

    /// A defect at a line and column, from 1.
    pub fn line(&self, line: usize, column: usize, message: impl Into<String>) -> Diagnostic {
        let text = self.text();
        let start =
            text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
        let rest = text.get(start..).unwrap_or_default();
        let rest = rest.split('\n').next().unwrap_or_default();
        let within =
            rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
        self.at(start + within, 1, message)
    }
}

impl Diagnostic {
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// File, line, column and message of an error as the engine renders it.
///
/// It nests snippets: the last place is the innermost and comes with the last message.
pub(super) fn place(error: &str) -> Option<(&str, usize, usize, String)> {
    let at = error.find("--> ")?;
    let first = error[at + 4..].lines().next()?;
    let mut parts = first.rsplitn(3, ':');
    let column = parts.next()?.trim().parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let file = parts.next()?;
    let message = error.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or(error);
    Some((file, line, column, message.trim().to_owned()))
}
