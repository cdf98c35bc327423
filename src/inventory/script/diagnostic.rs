//! What could not be read, and where.

use super::place::Place;

/// Something that could not be read, or that the interpreter would refuse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// The sort of trouble.
    pub kind: Trouble,
    /// What is wrong, for people.
    pub message: Box<str>,
}

/// The sorts of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// The interpreter of the language would refuse this; the rest was read.
    Syntax,
    /// Code in a language that is not read.
    Language,
    /// A limit was reached; what follows was not read.
    Limit,
    /// The file is not what its name says: not YAML, no jobs.
    Shape,
}
