//! Judges a change before it happens: what must hold, who may do it, what is lost, and whether it can be
//! undone.
//!
//! It reads what was collected and changes nothing. What cannot be told is never taken for held, and a
//! verdict is the worst of what its preconditions come to.

mod check;
mod command;
mod condition;
mod lasting;
mod listed;
mod outcome;
mod parameters;
pub mod plan;
mod point;
mod request;
mod select;
mod subject;
mod who;
mod window;

use rayon::prelude::*;

use crate::access::Access;
use crate::access::action::sets;
use crate::access::operation::Operation;
use crate::inventory::{Estate, Fact, Protection, Reason, Time, id};

pub use check::{Answer, Check, Claims, Evidence, Judged, REQUEST, Weight};
pub use command::{CommandLine, Files, NAME as COMMAND, Told, language};
pub use outcome::{Advice, Change, Undo, Verdict};
pub use parameters::{Demand, MinimumOf, Parameters};
pub use point::Speed;
pub use request::{
    ARGUMENTS, Argument, Arguments, Form, PURPOSE_WORDS, Request, RequestError, Retention, SCHEMA,
    Select, TIERS, Unbound, Window, arguments_of, schema, template,
};
pub use subject::NoSubject;
pub use who::{Approval, Caller, Covered, Who};

/// What `readiness` takes to judge a restore that nobody asks for yet, precondition by precondition.
pub(crate) mod unasked {
    pub(crate) use super::condition::guard::somebody_holds_all;
    pub(crate) use super::condition::target::no_account;
    pub(crate) use super::condition::{Case, judge, read};
    pub(crate) use super::lasting::Copies;
    pub(crate) use super::missing_of;
    pub(crate) use super::point::{Meant, Points, time_of};
    pub(crate) use super::subject::Subject;
    pub(crate) use super::who::ask;
}

use condition::Case;
use point::Points;
use subject::{Subject, Subjects};

/// A change as it was judged.
#[derive(Debug)]
pub struct Review<'r, 'e> {
    /// What somebody wants to do.
    pub request: &'r Request,
    /// When the estate was as shown.
    pub as_of: Time,
    /// When it is to happen.
    pub when: Time,
    /// Whose minimum of roles counts.
    pub minimum: MinimumOf,
    /// The worst verdict of its targets, and of what is said of it as a whole.
    pub verdict: Verdict,
    /// What is said of it as a whole, whatever is judged of its targets.
    pub statements: Vec<Judged>,
    /// Each target, in the order in which the request names them.
    pub targets: Vec<Reviewed<'e>>,
}

/// One target as it was judged.
#[derive(Debug)]
pub struct Reviewed<'e> {
    /// Its id.
    pub on: String,
    /// Its type.
    pub type_name: &'static str,
    /// What people call it.
    pub name: String,
    /// The vault.
    pub vault: Option<String>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Its preconditions, by number.
    pub checks: Vec<Check>,
    /// Who may do it.
    pub who: Who<'e>,
    /// What is before and after.
    pub changes: Vec<Change>,
    /// What will be lost.
    pub lost: Vec<String>,
    /// Whether it can be undone.
    pub undo: Undo,
    /// What would do better.
    pub advice: Vec<Advice>,
    /// What was not read and decides.
    pub missing: Vec<MissingFact>,
}

/// Something that was not read, or not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFact {
    /// The precondition that it decides.
    pub precondition: &'static str,
    /// Where it would stand.
    pub at: String,
    /// What is missing, in words.
    pub says: String,
    /// Why.
    pub reason: Reason,
    /// The ARM action that whoever read the estate lacks, if that is the cause.
    pub permission: Option<String>,
    /// Who could give it: those who may assign roles there.
    pub granters: Vec<String>,
}

/// Judges a change.
///
/// # Errors
/// When a target does not exist or is of the wrong kind, or nothing is selected.
pub fn review<'r, 'e, 'a>(
    request: &'r Request,
    estate: &'e Estate<'a>,
    access: Access<'e, 'a>,
    parameters: &Parameters,
    now: Time,
) -> Result<Review<'r, 'e>, NoSubject>
where
    'r: 'e,
{
    let Subjects { found: subjects, unlisted: mut statements } =
        subject::subjects(request, estate)?;
    let read = estate.collected_at().unwrap_or(now);
    statements.extend(
        request
            .window
            .and_then(|window| window::statement(window, read, now, parameters.reading_max_hours)),
    );
    let when = request.window.map_or(now, |window| window.from.max(now));
    let points = Points::of(estate, &wanted(estate, &subjects));
    let judge = |subject: &Subject<'e, 'a>| {
        let who = who::ask(request, estate, access, subject, parameters.minimum);
        let case = Case {
            request,
            parameters,
            estate,
            access,
            now,
            when,
            subject,
            points: &points,
            chosen: None,
            who: &who,
        };
        judged(&case).with(who)
    };
    let targets: Vec<Reviewed<'e>> = subjects.par_iter().map(judge).collect();
    let whole = statements.iter().map(|said| Verdict::of_answer(said.answer)).max();
    let verdict = targets.iter().map(|target| target.verdict).max().max(whole);
    let verdict = verdict.unwrap_or(Verdict::CannotTell);
    let minimum = parameters.minimum;
    Ok(Review { request, as_of: now, when, minimum, verdict, statements, targets })
}

