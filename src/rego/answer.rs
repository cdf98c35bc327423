//! The rule contract: what a package may answer, and nothing else.

use regorus::Value;
use serde_json::{Map, Number};

/// The largest text that a finding may carry.
const MAX_TEXT: usize = 64 * 1024;
/// Values of one observed or expected evidence.
const MAX_NODES: usize = 10_000;
const MAX_DEPTH: usize = 64;
/// Findings of one rule on one resource.
const MAX_FINDINGS: usize = 10_000;

/// What a rule says about one input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The findings, `deny` before `warn` before `violation`, each in the engine's order of sets.
    pub deny: Vec<Finding>,
    /// Whether the rule says that it does not concern this input. Then nothing after it was asked.
    pub not_applicable: bool,
    /// Whether the rule says that what was read decides, whatever other fact was not.
    pub decided: bool,
    /// What the rule could not decide.
    pub unknown: Vec<Unknown>,
}

impl Answer {
    /// Changes every text that it holds, names of members of evidence too.
    pub fn each_text(&mut self, change: &impl Fn(&mut String)) {
        for finding in &mut self.deny {
            change(&mut finding.path);
            finding.proof.iter_mut().for_each(change);
            change(&mut finding.message);
            for value in finding.observed.iter_mut().chain(&mut finding.expected) {
                each_text(value, change);
            }
            for related in &mut finding.related {
                change(&mut related.id);
                change(&mut related.message);
            }
        }
        for unknown in &mut self.unknown {
            change(&mut unknown.path);
            unknown.reason.iter_mut().for_each(change);
            change(&mut unknown.message);
        }
    }
}

fn each_text(value: &mut serde_json::Value, change: &impl Fn(&mut String)) {
    use serde_json::Value::{Array, Object, String};
    match value {
        String(text) => change(text),
        Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Object(members) => {
            let all = std::mem::take(members).into_iter();
            members.extend(all.map(|(mut name, mut member)| {
                change(&mut name);
                each_text(&mut member, change);
                (name, member)
            }));
        }
        _ => {}
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Where in the input, as the rule wrote it; empty for the whole of it.
    pub path: String,
    /// The place that proves it, where that is not `path`.
    pub proof: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The value that was found.
    pub observed: Option<serde_json::Value>,
    /// The value that should be there.
    pub expected: Option<serde_json::Value>,
    /// The name of the rule that gave it.
    pub kind: Kind,
    /// Other resources that matter.
    pub related: Vec<Related>,
    /// How loud it is, where the rule says so; else the severity of the rule decides.
    pub level: Option<Level>,
}

/// Another resource in evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// What it has to do with the finding; empty where the rule does not say.
    pub message: String,
}

/// How loud a finding is, in the words of SARIF (§3.27.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `note`.
    Note,
    /// `warning`.
    Warning,
    /// `error`.
    Error,
}

/// The rule name under which a finding was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `deny`.
    Deny,
    /// `warn`.
    Warn,
    /// `violation`, as policies for Gatekeeper and conftest name it.
    Violation,
}

/// Something that a rule could not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Where in the input; empty for the whole of it.
    pub path: String,
    /// Why; where the rule does not say, why the place could not be read.
    pub reason: Option<String>,
    /// What that keeps the rule from deciding; empty where the rule does not say.
    pub message: String,
}

/// A name of a rule that the host asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Decided,
    NotApplicable,
    Unknown,
    Findings(Kind),
}

impl Question {
    /// All questions in the order in which they are asked.
    pub const ALL: [Self; 6] = [
        Self::Decided,
        Self::NotApplicable,
        Self::Unknown,
        Self::Findings(Kind::Deny),
        Self::Findings(Kind::Warn),
        Self::Findings(Kind::Violation),
    ];

    /// The name of the rule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::NotApplicable => "not_applicable",
            Self::Unknown => "unknown",
            Self::Findings(Kind::Deny) => "deny",
            Self::Findings(Kind::Warn) => "warn",
            Self::Findings(Kind::Violation) => "violation",
        }
    }
}

impl Answer {
    /// Takes in what one rule of the package gave.
    pub(super) fn take(&mut self, question: Question, value: &Value) -> Result<(), String> {
        match question {
            Question::Decided => self.decided = holds(question, value)?,
            Question::NotApplicable => self.not_applicable = holds(question, value)?,
            Question::Unknown => {
                for member in members(value)? {
                    self.unknown.push(unknown(member)?);
                }
            }
            Question::Findings(kind) => {
                for member in members(value)? {
                    if self.deny.len() >= MAX_FINDINGS {
                        return Err(format!("the rule has more than {MAX_FINDINGS} findings"));
                    }
                    self.deny.push(finding(member, kind)?);
                }
            }
        }
        Ok(())
    }
}

fn holds(question: Question, value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(answer) => Ok(*answer),
        Value::Undefined => Ok(false),
        other => Err(format!("`{}` is {}, not true or false", question.name(), kind_of(other))),
    }
}

fn members(value: &Value) -> Result<Box<dyn Iterator<Item = &Value> + '_>, String> {
    match value {
        Value::Undefined | Value::Bool(false) => Ok(Box::new(std::iter::empty())),
        Value::Set(set) => Ok(Box::new(set.iter_sorted())),
        Value::Array(array) => Ok(Box::new(array.iter())),
        Value::Object(object) if object.is_empty() => Ok(Box::new(std::iter::empty())),
        Value::Object(_) => {
            Err("it is an object; write `deny contains …` to make a set".to_owned())
        }
        other => Err(format!("it is {}, not a set", kind_of(other))),
    }
}

