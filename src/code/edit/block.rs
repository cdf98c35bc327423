//! Arguments of Terraform blocks, laid out as `terraform fmt` does.

use serde_json::Value as Json;

use super::layout::{aligned, indent, line_end, newline, replaced, unit};
use super::literal;
use super::scan::{Entry, Range};
use super::{Language, Refusal, Replacement, check};
use crate::code::terraform::syntax::{self, Attribute, Body, Node};
use crate::code::value::Place;

/// A block of a file.
pub struct Block<'t> {
    text: &'t str,
    file: u32,
    start: usize,
    parsed: syntax::Block,
}

impl<'t> Block<'t> {
    /// Reads the block at a place.
    pub fn read(text: &'t str, place: Place) -> Result<Self, Refusal> {
        let (start, end) = (place.start as usize, place.end as usize);
        let written = text.get(start..end).ok_or(Refusal::Form)?;
        let (body, errors) = syntax::parse_file(written, 0);
        let mut blocks = body.blocks;
        match (blocks.pop(), blocks.is_empty(), errors.is_empty()) {
            (Some(parsed), true, true) => Ok(Self { text, file: place.file, start, parsed }),
            _ => Err(Refusal::Form),
        }
    }

    /// The resource type.
    pub fn kind(&self) -> &str {
        self.parsed.labels.first().map(|(label, _)| &**label).unwrap_or_default()
    }

    /// Where the value of an argument stands.
    pub fn attribute(&self, name: &str) -> Option<Place> {
        let found = self.parsed.body.attributes.iter().find(|found| &*found.name == name)?;
        Some(self.place(found.value.place))
    }

    /// The edits that set an argument; `block.argument` for one in a block.
    pub fn set(&self, argument: &str, value: &Json) -> Result<Vec<Replacement>, Refusal> {
        let edits = self.edits(argument, value)?;
        let whole = self.start..self.start + self.parsed.place.end as usize;
        check::readable(self.text, whole, edits, |after| syntax::parse_file(after, 0).1.is_empty())
    }

    fn edits(&self, argument: &str, value: &Json) -> Result<Vec<Replacement>, Refusal> {
        let value = literal::write(value, Language::Terraform)?;
        let mut names: Vec<&str> = argument.split('.').collect();
        let mut inside = Inside { of: self, block: &self.parsed };
        let name = names.pop().ok_or(Refusal::Form)?;
        while let Some((block, rest)) = names.split_first() {
            match inside.only(block)? {
                Some(found) => inside = Inside { of: self, block: found },
                None => return inside.new_blocks(&names, name, &value),
            }
            names = rest.to_vec();
        }
        match inside.block.body.attributes.iter().find(|found| &*found.name == name) {
            Some(found) if matches!(found.value.node, Node::Literal(_)) => {
                Ok(replaced(self.text, self.place(found.value.place), &value))
            }
            Some(_) => Err(Refusal::NotLiteral),
            None => inside.new_argument(name, &value),
        }
    }

    fn place(&self, place: Place) -> Place {
        let range = self.range(place);
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Place { file: self.file, start: offset(range.start), end: offset(range.end) }
    }

    fn range(&self, place: Place) -> Range {
        place.start as usize + self.start..place.end as usize + self.start
    }
}

/// The inside of a block, at any depth.
struct Inside<'b, 't> {
    of: &'b Block<'t>,
    block: &'b syntax::Block,
}

