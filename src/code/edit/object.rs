//! New members of objects, in the style of those that are there.

use serde_json::Value as Json;

use super::layout::{aligned, indent, is_first, line_end, newline, unit};
use super::literal;
use super::scan::{self, Entry, Range};
use super::{Language, Refusal, Replacement, check};
use crate::code::value::Place;

/// The edits that put a value below an object, with the objects between.
pub fn insert(
    text: &str,
    language: Language,
    place: Place,
    names: &[String],
    value: &Json,
) -> Result<Vec<Replacement>, Refusal> {
    let object = place.start as usize..place.end as usize;
    let inside = text.get(object.clone()).ok_or(Refusal::Form)?;
    let entries = scan::object(inside, language).ok_or(Refusal::NotLiteral)?;
    let entries: Vec<Entry> = entries
        .into_iter()
        .map(|entry| Entry {
            name: entry.name,
            key: entry.key.start + object.start..entry.key.end + object.start,
            value: entry.value.start + object.start..entry.value.end + object.start,
        })
        .collect();
    let (first, rest) = names.split_first().ok_or(Refusal::Form)?;
    if let Some(same) = entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(first)) {
        // It is there and counts as not there: it says null, or something computed does.
        let says_null = rest.is_empty() && &text[same.value.clone()] == "null";
        if !says_null {
            return Err(Refusal::NotLiteral);
        }
        let place =
            Place { start: offset(same.value.start)?, end: offset(same.value.end)?, ..place };
        return Ok(vec![super::replacement(place, literal::write(value, language)?)]);
    }
    let new = New { text, language, file: place.file, object, entries: &entries, names, value };
    let count = entries.len() + 1;
    let is_there = |after: &str| {
        let entries = scan::object(after, language).unwrap_or_default();
        entries.len() == count && entries.iter().any(|entry| entry.name == *first)
    };
    check::readable(text, new.object.clone(), new.edits()?, is_there)
}

fn offset(at: usize) -> Result<u32, Refusal> {
    u32::try_from(at).map_err(|_| Refusal::Form)
}

/// A member that comes into an object.
struct New<'n> {
    text: &'n str,
    language: Language,
    file: u32,
    object: Range,
    entries: &'n [Entry],
    names: &'n [String],
    value: &'n Json,
}

