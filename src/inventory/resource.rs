//! One resource: who it is, where its body is, and how to read a property of it.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fact::{Scalar as _, text_or_form};
use super::property::Property;
use super::{
    Body, Completeness, Fact, Found, Kind, Malformed, Moment, Reason, ResourceId, Section, Via,
};
use super::{placeholder, plain};

/// One resource, borrowed from its source. Small on purpose: an estate holds millions.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// The ARM id in its first spelling. A source that has none gives the one Azure would: vaults find
    /// their children, and items their machines, by nothing else.
    pub id: ResourceId<'a>,
    /// The type.
    pub kind: Kind,
    /// The body.
    pub body: Body<'a>,
    /// How much the body shows.
    pub completeness: Completeness,
    /// The properties stand at the top of the body, as `az … -o json` writes some types.
    pub flat: bool,
}

/// The members that every ARM resource shares, and the typed properties.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
pub struct Envelope<'a, P> {
    /// Where it is.
    #[serde(default, borrow, alias = "Location", deserialize_with = "text_or_form")]
    pub location: Fact<Cow<'a, str>>,
    /// The properties.
    #[serde(default = "absent", alias = "Properties")]
    pub properties: Section<P>,
}

fn absent<P>() -> Section<P> {
    Section(Fact::Absent)
}

/// A typed view of one resource: what rules see of it.
pub trait View<'a>: Sized {
    /// Reads the view from a resource's body, whatever its source.
    ///
    /// # Errors
    /// When the body is not an object or repeats a key.
    fn read(resource: Resource<'a>) -> Result<Self, Malformed>;
}

/// A resource as Azure's REST interface writes it, id and all, for reading in one pass.
#[derive(Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
struct Plain<'a, P> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default, borrow, alias = "Location")]
    location: Fact<Cow<'a, str>>,
    #[serde(alias = "Properties")]
    properties: Section<P>,
    #[serde(default)]
    resources: Option<IgnoredAny>,
}

/// Reads a resource of one kind from JSON text in one pass: the resource, its region and its
/// properties. `None` if the text is not exactly that, which says nothing about what else it may be.
pub(super) fn plain<'a, P: Deserialize<'a>>(
    text: &'a str,
    kind: Kind,
    completeness: Completeness,
) -> Option<(Resource<'a>, Fact<Cow<'a, str>>, Section<P>)> {
    let found: Plain<'a, P> = plain::read(text).or_else(|| serde_json::from_str(text).ok())?;
    let plain = found.resources.is_none()
        && matches!(found.properties.0, Fact::Known(_))
        && (found.kind == kind.type_name() || found.kind.eq_ignore_ascii_case(kind.type_name()))
        && ResourceId::looks_like_one(&found.id)
        && super::id::is_directly_in(&found.id, super::id::name_of(kind.type_name()));
    let id = ResourceId::new(found.id);
    let resource = Resource { id, kind, body: Body::Json(text), completeness, flat: false };
    plain.then_some((resource, found.location, found.properties))
}

