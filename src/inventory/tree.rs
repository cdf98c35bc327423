//! What code declares, as compact as it can be kept: a repository holds hundreds of thousands of values.
//!
//! The values of one project stand in one list, each with the numbers of its members, its texts and its places, and
//! every text is there once. Rules read it as [`super::Evaluated`]; whoever edits code asks for what is written where.

use std::sync::Arc;

use super::Reason;

mod builder;
mod later;

pub use builder::{About, Slot, StepNumber, TreeBuilder};
pub use later::Told;

/// A stretch of a file: byte offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The number of the file.
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The stretch from the start of this place to the end of the other, which is in the same file.
    #[must_use]
    pub fn to(self, other: Place) -> Place {
        Place { file: self.file, start: self.start, end: other.end.max(self.end) }
    }
}

/// The sorts of steps by which a value comes to where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViaKind {
    /// The default of a variable or parameter.
    VariableDefault,
    /// A line of a file of variables.
    VariableFile,
    /// The command line.
    CommandLine,
    /// The environment.
    Environment,
    /// A local value or variable of a template.
    Local,
    /// The argument of a module.
    ModuleArgument,
    /// A file of parameters.
    ParameterFile,
    /// The output of a module or deployment.
    Output,
    /// An element of a repetition.
    Element,
    /// An attribute of another resource.
    Attribute,
    /// The call of a module, or a deployment, around the whole declaration.
    Call,
    /// The command that takes an option.
    Command,
    /// Where a variable of a script is set.
    Assignment,
    /// A file that an option names.
    File,
}

impl ViaKind {
    /// What sort of step it is, as a short phrase.
    pub fn words(self) -> &'static str {
        match self {
            Self::VariableDefault => "the default",
            Self::VariableFile => "a file of variables",
            Self::CommandLine => "the command line",
            Self::Environment => "the environment",
            Self::Local => "the value of the name",
            Self::ModuleArgument => "the argument of the call",
            Self::ParameterFile => "a file of parameters",
            Self::Output => "the output",
            Self::Element => "an element of the repetition",
            Self::Attribute => "an attribute of another resource",
            Self::Call => "the call around it",
            Self::Command => "the command that takes it",
            Self::Assignment => "where it is set",
            Self::File => "the file that it names",
        }
    }
}

/// The texts of all files of a run.
pub type Texts = Arc<[Arc<str>]>;

/// Values of one project.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) steps: Vec<Step>,
    /// Where the bodies of declarations begin to be read by a person.
    pub(super) headers: Vec<Place>,
    pub(super) texts: Texts,
    /// The number that the first file of the project has among all texts.
    pub(super) first: u32,
    /// All texts in a row, and where each ends.
    pub(super) pool: String,
    pub(super) ends: Vec<u32>,
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub content: Content,
    pub reason: Reason,
    pub flags: Flags,
    /// The number of its name; of a body that of its header.
    pub name: u32,
    pub place: Place,
    /// Where its name starts, if that stands before it in the same file.
    pub name_start: u32,
    /// The nearest step of its way.
    pub via: u32,
    /// What it is a member or element of.
    pub parent: u32,
}

/// What a value is. Numbers are those of texts, else of nodes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    Null,
    Bool(bool),
    /// The two halves of its bits, so that a node is no larger than it has to be.
    Number(u32, u32),
    Text(u32),
    /// The first element, and how many there are.
    List(u32, u32),
    Map(u32, u32),
    /// A map that may have other members, for the reason of the node.
    Open(u32, u32),
    Unknown,
    Form(u32),
}

/// What is true of a value besides; a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    /// It must not be shown: rules take it for unknown.
    pub const HIDDEN: Self = Self(1);
    /// Rules take it for unknown, since it may mean something else than it says.
    pub const DOUBTFUL: Self = Self(2);
    /// Only rules see it; nobody wrote it.
    pub const ADDED: Self = Self(4);
    /// Rules do not see it: another member was added for it.
    pub const REPLACED: Self = Self(8);
    /// It is the body of a declaration.
    pub const BODY: Self = Self(16);
    /// It was put together from pieces that are not all known.
    pub const COMPOSED: Self = Self(32);
    /// Its file is numbered among all texts of the run.
    pub const ELSEWHERE: Self = Self(64);

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// One step of a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub kind: ViaKind,
    /// The number of what the step is called where it is used.
    pub address: u32,
    /// The number of its name alone.
    pub name: u32,
    pub place: Place,
    pub next: u32,
}

/// The number of nothing.
pub(super) const NONE: u32 = u32::MAX;

impl Tree {
    /// Says to which files the places belong: those from a position on.
    pub fn stand_in(&mut self, texts: Texts, first: u32) {
        (self.texts, self.first) = (texts, first);
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Makes texts unknown to rules that may mean something else than they say.
    pub fn doubt_texts(&mut self, is_doubtful: impl Fn(&str) -> bool) {
        let mut doubtful: Vec<Option<bool>> = vec![None; self.ends.len()];
        for at in 0..self.nodes.len() {
            let Content::Text(number) = self.nodes[at].content else { continue };
            let known = doubtful.get(number as usize).copied().flatten();
            let is_so = known.unwrap_or_else(|| is_doubtful(self.text(number)));
            if let Some(known) = doubtful.get_mut(number as usize) {
                *known = Some(is_so);
            }
            if is_so {
                self.nodes[at].flags.add(Flags::DOUBTFUL);
                self.nodes[at].reason = Reason::UnresolvedExpression;
            }
        }
    }

    pub(super) fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let end = self.ends.get(number).copied().unwrap_or_default() as usize;
        let before = number.checked_sub(1).and_then(|before| self.ends.get(before));
        self.pool.get(before.copied().unwrap_or_default() as usize..end).unwrap_or_default()
    }

    /// The number of a file among all texts.
    pub(super) fn file(&self, place: Place) -> Option<usize> {
        Some(self.first as usize + usize::try_from(place.file).ok()?)
    }

    /// A stretch of one of all texts.
    pub(super) fn slice(&self, file: usize, place: Place) -> Option<&str> {
        self.texts.get(file)?.get(place.start as usize..place.end as usize)
    }

    fn push_text(&mut self, text: &str) -> u32 {
        let number = self.ends.len();
        self.pool.push_str(text);
        self.ends.push(number_of(self.pool.len()));
        number_of(number)
    }
}

impl Node {
    pub(super) const fn empty(parent: u32) -> Self {
        Self {
            content: Content::Null,
            reason: Reason::UnresolvedExpression,
            flags: Flags(0),
            name: NONE,
            place: Place { file: NONE, start: 0, end: 0 },
            name_start: NONE,
            via: NONE,
            parent,
        }
    }
}

/// What does not fit is the number of nothing: readers of code stop long before.
fn number_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NONE)
}
