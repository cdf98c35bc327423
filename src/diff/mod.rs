//! What changed between two snapshots or two reports: findings that are new, worse or gone, protection that got
//! weaker, items that vanished, and people who gained rights to destroy.
//!
//! What is no longer seen is never taken for mended: a finding that nobody can decide any more is unclear.

mod rights;
mod side;

use std::collections::{HashMap, HashSet};

use crate::change::{Changes, Deed};
use crate::finding::{OutcomeKind, Severity};
use crate::inventory::{Estate, IdKey, Kind, Reason, id};

pub use rights::{Gained, Right, Rights, gained};
pub use side::{Blind, Side, SideError, Verdict};

/// What changed.
#[derive(Debug, Default)]
pub struct Diff<'d> {
    /// Failures that were none before.
    pub new: Vec<New<'d>>,
    /// Failures of a higher severity than before.
    pub worse: Vec<Worse<'d>>,
    /// Failures of before that are none now.
    pub fixed: Vec<Fixed<'d>>,
    /// Failures of before of which nobody can tell any more.
    pub unclear: Vec<Unclear<'d>>,
    /// How many failures are as they were.
    pub unchanged: u64,
    /// What only two snapshots show.
    pub estates: Option<Between<'d>>,
}

/// What two snapshots show beside their findings.
#[derive(Debug, Default)]
pub struct Between<'d> {
    /// Protection that got weaker, was destroyed, or set for good: what the rules of the family `change` say.
    pub weakened: Vec<&'d Verdict>,
    /// Vaults, items and instances that were there.
    pub vanished: Vec<Vanished>,
    /// Rights that somebody has now and had not before.
    pub rights: Rights,
}

/// A failure that was none.
#[derive(Debug)]
pub struct New<'d> {
    /// It now.
    pub verdict: &'d Verdict,
    /// Whether it was undecided before, so that it may be an old one.
    pub was_undecided: bool,
}

/// A failure that weighs more.
#[derive(Debug)]
pub struct Worse<'d> {
    /// It now.
    pub verdict: &'d Verdict,
    /// What it weighed.
    pub before: Severity,
}

/// A failure that is none any more.
#[derive(Debug)]
pub struct Fixed<'d> {
    /// It as it was.
    pub verdict: &'d Verdict,
    /// Why it is none.
    pub how: How,
}

/// Why a failure is none any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It passes.
    Mended,
    /// Its resource is gone.
    Gone,
    /// Somebody waived it.
    Waived,
}

impl How {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mended => "mended",
            Self::Gone => "gone",
            Self::Waived => "waived",
        }
    }
}

/// A failure of which nobody can tell any more.
#[derive(Debug)]
pub struct Unclear<'d> {
    /// It as it was.
    pub verdict: &'d Verdict,
    /// Why.
    pub why: String,
}

/// A vault or an item that was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vanished {
    /// Its id.
    pub on: String,
    /// What a sentence calls it.
    pub noun: &'static str,
    /// Why nobody can tell whether it is gone; none where the list that would show it was read.
    pub doubt: Option<Reason>,
}

/// What tells a verdict apart within one report.
type Place<'d> = (&'d str, &'d str, &'d str);

fn place(verdict: &Verdict) -> Place<'_> {
    (&verdict.rule, &verdict.folder, &verdict.resource)
}

/// What the newer side says of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there, and was looked at.
    There,
    /// It is gone for sure.
    Gone,
    /// Nobody looked at it, for this reason.
    Unseen(&'static str),
}

