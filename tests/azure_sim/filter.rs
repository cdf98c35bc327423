//! The part of OData's `$filter` that lists of ARM understand: comparisons and functions, all of which
//! must hold. What is not understood is refused, as an answer that ignores it would be wrong.

use super::answer::Answer;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Such as `atScope()` or `assignedTo('id')`: name in lower case, and the argument.
    Function(String, String),
    /// A member's name in lower case, an operator and a value.
    Comparison(String, String, String),
}

/// The conditions of a filter.
///
/// # Errors
/// ARM's answer to a filter that it does not understand.
pub fn parse(text: &str) -> Result<Vec<Condition>, Answer> {
    let invalid = || {
        let message = format!("The filter '{text}' is invalid or not supported.");
        Answer::error(400, "InvalidFilterInQueryString", &message)
    };
    let words = words(text).ok_or_else(invalid)?;
    let mut conditions = Vec::new();
    for words in words.split(|word| word.eq_ignore_ascii_case("and")) {
        conditions.push(match words {
            [function] => function_of(function).ok_or_else(invalid)?,
            [name, operator, value] => Condition::Comparison(
                name.to_ascii_lowercase(),
                operator.to_ascii_lowercase(),
                literal(value).to_owned(),
            ),
            _ => return Err(invalid()),
        });
    }
    Ok(conditions)
}

fn function_of(word: &str) -> Option<Condition> {
    let (name, rest) = word.split_once('(')?;
    let argument = rest.strip_suffix(')')?;
    Some(Condition::Function(name.to_ascii_lowercase(), literal(argument).to_owned()))
}

/// The text of `'text'` or of `datetime'text'`.
fn literal(word: &str) -> &str {
    let inner = word.split_once('\'').and_then(|(_, rest)| rest.strip_suffix('\''));
    inner.unwrap_or(word)
}

/// Cuts at spaces outside of quotes; none if a quote stays open.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        is_quoted ^= letter == '\'';
        if letter.is_whitespace() && !is_quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    (!is_quoted).then_some(words)
}
