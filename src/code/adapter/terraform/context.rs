//! One root while it is adapted: who is where, and which ids the resources will have.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::frame::{Found, Frame};
use super::row::Target;
use super::version::Majors;
use super::{azapi, deployment, tables};
use crate::code::terraform::result::{ResourceInstance, Root};
use crate::code::value::{
    Cause, Content, Form, Joined, LONGEST_FORM, Part, Place, Reference, Unknown, Value, form_text,
};
use crate::inventory;

/// The id of a built-in role by its name; the ids of roles are those of the definitions, without a scope.
pub type Roles<'r> = &'r (dyn Fn(&str) -> Option<String> + Sync);

/// One root while it is adapted.
pub struct Context<'r> {
    /// The root.
    pub root: &'r Root,
    /// The major versions of azurerm that may run this code.
    pub majors: Majors,
    /// The built-in roles.
    pub roles: Roles<'r>,
    /// The files whose text it takes in.
    pub files: deployment::Files<'r>,
    by_address: HashMap<&'r str, usize, RandomState>,
    ids: RefCell<HashMap<usize, Option<Value>, RandomState>>,
    subscriptions: RefCell<Subscriptions>,
}

/// What a plan tells, by provider configuration and name.
type Subscriptions = HashMap<(Option<usize>, Arc<str>), Option<Arc<str>>>;

