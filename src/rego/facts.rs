//! Reads one definition of a rule: which rules it uses, how deep the engine recurses over it, and the calls
//! and forms that matter for the gate and for the choice of an engine.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleHead, Span};

use super::builtins;
use super::catalog::{Catalog, Definition, Root, Step, call_name, head_of, literal_text, steps_of};
use super::diagnostic::{Diagnostic, Text};
use super::own::Own;
use super::reads::{self, Read};

/// Stack that a loop takes in the interpreter, in levels of expressions.
const LOOP: u32 = 4;

/// What one definition does.
#[derive(Default)]
pub(super) struct Facts {
    /// The rules and functions that it may read or call, each with the place of the first use.
    pub uses: Vec<(usize, Span)>,
    /// Levels of recursion of the interpreter over the definition.
    pub height: u32,
    /// Whether the body can succeed more than once with different values.
    pub iterates: bool,
    /// Names of imported packages and what they leave out: `lib` of `data.lib`.
    ///
    /// Both engines evaluate a whole package for `lib.x`, and only the rule for `data.lib.x`.
    pub aliases: Vec<(usize, String)>,
    /// The places of `input` that it reads itself.
    pub reads: Vec<Read>,
    /// Texts that look like such places.
    pub texts: Vec<Read>,
    /// What of every resource's own members it may read.
    pub own: Own,
    /// Forms that the bytecode machine does not answer correctly.
    pub unsafe_forms: BTreeSet<&'static str>,
}

/// Reads a definition; defects go to `diagnostics`.
pub(super) fn read(
    catalog: &Catalog,
    definition: &Definition,
    text: &Text,
    diagnostics: &mut Vec<Diagnostic>,
) -> Facts {
    let mut reader = Reader {
        catalog,
        module: definition.module,
        text,
        diagnostics,
        scopes: Vec::new(),
        queries: 0,
        facts: Facts::default(),
    };
    reader.rule(&definition.rule);
    reader.facts
}

struct Reader<'a> {
    catalog: &'a Catalog,
    module: usize,
    text: &'a Text,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// Names that enclosing functions and queries declare.
    scopes: Vec<BTreeSet<String>>,
    queries: u32,
    facts: Facts,
}

