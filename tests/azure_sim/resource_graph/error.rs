//! Errors in the words of Resource Graph: what went wrong stands in the details.

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::lexer::Token;

const SUPPORT: &str = "Please provide below info when asking for support: timestamp = \
                       2026-11-20T02:00:00.0000000Z, correlationId = 0c9d8e7f-6a5b-4c3d-9e2f-1a0b9c8d7e6f.";

fn answer(status: u16, code: &str, details: &[Value]) -> Answer {
    let body = json!({"error": {"code": code, "message": SUPPORT, "details": details}});
    Answer::text(status, body.to_string())
}

/// A question that cannot be answered.
pub fn bad_request(code: &str, message: &str) -> Answer {
    answer(400, "BadRequest", &[json!({"code": code, "message": message})])
}

fn invalid_query(detail: Value) -> Answer {
    let message = "Query is invalid. Please refer to the documentation for the Azure Resource Graph service \
                   and fix the error before retrying.";
    answer(400, "BadRequest", &[json!({"code": "InvalidQuery", "message": message}), detail])
}

/// A word that is not understood.
pub fn parser_failure(token: &Token) -> Answer {
    let (line, column) = token.place;
    let text = if token.text.is_empty() { "<EOF>" } else { &token.text };
    invalid_query(json!({
        "code": "ParserFailure",
        "message": format!("ParserFailure. Unexpected '{text}'."),
        "line": line,
        "characterPositionInLine": column,
        "token": text,
    }))
}

/// A column that no row has.
pub fn unknown_column(name: &str) -> Answer {
    invalid_query(json!({
        "code": "InvalidExpression",
        "message": format!("Failed to resolve scalar expression named '{name}'"),
    }))
}

/// Too many queries.
pub fn throttled(seconds: u64) -> Answer {
    let message = "Client application has been throttled and should not attempt to repeat the request until an \
                   amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.";
    answer(429, "RateLimiting", &[json!({"code": "RateLimiting", "message": message})])
        .with("retry-after", seconds)
}
