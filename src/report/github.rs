//! The `github` format: workflow commands that a runner turns into annotations of files.
//!
//! Their syntax, and what has to be escaped in it:
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>. GitHub shows ten errors,
//! ten warnings and ten notices of a step, and drops the rest without a word
//! (<https://docs.github.com/rest/checks/runs>); so no more are written, and what is left out is said. Suppressed
//! findings and those of the baseline are only counted.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::doubt::alike;
use super::escape::{clip, visible};
use super::evidence::{observed, value};
use super::view::View;
use super::{Options, question, uri, words};
use crate::finding::{BaselineState, Finding, Level, Location, OutcomeKind};
use crate::result::{Entry, Gap, Report};

/// Annotations of one level that GitHub shows of a step.
const SHOWN: usize = 10;
/// Most columns of a title and of one line of a message.
const TITLE: usize = 200;
const LINE: usize = 1200;
/// Steps by which a value came that a message names.
const STEPS: usize = 3;

/// Writes the report as annotations, errors first.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &Report<'_>, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    let view = View::of(report);
    let writer = Writer { report, options };
    let mut sheet = Sheet::default();
    sheet.extend(Level::Error, report.rule_errors.len(), || {
        report.rule_errors.iter().map(|error| Annotation::of_run("a rule failed to run", error))
    });
    let wanted = |entry: &&Entry<'_>| {
        options.outcomes.contains(&OutcomeKind::Fail)
            && entry.outline.baseline != Some(BaselineState::Unchanged)
    };
    let failures: Vec<&Entry<'_>> = view.failures.iter().filter(wanted).collect();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let of_level: Vec<&Entry<'_>> = failures
            .iter()
            .copied()
            .filter(|entry| entry.outline.severity.level() == level)
            .collect();
        sheet.extend(level, of_level.len(), || {
            of_level.iter().map(|entry| writer.finding(&entry.finding()))
        });
    }
    // In code each file is a place of its own.
    let gaps = if report.command == "audit" {
        alike(&report.gaps)
    } else {
        report.gaps.iter().map(|gap| vec![gap]).collect()
    };
    sheet.extend(Level::Warning, gaps.len(), || gaps.iter().map(|group| writer.gap(group)));
    sheet.write(report.command, out)?;
    // No command: the log tells it, and a clean run annotates nothing.
    writeln!(out, "backuplint {}: {}", report.command, counts(&view))
}

fn counts(view: &View<'_>) -> String {
    let found = match view.failures.len() {
        0 => "no finding".to_owned(),
        _ => format!("findings: {}", question::by_severity(view)),
    };
    format!("{found} · {}", question::rest(view).join(" · "))
}

/// The annotations that GitHub shows, and how many it would not.
#[derive(Default)]
struct Sheet {
    /// By level: note, warning, error.
    shown: [Vec<Annotation>; 3],
    left_out: [usize; 3],
}

impl Sheet {
    /// Adds those that still fit; the others are not even made.
    fn extend<I: Iterator<Item = Annotation>>(
        &mut self,
        level: Level,
        count: usize,
        annotations: impl FnOnce() -> I,
    ) {
        let shown = &mut self.shown[level as usize];
        let room = SHOWN.saturating_sub(shown.len()).min(count);
        shown.extend(annotations().take(room));
        self.left_out[level as usize] += count - room;
    }

    fn write(mut self, command: &str, out: &mut dyn Write) -> io::Result<()> {
        if let Some(rest) = self.rest(command) {
            self.shown[Level::Note as usize].push(rest);
        }
        for level in [Level::Error, Level::Warning, Level::Note] {
            for annotation in &self.shown[level as usize] {
                annotation.write(level, out)?;
            }
        }
        Ok(())
    }

    /// The notice of what is left out, for which a notice makes room.
    fn rest(&mut self, command: &str) -> Option<Annotation> {
        if self.left_out == [0; 3] {
            return None;
        }
        let notices = &mut self.shown[Level::Note as usize];
        if notices.len() == SHOWN {
            notices.pop();
            self.left_out[Level::Note as usize] += 1;
        }
        let [notes, warnings, errors] = self.left_out.map(|count| count as u64);
        let parts = [(errors, "error"), (warnings, "warning"), (notes, "notice")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, noun)| words::count(count, noun)).collect();
        let text = format!(
            "Not shown as annotations, since GitHub shows {SHOWN} of each kind for a step: {}. The other formats list them.",
            parts.join(", ")
        );
        Some(Annotation::of_run(&format!("{command}: more was found"), &text))
    }
}

struct Writer<'a> {
    report: &'a Report<'a>,
    options: &'a Options,
}

