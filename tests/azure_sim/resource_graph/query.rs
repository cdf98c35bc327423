//! A query as it was understood.

use serde_json::Value;

/// A table and what is done with its rows, in order.
#[derive(Debug)]
pub struct Query {
    /// The table's name in lower case.
    pub table: String,
    /// What is done.
    pub stages: Vec<Stage>,
}

/// One step.
#[derive(Debug)]
pub enum Stage {
    /// Keeps rows.
    Where(Expression),
    /// Keeps these columns only.
    Project(Vec<(String, Expression)>),
    /// Drops columns.
    ProjectAway(Vec<String>),
    /// Adds columns.
    Extend(Vec<(String, Expression)>),
    /// Sorts; true is ascending.
    Order(Vec<(Expression, bool)>),
    /// Keeps the first rows.
    Take(usize),
    /// One row with the number of rows.
    Count,
    /// The number of rows for each value of these, under this name.
    CountBy(String, Vec<(String, Expression)>),
    /// Each combination of these once.
    Distinct(Vec<(String, Expression)>),
}

/// What has a value.
#[derive(Clone, Debug)]
pub enum Expression {
    /// A value.
    Literal(Value),
    /// A length of time in seconds.
    Span(i64),
    /// A column.
    Column(String),
    /// A member of an object.
    Member(Box<Expression>, String),
    /// An element of an array, or a member by its name.
    Element(Box<Expression>, Box<Expression>),
    /// A function.
    Call(Function, Vec<Expression>),
    /// All of them.
    And(Vec<Expression>),
    /// One of them.
    Or(Vec<Expression>),
    /// A comparison.
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// Whether something is in a list; with the case ignored; whether it must not be.
    In(Box<Expression>, Vec<Expression>, bool, bool),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Alike,
    /// `!~`
    NotAlike,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `contains`
    Contains,
    /// `!contains`
    NotContains,
    /// `has`: the text as a whole word
    Has,
    /// `!has`
    NotHas,
    /// `startswith`
    StartsWith,
    /// `!startswith`
    NotStartsWith,
    /// `endswith`
    EndsWith,
}

/// A function that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `ago(14d)`
    Ago,
    /// `array_length(a)`
    ArrayLength,
    /// `coalesce(a, b)`
    Coalesce,
    /// `datetime(2026-11-20)`, `todatetime(a)`
    DateTime,
    /// `isempty(a)`
    IsEmpty,
    /// `isnotempty(a)`
    IsNotEmpty,
    /// `isnotnull(a)`
    IsNotNull,
    /// `isnull(a)`
    IsNull,
    /// `not(a)`
    Not,
    /// `now()`
    Now,
    /// `split(a, b)`
    Split,
    /// `strcat(a, b)`
    Concatenate,
    /// `tobool(a)`
    ToBool,
    /// `tolower(a)`
    ToLower,
    /// `tostring(a)`
    ToText,
    /// `toupper(a)`
    ToUpper,
}

impl Function {
    /// The function of a name, and how many arguments it takes.
    pub fn of(name: &str) -> Option<(Self, std::ops::RangeInclusive<usize>)> {
        Some(match name.to_ascii_lowercase().as_str() {
            "ago" => (Self::Ago, 1..=1),
            "array_length" => (Self::ArrayLength, 1..=1),
            "coalesce" => (Self::Coalesce, 2..=64),
            "datetime" | "todatetime" => (Self::DateTime, 1..=1),
            "isempty" => (Self::IsEmpty, 1..=1),
            "isnotempty" => (Self::IsNotEmpty, 1..=1),
            "isnotnull" => (Self::IsNotNull, 1..=1),
            "isnull" => (Self::IsNull, 1..=1),
            "not" => (Self::Not, 1..=1),
            "now" => (Self::Now, 0..=0),
            "split" => (Self::Split, 2..=2),
            "strcat" => (Self::Concatenate, 1..=64),
            "tobool" => (Self::ToBool, 1..=1),
            "tolower" => (Self::ToLower, 1..=1),
            "tostring" => (Self::ToText, 1..=1),
            "toupper" => (Self::ToUpper, 1..=1),
            _ => return None,
        })
    }
}
