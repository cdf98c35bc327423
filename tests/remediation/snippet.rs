//! Reads the snippets of `rule.toml` as far as a check needs: resources with their members and values.

/// The language of a snippet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Bicep,
    Terraform,
}

/// One resource of a snippet.
#[derive(Debug)]
pub struct Resource {
    /// The ARM type, or Terraform's.
    pub kind: String,
    pub members: Vec<Member>,
}

#[derive(Debug)]
pub struct Member {
    pub name: String,
    pub value: Value,
}

#[derive(Debug)]
pub enum Value {
    Members(Vec<Member>),
    List(Vec<Value>),
    /// A text, number or truth value as it stands, without quotes.
    Literal(String),
    /// Anything that refers to something else.
    Expression,
}

impl Value {
    /// The values at a path; lists stand for each of their elements.
    pub fn at<'v>(&'v self, path: &[&str]) -> Vec<&'v Self> {
        match (self, path.split_first()) {
            (Self::List(items), _) if !path.is_empty() => {
                items.iter().flat_map(|item| item.at(path)).collect()
            }
            (_, None) => vec![self],
            (Self::Members(members), Some((name, rest))) => members
                .iter()
                .filter(|member| member.name == *name)
                .flat_map(|member| member.value.at(rest))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Every member with its own path of names.
pub fn walk<'m>(
    members: &'m [Member],
    path: &mut Vec<&'m str>,
    see: &mut impl FnMut(&[&'m str], &'m Value),
) {
    for member in members {
        path.push(&member.name);
        see(path, &member.value);
        below(&member.value, path, see);
        path.pop();
    }
}

fn below<'m>(
    value: &'m Value,
    path: &mut Vec<&'m str>,
    see: &mut impl FnMut(&[&'m str], &'m Value),
) {
    match value {
        Value::Members(members) => walk(members, path, see),
        Value::List(items) => items.iter().for_each(|item| below(item, path, see)),
        Value::Literal(_) | Value::Expression => {}
    }
}

/// The resources of a snippet, children under their full types.
///
/// # Panics
/// Where the snippet makes no sense.
pub fn read(text: &str, language: Language) -> Vec<Resource> {
    let mut reader = Reader { text, at: 0, language, found: Vec::new() };
    let members = reader.members("");
    let is_block = |member: &&Member| member.name == "resource" || member.name == "data";
    assert!(
        language == Language::Bicep || members.iter().filter(is_block).count() == 0,
        "a block without labels"
    );
    assert!(reader.rest().is_empty(), "left over: {}", reader.rest());
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    language: Language,
    found: Vec<Resource>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\n', '\t', '\r', ',']).len();
            let comment = rest[blank..].starts_with("//") || rest[blank..].starts_with('#');
            self.at += blank;
            if comment {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if blank == 0 {
                return;
            }
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn quote(&self) -> char {
        if self.language == Language::Bicep { '\'' } else { '"' }
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self.quote();
        if !self.rest().starts_with(quote) {
            return None;
        }
        let end = self.rest()[1..].find(quote)? + 1;
        let text = self.rest()[1..end].to_owned();
        self.at += end + 1;
        Some(text)
    }

    fn word(&mut self) -> String {
        if let Some(text) = self.quoted() {
            return text;
        }
        let is_word = |c: char| c.is_alphanumeric() || "_-@.".contains(c);
        let end = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        word
    }

    /// Members up to the closing bracket or the end. `parent` is the type of the resource around.
    fn members(&mut self, parent: &str) -> Vec<Member> {
        let mut members = Vec::new();
        loop {
            self.skip();
            if self.rest().is_empty() || self.rest().starts_with('}') {
                return members;
            }
            let start = self.at;
            let name = self.word();
            assert!(self.at > start, "no name at: {}", self.rest());
            self.blanks();
            let language = self.language;
            match language {
                Language::Bicep if self.eat(":") => {
                    self.blanks();
                    let value = self.value(parent);
                    members.push(Member { name, value });
                }
                Language::Bicep if name == "resource" => self.bicep_resource(parent),
                // `param`, `var`, `module`, decorators: one line each.
                Language::Bicep => drop(self.expression()),
                Language::Terraform if self.eat("=") => {
                    self.blanks();
                    let value = self.value(parent);
                    members.push(Member { name, value });
                }
                Language::Terraform => {
                    let mut labels = Vec::new();
                    while let Some(label) = self.quoted() {
                        labels.push(label);
                        self.blanks();
                    }
                    assert!(self.eat("{"), "no block at: {}", self.rest());
                    let inner = self.members(parent);
                    assert!(self.eat("}"), "no end at: {}", self.rest());
                    match (name.as_str(), labels.first()) {
                        ("resource", Some(kind)) => {
                            self.found.push(Resource { kind: kind.clone(), members: inner });
                        }
                        ("data" | "variable" | "output" | "locals" | "provider", _) => {}
                        _ => members.push(Member { name, value: Value::Members(inner) }),
                    }
                }
            }
        }
    }

    fn bicep_resource(&mut self, parent: &str) {
        self.word();
        self.blanks();
        let kind = self.quoted().expect("a type");
        let kind = kind.split('@').next().unwrap_or_default().to_owned();
        let kind = if kind.contains('.') { kind } else { format!("{parent}/{kind}") };
        let open = self.rest().find('{').expect("a body");
        self.at += open + 1;
        let members = self.members(&kind);
        assert!(self.eat("}"), "no end at: {}", self.rest());
        self.found.push(Resource { kind, members });
    }

    fn value(&mut self, parent: &str) -> Value {
        if self.eat("{") {
            let members = self.members(parent);
            assert!(self.eat("}"), "no end at: {}", self.rest());
            return Value::Members(members);
        }
        if self.rest().starts_with('[') && !self.rest()[1..].trim_start().starts_with("for ") {
            self.at += 1;
            let mut items = Vec::new();
            loop {
                self.skip();
                if self.eat("]") {
                    return Value::List(items);
                }
                items.push(self.value(parent));
            }
        }
        self.expression()
    }

    /// Text up to the end of the line, a comma or a closing bracket outside of brackets and quotes.
    fn expression(&mut self) -> Value {
        let (mut depth, mut quoted, mut end) = (0, false, self.rest().len());
        for (at, c) in self.rest().char_indices() {
            match c {
                _ if c == self.quote() => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                ')' | ']' | '}' | ',' | '\n' if depth == 0 => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let text = self.rest()[..end].split(" //").next().unwrap_or_default();
        let text = text.split(" # ").next().unwrap_or_default().trim();
        self.at += end;
        let plain = text
            .strip_prefix(self.quote())
            .and_then(|text| text.strip_suffix(self.quote()))
            .filter(|text| !text.contains("${") && !text.contains(self.quote()));
        match plain {
            Some(plain) => Value::Literal(plain.to_owned()),
            None if text.parse::<f64>().is_ok() || matches!(text, "true" | "false") => {
                Value::Literal(text.to_owned())
            }
            None => Value::Expression,
        }
    }
}
