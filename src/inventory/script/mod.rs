//! What scripts and pipelines do: commands in order, operations of Azure among them, and what of that is known.
//!
//! Pure data, made by whoever reads the languages. What a script does not say is unknown, with the cause.

pub mod diagnostic;
pub mod model;
pub mod operation;
pub mod place;
pub mod value;
mod view;

pub use diagnostic::{Diagnostic, Trouble};
pub use model::{
    Command, Condition, ConditionKind, Job, Language, Reading, Redirection, Step, Trigger, Word,
    WordKind,
};
pub use operation::{Given, Operation, Problem, ProblemKind, Tool};
pub use place::Place;
pub use value::{Cause, Content, Moment, Piece, Unknown, Value};
pub use view::{Neighbouring, Script, ScriptOperation};
