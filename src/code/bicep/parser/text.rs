//! Numbers and texts, with what is interpolated into them.

use std::sync::Arc;

use super::{Parser, Read};
use crate::code::bicep::lexer::unescaped;
use crate::code::bicep::token::{Token, Word};
use crate::code::template::expression::{Expression, Kind};

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Read<Expression> {
        let word = self.next();
        if let Ok(number) = self.written(word).parse() {
            Ok(Expression::new(Kind::Number(number), self.place(word)))
        } else {
            self.at -= 1;
            Err(self.unexpected("a number"))
        }
    }

    pub(super) fn interpolation(&mut self) -> Read<Expression> {
        let start = self.next();
        let many = start.token == Token::MultiLineStart;
        let mut pieces = vec![self.piece(start)];
        loop {
            self.skip_lines();
            pieces.push(self.expression()?);
            self.skip_lines();
            let word = self.word();
            match word.token {
                Token::TextMiddle if !many => {}
                Token::MultiLineMiddle if many => {}
                Token::TextEnd if !many => {
                    self.at += 1;
                    pieces.push(self.piece(word));
                    break;
                }
                Token::MultiLineEnd if many => {
                    self.at += 1;
                    pieces.push(self.piece(word));
                    break;
                }
                _ => return Err(self.unexpected("the rest of a text")),
            }
            self.at += 1;
            pieces.push(self.piece(word));
        }
        Ok(Expression::new(Kind::Interpolation(pieces.into()), self.since(start)))
    }

    fn piece(&self, word: Word) -> Expression {
        let written = self.written(word);
        let text: Arc<str> = match word.token {
            Token::MultiLineStart => multi_line(written, true, false).into(),
            Token::MultiLineMiddle => multi_line(written, false, false).into(),
            Token::MultiLineEnd => multi_line(written, false, true).into(),
            _ => {
                let inside = self.inside(word);
                if inside.contains('\\') { unescaped(inside).into() } else { inside.into() }
            }
        };
        Expression::new(Kind::Text(text), self.place(word))
    }
}

/// A multi-line text: nothing is escaped, and an end of line right after the opening quotes is not part of it.
pub(super) fn multi_line(written: &str, first: bool, last: bool) -> &str {
    let mut text = written;
    if first {
        text = text.trim_start_matches('$');
        text = text.strip_prefix("'''").unwrap_or(text);
        text = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text);
    } else {
        text = text.strip_prefix('}').unwrap_or(text);
    }
    if last {
        return text.strip_suffix("'''").unwrap_or(text);
    }
    text.strip_suffix('{').unwrap_or(text).trim_end_matches('$')
}
