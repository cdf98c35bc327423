//! Makes the bytecode machine keep to Rego where a value is undefined, or finds that it cannot.
//!
//! The machine goes on after `x := e` when `e` is undefined, and keeps undefined elements of arrays and
//! objects in comprehensions: a rule fires, or counts, where Rego has nothing. It also ends a whole body, with
//! the loops in it, on arithmetic with anything but numbers, and when a comprehension fails outside of a loop;
//! and it takes a set for an array where a pattern asks for one. Against the first two, statements are added to
//! the text that is compiled to bytecode: `; [x]` fails when `x` is undefined and costs two instructions.
//! They are added at the ends of statements, so that lines stay. The others send a rule to the interpreter.

mod doubts;
mod types;

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{
    ArithOp, AssignOp, Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleBody, RuleHead, Span,
};

use self::types::Type;
use super::catalog::{Catalog, Definition};
use super::facts::{children, variables};
use super::rewrite::Insertion;
use super::scan::Token;

const ARITHMETIC: &str = "arithmetic on values of unknown type";
const ITERATING_TERM: &str = "a comprehension that iterates in its term";
const PATTERN: &str = "a pattern";
const FAILS_EARLY: &str = "a comprehension that may fail before it loops";
const EVERY_INDEX: &str = "an index by a variable of `every`";
const ENTANGLED: &str = "an expression that may be undefined around a comprehension";

/// What has to be added to a definition for the machine, or the form that it does not answer correctly.
pub(super) fn insertions(
    catalog: &Catalog,
    definition: &Definition,
    code: &str,
    tokens: &[Token<'_>],
    data: &Value,
) -> (Vec<Insertion>, Option<&'static str>) {
    let mut guard = Guard {
        catalog,
        module: definition.module,
        code,
        tokens,
        data,
        queries: Vec::new(),
        every: Vec::new(),
        insertions: Vec::new(),
    };
    let reason = guard.rule(&definition.rule).err();
    if reason.is_some() {
        guard.insertions.retain(|insertion| insertion.both);
    }
    (guard.insertions, reason)
}

struct Guard<'a> {
    catalog: &'a Catalog,
    module: usize,
    code: &'a str,
    tokens: &'a [Token<'a>],
    data: &'a Value,
    /// The queries around an expression.
    queries: Vec<&'a Query>,
    /// The variables of `every` around an expression.
    every: Vec<&'a str>,
    insertions: Vec<Insertion>,
}

impl<'a> Guard<'a> {
    fn rule(&mut self, rule: &'a Rule) -> Result<(), &'static str> {
        let Rule::Spec { head, bodies, .. } = rule else { return Ok(()) };
        if let RuleHead::Func { args, .. } = head
            && args.iter().any(|argument| is_pattern(argument))
        {
            return Err(PATTERN);
        }
        let value = match head {
            RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                assign.as_ref().map(|assign| &assign.value)
            }
            RuleHead::Set { key, .. } => key.as_ref(),
        };
        if bodies.is_empty() {
            return value.map_or(Ok(()), |value| self.expr(value));
        }
        for (index, body) in bodies.iter().enumerate() {
            let followed = bodies.get(index + 1).is_some_and(|next| next.is_else);
            let value = body.assign.as_ref().map(|assign| &assign.value).or(value);
            self.queries.push(&body.query);
            self.body(body, value, followed)?;
            self.queries.pop();
        }
        Ok(())
    }

