//! Projects as Bicep.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Answer;
use super::project::{Node, Resource, project};

pub fn write(number: usize, folder: &Path) -> Answer<()> {
    let project = project(number);
    let mut out = String::new();
    for (name, kind, default, description) in &project.parameters {
        write!(out, "@description('{description}')\nparam {name} {kind}")?;
        if let Some(default) = default {
            out.push_str(" = ");
            value(&mut out, default, 0)?;
        }
        out.push_str("\n\n");
    }
    for (name, node) in &project.variables {
        write!(out, "var {name} = ")?;
        value(&mut out, node, 0)?;
        out.push('\n');
    }
    for one in &project.resources {
        out.push('\n');
        resource(&mut out, one)?;
    }
    fs::write(folder.join("main.bicep"), out)?;
    Ok(())
}

fn resource(out: &mut String, resource: &Resource) -> Answer<()> {
    write!(out, "resource {} '{}@{}' = ", resource.symbol, resource.kind, resource.version)?;
    if let Some((list, element)) = resource.repeat {
        write!(out, "[for {element} in {list}: ")?;
    }
    if let Some(condition) = &resource.condition {
        write!(out, "if ({}) ", condition.bicep)?;
    }
    out.push_str("{\n");
    if let Some(scope) = &resource.scope {
        writeln!(out, "  scope: {}", scope.bicep)?;
    }
    out.push_str("  name: ");
    value(out, &resource.name, 1)?;
    out.push('\n');
    for (name, node) in &resource.body {
        write!(out, "  {name}: ")?;
        value(out, node, 1)?;
        out.push('\n');
    }
    out.push('}');
    if resource.repeat.is_some() {
        out.push(']');
    }
    out.push('\n');
    Ok(())
}

fn value(out: &mut String, node: &Node, depth: usize) -> Answer<()> {
    let inner = "  ".repeat(depth + 1);
    let outer = "  ".repeat(depth);
    match node {
        Node::Text(text) => write!(out, "'{text}'")?,
        Node::Number(number) => write!(out, "{number}")?,
        Node::Bool(truth) => write!(out, "{truth}")?,
        Node::Code(code) => out.push_str(&code.bicep),
        Node::List(items) => {
            out.push_str("[\n");
            for item in items {
                out.push_str(&inner);
                value(out, item, depth + 1)?;
                out.push('\n');
            }
            write!(out, "{outer}]")?;
        }
        Node::Map(members) => {
            out.push_str("{\n");
            for (name, node) in members {
                write!(out, "{inner}{name}: ")?;
                value(out, node, depth + 1)?;
                out.push('\n');
            }
            write!(out, "{outer}}}")?;
        }
    }
    Ok(())
}
