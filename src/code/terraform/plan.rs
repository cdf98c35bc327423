//! Reads what `terraform show -json` writes of a plan: the same resource instances as from code, and what changes.
//! Format: <https://developer.hashicorp.com/terraform/internals/json-format>.

mod configuration;
mod contradiction;
mod locate;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use jsonc_parser::ast::{Object, Value as Json};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use contradiction::{NO_CHANGE, TWICE};

use super::diagnostic::{Diagnostic, DiagnosticKind};
use super::result::{InstanceKey, Lifecycle, ResourceInstance, Root};
use crate::code::value::{Cause, Map, Marks, Part, Place, Reference, Unknown, Value};

/// A plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// The resources after the plan is applied, in the form in which code gives them.
    pub root: Root,
    /// The same before the plan is applied.
    pub before: Root,
    /// What the plan does to each resource.
    pub changes: Vec<PlannedChange>,
    /// The version of Terraform that wrote it.
    pub terraform_version: Option<Arc<str>>,
}

/// What a plan does to one resource.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// The absolute address.
    pub address: Arc<str>,
    /// The address before a move.
    pub previous_address: Option<Arc<str>>,
    /// The type.
    pub kind: Arc<str>,
    /// Whether this is a data source.
    pub is_data: bool,
    /// `no-op`, `create`, `read`, `update`, `delete`, `forget`; two of them for a replacement, in their order.
    pub actions: Vec<Arc<str>>,
    /// Why, if Terraform says so.
    pub reason: Option<Arc<str>>,
    /// The resource before; null if there is none.
    pub before: Value,
    /// The resource after, with what is known after apply as unknown; null if there is none.
    pub after: Value,
    /// The paths that force a replacement, such as `sku` or `identity[0].type`.
    pub replace_paths: Vec<String>,
    /// Where the change stands in the file.
    pub place: Place,
}

impl PlannedChange {
    /// Whether nothing but these arguments may differ before and after.
    pub fn differs_only_in(&self, names: &[&str]) -> bool {
        contradiction::differs_only_in(self, names)
    }
}

/// Reads a plan. `file` is the number that its places get.
pub fn read(path: &Path, text: &str, file: u32) -> Plan {
    let mut plan = Plan::default();
    path.clone_into(&mut plan.root.directory);
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let inner = text.get(skipped..).unwrap_or("");
    let parsed = parse_to_ast(inner, &CollectOptions::default(), &ParseOptions::default());
    let value = match parsed {
        Ok(result) => result.value,
        Err(error) => {
            let reader = Reader::new(file, skipped);
            let place = reader.place(error.range());
            tell(&mut plan, path, DiagnosticKind::Syntax, error.kind().to_string(), Some(place));
            return plan;
        }
    };
    let version = value.as_ref().and_then(|value| value.as_object()?.get_string("format_version"));
    let version = version.map(|version| version.value.to_string());
    let Some(document) = value.as_ref().and_then(Json::as_object).filter(|_| {
        version
            .as_ref()
            .is_some_and(|version| version.starts_with("1.") || version.starts_with("0."))
    }) else {
        let message = match version {
            Some(version) => {
                format!("this plan has format {version}, of which nothing is known here")
            }
            None => "this is no plan: it has no format_version".to_owned(),
        };
        tell(&mut plan, path, DiagnosticKind::Format, message, None);
        return plan;
    };
    if document.get_array("resource_changes").is_none()
        && document.get_object("planned_values").is_none()
    {
        let message = "this is a state, not a plan: it has no resource_changes".to_owned();
        tell(&mut plan, path, DiagnosticKind::Format, message, None);
        return plan;
    }
    let mut reader = Reader::new(file, skipped);
    plan.terraform_version = text_of(document, "terraform_version");
    if let Some(configuration) = document.get_object("configuration") {
        reader.configuration(configuration, &mut plan);
    }
    plan.before.directory.clone_from(&plan.root.directory);
    plan.before.providers.clone_from(&plan.root.providers);
    plan.before.requirements.clone_from(&plan.root.requirements);
    let lacks = |plan: &mut Plan, place: Place, message: &str| {
        tell(plan, path, DiagnosticKind::Format, message.to_owned(), Some(place));
    };
    for (name, message) in [("errored", ENDED_EARLY), ("deferred_changes", DEFERRED)] {
        let found = document.get(name).filter(|found| is_said(&found.value));
        if let Some(found) = found {
            lacks(&mut plan, reader.place(found.range), message);
        }
    }
    let Some(changes) = document.get("resource_changes") else { return plan };
    let Some(list) = changes.value.as_array() else {
        lacks(&mut plan, reader.place(changes.range), "resource_changes is no list");
        return plan;
    };
    let mut seen = HashSet::new();
    for entry in &list.elements {
        let read = match entry.as_object() {
            Some(change) => reader.change(change, &mut plan, &mut seen),
            None => Err(NO_CHANGE),
        };
        if let Err(message) = read {
            lacks(&mut plan, reader.place(entry.range()), message);
        }
    }
    plan
}