impl<'r> Context<'r> {
    /// A root.
    pub fn new(root: &'r Root, roles: Roles<'r>) -> Context<'r> {
        let addresses = root.instances.iter().enumerate();
        Context {
            root,
            majors: Majors::of(root, "azurerm"),
            roles,
            files: deployment::Files::of(root),
            by_address: addresses.map(|(at, found)| (&*found.address, at)).collect(),
            ids: RefCell::default(),
            subscriptions: RefCell::default(),
        }
    }

    /// The resource at an address.
    pub fn instance(&self, address: &str) -> Option<&'r ResourceInstance> {
        self.root.instances.get(*self.by_address.get(address)?)
    }

    /// The ARM id of a resource of this root; nothing for one that no table knows.
    pub fn id_of(&self, address: &str) -> Option<Value> {
        let at = *self.by_address.get(address)?;
        if let Some(known) = self.ids.borrow().get(&at) {
            return known.clone();
        }
        // While it is computed, it does not lead back here.
        self.ids.borrow_mut().insert(at, None);
        let id = self.compute(self.root.instances.get(at)?);
        self.ids.borrow_mut().insert(at, id.clone());
        id
    }

    fn compute(&self, instance: &'r ResourceInstance) -> Option<Value> {
        if azapi::is_ours(instance) {
            return azapi::id(self, instance);
        }
        let frame = Frame::of(self, instance)?;
        let (kind, forms) =
            tables::of(&instance.kind).find_map(|mapping| match mapping.target {
                Target::Resource(forms) => Some((mapping.kind, forms)),
                _ => None,
            })?;
        if let Some(id) = planned_id(instance, kind) {
            return Some(id);
        }
        let form = forms.iter().find(|form| Self::is_complete(form, &frame));
        form.or(forms.last()).map(|form| self.form(form, &frame))
    }

    fn is_complete(form: &str, frame: &Frame<'_>) -> bool {
        pieces(form).all(|piece| match piece {
            Piece::Known(_) | Piece::Argument("subscription", _) => true,
            Piece::Argument("group", _) => {
                !matches!(frame.find("resource_group_name"), Found::Absent(_))
            }
            Piece::Argument(name, _) => {
                let name = name.strip_prefix(ACCOUNT).unwrap_or(name);
                !matches!(frame.find(name), Found::Absent(_))
            }
        })
    }

    /// The id that a form of a table comes to for a resource.
    pub fn form(&self, form: &str, frame: &Frame<'_>) -> Value {
        let mut all = pieces(form);
        if let (Some(only), None) = (all.next(), all.next()) {
            return self.piece(only, frame);
        }
        let mut joined = Joined::default();
        for piece in pieces(form) {
            match piece {
                Piece::Known(text) => joined.text(text),
                Piece::Argument(..) => joined.push(&self.piece(piece, frame)),
            }
        }
        joined.end(frame.place)
    }

    fn piece(&self, piece: Piece<'_>, frame: &Frame<'_>) -> Value {
        match piece {
            Piece::Known(text) => Value::text(text, frame.place),
            Piece::Argument("subscription", _) => self.subscription(frame.instance),
            Piece::Argument("group", _) => {
                let form = "/subscriptions/{subscription}/resourceGroups/{resource_group_name}";
                self.form(form, frame)
            }
            Piece::Argument(name, part) => {
                if let Some(name) = name.strip_prefix(ACCOUNT) {
                    return self.account(name, frame);
                }
                let value = frame.value(name).map(|value| self.resolve(&value));
                let value = match value {
                    Some(value) if part.is_empty() => value,
                    Some(value) => {
                        part_of(&value, part).unwrap_or_else(|| unknown_part(&value, part))
                    }
                    None => Value::null(frame.place),
                };
                Self::named(value, || format!("{}.{}", frame.instance.address, name))
            }
        }
    }

    /// The id of the storage account of this name, if the root has one.
    fn account(&self, argument: &str, frame: &Frame<'_>) -> Value {
        let unknown = || {
            Self::named(Value::null(frame.place), || format!("{}.account", frame.instance.address))
        };
        let Some(name) = frame.value(argument) else { return unknown() };
        let found = self.root.instances.iter().find(|instance| {
            let written = instance.body.as_map().and_then(|body| body.get("name"));
            &*instance.kind == "azurerm_storage_account"
                && written.and_then(|written| written.same(&name)) == Some(true)
        });
        found.and_then(|found| self.id_of(&found.address)).unwrap_or_else(unknown)
    }

    /// A value that can be a piece of an id: one of which nothing is known gets a name.
    fn named(value: Value, name: impl Fn() -> String) -> Value {
        let nameless = match &value.content {
            Content::Unknown(unknown) => unknown.form.is_none(),
            Content::Text(_) | Content::Number(_) => value.is_sensitive(),
            _ => true,
        };
        if !nameless {
            return value;
        }
        let (cause, detail, place) = match value.as_unknown() {
            Some(unknown) => (unknown.cause, unknown.detail.clone(), unknown.place),
            None => (Cause::ComputedAttribute, name().into(), value.place),
        };
        Value::hole(cause, detail, place, &name()).at(value.place)
    }

    /// The subscription in which a resource lies: that of its provider.
    pub fn subscription(&self, instance: &ResourceInstance) -> Value {
        let provider = instance.provider.and_then(|at| self.root.providers.get(at));
        let written = provider.and_then(|provider| {
            let value = provider.body.as_map()?.get("subscription_id")?;
            (!value.is_null()).then_some(value)
        });
        let name = match provider.and_then(|provider| provider.alias.as_deref()) {
            Some(alias) => format!("subscription of {}.{alias}", instance.provider_name),
            None => "subscription".to_owned(),
        };
        let unsaid = || {
            let detail = "the subscription in which the code is applied";
            Value::hole(Cause::NoDefault, detail, instance.header, &name)
        };
        match written {
            Some(value) => Self::named(self.resolve(value), || name.clone()),
            None => self.planned_subscription(instance).unwrap_or_else(unsaid),
        }
    }

    /// The subscription of what the same provider has made, which a plan tells.
    fn planned_subscription(&self, instance: &ResourceInstance) -> Option<Value> {
        let provider = (instance.provider, Arc::clone(&instance.provider_name));
        let mut known = self.subscriptions.borrow_mut();
        let found = known.entry(provider).or_insert_with(|| {
            let mut others = self.root.instances.iter().filter(|other| {
                other.provider == instance.provider && other.provider_name == instance.provider_name
            });
            others.find_map(subscription_of)
        });
        let subscription = found.as_ref()?;
        Some(Value::text(Arc::clone(subscription), instance.header))
    }

    /// The value with every reference to a resource's id replaced by that id.
    pub fn resolve(&self, value: &Value) -> Value {
        match &value.content {
            Content::Unknown(unknown) => match &unknown.form {
                Some(form) if form.iter().any(|part| matches!(part, Part::Reference(_))) => {
                    self.resolve_form(value, unknown, form)
                }
                _ => value.clone(),
            },
            Content::List(items) if value.first_unknown().is_some() => {
                let items: Vec<Value> = items.iter().map(|item| self.resolve(item)).collect();
                super::apply::like(value, Content::List(items.into()))
            }
            _ => value.clone(),
        }
    }

    fn resolve_form(&self, value: &Value, unknown: &Arc<Unknown>, form: &Form) -> Value {
        if let [Part::Reference(reference)] = &**form {
            return match self.answer(reference, value.place) {
                Some(answer)
                    if matches!(answer.content, Content::Text(_) | Content::Unknown(_)) =>
                {
                    super::apply::like(value, answer.content)
                }
                Some(answer) => {
                    super::apply::like(value, Value::join(&[answer], value.place).content)
                }
                None => value.clone(),
            };
        }
        let mut values = Vec::with_capacity(form.len());
        let mut changed = false;
        for part in form.iter() {
            let own = || {
                let form = Some(Form::from([part.clone()]));
                Value::from_unknown(
                    Arc::new(Unknown { form, ..Unknown::clone(unknown) }),
                    value.place,
                )
            };
            values.push(match part {
                Part::Known(text) => Value::text(Arc::clone(text), value.place),
                Part::Hole(_) => own(),
                Part::Reference(reference) => match self.answer(reference, value.place) {
                    Some(answer) => {
                        changed = true;
                        answer
                    }
                    None => own(),
                },
            });
        }
        if !changed {
            return value.clone();
        }
        let joined = Value::join(&values, value.place);
        joined.with_via(value.via.clone()).marked(value.marks())
    }

    /// What a resource will answer for an attribute that leads to an id.
    fn answer(&self, reference: &Reference, place: Place) -> Option<Value> {
        let attribute = &*reference.attribute;
        let instance = self.instance(&reference.address)?;
        let own = || self.id_of(&reference.address).map(|id| id.at(place));
        let mut answers = tables::of(&instance.kind).flat_map(|mapping| mapping.answers);
        match answers.find(|(name, _)| *name == attribute) {
            Some((_, "{self}")) => own(),
            Some((_, form)) => Some(self.form(form, &Frame::of(self, instance)?).at(place)),
            None if attribute == "id" => own(),
            None => None,
        }
    }
}

