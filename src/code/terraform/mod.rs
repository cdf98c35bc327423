//! Reading and evaluating Terraform code: directories in, resource instances and diagnostics out. Starts no
//! program, asks no provider and no registry: what only those can tell stays unknown, with the cause.

pub mod diagnostic;
mod evaluate;
mod failure;
pub(in crate::code) mod functions;
pub mod limits;
pub mod module;
mod number;
pub mod plan;
pub mod project;
pub mod result;
pub mod source;
pub mod syntax;
pub mod types;

#[cfg(test)]
mod tests;
