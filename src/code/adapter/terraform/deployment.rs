//! ARM templates that Terraform deploys: what stands in `template_content` is evaluated as ARM, wherever the text came from.
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/resource_group_template_deployment>
//!
//! All that a template declares stands where Terraform names the template. One that cannot be known is named with the reason:
//! nobody knows what it deploys.

use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::frame::Frame;
use super::{Adapted, LeftOut, unmapped};
use crate::code::adapter::template;
use crate::code::declaration::{Call, Declaration};
use crate::code::template::{Arguments, Evaluation, Project, Template, evaluate, parameter_file};
use crate::code::terraform::functions::{decode_json, encode_json};
use crate::code::terraform::result::ResourceInstance;
use crate::code::value::{Content, Map, Part, Place, Unknown, Value};

const DEPLOYMENTS: [&str; 5] = [
    "azurerm_resource_group_template_deployment",
    "azurerm_subscription_template_deployment",
    "azurerm_management_group_template_deployment",
    "azurerm_tenant_template_deployment",
    "azurerm_template_deployment",
];

/// The type that azapi deploys templates by.
const ARM_DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// The names under which the template is asked for, the values of its parameters, and a template that is not in the code.
const CONTENT: [&str; 3] = ["template_content", "template_body", "body.properties.template"];
const PARAMETERS: [&str; 3] =
    ["parameters_content", "parameters_body", "body.properties.parameters"];
const ELSEWHERE: [&str; 2] = ["template_spec_version_id", "body.properties.templateLink"];

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// Whether a resource deploys a template.
pub fn is_ours(instance: &ResourceInstance) -> bool {
    DEPLOYMENTS.contains(&&*instance.kind)
}

/// Whether this is the type of a deployment in ARM.
pub fn is_deployment(kind: &str) -> bool {
    kind.eq_ignore_ascii_case(ARM_DEPLOYMENT)
}

/// Reads a deployment. One whose template cannot be known, or not whole, is named with the reason.
pub fn read(context: &Context<'_>, instance: &ResourceInstance, adapted: &mut Adapted) {
    if instance.is_data {
        return;
    }
    if let Err(why) = deploy(context, instance, adapted) {
        let why = LeftOut::NotRead(why.into());
        adapted.unmapped.push(unmapped(instance, Arc::clone(&instance.kind), why));
    }
}

/// The deployment; or why it cannot be known, or not whole.
fn deploy(
    context: &Context<'_>,
    instance: &ResourceInstance,
    adapted: &mut Adapted,
) -> Result<(), String> {
    let frame = Frame::of(context, instance).ok_or("its arguments are not known")?;
    let content = content(&frame)?;
    let text = text(&content).map_err(|why| format!("its template is not known: {why}"))?;
    let directory = &context.root.directory;
    let folder = if directory.is_dir() { Some(&**directory) } else { directory.parent() };
    let project = Project::new(folder.unwrap_or_else(|| Path::new(".")))?;
    let file = project.put(Path::new("template_content.json"), text);
    let loaded = project.load(file);
    let [template] = loaded.templates.as_slice() else {
        let problem = loaded.problems.first().map(|problem| problem.message.as_str());
        return Err(format!("its template is none: {}", problem.unwrap_or("no resources")));
    };
    let arguments = arguments(&project, template, &frame)?;
    let evaluation = evaluate(&project, template, &arguments);
    let problems = loaded.problems.iter().chain(&evaluation.problems);
    let trouble = problems.map(|problem| problem.message.clone()).next();
    let trouble = trouble.or_else(|| unread(&evaluation));
    let moving = Moving { frame: &frame, place: content.place };
    moving.take(template::declarations(&evaluation), adapted);
    match trouble {
        Some(why) => Err(format!("its template is not read whole: {why}")),
        None => Ok(()),
    }
}

fn unread(evaluation: &Evaluation) -> Option<String> {
    let unread = evaluation.unread.first()?;
    let named = if unread.source.is_empty() { "a template in it" } else { &unread.source };
    Some(format!("{named} is not read ({})", unread.why))
}

fn content(frame: &Frame<'_>) -> Result<Value, String> {
    if let Some(content) = find(frame, &CONTENT) {
        return Ok(content);
    }
    Err(match find(frame, &ELSEWHERE) {
        Some(_) => "its template is not in the code".to_owned(),
        None => "it names no template".to_owned(),
    })
}

/// What stands under the first of these names that is there. Older versions of azapi take the body as a text.
fn find(frame: &Frame<'_>, names: &[&str]) -> Option<Value> {
    let member = |name: &&str| -> Option<Value> {
        let (body, path) = name.split_once('.')?;
        let decoded = decode_json(&frame.text(body)?, frame.place).ok()?;
        path.split('.').try_fold(decoded, |at, name| at.as_map()?.get_ignoring_case(name).cloned())
    };
    let found = names.iter().find_map(|name| frame.value(name));
    found.or_else(|| names.iter().find_map(member))
}

/// The text of a template or of its parameters, which azapi takes as an object.
fn text(value: &Value) -> Result<String, String> {
    if value.is_sensitive() {
        return Err("it is marked as a secret".to_owned());
    }
    match &value.content {
        Content::Text(text) => Ok((**text).to_owned()),
        Content::Map(_) => encode_json(value),
        Content::Unknown(unknown) => Err(unknown.detail.to_string()),
        _ => Err("it is no text".to_owned()),
    }
}

