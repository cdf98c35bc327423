//! The syntax of PowerShell as it matters for the commands that run. Offsets are those of the code.

use std::rc::Rc;

/// A stretch of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub span: Span,
    pub kind: StatementKind,
}

#[derive(Debug)]
pub(super) enum StatementKind {
    /// Pipelines joined by `&&` and `||`.
    Chain {
        pipelines: Vec<(Joined, Vec<Element>)>,
        background: bool,
    },
    Assign {
        target: Expression,
        operator: Operator,
        value: Box<Statement>,
    },
    If {
        arms: Vec<Arm>,
        otherwise: Option<Vec<Statement>>,
    },
    Loop(Loop),
    Switch {
        subject: Vec<Statement>,
        arms: Vec<(Option<Expression>, Vec<Statement>)>,
    },
    Function(Rc<Function>),
    Try {
        body: Vec<Statement>,
        catches: Vec<(Span, Vec<Statement>)>,
        finally: Vec<Statement>,
    },
    Trap(Vec<Statement>),
    Leave {
        kind: Leave,
        value: Option<Box<Statement>>,
    },
    /// `begin { … }`, `process { … }`, `end { … }`.
    Block(Vec<Statement>),
    Parameters(Vec<Parameter>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    First,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Set,
    Add,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    Return,
    Exit,
    Break,
}

#[derive(Debug)]
pub(super) struct Arm {
    pub test: Vec<Statement>,
    pub test_span: Span,
    pub body: Vec<Statement>,
}

#[derive(Debug)]
pub(super) struct Loop {
    pub head: Span,
    pub variable: Option<Box<str>>,
    /// What stands in the parentheses.
    pub test: Vec<Statement>,
    pub body: Vec<Statement>,
}

#[derive(Debug)]
pub(super) struct Function {
    pub name: Box<str>,
    pub name_span: Span,
    pub block: ScriptBlock,
}

#[derive(Debug, Default)]
pub(super) struct ScriptBlock {
    pub parameters: Vec<Parameter>,
    pub body: Vec<Statement>,
}

#[derive(Debug)]
pub(super) struct Parameter {
    pub name: Box<str>,
    pub span: Span,
    pub is_switch: bool,
    pub default: Option<Expression>,
}

/// One part of a pipeline.
#[derive(Debug)]
pub(super) enum Element {
    Expression(Expression),
    Command(Command),
}

#[derive(Debug, Default)]
pub(super) struct Command {
    pub span: Span,
    /// `.`: in this scope.
    pub dotted: bool,
    pub words: Vec<CommandWord>,
    pub redirections: Vec<(Span, Option<Expression>)>,
}

#[derive(Debug)]
pub(super) enum CommandWord {
    Argument { value: Expression, quoted: bool },
    Parameter { name: Box<str>, span: Span, argument: Option<Expression> },
    Splat { name: Box<str>, span: Span },
}

#[derive(Debug)]
pub(super) struct Expression {
    pub span: Span,
    pub kind: ExpressionKind,
}

#[derive(Debug)]
pub(super) enum ExpressionKind {
    Text(Box<str>),
    Expandable(Vec<StringPart>),
    Variable(Box<str>),
    /// `$( … )`.
    Sub(Vec<Statement>),
    /// `@( … )`.
    Array(Vec<Statement>),
    Paren(Vec<Statement>),
    Hash(Vec<(Expression, Statement)>),
    Block(Rc<ScriptBlock>),
    Member {
        object: Box<Expression>,
        name: Box<str>,
        arguments: Option<Vec<Expression>>,
        is_static: bool,
    },
    Index {
        object: Box<Expression>,
        index: Box<Expression>,
    },
    Unary(Box<Expression>),
    /// Operators side by side, from left to right.
    Binary {
        first: Box<Expression>,
        rest: Vec<(Box<str>, Expression)>,
    },
    Cast(Box<Expression>),
    Type(Box<str>),
    List(Vec<Expression>),
    Ternary(Vec<Expression>),
    Hole,
}

#[derive(Debug)]
pub(super) enum StringPart {
    Text(Box<str>),
    Value(Expression),
}