/// The items whose points matter.
fn wanted<'e, 'a>(estate: &'e Estate<'a>, subjects: &[Subject<'e, 'a>]) -> Vec<&'e Protection<'a>> {
    let mut items: Vec<&Protection<'a>> =
        subjects.iter().filter_map(|subject| subject.item).collect();
    for subject in subjects.iter().filter(|subject| subject.item.is_none()) {
        let (Some(policy), Some(vault)) = (subject.policy, subject.vault) else { continue };
        let policy = policy.resource.id.as_str();
        items.extend(
            estate.protections_in(vault.resource.id.as_str()).filter(
                |item| matches!(&item.policy, Fact::Known(known) if id::same(known, policy)),
            ),
        );
    }
    items
}

/// What is known of a target before it is known who may do it.
struct Unfinished {
    on: String,
    type_name: &'static str,
    name: String,
    vault: Option<String>,
    verdict: Verdict,
    checks: Vec<Check>,
    changes: Vec<Change>,
    lost: Vec<String>,
    undo: Undo,
    advice: Vec<Advice>,
    missing: Vec<MissingFact>,
}

impl Unfinished {
    fn with(self, who: Who<'_>) -> Reviewed<'_> {
        Reviewed {
            on: self.on,
            type_name: self.type_name,
            name: self.name,
            vault: self.vault,
            verdict: self.verdict,
            checks: self.checks,
            who,
            changes: self.changes,
            lost: self.lost,
            undo: self.undo,
            advice: self.advice,
            missing: self.missing,
        }
    }
}

fn judged(case: &Case<'_, '_, '_>) -> Unfinished {
    let checks = condition::checks(case);
    let subject = case.subject;
    let name = match subject.item {
        Some(item) => subject::name_of_item(item).to_owned(),
        None => id::name_of(subject.on).to_owned(),
    };
    let is_untested = checks
        .iter()
        .any(|check| check.precondition.id == "P17" && check.judged.answer != Answer::Pass);
    Unfinished {
        on: subject.on.to_owned(),
        type_name: subject.kind.type_name(),
        name,
        vault: subject.vault_id.map(str::to_owned),
        verdict: Verdict::of(&checks, case.who),
        changes: outcome::changes(case),
        lost: outcome::lost(case),
        undo: outcome::undo(case),
        advice: outcome::advice(case.request, case.parameters.file_recovery_large_gb, is_untested),
        missing: missing(case, &checks),
        checks,
    }
}

/// What was not read and decides, and who could let it be read.
fn missing(case: &Case<'_, '_, '_>, checks: &[Check]) -> Vec<MissingFact> {
    let of = |check| missing_of(case.estate, case.access, case.subject.on, check);
    checks.iter().filter_map(of).collect()
}

/// What a precondition lacks to be told; nothing if it could be.
pub(crate) fn missing_of(
    estate: &Estate<'_>,
    access: Access<'_, '_>,
    on: &str,
    check: &Check,
) -> Option<MissingFact> {
    let Answer::Unknown(reason) = check.judged.answer else { return None };
    let seen = check.judged.evidence.first();
    let at = seen.map_or(on, |seen| seen.resource.as_str());
    // What the request leaves out, nobody has to be given a role for.
    let is_unread = at != REQUEST && reason.is_unread();
    let permission = seen.filter(|_| is_unread).and_then(|seen| permission(estate, seen));
    let scope = if at.starts_with('/') { at } else { on };
    let granters = if is_unread { granters(access, scope) } else { Vec::new() };
    Some(MissingFact {
        precondition: check.precondition.id,
        at: at.to_owned(),
        says: check.judged.says.clone().into_owned(),
        reason,
        permission,
        granters,
    })
}

/// The action that is lacking by what a gap says: one in the list of the thing itself, or in the list that a
/// path names.
fn permission(estate: &Estate<'_>, seen: &Evidence) -> Option<String> {
    let kind = id::type_of(&seen.resource).unwrap_or_default();
    let mut over = estate.gaps().iter().filter(|gap| {
        let list = gap.kind.rsplit('/').next().unwrap_or_default();
        let is_about =
            gap.kind.eq_ignore_ascii_case(&kind) || list.eq_ignore_ascii_case(&seen.path);
        is_about
            && (id::is_within(&seen.resource, &gap.scope)
                || id::is_within(&gap.scope, &seen.resource))
    });
    over.find_map(|gap| gap.permission.clone())
}

/// Those who may assign roles at a place.
fn granters(access: Access<'_, '_>, scope: &str) -> Vec<String> {
    const NAMES: usize = 5;
    let party = access.party(scope, sets::GRANT, &[]);
    let named = party.members.iter().take(NAMES);
    named.map(|(who, strength)| access.holder(*who, *strength)).collect()
}

impl Review<'_, '_> {
    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.request.operation
    }

    /// How many targets have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.targets.iter().filter(|target| target.verdict == verdict).count()
    }
}
