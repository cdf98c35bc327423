//! Regenerates the table of built-in roles from an export of role definitions, as
//! `az role definition list` or the ARM list prints it:
//!
//! ```text
//! cargo run --example built_in_roles -- EXPORT
//! ```

mod render;

use std::error::Error;
use std::fs;

use backuplint::access::export;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("which export? built_in_roles -- EXPORT")?;
    let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let roles = export::read(&text).map_err(|error| format!("{file}: {error}"))?;
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/src/access/built_in/table.rs");
    fs::write(table, render::table(&roles))?;
    Ok(())
}
