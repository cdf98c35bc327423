//! Literals: whether one stands at a place, and how a value is written in a language.

use serde_json::Value as Json;

use super::{File, Language, Refusal, source};
use crate::code::bicep::lexer;
use crate::code::bicep::token::Token;
use crate::code::terraform::syntax::{self, Node};
use crate::code::value::Place;
use crate::inventory::{Written, WrittenContent};

/// Whether a text, number or truth value is written out at a place.
pub fn is_at(files: &[File], place: Place) -> bool {
    let Ok((text, language)) = source(files, place.file) else { return false };
    let written = text.get(place.start as usize..place.end as usize);
    written.is_some_and(|written| is_literal(written, language))
}

/// Whether the text, number or truth value that is written out for a value is that value itself.
pub fn says(files: &[File], value: Written<'_>) -> bool {
    let place = value.written();
    let Ok((text, language)) = source(files, place.file) else { return false };
    let written = text.get(place.start as usize..place.end as usize).unwrap_or_default();
    if language == Language::TerraformJson && is_literal(written, language) {
        let found = serde_json::from_str::<Json>(written).ok();
        return found.is_some_and(|found| match value.content() {
            WrittenContent::Text(text) => found.as_str() == Some(text),
            WrittenContent::Number(number) => found.as_f64() == Some(number),
            WrittenContent::Bool(truth) => found.as_bool() == Some(truth),
            _ => false,
        });
    }
    if language != Language::Terraform {
        return false;
    }
    let Ok(expression) = syntax::parse_expression(written, 0) else { return false };
    match (&expression.node, value.content()) {
        (Node::Literal(written), WrittenContent::Text(text)) => written.as_text() == Some(text),
        (Node::Literal(written), WrittenContent::Number(number)) => {
            written.as_number() == Some(number)
        }
        (Node::Literal(written), WrittenContent::Bool(truth)) => written.as_bool() == Some(truth),
        _ => false,
    }
}

fn is_literal(written: &str, language: Language) -> bool {
    match language {
        Language::Terraform => syntax::parse_expression(written, 0)
            .is_ok_and(|expression| matches!(expression.node, Node::Literal(_))),
        Language::TerraformJson => match serde_json::from_str(written) {
            Ok(Json::String(text)) => !text.contains("${") && !text.contains("%{"),
            Ok(Json::Bool(_) | Json::Number(_) | Json::Null) => true,
            Ok(Json::Array(_) | Json::Object(_)) | Err(_) => false,
        },
        Language::Json => match serde_json::from_str(written) {
            // `[…]` is an expression, `[[…` is a text.
            Ok(Json::String(text)) => !text.starts_with('[') || text.starts_with("[["),
            Ok(Json::Bool(_) | Json::Number(_) | Json::Null) => true,
            Ok(Json::Array(_) | Json::Object(_)) | Err(_) => false,
        },
        Language::Bicep => {
            let mut problems = Vec::new();
            let words = lexer::words(written, 0, &mut problems);
            let (Some(first), 2, true) = (words.first(), words.len(), problems.is_empty()) else {
                return false;
            };
            match first.token {
                Token::Text | Token::Number => true,
                Token::Name => matches!(written.trim(), "true" | "false" | "null"),
                _ => false,
            }
        }
    }
}

/// A value as a language writes it.
///
/// # Errors
/// When it is an object: nothing that repairs a finding is one.
pub fn write(value: &Json, language: Language) -> Result<String, Refusal> {
    Ok(match value {
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => quoted(text, language),
        Json::Array(items) => {
            let items: Result<Vec<String>, Refusal> =
                items.iter().map(|item| write(item, language)).collect();
            format!("[{}]", items?.join(", "))
        }
        Json::Null | Json::Object(_) => return Err(Refusal::Form),
    })
}

/// A text between the quotes of a language.
pub fn quoted(text: &str, language: Language) -> String {
    match language {
        // What begins with a bracket would be an expression.
        Language::Json if text.starts_with('[') => Json::from(format!("[{text}")).to_string(),
        Language::Json => Json::from(text).to_string(),
        Language::Terraform | Language::TerraformJson => {
            let text = Json::from(text).to_string();
            text.replace("${", "$${").replace("%{", "%%{")
        }
        Language::Bicep => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${");
            let text = text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
            format!("'{text}'")
        }
    }
}

/// The name of a member as a language writes it.
pub fn key(name: &str, language: Language) -> String {
    let mut bytes = name.bytes();
    let is_plain = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain && !language.is_json() { name.to_owned() } else { quoted(name, language) }
}
