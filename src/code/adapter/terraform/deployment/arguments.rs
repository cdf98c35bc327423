//! What Terraform gives the parameters of a template that it deploys. Where nobody knows whether one is given, its default does
//! not count.

use std::path::Path;
use std::sync::Arc;

use super::crossing::entered;
use super::{PARAMETERS, encoded, find};
use crate::code::adapter::terraform::frame::Frame;
use crate::code::template::nested::unwrapped;
use crate::code::template::slot::step;
use crate::code::template::{Arguments, Project, Template, parameter_file};
use crate::code::value::{Cause, Content, Map, Unknown, Value, ViaKind};

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// The parameters: as JSON, as an object, or each by its name as the old resource has them.
///
/// # Errors
/// When they are no parameters.
pub fn given(
    project: &Project,
    template: &Template,
    frame: &Frame<'_>,
) -> Result<Arguments, String> {
    if let Some(given) = find(frame, &PARAMETERS) {
        return match &given.content {
            Content::Text(text) if !given.is_sensitive() => in_json(project, text),
            _ => Ok(in_object(template, frame, &given, wrapped)),
        };
    }
    let by_name = frame.value("parameters");
    Ok(by_name
        .map_or_else(Arguments::default, |given| in_object(template, frame, &given, Value::clone)))
}

fn in_json(project: &Project, parameters: &str) -> Result<Arguments, String> {
    let text = format!(
        r#"{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "parameters": {parameters}}}"#
    );
    let file = project.put(Path::new("parameters_content.json"), text);
    let read = parameter_file(project, file);
    match read.problems.first() {
        Some(problem) => Err(format!("its parameters cannot be read: {}", problem.message)),
        None => Ok(read.arguments),
    }
}

/// Parameters as members of an object, which may be known in part only.
fn in_object(
    template: &Template,
    frame: &Frame<'_>,
    given: &Value,
    plain: fn(&Value) -> Value,
) -> Arguments {
    let given = encoded(frame.context, given).unwrap_or(given);
    let known = given.as_map().filter(|_| !given.is_sensitive());
    let mut arguments = Arguments::default();
    if let Some(reason) = known.map_or_else(|| Some(reason(given)), |map| map.rest().cloned()) {
        let rest = Value::from_unknown(reason, given.place);
        for parameter in &template.parameters {
            let via = step(ViaKind::ParameterFile, &parameter.name, &rest);
            let value = entered(frame.context, &rest.clone().with_via(Some(via)));
            arguments.set(Arc::clone(&parameter.name), value);
        }
    }
    for member in known.into_iter().flat_map(Map::members) {
        let value = plain(&member.value);
        let via = step(ViaKind::ParameterFile, &member.key, &value);
        let value = entered(frame.context, &value.with_via(Some(via)));
        arguments.set(Arc::clone(&member.key), value);
    }
    arguments
}

/// What a parameter is given. An object of which not even the names are known may give it anything.
fn wrapped(given: &Value) -> Value {
    let rest = given.as_map().filter(|map| map.get_ignoring_case("value").is_none());
    match rest.and_then(|map| map.rest()) {
        Some(unknown) => Value::from_unknown(Arc::clone(unknown), given.place),
        None => unwrapped(given),
    }
}

/// Why nobody knows which parameters are given.
fn reason(given: &Value) -> Arc<Unknown> {
    match given.as_unknown() {
        Some(unknown) => Arc::new(Unknown { form: None, ..Unknown::clone(unknown) }),
        None => Arc::new(Unknown {
            cause: Cause::Secret,
            detail: "the parameters".into(),
            place: given.place,
            form: None,
        }),
    }
}