impl Writer<'_> {
    fn finding(&self, finding: &Finding) -> Annotation {
        let rule = self.report.rule(finding);
        let name = words::name(&finding.resource);
        let mut lines = vec![if finding.message.contains(name) {
            finding.message.clone()
        } else {
            format!("{name}: {}", finding.message)
        }];
        let (read, right) = (&finding.observed, &finding.expected);
        if !(read.is_null() && right.is_null()) {
            let mut evidence = format!("observed {}", observed(read));
            if !right.is_null() {
                let _ = write!(evidence, ", expected {}", value(right));
            }
            lines.push(evidence);
        }
        for step in finding.related.iter().take(STEPS) {
            let Some(location) = &step.location else { continue };
            let place = uri::plain(&location.uri, &self.options.roots);
            let name = words::name(&step.resource);
            lines.push(format!("see {name} ({}), {place}:{}", step.message, location.start_line));
        }
        let mend = rule.remediation.text.lines().map(str::trim).find(|line| !line.is_empty());
        lines.extend(mend.map(|mend| format!("mend: {mend}")));
        Annotation {
            title: format!("{}: {} ({})", finding.severity, rule.title, rule.id),
            // The files of an audit hold data, often none of the repository.
            place: finding
                .location
                .as_ref()
                .filter(|_| self.report.command != "audit")
                .map(|at| self.place(at)),
            lines,
        }
    }

    fn place(&self, location: &Location) -> Place {
        Place {
            file: uri::plain(&location.uri, &self.options.roots),
            lines: [location.start_line, location.end_line],
            columns: [location.start_column, location.end_column],
        }
    }

    fn gap(&self, group: &[&Gap]) -> Annotation {
        let first = group[0];
        let more = match group.len() {
            1 => String::new(),
            count => format!(" and {} more", words::number(count as u64 - 1)),
        };
        let place = (self.report.command != "audit").then(|| file_of(&first.scope)).flatten();
        let scope = if place.is_some() && group.len() == 1 {
            String::new()
        } else {
            format!("{}{more}: ", first.scope)
        };
        let mut lines = vec![format!("{scope}{}", first.message)];
        if let Some(permission) = &first.permission {
            lines.push(format!("needs {permission}"));
        }
        if !first.rules.is_empty() {
            lines.push(format!("blinds {}", words::count(words::len(&first.rules), "rule")));
        }
        Annotation {
            title: format!("not readable ({}): this report is incomplete", first.reason.as_str()),
            place: place.map(|(file, line)| Place {
                file: uri::plain(file, &self.options.roots),
                lines: [line, line],
                columns: [0, 0],
            }),
            lines,
        }
    }
}

/// The file and line of a gap in code, `path` or `path:line` or `path:line:column`.
fn file_of(scope: &str) -> Option<(&str, u64)> {
    if scope.is_empty() || words::is_arm_id(scope) {
        return None;
    }
    let mut line = None;
    let mut file = scope;
    while let Some((front, number)) = file.rsplit_once(':') {
        let Ok(number) = number.parse() else { break };
        (file, line) = (front, Some(number));
    }
    Some((file, line.unwrap_or(1)))
}

/// One annotation.
struct Annotation {
    title: String,
    place: Option<Place>,
    lines: Vec<String>,
}

struct Place {
    file: String,
    lines: [u64; 2],
    columns: [u64; 2],
}

impl Annotation {
    fn of_run(title: &str, text: &str) -> Self {
        Self { title: format!("backuplint: {title}"), place: None, lines: vec![text.to_owned()] }
    }

    fn write(&self, level: Level, out: &mut dyn Write) -> io::Result<()> {
        let command = match level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        write!(out, "::{command} ")?;
        if let Some(Place { file, lines: [line, end], columns: [column, end_column] }) = &self.place
        {
            write!(out, "file={},line={},", property(&visible(file)), (*line).max(1))?;
            // Columns are taken only within one line.
            if end > line {
                write!(out, "endLine={end},")?;
            } else if *column > 0 {
                write!(out, "col={column},endColumn={},", end_column.max(column))?;
            }
        }
        let lines: Vec<String> = self.lines.iter().map(|line| data(&clip(line, LINE))).collect();
        writeln!(out, "title={}::{}", property(&clip(&self.title, TITLE)), lines.join("%0A"))
    }
}

/// What a runner gives back as it was: it reads `%25`, `%0D` and `%0A`, and takes nothing else for an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{file_of, property};

    #[test]
    fn properties_and_places() {
        assert_eq!(property("100%,a::b\r\n"), "100%25%2Ca%3A%3Ab%0D%0A");
        assert_eq!(file_of("a b.tf:3:7"), Some(("a b.tf", 3)));
        assert_eq!(file_of("a.tf"), Some(("a.tf", 1)));
        assert_eq!(file_of("/subscriptions/1"), None);
    }
}
