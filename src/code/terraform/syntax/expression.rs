//! The grammar of expressions, as HCL's own parser reads it.

use std::sync::Arc;

use super::super::limits;
use super::cursor::{Cursor, Parsed};
use super::{
    Call, Expression, For, Node, Operator, Step, SyntaxError, Traversal, heredoc, template,
};
use crate::code::names::shared;
use crate::code::value::{Content, Value};

/// Parses a text that is nothing but one expression.
pub(super) fn whole(text: &str, file: u32) -> Result<Expression, SyntaxError> {
    whole_at(&mut Cursor::new(text, file, 0)).map_err(|error| *error)
}

/// Parses what is left as one expression.
pub(super) fn whole_at(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    cursor.nested_lines(true, |cursor| {
        cursor.space();
        let found = expression(cursor)?;
        cursor.space();
        if cursor.at_end() { Ok(found) } else { cursor.error("expected the end of the expression") }
    })
}

/// Parses one expression; spaces before it are skipped.
pub(super) fn expression(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    cursor.nested(|cursor| {
        cursor.space();
        let start = cursor.at;
        let condition = binary(cursor, 0)?;
        let end = cursor.at;
        cursor.space();
        if !cursor.take(b'?') {
            cursor.at = end;
            return Ok(condition);
        }
        let yes = expression(cursor)?;
        cursor.space();
        cursor.expect(b':', "and the other value of the condition")?;
        let no = expression(cursor)?;
        let node = Node::Conditional(Box::new([condition, yes, no]));
        Ok(Expression { node, place: cursor.from(start) })
    })
}

fn binary(cursor: &mut Cursor<'_>, lowest: u8) -> Parsed<Expression> {
    let start = cursor.at;
    let mut left = unary(cursor)?;
    let mut count = 0;
    loop {
        let end = cursor.at;
        cursor.space();
        let Some((operator, width, level)) = operator(cursor).filter(|found| found.2 >= lowest)
        else {
            cursor.at = end;
            return Ok(left);
        };
        count += 1;
        if count > limits::OPERATORS {
            let message = format!("more than {} operators in a row", limits::OPERATORS);
            let place = cursor.from(start);
            return Err(Box::new(SyntaxError { message, place, limit: true }));
        }
        cursor.at += width;
        cursor.space();
        let right = binary(cursor, level + 1)?;
        let node = Node::Binary(operator, Box::new([left, right]));
        left = Expression { node, place: cursor.from(start) };
    }
}

fn operator(cursor: &Cursor<'_>) -> Option<(Operator, usize, u8)> {
    let found = match (cursor.peek(), cursor.peek_at(1)) {
        (b'|', b'|') => (Operator::Or, 2, 1),
        (b'&', b'&') => (Operator::And, 2, 2),
        (b'=', b'=') => (Operator::Equal, 2, 3),
        (b'!', b'=') => (Operator::NotEqual, 2, 3),
        (b'>', b'=') => (Operator::GreaterOrEqual, 2, 4),
        (b'<', b'=') => (Operator::LessOrEqual, 2, 4),
        (b'>', _) => (Operator::Greater, 1, 4),
        (b'<', _) => (Operator::Less, 1, 4),
        (b'+', _) => (Operator::Add, 1, 5),
        (b'-', _) => (Operator::Subtract, 1, 5),
        (b'*', _) => (Operator::Multiply, 1, 6),
        (b'/', _) => (Operator::Divide, 1, 6),
        (b'%', _) => (Operator::Remainder, 1, 6),
        _ => return None,
    };
    Some(found)
}

fn unary(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    if cursor.take(b'-') {
        let operand = cursor.nested(|cursor| {
            cursor.space();
            unary(cursor)
        })?;
        let place = cursor.from(start);
        if let Node::Literal(Value { content: Content::Number(number), .. }) = operand.node {
            return Ok(literal(Value::number(-number, place)));
        }
        return Ok(Expression { node: Node::Negate(Box::new(operand)), place });
    }
    if cursor.peek() == b'!' && cursor.peek_at(1) != b'=' {
        cursor.at += 1;
        let operand = cursor.nested(|cursor| {
            cursor.space();
            unary(cursor)
        })?;
        return Ok(Expression { node: Node::Not(Box::new(operand)), place: cursor.from(start) });
    }
    let base = term(cursor)?;
    traversal(cursor, base, start)
}

fn literal(value: Value) -> Expression {
    let place = value.place;
    Expression { node: Node::Literal(value), place }
}

