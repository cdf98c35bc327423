//! What a template declares, in the root that deploys it.

use std::collections::HashMap;
use std::sync::Arc;

use super::crossing::{name_left, place_left};
use crate::code::adapter::Adapted;
use crate::code::adapter::terraform::declaration;
use crate::code::adapter::terraform::frame::Frame;
use crate::code::declaration::{Call, Declaration};
use crate::code::terraform::result::ResourceInstance;
use crate::code::value::{Content, Map, Part, Place, Unknown, Value, Via};

/// The numbers that files of the template's evaluation have among those of the root.
pub type Numbers = HashMap<u32, u32>;

/// Brings what a template declares into the root that deploys it.
pub struct Moving<'m> {
    /// The resource that deploys it.
    pub frame: &'m Frame<'m>,
    /// Where the root names the template.
    pub place: Place,
    /// The files that are texts of the run.
    pub files: Numbers,
    /// The file of a template that has no places of its own, since it was rendered.
    pub rendered: Option<Arc<Via>>,
}

impl Moving<'_> {
    /// Adds all that a template declares.
    pub fn take(&self, deployed: Adapted, adapted: &mut Adapted) {
        adapted.deployed.extend(deployed.deployed);
        for mut unmapped in deployed.unmapped {
            unmapped.address = self.address(&unmapped.address);
            unmapped.place = self.stands(unmapped.place);
            adapted.unmapped.push(unmapped);
        }
        let declarations = deployed.declarations.into_iter();
        adapted.declarations.extend(declarations.map(|declared| self.declaration(declared)));
    }

    fn address(&self, inner: &str) -> Arc<str> {
        format!("{}.{inner}", self.frame.instance.address).into()
    }

    fn declaration(&self, inner: Declaration) -> Declaration {
        let (id, body) = (self.value(&inner.id), self.value(&inner.body));
        let body = body.with_via(self.rendered.clone());
        let own = declaration(self.frame.instance, inner.kind, id, body);
        let deployment = Call { name: Arc::clone(&self.frame.instance.address), place: self.place };
        let calls = inner
            .calls
            .iter()
            .map(|call| Call { name: self.address(&call.name), place: self.stands(call.place) });
        Declaration {
            address: self.address(&inner.address),
            header: self.located(inner.header).unwrap_or(own.header),
            place: self.located(inner.place).unwrap_or(own.place),
            calls: own.calls.iter().cloned().chain([deployment]).chain(calls).collect(),
            doubt: own.doubt.or_else(|| inner.doubt.map(|doubt| self.unknown(&doubt))),
            only_referred_to: inner.only_referred_to,
            ..own
        }
    }

    fn value(&self, value: &Value) -> Value {
        let place = self.stands(value.place);
        let moved = match &value.content {
            Content::Map(map) => {
                let mut moved = Map::new();
                for member in map.members() {
                    let value = self.value(&member.value);
                    moved.push(Arc::clone(&member.key), self.stands(member.key_place), value);
                }
                let rest = map.rest().map(|rest| self.unknown(rest));
                Value::map(moved.open(rest), place)
            }
            Content::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
                Value::list(items, place)
            }
            Content::Unknown(unknown) => match &unknown.form {
                Some(form) => {
                    let parts: Vec<Value> =
                        form.iter().map(|part| self.part(part, unknown)).collect();
                    Value::join(&parts, place)
                }
                None => Value::from_unknown(self.unknown(unknown), place),
            },
            _ => value.clone().at(place),
        };
        moved.with_via(self.way(value.via.as_deref())).marked(value.marks())
    }

    /// Where something stands: in a text of the run, or where Terraform names the template.
    fn stands(&self, place: Place) -> Place {
        self.located(place).unwrap_or(self.place)
    }

    fn located(&self, place: Place) -> Option<Place> {
        let file = self.files.get(&place.file).copied();
        place_left(place).or_else(|| Some(Place { file: file?, ..place }))
    }

    /// The steps of a way that stand in a text of the run.
    fn way(&self, via: Option<&Via>) -> Option<Arc<Via>> {
        let via = via?;
        let next = self.way(via.next.as_deref());
        match self.located(via.place) {
            Some(place) => Some(Arc::new(Via { place, next, ..via.clone() })),
            None => next,
        }
    }

    /// Where Terraform says the resource group to deploy to.
    fn group_form(&self) -> Option<&'static str> {
        let forms =
            [("resource_group_name", "{resource_group_name}"), ("parent_id", "{parent_id/group}")];
        let said = forms.into_iter().find(|(name, _)| self.frame.value(name).is_some());
        said.map(|(_, form)| form)
    }

    /// The region of the resource group to deploy to, if the root declares it.
    fn group_location(&self) -> Option<Value> {
        let context = self.frame.context;
        let form = match self.group_form()? {
            "{resource_group_name}" => "{group}",
            _ => "{parent_id}",
        };
        let id = context.form(form, self.frame);
        let is_group = |found: &&ResourceInstance| {
            &*found.kind == "azurerm_resource_group"
                && context.id_of(&found.address).and_then(|own| own.same(&id)) == Some(true)
        };
        let group = context.root.instances.iter().find(is_group)?;
        let location = group.body.as_map()?.get("location")?;
        Some(context.resolve(location).at(self.place))
    }

    fn unknown(&self, unknown: &Unknown) -> Arc<Unknown> {
        Arc::new(Unknown { place: self.stands(unknown.place), ..unknown.clone() })
    }

    /// A piece of a text. Where the template goes, Terraform knows; whatever else it leaves open is its own.
    fn part(&self, part: &Part, unknown: &Unknown) -> Value {
        let place = self.stands(unknown.place);
        let named = |name: &str| Value::hole(unknown.cause, unknown.detail.clone(), place, name);
        let hole = |name: &str| named(name_left(name).unwrap_or(&self.address(name)));
        let context = self.frame.context;
        match part {
            Part::Known(text) => Value::text(Arc::clone(text), self.place),
            Part::Hole(name) if &**name == "subscription().subscriptionId" => {
                context.subscription(self.frame.instance).at(self.place)
            }
            Part::Hole(name) if &**name == "resourceGroup().name" => match self.group_form() {
                Some(form) => context.form(form, self.frame).at(self.place),
                None => hole(name),
            },
            Part::Hole(name) if &**name == "resourceGroup().location" => {
                self.group_location().unwrap_or_else(|| hole(name))
            }
            Part::Hole(name) => hole(name),
            // Templates have none of their own.
            Part::Reference(_) => {
                let form = Some([part.clone()].into());
                let unknown = Unknown { place, form, ..unknown.clone() };
                Value::from_unknown(Arc::new(unknown), place)
            }
        }
    }
}
