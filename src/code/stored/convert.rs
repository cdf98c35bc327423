//! From values of code to what typed views read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::StoredDeclaration;
use super::name::Names;
use crate::code::declaration::Declaration;
use crate::code::value::{Cause, Content, Map, Unknown, Value, Via, ViaKind};
use crate::inventory::{
    About, EvaluatedValue, Kind, Reason, Slot, StepNumber, Tree, TreeBuilder, id,
};

/// Turns the values of one root.
pub(super) struct Converter<'r> {
    /// In the files before this one variables and modules are named as Terraform does.
    terraform: u32,
    names: Names<'r>,
    builder: TreeBuilder,
    /// The steps that are there, by the address at which the reader has them.
    steps: HashMap<usize, StepNumber, RandomState>,
}

impl<'r> Converter<'r> {
    /// For a root, by what tells its names from others, with room for about so many values.
    pub fn new(scope: &'r str, terraform: u32, values: usize) -> Self {
        Self {
            terraform,
            names: Names::new(scope),
            builder: TreeBuilder::with_room(values),
            steps: HashMap::default(),
        }
    }

    /// One declaration. Its body stands at its header, and came there by the calls around it.
    pub fn declaration(&mut self, declaration: &Declaration) -> StoredDeclaration {
        let body = self.builder.body(declaration.header);
        let via = self.calls(declaration);
        self.value(body, &declaration.body, via, false);
        let doubt = declaration.doubt.as_ref().map(|_| Reason::Conditional);
        if let Some(reason) = doubt {
            self.doubt_protection(body, declaration, reason);
        }
        StoredDeclaration {
            kind: Arc::clone(&declaration.kind),
            id: self.id_of(declaration).into(),
            address: Arc::clone(&declaration.address),
            body,
            header: declaration.header,
            place: declaration.place,
            calls: Arc::clone(&declaration.calls),
            doubt,
            only_referred_to: declaration.only_referred_to,
        }
    }

    /// What was made.
    pub fn finish(self) -> Tree {
        self.builder.finish()
    }

    /// How a declaration came where it is: its own way, then the calls around it.
    fn calls(&mut self, declaration: &Declaration) -> StepNumber {
        let calls = declaration.calls.iter().fold(StepNumber::default(), |next, call| {
            // A deployment has the address of its resource.
            let is_address =
                call.name.split(['[', '"']).next().is_some_and(|name| name.contains('.'));
            let is_module = call.place.file < self.terraform && !is_address;
            let address = address(is_module, "module.", &call.name);
            self.builder.step(ViaKind::Call, (&address, &call.name), call.place, next)
        });
        if declaration.calls.is_empty() {
            return self.way(declaration.body.via.as_ref());
        }
        let steps =
            std::iter::successors(declaration.body.via.as_deref(), |via| via.next.as_deref());
        let steps: Vec<&Via> = steps.collect();
        steps.into_iter().rev().fold(calls, |next, via| self.step(via, next))
    }

    fn way(&mut self, via: Option<&Arc<Via>>) -> StepNumber {
        let Some(via) = via else { return StepNumber::default() };
        // The reader keeps it as long as this goes on, so no other one has its address.
        let address = Arc::as_ptr(via).addr();
        if let Some(known) = self.steps.get(&address) {
            return *known;
        }
        let next = self.way(via.next.as_ref());
        let step = self.step(via, next);
        self.steps.insert(address, step);
        step
    }

    fn step(&mut self, via: &Via, next: StepNumber) -> StepNumber {
        let address = address(via.place.file < self.terraform, prefix(via.what), &via.name);
        self.builder.step(via.what, (&address, &via.name), via.place, next)
    }