/// Compares the findings of two reports. `seen` says what the newer one says of the resource of a verdict.
pub fn compare<'d>(old: &'d Side, new: &'d Side, seen: impl Fn(&Verdict) -> Presence) -> Diff<'d> {
    let failing = |side: &'d Side| {
        let failures = side.verdicts.iter().filter(|verdict| verdict.is_live_failure());
        failures.map(|verdict| (verdict.fingerprint.as_str(), verdict)).collect::<HashMap<_, _>>()
    };
    let undecided = |side: &'d Side| {
        let unknown =
            side.verdicts.iter().filter(|verdict| verdict.outcome == OutcomeKind::Unknown);
        unknown.map(|verdict| (place(verdict), verdict)).collect::<HashMap<_, _>>()
    };
    let (before, after) = (failing(old), failing(new));
    let (was_open, is_open) = (undecided(old), undecided(new));
    let waived: HashSet<&str> = new
        .verdicts
        .iter()
        .filter(|verdict| verdict.is_waived)
        .map(|verdict| verdict.fingerprint.as_str())
        .collect();
    let passing = new.verdicts.iter().filter(|verdict| verdict.outcome == OutcomeKind::Pass);
    let passes: HashSet<Place<'_>> =
        passing.map(place).filter(|it| !is_open.contains_key(it)).collect();
    let mut diff = Diff::default();
    let mut done = HashSet::new();
    for verdict in new.verdicts.iter().filter(|verdict| verdict.is_live_failure()) {
        if !done.insert(verdict.fingerprint.as_str()) || new.is_of_change(verdict) {
            continue;
        }
        match before.get(verdict.fingerprint.as_str()) {
            None => {
                let was_undecided = was_open.contains_key(&place(verdict))
                    || !old.has_rule(&verdict.rule)
                    || old.hides(&verdict.rule);
                diff.new.push(New { verdict, was_undecided });
            }
            Some(known) if verdict.severity > known.severity => {
                diff.worse.push(Worse { verdict, before: known.severity });
            }
            Some(_) => diff.unchanged += 1,
        }
    }
    done.clear();
    for verdict in old.verdicts.iter().filter(|verdict| verdict.is_live_failure()) {
        let print = verdict.fingerprint.as_str();
        if !done.insert(print) || after.contains_key(print) || old.is_of_change(verdict) {
            continue;
        }
        let why = || -> Option<String> {
            if let Some(open) = is_open.get(&place(verdict)) {
                return Some(open.message.clone());
            }
            if !new.has_rule(&verdict.rule) {
                return Some("the rule was not active".to_owned());
            }
            if new.hides(&verdict.rule) {
                let why = "the newer report does not list every verdict of the rule";
                return Some(format!("{why}: write it without --outcomes and --min-severity"));
            }
            if new.only_counts(&verdict.rule) {
                let why =
                    "the newer report has verdicts of the rule that such an input can never give";
                return Some(format!("{why}, and does not say of which resources"));
            }
            if new.has_stopped(&verdict.rule) {
                return Some("the rule stopped with an error".to_owned());
            }
            new.blind_for(verdict).map(|blind| format!("{} could not be read", blind.scope))
        };
        let how = match seen(verdict) {
            _ if waived.contains(print) => Ok(How::Waived),
            _ if passes.contains(&place(verdict)) => Ok(How::Mended),
            Presence::Gone => Ok(How::Gone),
            Presence::There => why().map_or(Ok(How::Mended), Err),
            Presence::Unseen(unseen) => Err(why().unwrap_or_else(|| unseen.to_owned())),
        };
        match how {
            Ok(how) => diff.fixed.push(Fixed { verdict, how }),
            Err(why) => diff.unclear.push(Unclear { verdict, why }),
        }
    }
    diff
}

/// What two snapshots show beside their findings: the verdicts of the family `change` are among the new ones.
pub fn between<'d>(changes: &Changes<'_, '_>, new: &'d Side, rights: Rights) -> Between<'d> {
    let weakened = new
        .verdicts
        .iter()
        .filter(|verdict| verdict.is_live_failure() && new.is_of_change(verdict));
    let vanished = changes.resources.iter().filter_map(|change| {
        let resource = change.before().filter(|_| change.after().is_none())?;
        let doubt = match change.deed {
            Deed::Destroyed => None,
            Deed::Unknown(reason) => Some(reason),
            _ => return None,
        };
        (resource.kind.is_protection() || resource.kind.is_vault()).then(|| Vanished {
            on: resource.id.as_str().to_owned(),
            noun: change.noun(),
            doubt,
        })
    });
    Between { weakened: weakened.collect(), vanished: vanished.collect(), rights }
}

/// Which resources an estate shows.
pub struct Present<'e, 'a> {
    estate: &'e Estate<'a>,
    known: HashSet<IdKey>,
}

impl<'e, 'a> Present<'e, 'a> {
    /// Those of an estate.
    pub fn new(estate: &'e Estate<'a>) -> Self {
        Self { estate, known: estate.resources().map(|resource| resource.id.key()).collect() }
    }

    /// Whether a resource is there: it is gone only where the list that would show it was read to its end.
    pub fn shows(&self, verdict: &Verdict) -> Presence {
        let resource = verdict.resource.as_str();
        if self.known.contains(&IdKey::of(resource)) {
            return Presence::There;
        }
        let kind = id::type_of(resource).map(|name| Kind::of_type(&name));
        let scope = id::parent_of(resource).unwrap_or("/");
        match kind.map(|kind| self.estate.coverage.list_of(scope, kind)) {
            Some(Ok(())) => Presence::Gone,
            _ => Presence::Unseen(
                "it is not in the newer input, and the list that would show it was not read",
            ),
        }
    }
}

impl Diff<'_> {
    /// Whether something may have got worse without being seen: what could not be read, or is no longer looked at.
    pub fn is_partial(&self, new: &Side) -> bool {
        !new.blind.is_empty()
            || !self.unclear.is_empty()
            || self.estates.as_ref().is_some_and(|between| {
                between.vanished.iter().any(|vanished| vanished.doubt.is_some())
                    || between.rights.gained.iter().any(|gained| !gained.is_certain)
                    || !between.rights.hidden.is_empty()
            })
    }

    /// Whether anything got worse that weighs at least so much. Rights that somebody gained always do.
    pub fn is_worse(&self, least: Severity) -> bool {
        let weighs = |verdict: &Verdict| verdict.severity >= least;
        self.new.iter().any(|new| weighs(new.verdict))
            || self.worse.iter().any(|worse| weighs(worse.verdict))
            || self.estates.as_ref().is_some_and(|between| {
                between.weakened.iter().any(|verdict| weighs(verdict))
                    || between.rights.gained.iter().any(|gained| gained.is_certain)
            })
    }
}
