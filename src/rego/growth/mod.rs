//! Bounds what a policy can build, before it runs.
//!
//! The engine looks at its clock between expressions, never inside of one: a single call may fill the memory
//! (`replace(a, "a", a)`), and so may a handful of assignments that each double a value. So every expression
//! gets an upper bound of its size, from literals as they stand and from a nominal size for what comes from
//! `input` and `data`, which a policy cannot choose. Loops need no bound of their own, the clock has them.

mod calls;
mod names;
mod size;

use std::collections::BTreeMap;

use regorus::unstable::{ArithOp, AssignOp, Expr, Literal, Query, Ref, Rule, RuleHead, Span};

use self::size::{Loops, MAX_BYTES, MAX_DEPTH, MAX_DIGITS, Size};
use super::catalog::{Catalog, Step, call_name, steps_of};
use super::diagnostic::{Diagnostic, Text};
use super::facts::children;

/// Expressions looked at before a policy counts as too entangled to bound.
const MAX_STEPS: u64 = 1_500_000;
/// What takes a call about a millisecond to build.
const SLOW_BYTES: u64 = 2 << 20;
const SLOW_DIGITS: u64 = 1000;
/// How often values put in place by `with` may make the nominal input larger.
const WITH_ROUNDS: usize = 4;

/// Checks every rule of the catalog; says of each whether single calls in it may take milliseconds.
pub(super) fn check(catalog: &Catalog, texts: &[Text]) -> Result<Vec<bool>, Diagnostic> {
    let mut base = Size::INPUT;
    for _ in 0..WITH_ROUNDS {
        let mut analysis = Analysis {
            catalog,
            texts,
            base,
            replaced: base,
            known: BTreeMap::new(),
            steps: 0,
            slow: vec![false; catalog.groups.len()],
            current: 0,
            module: 0,
            scopes: Vec::new(),
            loops: Loops::ONCE,
            early: false,
            last_pass: true,
        };
        for group in 0..catalog.groups.len() {
            let arguments = vec![base; analysis.arity(group)];
            analysis.group(group, arguments)?;
        }
        if analysis.replaced == base {
            return Ok(analysis.slow);
        }
        base = analysis.replaced;
    }
    let text = texts.first().map(|text| {
        text.at(0, 0, "values put in place by `with` grow with each other without bound")
    });
    text.map_or(Ok(Vec::new()), Err)
}

type Scope = BTreeMap<String, Size>;

struct Analysis<'a> {
    catalog: &'a Catalog,
    texts: &'a [Text],
    /// The size of input and data.
    base: Size,
    /// The largest value that `with` puts in their place.
    replaced: Size,
    known: BTreeMap<(usize, Vec<Size>), Size>,
    steps: u64,
    slow: Vec<bool>,
    /// The rule that is looked at.
    current: usize,
    module: usize,
    scopes: Vec<Scope>,
    loops: Loops,
    /// Whether a variable was read before a statement bound it: Rego has no order of statements.
    early: bool,
    last_pass: bool,
}

