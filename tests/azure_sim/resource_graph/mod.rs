//! Azure Resource Graph: the part of the Kusto query language that clients of backups use, over the same
//! estate, with what the caller may not read left out without a word.

mod error;
mod lexer;
mod parser;
mod query;
mod run;
mod table;
mod value;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::request::Request;
use super::world::hierarchy::group_key;
use super::world::resource::Resource;
use super::world::{World, built_in, id};
pub use error::throttled;
use table::Row;

/// What a client asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    query: String,
    subscriptions: Option<Vec<String>>,
    management_groups: Option<Vec<String>>,
    #[serde(default)]
    options: Option<Settings>,
    facets: Option<Vec<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Settings {
    #[serde(rename = "$top")]
    top: Option<usize>,
    #[serde(rename = "$skip")]
    skip: Option<usize>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
    result_format: Option<String>,
    authorization_scope_filter: Option<String>,
}

/// The most rows of an answer.
const MAX_ROWS: usize = 1000;
/// What an answer has without being asked.
const USUAL_ROWS: usize = 100;

/// The text of a query, for the journal.
pub fn text_of(request: &Request) -> Option<String> {
    serde_json::from_slice::<Question>(&request.body).ok().map(|question| question.query)
}

/// Queries that were worked out: nothing changes in a world, so that their later pages cost little.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<String, Arc<Found>>>);

/// What came of a query: JSON, a row each.
struct Found {
    rows: Vec<String>,
    /// Whether a client can page through them.
    pageable: bool,
}

impl Memory {
    fn recall(&self, question: &Question, find: impl FnOnce() -> Found) -> Arc<Found> {
        let Question { query, subscriptions, management_groups, .. } = question;
        let filter = question.options.as_ref().map(|options| &options.authorization_scope_filter);
        let key = format!("{query:?} {subscriptions:?} {management_groups:?} {filter:?}");
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_insert_with(|| Arc::new(find())))
    }
}

/// Answers a query.
pub fn answer(world: &World, memory: &Memory, request: &Request, page_size: usize) -> Answer {
    let question: Question = match serde_json::from_slice(&request.body) {
        Ok(question) => question,
        Err(cause) => return error::bad_request("InvalidRequestContent", &cause.to_string()),
    };
    if question.facets.as_ref().is_some_and(|facets| !facets.is_empty()) {
        return error::bad_request("NotSupported", "Facets are not simulated.");
    }
    let query = match parser::parse(&question.query) {
        Ok(query) => query,
        Err(token) => return error::parser_failure(&token),
    };
    if !table::exists(&query.table) {
        let message = format!("Table {} is invalid, unsupported or disallowed.", query.table);
        return error::bad_request("DisallowedLogicalTableName", &message);
    }
    if let Some(name) = run::unknown_column(&query) {
        return error::unknown_column(&name);
    }
    let settings = question.options.as_ref();
    let top = settings.and_then(|settings| settings.top).unwrap_or(USUAL_ROWS);
    if top == 0 || top > MAX_ROWS {
        let message = format!("The value '{top}' of $top is not between 1 and {MAX_ROWS}.");
        return error::bad_request("InvalidPagingParameter", &message);
    }
    let token = settings.and_then(|settings| settings.skip_token.as_deref());
    let Some(start) = token.map_or(Some(0), offset) else {
        return error::bad_request("InvalidSkipToken", "The skip token is invalid.");
    };
    let skipped = if token.is_none() { settings.and_then(|settings| settings.skip) } else { None };
    let built_in = extra_roles(world, &query.table, &question);
    let find = || run::run(&query, world, rows(world, &query.table, &question, &built_in));
    let page = Page { top: top.min(page_size), start: start + skipped.unwrap_or_default() };
    let format = settings.and_then(|settings| settings.result_format.as_deref());
    if format.is_some_and(|format| format.eq_ignore_ascii_case("table")) {
        return page.table(find());
    }
    page.objects(&memory.recall(&question, || {
        let run::Rows { rows, pageable } = find();
        Found { rows: rows.into_iter().map(Row::into_text).collect(), pageable }
    }))
}

/// The part of the rows that is answered.
struct Page {
    top: usize,
    start: usize,
}

impl Page {
    fn table(&self, found: run::Rows<'_>) -> Answer {
        let total = found.rows.len();
        let rows: Vec<Map<String, Value>> =
            found.rows.into_iter().skip(self.start).take(self.top).map(Row::into_columns).collect();
        self.answer(total, rows.len(), found.pageable, &as_table(rows).to_string())
    }

    fn objects(&self, found: &Found) -> Answer {
        let start = self.start.min(found.rows.len());
        let rows = &found.rows[start..found.rows.len().min(start + self.top)];
        let data = format!("[{}]", rows.join(","));
        self.answer(found.rows.len(), rows.len(), found.pageable, &data)
    }

