//! Projects as ARM templates.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::Answer;
use super::project::{Code, Node, Resource, project};

pub fn write(number: usize, folder: &Path) -> Answer<()> {
    let project = project(number);
    let mut parameters = Map::new();
    for (name, kind, default, description) in &project.parameters {
        let mut parameter = json!({ "type": kind });
        if let Some(default) = default {
            parameter["defaultValue"] = value(default);
        }
        parameter["metadata"] = json!({ "description": description });
        parameters.insert((*name).to_owned(), parameter);
    }
    let variables: Map<String, Value> =
        project.variables.iter().map(|(name, node)| ((*name).to_owned(), value(node))).collect();
    let resources: Vec<Value> = project.resources.iter().map(resource).collect();
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": variables,
        "resources": resources,
    });
    fs::write(folder.join("azuredeploy.json"), serde_json::to_string_pretty(&template)?)?;
    Ok(())
}

fn resource(resource: &Resource) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    if let Some(condition) = &resource.condition {
        put("condition", expression(condition));
    }
    if let Some((list, _)) = resource.repeat {
        put("copy", json!({ "name": list, "count": format!("[length(parameters('{list}'))]") }));
    }
    put("type", resource.kind.into());
    put("apiVersion", resource.version.into());
    if let Some(scope) = &resource.scope {
        put("scope", expression(scope));
    }
    put("name", value(&resource.name));
    for (name, node) in &resource.body {
        put(name, value(node));
    }
    Value::Object(members)
}

fn expression(code: &Code) -> Value {
    format!("[{}]", code.arm).into()
}

fn value(node: &Node) -> Value {
    match node {
        Node::Text(text) => text.as_str().into(),
        Node::Number(number) => (*number).into(),
        Node::Bool(truth) => (*truth).into(),
        Node::Code(code) => expression(code),
        Node::List(items) => items.iter().map(value).collect(),
        Node::Map(members) => Value::Object(
            members.iter().map(|(name, node)| ((*name).to_owned(), value(node))).collect(),
        ),
    }
}
