//! Reads a request key by key: what nobody asks for is an unknown key.

use std::ops::Range;

use super::document::{self, Node, Value};
use super::error::Problems;
use super::{
    Argument, Arguments, Form, Request, RequestError, Retention, SCHEMA, Select, TIERS, Window,
    arguments_of,
};
use crate::access::operation::{self, OPERATIONS, Operation};
use crate::inventory::{ResourceId, Time};

/// Likeness below which a suggestion would only confuse.
const LIKE_ENOUGH: f64 = 0.8;

/// The yearly tier of a backup policy takes no more than 99 years
/// (<https://learn.microsoft.com/azure/backup/manage-recovery-points>).
const MOST_DAYS: u32 = 99 * 365;

const ID: &str = "write the whole ARM id: /subscriptions/…/providers/…";
const TIME: &str = "write for example 2026-12-01T22:00:00Z, or a date";

pub(super) fn request(name: &str, text: &str) -> Result<Request, RequestError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut problems = Problems::new(name, text);
    let root = match document::read(text) {
        Ok(root) => root,
        Err(broken) => {
            let help = "`backuplint review --new OPERATION` writes a request to start from";
            problems.add(broken.at, broken.message, "here", help);
            return problems.into_result(None);
        }
    };
    let read = Reader { problems: &mut problems }.request(&root);
    problems.into_result(read)
}

struct Reader<'p> {
    problems: &'p mut Problems,
}

/// The members of one table, as they are asked for.
struct Fields<'t> {
    members: &'t [(String, Range<usize>, Node)],
    place: String,
    at: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    fn get(&mut self, key: &'static str) -> Option<&'t Node> {
        self.asked.push(key);
        self.members.iter().find(|(known, ..)| known == key).map(|(.., node)| node)
    }
}

