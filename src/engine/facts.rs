//! Whether a rule reads what its `facts` declare, and declares what it reads.

use serde_json::Value;

#[cfg(feature = "rego")]
use super::plan::{Logic, Rule};
use crate::inventory::{Estate, Kind, Property, Resource};
use crate::rule::{FactDeclaration, Metadata};

/// What no declaration is needed for.
#[cfg(feature = "rego")]
const ALWAYS: [&str; 9] =
    ["id", "name", "type", "location", "tags", "source", "declared", "unknown", "reasons"];

/// Facts that no body of these estates has and the property table does not know: most likely a typo.
pub fn unseen_facts<'m>(
    metadata: &'m Metadata,
    estates: &[&Estate<'_>],
) -> Vec<&'m FactDeclaration> {
    let is_seen = |fact: &FactDeclaration| {
        let kind = Kind::of_type(&fact.r#type);
        let is_of_type = |resource: &&Resource<'_>| {
            resource.kind == kind
                && (kind != Kind::Other || resource.type_name().eq_ignore_ascii_case(&fact.r#type))
        };
        let shows = |estate: &&Estate<'_>| {
            let mut of_type = estate.resources().filter(is_of_type);
            of_type.any(|resource| shows(resource.flat, &resource.body.to_json(), &fact.path))
        };
        fact.unseen.is_some()
            || Property::of(kind, &fact.path).is_some()
            || fact.path.is_empty() && kind != Kind::Other
            || estates.iter().any(shows)
    };
    metadata.facts.iter().filter(|fact| !is_seen(fact)).collect()
}

/// Whether a body has a member at a path, be it null.
fn shows(flat: bool, body: &Value, path: &str) -> bool {
    let path = if flat { path.strip_prefix("properties.").unwrap_or(path) } else { path };
    let mut values = vec![body];
    for (depth, part) in path.split('.').filter(|part| !part.is_empty()).enumerate() {
        let (name, each) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
        let members = values.into_iter().filter_map(|value| {
            value.as_object()?.iter().find_map(|(known, value)| {
                let same = known == name || depth == 0 && known.eq_ignore_ascii_case(name);
                same.then_some(value)
            })
        });
        values = if each {
            members.filter_map(Value::as_array).flatten().collect()
        } else {
            members.collect()
        };
    }
    !values.is_empty()
}

/// The places of `input` that a Rego rule reads and does not declare, as `file:line: path`.
///
/// Places that it computes from parts are not found; a path that stands as one text is.
///
/// # Errors
/// When the module is refused.
#[cfg(feature = "rego")]
pub fn undeclared_reads(
    rule: &Rule,
    libraries: &[(String, std::sync::Arc<str>)],
) -> Result<Vec<String>, super::EngineError> {
    use crate::rego::{Entry, Options, Program, Read, Source, Value};

    let Logic::Rego { name, text } = &rule.logic else { return Ok(Vec::new()) };
    let metadata = &rule.metadata;
    if metadata.whole_resource {
        return Ok(Vec::new());
    }
    let sources: Vec<Source> = std::iter::once((name, text))
        .chain(libraries.iter().map(|(name, text)| (name, text)))
        .map(|(name, text)| Source { name: name.clone(), text: text.to_string() })
        .collect();
    let entry = Entry { id: metadata.id.clone(), module: 0 };
    let program =
        Program::compile(&sources, vec![entry], Value::new_object(), Options::default()).map_err(
            |diagnostics| super::EngineError::Rego { count: diagnostics.len(), diagnostics },
        )?;
    let mut found: Vec<&Read> = Vec::new();
    for reads in program.reads_of(0) {
        found.extend(reads.paths.iter().filter(|read| !is_declared(metadata, read)));
        if reads.computed {
            let undeclared = reads.texts.iter().filter(|read| !is_declared(metadata, read));
            found.extend(undeclared.filter(|read| !is_foreign(metadata, read)));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found
        .into_iter()
        .map(|read| format!("{}:{}: {}", sources[read.module].name, read.line, read.dotted()))
        .collect())
}

#[cfg(feature = "rego")]
fn is_declared(metadata: &Metadata, read: &crate::rego::Read) -> bool {
    let covers = |fact: &FactDeclaration, path: &[Option<String>]| {
        let declared = steps(&fact.path);
        declared.iter().zip(path).all(|(declared, read)| declared == read)
    };
    match read.path.as_slice() {
        [Some(first), ..] if ALWAYS.contains(&first.as_str()) => true,
        [Some(first)] if first == "related" => true,
        [Some(first), Some(slot), rest @ ..] if first == "related" => {
            // An element of a list carries its id besides.
            let rest = if rest.first() == Some(&None) { &rest[1..] } else { rest };
            let mut in_slot = metadata.facts.iter().filter(|fact| {
                metadata.applies_to.iter().any(|target| {
                    super::slot::slot_name(target, &fact.r#type) == Some(slot.as_str())
                })
            });
            let needs_none = |step: &Option<String>| step.as_deref() == Some("id");
            !super::slot::is_slot(slot)
                || if slot == "held" || rest.first().is_some_and(needs_none) {
                    in_slot.next().is_some()
                } else {
                    in_slot.any(|fact| covers(fact, rest))
                }
        }
        path => metadata
            .facts
            .iter()
            .filter(|fact| metadata.judges(&fact.r#type) || metadata.judges("any"))
            .any(|fact| covers(fact, path)),
    }
}

/// Whether a path belongs to a type that the rule does not judge, as in a library that knows both
/// kinds of vault.
#[cfg(feature = "rego")]
fn is_foreign(metadata: &Metadata, read: &crate::rego::Read) -> bool {
    let mut kinds = crate::inventory::PROPERTIES
        .iter()
        .filter(|property| steps(property.path) == read.path)
        .map(|property| property.kind)
        .peekable();
    kinds.peek().is_some() && kinds.all(|kind| !metadata.judges(kind.type_name()))
}

/// A declared path in steps.
#[cfg(feature = "rego")]
fn steps(path: &str) -> Vec<Option<String>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, each) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
        steps.push(Some(name.to_owned()));
        if each {
            steps.push(None);
        }
    }
    steps
}
