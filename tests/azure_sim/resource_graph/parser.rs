//! Reads a query. What is not known is an error with its place: an answer without it would be wrong.

use serde_json::Value;

use super::lexer::{self, Token, Word};
use super::query::{Comparison, Expression, Function, Query, Stage};

/// Deeper expressions are nobody's.
const MAX_DEPTH: usize = 64;

/// The query of a text.
///
/// # Errors
/// The word that is not understood.
pub fn parse(text: &str) -> Result<Query, Token> {
    let mut parser = Parser { tokens: lexer::tokens(text)?, at: 0, depth: 0 };
    let table = parser.name()?.to_ascii_lowercase();
    let mut stages = Vec::new();
    while parser.sign("|") {
        stages.push(parser.stage()?);
    }
    parser.sign(";");
    if parser.peek() == &Word::End { Ok(Query { table, stages }) } else { parser.unexpected() }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        // The last word is the end, and nothing goes beyond it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &Word {
        &self.token().word
    }

    fn unexpected<T>(&self) -> Result<T, Token> {
        Err(self.token().clone())
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Word::Sign(known) if *known == sign);
        self.at += usize::from(is);
        is
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let is = matches!(self.peek(), Word::Name(name) if name.eq_ignore_ascii_case(keyword));
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str) -> Result<(), Token> {
        if self.sign(sign) { Ok(()) } else { self.unexpected() }
    }

    fn name(&mut self) -> Result<String, Token> {
        let Word::Name(name) = self.peek() else { return self.unexpected() };
        let name = name.clone();
        self.at += 1;
        Ok(name)
    }

    fn number(&mut self) -> Result<usize, Token> {
        let Word::Number(number) = *self.peek() else { return self.unexpected() };
        if number.fract() != 0.0 {
            return self.unexpected();
        }
        self.at += 1;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number, not signed"
        )]
        Ok(number as usize)
    }

    fn stage(&mut self) -> Result<Stage, Token> {
        let start = self.at;
        let name = self.name()?.to_ascii_lowercase();
        Ok(match name.as_str() {
            "where" | "filter" => Stage::Where(self.expression()?),
            "project" if self.sign("-") => {
                if !self.keyword("away") {
                    return self.unexpected();
                }
                Stage::ProjectAway(self.list(Self::name)?)
            }
            "project" => Stage::Project(self.list(Self::column)?),
            "extend" => Stage::Extend(self.list(Self::column)?),
            "distinct" => Stage::Distinct(self.list(Self::column)?),
            "order" | "sort" => {
                if !self.keyword("by") {
                    return self.unexpected();
                }
                Stage::Order(self.list(Self::key)?)
            }
            "take" | "limit" => Stage::Take(self.number()?),
            "count" => Stage::Count,
            "summarize" => self.summarize()?,
            _ => {
                self.at = start;
                return self.unexpected();
            }
        })
    }

    fn list<T>(&mut self, item: fn(&mut Self) -> Result<T, Token>) -> Result<Vec<T>, Token> {
        let mut items = vec![item(self)?];
        while self.sign(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `name = expression`, or an expression that names its column itself.
    fn column(&mut self) -> Result<(String, Expression), Token> {
        let start = self.at;
        if let Ok(name) = self.name()
            && self.sign("=")
        {
            return Ok((name, self.expression()?));
        }
        self.at = start;
        let expression = self.expression()?;
        match name_of(&expression) {
            Some(name) => Ok((name, expression)),
            None => {
                self.at = start;
                self.unexpected()
            }
        }
    }

    fn key(&mut self) -> Result<(Expression, bool), Token> {
        let key = self.expression()?;
        let ascending = self.keyword("asc");
        if !ascending {
            self.keyword("desc");
        }
        Ok((key, ascending))
    }

    /// Only counting is known.
    fn summarize(&mut self) -> Result<Stage, Token> {
        let start = self.at;
        let name = self.name()?;
        let name = if self.sign("=") {
            if !self.keyword("count") {
                return self.unexpected();
            }
            name
        } else if name.eq_ignore_ascii_case("count") {
            "count_".to_owned()
        } else {
            self.at = start;
            return self.unexpected();
        };
        self.expect("(")?;
        self.expect(")")?;
        let by = if self.keyword("by") { self.list(Self::column)? } else { Vec::new() };
        Ok(Stage::CountBy(name, by))
    }

    fn expression(&mut self) -> Result<Expression, Token> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.unexpected();
        }
        let mut all = vec![self.conjunction()?];
        while self.keyword("or") {
            all.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(if all.len() > 1 { Expression::Or(all) } else { all.remove(0) })
    }

    fn conjunction(&mut self) -> Result<Expression, Token> {
        let mut all = vec![self.comparison()?];
        while self.keyword("and") {
            all.push(self.comparison()?);
        }
        Ok(if all.len() > 1 { Expression::And(all) } else { all.remove(0) })
    }

    fn comparison(&mut self) -> Result<Expression, Token> {
        let left = self.path()?;
        let negated = self.sign("!");
        if self.keyword("in") {
            let alike = self.sign("~");
            return self.is_in(left, negated, alike);
        }
        let Some(comparison) = self.operator(negated) else {
            return if negated { self.unexpected() } else { Ok(left) };
        };
        let right = self.path()?;
        Ok(Expression::Compare(comparison, Box::new(left), Box::new(right)))
    }

    /// What follows `in` or `in~`.
    fn is_in(&mut self, left: Expression, negated: bool, alike: bool) -> Result<Expression, Token> {
        self.expect("(")?;
        let list = self.list(Self::expression)?;
        self.expect(")")?;
        Ok(Expression::In(Box::new(left), list, alike, negated))
    }

    fn operator(&mut self, negated: bool) -> Option<Comparison> {
        let found = match (self.peek(), negated) {
            (Word::Sign("=="), false) => Comparison::Equal,
            (Word::Sign("!="), false) => Comparison::NotEqual,
            (Word::Sign("=~"), false) => Comparison::Alike,
            (Word::Sign("!~"), false) => Comparison::NotAlike,
            (Word::Sign("<"), false) => Comparison::Less,
            (Word::Sign("<="), false) => Comparison::LessOrEqual,
            (Word::Sign(">"), false) => Comparison::Greater,
            (Word::Sign(">="), false) => Comparison::GreaterOrEqual,
            (Word::Name(name), _) => match (name.to_ascii_lowercase().as_str(), negated) {
                ("contains", false) => Comparison::Contains,
                ("contains", true) => Comparison::NotContains,
                ("has", false) => Comparison::Has,
                ("has", true) => Comparison::NotHas,
                ("startswith", false) => Comparison::StartsWith,
                ("startswith", true) => Comparison::NotStartsWith,
                ("endswith", false) => Comparison::EndsWith,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(found)
    }

    fn path(&mut self) -> Result<Expression, Token> {
        let mut value = self.primary()?;
        loop {
            if self.sign(".") {
                value = Expression::Member(Box::new(value), self.name()?);
            } else if self.sign("[") {
                let at = self.expression()?;
                self.expect("]")?;
                value = Expression::Element(Box::new(value), Box::new(at));
            } else {
                return Ok(value);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, Token> {
        if self.sign("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let negative = self.sign("-");
        let word = self.peek().clone();
        let number =
            |number: f64| if number.fract() == 0.0 { whole(number) } else { number.into() };
        let literal = match word {
            Word::Number(value) => {
                Expression::Literal(number(if negative { -value } else { value }))
            }
            _ if negative => return self.unexpected(),
            Word::Text(text) => Expression::Literal(text.into()),
            Word::Span(seconds) => Expression::Span(seconds),
            Word::Name(name) => return self.named(&name),
            Word::Sign(_) | Word::End => return self.unexpected(),
        };
        self.at += 1;
        Ok(literal)
    }

    /// A column, a function, or a word for a value.
    fn named(&mut self, name: &str) -> Result<Expression, Token> {
        let start = self.at;
        self.at += 1;
        if !self.sign("(") {
            return Ok(match name.to_ascii_lowercase().as_str() {
                "true" => Expression::Literal(true.into()),
                "false" => Expression::Literal(false.into()),
                _ => Expression::Column(name.to_owned()),
            });
        }
        let Some((function, count)) = Function::of(name) else {
            self.at = start;
            return self.unexpected();
        };
        let arguments = if name.eq_ignore_ascii_case("datetime") {
            vec![self.bare_time()?]
        } else if self.sign(")") {
            self.at -= 1;
            Vec::new()
        } else {
            self.list(Self::expression)?
        };
        self.expect(")")?;
        if !count.contains(&arguments.len()) {
            self.at = start;
            return self.unexpected();
        }
        Ok(Expression::Call(function, arguments))
    }

    /// What stands in `datetime(…)`, which has no quotes.
    fn bare_time(&mut self) -> Result<Expression, Token> {
        let mut text = String::new();
        while !matches!(self.peek(), Word::Sign(")") | Word::End) {
            text.push_str(&self.token().text);
            self.at += 1;
        }
        Ok(Expression::Literal(text.trim_matches(['\'', '"']).into()))
    }
}

fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction")]
    Value::from(number as i64)
}

/// The name of a column that is not given one.
fn name_of(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Column(name) => Some(name.clone()),
        // `properties.a.b` becomes `properties_a_b`.
        Expression::Member(inner, name) => Some(format!("{}_{name}", name_of(inner)?)),
        Expression::Call(_, arguments) => arguments.first().and_then(name_of),
        _ => None,
    }
}
