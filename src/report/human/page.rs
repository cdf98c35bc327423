//! Lines on a page: colours, and wrapping by the width that a terminal shows.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::finding::Severity;
use crate::report::Options;

/// Text of one style. The text must be safe to print already.
pub struct Piece<'t>(pub Style, pub &'t str);

/// The styles in use; all plain without colour.
#[derive(Clone, Copy, Debug, Default)]
pub struct Palette {
    pub plain: Style,
    pub bold: Style,
    pub dim: Style,
    pub name: Style,
    pub good: Style,
    pub doubt: Style,
    pub bad: Style,
    severity: [Style; 5],
}

impl Palette {
    fn new(color: bool) -> Self {
        if !color {
            return Self::default();
        }
        let fore = |color: AnsiColor| color.on_default();
        Self {
            plain: Style::new(),
            bold: Style::new().bold(),
            dim: Style::new().dimmed(),
            name: fore(AnsiColor::Cyan),
            good: fore(AnsiColor::Green).bold(),
            doubt: fore(AnsiColor::Yellow).bold(),
            bad: fore(AnsiColor::Red).bold(),
            severity: [
                fore(AnsiColor::Magenta).bold(),
                fore(AnsiColor::Red).bold(),
                fore(AnsiColor::Yellow).bold(),
                fore(AnsiColor::Blue).bold(),
                fore(AnsiColor::Cyan).bold(),
            ],
        }
    }

    /// The style of a severity.
    pub fn severity(&self, severity: Severity) -> Style {
        let at = Severity::ALL.iter().position(|known| *known == severity);
        at.map_or(self.plain, |at| self.severity[at])
    }
}

/// The writer of one report.
pub struct Page<'w> {
    out: &'w mut dyn Write,
    pub width: usize,
    pub paint: Palette,
}

impl<'w> Page<'w> {
    /// Narrower than this, wrapping does more harm than good.
    const NARROWEST: usize = 40;

    pub fn new(out: &'w mut dyn Write, options: &Options) -> Self {
        Self { out, width: options.width.max(Self::NARROWEST), paint: Palette::new(options.color) }
    }

    /// An empty line.
    pub fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A section's first line, with an empty line before it.
    pub fn heading(&mut self, style: Style, title: &str, rest: &str) -> io::Result<()> {
        self.blank()?;
        let dim = self.paint.dim;
        self.flow("", &[Piece(style, &format!("{title}:")), Piece(dim, rest)])
    }

    /// Words wrapped to the page, the first line behind `lead`, the others below its end.
    ///
    /// Words are never broken: whoever copies an id or an address wants all of it.
    pub fn flow(&mut self, lead: &str, pieces: &[Piece<'_>]) -> io::Result<()> {
        self.flow_from(&Piece(self.paint.dim, lead), pieces)
    }

    /// The same, with a lead of any style.
    pub fn flow_from(
        &mut self,
        Piece(style, lead): &Piece<'_>,
        pieces: &[Piece<'_>],
    ) -> io::Result<()> {
        let hang = lead.width();
        if lead.trim_start().is_empty() {
            self.out.write_all(lead.as_bytes())?;
        } else {
            write!(self.out, "{style}{lead}{style:#}")?;
        }
        let mut column = hang;
        for Piece(style, text) in pieces {
            // One pair of escape sequences a line, not a word.
            let mut open = false;
            // An empty word is a second blank, which belongs to the evidence.
            for word in text.split(' ').filter(|_| !text.is_empty()) {
                let wide = word.width();
                if column > hang && column + 1 + wide > self.width {
                    if std::mem::take(&mut open) {
                        write!(self.out, "{style:#}")?;
                    }
                    write!(self.out, "\n{:hang$}", "")?;
                    column = hang;
                } else if column > hang {
                    self.out.write_all(b" ")?;
                    column += 1;
                }
                if !std::mem::replace(&mut open, true) {
                    write!(self.out, "{style}")?;
                }
                self.out.write_all(word.as_bytes())?;
                column += wide;
            }
            if open {
                write!(self.out, "{style:#}")?;
            }
        }
        self.blank()
    }

    /// One line as it is, for commands and tables.
    pub fn line(&mut self, pieces: &[Piece<'_>]) -> io::Result<()> {
        for Piece(style, text) in pieces {
            write!(self.out, "{style}{text}{style:#}")?;
        }
        self.blank()
    }
}

/// The text followed by blanks up to a width as shown.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', columns.saturating_sub(text.width())));
    padded
}

#[cfg(test)]
mod tests {
    use super::{Page, Palette, Piece};
    use crate::report::Options;

    fn flowed(width: usize, lead: &str, texts: &[&str]) -> String {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, &Options { width, ..Options::default() });
        let pieces: Vec<_> =
            texts.iter().map(|text| Piece(Palette::default().plain, text)).collect();
        page.flow(lead, &pieces).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn wraps_by_width_and_never_inside_a_word() {
        assert_eq!(flowed(40, "  ", &["short", "text"]), "  short text\n");
        let wide = "保管庫".repeat(5);
        assert_eq!(flowed(40, "- ", &[&wide, "next one"]), format!("- {wide} next\n  one\n"));
        let id = "x".repeat(60);
        assert_eq!(flowed(40, "  ", &["see", &id, "now"]), format!("  see\n  {id}\n  now\n"));
        assert_eq!(flowed(40, "  ", &[""]), "  \n");
    }
}
