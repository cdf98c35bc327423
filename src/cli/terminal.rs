//! The streams: standard output is the report, standard error is everything else.

use std::io::{self, IsTerminal, Write};

use miette::{IntoDiagnostic, MietteHandlerOpts};
use textwrap::{WordSeparator, WordSplitter};

use super::ColorChoice;
use crate::report::visible;

/// Errors on standard error, in plain ASCII lines when it is no terminal.
pub(super) fn install_error_handler() {
    let terminal = io::stderr().is_terminal();
    let color = terminal && std::env::var_os("NO_COLOR").is_none();
    let hook = miette::set_hook(Box::new(move |_| {
        // Whoever copies a path wants all of it, so nothing breaks but at blanks.
        let handler = MietteHandlerOpts::new()
            .color(color)
            .unicode(terminal)
            .width(width())
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        Box::new(handler.terminal_links(false).build())
    }));
    // Only a second installation fails, and the first one serves as well.
    drop(hook);
}

/// The width to wrap at: the terminal's, 80 elsewhere, never wider than is pleasant to read.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(40, 120))
}

/// Whether standard output shows colours.
pub(super) fn has_color(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Prints a whole text to standard output. A reader that has gone away is no error.
pub(super) fn print(text: &[u8]) -> miette::Result<()> {
    print_with(|out| out.write_all(text))
}

/// Prints to standard output through a buffer. A reader that has gone away is no error.
pub(super) fn print_with(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> miette::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.into_diagnostic(),
    }
}

/// One line on standard error.
pub(super) fn note(text: &str) {
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(io::stderr(), "{text}");
}

/// An error on standard error.
pub(super) fn complain(report: &miette::Report) {
    quote(&format!("{report:?}"));
}

/// What the command line has wrong, or the help or version that it asks for.
pub(super) fn refuse(error: &clap::Error) {
    if error.use_stderr() && !io::stderr().is_terminal() {
        quote(error.render().to_string().trim_end());
    } else {
        // Nobody is left to tell if the stream is gone.
        let _ = error.print();
    }
}

/// A text on standard error that quotes others: in a log, it must neither command the runner nor hide.
fn quote(text: &str) {
    if io::stderr().is_terminal() {
        return note(text);
    }
    for line in text.split('\n') {
        note(&visible(line));
    }
}
