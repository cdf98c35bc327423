//! What a script writes to a resource past the commands that are made for it: with `az rest`, `az resource update`,
//! and their twins in PowerShell.

use serde_json::{Map, Value as Json};

use super::{Said, at, form_of, hidden, kind_of, undecided, unknown};
use crate::inventory::Fact;
use crate::inventory::script::{Content, Given, Operation, ScriptOperation, Value};
use crate::rule::Undecided;

/// Maps are read no deeper.
const DEEPEST: usize = 32;

/// A property of a resource, and the values of it that weaken something.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The type of the resource, in lower case.
    pub kind: &'static str,
    /// The names on the way to it.
    pub path: &'static str,
    /// The values that are wrong, compared without case.
    pub wrong: &'static [&'static str],
    /// What is wrong then, as one sentence without a full stop.
    pub message: &'static str,
}

/// A request, or a command that makes one of any kind.
struct Sent<'o> {
    /// The types of what it goes to; none where that is not known.
    kinds: Option<Vec<String>>,
    /// The option with what is written.
    given: &'o Given,
    content: Written,
}

/// What is written.
enum Written {
    /// A body.
    Body(Json),
    /// Properties one by one: `--set properties.a=b`.
    Single(Vec<(String, String)>),
    /// Nobody can tell.
    Unknown,
}

/// How a command names what it goes to and what it writes.
struct Shape {
    ids: &'static [&'static str],
    kind: &'static [&'static str],
    content: &'static [&'static str],
    /// The content is only what stands in `properties`.
    is_inner: bool,
}

impl Property {
    /// What an operation writes there. Where it is not known what it goes to, that is a question only if it `matters`.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn judge(&self, script: &ScriptOperation<'_>, matters: bool) -> Result<Said, Undecided> {
        let Some(sent) = Sent::of(script)? else { return Ok(Said::Nothing) };
        let is_known = match &sent.kinds {
            Some(kinds) if kinds.iter().any(|kind| kind == self.kind) => true,
            None if matters => false,
            Some(_) | None => return Ok(Said::Nothing),
        };
        let written = match &sent.content {
            Written::Unknown => return Err(undecided(sent.given)),
            Written::Body(body) => find(body, self.path),
            Written::Single(list) => {
                let of_path = |(path, _): &&(String, String)| path.eq_ignore_ascii_case(self.path);
                list.iter().rev().find(of_path).map(|(_, value)| value.clone())
            }
        };
        let Some(written) = written else { return Ok(Said::Nothing) };
        if !self.wrong.iter().any(|wrong| written.eq_ignore_ascii_case(wrong)) {
            return Ok(if is_known { Said::Fine } else { Said::Nothing });
        }
        if !is_known {
            return Err(Undecided {
                message: format!("it writes {} = {written}; to what is not known", self.path),
                ..undecided(sent.given)
            });
        }
        let evidence = format!("{} = {written}", self.path);
        Ok(Said::wrong(at(sent.given, self.message).observed(evidence)))
    }
}

impl<'o> Sent<'o> {
    fn of(script: &ScriptOperation<'o>) -> Result<Option<Self>, Undecided> {
        let operation = script.operation();
        let Some(shape) = shape(operation)? else { return Ok(None) };
        let Some(given) = operation.given(shape.content) else {
            return if operation.complete {
                Ok(None)
            } else {
                Err(hidden(operation, shape.content))
            };
        };
        let kinds = kinds(script, operation, &shape);
        let mut content = content(script, given);
        if let (Written::Body(body), true) = (&mut content, shape.is_inner) {
            let inner = std::mem::take(body);
            *body = Json::Object(Map::from_iter([("properties".to_owned(), inner)]));
        }
        Ok(Some(Self { kinds, given, content }))
    }
}

fn shape(operation: &Operation) -> Result<Option<Shape>, Undecided> {
    const METHOD: [&str; 2] = ["--method", "-Method"];
    let shape = match &*operation.name {
        "rest" | "Invoke-AzRestMethod" => {
            match operation.text(&METHOD) {
                Fact::Known(method)
                    if ["put", "patch"].iter().any(|it| method.eq_ignore_ascii_case(it)) => {}
                Fact::Known(_) | Fact::Absent => return Ok(None),
                Fact::Unknown(reason) => return Err(unknown(operation, &METHOD, reason)),
            }
            Shape {
                ids: &["--uri", "--url", "-Path", "-Uri", "-ResourceId"],
                kind: &[],
                content: &["--body", "-Payload"],
                is_inner: false,
            }
        }
        "resource update" => Shape {
            ids: &["--ids"],
            kind: &["--resource-type"],
            content: &["--set"],
            is_inner: false,
        },
        "resource create" => Shape {
            ids: &["--id"],
            kind: &["--resource-type"],
            content: &["--properties"],
            is_inner: true,
        },
        "Set-AzResource" | "New-AzResource" => Shape {
            ids: &["-ResourceId", "-Id"],
            kind: &["-ResourceType"],
            content: &["-PropertyObject", "-Properties"],
            is_inner: true,
        },
        _ => return Ok(None),
    };
    Ok(Some(shape))
}

