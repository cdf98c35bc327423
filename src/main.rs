//! The `backuplint` program.

fn main() {}
