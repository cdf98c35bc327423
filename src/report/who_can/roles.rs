//! Which roles allow something.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::super::human::page::{Page, Piece};
use super::super::{Options, layout, visible};
use crate::access::operation::Way;
use crate::access::question::Question;
use crate::access::role_list::{RoleList, Roles};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    schema: &'static str,
    query: &'a str,
    source: &'a str,
    asked: usize,
    allowed_by: BTreeMap<&'a str, &'a BTreeSet<String>>,
    conditional: BTreeMap<&'a str, &'a BTreeSet<String>>,
}

/// `backuplint.roles/1`.
pub fn json(answer: &RoleList, out: &mut dyn Write) -> io::Result<()> {
    let by = |set: fn(&Roles) -> &BTreeSet<String>| {
        answer.by_action.iter().map(|(action, roles)| (action.as_str(), set(roles))).collect()
    };
    let answer = Answer {
        schema: "backuplint.roles/1",
        query: answer.question.text(),
        source: answer.source.as_deref().unwrap_or("built-in"),
        asked: answer.asked,
        allowed_by: by(|roles| &roles.all),
        conditional: by(|roles| &roles.conditional),
    };
    layout::write(&answer, out, 3)
}

/// For a person.
pub fn human(answer: &RoleList, out: &mut dyn Write, options: &Options) -> io::Result<()> {
    let mut page = Page::new(out, options);
    let paint = page.paint;
    let of = match &answer.source {
        None => format!("{} built-in roles", answer.asked),
        Some(source) => format!("{} role definitions of {}", answer.asked, visible(source)),
    };
    let asked = answer.question.text();
    let title = format!("Roles that allow {asked}");
    page.flow("", &[Piece(paint.bold, &title), Piece(paint.dim, &format!("(of {of})"))])?;
    match &answer.question {
        Question::Action(_, name) => {
            page.blank()?;
            names(&mut page, answer, name)?;
        }
        Question::Operation(operation) => {
            let ways = [
                ("Recovery Services vault", &operation.recovery_services),
                ("Backup vault", &operation.backup_vault),
            ];
            for (kind, way) in ways {
                if let Some(way) = way {
                    page.heading(paint.bold, kind, "")?;
                    needs(&mut page, answer, way)?;
                }
            }
            page.blank()?;
            let more = format!("backuplint explain {asked}");
            page.flow(
                "",
                &[
                    Piece(paint.plain, "Each of these is needed, from one role or from several."),
                    Piece(paint.name, &more),
                    Piece(paint.plain, "prints the rest."),
                ],
            )?;
        }
    }
    if answer.by_action.values().any(|roles| !roles.conditional.is_empty()) {
        page.blank()?;
        page.flow("* ", &[Piece(paint.dim, "only under a condition that the role carries")])?;
    }
    Ok(())
}

fn needs(page: &mut Page<'_>, answer: &RoleList, way: &Way) -> io::Result<()> {
    let paint = page.paint;
    for any in way.needs {
        for (at, enforced) in any.iter().enumerate() {
            let lead = if at == 0 { "  " } else { "  or " };
            page.flow(
                lead,
                &[
                    Piece(paint.name, enforced.name()),
                    Piece(paint.dim, &format!("on {}", enforced.on.name())),
                ],
            )?;
            names(page, answer, enforced.name())?;
        }
    }
    Ok(())
}

fn names(page: &mut Page<'_>, answer: &RoleList, action: &str) -> io::Result<()> {
    let plain = page.paint.plain;
    let Some(roles) = answer.by_action.get(action).filter(|roles| !roles.all.is_empty()) else {
        return page.flow("    ", &[Piece(plain, "none")]);
    };
    let list: Vec<String> = roles
        .all
        .iter()
        .map(|name| {
            let mark = if roles.conditional.contains(name) { "*" } else { "" };
            format!("{}{mark}", visible(name))
        })
        .collect();
    page.flow("    ", &[Piece(plain, &list.join(", "))])
}
