//! What a template takes from other files: modules, linked templates, `loadTextContent` and its kin.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::code::template::access::element;
use crate::code::template::deployment::Context;
use crate::code::template::evaluate::limited;
use crate::code::template::expression::Expression;
use crate::code::template::functions::Special;
use crate::code::template::special::text_argument;
use crate::code::template::{json, limit, yaml};
use crate::code::value::{Cause, Part, Place, Value};

/// The file that a module or import names.
///
/// # Errors
/// When it is in a registry, or cannot be read.
pub fn module(
    context: &Context<'_>,
    from: u32,
    source: &str,
    _place: Place,
) -> Result<u32, (Cause, String)> {
    let remote = ["br:", "br/", "ts:", "ts/"].iter().any(|prefix| source.starts_with(prefix))
        || source.contains("://");
    if remote {
        return Err((Cause::RemoteModule, format!("`{source}` is not in this project")));
    }
    context.session.project.relative(from, source).map_err(|why| (Cause::MissingFile, why))
}

/// The path of a linked template: one that is computed, or all of an address but where this template itself lies, as in
/// `[uri(deployment().properties.templateLink.uri, 'nested/vault.json')]`.
pub fn linked_path(address: &Value) -> Option<String> {
    if let Some(text) = address.as_text() {
        let is_path = !text.is_empty() && !text.starts_with('/') && !text.contains("://");
        return is_path.then(|| text.to_owned());
    }
    let form = address.form()?;
    let tail = form.iter().enumerate().rev().find_map(|(at, part)| match part {
        Part::Known(text) if at > 0 && text.to_ascii_lowercase().contains(".json") => Some(text),
        _ => None,
    })?;
    let end = tail.to_ascii_lowercase().find(".json")? + ".json".len();
    let path = tail.get(..end)?.trim_start_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

/// `loadTextContent`, `loadJsonContent`, `loadYamlContent`, `loadFileAsBase64`.
pub fn call(
    context: &Context<'_>,
    special: Special,
    arguments: &[Expression],
    place: Place,
) -> Value {
    let path = match text_argument(context, arguments, place) {
        Ok(path) => path,
        Err(value) => return value,
    };
    let project = context.session.project;
    let number = match project.relative(context.deployment.template.file, &path) {
        Ok(number) => number,
        Err(why) => {
            context.session.report(why.clone(), place);
            return Value::unknown_here(Cause::MissingFile, why, place);
        }
    };
    let Some(file) = project.file(number) else {
        return Value::unknown_here(Cause::MissingFile, path.as_ref(), place);
    };
    if let Err(failure) = context.session.budget.room(file.text.len()) {
        let _ = failure;
        return limited(
            context,
            format!("more than {} bytes of text", limit::TEXT_BYTES_ALTOGETHER),
            place,
        );
    }
    let value = match special {
        Special::LoadText => return Value::text(file.text.clone(), place),
        Special::LoadBase64 => return Value::text(STANDARD.encode(file.text.as_bytes()), place),
        Special::LoadJson => json::value_of_file(&file.text, number),
        _ => yaml::value_of_file(&file.text, number),
    };
    let value = match value {
        Ok(value) => value,
        Err(why) => {
            let why = format!("{path}: {why}");
            context.session.report(why.clone(), place);
            return Value::unknown_here(Cause::InvalidExpression, why, place);
        }
    };
    match arguments.get(1) {
        None => value.at(place),
        Some(Expression { kind: crate::code::template::expression::Kind::Text(path), .. }) => {
            selected(&value, path, place)
        }
        Some(_) => Value::unknown_here(
            Cause::InvalidExpression,
            "the path into the file is not a plain text",
            place,
        ),
    }
}

/// The part of a file that a simple JSONPath means: `$.a.b[0]`, `a.b`.
fn selected(value: &Value, path: &Arc<str>, place: Place) -> Value {
    let mut current = value.clone();
    let names = path.trim_start_matches('$');
    for step in names.split(['.', '[']).filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches(']').trim_matches('\'');
        if name.is_empty() || name.contains(['*', '?', '(', ':', '@']) {
            return Value::unknown_here(
                Cause::UnknownFunction,
                format!("the path `{path}` is not evaluated"),
                place,
            );
        }
        let key = match name.parse::<u32>() {
            Ok(number) => Value::new(crate::code::value::Content::Number(number.into()), place),
            Err(_) => Value::text(name, place),
        };
        current = element(&current, &key, false, place);
    }
    current
}