fn traversal(cursor: &mut Cursor<'_>, base: Expression, start: usize) -> Parsed<Expression> {
    let mut steps = Vec::new();
    loop {
        let end = cursor.at;
        cursor.space();
        let from = cursor.at;
        if cursor.peek() == b'.' && cursor.peek_at(1) != b'.' {
            cursor.at += 1;
            cursor.space();
            steps.push(dotted(cursor, from)?);
        } else if cursor.take(b'[') {
            steps.push(bracketed(cursor, from)?);
        } else {
            cursor.at = end;
            break;
        }
    }
    if steps.is_empty() {
        return Ok(base);
    }
    let node = Node::Traversal(Box::new(Traversal { base, steps: steps.into() }));
    Ok(Expression { node, place: cursor.from(start) })
}

fn dotted(cursor: &mut Cursor<'_>, from: usize) -> Parsed<Step> {
    if cursor.take(b'*') {
        return Ok(Step::AttributeSplat(cursor.from(from)));
    }
    if cursor.at_name() {
        let name = cursor.name();
        let name = shared(name);
        return Ok(Step::Attribute(name, cursor.from(from)));
    }
    let start = cursor.at;
    while cursor.peek().is_ascii_digit() {
        cursor.at += 1;
    }
    match cursor.slice(start, cursor.at).parse::<f64>() {
        Ok(index) => Ok(Step::Index(literal(Value::number(index, cursor.from(start))))),
        Err(_) => cursor.error("expected the name of an attribute"),
    }
}

fn bracketed(cursor: &mut Cursor<'_>, from: usize) -> Parsed<Step> {
    cursor.nested_lines(true, |cursor| {
        cursor.space();
        if cursor.take(b'*') {
            cursor.space();
            cursor.expect(b']', "after `[*`")?;
            return Ok(Step::FullSplat(cursor.from(from)));
        }
        let index = expression(cursor)?;
        cursor.space();
        cursor.expect(b']', "at the end of the index")?;
        Ok(Step::Index(index))
    })
}

fn term(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    match cursor.peek() {
        b'"' => template::quoted(cursor),
        b'0'..=b'9' => number(cursor),
        b'(' => {
            cursor.at += 1;
            let inner = cursor.nested_lines(true, |cursor| {
                let inner = expression(cursor)?;
                cursor.space();
                cursor.expect(b')', "at the end of the parentheses")?;
                Ok(inner)
            })?;
            Ok(Expression { node: inner.node, place: cursor.from(start) })
        }
        b'[' => {
            cursor.at += 1;
            let node = cursor.nested_lines(true, list)?;
            Ok(Expression { node, place: cursor.from(start) })
        }
        b'{' => {
            cursor.at += 1;
            let node = cursor.nested_lines(false, object)?;
            Ok(Expression { node, place: cursor.from(start) })
        }
        b'<' if cursor.peek_at(1) == b'<' => heredoc::heredoc(cursor),
        _ if cursor.at_name() => named(cursor),
        0 if cursor.at_end() => cursor.error("expected an expression, found the end of the file"),
        _ => cursor.error("expected an expression"),
    }
}

fn number(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    let digits = |cursor: &mut Cursor<'_>| {
        while cursor.peek().is_ascii_digit() {
            cursor.at += 1;
        }
    };
    digits(cursor);
    if cursor.peek() == b'.' && cursor.peek_at(1).is_ascii_digit() {
        cursor.at += 1;
        digits(cursor);
    }
    if matches!(cursor.peek(), b'e' | b'E') {
        let signed = usize::from(matches!(cursor.peek_at(1), b'+' | b'-'));
        if cursor.peek_at(1 + signed).is_ascii_digit() {
            cursor.at += 1 + signed;
            digits(cursor);
        }
    }
    match cursor.slice(start, cursor.at).parse::<f64>() {
        Ok(number) => Ok(literal(Value::number(number, cursor.from(start)))),
        Err(_) => cursor.error_at(start, "expected a number"),
    }
}

fn named(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let start = cursor.at;
    let name = cursor.name();
    let end = cursor.at;
    cursor.space();
    let calls = cursor.peek() == b'(' || (cursor.peek() == b':' && cursor.peek_at(1) == b':');
    if calls {
        return call(cursor, start, name);
    }
    cursor.at = end;
    let place = cursor.from(start);
    let node = match name {
        "true" => Node::Literal(Value::bool(true, place)),
        "false" => Node::Literal(Value::bool(false, place)),
        "null" => Node::Literal(Value::null(place)),
        _ => Node::Name(shared(name)),
    };
    Ok(Expression { node, place })
}

