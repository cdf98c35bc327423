//! Reviews of plans as data: every case is a plan beside an estate that differs from the base, and what must come out.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use backuplint::access::action::ActionTable;
use backuplint::access::{Access, AccessIndex};
use backuplint::change::Changes;
use backuplint::inventory::{Estate, Time};
use backuplint::lint::{self, Declared, Workspace};
use backuplint::report::review::plan::{JSON_SCHEMA, write};
use backuplint::report::review::{Beside, Form};
use backuplint::report::{Options, Roots, Unread};
use backuplint::review::Parameters;
use backuplint::review::plan::{Asked, Draft};
use backuplint::snapshot::Inputs;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::case::{Base, Case, NOW};
use crate::{base, here};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plans {
    /// Arguments of a resource that a plan shows in full, by the name that cases give it.
    resource: BTreeMap<String, Value>,
    case: Vec<Plan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Plan {
    name: String,
    change: Vec<Change>,
    /// How the estate differs from the base: see [`Case`].
    #[serde(default)]
    estate: Map<String, Value>,
    /// Nothing but the plan is known.
    #[serde(default)]
    alone: bool,
    caller: Option<String>,
    approved_by: Option<String>,
    verdict: String,
    /// By the address of a step, its verdict.
    #[serde(default)]
    steps: BTreeMap<String, String>,
    harmless: Option<u64>,
    /// What is named and not judged.
    #[serde(default)]
    not_judged: Vec<String>,
    /// The operations that the steps are, each with its verdict.
    #[serde(default)]
    operations: Vec<(String, String)>,
    /// By the name of an item that is hit: its points, and at least and at most how many are lost; -1 for unknown.
    #[serde(default)]
    hits: BTreeMap<String, (i64, i64, i64)>,
    /// Texts that the review must show.
    #[serde(default)]
    says: Vec<String>,
    /// Properties that a step rests on, and what was seen there.
    #[serde(default)]
    evidence: Vec<(String, String)>,
}

/// A review as people and programs see it, and what its steps rest on.
pub struct Said {
    pub json: Value,
    pub human: String,
    forms: Vec<String>,
    seen: Vec<(String, String)>,
}

impl Said {
    /// What it does not say or show, of these.
    pub fn lacks(&self, says: &[String], evidence: &[(String, String)]) -> Vec<String> {
        let flat = self.human.split_whitespace().collect::<Vec<_>>().join(" ");
        let unsaid = says.iter().filter(|says| !flat.contains(says.as_str()));
        let unsaid = unsaid.map(|says| format!("no `{says}` in:\n{}", self.human));
        let unseen = evidence.iter().filter(|seen| !self.seen.contains(seen));
        let unseen = unseen.map(|seen| format!("no evidence {seen:?} among {:?}", self.seen));
        unsaid.chain(unseen).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Change {
    of: String,
    #[serde(default = "update")]
    actions: Vec<String>,
    #[serde(default)]
    before: Map<String, Value>,
    #[serde(default)]
    after: Map<String, Value>,
    #[serde(default)]
    unknown: Map<String, Value>,
    #[serde(default)]
    replace: Vec<Vec<String>>,
}

fn update() -> Vec<String> {
    vec!["update".to_owned()]
}

impl Plan {
    fn json(&self, known: &BTreeMap<String, Value>, base: &Base) -> Value {
        let change = |change: &Change| {
            let known = &known[&change.of];
            let full = |own: &Map<String, Value>, is_there: bool, is_after: bool| {
                if !is_there {
                    return Value::Null;
                }
                let mut body = known["arguments"].as_object().expect("arguments").clone();
                body.extend(own.clone());
                for value in body.values_mut() {
                    if let Value::String(text) = value {
                        *text = base.expand(text);
                    }
                }
                body.retain(|key, _| !is_after || !change.unknown.contains_key(key));
                Value::Object(body)
            };
            let has = |action: &str| change.actions.iter().any(|known| known == action);
            let kind = known["type"].as_str().expect("a type");
            json!({
                "address": format!("{kind}.{}", change.of), "mode": "managed", "type": kind, "name": change.of,
                "provider_name": "registry.terraform.io/hashicorp/azurerm",
                "change": {
                    "actions": change.actions,
                    "before": full(&change.before, !has("create") || has("delete"), false),
                    "after": full(&change.after, !has("delete") || has("create"), true),
                    "after_unknown": change.unknown, "before_sensitive": {}, "after_sensitive": {},
                    "replace_paths": change.replace,
                },
            })
        };
        let changes: Vec<Value> = self.change.iter().map(change).collect();
        json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": { "root_module": {} },
            "resource_changes": changes,
        })
    }

    fn said(&self, plans: &Plans, base: &Base, forms: &[Form]) -> Said {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plan.json");
        fs::write(&path, self.json(&plans.resource, base).to_string()).expect("written");
        let request = lint::Request { paths: vec![path], ..lint::Request::default() };
        let workspace = Workspace::open(&request).expect("readable");
        let declared = Declared::new(&workspace);
        let (before, after) = (declared.before(true), declared.estate(true));
        let changes = declared.changes(&before, &after).expect("a plan");
        let inputs = Inputs::of_text("estate.json", estate_of(&self.estate, &self.name, base));
        let estate = inputs.read();
        let world = if self.alone { &before } else { &estate };
        let person = |name: &Option<String>| name.as_ref().map(|name| base.person(name));
        let asked = Asked {
            ticket: Some("CHG-2".to_owned()),
            caller: person(&self.caller),
            approved_by: person(&self.approved_by),
            is_plan: true,
            has_world: !self.alone,
        };
        said(&changes, world, &asked, forms)
    }
}

/// The base with a few changes.
pub fn estate_of(changes: &Map<String, Value>, name: &str, base: &Base) -> String {
    let mut case = changes.clone();
    for (key, value) in [("name", name), ("operation", "delete-vault"), ("verdict", "go")] {
        case.insert(key.to_owned(), json!(value));
    }
    let case: Case = serde_json::from_value(Value::Object(case)).expect("an estate");
    case.estate(base)
}

/// Judges a change beside its world, and writes what comes out; JSON and for people in any case.
pub fn said<'a>(
    changes: &Changes<'_, 'a>,
    world: &Estate<'a>,
    asked: &Asked,
    forms: &[Form],
) -> Said {
    let now = Time::parse(NOW).expect("a time");
    let index = AccessIndex::new(world, now, &ActionTable::CLOSED);
    let access = Access::new(&index, world);
    let draft = Draft::new(changes, world, asked, now);
    let review = draft.judge(world, access, &Parameters::default(), now);
    let unread = Unread::of(world);
    let beside = Beside { access, unread: &unread, request: "plans/plan.json" };
    let roots = Roots { working: Some(PathBuf::from("/srv/repo")), repositories: Vec::new() };
    let options = Options { roots, ..Options::default() };
    let form = |form: &Form| {
        let mut out = Vec::new();
        write(&review, beside, *form, &mut out, &options).expect("written");
        String::from_utf8(out).expect("UTF-8")
    };
    let judged = review.steps.iter().flat_map(|step| &step.step.judged);
    let seen = judged.flat_map(|judged| &judged.evidence);
    Said {
        json: serde_json::from_str(&form(&Form::Json)).expect("JSON"),
        human: form(&Form::Human),
        forms: forms.iter().map(form).collect(),
        seen: seen.map(|seen| (seen.path.clone(), seen.observed.clone())).collect(),
    }
}

