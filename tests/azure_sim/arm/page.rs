//! Lists, a page at a time.

use super::super::answer::Answer;
use super::super::request::Request;

const TOKEN: &str = "$skiptoken";

/// The page of a list that was asked for, with the address of the next one.
pub fn page(request: &Request, rows: &[String], size: usize) -> Answer {
    let start = match request.parameter(TOKEN).map(offset) {
        None => 0,
        Some(Some(start)) if start <= rows.len() => start,
        Some(_) => return Answer::error(400, "InvalidSkipToken", "The skip token is invalid."),
    };
    let end = rows.len().min(start + size);
    let mut body = format!("{{\"value\":[{}]", rows[start..end].join(","));
    if end < rows.len() {
        let next = request.with_parameter(TOKEN, &token(end));
        body.push_str(&format!(",\"nextLink\":{}", serde_json::Value::from(next)));
    }
    body.push('}');
    Answer::text(200, body)
}

/// Clients must not read it, so it does not look like a number.
fn token(offset: usize) -> String {
    format!("hVJd{offset:x}z")
}

fn offset(token: &str) -> Option<usize> {
    let digits = token.strip_prefix("hVJd")?.strip_suffix('z')?;
    usize::from_str_radix(digits, 16).ok()
}
