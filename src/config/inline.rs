//! `backuplint:ignore RULE reason` in a comment of code: waives where it stands.
//!
//! Behind something it speaks of its own line, alone of the next line with something in it; on the header of a
//! declaration it speaks of the whole of it. Without a reason it waives nothing.

use std::collections::BTreeSet;

use crate::inventory::Location;

/// What opens it.
const MARK: &str = "backuplint:ignore";

/// How comments begin in the languages that are read.
const COMMENTS: [&str; 9] = ["<#", "<!--", "#", "//", "/*", "*", "::", "rem ", "REM "];

/// How those end that end before their line does.
const ENDS: [&str; 3] = ["*/", "#>", "-->"];

/// One rule that a comment waives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineSuppression {
    /// The rule it names.
    pub rule: String,
    /// Why it is accepted.
    pub reason: String,
    /// Where it stands.
    pub location: Location,
    /// The line it speaks of.
    pub line: u64,
    /// What is declared with a header on that line.
    pub declared: BTreeSet<String>,
}

impl InlineSuppression {
    /// Reads the comments of a file; those without a rule or a reason are answered by their places.
    pub fn read(uri: &str, text: &str) -> (Vec<Self>, Vec<Location>) {
        let (mut found, mut unclear) = (Vec::new(), Vec::new());
        if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
            return (found, unclear);
        }
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(column) = line.find(MARK) else { continue };
            let before = line[..column].trim();
            let opens = |opens: &&&str| before.ends_with(opens.trim_end());
            let Some(comment) = COMMENTS.iter().find(opens) else { continue };
            if is_in_text(uri, before.strip_suffix(comment.trim_end()).unwrap_or(before)) {
                continue;
            }
            let number = |at: usize| at as u64 + 1;
            let location = Location {
                uri: uri.to_owned(),
                start_line: number(at),
                start_column: number(column),
                end_line: number(at),
                end_column: number(line.trim_end().len()),
            };
            let is_alone = before.len() == comment.trim_end().len();
            let speaks_of = if is_alone { next(&lines, at) } else { at };
            let rest = ENDS.iter().fold(line[column + MARK.len()..].trim(), |rest, end| {
                rest.strip_suffix(end).unwrap_or(rest).trim_end()
            });
            let (rules, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if rules.is_empty() || reason.trim().is_empty() {
                unclear.push(location);
                continue;
            }
            found.extend(rules.split(',').filter(|rule| !rule.is_empty()).map(|rule| Self {
                rule: rule.to_owned(),
                reason: reason.trim().to_owned(),
                location: location.clone(),
                line: number(speaks_of),
                declared: BTreeSet::new(),
            }));
        }
        (found, unclear)
    }

    /// Notes a declaration whose header stands at a place.
    pub fn declare(&mut self, resource: &str, header: &Location) {
        if header.uri == self.location.uri && header.start_line == self.line {
            self.declared.insert(resource.to_owned());
        }
    }

    /// Whether it waives a finding of a rule on a resource at a place.
    pub fn covers(&self, rule: &str, resource: &str, place: Option<&Location>) -> bool {
        let Some(place) = place.filter(|place| place.uri == self.location.uri) else {
            return false;
        };
        self.rule == rule && (place.start_line == self.line || self.declared.contains(resource))
    }
}

/// Those that begin a comment behind something else on a line.
const OPENERS: [&str; 5] = ["<#", "<!--", "#", "//", "/*"];

/// Whether what follows on a line stands inside of a text in quotes, where no comment begins.
fn is_in_text(uri: &str, before: &str) -> bool {
    let quotes: &[u8] = match uri.rsplit('.').next().unwrap_or_default() {
        "tf" | "json" | "jsonc" => b"\"",
        "bicep" | "bicepparam" => b"'",
        _ => b"\"'",
    };
    let bytes = before.as_bytes();
    let (mut open, mut at) = (None, 0);
    while let Some(byte) = bytes.get(at) {
        match open {
            Some(_) if *byte == b'\\' => at += 1,
            Some(quote) if quote == *byte => open = None,
            Some(_) => {}
            None if quotes.contains(byte) => open = Some(*byte),
            None => {
                let is_apart = at == 0 || bytes[at - 1].is_ascii_whitespace();
                // A comment has begun already, and may have any quotes in it.
                if is_apart && OPENERS.iter().any(|opens| before[at..].starts_with(opens)) {
                    return false;
                }
            }
        }
        at += 1;
    }
    open.is_some()
}

/// The next line that says something.
fn next(lines: &[&str], at: usize) -> usize {
    let says = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !COMMENTS.iter().any(|opens| line.starts_with(opens))
    };
    let after = lines.iter().skip(at + 1).position(says);
    after.map_or(at, |further| at + 1 + further)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_speaks_of_its_line_or_the_next() {
        let text = "# backuplint:ignore a,b behind the gate\n\n# more\nresource {\n  x = 1 // backuplint:ignore c tested elsewhere\n  /* backuplint:ignore d why */\n  y = 2\n  z = \"backuplint:ignore e no comment\" # backuplint:ignore f\n}\n";
        let (found, unclear) = InlineSuppression::read("m.tf", text);
        let told: Vec<_> =
            found.iter().map(|it| (it.rule.as_str(), it.reason.as_str(), it.line)).collect();
        assert_eq!(
            told,
            [
                ("a", "behind the gate", 4),
                ("b", "behind the gate", 4),
                ("c", "tested elsewhere", 5),
                ("d", "why", 7)
            ]
        );
        assert_eq!(unclear, []);
        for (uri, text, count) in [
            ("m.tf", "sku = \"# backuplint:ignore r in a text\"\n", 0),
            ("m.tf", "sku = \"a \\\" # backuplint:ignore r in a text\"\n", 0),
            ("m.bicep", "sku: '// backuplint:ignore r in a text'\n", 0),
            ("m.tf", "sku = \"a\" # backuplint:ignore r in a comment\n", 1),
            ("m.tf", "sku = 1 # it's \"fine # backuplint:ignore r in a comment\n", 1),
            ("m.bicep", "sku: 'a' // don't backuplint: // backuplint:ignore r why\n", 1),
            ("m.sh", "echo \"# backuplint:ignore r in a text\"\n", 0),
            ("m.sh", "az version # backuplint:ignore r in a comment\n", 1),
        ] {
            assert_eq!(InlineSuppression::read(uri, text).0.len(), count, "{text}");
        }
        let (_, unclear) = InlineSuppression::read("m.tf", "x = 1 # backuplint:ignore rule\n");
        assert_eq!(unclear.len(), 1);
    }

    #[test]
    fn on_a_header_it_speaks_of_the_whole_declaration() {
        let (mut found, _) =
            InlineSuppression::read("m.tf", "# backuplint:ignore r why\nresource {\n}\n");
        let at = |line| Location {
            uri: "m.tf".to_owned(),
            start_line: line,
            start_column: 1,
            end_line: line,
            end_column: 2,
        };
        found[0].declare("v", &at(2));
        assert!(found[0].covers("r", "v", Some(&at(3))));
        assert!(found[0].covers("r", "w", Some(&at(2))));
        assert!(!found[0].covers("r", "w", Some(&at(3))));
        assert!(!found[0].covers("q", "v", Some(&at(2))));
        assert!(!found[0].covers("r", "v", None));
    }
}
