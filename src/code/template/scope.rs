//! Where a deployment goes: tenant, management group, subscription or resource group, as far as code says.

use crate::code::template::model::Level;
use crate::code::value::{Cause, Content, Form, Part, Place, Unknown, Value};
use std::cell::OnceCell;
use std::sync::Arc;

/// Where a deployment goes.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The kind of place.
    pub level: Level,
    /// The id of the subscription.
    pub subscription: Value,
    /// The name of the resource group.
    pub group: Value,
    /// The name of the management group.
    pub management_group: Value,
    /// An id that does not tell its parts.
    opaque: Option<Value>,
    /// The id, once somebody asked for it.
    id: OnceCell<Value>,
}

fn ambient(what: &str, name: &str, place: Place) -> Value {
    Value::hole(Cause::FunctionOfTheCloud, what, place, name)
}

impl Scope {
    /// The place to which a template is deployed by somebody else.
    pub fn ambient(level: Level, place: Place) -> Self {
        Self {
            level,
            subscription: ambient("subscription()", "subscription().subscriptionId", place),
            group: ambient("resourceGroup()", "resourceGroup().name", place),
            management_group: ambient("managementGroup()", "managementGroup().name", place),
            opaque: None,
            id: OnceCell::new(),
        }
    }

    /// The same subscription, as a place of its own.
    #[must_use]
    pub fn of_subscription(&self, subscription: Option<Value>) -> Self {
        let subscription = subscription.unwrap_or_else(|| self.subscription.clone());
        Self {
            level: Level::Subscription,
            subscription,
            opaque: None,
            id: OnceCell::new(),
            ..self.clone()
        }
    }

    /// A resource group, of this subscription if no other is named.
    #[must_use]
    pub fn of_group(&self, subscription: Option<Value>, group: Option<Value>) -> Self {
        let subscription = subscription.unwrap_or_else(|| self.subscription.clone());
        let group = group.unwrap_or_else(|| self.group.clone());
        Self {
            level: Level::ResourceGroup,
            subscription,
            group,
            opaque: None,
            id: OnceCell::new(),
            ..self.clone()
        }
    }

    /// A management group.
    #[must_use]
    pub fn of_management_group(&self, name: Option<Value>) -> Self {
        let management_group = name.unwrap_or_else(|| self.management_group.clone());
        Self {
            level: Level::ManagementGroup,
            management_group,
            opaque: None,
            id: OnceCell::new(),
            ..self.clone()
        }
    }

    /// The tenant.
    #[must_use]
    pub fn of_tenant(&self) -> Self {
        Self { level: Level::Tenant, opaque: None, id: OnceCell::new(), ..self.clone() }
    }

    /// The id, `/subscriptions/…/resourceGroups/…`; empty for the tenant.
    pub fn id(&self, place: Place) -> Value {
        match &self.opaque {
            Some(id) => id.clone(),
            None => self.id.get_or_init(|| self.made(place)).clone().at(place),
        }
    }

    fn made(&self, place: Place) -> Value {
        let text = |text: &str| Value::text(text, place);
        match self.level {
            Level::Tenant => text(""),
            Level::ManagementGroup => Value::join(
                &[
                    text("/providers/Microsoft.Management/managementGroups/"),
                    self.management_group.clone(),
                ],
                place,
            ),
            Level::Subscription => {
                Value::join(&[text("/subscriptions/"), self.subscription.clone()], place)
            }
            Level::ResourceGroup => Value::join(
                &[
                    text("/subscriptions/"),
                    self.subscription.clone(),
                    text("/resourceGroups/"),
                    self.group.clone(),
                ],
                place,
            ),
        }
    }

    /// The place that an id names, and whether the id goes on to a resource in it.
    pub fn from_id(&self, id: &Value) -> (Self, bool) {
        let Some(segments) = segments(id) else {
            return (Self { opaque: Some(id.clone()), id: OnceCell::new(), ..self.clone() }, false);
        };
        let known = |at: usize, name: &str| {
            segments
                .get(at)
                .and_then(Value::as_text)
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let value = |at: usize| segments.get(at).cloned();
        if segments.len() <= 1 || (segments.len() == 2 && known(1, "")) {
            return match id.as_text() {
                Some(_) => (self.of_tenant(), false),
                None => {
                    (Self { opaque: Some(id.clone()), id: OnceCell::new(), ..self.clone() }, false)
                }
            };
        }
        if known(1, "subscriptions") && known(3, "resourceGroups") {
            return (self.of_group(value(2), value(4)), segments.len() > 5);
        }
        if known(1, "subscriptions") {
            return (self.of_subscription(value(2)), segments.len() > 3);
        }
        if known(2, "Microsoft.Management") && known(3, "managementGroups") {
            return (self.of_management_group(value(4)), segments.len() > 5);
        }
        (self.of_tenant(), true)
    }
}

/// What stands between the slashes of a text; what is unknown in it is taken to have none.
pub fn segments(text: &Value) -> Option<Vec<Value>> {
    let form: Form = text.form()?;
    let mut found: Vec<Vec<Value>> = vec![Vec::new()];
    for part in form.iter() {
        match part {
            Part::Known(known) => {
                for (number, piece) in known.split('/').enumerate() {
                    if number > 0 {
                        found.push(Vec::new());
                    }
                    if !piece.is_empty() {
                        found.last_mut()?.push(Value::text(piece, text.place));
                    }
                }
            }
            Part::Hole(_) | Part::Reference(_) => found.last_mut()?.push(hole(text, part)),
        }
    }
    Some(found.into_iter().map(|pieces| Value::join(&pieces, text.place)).collect())
}

/// What stands behind the last slash of a text, or all of it.
pub fn last_segment(text: &Value) -> Option<Value> {
    let form: Form = text.form()?;
    let mut pieces = Vec::new();
    for part in form.iter().rev() {
        let Part::Known(known) = part else {
            pieces.push(hole(text, part));
            continue;
        };
        let (is_end, piece) = match known.rsplit_once('/') {
            Some((_, piece)) => (true, piece),
            None => (false, &**known),
        };
        if !piece.is_empty() {
            pieces.push(Value::text(piece, text.place));
        }
        if is_end {
            break;
        }
    }
    pieces.reverse();
    Some(Value::join(&pieces, text.place))
}

fn hole(text: &Value, part: &Part) -> Value {
    let Some(unknown) = text.as_unknown() else { return text.clone() };
    let form = Some([part.clone()].into());
    Value::new(Content::Unknown(Arc::new(Unknown { form, ..(**unknown).clone() })), text.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_is_the_last_of_all() {
        let place = Place::default();
        let hole = |name: &str| Value::hole(Cause::FunctionOfTheCloud, name, place, name);
        let text = |text: &str| Value::text(text, place);
        let joined = |pieces: &[Value]| Value::join(pieces, place);
        let cases = [
            text("a"),
            text("a/b"),
            text("a/"),
            text(""),
            hole("h"),
            joined(&[hole("h"), text("/b")]),
            joined(&[text("a/x"), hole("h"), text("-"), hole("i")]),
            joined(&[hole("h"), text("/a/b"), hole("i")]),
            joined(&[hole("h"), text("/")]),
        ];
        for case in cases {
            let last = segments(&case).and_then(|mut all| all.pop());
            let form = |value: Option<Value>| value.and_then(|value| value.form());
            assert!(form(last.clone()).is_some());
            assert_eq!(form(last_segment(&case)), form(last));
        }
        assert!(last_segment(&Value::new(Content::Null, place)).is_none());
    }
}
