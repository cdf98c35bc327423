//! What Terraform gives the parameters of a template that it deploys.

use std::path::Path;
use std::sync::Arc;

use super::{PARAMETERS, find, text};
use crate::code::adapter::terraform::frame::Frame;
use crate::code::template::{Arguments, Project, Template, parameter_file};
use crate::code::value::{Cause, Unknown, Value};

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// The parameters: as JSON, or each by its name as the old resource has them. Where nobody knows which are given, no
/// default counts.
///
/// # Errors
/// When they are no parameters.
pub fn given(
    project: &Project,
    template: &Template,
    frame: &Frame<'_>,
) -> Result<Arguments, String> {
    if let Some(given) = find(frame, &PARAMETERS) {
        let Ok(text) = text(&given) else { return Ok(unknown_arguments(template, &given)) };
        let text = format!(
            r#"{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "parameters": {text}}}"#
        );
        let file = project.put(Path::new("parameters_content.json"), text);
        let read = parameter_file(project, file);
        return match read.problems.first() {
            Some(problem) => Err(format!("its parameters cannot be read: {}", problem.message)),
            None => Ok(read.arguments),
        };
    }
    let Some(given) = frame.value("parameters") else { return Ok(Arguments::default()) };
    let Some(map) = given.as_map().filter(|given| given.rest().is_none()) else {
        return Ok(unknown_arguments(template, &given));
    };
    let mut arguments = Arguments::default();
    for member in map.members() {
        arguments.set(Arc::clone(&member.key), member.value.clone().with_via(None));
    }
    Ok(arguments)
}

fn unknown_arguments(template: &Template, given: &Value) -> Arguments {
    let mut arguments = Arguments::default();
    for parameter in &template.parameters {
        let unknown = match given.first_unknown() {
            Some(unknown) => Unknown { form: None, ..Unknown::clone(unknown) },
            None => Unknown {
                cause: Cause::Secret,
                detail: "the parameters".into(),
                place: given.place,
                form: None,
            },
        };
        let value = Value::from_unknown(Arc::new(unknown), given.place);
        arguments.set(Arc::clone(&parameter.name), value);
    }
    arguments
}
