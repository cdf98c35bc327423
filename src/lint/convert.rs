//! From values of code to what typed views read.

use std::borrow::Cow;

use super::name::Names;
use super::text::Texts;
use crate::code::declaration::Declaration;
use crate::code::value::{Cause, Content, Map, Unknown, Value, ViaKind};
use crate::inventory::{Evaluated, EvaluatedValue, Reason, Via};

/// Turns the values of one root.
pub(super) struct Converter<'w, 'n, 'r> {
    pub texts: Texts<'w>,
    /// Whether variables and modules are named as Terraform does.
    pub is_terraform: bool,
    pub names: &'n mut Names<'r>,
}

impl<'w> Converter<'w, '_, '_> {
    /// The body of a declaration. It stands at its header, and came there by the calls around it.
    pub fn body(&mut self, declaration: &'w Declaration) -> Evaluated<'w> {
        let header = self.texts.line(declaration.header).unwrap_or_default();
        let mut body = self.value(&declaration.body, header);
        body.origin = header;
        let calls = declaration.calls.iter().rev();
        body.via.extend(calls.filter_map(|call| {
            let origin = self.texts.line(call.place)?;
            let name = self.name("module.", &call.name);
            Some(Via { what: "the call around it".into(), name, origin })
        }));
        body
    }

    fn value(&mut self, value: &'w Value, fallback: &'w str) -> Evaluated<'w> {
        let origin = self.texts.line(value.place).unwrap_or(fallback);
        self.at(value, origin)
    }

    fn at(&mut self, value: &'w Value, origin: &'w str) -> Evaluated<'w> {
        let content = if value.is_sensitive() {
            EvaluatedValue::Unknown(Reason::UnresolvedExpression)
        } else {
            self.content(&value.content, origin)
        };
        Evaluated { value: content, origin, via: self.via(value) }
    }

    fn content(&mut self, content: &'w Content, origin: &'w str) -> EvaluatedValue<'w> {
        match content {
            Content::Null => EvaluatedValue::Null,
            Content::Bool(truth) => EvaluatedValue::Bool(*truth),
            Content::Number(number) => EvaluatedValue::Number(*number),
            Content::Text(text) => EvaluatedValue::Text(Cow::Borrowed(text)),
            Content::List(items) => {
                EvaluatedValue::List(items.iter().map(|item| self.value(item, origin)).collect())
            }
            Content::Map(map) => self.map(map, origin),
            Content::Unknown(unknown) => self.unknown(unknown),
        }
    }

    fn map(&mut self, map: &'w Map, origin: &'w str) -> EvaluatedValue<'w> {
        let members = map.members().iter().map(|member| {
            let place = self.texts.member(member.key_place, member.value.place);
            let value = self.at(&member.value, place.unwrap_or(origin));
            (Cow::Borrowed(&*member.key), value)
        });
        let members = members.collect();
        match map.rest() {
            Some(rest) => EvaluatedValue::Open(members, reason(rest.cause)),
            None => EvaluatedValue::Map(members),
        }
    }

    /// What is unknown still says what it is the same as, and an id of which pieces are known is one.
    fn unknown(&mut self, unknown: &Unknown) -> EvaluatedValue<'w> {
        let reason = reason(unknown.cause);
        let Some(form) = &unknown.form else { return EvaluatedValue::Unknown(reason) };
        let mut text = self.names.text(form);
        if is_id(&text) {
            return EvaluatedValue::Text(Cow::Owned(text));
        }
        // As a part of an id it would be a path.
        if text.starts_with("/{") {
            text.remove(0);
        }
        EvaluatedValue::Form(text, reason)
    }

    /// What something is called where it is used.
    fn name(&self, prefix: &str, name: &'w str) -> Cow<'w, str> {
        if !self.is_terraform || name.starts_with(prefix) {
            return Cow::Borrowed(name);
        }
        Cow::Owned(format!("{prefix}{name}"))
    }

    fn via(&self, value: &'w Value) -> Vec<Via<'w>> {
        let steps = std::iter::successors(value.via.as_deref(), |step| step.next.as_deref());
        let steps = steps.filter_map(|step| {
            let origin = self.texts.line(step.place)?;
            let name = self.name(prefix(step.what), &step.name);
            Some(Via { what: what(step.what).into(), name, origin })
        });
        steps.collect()
    }
}

/// Whether a text with placeholders is an ARM id, or begins where nobody knows and goes on like one.
fn is_id(text: &str) -> bool {
    text.starts_with("/subscriptions/")
        || text.starts_with("/providers/")
        || text.strip_prefix("/{").is_some_and(|rest| rest.contains("}/"))
}

/// Why a fact is unknown, when this is why its value is.
pub(super) fn reason(cause: Cause) -> Reason {
    match cause {
        Cause::NotInThisLanguage => Reason::SourceCannotSay,
        Cause::UnknownCondition => Reason::Conditional,
        _ => Reason::UnresolvedExpression,
    }
}

/// What Terraform puts before a name to say what it is.
fn prefix(kind: ViaKind) -> &'static str {
    match kind {
        ViaKind::VariableDefault
        | ViaKind::VariableFile
        | ViaKind::CommandLine
        | ViaKind::Environment
        | ViaKind::ModuleArgument => "var.",
        ViaKind::Local => "local.",
        ViaKind::Output => "module.",
        ViaKind::ParameterFile | ViaKind::Element | ViaKind::Attribute => "",
    }
}

fn what(kind: ViaKind) -> &'static str {
    match kind {
        ViaKind::VariableDefault => "the default",
        ViaKind::VariableFile => "a file of variables",
        ViaKind::CommandLine => "the command line",
        ViaKind::Environment => "the environment",
        ViaKind::Local => "the value of the name",
        ViaKind::ModuleArgument => "the argument of the call",
        ViaKind::ParameterFile => "a file of parameters",
        ViaKind::Output => "the output",
        ViaKind::Element => "an element of the repetition",
        ViaKind::Attribute => "an attribute of another resource",
    }
}