fn kinds(
    script: &ScriptOperation<'_>,
    operation: &Operation,
    shape: &Shape,
) -> Option<Vec<String>> {
    if let Some(given) = operation.given(shape.ids) {
        let values = match &given.value.content {
            Content::List(list) => list.iter().collect(),
            _ => vec![&given.value],
        };
        return values.into_iter().map(|value| target(script, value)).collect();
    }
    let kind = operation.given(shape.kind)?.value.as_text()?.to_ascii_lowercase();
    let namespace = operation.text(&["--namespace"]);
    Some(vec![match namespace {
        Fact::Known(namespace) if !kind.contains('/') => {
            format!("{}/{kind}", namespace.to_ascii_lowercase())
        }
        _ => kind,
    }])
}

/// The type of what an address leads to. An address elsewhere leads to nothing of Azure's resources.
fn target(script: &ScriptOperation<'_>, value: &Value) -> Option<String> {
    if let Some(kind) = kind_of(script, value) {
        return Some(kind);
    }
    let is_elsewhere = form_of(value).is_some_and(|text| {
        let text = text.to_ascii_lowercase();
        text.starts_with("https://") && !text.contains("/providers/") && !text.contains('{')
    });
    is_elsewhere.then(String::new)
}

fn content(script: &ScriptOperation<'_>, given: &Given) -> Written {
    if let Content::List(list) = &given.value.content {
        return single(list).unwrap_or(Written::Unknown);
    }
    if let Content::Map(_) = given.value.content {
        return json(&given.value, 0).map_or(Written::Unknown, Written::Body);
    }
    let Some(text) = form_of(&given.value) else {
        // `@{ … } | ConvertTo-Json`: the table goes into the command that makes the text.
        let from = given.value.as_unknown().and_then(|unknown| unknown.from);
        let made = from.and_then(|order| script.job().commands.get(order as usize));
        let table = made.and_then(|command| command.input.as_ref());
        return table.and_then(|table| json(table, 0)).map_or(Written::Unknown, Written::Body);
    };
    if &*given.name == "--set" {
        return single(std::slice::from_ref(&given.value)).unwrap_or(Written::Unknown);
    }
    let is_inline = text.trim_start().starts_with('{');
    let body = if is_inline { Some(&*text) } else { script.attachment };
    let body = body.and_then(|body| {
        serde_json::from_str::<Json>(body.trim_start_matches('\u{feff}').trim()).ok()
    });
    body.map_or(Written::Unknown, Written::Body)
}

/// `a.b=c` of each.
fn single(list: &[Value]) -> Option<Written> {
    let pairs = list.iter().map(|value| {
        let text = value.as_text()?;
        let (path, value) = text.split_once('=')?;
        Some((path.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()))
    });
    pairs.collect::<Option<Vec<_>>>().map(Written::Single)
}

/// A table of a script as JSON; what is not known in it is `null`, which is no value that anybody looks for.
fn json(value: &Value, depth: usize) -> Option<Json> {
    if depth > DEEPEST {
        return None;
    }
    Some(match &value.content {
        Content::Map(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Some((name.as_text()?.to_owned(), json(value, depth + 1)?)));
            Json::Object(members.collect::<Option<Map<_, _>>>()?)
        }
        Content::List(list) => {
            Json::Array(list.iter().map(|value| json(value, depth + 1)).collect::<Option<_>>()?)
        }
        Content::Text(text) => Json::String(text.to_string()),
        Content::Bool(truth) => Json::Bool(*truth),
        Content::Null => Json::Null,
        Content::Moment(_) | Content::Unknown(_) => return None,
    })
}

/// The value at the end of a path, whose names ignore case.
fn find(body: &Json, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(body, |at, name| {
        let (_, value) = at.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    })?;
    match found {
        Json::String(text) => Some(text.clone()),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