/// The parameters: as JSON, or each by its name as the old resource has them. Where nobody knows which are given, no
/// default counts.
fn arguments(
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
        arguments.set(Arc::clone(&member.key), member.value.clone());
    }
    Ok(arguments)
}

fn unknown_arguments(template: &Template, given: &Value) -> Arguments {
    let mut arguments = Arguments::default();
    for parameter in &template.parameters {
        let unknown = match given.first_unknown() {
            Some(unknown) => Unknown { form: None, ..Unknown::clone(unknown) },
            None => Unknown {
                cause: crate::code::value::Cause::Secret,
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

/// Brings what a template declares into the root that deploys it.
struct Moving<'m> {
    frame: &'m Frame<'m>,
    /// Where the root names the template.
    place: Place,
}

impl Moving<'_> {
    fn take(&self, deployed: Adapted, adapted: &mut Adapted) {
        for mut unmapped in deployed.unmapped {
            unmapped.address = self.address(&unmapped.address);
            unmapped.place = self.place;
            adapted.unmapped.push(unmapped);
        }
        let declarations = deployed.declarations.into_iter();
        adapted.declarations.extend(declarations.map(|declared| self.declaration(declared)));
    }

    fn address(&self, inner: &str) -> Arc<str> {
        format!("{}.{inner}", self.frame.instance.address).into()
    }

    fn declaration(&self, inner: Declaration) -> Declaration {
        let (id, body) = (self.value(&inner.id), self.value(&inner.body));
        let own = super::declaration(self.frame.instance, inner.kind, id, body);
        let calls = inner.calls.iter().map(|call| Call { place: self.place, ..call.clone() });
        Declaration {
            address: self.address(&inner.address),
            calls: own.calls.iter().cloned().chain(calls).collect(),
            doubt: own.doubt.or_else(|| inner.doubt.map(|doubt| self.unknown(&doubt))),
            only_referred_to: inner.only_referred_to,
            ..own
        }
    }

    fn value(&self, value: &Value) -> Value {
        let moved = match &value.content {
            Content::Map(map) => {
                let mut moved = Map::new();
                for member in map.members() {
                    moved.push(Arc::clone(&member.key), self.place, self.value(&member.value));
                }
                let rest = map.rest().map(|rest| self.unknown(rest));
                Value::map(moved.open(rest), self.place)
            }
            Content::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
                Value::list(items, self.place)
            }
            Content::Unknown(unknown) => match &unknown.form {
                Some(form) => {
                    let parts: Vec<Value> =
                        form.iter().map(|part| self.part(part, unknown)).collect();
                    Value::join(&parts, self.place)
                }
                None => Value::from_unknown(self.unknown(unknown), self.place),
            },
            _ => value.clone().at(self.place).with_via(None),
        };
        moved.marked(value.marks())
    }

    /// Where Terraform says the resource group to deploy to.
    fn group_form(&self) -> Option<&'static str> {
        let forms =
            [("resource_group_name", "{resource_group_name}"), ("parent_id", "{parent_id/group}")];
        let said = forms.into_iter().find(|(name, _)| self.frame.value(name).is_some());
        said.map(|(_, form)| form)
    }

    /// The region of the resource group to deploy to, if the root declares it.
    fn group_location(&self) -> Option<Value> {
        let context = self.frame.context;
        let form = match self.group_form()? {
            "{resource_group_name}" => "{group}",
            _ => "{parent_id}",
        };
        let id = context.form(form, self.frame);
        let is_group = |found: &&ResourceInstance| {
            &*found.kind == "azurerm_resource_group"
                && context.id_of(&found.address).and_then(|own| own.same(&id)) == Some(true)
        };
        let group = context.root.instances.iter().find(is_group)?;
        let location = group.body.as_map()?.get("location")?;
        Some(context.resolve(location).at(self.place))
    }

    fn unknown(&self, unknown: &Unknown) -> Arc<Unknown> {
        Arc::new(Unknown { place: self.place, ..unknown.clone() })
    }

    /// A piece of a text. Where the template goes, Terraform knows; whatever else it leaves open is its own.
    fn part(&self, part: &Part, unknown: &Unknown) -> Value {
        let hole = |name: &str| {
            let name = self.address(name);
            Value::hole(unknown.cause, unknown.detail.clone(), self.place, &name)
        };
        let context = self.frame.context;
        match part {
            Part::Known(text) => Value::text(Arc::clone(text), self.place),
            Part::Hole(name) if &**name == "subscription().subscriptionId" => {
                context.subscription(self.frame.instance).at(self.place)
            }
            Part::Hole(name) if &**name == "resourceGroup().name" => match self.group_form() {
                Some(form) => context.form(form, self.frame).at(self.place),
                None => hole(name),
            },
            Part::Hole(name) if &**name == "resourceGroup().location" => {
                self.group_location().unwrap_or_else(|| hole(name))
            }
            Part::Hole(name) => hole(name),
            Part::Reference(reference) => {
                hole(&format!("{}.{}", reference.address, reference.attribute))
            }
        }
    }
}
