//! Answers of `who-can`: for a person, and as JSON.

mod roles;

use std::io::{self, Write};

use super::{Format, Options};
use crate::access::role_list::RoleList;

/// The JSON Schema (draft 2020-12) of the answer for role definitions.
pub const ROLES_SCHEMA: &str = include_str!("../schema/roles-1.schema.json");

/// Writes which roles allow something: as JSON (`backuplint.roles/1`), or for a person.
///
/// # Errors
/// When the writer fails.
pub fn write_roles(
    answer: &RoleList,
    format: Format,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    match format {
        Format::Json => roles::json(answer, out),
        _ => roles::human(answer, out, options),
    }
}
