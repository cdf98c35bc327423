//! ARM templates that Terraform deploys: what stands in `template_content` is evaluated as ARM, wherever the text came from.
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/resource_group_template_deployment>
//!
//! All that a template declares stands where Terraform names the template. One that cannot be known is named with the reason:
//! nobody knows what it deploys.

mod arguments;
mod crossing;
mod files;
mod moving;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use super::frame::Frame;
use super::{Adapted, LeftOut, azapi, unmapped};
use crate::code::adapter::template;
use crate::code::template::{Evaluation, Project, evaluate};
use crate::code::terraform::functions::{decode_json, encode_json};
use crate::code::terraform::result::{FileText, ResourceInstance, Root};
use crate::code::value::{Content, Part, Place, Value, Via, ViaKind};

pub use files::Files;
use moving::{Moving, Numbers};

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

/// Whether a resource deploys a template.
pub fn is_ours(instance: &ResourceInstance) -> bool {
    DEPLOYMENTS.contains(&&*instance.kind)
}

/// Whether a root deploys templates.
pub fn is_in(root: &Root) -> bool {
    let has_type = |found: &ResourceInstance| {
        let kind = found.body.as_map().and_then(|body| body.get("type")).and_then(Value::as_text);
        kind.is_some_and(|kind| is_deployment(kind.split('@').next().unwrap_or_default()))
    };
    root.instances.iter().any(|found| is_ours(found) || azapi::is_ours(found) && has_type(found))
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
    let sources = context.files.that_gave(&text);
    // What was rendered has no places of its own.
    let source = sources.iter().find(|source| source.text == source.given);
    let text = source.map_or(text, |source| source.text.to_string());
    let file = project.put(Path::new("template_content.json"), text);
    let loaded = project.load(file);
    let [template] = loaded.templates.as_slice() else {
        let problem = loaded.problems.first().map(|problem| problem.message.as_str());
        return Err(format!("its template is none: {}", problem.unwrap_or("no resources")));
    };
    let arguments = arguments::given(&project, template, &frame)?;
    let evaluation = evaluate(&project, template, &arguments);
    let problems = loaded.problems.iter().chain(&evaluation.problems);
    let trouble = problems.map(|problem| problem.message.clone()).next();
    let trouble = trouble.or_else(|| unread(&evaluation));
    adapted.deployed.extend(sources.iter().map(|source| source.path.clone()));
    let mut files = further(context, &project, &evaluation.deployed, adapted);
    let mut rendered = None;
    match (source, sources.first()) {
        (Some(source), _) => {
            files.insert(file, number(context, adapted, &source.path, &source.text));
        }
        (None, Some(source)) => rendered = Some(way_of(context, adapted, source)),
        (None, None) => {}
    }
    let moving = Moving { frame: &frame, place: content.place, files, rendered };
    moving.take(template::declarations(&evaluation), adapted);
    match trouble {
        Some(why) => Err(format!("its template is not read whole: {why}")),
        None => Ok(()),
    }
}

/// The numbers of the files that a template deploys besides itself.
fn further(
    context: &Context<'_>,
    project: &Project,
    deployed: &[PathBuf],
    adapted: &mut Adapted,
) -> Numbers {
    let mut numbers = Numbers::new();
    for path in deployed {
        let Ok(own) = project.open(path) else { continue };
        if let Some(file) = project.file(own) {
            numbers.insert(own, number(context, adapted, path, &file.text));
        }
    }
    numbers
}

/// The step from a file to what was rendered of it.
fn way_of(context: &Context<'_>, adapted: &mut Adapted, source: &FileText) -> Arc<Via> {
    let file = number(context, adapted, &source.path, &source.text);
    let name = source.path.file_name().unwrap_or_default().to_string_lossy().into();
    let place = Place { file, start: 0, end: 0 };
    Arc::new(Via { what: ViaKind::File, name, place, next: None })
}

/// The number of a further file among those of the root.
fn number(context: &Context<'_>, adapted: &mut Adapted, path: &Path, text: &Arc<str>) -> u32 {
    let known = adapted.texts.iter().position(|(known, _)| known == path);
    let at = known.unwrap_or_else(|| {
        adapted.texts.push((path.to_path_buf(), Arc::clone(text)));
        adapted.texts.len() - 1
    });
    context.root.files.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
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
        let body = frame.value(body)?;
        let decoded = match &body.content {
            Content::Text(text) if !body.is_sensitive() => decode_json(text, frame.place).ok()?,
            _ => match encoded(frame.context, &body) {
                Some(decoded) => decoded.clone(),
                None if body.is_sensitive() => return Some(body),
                None => return None,
            },
        };
        path.split('.').try_fold(decoded, |at, name| at.as_map()?.get_ignoring_case(name).cloned())
    };
    let found = names.iter().find_map(member);
    found.or_else(|| names.iter().find_map(|name| frame.value(name)))
}

/// The value of which a text is the JSON that is unknown, or must not be shown.
fn encoded<'c>(context: &'c Context<'_>, text: &Value) -> Option<&'c Value> {
    match text.form()?.as_ref() {
        [Part::Hole(name) | Part::Known(name)] => context.root.encoded.get(name),
        _ => None,
    }
}

/// The text of a template or of its parameters, which azapi takes as an object.
fn text(value: &Value) -> Result<String, String> {
    if value.holds_sensitive() {
        return Err("it is marked as a secret".to_owned());
    }
    match &value.content {
        Content::Text(text) => Ok((**text).to_owned()),
        Content::Map(_) => encode_json(value),
        Content::Unknown(unknown) => Err(unknown.detail.to_string()),
        _ => Err("it is no text".to_owned()),
    }
}
