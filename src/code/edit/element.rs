//! Values that one instance of a loop is given: a literal in the list or map that the loop goes over.

use super::shared::{in_bicep, in_terraform, is_word, readings};
use super::{File, Language, Refusal, source};
use crate::code::bicep::lexer;
use crate::code::bicep::token::Token;
use crate::code::terraform::syntax::{self, Attribute, Body};
use crate::code::value::Place;

/// Refuses an element of which more than one thing is made: it is read elsewhere in the block, or the list or map is read
/// elsewhere than by the loop of this block.
pub fn alone(files: &[File], used: Place, written: Place, block: Place) -> Result<(), Refusal> {
    let (text, language) = source(files, used.file)?;
    if !is_inside(used, block) {
        return Err(Refusal::FromElsewhere);
    }
    let slice = |place: Place| text.get(place.start as usize..place.end as usize);
    let (path, own) = (slice(used).unwrap_or_default().trim(), slice(block).unwrap_or_default());
    let root = match language {
        Language::Terraform if is_below(path, "each.value") => "each.value",
        Language::Bicep => path.split('.').next().unwrap_or_default(),
        _ => return Err(Refusal::FromElsewhere),
    };
    let is_plain = path.bytes().all(|byte| byte == b'.' || is_word(Some(&byte)));
    if root.is_empty() || !is_plain {
        return Err(Refusal::FromElsewhere);
    }
    if !is_read_once(own, root, path) {
        return Err(Refusal::Shared);
    }
    if is_inside(written, block) {
        return Ok(());
    }
    let name = home(files, written)?;
    let by_loop = match language {
        Language::Bicep => in_bicep(own, &name),
        _ => in_terraform(own, &name),
    };
    if by_loop == 1 && readings(files, used, &name)? == 1 { Ok(()) } else { Err(Refusal::Shared) }
}

fn is_inside(inner: Place, outer: Place) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a block reads a member of the element once, and nowhere something that holds it.
fn is_read_once(block: &str, root: &str, path: &str) -> bool {
    let bytes = block.as_bytes();
    let mut count = 0;
    for (at, _) in block.match_indices(root) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let rest = &block[at..];
        let length = rest.bytes().take_while(|byte| *byte == b'.' || is_word(Some(byte))).count();
        let found = rest[..length].trim_end_matches('.');
        if is_word(before) || before == Some(&b'.') || !is_below(found, root) {
            continue;
        }
        let declares = block[..at].trim_end_matches([' ', '(']).ends_with("for");
        if is_below(found, path) {
            count += 1;
        } else if is_below(path, found) && !declares {
            return false;
        }
    }
    count == 1
}

/// The name of the local, variable or parameter in which a literal is written.
fn home(files: &[File], written: Place) -> Result<String, Refusal> {
    let (text, language) = source(files, written.file)?;
    let found = match language {
        Language::Bicep => in_statement(text, written),
        Language::Terraform => in_body(&syntax::parse_file(text, written.file).0, written),
        Language::TerraformJson | Language::Json => None,
    };
    found.ok_or(Refusal::FromElsewhere)
}

fn in_body(body: &Body, written: Place) -> Option<String> {
    let holds = |found: &&Attribute| is_inside(written, found.value.place);
    let given = body.attributes.iter().find(holds);
    given.map(|given| format!("var.{}", given.name)).or_else(|| {
        body.blocks.iter().find_map(|block| {
            let found = block.body.attributes.iter().find(holds)?;
            match (&*block.kind, block.labels.first()) {
                ("locals", None) => Some(format!("local.{}", found.name)),
                ("variable", Some((name, _))) if &*found.name == "default" => {
                    Some(format!("var.{name}"))
                }
                _ => None,
            }
        })
    })
}

/// The `var` or `param` that a place is in.
fn in_statement(text: &str, written: Place) -> Option<String> {
    let words = lexer::words(text, 0, &mut Vec::new());
    let (mut depth, mut is_first, mut found) = (0_usize, true, None);
    for (at, word) in words.iter().take_while(|word| word.start <= written.start).enumerate() {
        let own = |at: usize| {
            words.get(at).and_then(|word| text.get(word.start as usize..word.end as usize))
        };
        match word.token {
            Token::OpenBrace | Token::OpenBracket | Token::OpenParenthesis => depth += 1,
            Token::CloseBrace | Token::CloseBracket | Token::CloseParenthesis => {
                depth = depth.saturating_sub(1);
            }
            Token::Name if depth == 0 && is_first => {
                let is_value = matches!(own(at), Some("var" | "param"));
                found = if is_value { own(at + 1).map(str::to_owned) } else { None };
            }
            _ => {}
        }
        is_first = word.token == Token::NewLine;
    }
    found
}
