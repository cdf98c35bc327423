//! What the evaluation of one root may cost, so that a template cannot make it run away.

use std::cell::Cell;

use crate::code::template::functions::Failure;
use crate::code::template::limit;
use crate::code::value::Value;

/// The steps, texts and depth that are left.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<u64>,
    text: Cell<u64>,
    depth: Cell<u32>,
    instances: Cell<usize>,
    bodies: Cell<u64>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: Cell::new(limit::STEPS),
            text: Cell::new(limit::TEXT_BYTES_ALTOGETHER),
            depth: Cell::new(0),
            instances: Cell::new(limit::INSTANCES),
            bodies: Cell::new(limit::BODY_NODES_ALTOGETHER),
        }
    }
}

impl Budget {
    /// Takes steps; false when none are left.
    pub fn spend(&self, steps: usize) -> bool {
        let left = self.steps.get().saturating_sub(steps as u64);
        self.steps.set(left);
        left > 0
    }

    /// Takes steps, or says that none are left.
    ///
    /// # Errors
    /// When the steps are used up.
    pub fn steps(&self, steps: usize) -> Result<(), Failure> {
        if self.spend(steps) {
            return Ok(());
        }
        Err(Failure::Limit(format!("more than {} steps of evaluation", limit::STEPS)))
    }

    /// Takes room for a text.
    ///
    /// # Errors
    /// When the text is too long, or all texts together are.
    pub fn room(&self, bytes: usize) -> Result<(), Failure> {
        if bytes > limit::TEXT_BYTES {
            return Err(Failure::Limit(format!("a text of more than {} bytes", limit::TEXT_BYTES)));
        }
        let left = self.text.get().saturating_sub(bytes as u64);
        self.text.set(left);
        if left == 0 {
            return Err(Failure::Limit(format!(
                "more than {} bytes of text",
                limit::TEXT_BYTES_ALTOGETHER
            )));
        }
        Ok(())
    }

    /// Goes one level deeper; false, and no deeper, at the limit.
    pub fn enter(&self) -> bool {
        let depth = self.depth.get();
        if depth >= limit::EVALUATION_DEPTH {
            return false;
        }
        self.depth.set(depth + 1);
        true
    }

    /// Comes back from the level that [`Budget::enter`] went to.
    pub fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// Takes one resource instance; false when none are left.
    pub fn instance(&self) -> bool {
        let left = self.instances.get();
        self.instances.set(left.saturating_sub(1));
        left > 0
    }

    /// Takes room for the body of a resource; false when all of them together are too large.
    pub fn body(&self, body: &Value) -> bool {
        let left = self.bodies.get().saturating_sub(body.size().into());
        self.bodies.set(left);
        left > 0
    }

    /// Whether a value, written out, stays within the limits of size and depth. Values share their
    /// parts, so a small program can make one that is larger than any memory once somebody walks it.
    pub fn holds(value: &Value) -> bool {
        value.size() <= limit::VALUE_NODES && value.depth() <= limit::VALUE_DEPTH
    }
}