impl Reader<'_> {
    fn request(&mut self, root: &Node) -> Option<Request> {
        let mut fields = self.table(root, "the request")?;
        if let Some(node) = fields.get("schema") {
            self.word(node, "schema", &[SCHEMA]);
        }
        let operation = self.operation(&mut fields);
        let ticket = self.text(&mut fields, "ticket", "\"CHG-1042\"");
        let reason = self.text(&mut fields, "reason", "\"quarterly restore test\"");
        let caller = self.text(&mut fields, "caller", "\"<object id or sign-in name>\"");
        let approved_by = self.text(&mut fields, "approved-by", "\"<object id or sign-in name>\"");
        let targets = self.ids(&mut fields, "targets");
        let select = fields.get("select").and_then(|node| self.select(node));
        let window = fields.get("window").and_then(|node| self.window(node));
        let arguments = fields.get("arguments");
        if targets.is_empty() && select.is_none() && operation.is_some() {
            let help = "name what it is done to: `targets = [\"<ARM id>\"]`, or [select]";
            let message = "the request names no target";
            self.problems.add(fields.at.clone(), message, "neither `targets` nor `select`", help);
        }
        self.finish(&fields);
        let operation = operation?;
        let arguments =
            arguments.and_then(|node| self.arguments(node, operation)).unwrap_or_default();
        Some(Request {
            operation,
            ticket,
            reason,
            caller,
            approved_by,
            targets,
            select,
            window,
            arguments,
        })
    }

    fn table<'t>(&mut self, node: &'t Node, place: &str) -> Option<Fields<'t>> {
        if let Value::Table(members) = &node.value {
            let (place, at) = (place.to_owned(), node.at.clone());
            return Some(Fields { members, place, at, asked: Vec::new() });
        }
        let message = format!("{place} is {}, not a table", node.value.noun());
        self.problems.add(node.at.clone(), message, "expected a table", "see --new OPERATION");
        None
    }

    fn finish(&mut self, fields: &Fields<'_>) {
        for (key, at, _) in fields.members {
            if fields.asked.contains(&key.as_str()) {
                continue;
            }
            let label = nearest(key, fields.asked.iter().copied())
                .map_or_else(|| "nothing has this name".to_owned(), did_you_mean);
            let known: Vec<String> = fields.asked.iter().map(|key| format!("`{key}`")).collect();
            let help = match known.as_slice() {
                [] => format!("{} takes none", fields.place),
                known => format!("{} takes {}", fields.place, known.join(", ")),
            };
            let message = format!("unknown key `{key}` in {}", fields.place);
            self.problems.add(at.clone(), message, label, help);
        }
    }

    fn operation(&mut self, fields: &mut Fields<'_>) -> Option<&'static Operation> {
        let all = || OPERATIONS.iter().map(|operation| operation.id);
        let help = || format!("one of {}", all().collect::<Vec<_>>().join(", "));
        let Some(node) = fields.get("operation") else {
            let message = "the request has no `operation`";
            self.problems.add(fields.at.clone(), message, "missing here", help());
            return None;
        };
        let text = self.text_of(node, "operation", "\"restore-disks\"")?;
        let found = operation::find(&text);
        if found.is_none() {
            let label =
                nearest(&text, all()).map_or_else(|| "no such operation".to_owned(), did_you_mean);
            let message = format!("unknown operation `{text}`");
            self.problems.add(node.at.clone(), message, label, help());
        }
        found
    }

    fn text(&mut self, fields: &mut Fields<'_>, key: &'static str, like: &str) -> Option<String> {
        fields.get(key).and_then(|node| self.text_of(node, key, like))
    }

    fn text_of(&mut self, node: &Node, key: &str, like: &str) -> Option<String> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Text(_) => {
                let help = format!("write for example {key} = {like}, or leave it out");
                self.problems.add(node.at.clone(), format!("`{key}` is blank"), "blank", help);
                None
            }
            other => {
                let message = format!("`{key}` is {}, not a text", other.noun());
                let help = format!("write for example {key} = {like}");
                self.problems.add(node.at.clone(), message, "expected a text", help);
                None
            }
        }
    }

    fn id_of(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = self.text_of(node, key, "\"/subscriptions/…\"")?;
        let id = text.strip_suffix('/').unwrap_or(&text);
        if ResourceId::looks_like_one(id) && !id.contains(['*', '<', '…']) {
            return Some(id.to_owned());
        }
        let message = format!("`{key}` has `{text}`, which is no ARM id");
        self.problems.add(node.at.clone(), message, "no ARM id", ID);
        None
    }

    fn ids(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
        let Some(node) = fields.get(key) else { return Vec::new() };
        each(node).iter().filter_map(|item| self.id_of(item, key)).collect()
    }

    fn texts(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
        fields.get(key).map_or_else(Vec::new, |node| self.patterns(node, key))
    }

    /// One pattern or more: an empty list would leave the selector out, and so select everything.
    fn patterns(&mut self, node: &Node, key: &str) -> Vec<String> {
        if each(node).is_empty() {
            let help = format!("write for example {key} = [\"*\"], or leave it out");
            self.problems.add(node.at.clone(), format!("`{key}` is an empty list"), "empty", help);
        }
        each(node).iter().filter_map(|item| self.text_of(item, key, "\"*\"")).collect()
    }

    fn select(&mut self, node: &Node) -> Option<Select> {
        let mut fields = self.table(node, "[select]")?;
        let mut select = Select {
            scope: self.texts(&mut fields, "scope"),
            vault: self.texts(&mut fields, "vault"),
            policy: self.texts(&mut fields, "policy"),
            name: self.texts(&mut fields, "name"),
            tag: Vec::new(),
        };
        let tags = fields.get("tag");
        select.tag = tags.map(|node| self.tags(node)).unwrap_or_default();
        self.finish(&fields);
        if select == Select::default() {
            let help = "give at least one of scope, vault, policy, name, tag";
            self.problems.add(node.at.clone(), "[select] selects nothing", "empty", help);
            return None;
        }
        Some(select)
    }

    fn tags(&mut self, node: &Node) -> Vec<(String, Vec<String>)> {
        let Value::Table(tags) = &node.value else {
            let message = format!("`tag` is {}, not a table", node.value.noun());
            let help = "name the tag and its values: tag = { tier = \"gold\" }";
            self.problems.add(node.at.clone(), message, "expected a table", help);
            return Vec::new();
        };
        if tags.is_empty() {
            let help = "write for example tag = { tier = \"gold\" }, or leave it out";
            self.problems.add(node.at.clone(), "`tag` names no tag", "empty", help);
        }
        tags.iter().map(|(tag, _, node)| (tag.clone(), self.patterns(node, tag))).collect()
    }

    fn window(&mut self, node: &Node) -> Option<Window> {
        let mut fields = self.table(node, "[window]")?;
        let (from, to) = (fields.get("from"), fields.get("to"));
        self.finish(&fields);
        let (Some(from), Some(to)) = (from, to) else {
            let help = "write window = { from = 2026-12-01T22:00:00Z, to = 2026-12-02T02:00:00Z }";
            self.problems.add(node.at.clone(), "the window lacks an end", "needs both", help);
            return None;
        };
        let window = Window { from: self.time_of(from, "from")?, to: self.time_of(to, "to")? };
        if window.from >= window.to {
            let message = "the window ends before it begins";
            self.problems.add(node.at.clone(), message, "`to` is not later", "swap them");
            return None;
        }
        Some(window)
    }

    fn time_of(&mut self, node: &Node, key: &str) -> Option<Time> {
        let text = self.text_of(node, key, "2026-12-01T22:00:00Z")?;
        let time = Time::parse(&text);
        if time.is_none() {
            let message = format!("`{key}` has `{text}`, which is no time");
            self.problems.add(node.at.clone(), message, "no time", TIME);
        }
        time
    }

    fn word(&mut self, node: &Node, key: &str, words: &[&'static str]) -> Option<String> {
        let text = self.text_of(node, key, &format!("\"{}\"", words.first().unwrap_or(&"")))?;
        let known = words.iter().find(|word| word.eq_ignore_ascii_case(&text));
        if known.is_none() {
            let label = nearest(&text, words.iter().copied())
                .map_or_else(|| "no such word".to_owned(), did_you_mean);
            let help = format!("one of {}", words.join(", "));
            let message = format!("`{key}` has `{text}`, which it does not take");
            self.problems.add(node.at.clone(), message, label, help);
        }
        known.map(|word| (*word).to_owned())
    }

    fn arguments(&mut self, node: &Node, operation: &Operation) -> Option<Arguments> {
        let mut fields = self.table(node, &format!("[arguments] of {}", operation.id))?;
        let mut read = Arguments::default();
        for argument in arguments_of(operation.id) {
            if let Some(node) = fields.get(argument.key) {
                self.argument(&mut read, argument, node);
            }
        }
        self.finish(&fields);
        if read.recovery_point.is_some() && read.point_in_time.is_some() {
            let message = "both `recovery-point` and `point-in-time` are given";
            let help = "leave one of them out";
            self.problems.add(node.at.clone(), message, "which of them counts?", help);
        }
        Some(read)
    }

    fn argument(&mut self, read: &mut Arguments, argument: &Argument, node: &Node) {
        let key = argument.key;
        let (mut text, mut time) = (None, None);
        match argument.form {
            Form::Text => text = self.text_of(node, key, argument.example),
            Form::Id => text = self.id_of(node, key),
            Form::Word(words) => text = self.word(node, key, words),
            Form::Time => time = self.time_of(node, key),
            Form::Number => read.size_gb = self.number_of(node, key),
            Form::Tiers => read.retention = self.retention(node),
        }
        match key {
            "recovery-point" => read.recovery_point = text,
            "point-in-time" => read.point_in_time = time,
            "restore-mode" => read.restore_mode = text,
            "target-group" => read.target_group = text,
            "target-network" => read.target_network = text,
            "target-region" => read.target_region = text,
            "staging-account" => read.staging_account = text,
            "retain-until" => read.retain_until = time,
            "vault" => read.vault = text,
            "backup-policy" => read.backup_policy = text,
            "redundancy" => read.redundancy = text,
            "purpose" => read.purpose = text,
            _ => {}
        }
    }

    fn number_of(&mut self, node: &Node, key: &str) -> Option<f64> {
        if let Value::Number(number) = node.value
            && number > 0.0
            && number.is_finite()
        {
            return Some(number);
        }
        let message = format!("`{key}` is no number above zero");
        self.problems.add(node.at.clone(), message, "expected a number", format!("{key} = 2"));
        None
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is a whole one between these bounds"
    )]
    fn days_of(&mut self, node: &Node, key: &str) -> Option<u32> {
        if let Value::Number(number) = node.value
            && number.fract() == 0.0
            && (1.0..=f64::from(MOST_DAYS)).contains(&number)
        {
            return Some(number as u32);
        }
        let message = format!("`{key}` is no whole number of days from 1 to {MOST_DAYS}");
        self.problems.add(node.at.clone(), message, "expected days", format!("{key} = 30"));
        None
    }

    fn retention(&mut self, node: &Node) -> Option<Retention> {
        let mut fields = self.table(node, "retention")?;
        let mut retention = Retention::default();
        let mut is_given = false;
        for (tier, days) in TIERS.into_iter().zip(&mut retention.days) {
            if let Some(node) = fields.get(tier) {
                is_given = true;
                *days = self.days_of(node, tier);
            }
        }
        self.finish(&fields);
        if !is_given {
            let help = "give the days of at least one tier";
            self.problems.add(node.at.clone(), "`retention` keeps nothing", "no tier", help);
            return None;
        }
        Some(retention)
    }
}

/// A value, or each of a list.
fn each(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(list) => list,
        _ => std::slice::from_ref(node),
    }
}

fn did_you_mean(known: &str) -> String {
    format!("did you mean `{known}`?")
}

fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let folded = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let word = folded(word);
    known
        .map(|name| (strsim::jaro_winkler(&word, &folded(name)), name))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}