impl Reader<'_> {
    fn rule(&mut self, rule: &Rule) {
        self.scopes.push(BTreeSet::new());
        let height = match rule {
            Rule::Default { args, value, .. } => {
                args.iter().map(AsRef::as_ref).for_each(|argument| self.declare(argument));
                self.expr(value)
            }
            Rule::Spec { head, bodies, .. } => {
                if let RuleHead::Func { args, .. } = head {
                    args.iter().map(AsRef::as_ref).for_each(|argument| self.declare(argument));
                    if args.len() > 8 {
                        self.facts.unsafe_forms.insert("a function of more than 8 arguments");
                    }
                }
                let mut height = 0;
                if bodies.is_empty() {
                    height = self.head(head);
                }
                for body in bodies {
                    self.scopes.push(declared(&body.query));
                    let value = body.assign.as_ref().map_or(0, |assign| self.expr(&assign.value));
                    height =
                        height.max(self.head(head)).max(value).max(self.statements(&body.query));
                    self.scopes.pop();
                }
                height
            }
        };
        self.facts.height = self.facts.height.max(height);
        self.scopes.pop();
    }

    fn head(&mut self, head: &RuleHead) -> u32 {
        let value = match head {
            RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                assign.as_ref().map(|assign| &assign.value)
            }
            RuleHead::Set { key, .. } => key.as_ref(),
        };
        // A comprehension in the head is one query further in.
        let outer = std::mem::replace(&mut self.queries, 1);
        let value = value.map_or(0, |value| self.wildcards(value) * LOOP + self.expr(value));
        self.queries = outer;
        let refr = match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        };
        let steps = steps_of(refr).map(|(_, steps)| steps).unwrap_or_default();
        let indexes = steps.iter().map(|step| match step {
            Step::Index(index) => self.expr(index),
            Step::Name(_) => 0,
        });
        indexes.max().unwrap_or(0).max(value)
    }

    fn query(&mut self, query: &Query) -> u32 {
        self.scopes.push(declared(query));
        let height = self.statements(query);
        self.scopes.pop();
        height
    }

    fn statements(&mut self, query: &Query) -> u32 {
        self.queries += 1;
        let (mut loops, mut height) = (0, 0);
        for statement in &query.stmts {
            let (statement_height, statement_loops) = self.statement(statement);
            loops += statement_loops;
            height = height.max(statement_height);
        }
        self.queries -= 1;
        // The rest of a query runs inside of its loops.
        loops * LOOP + height
    }

    /// The height of a statement and the loops that it opens for those after it.
    fn statement(&mut self, statement: &LiteralStmt) -> (u32, u32) {
        let mut height = 0;
        for modifier in &statement.with_mods {
            self.facts.unsafe_forms.insert("`with`");
            height = height.max(self.expr(&modifier.r#as));
        }
        let mut loops = 0;
        let own = match &statement.literal {
            Literal::SomeVars { .. } => 0,
            Literal::SomeIn { key, value, collection, .. } => {
                loops = 1;
                self.facts.iterates |= self.queries == 1;
                let key = key.as_ref().map_or(0, |key| self.expr(key));
                key.max(self.expr(value)).max(self.expr(collection))
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                loops = self.wildcards(expr);
                self.expr(expr)
            }
            Literal::Every { key, value, domain, query, .. } => {
                let domain = self.expr(domain);
                let names = key
                    .iter()
                    .chain(std::iter::once(value))
                    .map(|name| name.text().to_owned())
                    .collect();
                self.scopes.push(names);
                let inner = self.query(query);
                self.scopes.pop();
                domain.max(inner + LOOP)
            }
        };
        (height.max(own) + 1, loops)
    }

    /// How many loops the indexes of an expression open.
    fn wildcards(&mut self, expr: &Expr) -> u32 {
        let own = match expr {
            Expr::RefBrack { index, .. } => u32::from(self.is_free(index)),
            Expr::Call { fcn, .. } => u32::from(call_name(fcn) == "walk"),
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => return 0,
            _ => 0,
        };
        self.facts.iterates |= own > 0 && self.queries <= 1;
        children(expr).into_iter().map(|child| self.wildcards(child)).sum::<u32>() + own
    }

    /// Whether an index holds a variable that the index itself binds.
    fn is_free(&self, index: &Expr) -> bool {
        match index {
            Expr::Var { span, .. } => {
                let name = span.text();
                let known = self.is_local(name) && name != "_" && !self.is_some_var(name);
                !known && self.catalog.root(self.module, name) == Root::Local
            }
            Expr::Array { items, .. } => items.iter().any(|item| self.is_free(item)),
            Expr::Object { fields, .. } => fields.iter().any(|(_, _, value)| self.is_free(value)),
            _ => false,
        }
    }

    /// A variable declared in a query may be what `some x` leaves to the index; function arguments may not.
    fn is_some_var(&self, name: &str) -> bool {
        !self.scopes.first().is_some_and(|arguments| arguments.contains(name))
    }

    fn is_local(&self, name: &str) -> bool {
        name == "_" || self.scopes.iter().any(|scope| scope.contains(name))
    }

    fn declare(&mut self, pattern: &Expr) {
        if let Some(scope) = self.scopes.last_mut() {
            variables(pattern, scope);
        }
    }

    fn expr(&mut self, expr: &Expr) -> u32 {
        match expr {
            Expr::Call { span, fcn, params, .. } => self.call(span, fcn, params),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.comprehension(&[term], query)
            }
            Expr::ObjectCompr { key, value, query, .. } => self.comprehension(&[key, value], query),
            _ => {
                if let Some(text) = literal_text(expr) {
                    self.facts.own |= Own::named(&text);
                    if let Some(path) = reads::path_in(&text) {
                        let (module, line) = (self.module, expr.span().line);
                        self.facts.texts.push(Read { path, module, line });
                    }
                }
                if matches!(expr, Expr::Membership { key: Some(_), .. }) {
                    self.facts.unsafe_forms.insert("`key, value in` a collection");
                }
                children(expr).into_iter().map(|child| self.expr(child)).max().unwrap_or(0) + 1
            }
        }
    }

    fn comprehension(&mut self, terms: &[&Ref<Expr>], query: &Query) -> u32 {
        self.scopes.push(declared(query));
        self.queries += 1;
        let terms = terms
            .iter()
            .map(|term| self.wildcards(term) * LOOP + self.expr(term))
            .max()
            .unwrap_or(0);
        self.queries -= 1;
        let height = self.statements(query);
        self.scopes.pop();
        terms + height + LOOP
    }

    fn reference(&mut self, expr: &Expr) -> u32 {
        let Some((root, steps)) = steps_of(expr) else {
            if let Expr::RefDot { field, .. } = expr {
                self.facts.own |= Own::beside(field.0.text());
            }
            return children(expr).into_iter().map(|child| self.expr(child)).max().unwrap_or(0) + 1;
        };
        let target =
            if self.is_local(root) { Root::Local } else { self.catalog.root(self.module, root) };
        // What is not the input may hold a resource that stands beside it.
        for step in &steps {
            if let Step::Name(name) = step {
                self.facts.own |= Own::beside(name);
            }
        }
        match target {
            Root::Data(mut path) => {
                self.alias(expr, root);
                for step in &steps {
                    match step {
                        Step::Name(name) => path.push(name.clone()),
                        Step::Index(_) => break,
                    }
                }
                self.use_path(&path, expr.span());
            }
            Root::Input => {
                // An import may name a part of it, and which one is not kept.
                let known = if root == "input" { steps.as_slice() } else { &[] };
                let (module, line) = (self.module, expr.span().line);
                let path = reads::path_of_steps(known);
                self.facts.own |= Own::at(&path);
                self.facts.reads.push(Read { path, module, line });
            }
            Root::Local => {}
        }
        let indexes = steps.iter().map(|step| match step {
            Step::Index(index) => self.expr(index),
            Step::Name(_) => 0,
        });
        indexes.max().unwrap_or(0) + u32::try_from(steps.len()).unwrap_or(u32::MAX) + 1
    }

    fn alias(&mut self, mut expr: &Expr, root: &str) {
        let Some(package) = self.catalog.imported(self.module, root) else { return };
        let (Some((last, parents)), true) =
            (package.split_last(), !matches!(expr, Expr::Var { .. }))
        else {
            return;
        };
        let plain =
            |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if last != root || !package.iter().all(plain) {
            return;
        }
        while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = expr {
            expr = refr;
        }
        let prefix = parents.iter().fold("data.".to_owned(), |prefix, name| prefix + name + ".");
        self.facts.aliases.push((expr.span().start as usize, prefix));
    }

    fn use_path(&mut self, path: &[String], span: &Span) {
        for group in self.catalog.matching(path) {
            self.use_group(group, span);
        }
    }

    fn use_group(&mut self, group: usize, span: &Span) {
        if !self.facts.uses.iter().any(|(known, _)| *known == group) {
            self.facts.uses.push((group, span.clone()));
        }
    }

    fn call(&mut self, span: &Span, function: &Expr, params: &[Ref<Expr>]) -> u32 {
        let name = call_name(function);
        match self.catalog.callee(self.module, &name) {
            Some(group) => self.use_group(group, span),
            None => self.builtin(span, &name, params),
        }
        let own = self.facts.own;
        let mut params = params.iter().map(AsRef::as_ref);
        let object = params.next();
        let height = object.map_or(0, |object| self.expr(object));
        // What it takes from the whole input is named by a text, here or where that comes from.
        if name == "object.get" && object.is_some_and(is_input) {
            self.facts.own = own;
        }
        params.map(|param| self.expr(param)).max().unwrap_or(0).max(height) + 2
    }

    fn builtin(&mut self, span: &Span, name: &str, params: &[Ref<Expr>]) {
        match name {
            "print" => _ = self.facts.unsafe_forms.insert("`print`"),
            "walk" => _ = self.facts.unsafe_forms.insert("`walk`"),
            _ => {}
        }
        if let Err((message, help)) = builtins::check(name, params.len()) {
            let diagnostic = self.text.span(span, message);
            self.diagnostics.push(match help {
                Some(help) => diagnostic.with_help(help),
                None => diagnostic,
            });
        }
    }
}

