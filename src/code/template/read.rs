//! From the tree of a JSON file to a template.

use std::sync::Arc;

use crate::code::template::expression::{Expression, Item, Kind, Property};
use crate::code::template::json::Problem;
use crate::code::template::model::{
    Function, Language, Level, Loop, Nested, Output, Parameter, Resource, Source, Template,
    Variable,
};
use crate::code::value::Place;

/// What a JSON file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A template.
    Template,
    /// Values of parameters.
    Parameters,
    /// A list of templates.
    Templates,
    /// Something else.
    Other,
}

/// What the tree of a JSON file is.
pub fn shape(tree: &Expression) -> Shape {
    if let Some(elements) = tree.elements() {
        let templates = !elements.is_empty()
            && elements.iter().all(|element| shape(element) == Shape::Template);
        return if templates { Shape::Templates } else { Shape::Other };
    }
    let schema =
        tree.get("$schema").and_then(Expression::as_text).map(|text| text.to_ascii_lowercase());
    match schema.as_deref() {
        Some(schema) if schema.contains("deploymenttemplate.json") => Shape::Template,
        Some(schema) if schema.contains("deploymentparameters.json") => Shape::Parameters,
        _ if tree.get("resources").is_some() && tree.get("contentVersion").is_some() => {
            Shape::Template
        }
        _ if tree.get("parameters").is_some() && tree.get("contentVersion").is_some() => {
            Shape::Parameters
        }
        _ => Shape::Other,
    }
}

/// Reads a template; what is wrong with single parts of it becomes a problem each.
pub fn template(tree: Expression, problems: &mut Vec<Problem>) -> Template {
    let mut template = Template::new(tree.place.file, tree.place, Language::Arm);
    template.level = level(&tree);
    let mut reader = Reader { template, problems };
    let mut definitions = None;
    let mut sections = Vec::new();
    for property in members(tree) {
        if property.named("definitions") {
            definitions = Some(property.value);
        } else {
            sections.push(property);
        }
    }
    for section in sections {
        let name = section.known_key().map(|key| key.to_ascii_lowercase());
        match name.as_deref() {
            Some("parameters") => reader.parameters(section.value, definitions.as_ref()),
            Some("variables") => reader.variables(section.value),
            Some("functions") => reader.functions(section.value),
            Some("resources") => reader.resources(section.value, None),
            Some("outputs") => reader.outputs(section.value),
            _ => {}
        }
    }
    reader.template.index();
    reader.template
}

fn level(tree: &Expression) -> Level {
    let schema =
        tree.get("$schema").and_then(Expression::as_text).map(|text| text.to_ascii_lowercase());
    match schema.as_deref() {
        Some(schema) if schema.contains("subscriptiondeploymenttemplate") => Level::Subscription,
        Some(schema) if schema.contains("managementgroupdeploymenttemplate") => {
            Level::ManagementGroup
        }
        Some(schema) if schema.contains("tenantdeploymenttemplate") => Level::Tenant,
        _ => Level::ResourceGroup,
    }
}

fn items(tree: Expression) -> Vec<Item> {
    match tree.kind {
        Kind::Object(items) => items.into_vec(),
        _ => Vec::new(),
    }
}

fn members(tree: Expression) -> Vec<Property> {
    let member = |item| if let Item::Member(property) = item { Some(property) } else { None };
    items(tree).into_iter().filter_map(member).collect()
}