    /// Of what must not be shown the places are kept, and nothing else.
    fn value(&mut self, slot: Slot, value: &Value, via: StepNumber, is_secret: bool) {
        let is_hidden = value.is_sensitive();
        let is_secret = is_secret || is_hidden;
        let about = About { place: value.place, via, is_hidden, is_composed: false };
        let plain = match &value.content {
            Content::List(items) => {
                let slots = self.builder.list(slot, about, items.len());
                for (slot, item) in slots.zip(items.iter()) {
                    let via = self.way(item.via.as_ref());
                    self.value(slot, item, via, is_secret);
                }
                return;
            }
            Content::Map(map) => return self.map(slot, about, map, is_secret),
            Content::Null => EvaluatedValue::Null,
            _ if is_secret => EvaluatedValue::Unknown(Reason::UnresolvedExpression),
            Content::Bool(truth) => EvaluatedValue::Bool(*truth),
            Content::Number(number) => EvaluatedValue::Number(*number),
            Content::Text(text) => return self.builder.text(slot, about, text),
            Content::Unknown(unknown) => return self.unknown(slot, about, unknown),
        };
        self.builder.plain(slot, about, &plain);
    }

    fn map(&mut self, slot: Slot, about: About, map: &Map, is_secret: bool) {
        let rest = map.rest().map(|rest| reason(rest.cause));
        let slots = self.builder.map(slot, about, map.len(), rest);
        for (slot, member) in slots.zip(map.members()) {
            let (name, value) = (member.key_place, member.value.place);
            let is_before = name.file == value.file && name.start < value.start;
            self.builder.name(slot, &member.key, is_before.then_some(name.start));
            let via = self.way(member.value.via.as_ref());
            self.value(slot, &member.value, via, is_secret);
        }
    }

    /// What is unknown still says what it is the same as, and an id of which pieces are known is one.
    fn unknown(&mut self, slot: Slot, mut about: About, unknown: &Unknown) {
        let reason = reason(unknown.cause);
        let Some(form) = &unknown.form else {
            return self.builder.plain(slot, about, &EvaluatedValue::Unknown(reason));
        };
        let text = self.names.text(form);
        about.is_composed = true;
        if is_id(&text) {
            return self.builder.plain(slot, about, &EvaluatedValue::Text(&text));
        }
        // As a part of an id it would be a path.
        let name = if text.starts_with("/{") { &text[1..] } else { &text };
        self.builder.plain(slot, about, &EvaluatedValue::Form(name, reason));
    }

    /// An item that may not exist protects nothing for sure: its state is what nobody knows.
    fn doubt_protection(&mut self, body: Slot, declaration: &Declaration, reason: Reason) {
        if !Kind::of_type(&declaration.kind).is_protection() {
            return;
        }
        let header = declaration.header;
        let Some(properties) = self.builder.member_or_empty(body, "properties", header) else {
            return;
        };
        for state in ["protectionState", "currentProtectionState"] {
            self.builder.replace(properties, state, header, reason);
        }
    }

    fn id_of(&mut self, declaration: &Declaration) -> String {
        match declaration.id.form() {
            Some(form) => {
                let text = self.names.text(&form);
                let told = id::type_of(&text);
                if told.is_some_and(|told| told.eq_ignore_ascii_case(&declaration.kind)) {
                    return text;
                }
                self.names.id(&declaration.kind, &declaration.address)
            }
            None => self.names.id(&declaration.kind, &declaration.address),
        }
    }
}

/// What something is called where it is used.
fn address<'n>(is_terraform: bool, prefix: &str, name: &'n str) -> Cow<'n, str> {
    if !is_terraform || name.starts_with(prefix) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("{prefix}{name}"))
}

/// Whether a text with placeholders is an ARM id, or begins where nobody knows and goes on like one.
fn is_id(text: &str) -> bool {
    text.starts_with("/subscriptions/")
        || text.starts_with("/providers/")
        || text.strip_prefix("/{").is_some_and(|rest| rest.contains("}/"))
}

/// Why a fact is unknown, when this is why its value is.
fn reason(cause: Cause) -> Reason {
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
        ViaKind::Output | ViaKind::Call => "module.",
        ViaKind::ParameterFile
        | ViaKind::Element
        | ViaKind::Attribute
        | ViaKind::Command
        | ViaKind::Assignment
        | ViaKind::File => "",
    }
}
