//! ARM templates: read, evaluated, unfolded into the resources that they would deploy.
//!
//! The evaluator serves Bicep too, whose parser makes the same tree. It never asks the cloud: what
//! only Azure can answer is unknown, with the place that is to blame.

pub mod access;
pub mod apply;
pub mod arguments;
pub mod budget;
pub mod deploy;
pub mod deployment;
pub mod evaluate;
pub mod expression;
pub mod functions;
pub mod identity;
pub mod ids;
pub mod json;
pub mod lambda;
pub mod limit;
pub mod load;
pub mod model;
pub mod nested;
pub mod parser;
pub mod project;
pub mod read;
pub mod recognise;
pub mod scope;
pub mod slot;
pub mod special;
pub mod symbol;
pub mod yaml;

pub use arguments::{Arguments, parameter_file};
pub use deploy::{Condition, Evaluation, Instance, Link, Position, evaluate};
pub use json::Problem;
pub use model::{Language, Level, Template};
pub use project::{Loaded, Project};
pub use recognise::{Nature, nature};

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "tests")]
mod tests;
