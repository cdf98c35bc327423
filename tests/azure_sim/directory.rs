//! Microsoft Graph: groups, their members, and who an object id is.

use serde_json::{Value, json};

use super::answer::Answer;
use super::options::Options;
use super::request::Request;
use super::world::World;
use super::world::directory::Members;

const TOKEN: &str = "$skiptoken";

/// What a question is asked of.
pub struct Directory<'a> {
    /// The estate.
    pub world: &'a World,
    /// How it is served.
    pub options: &'a Options,
}

impl Directory<'_> {
    /// Answers for what follows `/v1.0`.
    pub fn answer(&self, request: &Request) -> Answer {
        let parts = request.parts();
        let parts: Vec<&str> =
            parts.iter().map(String::as_str).skip_while(|part| *part != "v1.0").skip(1).collect();
        match &parts[..] {
            ["groups"] => self.objects(request, "group"),
            ["users"] => self.objects(request, "user"),
            ["serviceprincipals"] => self.objects(request, "servicePrincipal"),
            ["directoryobjects", "getbyids"] => self.by_ids(request),
            ["directoryobjects" | "groups" | "users" | "serviceprincipals", id] => {
                self.one(request, id)
            }
            ["groups", id, "members"] => self.members(request, id, false),
            ["groups", id, "transitivemembers"] => self.members(request, id, true),
            _ => {
                let message = format!("Resource not found for the segment '{}'.", parts.join("/"));
                error(400, "BadRequest", &message)
            }
        }
    }

    fn objects(&self, request: &Request, kind: &str) -> Answer {
        let kind = format!("#microsoft.graph.{kind}");
        let Ok(ids) = asked_ids(request.parameter("$filter")) else {
            return error(
                400,
                "Request_UnsupportedQuery",
                "Unsupported or invalid query filter clause.",
            );
        };
        let is_asked = |object: &&Value| {
            let id = object["id"].as_str().unwrap_or_default();
            ids.as_ref().is_none_or(|ids| ids.iter().any(|asked| asked.eq_ignore_ascii_case(id)))
        };
        let found = self.world.directory_of(&kind).filter(is_asked);
        let shown = found
            .filter(|object| self.refused(object["id"].as_str().unwrap_or_default()).is_none());
        self.page(request, shown.map(self::shown).collect())
    }

    fn one(&self, request: &Request, id: &str) -> Answer {
        if let Some(refused) = self.refused(id) {
            return refused;
        }
        match self.world.directory_object(id) {
            Some(object) => {
                let mut object = shown(object);
                select(&mut object, request.parameter("$select"));
                object["@odata.context"] = format!("{}/v1.0/$metadata", request.origin).into();
                Answer::json(&object)
            }
            None => not_found(id),
        }
    }

    fn members(&self, request: &Request, id: &str, transitive: bool) -> Answer {
        if let Some(refused) = self.refused(id) {
            return refused;
        }
        let Some(group) = self.world.directory_object(id) else { return not_found(id) };
        let found = if transitive {
            self.world.transitive_members(group)
        } else {
            match self.world.members(group) {
                Members::Direct(members) => Some(members),
                // Which of them are direct nobody knows.
                Members::All(_) | Members::Hidden => None,
            }
        };
        match found {
            Some(members) => self.page(request, members.iter().map(shown).collect()),
            None => denied(),
        }
    }

    fn by_ids(&self, request: &Request) -> Answer {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some(ids) = body["ids"].as_array() else {
            return error(400, "Request_BadRequest", "The property 'ids' is missing.");
        };
        let types: Vec<&str> =
            body["types"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let is_asked = |object: &&Value| {
            let kind = object["@odata.type"].as_str().unwrap_or_default();
            types.is_empty()
                || types.iter().any(|asked| kind.strip_prefix("#microsoft.graph.") == Some(asked))
        };
        let found = ids.iter().filter_map(Value::as_str);
        let found = found.filter_map(|id| self.world.directory_object(id)).filter(is_asked);
        Answer::json(&json!({
            "@odata.context": format!("{}/v1.0/$metadata#directoryObjects", request.origin),
            "value": found.map(shown).collect::<Vec<_>>(),
        }))
    }

    fn refused(&self, id: &str) -> Option<Answer> {
        let key = format!("/groups/{id}");
        self.world.refusal(&key, "#microsoft.graph.group").map(|_| denied())
    }

    fn page(&self, request: &Request, mut rows: Vec<Value>) -> Answer {
        let start = request.parameter(TOKEN).and_then(|token| token.strip_prefix("RFNw"));
        let start = start.and_then(|digits| digits.parse().ok()).unwrap_or(0).min(rows.len());
        let asked = request.parameter("$top").and_then(|top| top.parse::<usize>().ok());
        let size = asked.unwrap_or(self.options.page_size).clamp(1, 999);
        let end = rows.len().min(start + size);
        rows.iter_mut().for_each(|row| select(row, request.parameter("$select")));
        let mut body = json!({
            "@odata.context": format!("{}/v1.0/$metadata#directoryObjects", request.origin),
        });
        if end < rows.len() {
            body["@odata.nextLink"] = request.with_parameter(TOKEN, &format!("RFNw{end}")).into();
        }
        body["value"] = rows[start..end].into();
        Answer::json(&body)
    }
}

/// The ids of `id in ('a','b')` or `id eq 'a'`, the only filters that are understood; none if all are asked for.
fn asked_ids(filter: Option<&str>) -> Result<Option<Vec<&str>>, ()> {
    let Some(filter) = filter.map(str::trim).filter(|filter| !filter.is_empty()) else {
        return Ok(None);
    };
    let list = match filter.strip_prefix("id in") {
        Some(list) => list.trim().strip_prefix('(').and_then(|list| list.strip_suffix(')')),
        None => filter.strip_prefix("id eq "),
    };
    let ids = list.ok_or(())?.split(',').map(str::trim);
    let ids: Option<Vec<&str>> =
        ids.map(|id| id.strip_prefix('\'').and_then(|id| id.strip_suffix('\''))).collect();
    // More than fifteen are refused (<https://learn.microsoft.com/graph/filter-query-parameter>).
    ids.filter(|ids| ids.len() <= 15).map(Some).ok_or(())
}

/// An object without the lists that are asked for on their own.
fn shown(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        members.retain(|name, _| !matches!(name.as_str(), "members" | "transitiveMembers"));
    }
    object
}

fn select(object: &mut Value, names: Option<&str>) {
    let Some(names) = names.filter(|names| !names.is_empty()) else { return };
    if let Some(members) = object.as_object_mut() {
        members.retain(|name, _| {
            name.starts_with("@odata") || names.split(',').any(|asked| asked.trim() == name)
        });
    }
}

fn not_found(id: &str) -> Answer {
    let message = format!(
        "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
    );
    error(404, "Request_ResourceNotFound", &message)
}

fn denied() -> Answer {
    error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

/// An error in the shape of Microsoft Graph.
pub fn error(status: u16, code: &str, message: &str) -> Answer {
    let inner = json!({"date": "2026-11-20T02:00:00", "request-id": "0", "client-request-id": "0"});
    let body = json!({"error": {"code": code, "message": message, "innerError": inner}});
    Answer::text(status, body.to_string())
}
