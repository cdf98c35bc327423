//! `who-can --roles`: which role definitions allow something.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use super::super::{exit, terminal};
use super::WhoCanArgs;
use crate::access::action::ActionTable;
use crate::access::export;
use crate::access::question::Question;
use crate::access::role_list::RoleList;
use crate::report;
use crate::snapshot::Inputs;

/// Role definitions that cannot be asked.
#[derive(Debug, Error, Diagnostic)]
enum RolesError {
    #[error("the built-in roles of the program cannot answer for `{action}`")]
    #[diagnostic(
        code(backuplint::who_can),
        help(
            "they are kept for actions on backups only; give an export: az role definition list -o json > roles.json, then --roles roles.json"
        )
    )]
    NotKept { action: String },
    #[error("{file} is no export of role definitions: {why}")]
    #[diagnostic(
        code(backuplint::who_can),
        help("az role definition list -o json writes one that is whole")
    )]
    Unreadable { file: String, why: String },
}

pub(super) fn run(
    args: &WhoCanArgs,
    question: Question,
    table: &ActionTable,
    files: &[PathBuf],
) -> miette::Result<u8> {
    let answer = if files.is_empty() {
        let action = question.text().to_owned();
        RoleList::of_built_in(question).ok_or(RolesError::NotKept { action })?
    } else {
        of_export(question, table, files)?
    };
    let options = args.options();
    terminal::print_with(|out| {
        report::who_can::write_roles(&answer, args.format.into(), out, &options)
    })?;
    Ok(exit::CLEAN)
}

fn of_export(
    question: Question,
    table: &ActionTable,
    files: &[PathBuf],
) -> miette::Result<RoleList> {
    let inputs = Inputs::open(files)?;
    let mut roles = Vec::new();
    for document in inputs.documents().iter() {
        let unreadable = |why: String| RolesError::Unreadable {
            file: report::visible(&document.name).into_owned(),
            why: report::visible(&why).into_owned(),
        };
        let text = std::str::from_utf8(document.content())
            .map_err(|error| unreadable(error.to_string()))?;
        roles.extend(export::read(text).map_err(|error| unreadable(error.to_string()))?);
    }
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Ok(RoleList::of_export(question, table, names.join(", "), &roles))
}
