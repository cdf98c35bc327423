//! Values for the parameters of a root: parameter files in JSON and `.bicepparam`.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::code::template::deployment::{Context, Deployment, Session};
use crate::code::template::json::{self, Problem};
use crate::code::template::limit;
use crate::code::template::model::Template;
use crate::code::template::nested::unwrapped;
use crate::code::template::project::Project;
use crate::code::template::read::Shape;
use crate::code::template::scope::Scope;
use crate::code::template::slot::{parameter, step};
use crate::code::value::{Cause, Place, Value, ViaKind};

/// Values for the parameters of a root, by name.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    values: Vec<(Arc<str>, Value)>,
}

impl Arguments {
    /// Gives a parameter a value; a later one replaces an earlier one.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        self.values.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.values.push((name, value));
    }

    /// The values in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (&**name, value))
    }

    /// The values by the position of the parameter in a template.
    pub fn by_position(&self, template: &Template) -> HashMap<usize, Value> {
        let position = |(name, value): &(Arc<str>, Value)| {
            template.parameter(name).map(|at| (at, value.clone()))
        };
        self.values.iter().filter_map(position).collect()
    }
}

/// A parameter file, evaluated.
#[derive(Debug, Default)]
pub struct ParameterFile {
    /// The values.
    pub arguments: Arguments,
    /// The template that it names with `using`.
    pub template: Option<u32>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Reads a parameter file.
pub fn parameter_file(project: &Project, file: u32) -> ParameterFile {
    read(project, file, 0)
}

fn read(project: &Project, file: u32, depth: u32) -> ParameterFile {
    let loaded = project.load(file);
    let mut read = ParameterFile { problems: loaded.problems.clone(), ..ParameterFile::default() };
    if loaded.shape != Shape::Parameters {
        let place = Place { file, start: 0, end: 0 };
        read.problems.push(Problem { message: "this is not a parameter file".into(), place });
        return read;
    }
    match loaded.templates.first() {
        Some(template) => bicep(project, template, depth, &mut read),
        None => from_json(project, file, &mut read),
    }
    read
}

fn from_json(project: &Project, file: u32, read: &mut ParameterFile) {
    let Some(source) = project.file(file) else { return };
    let place = Place { file, start: 0, end: 0 };
    let value = match json::value_of_file(&source.text, file) {
        Ok(value) => value,
        Err(message) => {
            read.problems.push(Problem { message, place });
            return;
        }
    };
    let Some(parameters) =
        value.as_map().and_then(|map| map.get_ignoring_case("parameters")).and_then(Value::as_map)
    else {
        return;
    };
    for member in parameters.members() {
        let value = unwrapped(&member.value);
        let via = Some(step(ViaKind::ParameterFile, &member.key, &value));
        read.arguments.set(member.key.clone(), value.with_via(via));
    }
}

fn bicep(project: &Project, template: &Arc<Template>, depth: u32, read: &mut ParameterFile) {
    let using = template.using.clone().unwrap_or_default();
    if let Some((path, place)) = using.extends {
        if depth >= limit::DEPLOYMENT_DEPTH {
            read.problems.push(Problem { message: format!("`{path}` extends itself"), place });
            return;
        }
        match project.relative(template.file, &path) {
            Ok(file) => {
                let base = self::read(project, file, depth + 1);
                read.arguments = base.arguments;
                read.template = base.template;
                read.problems.extend(base.problems);
            }
            Err(message) => read.problems.push(Problem { message, place }),
        }
    }
    if let Some((path, place)) = using.template {
        match project.relative(template.file, &path) {
            Ok(file) => read.template = Some(file),
            Err(message) => read.problems.push(Problem { message, place }),
        }
    }
    let session = Session::new(project);
    let name = Value::unknown_here(Cause::FunctionOfTheCloud, "deployment().name", template.place);
    let scope = Scope::ambient(template.level, template.place);
    let mut deployment = Deployment::new(template.clone(), scope, name);
    deployment.mark = "@parameters".into();
    let deployment = Rc::new(deployment);
    let context = Context { session: &session, deployment, frames: None };
    for (at, one) in template.parameters.iter().enumerate() {
        let value = parameter(&context, at, one.place);
        // The one step of the value is the line that was just evaluated as a default.
        let next = value.via.as_ref().and_then(|via| via.next.clone());
        let place = one.default.as_ref().map_or(one.place, |given| given.place);
        let value = value.at(place).with_via(next);
        let via = Some(step(ViaKind::ParameterFile, &one.name, &value));
        read.arguments.set(one.name.clone(), value.with_via(via));
    }
    read.problems.extend(session.problems.take());
}