/// The id that a plan knows of what is there already; code cannot write it.
fn planned_id(instance: &ResourceInstance, kind: &str) -> Option<Value> {
    let id = instance.body.as_map()?.get("id")?;
    let told = inventory::id::type_of(id.as_text()?)?;
    told.eq_ignore_ascii_case(kind).then(|| id.clone())
}

/// The subscription of what lies in a group by its own arguments.
fn subscription_of(instance: &ResourceInstance) -> Option<Arc<str>> {
    let body = instance.body.as_map()?;
    body.get("resource_group_name")?.as_text()?;
    inventory::id::subscription_of(body.get("id")?.as_text()?).map(Arc::from)
}

/// What stands before the name of an argument that names a storage account, where its id is meant.
const ACCOUNT: &str = "account of ";

#[derive(Clone, Copy)]
enum Piece<'f> {
    Known(&'f str),
    Argument(&'f str, &'f str),
}

/// What is before and behind a byte of ASCII. Forms are short: see [`first_step`](inventory::path::first_step).
fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == at)?;
    Some((&text[..at], &text[at + 1..]))
}

fn pieces(form: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = form;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix('{') {
            let (name, after) = cut(inner, b'}')?;
            rest = after;
            let (name, part) = cut(name, b'/').unwrap_or((name, ""));
            return Some(Piece::Argument(name, part));
        }
        let end = rest.bytes().position(|byte| byte == b'{').unwrap_or(rest.len());
        let (known, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Known(known))
    })
}

/// A part of an id: its last segment (`name`), or what follows a segment of this name.
fn part_of(id: &Value, part: &str) -> Option<Value> {
    let form = id.form()?;
    let found = segment(&form, part)?;
    if let [Bit::Known(text)] = found.as_slice() {
        return Some(Value::text(*text, id.place).with_via(id.via.clone()));
    }
    let unknown = id.as_unknown()?;
    let form: Form = found.into_iter().map(Part::from).collect();
    let form = Some(form).filter(|form| !form.is_empty());
    let unknown = Unknown { form, ..Unknown::clone(unknown) };
    Some(Value::from_unknown(Arc::new(unknown), id.place).with_via(id.via.clone()))
}

/// A part of an id of which not even the outline is known.
fn unknown_part(id: &Value, part: &str) -> Value {
    let Some(unknown) = id.as_unknown() else { return Value::null(id.place) };
    let form = unknown.form.as_ref().and_then(|form| {
        let name = format!("{} of {}", part, form_text(form));
        (name.len() < LONGEST_FORM).then(|| Form::from([Part::Hole(name.into())]))
    });
    Value::from_unknown(Arc::new(Unknown { form, ..Unknown::clone(unknown) }), id.place)
}

/// A piece of a segment between slashes.
#[derive(Clone, Copy)]
enum Bit<'f> {
    Known(&'f str),
    Unknown(&'f Part),
}

impl From<Bit<'_>> for Part {
    fn from(bit: Bit<'_>) -> Part {
        match bit {
            Bit::Known(text) => Part::Known(text.into()),
            Bit::Unknown(part) => part.clone(),
        }
    }
}

/// The pieces of the last segment of a text (`name`), or of that which follows a segment of this name.
fn segment<'f>(form: &'f [Part], part: &str) -> Option<Vec<Bit<'f>>> {
    let after = match part {
        "name" => None,
        "group" => Some("resourceGroups"),
        named => Some(named),
    };
    let is_wanted = |segment: &[Bit<'_>]| {
        let [Bit::Known(text)] = segment else { return false };
        after.is_some_and(|after| text.eq_ignore_ascii_case(after))
    };
    let (mut segment, mut is_found, mut size) = (Vec::new(), after.is_none(), 0);
    for part in form {
        let Part::Known(text) = part else {
            segment.push(Bit::Unknown(part));
            continue;
        };
        for (at, piece) in text.split('/').enumerate() {
            size += 1;
            if size > LONGEST_FORM {
                return is_found.then_some(segment);
            }
            if at > 0 {
                if is_found && after.is_some() {
                    return Some(segment);
                }
                is_found = after.is_none() || is_wanted(&segment);
                segment.clear();
            }
            if !piece.is_empty() {
                segment.push(Bit::Known(piece));
            }
        }
    }
    is_found.then_some(segment)
}
