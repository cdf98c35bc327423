//! Whether anything but one property of one declaration reads what is written at a place.

use super::{File, Language, Refusal, element, source};
use crate::code::bicep::lexer;
use crate::code::bicep::token::Token;
use crate::code::stored::{Stored, StoredDeclaration};
use crate::code::value::{Place, ViaKind};
use crate::inventory::Written;

/// Refuses a place that other declarations take a value from, or the same one at another property. Instances of one
/// block count as one: what stands in it holds for all of them.
pub fn declarations(stored: &Stored, at: usize, place: Place) -> Result<(), Refusal> {
    let all = &stored.declarations;
    let own = all.get(at).ok_or(Refusal::Form)?;
    let body = |of: &StoredDeclaration| stored.tree.written(of.body);
    let is_same = |other: &StoredDeclaration| other.place == own.place && other.calls == own.calls;
    if all
        .iter()
        .filter(|other| !is_same(other))
        .any(|other| other.place == place || reads(body(other), place) > 0)
    {
        return Err(Refusal::Shared);
    }
    if reads(body(own), place) > 1 { Err(Refusal::Shared) } else { Ok(()) }
}

/// How many values of a body are written at a place. A part of something written there is not counted.
fn reads(value: Written<'_>, place: Place) -> usize {
    if value.written() == place && !value.is_null() {
        return 1;
    }
    value.parts().map(|part| reads(part, place)).sum()
}

/// Refuses a value that came through something which is read elsewhere too, or is no text of the project.
pub fn steps(files: &[File], value: Written<'_>, block: Place) -> Result<(), Refusal> {
    let mut used = value.place();
    for step in value.steps() {
        match step.kind {
            ViaKind::VariableDefault
            | ViaKind::VariableFile
            | ViaKind::ParameterFile
            | ViaKind::ModuleArgument
            | ViaKind::Local => {}
            ViaKind::Element => {
                element::alone(files, used, step.place, block)?;
                used = step.place;
                continue;
            }
            ViaKind::CommandLine
            | ViaKind::Environment
            | ViaKind::Output
            | ViaKind::Attribute
            | ViaKind::Call
            | ViaKind::Command
            | ViaKind::Assignment
            | ViaKind::File => return Err(Refusal::FromElsewhere),
        }
        let is_local = step.kind == ViaKind::Local;
        if references(files, used, step.name, is_local)? != 1 {
            return Err(Refusal::Shared);
        }
        used = step.place;
    }
    Ok(())
}

/// How often a name is read in the module around a place.
fn references(files: &[File], used: Place, name: &str, is_local: bool) -> Result<usize, Refusal> {
    let (text, language) = source(files, used.file)?;
    Ok(match language {
        Language::Bicep => in_bicep(text, name),
        Language::Json => {
            let function = if is_local { "variables" } else { "parameters" };
            in_json(text, function, name)
        }
        Language::Terraform | Language::TerraformJson => {
            let here = files.get(used.file as usize).and_then(|file| file.path.parent());
            let beside = files.iter().filter(|file| file.path.parent() == here);
            let name = format!("{}.{name}", if is_local { "local" } else { "var" });
            beside.map(|file| in_terraform(&file.text, &name)).sum()
        }
    })
}

/// How often a local or variable is read in the module around a place, by its whole name: `local.n`, `var.n`.
pub(super) fn readings(files: &[File], around: Place, name: &str) -> Result<usize, Refusal> {
    let (text, language) = source(files, around.file)?;
    Ok(if language == Language::Bicep {
        in_bicep(text, name)
    } else {
        let here = files.get(around.file as usize).and_then(|file| file.path.parent());
        let beside = files.iter().filter(|file| file.path.parent() == here);
        beside.map(|file| in_terraform(&file.text, name)).sum()
    })
}

pub(super) fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Comments count too: then there is one reading more, and no edit.
pub(super) fn in_terraform(text: &str, name: &str) -> usize {
    let bytes = text.as_bytes();
    let is_whole = |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_word(before) && before != Some(&b'.') && !is_word(bytes.get(at + name.len()))
    };
    text.match_indices(name).map(|(at, _)| at).filter(is_whole).count()
}

fn in_json(text: &str, function: &str, name: &str) -> usize {
    let text = text.to_ascii_lowercase();
    let name = format!("'{}'", name.to_ascii_lowercase());
    let calls = text.match_indices(function).filter(|(at, _)| {
        let rest = text[at + function.len()..].trim_start();
        rest.strip_prefix('(').is_some_and(|rest| rest.trim_start().starts_with(&name))
    });
    calls.count()
}

/// Names that are no keys of objects, no members of something and no declaration of the name itself.
pub(super) fn in_bicep(text: &str, name: &str) -> usize {
    let words = lexer::words(text, 0, &mut Vec::new());
    let token = |at: Option<usize>| at.and_then(|at| words.get(at)).map(|word| word.token);
    let is_read = |at: usize| {
        let before = token(at.checked_sub(1));
        let is_key = token(Some(at + 1)) == Some(Token::Colon)
            && matches!(before, Some(Token::NewLine | Token::OpenBrace | Token::Comma));
        let declares = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| {
            let before = text.get(word.start as usize..word.end as usize);
            matches!(before, Some("param" | "var"))
        });
        !is_key && !declares && before != Some(Token::Dot)
    };
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| {
            word.token == Token::Name
                && text.get(word.start as usize..word.end as usize) == Some(name)
        })
        .filter(|(at, _)| is_read(*at))
        .count()
}
