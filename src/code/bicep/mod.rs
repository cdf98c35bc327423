//! Bicep: read into the same template as ARM JSON, and evaluated by the same evaluator.

pub mod lexer;
pub mod parser;
pub mod token;

pub use parser::parse;
