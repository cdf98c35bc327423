//! A toy language of declarations: the smallest source whose properties have places of their own
//! and may be unknown.
//!
//! ```text
//! resource "Microsoft.RecoveryServices/vaults" "orders" {
//!   location = "westeurope"
//!   properties.securitySettings.multiUserAuthorization = unknown(unresolved-expression)
//!   properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays = from(var.days 7)
//! }
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use backuplint::inventory::{
    Body, Completeness, Coverage, Draft, DraftValue, Estate, Evaluated, Kind, Part, Place, Reading,
    Reason, Resource, ResourceId, Tree, ViaKind, id,
};

/// One declaration; its body's origin is its header.
pub struct Declaration<'a> {
    pub type_name: &'a str,
    pub name: &'a str,
    pub scope: &'a str,
    pub draft: Draft<'a>,
    tree: Tree,
}

impl Declaration<'_> {
    /// Joins need ARM ids, so a declaration gets the id that Azure would give it.
    pub fn id(&self) -> String {
        arm_id(self.type_name, self.name, self.scope)
    }

    pub fn body(&self) -> Evaluated<'_> {
        self.tree.first_body()
    }
}

/// The estate that declarations make: a complete project.
pub fn estate<'a>(declarations: &'a [Declaration<'a>]) -> Estate<'a> {
    let mut part = Part::default();
    for declaration in declarations {
        let resource = Resource {
            id: ResourceId::new(declaration.id()),
            kind: Kind::of_type(declaration.type_name),
            body: Body::Evaluated(declaration.body()),
            completeness: Completeness::Declared,
            flat: false,
        };
        part.add(resource).unwrap_or_else(|error| panic!("{}: {error}", declaration.name));
    }
    let mut coverage = Coverage::default();
    coverage.declare_complete();
    let ids: Vec<String> = declarations.iter().map(Declaration::id).collect();
    for (declaration, id) in declarations.iter().zip(&ids) {
        let parent = id::parent_of(id).unwrap_or_default();
        let known = ids.iter().any(|other| id::same(other, parent));
        if declaration.type_name.ends_with("/locks") && !known {
            let reason = Reason::UnresolvedExpression;
            coverage.add_unplaced(parent, declaration.type_name, reason);
        }
    }
    Estate::assemble(
        vec![part],
        coverage,
        Reading { documents: 1, ..Reading::default() },
        Vec::new(),
    )
}

/// Where a declaration stands that does not say so.
const SCOPE: &str = "/subscriptions/s/resourceGroups/g";

/// `A.B/c/d` and `x/y` make `…/providers/A.B/c/x/d/y`.
pub fn arm_id(type_name: &str, name: &str, scope: &str) -> String {
    let (provider, kinds) = type_name.split_once('/').expect("a type has a provider");
    let mut id = format!("{scope}/providers/{provider}");
    for (kind, name) in kinds.split('/').zip(name.split('/')) {
        id.extend(["/", kind, "/", name]);
    }
    id
}

/// Parses a text; a mistake in a test's data is a panic.
pub fn parse(text: &Arc<str>) -> Vec<Declaration<'_>> {
    let mut parser = Parser { text, at: 0 };
    let mut found = Vec::new();
    while parser.next_is("resource") {
        let from = parser.at;
        parser.expect("resource");
        let (type_name, name) = (parser.quoted(), parser.quoted());
        let header = parser.place(from);
        let scope = parser.scope("in");
        let draft = Draft::new(parser.value().value, header);
        let mut tree = draft.tree();
        tree.stand_in([Arc::clone(text)].into(), 0);
        found.push(Declaration { type_name, name, scope, draft, tree });
    }
    assert!(parser.rest().is_empty(), "nonsense: {}", parser.rest());
    found
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// What follows, blanks and comments skipped.
    fn rest(&mut self) -> &'a str {
        loop {
            let rest = &self.text[self.at..];
            let trimmed =
                rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return trimmed;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// What was read from an offset on.
    fn place(&self, from: usize) -> Place {
        let offset = |at: usize| u32::try_from(at).expect("a short text");
        Place { file: 0, start: offset(from), end: offset(self.at) }
    }

    fn next_is(&mut self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    fn expect(&mut self, token: &str) {
        assert!(self.next_is(token), "`{token}` expected at {}", self.rest());
        self.at += token.len();
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        assert!(length > 0, "a word expected at {rest}");
        self.at += length;
        &rest[..length]
    }

    /// A scope after a word, or the usual one.
    fn scope(&mut self, word: &str) -> &'a str {
        if self.next_is(word) {
            self.expect(word);
            return self.quoted();
        }
        SCOPE
    }

    fn quoted(&mut self) -> &'a str {
        self.expect("\"");
        let length = self.text[self.at..].find('"').expect("the text ends");
        let from = self.at;
        self.at += length + 1;
        &self.text[from..from + length]
    }

    fn value(&mut self) -> Draft<'a> {
        let first = self.rest().chars().next().expect("a value");
        let from = self.at;
        let mut via = Vec::new();
        let value = match first {
            '{' => self.object(),
            '[' => {
                let mut elements = Vec::new();
                self.expect("[");
                while !self.next_is("]") {
                    elements.push(self.value());
                }
                self.expect("]");
                DraftValue::List(elements)
            }
            '"' => DraftValue::Text(Cow::Borrowed(self.quoted())),
            _ => match self.word() {
                "null" => DraftValue::Null,
                "true" => DraftValue::Bool(true),
                "false" => DraftValue::Bool(false),
                "unknown" => {
                    self.expect("(");
                    let reason = Reason::from_name(self.word()).expect("a reason");
                    self.expect(")");
                    DraftValue::Unknown(reason)
                }
                "from" => {
                    self.expect("(");
                    let name = Cow::Borrowed(self.word());
                    let Draft { value, place, via: further } = self.value();
                    self.expect(")");
                    via.push((ViaKind::Local, name, place));
                    via.extend(further);
                    value
                }
                "id" => {
                    self.expect("(");
                    let (kind, name) = (self.quoted(), self.quoted());
                    let scope = if self.next_is(")") { SCOPE } else { self.quoted() };
                    let id = arm_id(kind, name, scope);
                    self.expect(")");
                    DraftValue::Text(Cow::Owned(id))
                }
                number => DraftValue::Number(number.parse().expect("a number")),
            },
        };
        Draft { via, ..Draft::new(value, self.place(from)) }
    }

    /// `{ a.b = 1  a.c = 2 }`: dotted keys share their objects.
    fn object(&mut self) -> DraftValue<'a> {
        let mut members = Vec::new();
        self.expect("{");
        while !self.next_is("}") {
            self.rest();
            let from = self.at;
            let key = self.word();
            self.expect("=");
            let value = self.value();
            insert(&mut members, key, value, self.place(from));
        }
        self.expect("}");
        DraftValue::Map(members)
    }
}

fn insert<'a>(
    members: &mut Vec<(Cow<'a, str>, Draft<'a>)>,
    key: &'a str,
    value: Draft<'a>,
    place: Place,
) {
    let Some((head, tail)) = key.split_once('.') else {
        members.push((Cow::Borrowed(key), value));
        return;
    };
    let at = members.iter().position(|(known, _)| known == head).unwrap_or_else(|| {
        members.push((Cow::Borrowed(head), Draft::new(DraftValue::Map(Vec::new()), place)));
        members.len() - 1
    });
    let DraftValue::Map(inner) = &mut members[at].1.value else { panic!("{head} is no object") };
    insert(inner, tail, value, place);
}
