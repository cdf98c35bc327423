//! What a person should be told about code that could not be read or evaluated.

use crate::code::value::Place;

/// A message about code, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The sort of problem.
    pub kind: DiagnosticKind,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Where; none for a whole directory or file.
    pub place: Option<Place>,
    /// The file or directory it is about.
    pub path: String,
}

/// The sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticKind {
    /// A file or directory cannot be read.
    Unreadable,
    /// The text is no Terraform code; the blocks around it are read.
    Syntax,
    /// Something is declared twice.
    Duplicate,
    /// A local module is not there.
    MissingModule,
    /// A module is not beside the code, so its resources are unknown.
    RemoteModule,
    /// Values or modules depend on themselves.
    Cycle,
    /// One of our limits.
    Limit,
    /// A value that Terraform would refuse.
    Invalid,
    /// A plan in a form that we do not know.
    Format,
}
