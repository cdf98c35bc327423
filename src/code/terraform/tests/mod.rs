//! Tests of the whole front-end; their data is beside the sources.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a skipped test says so")]

mod catalogue;
mod corpus;
mod functions;
mod hostile;
mod plan;
mod roots;
mod shapes;
mod support;
