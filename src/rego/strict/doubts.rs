//! Which parts of an expression may be undefined.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, LiteralStmt};

use super::{ENTANGLED, Guard, ITERATING_TERM, assignment};
use crate::rego::catalog::{Root, call_name};
use crate::rego::facts::{children, variables};

impl Guard<'_> {
    /// The texts of the parts of an expression that may be undefined.
    pub(super) fn doubts(&self, expr: &Expr, doubts: &mut Vec<String>) -> Result<(), &'static str> {
        match expr {
            _ if self.is_sure(expr) => Ok(()),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().try_for_each(|item| self.doubts(item, doubts))
            }
            Expr::Object { fields, .. } => fields.iter().try_for_each(|(_, key, value)| {
                self.doubts(key, doubts)?;
                self.doubts(value, doubts)
            }),
            _ if has_comprehension(expr) => Err(ENTANGLED),
            _ if self.iterates(expr) => Err(ITERATING_TERM),
            _ => {
                let span = expr.span();
                let text =
                    self.code.get(self.start(span.start)..self.end(span.end)).unwrap_or_default();
                doubts.push(text.to_owned());
                Ok(())
            }
        }
    }

    /// Whether an expression is defined wherever its query reaches it.
    pub(super) fn is_sure(&self, expr: &Expr) -> bool {
        match expr {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
            | Expr::ArrayCompr { .. }
            | Expr::SetCompr { .. }
            | Expr::ObjectCompr { .. } => true,
            // A variable's own statement has the guard; a rule may be undefined.
            Expr::Var { span, .. } => self.catalog.root(self.module, span.text()) == Root::Local,
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().all(|item| self.is_sure(item))
            }
            Expr::Object { fields, .. } => {
                fields.iter().all(|(_, key, value)| self.is_sure(key) && self.is_sure(value))
            }
            _ => false,
        }
    }

    /// Whether an index may be a variable that the expression itself binds.
    pub(super) fn iterates(&self, expr: &Expr) -> bool {
        let own = match expr {
            Expr::RefBrack { index, .. } => {
                let mut names = BTreeSet::new();
                variables(index, &mut names);
                names.iter().any(|name| name == "_" || self.unassigned(name))
            }
            Expr::Call { fcn, .. } => call_name(fcn) == "walk",
            _ => false,
        };
        own || children(expr).into_iter().any(|child| self.iterates(child))
    }

    /// Whether a name may be bound by the index that it stands in.
    fn unassigned(&self, name: &str) -> bool {
        let bound = |statement: &LiteralStmt| {
            let mut names = BTreeSet::new();
            match &statement.literal {
                Literal::SomeIn { key, value, .. } => {
                    key.iter()
                        .chain(std::iter::once(value))
                        .for_each(|pattern| variables(pattern, &mut names));
                }
                _ => {
                    if let Some((left, _)) = assignment(statement) {
                        variables(left, &mut names);
                    }
                }
            }
            names.contains(name)
        };
        !self.queries.iter().any(|query| query.stmts.iter().any(bound))
    }
}

fn has_comprehension(expr: &Expr) -> bool {
    let own =
        matches!(expr, Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. });
    own || children(expr).into_iter().any(has_comprehension)
}
