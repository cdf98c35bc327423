//! What an expression surely is: enough to know which arithmetic cannot fail.

use regorus::Value;
use regorus::unstable::{ArithOp, Expr, Rule, RuleHead};

use super::{Guard, assignment};
use crate::rego::catalog::{Definition, Root, call_name, path_of};

/// What an expression surely is, when it is defined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Integer,
    Number,
    Set,
    Unknown,
}

impl<'a> Guard<'a> {
    pub(super) fn type_of(&self, expr: &Expr, depth: usize) -> Type {
        match expr {
            Expr::Number { value, .. } => {
                if value.as_i64().is_ok() {
                    Type::Integer
                } else {
                    Type::Number
                }
            }
            Expr::UnaryExpr { expr, .. } => self.type_of(expr, depth),
            Expr::Set { .. } | Expr::SetCompr { .. } | Expr::BinExpr { .. } => Type::Set,
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                match (self.type_of(lhs, depth), self.type_of(rhs, depth)) {
                    (Type::Integer, Type::Integer) if !matches!(op, ArithOp::Div) => Type::Integer,
                    (Type::Integer | Type::Number, Type::Integer | Type::Number) => Type::Number,
                    (Type::Set, Type::Set) => Type::Set,
                    _ => Type::Unknown,
                }
            }
            Expr::Call { fcn, .. } => match call_name(fcn).as_str() {
                name if self.catalog.callee(self.module, name).is_some() => Type::Unknown,
                "count" | "indexof" | "strings.count" => Type::Integer,
                "sum"
                | "product"
                | "abs"
                | "ceil"
                | "floor"
                | "round"
                | "to_number"
                | "time.parse_rfc3339_ns"
                | "time.parse_ns"
                | "time.parse_duration_ns"
                | "time.add_date" => Type::Number,
                _ => Type::Unknown,
            },
            Expr::Var { span, .. } if depth < 16 => match self.assigned(span.text()) {
                Some(right) => self.type_of(right, depth + 1),
                None => self.type_of_path(expr),
            },
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                self.type_of_path(expr)
            }
            _ => Type::Unknown,
        }
    }

    /// The type of data, which is known, and of set rules.
    fn type_of_path(&self, expr: &Expr) -> Type {
        let (path, true) = path_of(expr) else { return Type::Unknown };
        let Some((first, rest)) = path.split_first() else { return Type::Unknown };
        let Root::Data(mut path) = self.catalog.root(self.module, first) else {
            return Type::Unknown;
        };
        path.extend_from_slice(rest);
        if let Some(group) = self.catalog.find(&path) {
            let definitions = &self.catalog.groups[group].definitions;
            let set = |definition: &Definition| {
                matches!(definition.rule.as_ref(), Rule::Spec { head: RuleHead::Set { .. }, .. })
            };
            return if definitions.iter().all(set) { Type::Set } else { Type::Unknown };
        }
        let mut at = self.data;
        for name in &path {
            at = match at {
                Value::Object(object) => {
                    object.get(&Value::from(name.as_str())).unwrap_or(&Value::Undefined)
                }
                _ => &Value::Undefined,
            };
        }
        match at {
            Value::Number(number) if number.is_integer() => Type::Integer,
            Value::Number(_) => Type::Number,
            _ => Type::Unknown,
        }
    }

    fn assigned(&self, name: &str) -> Option<&'a Expr> {
        self.queries.iter().rev().flat_map(|query| &query.stmts).filter_map(assignment).find_map(
            |(left, right)| {
                matches!(left, Expr::Var { span, .. } if span.text() == name).then_some(right)
            },
        )
    }
}