/// What is missing of a plan; <https://developer.hashicorp.com/terraform/internals/json-format#plan-representation>.
const ENDED_EARLY: &str = "the plan ended with an error, and lacks what comes after it";
const DEFERRED: &str = "the plan defers changes to a later one, and does not say them all";

/// Whether a member says something: `true`, or a list that holds anything.
fn is_said(value: &Json<'_>) -> bool {
    is_true(Some(value)) || value.as_array().is_some_and(|list| !list.elements.is_empty())
}

fn tell(plan: &mut Plan, path: &Path, kind: DiagnosticKind, message: String, place: Option<Place>) {
    plan.root.diagnostics.push(Diagnostic {
        kind,
        message,
        help: "Write the plan with `terraform show -json FILE`.".to_owned(),
        place,
        path: path.display().to_string(),
    });
}

struct Reader {
    file: u32,
    skipped: usize,
    /// The one attribute that an expression of the configuration refers to, by address without keys and path.
    references: HashMap<(String, String), String>,
    /// What the configuration calls the provider of a resource, by address without keys.
    provider_keys: HashMap<String, String>,
    /// The positions of the providers.
    providers: HashMap<String, usize>,
}

impl Reader {
    fn new(file: u32, skipped: usize) -> Self {
        Self {
            file,
            skipped,
            references: HashMap::new(),
            provider_keys: HashMap::new(),
            providers: HashMap::new(),
        }
    }

    fn place(&self, range: Range) -> Place {
        let clamp = |offset: usize| u32::try_from(offset + self.skipped).unwrap_or(u32::MAX);
        Place { file: self.file, start: clamp(range.start), end: clamp(range.end) }
    }

