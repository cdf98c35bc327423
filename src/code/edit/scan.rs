//! What stands between braces or brackets, one level deep.

use jsonc_parser::ast::{ObjectPropName, Value as Json};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::Language;
use crate::code::bicep::lexer;
use crate::code::bicep::token::{Token, Word};
use crate::code::terraform::syntax::{self, Node};
use crate::code::value::Place;

/// A stretch of a text.
pub type Range = std::ops::Range<usize>;

/// A member of an object, or an argument of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without quotes; empty for a spread.
    pub name: String,
    /// Where the name stands.
    pub key: Range,
    /// Where the value stands.
    pub value: Range,
}

/// The members of the object that fills a text; `None` if the text is something else.
pub fn object(text: &str, language: Language) -> Option<Vec<Entry>> {
    match language {
        Language::Json | Language::TerraformJson => match json(text)? {
            Json::Object(object) => Some(
                object
                    .properties
                    .iter()
                    .map(|property| {
                        let key = match &property.name {
                            ObjectPropName::String(name) => name.range,
                            ObjectPropName::Word(name) => name.range,
                        };
                        let value = property.value.range();
                        let name = property.name.as_str().to_owned();
                        Entry { name, key: key.start..key.end, value: value.start..value.end }
                    })
                    .collect(),
            ),
            _ => None,
        },
        Language::Terraform => {
            let Node::Object(members) = syntax::parse_expression(text, 0).ok()?.node else {
                return None;
            };
            Some(
                members
                    .iter()
                    .map(|(key, value)| {
                        let range = range(key.place);
                        let name = text
                            .get(range.clone())
                            .unwrap_or_default()
                            .trim_matches('"')
                            .to_owned();
                        Entry { name, key: range, value: self::range(value.place) }
                    })
                    .collect(),
            )
        }
        Language::Bicep => bicep(text, Token::OpenBrace, Token::CloseBrace)?
            .into_iter()
            .map(|words| member(text, &words))
            .collect(),
    }
}

/// The elements of the list that fills a text; `None` if the text is something else.
pub fn list(text: &str, language: Language) -> Option<Vec<Range>> {
    match language {
        Language::Json | Language::TerraformJson => match json(text)? {
            Json::Array(array) => Some(
                array
                    .elements
                    .iter()
                    .map(|element| {
                        let range = element.range();
                        range.start..range.end
                    })
                    .collect(),
            ),
            _ => None,
        },
        Language::Terraform => match syntax::parse_expression(text, 0).ok()?.node {
            Node::List(items) => Some(items.iter().map(|item| range(item.place)).collect()),
            _ => None,
        },
        Language::Bicep => bicep(text, Token::OpenBracket, Token::CloseBracket)?
            .into_iter()
            .map(|words| match (words.first(), words.last()) {
                (Some(first), Some(last))
                    if &text[first.start as usize..first.end as usize] != "for" =>
                {
                    Some(first.start as usize..last.end as usize)
                }
                _ => None,
            })
            .collect(),
    }
}

fn range(place: crate::code::value::Place) -> Range {
    place.start as usize..place.end as usize
}

fn json(text: &str) -> Option<Json<'_>> {
    parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?.value
}

/// What stands between the outermost brackets, divided at ends of line and commas.
fn bicep(text: &str, open: Token, close: Token) -> Option<Vec<Vec<Word>>> {
    let mut problems = Vec::new();
    let words = lexer::words(text, 0, &mut problems);
    let (end, words) = words.split_last()?;
    let (first, words) = words.split_first()?;
    let (last, words) = words.split_last()?;
    let is_whole = first.token == open && last.token == close && end.token == Token::End;
    if !is_whole || !problems.is_empty() {
        return None;
    }
    let mut parts = vec![Vec::new()];
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match word.token {
            Token::OpenBrace
            | Token::OpenBracket
            | Token::OpenParenthesis
            | Token::TextStart
            | Token::MultiLineStart => depth += 1,
            Token::CloseBrace
            | Token::CloseBracket
            | Token::CloseParenthesis
            | Token::TextEnd
            | Token::MultiLineEnd => depth = depth.checked_sub(1)?,
            // A conditional may go on in the next line.
            Token::NewLine if depth == 0 && !goes_on(words.get(at + 1)) => {
                parts.push(Vec::new());
                continue;
            }
            Token::Comma if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut()?.push(*word);
    }
    parts.retain(|part| part.iter().any(|word| word.token != Token::NewLine));
    (depth == 0).then_some(parts)
}

fn goes_on(next: Option<&Word>) -> bool {
    next.is_some_and(|word| matches!(word.token, Token::Question | Token::Colon))
}

fn member(text: &str, words: &[Word]) -> Option<Entry> {
    let (first, last) = (words.first()?, words.last()?);
    let (start, end) = (first.start as usize, last.end as usize);
    let word =
        |at: usize| words.get(at).and_then(|word| text.get(word.start as usize..word.end as usize));
    let is_resource =
        word(0) == Some("resource") && words.get(1).is_some_and(|word| word.token == Token::Name);
    if is_resource || matches!(first.token, Token::Spread | Token::At) {
        return Some(Entry { name: String::new(), key: start..end, value: start..end });
    }
    let colon = words.get(1).filter(|word| word.token == Token::Colon)?;
    let value = words.get(2)?;
    debug_assert!(colon.start >= first.end);
    let name = text.get(start..first.end as usize)?.trim_matches('\'').to_owned();
    Some(Entry { name, key: start..first.end as usize, value: value.start as usize..end })
}

/// The object of a block in the JSON syntax of Terraform; nothing if it is one of a list.
pub fn json_block(text: &str, header: Place, block: Place) -> Option<Place> {
    let after = text.get(header.end as usize..block.end as usize)?;
    let open = after.find('{')?;
    let is_alone = after[..open].chars().all(|letter| letter.is_whitespace() || letter == ':');
    let start = header.end + u32::try_from(open).ok()?;
    is_alone.then_some(Place { start, ..block })
}

/// The object of a Bicep resource at a place.
pub fn body(text: &str, place: Place) -> Option<Place> {
    let written = text.get(place.start as usize..place.end as usize)?;
    let words = lexer::words(written, 0, &mut Vec::new());
    let (mut round, mut square) = (0_usize, 0_usize);
    let mut before = Token::End;
    for (at, word) in words.iter().enumerate() {
        match word.token {
            Token::OpenParenthesis => round += 1,
            Token::CloseParenthesis => round = round.saturating_sub(1),
            Token::OpenBracket => square += 1,
            Token::CloseBracket => square = square.saturating_sub(1),
            Token::OpenBrace
                if round == 0
                    && square < 2
                    && matches!(before, Token::Assign | Token::Colon | Token::CloseParenthesis) =>
            {
                let end = closing(words.get(at..)?)?;
                return Some(Place {
                    file: place.file,
                    start: place.start + word.start,
                    end: place.start + end,
                });
            }
            _ => {}
        }
        if word.token != Token::NewLine {
            before = word.token;
        }
    }
    None
}

/// Where the brace ends that closes the first of these words.
fn closing(words: &[Word]) -> Option<u32> {
    let mut depth = 0_usize;
    for word in words {
        match word.token {
            Token::OpenBrace => depth += 1,
            Token::CloseBrace => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(word.end);
        }
    }
    None
}
