//! The tables the other way round: which argument sets a property, for whoever wants to change it.

use std::sync::Arc;

use super::row::{Absent, How, Mapping, Property, Row, Target};
use super::tables;
use crate::code::value::Content;

/// An argument of a resource type that sets one property of ARM.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The argument; `block.argument` for one in a block.
    pub path: String,
    how: How,
    /// What the property starts with and the argument does not say.
    start: &'static str,
}

impl Argument {
    /// A value of ARM in the provider's terms; nothing if the provider has no word for it.
    pub fn value(&self, value: &Content) -> Option<Content> {
        match (self.how, value) {
            (_, Content::Text(text)) if !self.start.is_empty() => {
                Some(Content::Text(Arc::from(text.strip_prefix(self.start)?)))
            }
            (How::Same | How::Number | How::Truth, _) => Some(value.clone()),
            (How::Word(yes, no), Content::Text(text)) => match () {
                () if text.eq_ignore_ascii_case(yes) => Some(Content::Bool(true)),
                () if text.eq_ignore_ascii_case(no) => Some(Content::Bool(false)),
                () => None,
            },
            (How::Spelled(words), Content::Text(text)) => {
                let found = words.iter().find(|(_, theirs)| theirs.eq_ignore_ascii_case(text));
                found.map(|(ours, _)| Content::Text(Arc::from(*ours)))
            }
            _ => None,
        }
    }
}

/// The argument of a resource type of the provider that sets a property, by its path in the ARM body. `major` is the
/// version of the provider, if that is known: arguments that it no longer has are not offered.
pub fn argument(kind: &str, path: &str, major: Option<u8>) -> Option<Argument> {
    let own = |mapping: &&Mapping| matches!(mapping.target, Target::Resource(_));
    let rows = tables::of(kind).find(own)?.rows;
    find(rows, path, major)
}

/// The property of ARM that an argument of a resource type sets.
pub fn property(kind: &str, argument: &str) -> Option<String> {
    tables::of(kind).find_map(|mapping| sets(mapping.rows, argument))
}

fn sets(rows: &[Row], argument: &str) -> Option<String> {
    rows.iter().find_map(|row| match row {
        Row::Property(property) if property.argument == argument => Some(property.path.to_owned()),
        Row::Block(block, prefix, inner) => {
            let rest = argument.strip_prefix(block)?.strip_prefix('.')?;
            Some(format!("{prefix}.{}", sets(inner, rest)?))
        }
        _ => None,
    })
}

fn find(rows: &[Row], path: &str, major: Option<u8>) -> Option<Argument> {
    rows.iter().find_map(|row| match row {
        Row::Property(property) if property.path == path && is_there(property, major) => {
            Some(Argument { path: property.argument.to_owned(), how: property.how, start: "" })
        }
        Row::Block(block, prefix, inner) => {
            let rest = path.strip_prefix(prefix)?.strip_prefix('.')?;
            let found = find(inner, rest, major)?;
            Some(Argument { path: format!("{block}.{}", found.path), ..found })
        }
        Row::Ending(argument, of, start) if *of == path => {
            Some(Argument { path: (*argument).to_owned(), how: How::Same, start })
        }
        _ => None,
    })
}

/// An argument with a default only before some version went away with it.
fn is_there(property: &Property, major: Option<u8>) -> bool {
    match property.absent {
        Absent::Before(removed, _) => major.is_some_and(|major| major < removed),
        _ => true,
    }
}

/// Every argument of a resource type that the tables know, those left out on purpose included; nothing for a type that
/// they do not know.
pub fn arguments(kind: &str) -> Option<Vec<String>> {
    let mut known = Vec::new();
    for mapping in tables::of(kind) {
        collect(mapping.rows, "", &mut known);
    }
    (!known.is_empty()).then_some(known)
}

fn collect(rows: &[Row], block: &str, known: &mut Vec<String>) {
    let name = |argument: &str| match block {
        "" => argument.to_owned(),
        block => format!("{block}.{argument}"),
    };
    for row in rows {
        match row {
            Row::Property(property) => known.push(name(property.argument)),
            Row::LeftOut(argument) => known.push(name(argument)),
            Row::Together(arguments, _) => {
                known.extend(arguments.iter().map(|argument| name(argument)));
            }
            Row::Block(argument, _, inner) | Row::Blocks(argument, _, inner) => {
                known.push(name(argument));
                collect(inner, argument.rsplit('.').next().unwrap_or(argument), known);
            }
            Row::Items(_, inner) => collect(inner, block, known),
            Row::Fixed(..) | Row::CannotSay(_) | Row::NoItems(_) | Row::Ending(..) => {}
        }
    }
}