    /// Reads a change.
    ///
    /// # Errors
    /// What it does not say, or says against itself.
    fn change(
        &self,
        entry: &Object<'_>,
        plan: &mut Plan,
        seen: &mut HashSet<Arc<str>>,
    ) -> Result<(), &'static str> {
        let (Some(address), Some(kind), Some(change)) =
            (text_of(entry, "address"), text_of(entry, "type"), entry.get_object("change"))
        else {
            return Err(NO_CHANGE);
        };
        let actions = texts(change, "actions");
        if actions.is_empty() {
            return Err(NO_CHANGE);
        }
        // What is left of a replacement that was not finished has the address of its successor.
        let address = match text_of(entry, "deposed") {
            Some(key) => Arc::from(format!("{address} (deposed {key})")),
            None => address,
        };
        if !seen.insert(Arc::clone(&address)) {
            return Err(TWICE);
        }
        let place = self.place(entry.range);
        let is_data = text_of(entry, "mode").as_deref() == Some("data");
        let json = |name: &str| change.get(name).map(|property| &property.value);
        let unknowns = Unknowns {
            address: Arc::clone(&address),
            plain: without_keys(&address),
            cause: if is_data { Cause::DataSource } else { Cause::AfterApply },
        };
        let value = |name: &str, unknown: Option<&str>, sensitive: &str| match json(name) {
            Some(found) => self.value(found, unknown.and_then(json), json(sensitive), &unknowns),
            None => Value::null(place),
        };
        let before = value("before", None, "before_sensitive");
        let after = value("after", Some("after_unknown"), "after_sensitive");
        let paths = change.get_array("replace_paths");
        let replace_paths =
            paths.iter().flat_map(|array| &array.elements).filter_map(path).collect();
        plan.changes.push(PlannedChange {
            address: Arc::clone(&address),
            previous_address: text_of(entry, "previous_address"),
            kind: Arc::clone(&kind),
            is_data,
            actions,
            reason: text_of(entry, "action_reason"),
            before: before.clone(),
            after: after.clone(),
            replace_paths,
            place,
        });
        let full = text_of(entry, "provider_name").unwrap_or_else(|| Arc::from(""));
        let key = self.provider_keys.get(&unknowns.plain);
        // One line, also in a plan that is written in one.
        let header = entry.get("address").map_or(place, |address| self.place(address.range));
        let instance = ResourceInstance {
            address,
            is_data,
            kind,
            name: text_of(entry, "name").unwrap_or_else(|| Arc::from("")),
            key: match entry.get("index").map(|index| &index.value) {
                Some(Json::StringLit(key)) => InstanceKey::Key(Arc::from(&*key.value)),
                Some(Json::NumberLit(index)) => {
                    InstanceKey::Index(index.value.parse().unwrap_or_default())
                }
                _ => InstanceKey::Only,
            },
            provider: key.and_then(|key| self.providers.get(key)).copied(),
            provider_name: Arc::from(full.rsplit('/').next().unwrap_or(&full)),
            body: Value::null(place),
            header,
            place,
            modules: Arc::from([]),
            doubt: None,
            lifecycle: unsaid(place),
        };
        if before.as_map().is_some() && !is_data {
            plan.before.instances.push(ResourceInstance { body: before, ..instance.clone() });
        }
        if after.as_map().is_some() {
            plan.root.instances.push(ResourceInstance { body: after, ..instance });
        }
        let said = plan.changes.last().filter(|_| !is_data).and_then(contradiction::of);
        said.map_or(Ok(()), Err)
    }

    /// A value of the plan. What is known after apply stands beside it in another tree, and so does what is sensitive.
    fn value(
        &self,
        json: &Json<'_>,
        unknown: Option<&Json<'_>>,
        sensitive: Option<&Json<'_>>,
        unknowns: &Unknowns,
    ) -> Value {
        self.at(json, unknown, sensitive, unknowns, "")
    }

    fn at(
        &self,
        json: &Json<'_>,
        unknown: Option<&Json<'_>>,
        sensitive: Option<&Json<'_>>,
        unknowns: &Unknowns,
        path: &str,
    ) -> Value {
        let place = self.place(json.range());
        let secret = is_true(sensitive);
        let mark = if secret { Marks::SENSITIVE } else { Marks::NONE };
        if is_true(unknown) {
            return self.unknown(unknowns, path, secret, place).marked(mark);
        }
        let value = match json {
            Json::StringLit(text) => Value::text(&*text.value, place),
            Json::NumberLit(number) => match number.value.parse() {
                Ok(number) => Value::number(number, place),
                Err(_) => Value::null(place),
            },
            Json::BooleanLit(value) => Value::bool(value.value, place),
            Json::NullKeyword(_) => Value::null(place),
            Json::Array(array) => {
                let beside = |tree: Option<&Json<'_>>, position: usize| -> Option<usize> {
                    tree?.as_array()?.elements.get(position).map(|_| position)
                };
                let items: Vec<Value> = array
                    .elements
                    .iter()
                    .enumerate()
                    .map(|(position, element)| {
                        let pick = |tree: Option<&'_ Json<'_>>| beside(tree, position).is_some();
                        let unknown =
                            if pick(unknown) { element_of(unknown, position) } else { None };
                        let secret =
                            if pick(sensitive) { element_of(sensitive, position) } else { None };
                        self.at(element, unknown, secret, unknowns, &format!("{path}[{position}]"))
                    })
                    .collect();
                Value::list(items, place)
            }
            Json::Object(object) => {
                let mut map = Map::new();
                let inner = |name: &str| {
                    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
                };
                for property in &object.properties {
                    let name = property.name.as_str();
                    let key_place = self.place(property.name.range());
                    let (unknown, secret) = (member_of(unknown, name), member_of(sensitive, name));
                    let value = self.at(&property.value, unknown, secret, unknowns, &inner(name));
                    map.push(Arc::from(name), key_place, value);
                }
                // What is unknown as a whole is in the tree of the unknown only.
                let only = unknown.and_then(Json::as_object);
                for property in only.iter().flat_map(|object| &object.properties) {
                    let name = property.name.as_str();
                    if object.get(name).is_none() && holds_true(&property.value) {
                        let secret = is_true(member_of(sensitive, name));
                        let value = self.unknown(unknowns, &inner(name), secret, place);
                        map.push(Arc::from(name), self.place(property.name.range()), value);
                    }
                }
                Value::map(map, place)
            }
        };
        value.marked(mark)
    }

    fn unknown(&self, unknowns: &Unknowns, path: &str, secret: bool, place: Place) -> Value {
        let target = self.references.get(&(unknowns.plain.clone(), path.to_owned()));
        let (address, attribute) = match target.and_then(|target| target.split_once('\n')) {
            Some((address, attribute)) => (Arc::from(address), attribute),
            None => (Arc::clone(&unknowns.address), path),
        };
        let reference = Reference { address, attribute: Arc::from(attribute) };
        let form = (!secret).then(|| Arc::from([Part::Reference(Arc::new(reference))]));
        let detail = format!("{}.{path} is known after apply", unknowns.address).into();
        Value::from_unknown(Arc::new(Unknown { cause: unknowns.cause, detail, place, form }), place)
    }
}

