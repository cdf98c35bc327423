//! Bodies that are not what they should be.

use serde_json::{Value, json};

use super::super::answer::Answer;

/// What a proxy shows to people.
pub const HTML: &str =
    "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
/// Nearly JSON.
pub const MALFORMED: &str = "{\"value\":[{\"id\":\"/subscriptions/1\",,]}";

fn changed(mut answer: Answer, change: impl FnOnce(&mut Value)) -> Answer {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) {
        change(&mut body);
        answer.body = body.to_string().into_bytes();
    }
    answer
}

/// The rows are changed, and their number where it is told.
pub fn with_rows(answer: Answer, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    changed(answer, |body| {
        let name = if body.get("data").is_some() { "data" } else { "value" };
        let Some(rows) = body.get_mut(name).and_then(Value::as_array_mut) else { return };
        change(rows);
        let count = rows.len();
        if body.get("count").is_some() {
            body["count"] = json!(count);
        }
    })
}

/// No rows.
pub fn without_rows(answer: Answer) -> Answer {
    with_rows(answer, Vec::clear)
}

/// The next page is there.
pub fn linked(answer: Answer, link: &str) -> Answer {
    changed(answer, |body| {
        if body.get("resultTruncated").is_some() {
            // A token of the first page leads to the first page.
            body["$skipToken"] = "ew0KIC0z".into();
        } else if body.get("@odata.context").is_some() {
            body["@odata.nextLink"] = link.into();
        } else {
            body["nextLink"] = link.into();
        }
    })
}

/// Rows are missing, and nothing leads to them.
pub fn truncated(answer: Answer) -> Answer {
    changed(answer, |body| {
        body["resultTruncated"] = "true".into();
        if let Some(members) = body.as_object_mut() {
            members.shift_remove("$skipToken");
        }
    })
}

/// The total is wrong.
pub fn miscounted(answer: Answer, by: i64) -> Answer {
    changed(answer, |body| {
        if let Some(total) = body["totalRecords"].as_i64() {
            body["totalRecords"] = json!(total + by);
        }
    })
}