impl<'a> Resource<'a> {
    /// The type in canonical spelling, or as the body or the id gives it.
    pub fn type_name(&self) -> Cow<'a, str> {
        let known = self.kind.type_name();
        if !known.is_empty() {
            return Cow::Borrowed(known);
        }
        let named = match self.find("type") {
            Found::Value(value) => value.to_text().map(Cow::Owned),
            _ => None,
        };
        let derived =
            || super::id::type_of(self.id.as_str()).map(|name| Cow::Owned(name.into_owned()));
        named.or_else(derived).unwrap_or_default()
    }

    /// Reads the shared members and typed properties.
    ///
    /// # Errors
    /// When the body is not an object or repeats a key.
    pub fn envelope<P: Deserialize<'a>>(&self) -> Result<Envelope<'a, P>, Malformed> {
        let mut envelope: Envelope<'a, P> = self.body.read()?;
        if self.flat {
            envelope.properties = self.body.read()?;
        }
        Ok(envelope)
    }

    /// What stands at a path; `properties.` is looked up at the top of a flat body.
    pub fn find(&self, path: &str) -> Found<'a> {
        self.body.find(self.actual_path(path))
    }

    /// The source text of a path, or of its nearest parent.
    pub fn place(&self, path: &str) -> &'a str {
        self.body.place(self.actual_path(path))
    }

    /// How the value at a path came there; see [`Body::via`].
    pub fn via(&self, path: &str) -> Vec<Via<'a>> {
        self.body.via(self.actual_path(path))
    }

    fn actual_path<'p>(&self, path: &'p str) -> &'p str {
        match path.strip_prefix("properties") {
            Some("") if self.flat => "",
            Some(rest) if self.flat => rest.strip_prefix('.').unwrap_or(path),
            _ => path,
        }
    }

    /// The fact at a path, by the rules of the property table: an absence counts only if the body
    /// would have shown the property, and a value outside its list is unrecognised.
    pub fn fact(&self, path: &str) -> Fact<Body<'a>> {
        let property = Property::of(self.kind, path);
        match self.find(path) {
            Found::Unknown(reason) => Fact::Unknown(reason),
            Found::Value(value) => {
                let recognised = property.is_none_or(|property| {
                    property.values.is_empty()
                        || value.to_text().is_some_and(|text| property.recognises(&text))
                });
                if recognised {
                    Fact::Known(value)
                } else {
                    Fact::Unknown(Reason::UnrecognisedValue)
                }
            }
            // A complete body that says null has answered: nothing is set.
            Found::Null if self.completeness == Completeness::Complete => Fact::Absent,
            Found::Null | Found::Absent => self.absence_at(path, property),
        }
    }

    /// The paths in this body that a path of the property table stands for: `[]` is each element of
    /// a list.
    pub fn paths(&self, path: &str) -> Vec<String> {
        let Some((list, member)) = path.split_once("[]") else { return vec![path.to_owned()] };
        (0..usize::MAX)
            .map(|index| format!("{list}[{index}]"))
            .take_while(|element| self.find(element).is_there())
            .map(|element| element + member)
            .collect()
    }

    /// What the absence of a path means here: an option that a script may give in a way that nobody can see through is
    /// no absence.
    pub fn absence_at(&self, path: &str, property: Option<&Property>) -> Fact<Body<'a>> {
        let may_be_given = self.kind == Kind::ScriptOperation
            && path.starts_with("properties.options.")
            && matches!(self.find("properties.complete"), Found::Value(it) if it.to_json() == false);
        if may_be_given {
            return Fact::Unknown(Reason::UnresolvedExpression);
        }
        self.absence(property)
    }

    /// What the absence of a property means here.
    pub fn absence(&self, property: Option<&Property>) -> Fact<Body<'a>> {
        let counts = match self.completeness {
            Completeness::Declared => true,
            completeness => {
                let complete = completeness == Completeness::Complete;
                property
                    .and_then(|property| property.is_carried(complete, |path| self.shows(path)))
                    .unwrap_or(complete)
            }
        };
        if counts { Fact::Absent } else { Fact::Unknown(Reason::NotCollected) }
    }

    /// Whether the body has a value other than null at the path. Tools that print every member of a
    /// model write null for what their LIST call did not answer.
    pub fn shows(&self, path: &str) -> bool {
        matches!(self.find(path), Found::Value(_))
    }

    /// The fact at a path as text.
    pub fn text(&self, path: &str) -> Fact<String> {
        self.fact(path).and_then(|value| {
            value.to_text().map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known)
        })
    }

    /// The region, without blanks and in lower case, as Azure compares regions; in code perhaps a name for one that
    /// cannot be known (see [`agreeing_regions`]).
    pub fn location(&self) -> Fact<String> {
        let form = self.body.form("location").map(|form| Fact::Known(form.to_owned()));
        match form.unwrap_or_else(|| self.text("location")) {
            Fact::Known(text) if text.trim().is_empty() => Fact::Absent,
            other => other.map(|text| normalised_region(&text)),
        }
    }

    /// When it was created, by whichever member its type has for that; absent if it shows none.
    pub fn created(&self) -> Fact<Moment> {
        ["properties.timeCreated", "properties.creationTime", "systemData.createdAt"]
            .into_iter()
            .find_map(|path| match self.text(path) {
                Fact::Known(text) => Moment::from_text(text.into()).map(Fact::Known),
                Fact::Absent | Fact::Unknown(_) => None,
            })
            .unwrap_or_default()
    }

    /// One tag's value. Tag names compare without case.
    pub fn tag(&self, name: &str) -> Fact<String> {
        match self.find("tags") {
            Found::Unknown(reason) => Fact::Unknown(reason),
            Found::Value(Body::Evaluated(tags)) => tags.tag(name),
            Found::Value(tags) => match tags.to_json() {
                serde_json::Value::Object(tags) => tags
                    .into_iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .and_then(|(_, value)| value.as_str().map(str::to_owned))
                    .map_or(Fact::Absent, Fact::Known),
                _ => Fact::Absent,
            },
            Found::Null | Found::Absent => Fact::Absent,
        }
    }
}

/// Whether two names are those of one region, as Azure compares them.
pub fn same_region(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        let letters = name.bytes().filter(|letter| !letter.is_ascii_whitespace());
        letters.map(|letter| letter.to_ascii_lowercase())
    }
    left == right || letters(left).eq(letters(right))
}

/// The same where code may leave a region open: `None` if one is the name of what cannot be known, and the other is
/// not that name.
pub fn agreeing_regions(left: &str, right: &str) -> Option<bool> {
    let is_open = placeholder::has_placeholder(left) || placeholder::has_placeholder(right);
    match same_region(left, right) {
        false if is_open => None,
        same => Some(same),
    }
}

/// A region's name as Azure compares it: `West Europe` and `westeurope` are one.
pub fn normalised_region(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