/// A plan does not carry what `lifecycle` says.
fn unsaid(place: Place) -> Lifecycle {
    let detail = "a plan does not say it";
    let unknown = Value::unknown_here(Cause::NotInThisLanguage, detail, place);
    Lifecycle { prevent_destroy: Some(unknown), ..Lifecycle::default() }
}

/// What unknown values of a resource are called.
struct Unknowns {
    address: Arc<str>,
    plain: String,
    cause: Cause,
}

impl Unknowns {
    fn none() -> Unknowns {
        Unknowns { address: Arc::from(""), plain: String::new(), cause: Cause::AfterApply }
    }
}

fn text_of(object: &Object<'_>, name: &str) -> Option<Arc<str>> {
    object.get_string(name).map(|text| Arc::from(&*text.value))
}

/// The texts of a list.
fn texts(object: &Object<'_>, name: &str) -> Vec<Arc<str>> {
    let array = object.get_array(name);
    let elements = array.iter().flat_map(|array| &array.elements);
    elements.filter_map(|text| Some(Arc::from(&*text.as_string_lit()?.value))).collect()
}

fn is_true(json: Option<&Json<'_>>) -> bool {
    matches!(json, Some(Json::BooleanLit(value)) if value.value)
}

fn holds_true(json: &Json<'_>) -> bool {
    match json {
        Json::BooleanLit(value) => value.value,
        Json::Array(array) => array.elements.iter().any(holds_true),
        Json::Object(object) => {
            object.properties.iter().any(|property| holds_true(&property.value))
        }
        _ => false,
    }
}

fn element_of<'j, 'a>(tree: Option<&'j Json<'a>>, position: usize) -> Option<&'j Json<'a>> {
    match tree? {
        Json::Array(array) => array.elements.get(position),
        whole => is_true(Some(whole)).then_some(whole),
    }
}

fn member_of<'j, 'a>(tree: Option<&'j Json<'a>>, name: &str) -> Option<&'j Json<'a>> {
    match tree? {
        Json::Object(object) => object.get(name).map(|property| &property.value),
        whole => is_true(Some(whole)).then_some(whole),
    }
}

/// A path such as `["identity", 0, "type"]`.
fn path(json: &Json<'_>) -> Option<String> {
    let mut path = String::new();
    for step in &json.as_array()?.elements {
        match step {
            Json::StringLit(name) if path.is_empty() => path.push_str(&name.value),
            Json::StringLit(name) => {
                path.push('.');
                path.push_str(&name.value);
            }
            Json::NumberLit(index) => {
                path.push('[');
                path.push_str(index.value);
                path.push(']');
            }
            _ => return None,
        }
    }
    Some(path)
}

/// An address without the keys of instances, as the configuration writes it.
fn without_keys(address: &str) -> String {
    let mut result = String::with_capacity(address.len());
    let mut quoted = false;
    let mut depth = 0_usize;
    for letter in address.chars() {
        match letter {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            other if depth == 0 => result.push(other),
            _ => {}
        }
    }
    result
}