    fn answer(&self, total: usize, count: usize, pageable: bool, data: &str) -> Answer {
        let end = self.start + count;
        let is_more = end < total;
        // Text, not a truth value. With a token nothing is lost, so it says false.
        let truncated = is_more && !pageable;
        let token = if is_more && pageable {
            format!(",\"$skipToken\":\"ew0KIC{end:x}z\"")
        } else {
            String::new()
        };
        Answer::text(
            200,
            format!(
                "{{\"totalRecords\":{total},\"count\":{count},\"data\":{data},\"facets\":[],\"resultTruncated\":\"{truncated}\"{token}}}"
            ),
        )
    }
}

fn offset(token: &str) -> Option<usize> {
    let digits = token.strip_prefix("ew0KIC")?.strip_suffix('z')?;
    usize::from_str_radix(digits, 16).ok()
}

fn as_table(rows: Vec<Map<String, Value>>) -> Value {
    let names: Vec<String> =
        rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
    let kind =
        |name: &String| match rows.iter().map(|row| &row[name]).find(|value| !value.is_null()) {
            Some(Value::Number(_)) => "integer",
            Some(Value::Bool(_)) => "boolean",
            Some(Value::Object(_) | Value::Array(_)) => "object",
            _ => "string",
        };
    let columns: Vec<Value> =
        names.iter().map(|name| json!({"name": name, "type": kind(name)})).collect();
    let rows: Vec<Vec<Value>> =
        rows.into_iter().map(|row| row.into_iter().map(|(_, value)| value).collect()).collect();
    json!({"columns": columns, "rows": rows})
}

/// The rows of a table that the question may see.
fn rows<'a>(
    world: &'a World,
    table: &str,
    question: &Question,
    more: &'a [Resource],
) -> Vec<Row<'a>> {
    let scope = Scope::of(world, question);
    let kinds: Vec<&str> = table::kinds(world, table).collect();
    let found = kinds.into_iter().flat_map(|kind| world.of_kind(kind));
    let shown = found
        .filter(|resource| scope.holds(resource))
        .filter(|resource| table::holds(world, resource) && world.shows(resource));
    shown.chain(more).map(|resource| Row::Resource(resource, world)).collect()
}

/// The built-in roles, where no list of the estate claims to be whole.
fn extra_roles(world: &World, table: &str, question: &Question) -> Vec<Resource> {
    const KIND: &str = "microsoft.authorization/roledefinitions";
    let scope = Scope::of(world, question);
    let is_whole = |name: &String| world.is_whole(&format!("/subscriptions/{name}"), KIND);
    if table != "authorizationresources" || scope.subscriptions.iter().any(is_whole) {
        return Vec::new();
    }
    let known: Vec<&str> = world.of_kind(KIND).map(|role| id::name_of(&role.key)).collect();
    let all = built_in::all(None).filter_map(|role| Resource::new(role.to_string()));
    all.filter(|role| !known.contains(&id::name_of(&role.key))).collect()
}

/// Where a question looks.
struct Scope {
    subscriptions: Vec<String>,
    /// The keys of management groups, and of the root, whose own assignments show.
    above: Vec<String>,
    /// Whether nothing was named, so that the whole tenant is meant.
    everything: bool,
}

impl Scope {
    fn of(world: &World, question: &Question) -> Self {
        let lower =
            |names: &Vec<String>| names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let named: Option<Vec<String>> =
            question.subscriptions.as_ref().filter(|list| !list.is_empty()).map(lower);
        let groups: Vec<String> =
            question.management_groups.iter().flatten().map(|name| group_key(name)).collect();
        let all = || world.subscriptions().map(str::to_owned).collect::<Vec<_>>();
        let (subscriptions, everything) = match named {
            Some(named) => (named, false),
            None if groups.is_empty() => (all(), true),
            None => {
                let below = groups.iter().flat_map(|group| world.hierarchy.below(group));
                let names =
                    below.filter_map(|(key, _)| id::subscription_of(key)).map(str::to_owned);
                (names.collect(), false)
            }
        };
        let below = groups.iter().flat_map(|group| world.hierarchy.below(group));
        let mut above: Vec<String> = below.map(|(key, _)| key.to_owned()).collect();
        above.extend(groups);
        let filter = question
            .options
            .as_ref()
            .and_then(|settings| settings.authorization_scope_filter.as_deref());
        if filter.is_some_and(|filter| filter.to_ascii_lowercase().contains("above")) {
            let names = subscriptions.iter().map(|name| format!("/subscriptions/{name}"));
            let starts: Vec<String> = names.chain(above.iter().cloned()).collect();
            above.extend(starts.iter().flat_map(|start| world.scopes_above(start)));
        }
        Self { subscriptions, above, everything }
    }

    fn holds(&self, resource: &Resource) -> bool {
        match id::subscription_of(&resource.key) {
            Some(name) => self.subscriptions.iter().any(|known| known == name),
            None => {
                self.everything
                    || self
                        .above
                        .iter()
                        .any(|known| *known == resource.key || known == id::scope_of(&resource.key))
            }
        }
    }
}