    fn body(
        &mut self,
        body: &'a RuleBody,
        value: Option<&'a Ref<Expr>>,
        followed: bool,
    ) -> Result<(), &'static str> {
        let added = self.insertions.len();
        let mut used = BTreeSet::new();
        let mut done = Ok(());
        if let Some(value) = value {
            let mut doubts = Vec::new();
            if followed {
                // In Rego a branch of an undefined value goes on to `else`; neither engine knows.
                done = self.doubts(value, &mut doubts);
                match body.query.stmts.last() {
                    Some(last) if !doubts.is_empty() => {
                        self.insert(last.span.end, &doubts.join(", "), true);
                    }
                    _ => {}
                }
            }
            // A set drops undefined members, and a rule of an undefined value is undefined.
            if !followed || !doubts.is_empty() {
                strict(value, &mut used);
            }
            done = done.and_then(|()| self.expr(value));
        }
        done = done.and_then(|()| self.statements(&body.query, used));
        let (Some(first), Some(last)) = (body.query.stmts.first(), body.query.stmts.last()) else {
            return done;
        };
        // A body of one statement may stand without braces.
        if self.insertions.len() > added && first.span.start == body.query.span.start {
            let (start, end) = (self.start(first.span.start), self.end(last.span.end));
            let both = self.insertions[added..].iter().any(|insertion| insertion.both);
            self.insertions.push(Insertion { at: start, text: "{ ".to_owned(), both });
            // After what was added at the same place.
            self.insertions.push(Insertion { at: end, text: "~}".to_owned(), both });
        }
        done
    }

    /// A query whose feeding terms use these names strictly.
    fn query(&mut self, query: &'a Query, used: BTreeSet<String>) -> Result<(), &'static str> {
        self.queries.push(query);
        self.statements(query, used)?;
        self.queries.pop();
        Ok(())
    }

    fn statements(
        &mut self,
        query: &'a Query,
        mut used: BTreeSet<String>,
    ) -> Result<(), &'static str> {
        for statement in &query.stmts {
            match &statement.literal {
                Literal::Expr { expr, .. } if !matches!(expr.as_ref(), Expr::AssignExpr { .. }) => {
                    strict(expr, &mut used);
                }
                Literal::SomeIn { collection, .. } => strict(collection, &mut used),
                _ => {}
            }
        }
        // What a used variable is made of is used.
        for _ in 0..query.stmts.len() {
            let before = used.len();
            for (left, right) in query.stmts.iter().filter_map(assignment) {
                let mut names = BTreeSet::new();
                variables(left, &mut names);
                if names.iter().any(|name| used.contains(name)) {
                    strict(right, &mut used);
                }
            }
            if used.len() == before {
                break;
            }
        }
        query.stmts.iter().try_for_each(|statement| self.statement(statement, &used))
    }

    fn statement(
        &mut self,
        statement: &'a LiteralStmt,
        used: &BTreeSet<String>,
    ) -> Result<(), &'static str> {
        match &statement.literal {
            Literal::SomeVars { .. } => Ok(()),
            Literal::SomeIn { key, value, collection, .. } => {
                if key.iter().chain(std::iter::once(value)).any(|name| is_pattern(name)) {
                    return Err(PATTERN);
                }
                self.expr(collection)
            }
            Literal::NotExpr { expr, .. } => self.expr(expr),
            Literal::Every { key, value, domain, query, .. } => {
                self.expr(domain)?;
                let outer = self.every.len();
                self.every.extend(key.iter().chain(std::iter::once(value)).map(Span::text));
                self.query(query, BTreeSet::new())?;
                self.every.truncate(outer);
                Ok(())
            }
            Literal::Expr { expr, .. } => {
                self.expr(expr)?;
                if let Expr::AssignExpr { lhs, rhs, .. } = expr.as_ref()
                    && (is_pattern(lhs)
                        || is_pattern(rhs) && !matches!(lhs.as_ref(), Expr::Var { .. }))
                {
                    return Err(PATTERN);
                }
                let Some((left, right)) = assignment(statement) else { return Ok(()) };
                let mut names = BTreeSet::new();
                variables(left, &mut names);
                if self.is_sure(right) || names.iter().any(|name| used.contains(name)) {
                    return Ok(());
                }
                names.remove("_");
                let text = if names.is_empty() {
                    let mut doubts = Vec::new();
                    self.doubts(right, &mut doubts)?;
                    doubts.join(", ")
                } else {
                    names.into_iter().collect::<Vec<_>>().join(", ")
                };
                self.insert(statement.span.end, &text, false);
                Ok(())
            }
        }
    }

    /// Looks for comprehensions and arithmetic in an expression.
    fn expr(&mut self, expr: &'a Expr) -> Result<(), &'static str> {
        match expr {
            Expr::ArrayCompr { term, query, .. } => return self.comprehension(&[term], query),
            Expr::ObjectCompr { key, value, query, .. } => {
                return self.comprehension(&[key, value], query);
            }
            Expr::SetCompr { term, query, .. } => {
                let mut used = BTreeSet::new();
                strict(term, &mut used);
                self.queries.push(query);
                self.expr(term)?;
                self.loops_first(query)?;
                self.queries.pop();
                return self.query(query, used);
            }
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let (left, right) = (self.type_of(lhs, 0), self.type_of(rhs, 0));
                let number = |side: Type| matches!(side, Type::Integer | Type::Number);
                let safe = match op {
                    ArithOp::Mod => left == Type::Integer && right == Type::Integer,
                    ArithOp::Sub if left == Type::Set => right == Type::Set,
                    _ => number(left) && number(right),
                };
                if !safe {
                    return Err(ARITHMETIC);
                }
            }
            Expr::RefBrack { index, .. } => {
                let mut names = BTreeSet::new();
                strict(index, &mut names);
                // The machine takes it for unbound there, and looks for any value.
                if self.every.iter().any(|name| names.contains(*name)) {
                    return Err(EVERY_INDEX);
                }
            }
            Expr::BinExpr { lhs, rhs, .. }
                if self.type_of(lhs, 0) != Type::Set || self.type_of(rhs, 0) != Type::Set =>
            {
                return Err(ARITHMETIC);
            }
            _ => {}
        }
        children(expr).into_iter().try_for_each(|child| self.expr(child))
    }

    fn comprehension(
        &mut self,
        terms: &[&'a Ref<Expr>],
        query: &'a Query,
    ) -> Result<(), &'static str> {
        self.queries.push(query);
        let mut doubts = Vec::new();
        let mut used = BTreeSet::new();
        for term in terms {
            self.expr(term)?;
            let before = doubts.len();
            self.doubts(term, &mut doubts)?;
            if doubts.len() > before {
                strict(term, &mut used);
            }
        }
        if let (Some(last), false) = (query.stmts.last(), doubts.is_empty()) {
            self.insert(last.span.end, &doubts.join(", "), false);
        }
        let loops = self.loops_first(query)?;
        if !loops && !doubts.is_empty() {
            return Err(FAILS_EARLY);
        }
        self.statements(query, used)?;
        self.queries.pop();
        Ok(())
    }

    /// Whether a query of a comprehension loops; an error when it may fail before it does.
    fn loops_first(&self, query: &Query) -> Result<bool, &'static str> {
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { .. } => return Ok(true),
                Literal::Expr { expr, .. } if self.iterates(expr) => return Ok(true),
                Literal::Expr { .. } => match assignment(statement) {
                    Some((_, right)) if self.is_sure(right) => {}
                    _ => return Err(FAILS_EARLY),
                },
                Literal::NotExpr { .. } | Literal::Every { .. } => return Err(FAILS_EARLY),
            }
        }
        Ok(false)
    }

    fn insert(&mut self, end: u32, names: &str, both: bool) {
        self.insertions.push(Insertion { at: self.end(end), text: format!("; [{names}]"), both });
    }

    /// Where the token at the start of a span begins: spans leave out the quotes of strings.
    pub(super) fn start(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let token = self.tokens.partition_point(|token| token.end() <= offset);
        self.tokens.get(token).map_or(offset, |token| token.start.min(offset))
    }

    pub(super) fn end(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let token = self.tokens.partition_point(|token| token.end() < offset);
        self.tokens
            .get(token)
            .map_or(offset, |token| if token.start < offset { token.end() } else { offset })
    }
}

fn is_pattern(expr: &Expr) -> bool {
    matches!(expr, Expr::Array { .. } | Expr::Set { .. } | Expr::Object { .. })
}

/// The sides of `x := e`.
fn assignment(statement: &LiteralStmt) -> Option<(&Expr, &Expr)> {
    match &statement.literal {
        Literal::Expr { expr, .. } => match expr.as_ref() {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } => Some((lhs, rhs)),
            _ => None,
        },
        _ => None,
    }
}

/// The variables without which an expression is undefined.
fn strict(expr: &Expr, names: &mut BTreeSet<String>) {
    match expr {
        Expr::Var { span, .. } => _ = names.insert(span.text().to_owned()),
        Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {}
        _ => children(expr).into_iter().for_each(|child| strict(child, names)),
    }
}
