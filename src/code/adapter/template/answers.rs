//! What resources of a root will answer when it asks for them, as far as the root tells: the region of a resource group that it
//! declares, and addresses of key vaults and keys, which Azure makes of their names.
//! <https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers>

use std::collections::HashMap;
use std::sync::Arc;

use super::body::{Change, changed};
use crate::code::template::access::element;
use crate::code::template::apply::cloud;
use crate::code::template::scope::segments;
use crate::code::template::{Evaluation, Instance};
use crate::code::value::{Cause, Content, Map, Member, Part, Place, Value, form_text};
use crate::inventory::Kind;

/// What the resources of a root will answer, by what an evaluation calls the answer.
#[derive(Default)]
pub struct Answers {
    known: HashMap<Arc<str>, Value>,
}

impl Answers {
    /// Those of a root.
    pub fn of(evaluation: &Evaluation) -> Self {
        let mut answers = Self::default();
        for instance in &evaluation.resources {
            match Kind::of_type(&instance.kind) {
                Kind::ResourceGroup => answers.put_group(instance),
                Kind::KeyVault => answers.put(instance, "vaultUri", vault_uri(instance)),
                Kind::KeyVaultKey => answers.put_key(instance),
                _ => {}
            }
        }
        answers
    }

    /// `resourceGroup().location` where a module is deployed to the group.
    fn put_group(&mut self, instance: &Instance) {
        let Some(location) =
            instance.body.as_map().and_then(|body| body.get_ignoring_case("location"))
        else {
            return;
        };
        if let Some(name) = instance.name.form() {
            let asked = format!("resourceGroup({}).location", form_text(&name));
            self.known.insert(asked.into(), location.clone());
        }
    }

    fn put_key(&mut self, instance: &Instance) {
        let place = instance.header;
        let Some([vault, key]) =
            segments(&instance.name).and_then(|names| <[Value; 2]>::try_from(names).ok())
        else {
            return;
        };
        let text = |text: &str| Value::text(text, place);
        let parts = [text("https://"), vault, text(".vault.azure.net/keys/"), key];
        let uri = Value::join(&parts, place);
        let version = Value::hole(Cause::FunctionOfTheCloud, "the version of the key", place, &{
            format!("version of {}", instance.header.start)
        });
        let with_version = Value::join(&[uri.clone(), text("/"), version], place);
        self.put(instance, "keyUri", uri);
        self.put(instance, "keyUriWithVersion", with_version);
    }

    /// Notes an answer under the name that asking for it has.
    fn put(&mut self, instance: &Instance, member: &str, answer: Value) {
        let place = instance.header;
        let all = cloud("reference", std::slice::from_ref(&instance.id), place);
        let asked = ["properties", member]
            .iter()
            .fold(all, |from, name| element(&from, &Value::text(*name, place), false, place));
        if let Some([Part::Hole(name)]) = asked.form().as_deref() {
            self.known.insert(Arc::clone(name), answer);
        }
    }

    /// The value with what is known of the answers in it; `None` if there are none.
    pub fn resolved(&self, value: &Value) -> Option<Value> {
        if self.known.is_empty() {
            return None;
        }
        let content = match &value.content {
            Content::Map(map) => {
                let members = changed(map.members(), |member| {
                    self.resolved(&member.value)
                        .map_or(Change::No, |value| Change::To(Member { value, ..member.clone() }))
                })?;
                Content::Map(Arc::new(Map::from_members(members).open(map.rest().cloned())))
            }
            Content::List(items) => {
                let items =
                    changed(items, |item| self.resolved(item).map_or(Change::No, Change::To))?;
                Content::List(items.into())
            }
            Content::Unknown(_) => self.told(value)?.content,
            _ => return None,
        };
        Some(Value::new(content, value.place).with_via(value.via.clone()).marked(value.marks()))
    }

    /// A text with the answers in the place of what stands for them.
    fn told(&self, value: &Value) -> Option<Value> {
        let form = value.form()?;
        let answer = |part: &Part| match part {
            Part::Hole(name) => self.known.get(name),
            _ => None,
        };
        form.iter().find_map(answer)?;
        let unknown = value.as_unknown()?;
        let parts = form.iter().map(|part| match (answer(part), part) {
            (Some(answer), _) => answer.clone(),
            (None, Part::Known(text)) => Value::text(Arc::clone(text), value.place),
            (None, part) => {
                let form = Some([part.clone()].into());
                let unknown = crate::code::value::Unknown { form, ..(**unknown).clone() };
                Value::from_unknown(Arc::new(unknown), value.place)
            }
        });
        Some(Value::join(&parts.collect::<Vec<_>>(), value.place))
    }
}

fn vault_uri(instance: &Instance) -> Value {
    let text = |text: &str| Value::text(text, instance.header);
    let parts = [text("https://"), instance.name.clone(), text(".vault.azure.net/")];
    Value::join(&parts, instance.header)
}

/// Tells the address of a key vault that does not say it itself.
pub fn put_address(members: &mut Vec<Member>, instance: &Instance) {
    let key_place: Place = instance.header;
    let uri = Member { key: "vaultUri".into(), key_place, value: vault_uri(instance) };
    let is_properties = |member: &Member| member.key.eq_ignore_ascii_case("properties");
    let Some(properties) = members.iter_mut().find(|member| is_properties(member)) else {
        let map = Map::from_members(vec![uri]);
        let value = Value::map(map, key_place);
        members.push(Member { key: "properties".into(), key_place, value });
        return;
    };
    let whole = &properties.value;
    let Content::Map(map) = &whole.content else { return };
    if map.get_ignoring_case("vaultUri").is_some() {
        return;
    }
    let mut map = (**map).clone();
    map.put(uri);
    properties.value =
        Value::map(map, whole.place).with_via(whole.via.clone()).marked(whole.marks());
}
