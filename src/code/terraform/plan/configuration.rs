//! The configuration in a plan: provider configurations, and which attribute each expression refers to.

use std::sync::Arc;

use jsonc_parser::ast::{Object, Value as Json};
use jsonc_parser::common::Ranged as _;

use super::super::limits;
use super::super::result::{Provider, Requirement};
use super::{Plan, Reader, Unknowns, text_of};
use crate::code::value::{Cause, Map, Value};

impl Reader {
    pub(super) fn configuration(&mut self, configuration: &Object<'_>, plan: &mut Plan) {
        let providers = configuration.get_object("provider_config");
        for property in providers.iter().flat_map(|object| &object.properties) {
            let Some(provider) = property.value.as_object() else { continue };
            let Some(name) = text_of(provider, "name") else { continue };
            if let Some(version) = text_of(provider, "version_constraint") {
                plan.root.requirements.push(Requirement {
                    source: text_of(provider, "full_name").map(|full| {
                        Arc::from(full.split_once('/').map_or(&*full, |(_, source)| source))
                    }),
                    name: Arc::clone(&name),
                    version,
                    locked: false,
                    module: text_of(provider, "module_address").unwrap_or_else(|| Arc::from("")),
                    place: self.place(property.range),
                });
            }
            let body = match provider.get("expressions") {
                Some(expressions) => self.constants(&expressions.value),
                None => Value::map(Map::new(), self.place(property.range)),
            };
            self.providers.insert(property.name.as_str().to_owned(), plan.root.providers.len());
            plan.root.providers.push(Provider {
                name,
                alias: text_of(provider, "alias"),
                module: text_of(provider, "module_address").unwrap_or_else(|| Arc::from("")),
                body,
                header: self.place(property.range),
            });
        }
        if let Some(module) = configuration.get_object("root_module") {
            self.module(module, "", 0);
        }
    }

    fn module(&mut self, module: &Object<'_>, prefix: &str, depth: usize) {
        let resources = module.get_array("resources");
        for resource in
            resources.iter().flat_map(|array| &array.elements).filter_map(Json::as_object)
        {
            let Some(address) = text_of(resource, "address") else { continue };
            if let Some(key) = text_of(resource, "provider_config_key") {
                self.provider_keys.insert(format!("{prefix}{address}"), key.to_string());
            }
            let expressions = resource.get_object("expressions");
            for property in expressions.iter().flat_map(|object| &object.properties) {
                self.refer(
                    &format!("{prefix}{address}"),
                    prefix,
                    property.name.as_str(),
                    &property.value,
                );
            }
        }
        let calls = module.get_object("module_calls");
        for call in calls.iter().flat_map(|object| &object.properties) {
            let inner = call.value.as_object().and_then(|call| call.get_object("module"));
            if let Some(inner) = inner.filter(|_| depth < limits::MODULE_DEPTH) {
                let prefix = format!("{prefix}module.{}.", call.name.as_str());
                self.module(inner, &prefix, depth + 1);
            }
        }
    }

    /// Remembers an expression that is one attribute of one resource of the same module.
    fn refer(&mut self, address: &str, prefix: &str, name: &str, expression: &Json<'_>) {
        let Some(references) =
            expression.as_object().and_then(|found| found.get_array("references"))
        else {
            return;
        };
        let texts: Vec<&str> = references
            .elements
            .iter()
            .filter_map(|text| Some(&*text.as_string_lit()?.value))
            .collect();
        // Terraform lists the attribute and then the resource that has it.
        if let [attribute, resource] = texts.as_slice()
            && let Some(path) =
                attribute.strip_prefix(resource).and_then(|path| path.strip_prefix('.'))
            && !["var", "local", "each", "count", "path", "module"]
                .contains(&resource.split('.').next().unwrap_or(""))
        {
            let target = format!("{prefix}{resource}\n{path}");
            self.references.insert((address.to_owned(), name.to_owned()), target);
        }
    }

    /// The constants of a configuration; what refers to something is unknown.
    fn constants(&self, json: &Json<'_>) -> Value {
        let place = self.place(json.range());
        match json {
            Json::Object(object) => {
                if let Some(constant) = object.get("constant_value") {
                    return self.value(&constant.value, None, None, &Unknowns::none());
                }
                if object.get("references").is_some() {
                    let detail = "the plan does not hold the value";
                    return Value::unknown(Cause::AfterApply, detail, place, place);
                }
                let mut map = Map::new();
                for property in &object.properties {
                    let value = self.constants(&property.value);
                    map.push(
                        Arc::from(property.name.as_str()),
                        self.place(property.name.range()),
                        value,
                    );
                }
                Value::map(map, place)
            }
            Json::Array(array) => {
                let items: Vec<Value> =
                    array.elements.iter().map(|element| self.constants(element)).collect();
                Value::list(items, place)
            }
            other => self.value(other, None, None, &Unknowns::none()),
        }
    }
}
