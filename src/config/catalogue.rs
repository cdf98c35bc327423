//! The rules that the configuration may speak of, found by id or former id.

use std::ops::Range;
use std::sync::Arc;

use super::error::Problems;
use super::nearest::nearest;
use crate::rule::Metadata;

/// Rules in the order they were given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Catalogue<'r> {
    rules: &'r [Arc<Metadata>],
}

impl<'r> Catalogue<'r> {
    pub(super) fn new(rules: &'r [Arc<Metadata>]) -> Self {
        Self { rules }
    }

    /// The rule with this id, or that once had it. A present id wins over a former one.
    pub(super) fn find(self, id: &str) -> Option<&'r Metadata> {
        let present = self.rules.iter().find(|rule| rule.id == id);
        let former = || self.rules.iter().find(|rule| rule.aliases.iter().any(|alias| alias == id));
        present.or_else(former).map(|rule| &**rule)
    }

    /// As [`Self::find`], noting an unknown id.
    pub(super) fn require(
        self,
        problems: &mut Problems,
        id: &str,
        at: Range<usize>,
    ) -> Option<&'r Metadata> {
        let found = self.find(id);
        if found.is_none() {
            let label = match nearest(id, self.rules.iter().map(|rule| rule.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "no rule has this id".to_owned(),
            };
            problems.unknown_rule(
                at,
                format!("unknown rule `{id}`"),
                label,
                "`backuplint rules list` shows every id; your own rules come from `rule-packs` or `--rules`".to_owned(),
            );
        }
        found
    }
}
