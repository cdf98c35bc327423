//! The syntax of bash and sh as it matters for the commands that run. Offsets are those of the code.

use std::rc::Rc;

/// A stretch of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

/// One pipeline of a list, and how it follows the one before.
#[derive(Debug)]
pub(super) struct Item {
    pub joined: Joined,
    pub background: bool,
    pub commands: Vec<Node>,
}

/// How a pipeline follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    Next,
    And,
    Or,
}

/// A command, and what is redirected around it.
#[derive(Debug)]
pub(super) struct Node {
    pub span: Span,
    pub kind: Kind,
    pub redirections: Vec<Redirect>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Simple(Simple),
    If {
        arms: Vec<Arm>,
        otherwise: Option<Vec<Item>>,
    },
    Loop(Loop),
    Case {
        subject: Word,
        arms: Vec<CaseArm>,
    },
    Group(Vec<Item>),
    Subshell(Vec<Item>),
    Function(Rc<Function>),
    /// `[[ … ]]`, `(( … ))`.
    Test(Vec<Word>),
}

/// A simple command.
#[derive(Debug, Default)]
pub(super) struct Simple {
    pub assignments: Vec<Assignment>,
    pub words: Vec<Word>,
    /// The assignments among the arguments of `local`, `export`, …
    pub declared: Vec<Assignment>,
}

/// A condition and what runs when it holds.
#[derive(Debug)]
pub(super) struct Arm {
    pub test: Vec<Item>,
    pub test_span: Span,
    pub body: Vec<Item>,
}

/// A loop of any sort.
#[derive(Debug)]
pub(super) struct Loop {
    pub head: Span,
    pub variable: Option<Span>,
    /// What a `for` goes through.
    pub words: Vec<Word>,
    /// The test of `while` and `until`.
    pub test: Vec<Item>,
    pub body: Vec<Item>,
}

/// A branch of a `case`.
#[derive(Debug)]
pub(super) struct CaseArm {
    pub patterns: Vec<Word>,
    pub body: Vec<Item>,
}

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub name: Box<str>,
    pub name_span: Span,
    pub body: Node,
}

/// `name=value`, `name+=value`, `name[key]=value`, `name=(…)`.
#[derive(Debug)]
pub(super) struct Assignment {
    pub name: Span,
    pub indexed: bool,
    pub append: bool,
    pub value: Assigned,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum Assigned {
    Word(Word),
    List(Vec<Word>),
}

/// A redirection.
#[derive(Debug)]
pub(super) struct Redirect {
    pub operator: Span,
    pub span: Span,
    pub target: Target,
}

#[derive(Debug)]
pub(super) enum Target {
    Word(Word),
    /// A here-document: its body, expanded unless the delimiter was quoted.
    Document {
        body: Span,
        parts: Vec<Part>,
        expanded: bool,
    },
}

/// A word: parts side by side.
#[derive(Debug, Default)]
pub(super) struct Word {
    pub span: Span,
    pub parts: Vec<Part>,
}

#[derive(Debug)]
pub(super) enum Part {
    /// Characters as they stand, not quoted.
    Raw(Span),
    /// Characters as they stand, quoted.
    Quoted(Span),
    /// Characters that are written otherwise: `\x`, `$'…'`.
    Escaped(Box<str>),
    /// Between double quotes.
    Double(Vec<Part>),
    Variable(Box<Variable>),
    /// `$(…)` and backticks.
    Command {
        items: Vec<Item>,
        span: Span,
    },
    /// `<(…)`, `>(…)`.
    Process {
        items: Vec<Item>,
        span: Span,
    },
    /// `$((…))`.
    Arithmetic(Span),
    /// An expression of the host.
    Hole(Span),
}

/// `$name`, `${name…}`.
#[derive(Debug)]
pub(super) struct Variable {
    pub name: Span,
    pub index: Option<Span>,
    /// `${#name}`.
    pub length: bool,
    /// `${!name}`.
    pub indirect: bool,
    /// `:-`, `%%`, `//`, …; empty for a plain one.
    pub operator: Span,
    pub argument: Vec<Part>,
    pub span: Span,
}