struct Reader<'p> {
    template: Template,
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, message: impl Into<String>, place: Place) {
        self.problems.push(Problem { message: message.into(), place });
    }

    fn parameters(&mut self, tree: Expression, definitions: Option<&Expression>) {
        for property in members(tree) {
            let place = property.key_place;
            let Some(name) = property.known_key().cloned() else { continue };
            let declared = property.value.get("type").and_then(Expression::as_text).cloned();
            let secure =
                declared.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("secure"));
            let nullable = nullable(&property.value, definitions, 8);
            let default =
                members(property.value).into_iter().find(|inner| inner.named("defaultValue"));
            let default = default.map(|inner| inner.value);
            self.template.parameters.push(Parameter { name, place, default, nullable, secure });
        }
    }

    fn variables(&mut self, tree: Expression) {
        for item in items(tree) {
            match item {
                Item::Member(property) => {
                    let Some(name) = property.known_key().cloned() else { continue };
                    let (place, value) = (property.key_place, property.value);
                    self.template.variables.push(Variable { name, place, value, count: None });
                }
                Item::Copy(copy) => self.template.variables.push(Variable {
                    name: copy.name,
                    place: copy.name_place,
                    value: copy.input,
                    count: Some(copy.count),
                }),
                Item::Spread(_) => {}
            }
        }
    }

    fn functions(&mut self, tree: Expression) {
        let Kind::List(namespaces) = tree.kind else { return };
        for namespace in namespaces {
            let Some(prefix) = namespace.get("namespace").and_then(Expression::as_text).cloned()
            else {
                continue;
            };
            let inner = members(namespace).into_iter().find(|property| property.named("members"));
            for member in inner.map(|property| members(property.value)).unwrap_or_default() {
                let Some(name) = member.known_key().cloned() else { continue };
                let names = member
                    .value
                    .get("parameters")
                    .and_then(Expression::elements)
                    .unwrap_or_default();
                let parameters =
                    names.iter().filter_map(|one| one.get("name")?.as_text().cloned()).collect();
                let Some(body) =
                    member.value.get("output").and_then(|output| output.get("value")).cloned()
                else {
                    continue;
                };
                self.template.functions.push(Function {
                    name: format!("{prefix}.{name}").into(),
                    parameters,
                    body,
                });
            }
        }
    }

    fn outputs(&mut self, tree: Expression) {
        for property in members(tree) {
            let (Some(name), place) = (property.known_key().cloned(), property.key_place) else {
                continue;
            };
            let mut declared = property.value;
            if let Some(value) = take(&mut declared, "value") {
                self.template.outputs.push(Output { name, place, value, count: None });
            } else if let Some(mut copy) = take(&mut declared, "copy")
                && let (Some(value), count @ Some(_)) =
                    (take(&mut copy, "input"), take(&mut copy, "count"))
            {
                self.template.outputs.push(Output { name, place, value, count });
            }
        }
    }

    /// A list of resources, or an object of them under symbolic names (language version 2.0).
    fn resources(&mut self, tree: Expression, within: Option<usize>) {
        match tree.kind {
            Kind::List(resources) => {
                self.template.resources.reserve(resources.len());
                for resource in resources {
                    self.resource(resource, None, within);
                }
            }
            Kind::Object(_) => {
                for property in members(tree) {
                    let symbol = property.known_key().map(|key| (key.clone(), property.key_place));
                    self.resource(property.value, symbol, within);
                }
            }
            _ => self.problem("`resources` is neither a list nor an object", tree.place),
        }
    }

    fn resource(
        &mut self,
        tree: Expression,
        symbol: Option<(Arc<str>, Place)>,
        within: Option<usize>,
    ) {
        let place = tree.place;
        if tree.items().is_none() {
            if !matches!(tree.kind, Kind::Null) {
                self.problem("a resource is not an object", place);
            }
            return;
        }
        let mut parts = Parts::default();
        let items = items(tree);
        let mut body = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Member(property) => parts.take(property, &mut body),
                other => body.push(other),
            }
        }
        let Some((kind, kind_place)) = parts.kind else {
            self.problem("a resource has no `type` that is a plain text", place);
            return;
        };
        let deployment = kind.eq_ignore_ascii_case("Microsoft.Resources/deployments");
        let mut body = Expression::new(Kind::Object(body.into()), place);
        let nested = deployment.then(|| nested_of(&mut body, self.problems));
        let at = self.template.resources.len();
        let (symbol, header) = match symbol {
            Some((symbol, key_place)) => (Some(symbol), key_place),
            None => (None, kind_place),
        };
        self.template.resources.push(Resource {
            symbol,
            header,
            place,
            kind,
            kind_place,
            api_version: parts.api_version,
            existing: parts.existing,
            condition: parts.condition,
            repeat: parts.repeat,
            name: parts.name,
            within,
            parent: None,
            scope: parts.scope,
            subscription: parts.subscription,
            group: parts.group,
            body,
            deployment: nested,
        });
        if let Some(children) = parts.children {
            self.resources(children, Some(at));
        }
    }
}