impl Analysis<'_> {
    fn arity(&self, group: usize) -> usize {
        let definitions = &self.catalog.groups[group].definitions;
        let arities = definitions.iter().map(|definition| match definition.rule.as_ref() {
            Rule::Spec { head: RuleHead::Func { args, .. }, .. } | Rule::Default { args, .. } => {
                args.len()
            }
            Rule::Spec { .. } => 0,
        });
        arities.max().unwrap_or(0)
    }

    /// The size of a rule's value, or of a function's for arguments of these sizes.
    fn group(&mut self, group: usize, arguments: Vec<Size>) -> Result<Size, Diagnostic> {
        let key = (group, arguments);
        if let Some(size) = self.known.get(&key) {
            return Ok(*size);
        }
        let outer = std::mem::replace(&mut self.current, group);
        let saved =
            (self.module, std::mem::take(&mut self.scopes), self.loops, self.early, self.last_pass);
        let catalog = self.catalog;
        let mut size = Size::NOTHING;
        for definition in &catalog.groups[group].definitions {
            self.module = definition.module;
            let partial =
                matches!(definition.rule.as_ref(), Rule::Spec { head: RuleHead::Set { .. }, .. });
            let one = self.definition(&definition.rule, &key.1)?;
            size = if partial { size.plus(one) } else { size.join(one) };
        }
        (self.module, self.scopes, self.loops, self.early, self.last_pass) = saved;
        self.current = outer;
        self.known.insert(key, size);
        Ok(size)
    }

    fn definition(&mut self, rule: &Rule, arguments: &[Size]) -> Result<Size, Diagnostic> {
        self.scopes = vec![Scope::new()];
        self.loops = Loops::ONCE;
        self.last_pass = true;
        match rule {
            Rule::Default { value, .. } => self.expr(value),
            Rule::Spec { head, bodies, .. } => {
                if let RuleHead::Func { args, .. } = head {
                    for (pattern, size) in args.iter().zip(arguments) {
                        self.bind(pattern, *size);
                    }
                }
                if bodies.is_empty() {
                    return self.head(head);
                }
                let mut size = Size::NOTHING;
                for body in bodies {
                    self.scopes.push(Scope::new());
                    self.loops = Loops::ONCE;
                    self.statements(&body.query)?;
                    if let Some(assign) = &body.assign {
                        size = size.join(self.expr(&assign.value)?);
                    }
                    size = size.join(self.head(head)?);
                    self.scopes.pop();
                }
                Ok(size)
            }
        }
    }

    fn head(&mut self, head: &RuleHead) -> Result<Size, Diagnostic> {
        let (value, refr) = match head {
            RuleHead::Compr { assign, refr, .. } => {
                (assign.as_ref().map(|assign| &assign.value), refr)
            }
            RuleHead::Func { assign, .. } => {
                return assign
                    .as_ref()
                    .map_or(Ok(Size::SCALAR), |assign| self.whole(&assign.value));
            }
            RuleHead::Set { key, refr, .. } => (key.as_ref(), refr),
        };
        let mut size = value.map_or(Ok(Size::SCALAR), |value| self.whole(value))?;
        let steps = steps_of(refr).map(|(_, steps)| steps).unwrap_or_default();
        let mut partial = matches!(head, RuleHead::Set { .. });
        for step in &steps {
            if let Step::Index(index) = step {
                size = size.join(self.expr(index)?);
                partial = true;
            }
        }
        if !partial {
            return Ok(size);
        }
        Ok(Size::collection(self.loops.total(), size, self.loops.made == 1))
    }

    /// A query in a scope of its own, which stays open for the terms that it feeds.
    fn open(&mut self, query: &Query) -> Result<Loops, Diagnostic> {
        self.scopes.push(Scope::new());
        let outer = std::mem::replace(&mut self.loops, Loops::ONCE);
        self.statements(query)?;
        Ok(outer)
    }

    fn close(&mut self, outer: Loops) {
        self.scopes.pop();
        self.loops = outer;
    }

    fn statements(&mut self, query: &Query) -> Result<(), Diagnostic> {
        let outer = (self.early, self.last_pass);
        let mut unordered = false;
        for pass in 0..=query.stmts.len() {
            self.early = false;
            self.last_pass = false;
            let before = self.scopes.last().cloned();
            self.pass(query)?;
            unordered |= self.early;
            if !unordered || pass > 0 && self.scopes.last() == before.as_ref() {
                break;
            }
        }
        if unordered {
            // What is still unknown is bound by a form unknown here, or by the query around this one.
            self.early = false;
            self.last_pass = outer.1;
            self.pass(query)?;
        }
        (self.early, self.last_pass) = (outer.0 || self.early, outer.1);
        Ok(())
    }

    fn pass(&mut self, query: &Query) -> Result<(), Diagnostic> {
        self.loops = Loops::ONCE;
        for statement in &query.stmts {
            for modifier in &statement.with_mods {
                let size = self.expr(&modifier.r#as)?;
                self.replaced = self.replaced.join(size);
            }
            self.literal(&statement.literal)?;
        }
        Ok(())
    }

    fn literal(&mut self, literal: &Literal) -> Result<(), Diagnostic> {
        match literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                let collection = self.expr(collection)?;
                self.loops.over(collection);
                if let Some(key) = key {
                    self.bind(key, collection.element());
                }
                self.bind(value, collection.element());
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => _ = self.expr(expr)?,
            Literal::Every { key, value, domain, query, .. } => {
                let domain = self.expr(domain)?;
                let names = key.iter().chain(std::iter::once(value));
                self.scopes
                    .push(names.map(|name| (name.text().to_owned(), domain.element())).collect());
                let outer = self.open(query)?;
                self.close(outer);
                self.scopes.pop();
            }
        }
        Ok(())
    }

    /// The size of an expression that is written out or compared as a whole.
    ///
    /// A collection may hold one large value many times and cost nothing, until something looks at all of it.
    fn whole(&mut self, expr: &Expr) -> Result<Size, Diagnostic> {
        let size = self.expr(expr)?;
        self.fits(size, expr.span())
    }

    fn expr(&mut self, expr: &Expr) -> Result<Size, Diagnostic> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(
                self.here(expr.span(), "the policy is too entangled to bound what it builds")
            );
        }
        let size = match expr {
            Expr::String { span, .. } | Expr::RawString { span, .. } => {
                Size::text(span.text().len() as u64)
            }
            Expr::Number { span, .. } => Size::number(span.text().len() as u64),
            Expr::Bool { .. } | Expr::Null { .. } => Size::SCALAR,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                self.reference(expr)?
            }
            Expr::Array { items, .. } => {
                let mut size = Size::EMPTY;
                for item in items {
                    size = size.with(self.expr(item)?);
                }
                size
            }
            Expr::Set { items, .. } => {
                let mut size = Size::EMPTY;
                for item in items {
                    size = size.with(self.whole(item)?);
                }
                size
            }
            Expr::Object { fields, .. } => {
                let mut size = Size::EMPTY;
                for (_, key, value) in fields {
                    let (key, value) = (self.whole(key)?, self.expr(value)?);
                    size = size.with(key.beside(value));
                }
                size
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                let outer = self.open(query)?;
                let term = if matches!(expr, Expr::SetCompr { .. }) {
                    self.whole(term)?
                } else {
                    self.expr(term)?
                };
                let size = Size::collection(self.loops.total(), term, self.loops.made == 1);
                self.close(outer);
                size
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                let outer = self.open(query)?;
                let term = self.whole(key)?.beside(self.expr(value)?);
                let size = Size::collection(self.loops.total(), term, self.loops.made == 1);
                self.close(outer);
                size
            }
            Expr::Call { span, fcn, params, .. } => self.call(span, fcn, params)?,
            Expr::BinExpr { lhs, rhs, .. } => self.whole(lhs)?.plus(self.whole(rhs)?),
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let (left, right) = (self.whole(lhs)?, self.whole(rhs)?);
                let digits = match op {
                    ArithOp::Mul => left.digits.saturating_add(right.digits),
                    _ => left.digits.max(right.digits).saturating_add(1),
                };
                self.counts(digits, expr.span())?;
                // `-` is also the difference of two sets.
                Size { digits, ..left.join(Size::number(digits)) }
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let right = self.expr(rhs)?;
                self.bind(lhs, right);
                if *op == AssignOp::Eq {
                    let left = self.expr(lhs)?;
                    self.bind(rhs, left);
                    // Where both are known it compares them.
                    self.fits(if left.bytes < right.bytes { left } else { right }, expr.span())?;
                }
                Size::SCALAR
            }
            Expr::UnaryExpr { expr, .. } => self.expr(expr)?,
            Expr::BoolExpr { .. } | Expr::Membership { .. } => {
                for child in children(expr) {
                    self.whole(child)?;
                }
                Size::SCALAR
            }
        };
        if size.depth > MAX_DEPTH {
            let message =
                format!("the expression can build a value nested deeper than {MAX_DEPTH} levels");
            return Err(self.refuse(expr.span(), message));
        }
        Ok(size)
    }

    fn call(
        &mut self,
        span: &Span,
        function: &Expr,
        params: &[Ref<Expr>],
    ) -> Result<Size, Diagnostic> {
        let name = call_name(function);
        let group = self.catalog.callee(self.module, &name);
        let arity = match group {
            Some(group) => self.arity(group),
            None => regorus::unstable::BUILTINS
                .get(name.as_str())
                .map_or(params.len(), |(_, arity)| usize::from(*arity)),
        };
        let mut sizes = Vec::with_capacity(params.len());
        for param in params.iter().take(arity) {
            sizes.push(if group.is_some() { self.expr(param)? } else { self.whole(param)? });
        }
        let size = if let Some(group) = group {
            sizes.resize(arity, self.base);
            self.group(group, sizes)?
        } else {
            let size = self.builtin(&name, params, &sizes);
            let size = size.map_err(|message| self.here(span, message))?;
            if matches!(name.as_str(), "product" | "sum" | "to_number" | "bits.lsh") {
                self.counts(size.digits, span)?;
            }
            self.fits(size, span)?
        };
        if name == "walk" && group.is_none() {
            self.loops.over(size);
        }
        if let Some(output) = params.get(arity) {
            let bound = if name == "walk" { size.element() } else { size };
            self.bind(output, bound);
            return Ok(Size::SCALAR);
        }
        Ok(size)
    }

    fn fits(&mut self, size: Size, span: &Span) -> Result<Size, Diagnostic> {
        if size.bytes > MAX_BYTES {
            return Err(self.refuse(
                span,
                format!("the expression can build a value of more than {} MiB", MAX_BYTES >> 20),
            ));
        }
        self.slow[self.current] |= size.bytes > SLOW_BYTES;
        Ok(size)
    }

    fn counts(&mut self, digits: u64, span: &Span) -> Result<(), Diagnostic> {
        if digits > MAX_DIGITS {
            return Err(self.refuse(
                span,
                format!("the expression can compute a number of more than {MAX_DIGITS} digits"),
            ));
        }
        self.slow[self.current] |= digits > SLOW_DIGITS;
        Ok(())
    }

    fn refuse(&self, span: &Span, message: String) -> Diagnostic {
        self.here(span, message)
            .with_help("the clock cannot stop a single call, so such calls are refused")
    }

    fn here(&self, span: &Span, message: impl Into<String>) -> Diagnostic {
        self.texts[self.module].span(span, message)
    }
}
