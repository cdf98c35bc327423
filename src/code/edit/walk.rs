//! Walking a body along the path of a property.

use super::Refusal;
use crate::inventory::{Written, WrittenContent};

/// What stands at the path of a property.
#[derive(Debug)]
pub enum Found<'v> {
    /// A known value.
    Value(Written<'v>),
    /// Nothing: the nearest object that is there, and the names below it.
    Missing {
        /// The object.
        parent: Written<'v>,
        /// The names.
        rest: Vec<String>,
    },
    /// Something unknown stands in the way, or an element that is not there.
    Blocked,
}

/// Follows a path such as `properties.list[0].name`.
pub fn find<'v>(body: Written<'v>, path: &str) -> Found<'v> {
    let steps = steps(path);
    let mut value = body;
    for (at, step) in steps.iter().enumerate() {
        let next = match (step, value.content()) {
            (Step::Name(name), WrittenContent::Map(is_open)) => match value.member(name) {
                Some(member) if !member.is_null() => Some(member),
                _ if is_open => return Found::Blocked,
                _ => {
                    let rest: Result<Vec<String>, Refusal> =
                        steps.iter().skip(at).map(Step::name).collect();
                    return rest
                        .map_or(Found::Blocked, |rest| Found::Missing { parent: value, rest });
                }
            },
            (Step::Index(index), WrittenContent::List) => value.parts().nth(*index),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return Found::Blocked,
        }
    }
    match value.content() {
        WrittenContent::Unknown => Found::Blocked,
        _ => Found::Value(value),
    }
}

/// The names of a path without elements.
///
/// # Errors
/// When it has elements.
pub fn names(path: &str) -> Result<Vec<String>, Refusal> {
    steps(path).iter().map(Step::name).collect()
}

/// The path of a list, and the number of its element at the end of a path.
pub fn element(path: &str) -> Option<(&str, usize)> {
    let (list, number) = path.strip_suffix(']')?.rsplit_once('[')?;
    Some((list, number.parse().ok()?))
}

enum Step {
    Name(String),
    Index(usize),
}

impl Step {
    fn name(&self) -> Result<String, Refusal> {
        match self {
            Self::Name(name) => Ok(name.clone()),
            Self::Index(_) => Err(Refusal::Form),
        }
    }
}

fn steps(path: &str) -> Vec<Step> {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    let step = |part: &str| match part.strip_suffix(']') {
        Some(number) => Step::Index(number.parse().unwrap_or(usize::MAX)),
        None => Step::Name(part.to_owned()),
    };
    parts.map(step).collect()
}
