//! Expressions.

use std::sync::Arc;

use super::text::multi_line;
use super::{Parser, Read};
use crate::code::bicep::token::{Token, Word};
use crate::code::template::expression::{
    Call, Each, Expression, For, Index, Item, Key, Kind, Lambda, Member, Operator, Property,
    each_once,
};
use crate::code::template::functions;
use crate::code::template::limit::EXPRESSION_HEIGHT;

impl Parser<'_> {
    /// Reads an expression.
    pub(super) fn expression(&mut self) -> Read<Expression> {
        self.deeper(Self::ternary)
    }

    fn ternary(&mut self) -> Read<Expression> {
        let start = self.word();
        let condition = self.binary(0)?;
        if !self.take_over_lines(Token::Question) {
            return Ok(condition);
        }
        self.skip_lines();
        let yes = self.expression()?;
        if !self.take_over_lines(Token::Colon) {
            return Err(self.unexpected("`:`"));
        }
        self.skip_lines();
        let no = self.expression()?;
        let place = self.since(start);
        Ok(Expression::new(Kind::If(Box::new([condition, yes, no])), place))
    }

    /// Takes a token, before which the line may end.
    fn take_over_lines(&mut self, token: Token) -> bool {
        let next = self.after_lines();
        let found = self.word_at(next).token == token;
        if found {
            self.at = next + 1;
        }
        found
    }

    fn binary(&mut self, weakest: u8) -> Read<Expression> {
        let start = self.word();
        let mut left = self.unary()?;
        loop {
            let next = self.after_lines();
            let Some((operator, strength)) = operator(self.word_at(next).token) else {
                return Ok(left);
            };
            // A line that begins with a sign is a new element, not a difference.
            if strength < weakest || (next != self.at && operator == Operator::Subtract) {
                return Ok(left);
            }
            self.at = next + 1;
            self.skip_lines();
            let right = self.deeper(|parser| parser.binary(strength + 1))?;
            let place = self.since(start);
            left = Expression::new(Kind::Binary(operator, Box::new([left, right])), place);
            check_height(&left)?;
        }
    }

    fn unary(&mut self) -> Read<Expression> {
        let start = self.word();
        match start.token {
            Token::Not => {
                self.at += 1;
                let operand = self.deeper(Self::unary)?;
                Ok(Expression::new(Kind::Not(Box::new(operand)), self.since(start)))
            }
            Token::Minus => {
                self.at += 1;
                let operand = self.deeper(Self::unary)?;
                let place = self.since(start);
                if let Kind::Number(number) = operand.kind {
                    return Ok(Expression::new(Kind::Number(-number), place));
                }
                Ok(Expression::new(Kind::Negate(Box::new(operand)), place))
            }
            Token::Plus => {
                self.at += 1;
                self.deeper(Self::unary)
            }
            _ => self.postfix(),
        }
    }

    fn postfix(&mut self) -> Read<Expression> {
        let start = self.word();
        let mut expression = self.primary()?;
        // After one safe step the whole rest of the chain is: the compiler makes one `tryGet()` of it.
        let mut safe = false;
        loop {
            match self.token() {
                Token::Dot => {
                    self.at += 1;
                    safe |= self.take(Token::Question).is_some();
                    self.skip_lines();
                    let (name, _) = self.name("the name of a member")?;
                    expression = if self.token() == Token::OpenParenthesis {
                        self.method(expression, name, start)?
                    } else {
                        let member = Member { base: expression, name, safe };
                        Expression::new(Kind::Member(Box::new(member)), self.since(start))
                    };
                }
                Token::DoubleColon => {
                    self.at += 1;
                    let (name, _) = self.name("the name of a nested resource")?;
                    expression = Expression::new(
                        Kind::Child(Box::new((expression, name))),
                        self.since(start),
                    );
                }
                Token::OpenBracket => {
                    self.at += 1;
                    safe |= self.take(Token::Question).is_some();
                    let from_end = self.take(Token::Caret).is_some();
                    self.skip_lines();
                    let index = self.expression()?;
                    self.skip_lines();
                    self.expect(Token::CloseBracket, "`]`")?;
                    let index = Index { base: expression, index, safe, from_end };
                    expression = Expression::new(Kind::Index(Box::new(index)), self.since(start));
                }
                // `x!` only tells the compiler that x is not null.
                Token::Not => self.at += 1,
                _ => return Ok(expression),
            }
            check_height(&expression)?;
        }
    }

    /// `namespace.function(…)`, or a method of a resource.
    fn method(&mut self, base: Expression, name: Arc<str>, start: Word) -> Read<Expression> {
        let mut arguments = self.arguments()?;
        let place = self.since(start);
        let call = if let Kind::Name(namespace) = base.kind {
            Call { namespace: Some(namespace), name, definition: None, arguments: arguments.into() }
        } else {
            arguments.insert(0, base);
            Call {
                namespace: None,
                definition: functions::find("getSecret"),
                name,
                arguments: arguments.into(),
            }
        };
        Ok(Expression::new(Kind::Call(Box::new(call)), place))
    }

    fn arguments(&mut self) -> Read<Vec<Expression>> {
        self.expect(Token::OpenParenthesis, "`(`")?;
        let mut arguments = Vec::new();
        loop {
            self.skip_lines();
            if self.take(Token::CloseParenthesis).is_some() {
                return Ok(arguments);
            }
            arguments.push(self.expression()?);
            self.skip_lines();
            if self.take(Token::Comma).is_none() {
                self.expect(Token::CloseParenthesis, "`,` or `)`")?;
                return Ok(arguments);
            }
        }
    }

    fn primary(&mut self) -> Read<Expression> {
        let word = self.word();
        match word.token {
            Token::Text => {
                self.at += 1;
                Ok(Expression::new(Kind::Text(self.content(word)), self.place(word)))
            }
            Token::MultiLine => {
                self.at += 1;
                Ok(Expression::new(
                    Kind::Text(multi_line(self.written(word), true, true).into()),
                    self.place(word),
                ))
            }
            Token::TextStart | Token::MultiLineStart => self.interpolation(),
            Token::Number => self.number(),
            Token::OpenBrace => self.object(),
            Token::OpenBracket => self.list(),
            Token::OpenParenthesis if self.is_lambda() => self.lambda(),
            Token::OpenParenthesis => {
                self.at += 1;
                self.skip_lines();
                let inner = self.expression()?;
                self.skip_lines();
                self.expect(Token::CloseParenthesis, "`)`")?;
                Ok(inner)
            }
            Token::Name if self.word_at(self.at + 1).token == Token::Arrow => self.lambda(),
            Token::Name => self.named(),
            _ => Err(self.unexpected("an expression")),
        }
    }

    fn named(&mut self) -> Read<Expression> {
        let word = self.next();
        let written = self.written(word);
        if self.token() == Token::OpenParenthesis {
            let arguments = self.arguments()?;
            let place = self.since(word);
            let definition = functions::find(written);
            let call = Call {
                namespace: None,
                name: written.into(),
                definition,
                arguments: arguments.into(),
            };
            return Ok(Expression::new(Kind::Call(Box::new(call)), place));
        }
        let kind = match written {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            name => Kind::Name(name.into()),
        };
        Ok(Expression::new(kind, self.place(word)))
    }

    /// Whether `(…) =>` comes.
    fn is_lambda(&self) -> bool {
        let mut at = self.at + 1;
        loop {
            match self.word_at(at).token {
                Token::Name | Token::Comma | Token::NewLine => at += 1,
                Token::CloseParenthesis => return self.word_at(at + 1).token == Token::Arrow,
                _ => return false,
            }
        }
    }

    fn lambda(&mut self) -> Read<Expression> {
        let start = self.word();
        let mut parameters = Vec::new();
        if self.take(Token::OpenParenthesis).is_some() {
            while self.take(Token::CloseParenthesis).is_none() {
                match self.next() {
                    word if word.token == Token::Name => parameters.push(self.written(word).into()),
                    word if word.token == Token::End => return Err(self.unexpected("`)`")),
                    _ => {}
                }
            }
        } else {
            parameters.push(self.name("a name")?.0);
        }
        self.expect(Token::Arrow, "`=>`")?;
        self.skip_lines();
        let body = self.expression()?;
        let lambda = Lambda { parameters: parameters.into(), body };
        Ok(Expression::new(Kind::Lambda(Box::new(lambda)), self.since(start)))
    }

    fn object(&mut self) -> Read<Expression> {
        let start = self.expect(Token::OpenBrace, "`{`")?;
        let mut items = Vec::new();
        loop {
            self.skip_separators();
            let word = self.word();
            match word.token {
                Token::CloseBrace => {
                    self.at += 1;
                    return Ok(Expression::new(Kind::Object(each_once(items)), self.since(start)));
                }
                Token::Spread => {
                    self.at += 1;
                    items.push(Item::Spread(self.expression()?));
                }
                Token::At => self.nested_resource()?,
                Token::Name if self.is_nested_resource() => self.nested_resource()?,
                _ => items.push(Item::Member(self.property()?)),
            }
        }
    }

    fn skip_separators(&mut self) {
        while matches!(self.token(), Token::NewLine | Token::Comma) {
            self.at += 1;
        }
    }

    fn property(&mut self) -> Read<Property> {
        let word = self.word();
        let key = match word.token {
            Token::Name => {
                self.at += 1;
                Key::Known(self.written(word).into())
            }
            Token::Text => {
                self.at += 1;
                Key::Known(self.content(word))
            }
            Token::MultiLine => {
                self.at += 1;
                Key::Known(multi_line(self.written(word), true, true).into())
            }
            Token::TextStart | Token::MultiLineStart => Key::Computed(self.interpolation()?),
            _ => return Err(self.unexpected("the name of a property")),
        };
        let key_place = self.since(word);
        self.expect(Token::Colon, "`:`")?;
        self.skip_lines();
        Ok(Property { key, key_place, value: self.expression()? })
    }

    fn list(&mut self) -> Read<Expression> {
        let start = self.expect(Token::OpenBracket, "`[`")?;
        self.skip_lines();
        if self.is_keyword("for")
            && matches!(self.word_at(self.at + 1).token, Token::Name | Token::OpenParenthesis)
        {
            let each = self.each()?;
            let body = self.expression()?;
            self.skip_lines();
            self.expect(Token::CloseBracket, "`]`")?;
            return Ok(Expression::new(Kind::For(Box::new(For { each, body })), self.since(start)));
        }
        let mut elements = Vec::new();
        loop {
            self.skip_separators();
            let word = self.word();
            match word.token {
                Token::CloseBracket => {
                    self.at += 1;
                    return Ok(Expression::new(Kind::List(elements.into()), self.since(start)));
                }
                Token::Spread => {
                    self.at += 1;
                    let spread = Box::new(self.expression()?);
                    elements.push(Expression::new(Kind::Spread(spread), self.since(word)));
                }
                _ => elements.push(self.expression()?),
            }
        }
    }

    /// `for x in xs:` or `for (x, i) in xs:`
    pub(super) fn each(&mut self) -> Read<Each> {
        self.expect_keyword("for")?;
        let (mut item, mut index) = (Arc::from(""), None);
        if self.take(Token::OpenParenthesis).is_some() {
            self.skip_lines();
            item = self.name("the name of the element")?.0;
            self.skip_lines();
            if self.take(Token::Comma).is_some() {
                self.skip_lines();
                index = Some(self.name("the name of the index")?.0);
                self.skip_lines();
            }
            self.expect(Token::CloseParenthesis, "`)`")?;
        } else {
            let name = self.name("the name of the element")?.0;
            item = if item.is_empty() { name } else { item };
        }
        self.expect_keyword("in")?;
        let list = self.expression()?;
        self.skip_lines();
        self.expect(Token::Colon, "`:`")?;
        self.skip_lines();
        Ok(Each { item, index, list })
    }
}