fn is_input(expr: &Expr) -> bool {
    matches!(expr, Expr::Var { span, .. } if span.text() == "input")
}

/// The names that a query declares for all of its statements.
pub(super) fn declared(query: &Query) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                names.extend(vars.iter().map(|name| name.text().to_owned()));
            }
            Literal::SomeIn { key, value, .. } => {
                key.iter()
                    .chain(std::iter::once(value))
                    .for_each(|pattern| variables(pattern, &mut names));
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                    variables(lhs, &mut names);
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }
    names
}

/// The variables of a pattern.
pub(super) fn variables(pattern: &Expr, names: &mut BTreeSet<String>) {
    match pattern {
        Expr::Var { span, .. } => _ = names.insert(span.text().to_owned()),
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(AsRef::as_ref).for_each(|item: &Expr| variables(item, names));
        }
        Expr::Object { fields, .. } => {
            fields.iter().map(|(_, _, value)| value).for_each(|value| variables(value, names));
        }
        _ => {}
    }
}

/// The expressions directly inside of one, those of comprehensions without their queries.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(AsRef::as_ref).collect()
        }
        Expr::Object { fields, .. } => {
            fields.iter().flat_map(|(_, key, value)| [key.as_ref(), value.as_ref()]).collect()
        }
        Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } => vec![term],
        Expr::ObjectCompr { key, value, .. } => vec![key, value],
        Expr::Call { params, .. } => params.iter().map(AsRef::as_ref).collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership { key, value, collection, .. } => {
            key.iter().map(AsRef::as_ref).chain([value.as_ref(), collection.as_ref()]).collect()
        }
        _ => Vec::new(),
    }
}

/// The place of a definition's name.
pub(super) fn head_span(rule: &Rule) -> &Span {
    head_of(rule).span()
}
