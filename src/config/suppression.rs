//! `[[suppression]]`: findings that somebody accepts, with a reason and a name to ask.
//!
//! An expired suppression never matches. Whether one is used is counted by the caller.

use std::collections::HashMap;

use jiff::civil::Date;

use super::catalogue::Catalogue;
use super::error::Problems;
use super::pattern::Pattern;
use super::reader::{Fields, pattern};
use crate::inventory::Location;

/// One waiver.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The present id of the rule.
    pub rule: String,
    /// The resources; given with `path`, both must match.
    pub resource: Option<Pattern>,
    /// The files.
    pub path: Option<Pattern>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Where it stands.
    pub location: Location,
}

/// All suppressions of a run, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
    by_rule: HashMap<String, Vec<usize>>,
}

impl Suppressions {
    /// The first suppression in force that waives a finding: of `rule` (its present id), on
    /// `resource`, in the file `path_uri`. The index is that of [`Self::get`].
    pub fn matching(
        &self,
        rule: &str,
        resource: &str,
        path_uri: Option<&str>,
        today: Date,
    ) -> Option<usize> {
        self.candidates(rule).find(|index| {
            !self.all[*index].has_expired(today) && self.all[*index].covers(resource, path_uri)
        })
    }

    /// The first expired suppression that once waived a finding.
    pub fn lapsed(
        &self,
        rule: &str,
        resource: &str,
        path_uri: Option<&str>,
        today: Date,
    ) -> Option<usize> {
        self.candidates(rule).find(|index| {
            self.all[*index].has_expired(today) && self.all[*index].covers(resource, path_uri)
        })
    }

    /// Indexes of the expired ones.
    pub fn expired(&self, today: Date) -> impl Iterator<Item = usize> {
        (0..self.all.len()).filter(move |index| self.all[*index].has_expired(today))
    }

    /// The suppression at an index.
    pub fn get(&self, index: usize) -> Option<&Suppression> {
        self.all.get(index)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Suppression> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn push(&mut self, suppression: Suppression) {
        self.by_rule.entry(suppression.rule.clone()).or_default().push(self.all.len());
        self.all.push(suppression);
    }

    fn candidates(&self, rule: &str) -> impl Iterator<Item = usize> {
        self.by_rule.get(rule).into_iter().flatten().copied()
    }
}

impl Suppression {
    /// Whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// Whether it speaks of a resource and the file that declares it.
    pub fn covers(&self, resource: &str, path_uri: Option<&str>) -> bool {
        self.resource.as_ref().is_none_or(|pattern| pattern.matches(resource))
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| path_uri.is_some_and(|path| pattern.matches(path)))
    }

    /// Reads one; `None` after noting what is wrong.
    pub(super) fn read(
        problems: &mut Problems,
        mut fields: Fields<'_>,
        catalogue: Catalogue<'_>,
        require_expiry: bool,
    ) -> Option<Self> {
        let rule = fields
            .text(problems, "rule", "vault-lock-missing")
            .and_then(|id| catalogue.require(problems, &id.text, id.at));
        fields.require(
            problems,
            "rule",
            "name the one rule whose findings are accepted, as the report shows its id",
        );
        let mut glob =
            |problems: &mut Problems, key, compile: fn(&str) -> Result<Pattern, String>| {
                let text = fields.text(problems, key, "*/vaults/legacy-*")?;
                pattern(problems, key, &text, compile)
            };
        let resource = glob(problems, "resource", Pattern::id);
        let path = glob(problems, "path", Pattern::path);
        if fields.value("resource").is_none() && fields.value("path").is_none() {
            problems.missing(
                fields.at(),
                "[[suppression]] has neither `resource` nor `path`".to_owned(),
                "say what it covers: an id or glob on ids in `resource`, or on files in `path`; to switch the rule off everywhere, write `enabled = false` in [rules.ID]",
            );
        }
        let reason = fields.text(problems, "reason", "not allowed by contract 17");
        fields.require(problems, "reason", "say why the risk is accepted; reports show it");
        let owner = fields.text(problems, "owner", "backup-team@example.com");
        fields.require(
            problems,
            "owner",
            "name who answers for it, such as `owner = \"backup-team@example.com\"`",
        );
        let expires = expires(problems, &mut fields);
        if require_expiry {
            fields.require(
                problems,
                "expires",
                "`require-expiry` is on: give a last day, such as `expires = 2027-01-31`",
            );
        }
        let location = problems.location(fields.at());
        fields.finish(problems);
        let rule = rule?.id.clone();
        Some(Self {
            rule,
            resource,
            path,
            reason: reason?.text,
            owner: owner?.text,
            expires,
            location,
        })
    }
}

fn expires(problems: &mut Problems, fields: &mut Fields<'_>) -> Option<Date> {
    let value = fields.value("expires")?;
    let date =
        value.get_ref().as_datetime().filter(|date| date.time.is_none()).and_then(|date| date.date);
    let date = date.and_then(|date| {
        Date::new(
            i16::try_from(date.year).ok()?,
            i8::try_from(date.month).ok()?,
            i8::try_from(date.day).ok()?,
        )
        .ok()
    });
    if date.is_none() {
        problems.value(
            value.span(),
            "`expires` is no date",
            "expected a date alone",
            "write the last day on which it holds, without quotes and time: `expires = 2027-01-31`",
        );
    }
    date
}