fn unknown(member: &Value) -> Result<Unknown, String> {
    let Value::Object(object) = member else {
        return Err(format!(
            "a member of `unknown` is {}, not an object with path, reason and message",
            kind_of(member)
        ));
    };
    let mut unknown = Unknown { path: String::new(), reason: None, message: String::new() };
    for (key, value) in object.iter_sorted() {
        match text(key, "a key")?.as_str() {
            "path" => unknown.path = text(value, "`path`")?,
            "reason" => unknown.reason = Some(text(value, "`reason`")?),
            "message" => unknown.message = text(value, "`message`")?,
            other => return Err(format!("a member of `unknown` has the unknown key `{other}`")),
        }
    }
    if unknown.path.is_empty() && unknown.message.is_empty() {
        return Err("a member of `unknown` has neither `path` nor `message`".to_owned());
    }
    Ok(unknown)
}

/// An id, or an object that also says what the resource has to do with the finding.
fn related(member: &Value) -> Result<Related, String> {
    let Value::Object(object) = member else {
        let id = text(member, "a member of `related`")?;
        return Ok(Related { id, message: String::new() });
    };
    let part = |name: &str| object.get(&Value::from(name)).unwrap_or(&Value::Undefined);
    if object.len() != 2 {
        return Err("a member of `related` has other keys than `id` and `message`".to_owned());
    }
    Ok(Related {
        id: text(part("id"), "`id` of `related`")?,
        message: text(part("message"), "`message` of `related`")?,
    })
}

fn finding(member: &Value, kind: Kind) -> Result<Finding, String> {
    let mut finding = Finding {
        path: String::new(),
        proof: None,
        message: String::new(),
        observed: None,
        expected: None,
        kind,
        related: Vec::new(),
        level: None,
    };
    let object = match member {
        Value::String(_) => {
            finding.message = text(member, "a finding")?;
            return Ok(finding);
        }
        Value::Object(object) => object,
        other => {
            return Err(format!("a finding is {}, neither a string nor an object", kind_of(other)));
        }
    };
    let has = |name: &str| object.contains_key(&Value::from(name));
    if !has("message") {
        // As conftest takes it: `msg` counts, the rest is the policy's own.
        let msg =
            object.get(&Value::from("msg")).ok_or("a finding has neither `message` nor `msg`")?;
        finding.message = text(msg, "`msg`")?;
        return Ok(finding);
    }
    for (key, value) in object.iter_sorted() {
        match text(key, "a key")?.as_str() {
            "message" => finding.message = text(value, "`message`")?,
            "path" => finding.path = text(value, "`path`")?,
            "proof" => finding.proof = Some(text(value, "`proof`")?),
            "observed" => finding.observed = Some(json(value)?),
            "expected" => finding.expected = Some(json(value)?),
            "related" => {
                for member in members(value)? {
                    finding.related.push(related(member)?);
                }
            }
            "level" => finding.level = Some(level(value)?),
            other => {
                return Err(format!(
                    "a finding has the unknown key `{other}`; known are path, proof, message, observed, expected, related, level"
                ));
            }
        }
    }
    Ok(finding)
}

fn level(value: &Value) -> Result<Level, String> {
    match text(value, "`level`")?.as_str() {
        "note" => Ok(Level::Note),
        "warning" => Ok(Level::Warning),
        "error" => Ok(Level::Error),
        other => Err(format!("`level` is `{other}`; it may be note, warning or error")),
    }
}

fn text(value: &Value, what: &str) -> Result<String, String> {
    match value {
        Value::String(text) if text.len() > MAX_TEXT => {
            Err(format!("{what} has more than {MAX_TEXT} bytes"))
        }
        Value::String(text) => Ok(text.to_string()),
        other => Err(format!("{what} is {}, not a string", kind_of(other))),
    }
}

/// The JSON form of a value, as far as evidence may be large.
fn json(value: &Value) -> Result<serde_json::Value, String> {
    convert(value, &mut Budget { nodes: MAX_NODES, bytes: MAX_TEXT * 4 }, MAX_DEPTH)
}

struct Budget {
    nodes: usize,
    bytes: usize,
}

impl Budget {
    fn spend(&mut self, bytes: usize) -> Result<(), String> {
        let left = self.nodes.checked_sub(1).zip(self.bytes.checked_sub(bytes));
        (self.nodes, self.bytes) = left.ok_or("`observed` or `expected` is too large")?;
        Ok(())
    }
}

fn convert(value: &Value, budget: &mut Budget, depth: usize) -> Result<serde_json::Value, String> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err("`observed` or `expected` is nested too deeply".to_owned());
    };
    budget.spend(if let Value::String(text) = value { text.len() } else { 8 })?;
    Ok(match value {
        Value::Null | Value::Undefined => serde_json::Value::Null,
        Value::Bool(bool) => serde_json::Value::Bool(*bool),
        Value::String(text) => serde_json::Value::String(text.to_string()),
        Value::Number(number) => {
            let exact =
                number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
            match exact.or_else(|| number.as_f64().and_then(Number::from_f64)) {
                Some(number) => serde_json::Value::Number(number),
                None => serde_json::Value::String(number.format_decimal()),
            }
        }
        Value::Array(array) => {
            array.iter().map(|item| convert(item, budget, depth)).collect::<Result<_, _>>()?
        }
        Value::Set(set) => {
            set.iter_sorted().map(|item| convert(item, budget, depth)).collect::<Result<_, _>>()?
        }
        Value::Object(object) => {
            let mut map = Map::new();
            for (key, value) in object.iter_sorted() {
                let key = match convert(key, budget, depth)? {
                    serde_json::Value::String(key) => key,
                    other => other.to_string(),
                };
                map.insert(key, convert(value, budget, depth)?);
            }
            serde_json::Value::Object(map)
        }
    })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}
