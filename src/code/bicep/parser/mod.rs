//! A recursive-descent parser for Bicep. A statement with an error is one problem; reading goes on with
//! the next statement.

mod expression;
mod resource;
mod statement;
mod text;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::bicep::lexer::{unescaped, words};
use crate::code::bicep::token::{Token, Word};
use crate::code::template::json::Problem;
use crate::code::template::limit::SOURCE_DEPTH;
use crate::code::template::model::{Language, Template};
use crate::code::value::Place;

/// Reads a Bicep file or a `.bicepparam`.
pub fn parse(text: &str, file: u32) -> (Template, Vec<Problem>) {
    let mut problems = Vec::new();
    let words = words(text, file, &mut problems);
    let place = Place { file, start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    let template = Template::new(file, place, Language::Bicep);
    let mut parser = Parser {
        text,
        words: &words,
        at: 0,
        file,
        depth: 0,
        template,
        problems: &mut problems,
        nullable: HashMap::new(),
        aliased: Vec::new(),
        children: Vec::new(),
    };
    parser.program();
    let template = parser.finished();
    (template, problems)
}

/// A statement that could not be read: what was expected, and where.
struct Unreadable {
    message: String,
    place: Place,
}

type Read<T> = Result<T, Unreadable>;

struct Parser<'t> {
    text: &'t str,
    words: &'t [Word],
    at: usize,
    file: u32,
    depth: u32,
    template: Template,
    problems: &'t mut Vec<Problem>,
    /// The types that the file declares: whether null is one of their values.
    nullable: HashMap<&'t str, types::Nullable<'t>>,
    /// Parameters of such a type, by position.
    aliased: Vec<(usize, &'t str)>,
    /// Resources found inside the body at hand.
    children: Vec<crate::code::template::model::Resource>,
}

impl<'t> Parser<'t> {
    fn word(&self) -> Word {
        self.word_at(self.at)
    }

    fn word_at(&self, at: usize) -> Word {
        let end = Word { token: Token::End, start: 0, end: 0 };
        self.words.get(at).or_else(|| self.words.last()).copied().unwrap_or(end)
    }

    fn token(&self) -> Token {
        self.word().token
    }

    fn next(&mut self) -> Word {
        let word = self.word();
        if word.token != Token::End {
            self.at += 1;
        }
        word
    }

    fn written(&self, word: Word) -> &'t str {
        self.text.get(word.start as usize..word.end as usize).unwrap_or("")
    }

    fn place(&self, word: Word) -> Place {
        Place { file: self.file, start: word.start, end: word.end }
    }

    /// The place from a word to the last one that was read.
    fn since(&self, start: Word) -> Place {
        let end = self.at.checked_sub(1).map_or(start.end, |last| self.word_at(last).end);
        Place { file: self.file, start: start.start, end: end.max(start.end) }
    }

    /// The word in the input that is this keyword.
    fn is_keyword(&self, keyword: &str) -> bool {
        let word = self.word();
        word.token == Token::Name && self.written(word) == keyword
    }

    fn take(&mut self, token: Token) -> Option<Word> {
        (self.token() == token).then(|| self.next())
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, token: Token, what: &str) -> Read<Word> {
        self.take(token).ok_or_else(|| self.unexpected(what))
    }

    fn expect_keyword(&mut self, keyword: &str) -> Read<()> {
        if self.take_keyword(keyword) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{keyword}`")))
        }
    }

    fn unexpected(&self, what: &str) -> Unreadable {
        let word = self.word();
        let found = match word.token {
            Token::End => "the end of the file".into(),
            Token::NewLine => "the end of the line".into(),
            _ => format!("`{}`", self.written(word).chars().take(20).collect::<String>()),
        };
        Unreadable { message: format!("expected {what}, found {found}"), place: self.place(word) }
    }

    fn skip_lines(&mut self) {
        while self.token() == Token::NewLine {
            self.at += 1;
        }
    }

    /// The next word that is not the end of a line.
    fn after_lines(&self) -> usize {
        let mut at = self.at;
        while self.word_at(at).token == Token::NewLine {
            at += 1;
        }
        at
    }

    fn name(&mut self, what: &str) -> Read<(Arc<str>, Word)> {
        let word = self.expect(Token::Name, what)?;
        Ok((self.written(word).into(), word))
    }

    /// A text in quotes without expressions in it.
    fn plain_text(&mut self, what: &str) -> Read<(Arc<str>, Word)> {
        let word = self.expect(Token::Text, what)?;
        Ok((self.content(word), word))
    }

    /// What a text token stands for.
    fn content(&self, word: Word) -> Arc<str> {
        let inside = self.inside(word);
        if inside.contains('\\') { unescaped(inside).into() } else { inside.into() }
    }

    fn inside(&self, word: Word) -> &'t str {
        let written = self.written(word);
        let start = 1;
        let end = match word.token {
            Token::TextStart | Token::TextMiddle => 2,
            _ => 1,
        };
        written.get(start..written.len().saturating_sub(end).max(start)).unwrap_or("")
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= SOURCE_DEPTH {
            let message = format!("the code nests deeper than {SOURCE_DEPTH} levels");
            return Err(Unreadable { message, place: self.place(self.word()) });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
