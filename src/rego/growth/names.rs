//! The sizes of what names and references stand for.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Ref};

use super::Analysis;
use super::size::Size;
use crate::rego::catalog::{Root, Step, steps_of};
use crate::rego::diagnostic::Diagnostic;
use crate::rego::facts::variables;

impl Analysis<'_> {
    pub(super) fn reference(&mut self, expr: &Expr) -> Result<Size, Diagnostic> {
        let Some((root, steps)) = steps_of(expr) else {
            let (base, index) = match expr {
                Expr::RefDot { refr, .. } => (refr, None),
                Expr::RefBrack { refr, index, .. } => (refr, Some(index)),
                _ => return Ok(self.base),
            };
            let size = self.expr(base)?;
            return index.map_or(Ok(size.element()), |index| self.step(size, index));
        };
        let mut steps = steps.into_iter().peekable();
        let mut size = match self.lookup(root) {
            Some(size) => size,
            None => match self.catalog.root(self.module, root) {
                Root::Input => {
                    while steps.next_if(|step| matches!(step, Step::Name(_))).is_some() {}
                    self.base
                }
                Root::Local => self.unbound(),
                Root::Data(mut path) => {
                    while let Some(Step::Name(name)) =
                        steps.next_if(|step| matches!(step, Step::Name(_)))
                    {
                        path.push(name);
                        if self.catalog.find(&path).is_some() {
                            break;
                        }
                    }
                    self.data(&path)?
                }
            },
        };
        for step in steps {
            size = match step {
                Step::Name(_) => size.element(),
                Step::Index(index) => self.step(size, index)?,
            };
        }
        Ok(size)
    }

    fn data(&mut self, path: &[String]) -> Result<Size, Diagnostic> {
        if let Some(group) = self.catalog.find(path) {
            let arguments = vec![self.base; self.arity(group)];
            return self.group(group, arguments);
        }
        let mut size = Size::EMPTY;
        for group in self.catalog.matching(path) {
            if !self.catalog.groups[group].is_function() {
                size = size.with(self.group(group, Vec::new())?);
            }
        }
        Ok(if size == Size::EMPTY { self.base } else { size })
    }

    /// One step into a value by an index, which may be a variable that it binds.
    fn step(&mut self, size: Size, index: &Ref<Expr>) -> Result<Size, Diagnostic> {
        let mut names = BTreeSet::new();
        variables(index, &mut names);
        let unbound = |name: &String| {
            name == "_"
                || self.lookup(name).is_none()
                    && self.catalog.root(self.module, name) == Root::Local
        };
        if names.iter().any(unbound) {
            self.loops.over(size);
            self.bind(index, size.element());
        } else {
            self.whole(index)?;
        }
        Ok(size.element())
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Size> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied()
    }

    fn unbound(&mut self) -> Size {
        self.early = true;
        if self.last_pass { self.base } else { Size::NOTHING }
    }

    /// Binds the variables of a pattern to a value; a literal in it is compared and binds nothing.
    pub(super) fn bind(&mut self, pattern: &Expr, size: Size) {
        match pattern {
            Expr::Var { span, .. } => {
                let name = span.text();
                let outer = self.scopes.len().saturating_sub(1);
                let is_outer = self.scopes[..outer].iter().any(|scope| scope.contains_key(name));
                if let (false, Some(scope)) = (is_outer || name == "_", self.scopes.last_mut()) {
                    let entry = scope.entry(name.to_owned()).or_insert(size);
                    *entry = entry.join(size);
                }
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().map(AsRef::as_ref).for_each(|item| self.bind(item, size.element()));
            }
            Expr::Object { fields, .. } => {
                fields
                    .iter()
                    .map(|(_, _, value)| value)
                    .for_each(|value| self.bind(value, size.element()));
            }
            _ => {}
        }
    }
}