fn check_height(expression: &Expression) -> Read<()> {
    if expression.height > EXPRESSION_HEIGHT {
        let message = format!("an expression nests deeper than {EXPRESSION_HEIGHT} levels");
        return Err(super::Unreadable { message, place: expression.place });
    }
    Ok(())
}

/// The operators from the weakest to the strongest.
fn operator(token: Token) -> Option<(Operator, u8)> {
    Some(match token {
        Token::DoubleQuestion => (Operator::Coalesce, 0),
        Token::Or => (Operator::Or, 1),
        Token::And => (Operator::And, 2),
        Token::Equal => (Operator::Equal, 3),
        Token::Unequal => (Operator::Unequal, 3),
        Token::EqualIgnoringCase => (Operator::EqualIgnoringCase, 3),
        Token::UnequalIgnoringCase => (Operator::UnequalIgnoringCase, 3),
        Token::Less => (Operator::Less, 4),
        Token::LessOrEqual => (Operator::LessOrEqual, 4),
        Token::Greater => (Operator::Greater, 4),
        Token::GreaterOrEqual => (Operator::GreaterOrEqual, 4),
        Token::Plus => (Operator::Add, 5),
        Token::Minus => (Operator::Subtract, 5),
        Token::Star => (Operator::Multiply, 6),
        Token::Slash => (Operator::Divide, 6),
        Token::Percent => (Operator::Remainder, 6),
        _ => return None,
    })
}
