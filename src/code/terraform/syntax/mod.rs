//! Terraform's syntax, native and JSON, as one tree with places. Knows nothing of what names mean.

mod body;
mod cursor;
mod expression;
mod heredoc;
mod json;
mod template;

use std::sync::Arc;

use crate::code::value::{Place, Value};

pub use body::parse_file;
pub use json::parse_json;

/// Parses one expression of the native syntax, such as the value of `--var`.
///
/// # Errors
///
/// Says what is wrong and where.
pub fn parse_expression(text: &str, file: u32) -> Result<Expression, SyntaxError> {
    expression::whole(text, file)
}

/// Parses a text as a template without quotes, such as the file of `templatefile`. All places are in `file`.
///
/// # Errors
///
/// Says what is wrong and where.
pub fn parse_template(text: &str, file: u32) -> Result<Expression, SyntaxError> {
    template::bare(&mut cursor::Cursor::new(text, file, 0)).map_err(|error| *error)
}

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Whether one of our limits is the reason, not the language.
    pub limit: bool,
}

/// What a file or block holds.
#[derive(Debug, Default)]
pub struct Body {
    /// The attributes in the order of the source.
    pub attributes: Vec<Attribute>,
    /// The blocks in the order of the source.
    pub blocks: Vec<Block>,
}

/// An attribute of a block.
#[derive(Debug)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub name_place: Place,
    /// The expression.
    pub value: Expression,
}

/// A block.
#[derive(Debug)]
pub struct Block {
    /// The type, such as `resource`.
    pub kind: Arc<str>,
    /// The labels.
    pub labels: Vec<(Arc<str>, Place)>,
    /// From the type to the last label.
    pub header: Place,
    /// From the type to the closing brace.
    pub place: Place,
    /// What is inside.
    pub body: Body,
}

/// An expression and where it is written.
#[derive(Debug)]
pub struct Expression {
    /// What it is.
    pub node: Node,
    /// Where.
    pub place: Place,
}

/// The sorts of expressions.
#[derive(Debug)]
pub enum Node {
    /// Null, a truth value, a number or a text without templates.
    Literal(Value),
    /// `[a, b]`
    List(Box<[Expression]>),
    /// `{ a = b }`; a plain name as key is a literal.
    Object(Box<[(Expression, Expression)]>),
    /// A text with templates.
    Template(Box<[TemplatePart]>),
    /// A name.
    Name(Arc<str>),
    /// `a ? b : c`
    Conditional(Box<[Expression; 3]>),
    /// `f(a, b...)`
    Call(Box<Call>),
    /// `a.b[c].*.d`
    Traversal(Box<Traversal>),
    /// `-a`
    Negate(Box<Expression>),
    /// `!a`
    Not(Box<Expression>),
    /// `a + b`
    Binary(Operator, Box<[Expression; 2]>),
    /// `[for a in b : c]` and `{for a in b : c => d}`
    For(Box<For>),
}

/// A function call.
#[derive(Debug)]
pub struct Call {
    /// The name, with its namespaces.
    pub name: Arc<str>,
    /// The arguments.
    pub arguments: Box<[Expression]>,
    /// Whether the last argument is a list of arguments.
    pub expand: bool,
}

/// Steps into a value.
#[derive(Debug)]
pub struct Traversal {
    /// Where the steps start.
    pub base: Expression,
    /// The steps.
    pub steps: Box<[Step]>,
}

/// A step into a value.
#[derive(Debug)]
pub enum Step {
    /// `.a`
    Attribute(Arc<str>, Place),
    /// `[a]`
    Index(Expression),
    /// `.*`, which holds for the attribute steps that follow.
    AttributeSplat(Place),
    /// `[*]`, which holds for all steps that follow.
    FullSplat(Place),
}

/// A `for` expression.
#[derive(Debug)]
pub struct For {
    /// The name of the key, if it has one.
    pub key_name: Option<Arc<str>>,
    /// The name of the value.
    pub value_name: Arc<str>,
    /// What is walked.
    pub collection: Expression,
    /// The key of each result, for an object.
    pub key: Option<Expression>,
    /// The value of each result.
    pub value: Expression,
    /// Whether equal keys are grouped.
    pub group: bool,
    /// Which elements are taken.
    pub condition: Option<Expression>,
}

/// A piece of a template.
#[derive(Debug)]
pub enum TemplatePart {
    /// Text as it is, and where it is written.
    Text(Arc<str>, Place),
    /// `${a}`
    Interpolation(Expression),
    /// `%{if a}b%{else}c%{endif}`
    If(Box<Expression>, Box<[TemplatePart]>, Box<[TemplatePart]>),
    /// `%{for a in b}c%{endfor}`
    For(Box<TemplateFor>),
}

/// A loop of a template.
#[derive(Debug)]
pub struct TemplateFor {
    /// The name of the key, if it has one.
    pub key_name: Option<Arc<str>>,
    /// The name of the value.
    pub value_name: Arc<str>,
    /// What is walked.
    pub collection: Expression,
    /// What is repeated.
    pub body: Box<[TemplatePart]>,
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Body {
    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of a type.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

impl Block {
    /// The label of a position, or nothing.
    pub fn label(&self, position: usize) -> &str {
        self.labels.get(position).map_or("", |(label, _)| label)
    }
}

impl Expression {
    /// The text, if the expression is nothing but a text.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.node {
            Node::Literal(value) => match &value.content {
                crate::code::value::Content::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The names of a plain path such as `azurerm.west`, joined by dots.
    pub fn as_path(&self) -> Option<String> {
        match &self.node {
            Node::Name(name) => Some(name.to_string()),
            Node::Literal(_) => self.as_text().map(ToString::to_string),
            Node::Traversal(traversal) => {
                let mut path = traversal.base.as_path()?;
                for step in &traversal.steps {
                    let Step::Attribute(name, _) = step else { return None };
                    path.push('.');
                    path.push_str(name);
                }
                Some(path)
            }
            _ => None,
        }
    }
}