/// Takes out of the body of a `Microsoft.Resources/deployments` what it deploys.
pub fn nested_of(body: &mut Expression, problems: &mut Vec<Problem>) -> Nested {
    let place = body.place;
    let Some(mut properties) = take(body, "properties") else {
        return Nested { source: Source::Missing(place), arguments: None, outer: true };
    };
    let scope =
        properties.get("expressionEvaluationOptions").and_then(|options| options.get("scope"));
    let outer = !scope
        .and_then(Expression::as_text)
        .is_some_and(|scope| scope.eq_ignore_ascii_case("inner"));
    let arguments = take(&mut properties, "parameters");
    let source = match (take(&mut properties, "template"), properties.get("templateLink")) {
        (Some(tree), _) if tree.items().is_some() => {
            Source::Inline(Arc::new(template(tree, problems)))
        }
        (Some(computed), _) => Source::Address(computed),
        (None, Some(link)) => {
            match (link.get("relativePath"), link.get("uri").or_else(|| link.get("id"))) {
                (Some(Expression { kind: Kind::Text(path), place, .. }), _) => {
                    Source::Path(path.clone(), *place)
                }
                (Some(address), _) | (None, Some(address)) => Source::Address(address.clone()),
                (None, None) => Source::Missing(link.place),
            }
        }
        (None, None) => Source::Missing(place),
    };
    let outer = outer && matches!(source, Source::Inline(_));
    Nested { source, arguments, outer }
}

/// Takes a member out of an object.
pub fn take(object: &mut Expression, name: &str) -> Option<Expression> {
    let Kind::Object(items) = &mut object.kind else { return None };
    let mut items_left = std::mem::take(items).into_vec();
    let found = items_left
        .iter()
        .rposition(|item| matches!(item, Item::Member(property) if property.named(name)));
    let taken = found.map(|at| items_left.remove(at));
    *items = items_left.into();
    match taken {
        Some(Item::Member(property)) => Some(property.value),
        _ => None,
    }
}

/// Whether a parameter takes null: it says so, or the type it refers to does.
fn nullable(parameter: &Expression, definitions: Option<&Expression>, depth: u32) -> bool {
    if matches!(parameter.get("nullable"), Some(Expression { kind: Kind::Bool(true), .. })) {
        return true;
    }
    let name = parameter.get("$ref").and_then(Expression::as_text);
    let name = name.and_then(|reference| reference.strip_prefix("#/definitions/"));
    match name.and_then(|name| definitions?.get(name)) {
        Some(definition) if depth > 0 => nullable(definition, definitions, depth - 1),
        _ => false,
    }
}

/// The members of a resource that are not its body.
#[derive(Default)]
struct Parts {
    kind: Option<(Arc<str>, Place)>,
    api_version: Option<Expression>,
    existing: bool,
    condition: Option<Expression>,
    repeat: Option<Loop>,
    name: Option<Expression>,
    scope: Option<Expression>,
    subscription: Option<Expression>,
    group: Option<Expression>,
    children: Option<Expression>,
}

impl Parts {
    fn take(&mut self, property: Property, body: &mut Vec<Item>) {
        let name = property.known_key().map(|key| key.to_ascii_lowercase());
        let value = &property.value;
        match name.as_deref() {
            Some("type") => self.kind = value.as_text().map(|kind| (kind.clone(), value.place)),
            Some("apiversion") => self.api_version = Some(property.value),
            Some("existing") => self.existing = matches!(value.kind, Kind::Bool(true)),
            Some("condition") => self.condition = Some(property.value),
            Some("copy") => {
                let name =
                    value.get("name").and_then(Expression::as_text).cloned().unwrap_or_default();
                self.repeat =
                    value.get("count").map(|count| Loop::Copy { name, count: count.clone() });
            }
            Some("name") => self.name = Some(property.value),
            Some("scope") => self.scope = Some(property.value),
            Some("subscriptionid") => self.subscription = Some(property.value),
            Some("resourcegroup") => self.group = Some(property.value),
            Some("resources") => self.children = Some(property.value),
            Some("comments" | "dependson" | "metadata" | "$schema") => {}
            _ => body.push(Item::Member(property)),
        }
    }
}

/// The values of a parameter file, by name.
pub fn arguments(tree: Expression) -> Vec<Property> {
    let parameters = members(tree).into_iter().find(|property| property.named("parameters"));
    parameters.map(|property| members(property.value)).unwrap_or_default()
}