impl<'b> Inside<'b, '_> {
    fn body(&self) -> &'b Body {
        &self.block.body
    }

    /// The one block of a name; nothing if there is none.
    fn only(&self, name: &str) -> Result<Option<&'b syntax::Block>, Refusal> {
        let body = self.body();
        let is_dynamic = |block: &&syntax::Block| {
            &*block.kind == "dynamic" && block.labels.iter().any(|(label, _)| &**label == name)
        };
        let is_attribute = |found: &Attribute| &*found.name == name;
        if body.blocks.iter().any(|block| is_dynamic(&block))
            || body.attributes.iter().any(is_attribute)
        {
            return Err(Refusal::NotLiteral);
        }
        let mut found = body.blocks.iter().filter(|block| &*block.kind == name);
        match (found.next(), found.next()) {
            (found, None) => Ok(found),
            _ => Err(Refusal::Form),
        }
    }

    /// Between the braces.
    fn inner(&self) -> Result<Range, Refusal> {
        let whole = self.of.range(self.block.place);
        let header = self.of.range(self.block.header);
        let text = self.of.text;
        let open = text[header.end..whole.end].find('{').ok_or(Refusal::Form)? + header.end + 1;
        Ok(open..whole.end - 1)
    }

    fn entries(&self) -> Vec<Entry> {
        let entry = |found: &Attribute| Entry {
            name: found.name.to_string(),
            key: self.of.range(found.name_place),
            value: self.of.range(found.value.place),
        };
        self.body().attributes.iter().map(entry).collect()
    }

    fn at(&self, at: usize, text: String) -> Replacement {
        Replacement { file: self.of.file, start: at, end: at, text }
    }

    /// The indent of what is inside, and that of the block.
    fn indents(&self) -> (String, String) {
        let text = self.of.text;
        let base = indent(text, self.of.range(self.block.place).start).to_owned();
        let first = self.entries().first().map(|entry| entry.key.start);
        let first = first
            .or_else(|| self.body().blocks.first().map(|block| self.of.range(block.place).start));
        let own = first
            .filter(|at| super::layout::is_first(text, *at))
            .map_or_else(|| format!("{base}{}", unit(text)), |at| indent(text, at).to_owned());
        (own, base)
    }

    fn new_argument(&self, name: &str, value: &str) -> Result<Vec<Replacement>, Refusal> {
        let (text, inner) = (self.of.text, self.inner()?);
        let newline = newline(text);
        let (own, _) = self.indents();
        if !text[inner.clone()].contains('\n') {
            return self.unfold_argument(&inner, name, value);
        }
        let entries = self.entries();
        let first_block =
            self.body().blocks.iter().map(|block| self.of.range(block.place).start).min();
        // Before the blocks, where arguments stand.
        let above: Vec<Entry> = entries
            .iter()
            .filter(|entry| first_block.is_none_or(|block| entry.key.start < block))
            .cloned()
            .collect();
        let above = if above.is_empty() { &entries } else { &above };
        let Some(last) = above.last() else {
            let gap = if first_block.is_some() { newline } else { "" };
            let line = format!("{newline}{own}{name} = {value}{gap}");
            return Ok(vec![self.at(line_end(text, inner.start), line)]);
        };
        let (named, mut edits) = aligned(text, self.of.file, above, name);
        edits.push(
            self.at(line_end(text, last.value.end), format!("{newline}{own}{named} {value}")),
        );
        Ok(edits)
    }

    fn new_blocks(
        &self,
        blocks: &[&str],
        name: &str,
        value: &str,
    ) -> Result<Vec<Replacement>, Refusal> {
        let (text, inner) = (self.of.text, self.inner()?);
        let newline = newline(text);
        let (own, _) = self.indents();
        let unit = unit(text);
        let mut lines = format!("{name} = {value}");
        for (depth, block) in blocks.iter().enumerate().rev() {
            let outer = format!("{own}{}", unit.repeat(depth));
            lines = format!("{block} {{{newline}{outer}{unit}{lines}{newline}{outer}}}");
        }
        if !text[inner.clone()].contains('\n') {
            return self.unfold(&inner, &lines);
        }
        let attributes = self.entries().last().map(|entry| entry.value.end);
        let last_block = self.body().blocks.last().map(|block| self.of.range(block.place).end);
        match attributes.max(last_block) {
            Some(last) => {
                Ok(vec![self.at(line_end(text, last), format!("{newline}{newline}{own}{lines}"))])
            }
            None => {
                Ok(vec![self.at(line_end(text, inner.start), format!("{newline}{own}{lines}"))])
            }
        }
    }

    /// A block of one line, which holds one argument at most, gets lines.
    fn unfold_argument(
        &self,
        inner: &Range,
        name: &str,
        value: &str,
    ) -> Result<Vec<Replacement>, Refusal> {
        let entries = self.entries();
        let Some(old) = entries.first().filter(|_| self.body().blocks.is_empty()) else {
            return self.unfold(inner, &format!("{name} = {value}"));
        };
        let text = self.of.text;
        let width = old.name.len().max(name.len());
        let (own, base) = (format!("{}{}", self.indents().1, unit(text)), self.indents().1);
        let newline = newline(text);
        let rest = text[old.value.end..inner.end].trim();
        if entries.len() > 1
            || !rest.is_empty()
            || !text[inner.start..old.key.start].trim().is_empty()
        {
            return Err(Refusal::Form);
        }
        let old = format!("{:<width$} = {}", old.name, &text[old.value.clone()]);
        Ok(vec![Replacement {
            file: self.of.file,
            start: inner.start,
            end: inner.end,
            text: format!(
                "{newline}{own}{old}{newline}{own}{name:<width$} = {value}{newline}{base}"
            ),
        }])
    }

    /// A block of one line gets lines.
    fn unfold(&self, inner: &Range, lines: &str) -> Result<Vec<Replacement>, Refusal> {
        let text = self.of.text;
        let newline = newline(text);
        let (_, base) = self.indents();
        let own = format!("{base}{}", unit(text));
        let old = text[inner.clone()].trim();
        if old.contains("/*") {
            return Err(Refusal::Form);
        }
        let old = if old.is_empty() { String::new() } else { format!("{newline}{own}{old}") };
        Ok(vec![Replacement {
            file: self.of.file,
            start: inner.start,
            end: inner.end,
            text: format!("{old}{newline}{own}{lines}{newline}{base}"),
        }])
    }
}