fn plans() -> Plans {
    let text = fs::read_to_string(here().join("plans.toml")).expect("readable");
    toml::from_str(&text).expect("plans")
}

#[test]
fn every_plan_is_judged_as_its_case_says() {
    let (base, plans) = (base(), plans());
    let mut wrong = Vec::new();
    for plan in &plans.case {
        let mut check = |what: &str, expected: Value, found: Value| {
            if expected != found {
                wrong.push(format!("{}: {what}: {expected} expected, {found} found", plan.name));
            }
        };
        let said = plan.said(&plans, &base, &[Form::Markdown]);
        let review = &said.json;
        check("verdict", json!(plan.verdict), review["verdict"].clone());
        if let Some(harmless) = plan.harmless {
            check("harmless", json!(harmless), review["summary"]["harmless"].clone());
        }
        let named = review["notJudged"].as_array().expect("a list");
        let mut named: Vec<&str> = named.iter().filter_map(|found| found["on"].as_str()).collect();
        named.sort_unstable();
        check("not judged", json!(plan.not_judged), json!(named));
        let steps = review["steps"].as_array().expect("steps");
        let found = |key: fn(&Value) -> Value| {
            let named = steps.iter().map(|step| {
                let name = step["address"].as_str().unwrap_or_default();
                (name.rsplit('.').next().unwrap_or_default().to_owned(), key(step))
            });
            named.collect::<BTreeMap<String, Value>>()
        };
        check("steps", json!(plan.steps), json!(found(|step| step["verdict"].clone())));
        let operations: Vec<Value> = steps
            .iter()
            .flat_map(|step| step["operations"].as_array().expect("a list"))
            .map(|operation| json!([operation["operation"], operation["target"]["verdict"]]))
            .collect();
        let mut expected: Vec<Value> =
            plan.operations.iter().map(|operation| json!(operation)).collect();
        let mut operations = operations;
        let text = |value: &Value| value.to_string();
        expected.sort_by_key(text);
        operations.sort_by_key(text);
        check("operations", json!(expected), json!(operations));
        let number = |value: &Value| value.as_i64().unwrap_or(-1);
        let hits: BTreeMap<String, (i64, i64, i64)> = steps
            .iter()
            .flat_map(|step| step["hits"]["items"].as_array().expect("a list"))
            .map(|hit| {
                let lost = (number(&hit["lostAtLeast"]), number(&hit["lostAtMost"]));
                let name = hit["name"].as_str().unwrap_or_default().to_owned();
                (name, (number(&hit["recoveryPoints"]), lost.0, lost.1))
            })
            .collect();
        check("hits", json!(plan.hits), json!(hits));
        let lacks = said.lacks(&plan.says, &plan.evidence).into_iter();
        wrong.extend(lacks.map(|lacks| format!("{}: {lacks}", plan.name)));
        if said.forms[0].chars().count() > 65_536 {
            wrong.push(format!("{}: too long for a comment", plan.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn json_and_sarif_of_plans_are_what_their_schemas_say() {
    let (base, plans) = (base(), plans());
    let mut schema: Value = serde_json::from_str(JSON_SCHEMA).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    crate::formats::strict(&mut schema);
    let own = jsonschema::validator_for(&schema).expect("a schema");
    let sarif = crate::formats::sarif_schema();
    for plan in &plans.case {
        let said = plan.said(&plans, &base, &[Form::Json, Form::Sarif]);
        for (text, validator) in said.forms.iter().zip([&own, &sarif]) {
            let value: Value = serde_json::from_str(text).expect("JSON");
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {}", plan.name, errors.join("\n"));
        }
    }
}
