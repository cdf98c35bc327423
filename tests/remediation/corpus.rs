//! What exists: Bicep types and azurerm arguments, where the shared data are at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::snippet::{Language, Member, Resource, Value as Written, walk};

/// A property that only Azure writes.
const READ_ONLY: u64 = 2;

pub struct Corpus {
    terraform: Value,
    /// Lower-case type to its file and the index of its body; the newest version counts.
    bicep: BTreeMap<String, (usize, usize)>,
    files: Vec<Value>,
}

impl Corpus {
    /// `None`, and a line that says so, where there are no data.
    pub fn open() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/azure-data");
        let folder = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from);
        if !folder.is_dir() {
            eprintln!("SKIPPED (1): this test checked nothing, there is no {}", folder.display());
            return None;
        }
        let read = |path: PathBuf| -> Value {
            serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON")
        };
        let terraform = read(folder.join("expectations/terraform-azurerm-arguments.json"));
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder.join("bicep-types"))
            .expect("readable")
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        // By date, so that the newest version of a type comes last.
        paths.sort();
        let files: Vec<Value> = paths.into_iter().map(read).collect();
        let mut bicep = BTreeMap::new();
        for (file, types) in files.iter().enumerate() {
            for entry in types.as_array().into_iter().flatten() {
                if entry["$type"] == "ResourceType" {
                    let name = entry["name"].as_str().unwrap_or_default();
                    let name = name.split('@').next().unwrap_or_default().to_ascii_lowercase();
                    bicep.insert(name, (file, reference(&entry["body"]).expect("a body")));
                }
            }
        }
        Some(Self { terraform, bicep, files })
    }

    /// What a snippet names and does not exist; `None` for a type that the data do not have.
    pub fn check(&self, resource: &Resource, language: Language) -> Option<Vec<String>> {
        match language {
            Language::Terraform => self.check_arguments(resource),
            Language::Bicep => {
                let (file, body) = *self.bicep.get(&resource.kind.to_ascii_lowercase())?;
                let mut wrong = Vec::new();
                for member in &resource.members {
                    // Words of the language, not of the resource.
                    if matches!(member.name.as_str(), "parent" | "scope" | "dependsOn" | "name") {
                        continue;
                    }
                    self.check_member(file, body, member, &resource.kind, &mut wrong);
                }
                Some(wrong)
            }
        }
    }

    fn check_arguments(&self, resource: &Resource) -> Option<Vec<String>> {
        if resource.kind.starts_with("azapi_") {
            return Some(Vec::new());
        }
        let known = self.terraform[&resource.kind].as_array()?;
        let mut wrong = Vec::new();
        walk(&resource.members, &mut Vec::new(), &mut |path, written| {
            if matches!(
                path[0],
                "tags" | "timeouts" | "lifecycle" | "depends_on" | "count" | "for_each"
            ) {
                return;
            }
            // The data name an argument by its block and itself.
            let name = path[path.len().saturating_sub(2)..].join(".");
            let Some(argument) = known.iter().find(|argument| argument["arg"] == name.as_str())
            else {
                return wrong.push(format!("{} has no argument {}", resource.kind, path.join(".")));
            };
            // Numbers are the ends of ranges there, so only words are a list of all that is allowed.
            let is_word =
                |value: &Value| value.as_str().is_some_and(|text| text.parse::<f64>().is_err());
            let values = argument["values"].as_array().filter(|values| values.iter().all(is_word));
            if let (Written::Literal(literal), Some(values)) = (written, values)
                && !values.iter().any(|value| value == literal.as_str())
            {
                wrong.push(format!("{}.{name} cannot be {literal}: {values:?}", resource.kind));
            }
        });
        Some(wrong)
    }

    fn check_member(
        &self,
        file: usize,
        owner: usize,
        member: &Member,
        place: &str,
        wrong: &mut Vec<String>,
    ) {
        let place = format!("{place}.{}", member.name);
        match self.property(file, owner, &member.name) {
            Property::Anything => {}
            Property::Missing => wrong.push(format!("there is no {place}")),
            Property::ReadOnly => wrong.push(format!("{place} is read-only")),
            Property::Of(kind) => self.check_value(file, kind, &member.value, &place, wrong),
        }
    }

    fn check_value(
        &self,
        file: usize,
        kind: usize,
        value: &Written,
        place: &str,
        wrong: &mut Vec<String>,
    ) {
        let entry = &self.files[file][kind];
        match value {
            Written::Members(members) => {
                for member in members {
                    self.check_member(file, kind, member, place, wrong);
                }
            }
            Written::List(items) => {
                if let Some(inner) = reference(&entry["itemType"]) {
                    items.iter().for_each(|item| self.check_value(file, inner, item, place, wrong));
                }
            }
            Written::Literal(literal) => {
                let mut known = Vec::new();
                self.literals(file, kind, &mut known);
                if !known.is_empty() && !known.contains(&literal.as_str()) {
                    wrong.push(format!("{place} cannot be {literal}: {known:?}"));
                }
            }
            Written::Expression => {}
        }
    }

    fn literals<'c>(&'c self, file: usize, kind: usize, found: &mut Vec<&'c str>) {
        let entry = &self.files[file][kind];
        match entry["$type"].as_str() {
            Some("StringLiteralType") => found.extend(entry["value"].as_str()),
            Some("UnionType") => {
                for element in entry["elements"].as_array().into_iter().flatten() {
                    self.literals(file, reference(element).expect("a reference"), found);
                }
            }
            _ => {}
        }
    }

    fn property(&self, file: usize, owner: usize, name: &str) -> Property {
        let entry = &self.files[file][owner];
        let own = |members: &Value| match &members[name] {
            Value::Null => None,
            found if found["flags"].as_u64().unwrap_or_default() & READ_ONLY != 0 => {
                Some(Property::ReadOnly)
            }
            found => reference(&found["type"]).map(Property::Of),
        };
        match entry["$type"].as_str() {
            Some("ObjectType") => {
                own(&entry["properties"]).unwrap_or(if entry["additionalProperties"].is_null() {
                    Property::Missing
                } else {
                    Property::Anything
                })
            }
            Some("DiscriminatedObjectType") => own(&entry["baseProperties"])
                .or_else(|| {
                    if entry["discriminator"] == name {
                        return Some(Property::Anything);
                    }
                    // Which of the variants it is matters less than that one has it.
                    let variants = entry["elements"].as_object()?.values();
                    variants.filter_map(reference).find_map(|variant| {
                        match self.property(file, variant, name) {
                            Property::Missing => None,
                            found => Some(found),
                        }
                    })
                })
                .unwrap_or(Property::Missing),
            Some("AnyType") => Property::Anything,
            _ => Property::Missing,
        }
    }
}

enum Property {
    Of(usize),
    ReadOnly,
    Anything,
    Missing,
}

/// `{"$ref": "#/12"}`.
fn reference(value: &Value) -> Option<usize> {
    value["$ref"].as_str()?.strip_prefix("#/")?.parse().ok()
}