impl New<'_> {
    fn edits(&self) -> Result<Vec<Replacement>, Refusal> {
        match self.entries.last() {
            Some(last) => self.after(last),
            None => self.first(),
        }
    }

    fn at(&self, at: usize, text: String) -> Replacement {
        Replacement { file: self.file, start: at, end: at, text }
    }

    fn after(&self, last: &Entry) -> Result<Vec<Replacement>, Refusal> {
        let text = self.text;
        let close = self.object.end - 1;
        let tail = &text[last.value.end..close];
        let blanks = tail.len() - tail.trim_start_matches([' ', '\t']).len();
        let comma = tail[blanks..].starts_with(',').then_some(last.value.end + blanks + 1);
        let end = comma.unwrap_or(last.value.end);
        let is_spread = text[self.object.clone()].contains('\n');
        if !is_spread {
            let separator = if comma.is_some() { " " } else { ", " };
            let member = self.in_one_line()?;
            return Ok(vec![self.at(end, format!("{separator}{member}"))]);
        }
        let own = self.indent_of(last);
        let newline = newline(text);
        let (name, mut edits) = self.name();
        let member = self.in_lines(&name, &own)?;
        // A comment behind the last member stays with it.
        let stop = line_end(text, end);
        let has_own_line = stop < close;
        let place = if has_own_line { stop } else { end };
        let needs_comma = comma.is_none()
            && (self.language.is_json() || (!has_own_line && self.language == Language::Terraform));
        let ends_with_comma = comma.is_some() && self.language != Language::Bicep;
        let after = if ends_with_comma { "," } else { "" };
        let inserted = format!("{newline}{own}{member}{after}");
        if needs_comma && place == last.value.end {
            edits.push(self.at(place, format!(",{inserted}")));
        } else {
            if needs_comma {
                edits.push(self.at(last.value.end, ",".to_owned()));
            }
            edits.push(self.at(place, inserted));
        }
        Ok(edits)
    }

    /// The first member of an object that has none.
    fn first(&self) -> Result<Vec<Replacement>, Refusal> {
        let text = self.text;
        let (open, close) = (self.object.start + 1, self.object.end - 1);
        let inside = &text[open..close];
        let base = indent(text, self.object.start);
        let newline = newline(text);
        let own = format!("{base}{}", unit(text));
        let member = self.in_lines(&self.name().0, &own)?;
        if inside.trim().is_empty() {
            let text = format!("{newline}{own}{member}{newline}{base}");
            return Ok(vec![Replacement { file: self.file, start: open, end: close, text }]);
        }
        // Only comments stand there: below the one that stands beside the brace.
        let stop = line_end(text, open);
        if stop >= close {
            return Err(Refusal::Form);
        }
        Ok(vec![self.at(stop, format!("{newline}{own}{member}"))])
    }

    fn indent_of(&self, last: &Entry) -> String {
        match self.entries.iter().rev().find(|entry| is_first(self.text, entry.key.start)) {
            Some(entry) => indent(self.text, entry.key.start).to_owned(),
            None => format!("{}{}", indent(self.text, last.key.start), unit(self.text)),
        }
    }

    /// The name up to the value, and what moves to be in a column with it.
    fn name(&self) -> (String, Vec<Replacement>) {
        let name = self.names.first().map(String::as_str).unwrap_or_default();
        let name = literal::key(name, self.language);
        match self.language {
            Language::Terraform if self.names.len() == 1 => {
                aligned(self.text, self.file, self.entries, &name)
            }
            // What takes several lines has no column.
            Language::Terraform => (format!("{name} ="), Vec::new()),
            Language::Json | Language::TerraformJson | Language::Bicep => {
                (format!("{name}:"), Vec::new())
            }
        }
    }

    fn separator(&self) -> &'static str {
        // Only minified JSON goes without a blank.
        let is_tight = |entry: &Entry| self.text[entry.key.end..entry.value.start] == *":";
        match self.language {
            Language::Json | Language::TerraformJson
                if self.entries.last().is_some_and(is_tight) =>
            {
                ""
            }
            _ => " ",
        }
    }

    fn in_lines(&self, name: &str, own: &str) -> Result<String, Refusal> {
        let unit = unit(self.text);
        nested(
            self.language,
            name,
            &self.names[1..],
            self.value,
            &Lines { own, unit: &unit, newline: newline(self.text), separator: self.separator() },
        )
    }

    fn in_one_line(&self) -> Result<String, Refusal> {
        let separator = self.separator();
        let mut member = literal::write(self.value, self.language)?;
        for (at, name) in self.names.iter().enumerate().rev() {
            let name = literal::key(name, self.language);
            let sign = if self.language == Language::Terraform { " =" } else { ":" };
            member = format!("{name}{sign}{separator}{member}");
            if at > 0 {
                member = if separator.is_empty() {
                    format!("{{{member}}}")
                } else {
                    format!("{{ {member} }}")
                };
            }
        }
        Ok(member)
    }
}

/// How lines are written.
struct Lines<'l> {
    own: &'l str,
    unit: &'l str,
    newline: &'l str,
    separator: &'l str,
}

/// A member, in lines of its own where there are objects between.
fn nested(
    language: Language,
    name: &str,
    rest: &[String],
    value: &Json,
    lines: &Lines<'_>,
) -> Result<String, Refusal> {
    let Lines { own, unit, newline, separator } = lines;
    let Some((next, below)) = rest.split_first() else {
        return Ok(format!("{name}{separator}{}", literal::write(value, language)?));
    };
    let sign = if language == Language::Terraform { " =" } else { ":" };
    let next = format!("{}{sign}", literal::key(next, language));
    let inner = format!("{own}{unit}");
    let member = nested(language, &next, below, value, &Lines { own: &inner, ..*lines })?;
    Ok(format!("{name}{separator}{{{newline}{inner}{member}{newline}{own}}}"))
}
