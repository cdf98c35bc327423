//! Expressions of the host: `${{ … }}`, `$(name)`, `$[ … ]`, `#{…}#`. They are replaced before the shell sees the
//! code; what they give is known only when the file sets it.

use super::{
    super::{
        place::Place,
        text::Text,
        value::{Cause, Joiner, Value},
        yaml::Node,
    },
    Host, Scope,
};

/// A longer expression is none.
const LONGEST: usize = 2000;

/// A scalar of YAML with its expressions resolved.
pub(super) fn value(host: Host, source: &str, node: &Node, scope: &Scope) -> Option<Value> {
    let text = node.text()?;
    if !text.contains('$') && !text.contains("#{") {
        return node.value();
    }
    let code = super::super::yaml::code(source, node)?;
    let found = find(host, &code, scope);
    let mut joiner = Joiner::default();
    let mut done = 0;
    for (start, end, value) in &found {
        joiner.push(text.get(done..*start).unwrap_or_default());
        joiner.add(value, " ");
        done = *end;
    }
    joiner.push(text.get(done..).unwrap_or_default());
    Some(joiner.finish(node.place))
}

/// Digs holes where expressions stand.
pub(super) fn dig(host: Host, text: &mut Text, scope: &Scope) {
    let found = find(host, text, scope);
    if !found.is_empty() {
        text.dig(found);
    }
}

/// `#{name}#` in any file: tokens that a deployment tool replaces.
pub(in super::super) fn replace_tokens(text: &mut Text) {
    if !text.content.contains("#{") {
        return;
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.content[at..].find("#{").map(|start| at + start) {
        match token_end(&text.content, start) {
            Some(end) => {
                found.push((start, end, unknown(text, start, end)));
                at = end;
            }
            None => at = start + 2,
        }
    }
    if !found.is_empty() {
        text.dig(found);
    }
}

fn token_end(content: &str, start: usize) -> Option<usize> {
    let window = window(content, start + 2);
    let end = window.find("}#")?;
    let inside = &window[..end];
    let name =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | ' ');
    (!inside.is_empty() && inside.chars().all(name)).then_some(start + 2 + end + 2)
}

fn window(content: &str, from: usize) -> &str {
    let mut end = (from + LONGEST).min(content.len());
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    content.get(from..end).unwrap_or_default()
}

fn find(host: Host, text: &Text, scope: &Scope) -> Vec<(usize, usize, Value)> {
    let content = text.content.as_str();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) =
        memchr::memchr2(b'$', b'#', &content.as_bytes()[at..]).map(|start| at + start)
    {
        at = start + 1;
        let rest = &content[start..];
        let end = if rest.starts_with("${{") {
            window(content, start + 3).find("}}").map(|length| start + 3 + length + 2)
        } else if rest.starts_with("#{") {
            token_end(content, start)
        } else if host == Host::Azure && rest.starts_with("$[") && start == 0 {
            content.ends_with(']').then_some(content.len())
        } else if host == Host::Azure && rest.starts_with("$(") {
            macro_end(content, start, scope)
        } else {
            None
        };
        let Some(end) = end else { continue };
        found.push((start, end, resolve(host, text, start, end, scope)));
        at = end;
    }
    found
}

/// `$(name)`: a variable of the pipeline. `$(pwd)` is replaced only where a variable has that name, and a call
/// of a function of the script is none.
fn macro_end(content: &str, start: usize, scope: &Scope) -> Option<usize> {
    let window = window(content, start + 2);
    let end = window.find(')')?;
    let name = &window[..end];
    let is_name =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let known = scope.get(name).is_some();
    let function =
        content.contains(&format!("{name}()")) || content.contains(&format!("function {name}"));
    let whole = start + 2 + end + 1;
    let command = matches!(name, "pwd" | "date" | "hostname" | "whoami" | "uuidgen" | "nproc");
    (known || !(function || command)).then_some(whole)
}

fn unknown(text: &Text, start: usize, end: usize) -> Value {
    let place = text.place(super::super::text::offset(start), super::super::text::offset(end));
    let detail = text.content.get(start..end).unwrap_or_default();
    Value::unknown(Cause::PipelineExpression, detail, place)
}

fn resolve(host: Host, text: &Text, start: usize, end: usize, scope: &Scope) -> Value {
    let whole = &text.content[start..end];
    let found = unknown(text, start, end);
    let inside = whole
        .trim_start_matches(['$', '{', '(', '[', '#'])
        .trim_end_matches(['}', ')', ']', '#'])
        .trim();
    if whole.starts_with("${{")
        && inside.len() >= 2
        && inside.starts_with('\'')
        && inside.ends_with('\'')
    {
        let literal = &inside[1..inside.len() - 1];
        if !literal.contains('\'') {
            return known(Value::text(literal, found.place), found.place);
        }
    }
    if whole.starts_with("${{") && matches!(inside, "true" | "false") {
        return known(Value::text(inside, found.place), found.place);
    }
    let name = match host {
        _ if whole.starts_with("$(") => Some(inside),
        Host::GitHub => member_of(inside, "env"),
        Host::Azure => member_of(inside, "variables"),
    };
    match name.and_then(|name| scope.get(name)) {
        Some(value) => value.used_at(found.place),
        None => found,
    }
}

fn known(value: Value, place: Place) -> Value {
    Value { via: Some(place), ..value }
}

/// `env.NAME`, `env['NAME']`.
fn member_of<'e>(expression: &'e str, context: &str) -> Option<&'e str> {
    let rest = expression.strip_prefix(context)?;
    let name = match rest.strip_prefix('.') {
        Some(name) => name,
        None => rest.strip_prefix("['")?.strip_suffix("']")?,
    };
    let is_name =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}
