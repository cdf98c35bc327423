//! Types. Nothing is checked against them; all that counts is whether null is one of their values.

use super::{Parser, Read};
use crate::code::bicep::token::Token;

/// Whether null is a value of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nullable<'t> {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It is if it is one of this type.
    As(&'t str),
}

impl<'t> Parser<'t> {
    /// Reads a type.
    pub(super) fn type_expression(&mut self) -> Read<Nullable<'t>> {
        self.deeper(Self::union)
    }

    fn union(&mut self) -> Read<Nullable<'t>> {
        let mut nullable = Nullable::No;
        self.skip_before_pipe();
        self.take(Token::Pipe);
        loop {
            self.skip_lines_in_type();
            let member = self.type_member()?;
            if nullable == Nullable::No {
                nullable = member;
            } else if member == Nullable::Yes {
                nullable = Nullable::Yes;
            }
            self.skip_before_pipe();
            if self.take(Token::Pipe).is_none() {
                return Ok(nullable);
            }
        }
    }

    /// A line may begin with the bar of a union.
    fn skip_before_pipe(&mut self) {
        let next = self.after_lines();
        if self.word_at(next).token == Token::Pipe {
            self.at = next;
        }
    }

    fn skip_lines_in_type(&mut self) {
        if self.token() == Token::NewLine {
            self.skip_lines();
        }
    }

    fn type_member(&mut self) -> Read<Nullable<'t>> {
        let word = self.word();
        let mut nullable = Nullable::No;
        match word.token {
            Token::Name => {
                self.at += 1;
                nullable = match self.written(word) {
                    "null" => Nullable::Yes,
                    "resource" if matches!(self.token(), Token::Text) => {
                        self.at += 1;
                        Nullable::No
                    }
                    name => Nullable::As(name),
                };
                if self.take(Token::Less).is_some() {
                    while !matches!(self.token(), Token::Greater | Token::End) {
                        self.skip_lines();
                        self.type_expression()?;
                        self.skip_lines();
                        self.take(Token::Comma);
                    }
                    self.expect(Token::Greater, "`>`")?;
                    nullable = Nullable::No;
                }
            }
            Token::Text | Token::MultiLine | Token::Number => self.at += 1,
            Token::TextStart => {
                self.expression()?;
            }
            Token::Minus | Token::Not => {
                self.at += 1;
                self.type_expression()?;
            }
            Token::OpenParenthesis => {
                self.at += 1;
                self.skip_lines();
                nullable = self.type_expression()?;
                self.skip_lines();
                self.expect(Token::CloseParenthesis, "`)`")?;
            }
            Token::OpenBrace => self.object_type()?,
            Token::OpenBracket => self.tuple_type()?,
            _ => return Err(self.unexpected("a type")),
        }
        self.type_suffix(nullable)
    }

    fn type_suffix(&mut self, mut nullable: Nullable<'t>) -> Read<Nullable<'t>> {
        loop {
            match self.token() {
                Token::Question => {
                    self.at += 1;
                    nullable = Nullable::Yes;
                }
                Token::Not => {
                    self.at += 1;
                    nullable = Nullable::No;
                }
                Token::Dot => {
                    self.at += 1;
                    match self.token() {
                        Token::Star => self.at += 1,
                        _ => {
                            self.name("the name of a property")?;
                        }
                    }
                    nullable = Nullable::No;
                }
                Token::OpenBracket => {
                    self.at += 1;
                    while !matches!(self.token(), Token::CloseBracket | Token::End | Token::NewLine)
                    {
                        self.at += 1;
                    }
                    self.expect(Token::CloseBracket, "`]`")?;
                    nullable = Nullable::No;
                }
                _ => return Ok(nullable),
            }
        }
    }

    fn object_type(&mut self) -> Read<()> {
        self.expect(Token::OpenBrace, "`{`")?;
        loop {
            self.skip_lines();
            while self.take(Token::Comma).is_some() {
                self.skip_lines();
            }
            match self.token() {
                Token::CloseBrace => {
                    self.at += 1;
                    return Ok(());
                }
                Token::At => self.decorator()?,
                Token::Star | Token::Name | Token::Text => {
                    self.at += 1;
                    self.expect(Token::Colon, "`:`")?;
                    self.type_expression()?;
                }
                Token::TextStart => {
                    self.expression()?;
                    self.expect(Token::Colon, "`:`")?;
                    self.type_expression()?;
                }
                Token::Spread => {
                    self.at += 1;
                    self.type_expression()?;
                }
                _ => return Err(self.unexpected("a property")),
            }
        }
    }

    fn tuple_type(&mut self) -> Read<()> {
        self.expect(Token::OpenBracket, "`[`")?;
        loop {
            self.skip_lines();
            while self.take(Token::Comma).is_some() {
                self.skip_lines();
            }
            match self.token() {
                Token::CloseBracket => {
                    self.at += 1;
                    return Ok(());
                }
                Token::At => self.decorator()?,
                Token::Spread => {
                    self.at += 1;
                    self.type_expression()?;
                }
                _ => {
                    self.type_expression()?;
                }
            }
        }
    }

    /// `@name(…)`, of which nothing counts here.
    fn decorator(&mut self) -> Read<()> {
        self.expect(Token::At, "`@`")?;
        self.expression()?;
        Ok(())
    }

    /// Whether null is a value, looked up through the types that the file declares.
    pub(super) fn is_nullable(&self, nullable: Nullable<'t>) -> bool {
        let mut nullable = nullable;
        for _ in 0..16 {
            match nullable {
                Nullable::Yes => return true,
                Nullable::No => return false,
                Nullable::As(name) => {
                    nullable = self.nullable.get(name).copied().unwrap_or(Nullable::No);
                }
            }
        }
        false
    }
}
