//! Small files of code beside what they declare: `BACKUPLINT_UPDATE=1` writes the latter, and a person reads it.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod arguments;
mod cases;
mod corpus;
mod show;
