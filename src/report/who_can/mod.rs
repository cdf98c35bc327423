//! Answers of `who-can`: for a person, and as JSON.

mod human;
mod json;
mod roles;

use std::io::{self, Write};

use super::{Format, Options, Unread};
use crate::access::Access;
use crate::access::role_list::RoleList;
use crate::access::who_can::Answer;

/// The JSON Schema (draft 2020-12) of the answer for role definitions.
pub const ROLES_SCHEMA: &str = include_str!("../schema/roles-1.schema.json");

/// The JSON Schema (draft 2020-12) of the answer for an estate.
pub const WHO_CAN_SCHEMA: &str = include_str!("../schema/who-can-1.schema.json");

/// Writes who can do something: as JSON (`backuplint.who-can/1`), or for a person.
///
/// # Errors
/// When the writer fails.
pub fn write(
    answer: &Answer<'_, '_>,
    access: Access<'_, '_>,
    unread: &Unread,
    format: Format,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    match format {
        Format::Json => json::write(answer, access, unread, out),
        _ => human::write(answer, access, unread, out, options),
    }
}

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
