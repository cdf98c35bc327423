//! What differs between a case and its repaired twin.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use backuplint::inventory::Kind;
use backuplint::rule::Metadata;
use serde_json::Value;

/// The difference that the remediation makes.
#[derive(Debug, Default)]
pub struct Change {
    /// Type, path without indexes, and the new value; `None` where it was taken away.
    pub properties: Vec<(String, String, Option<Value>)>,
    /// Types of resources that came.
    pub added: Vec<String>,
}

/// The stems that both a failing and a passing case have.
pub fn stems(folder: &Path) -> Vec<String> {
    let names: BTreeSet<String> = fs::read_dir(folder.join("cases"))
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let stem = |name: &String| {
        let stem = name.strip_prefix("fail_")?.strip_suffix(".snapshot.json")?;
        names.contains(&format!("pass_{stem}.snapshot.json")).then(|| stem.to_owned())
    };
    names.iter().filter_map(stem).collect()
}

/// The providers of the vaults, or of what lies in them, that a failing case fails.
pub fn failing(expected: &Value, stem: &str) -> BTreeSet<&'static str> {
    let verdicts = expected[format!("fail_{stem}")].as_array().into_iter().flatten();
    let failing = verdicts.filter(|verdict| verdict["outcome"] == "fail");
    failing
        .map(|verdict| {
            let id = verdict["resource"].as_str().unwrap_or_default().to_ascii_lowercase();
            match () {
                () if id.contains("/microsoft.recoveryservices/vaults/") => {
                    "Recovery Services vault"
                }
                () if id.contains("/microsoft.dataprotection/backupvaults/") => "Backup vault",
                () => "",
            }
        })
        .collect()
}

/// The difference of a pair, or what it differs in besides what the rule declares.
pub fn compare(folder: &Path, stem: &str, metadata: &Metadata) -> Result<Change, String> {
    let read = |promise: &str, ending: &str| {
        fs::read_to_string(folder.join(format!("cases/{promise}_{stem}.{ending}")))
    };
    if read("fail", "toml").unwrap_or_default() != read("pass", "toml").unwrap_or_default() {
        return Err("the configurations differ".to_owned());
    }
    let case = |promise| {
        let text = read(promise, "snapshot.json").map_err(|error| error.to_string())?;
        serde_json::from_str::<Value>(&text).map_err(|error| error.to_string())
    };
    let (before, after): (Value, Value) = (case("fail")?, case("pass")?);
    let keys: BTreeSet<&String> = [&before, &after]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|case| case.keys())
        .collect();
    for key in keys {
        if !matches!(key.as_str(), "resources" | "listed") && before[key] != after[key] {
            return Err(format!("`{key}` differs"));
        }
    }
    let mut change = Change::default();
    for list in ["resources", "listed"] {
        let (old, new) = (by_id(&before[list])?, by_id(&after[list])?);
        let mut gone = BTreeSet::new();
        for (id, body) in &old {
            match new.get(id) {
                None => {
                    must_be_declared(metadata, body, "", id)?;
                    gone.insert((type_of(body), name_of(id)));
                }
                Some(repaired) => differ(metadata, body, repaired, &mut change)?,
            }
        }
        for (id, body) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
            must_be_declared(metadata, body, "", id)?;
            // Moved, not made.
            if !gone.contains(&(type_of(body), name_of(id))) {
                change.added.push(type_of(body));
            }
        }
    }
    if change.properties.is_empty() && change.added.is_empty() && before == after {
        return Err("the two do not differ".to_owned());
    }
    Ok(change)
}

fn by_id(list: &Value) -> Result<BTreeMap<String, &Value>, String> {
    let mut found = BTreeMap::new();
    for body in list.as_array().into_iter().flatten() {
        let id = body["id"].as_str().ok_or("a body without an id")?.to_ascii_lowercase();
        found.insert(id, body);
    }
    Ok(found)
}

fn name_of(id: &str) -> String {
    id.rsplit('/').next().unwrap_or_default().to_owned()
}

fn type_of(body: &Value) -> String {
    let stated = body["type"].as_str().unwrap_or_default();
    let known = Kind::of_type(stated).type_name();
    if known.is_empty() { stated.to_owned() } else { known.to_owned() }
}

/// Nothing may differ but facts of the rule; an empty path stands for the resource itself.
fn must_be_declared(
    metadata: &Metadata,
    body: &Value,
    path: &str,
    what: &str,
) -> Result<(), String> {
    let kind = type_of(body);
    let declares = |fact: &backuplint::rule::FactDeclaration| {
        let (declared, changed) = (parts(&fact.path), parts(path));
        fact.r#type.eq_ignore_ascii_case(&kind)
            && (path.is_empty()
                || !declared.is_empty()
                    && declared.iter().zip(&changed).all(|(left, right)| left == right))
    };
    if metadata.facts.iter().any(declares) || path.is_empty() && metadata.judges(&kind) {
        Ok(())
    } else {
        Err(format!("they differ in {what}, which the rule does not declare"))
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('.')
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_end_matches("[]"))
        .collect()
}

fn differ(
    metadata: &Metadata,
    before: &Value,
    after: &Value,
    change: &mut Change,
) -> Result<(), String> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    leaves(before, String::new(), String::new(), &mut old);
    leaves(after, String::new(), String::new(), &mut new);
    let places: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    for place in places.into_iter().filter(|place| old.get(place) != new.get(place)) {
        let (path, value) = new.get(&place).map_or_else(
            || (old[&place].0.clone(), None),
            |(path, value)| (path.clone(), Some(value.clone())),
        );
        must_be_declared(metadata, before, &path, &format!("`{path}`"))?;
        change.properties.push((type_of(before), path, value.filter(|value| !value.is_null())));
    }
    Ok(())
}

/// Every value that holds no other, by its exact place, with the path without indexes.
fn leaves(
    value: &Value,
    place: String,
    path: String,
    found: &mut BTreeMap<String, (String, Value)>,
) {
    let join = |path: &str, name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(value, join(&place, name), join(&path, name), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, format!("{place}[{at}]"), path.clone(), found);
            }
        }
        _ => drop(found.insert(place, (path, value.clone()))),
    }
}