fn call(cursor: &mut Cursor<'_>, start: usize, first: &str) -> Parsed<Expression> {
    let mut name = String::new();
    while cursor.peek() == b':' && cursor.peek_at(1) == b':' {
        if name.is_empty() {
            name.push_str(first);
        }
        cursor.at += 2;
        cursor.space();
        name.push_str("::");
        name.push_str(cursor.name());
        cursor.space();
    }
    let name = if name.is_empty() { shared(first) } else { Arc::from(name) };
    cursor.expect(b'(', "and the arguments of the function")?;
    let (arguments, expand) = cursor.nested_lines(true, arguments)?;
    let node = Node::Call(Box::new(Call { name, arguments, expand }));
    Ok(Expression { node, place: cursor.from(start) })
}

fn arguments(cursor: &mut Cursor<'_>) -> Parsed<(Box<[Expression]>, bool)> {
    let mut arguments = Vec::new();
    let mut expand = false;
    loop {
        cursor.space();
        if cursor.take(b')') {
            return Ok((arguments.into(), expand));
        }
        if expand {
            return cursor.error("expected `)`: only the last argument may be expanded");
        }
        arguments.push(expression(cursor)?);
        cursor.space();
        if cursor.rest().starts_with(b"...") {
            cursor.at += 3;
            expand = true;
        } else if !cursor.take(b',') && cursor.peek() != b')' {
            return cursor.error("expected `,` or `)` after the argument");
        }
    }
}

fn list(cursor: &mut Cursor<'_>) -> Parsed<Node> {
    cursor.space();
    if cursor.word("for") {
        return for_expression(cursor, b']');
    }
    let mut items = Vec::new();
    loop {
        cursor.space();
        if cursor.take(b']') {
            return Ok(Node::List(items.into()));
        }
        items.push(expression(cursor)?);
        cursor.space();
        if !cursor.take(b',') && cursor.peek() != b']' {
            return cursor.error("expected `,` or `]` after the element");
        }
    }
}

fn object(cursor: &mut Cursor<'_>) -> Parsed<Node> {
    cursor.lines();
    if cursor.word("for") {
        cursor.free_lines = true;
        return for_expression(cursor, b'}');
    }
    let mut items = Vec::new();
    loop {
        cursor.lines();
        if cursor.take(b'}') {
            return Ok(Node::Object(items.into()));
        }
        let key = key(cursor)?;
        cursor.space();
        if !cursor.take(b'=') && !cursor.take(b':') {
            return cursor.error("expected `=` and the value of the member");
        }
        let value = expression(cursor)?;
        items.push((key, value));
        cursor.space();
        let ends = cursor.take(b',') || matches!(cursor.peek(), b'\n' | b'}');
        if !ends {
            return cursor.error("expected a new line, `,` or `}` after the member");
        }
    }
}

fn key(cursor: &mut Cursor<'_>) -> Parsed<Expression> {
    let computed = cursor.peek() == b'(';
    let key = expression(cursor)?;
    match key.node {
        Node::Name(name) if !computed => Ok(literal(Value::text(name, key.place))),
        node => Ok(Expression { node, place: key.place }),
    }
}

fn for_expression(cursor: &mut Cursor<'_>, end: u8) -> Parsed<Node> {
    let (key_name, value_name, collection) = for_intro(cursor)?;
    cursor.space();
    cursor.expect(b':', "after the collection of `for`")?;
    let mut value = expression(cursor)?;
    let mut key = None;
    cursor.space();
    if end == b'}' {
        if !cursor.rest().starts_with(b"=>") {
            return cursor.error("expected `=>` and the value of the member");
        }
        cursor.at += 2;
        key = Some(std::mem::replace(&mut value, expression(cursor)?));
        cursor.space();
    }
    let group = cursor.rest().starts_with(b"...");
    if group {
        cursor.at += 3;
        cursor.space();
    }
    let condition = if cursor.word("if") { Some(expression(cursor)?) } else { None };
    cursor.space();
    cursor.expect(end, "at the end of the `for` expression")?;
    let parts = For { key_name, value_name, collection, key, value, group, condition };
    Ok(Node::For(Box::new(parts)))
}

type Intro = (Option<Arc<str>>, Arc<str>, Expression);

/// Parses `k, v in collection`, after the word `for`.
pub(super) fn for_intro(cursor: &mut Cursor<'_>) -> Parsed<Intro> {
    let first = for_name(cursor)?;
    cursor.space();
    let second = if cursor.take(b',') { Some(for_name(cursor)?) } else { None };
    cursor.space();
    if !cursor.word("in") {
        return cursor.error("expected `in` and the collection of `for`");
    }
    let collection = expression(cursor)?;
    match second {
        Some(second) => Ok((Some(first), second, collection)),
        None => Ok((None, first, collection)),
    }
}

fn for_name(cursor: &mut Cursor<'_>) -> Parsed<Arc<str>> {
    cursor.space();
    if !cursor.at_name() {
        return cursor.error("expected a name after `for`");
    }
    let name = cursor.name();
    Ok(shared(name))
}
