//! Reviews of changes: for a person, as JSON, as Markdown for a ticket, and as SARIF.

mod human;
mod json;
mod markdown;
pub mod plan;
mod sarif;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Options, Unread, words};
use crate::access::operation::Enforced;
use crate::access::who_can::{Block, Effect, Obstacle};
use crate::access::{Access, PrincipalId};
use crate::review::{Answer, Approval, Caller, Covered, Review, Reviewed, Verdict, Weight};

/// The JSON Schema (draft 2020-12) of `backuplint.review/1`.
pub const JSON_SCHEMA: &str = include_str!("../schema/review-1.schema.json");

/// A format of reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Human,
    /// `backuplint.review/1`.
    Json,
    /// For a ticket or the comment on a pull request.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
}

/// What reporters need beside the review.
#[derive(Clone, Copy)]
pub struct Beside<'e, 'a> {
    /// Who is who.
    pub access: Access<'e, 'a>,
    /// What was not seen of the inputs.
    pub unread: &'e Unread,
    /// The path of the request.
    pub request: &'e str,
}

/// Writes a review.
///
/// # Errors
/// When the writer fails.
pub fn write(
    review: &Review<'_, '_>,
    beside: Beside<'_, '_>,
    form: Form,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    match form {
        Form::Human => human::write(review, beside, out, options),
        Form::Json => json::write(review, beside, out),
        Form::Markdown => markdown::write(review, beside, out),
        Form::Sarif => sarif::write(review, beside, out, options),
    }
}

/// The targets, worst first, and else as the request names them.
fn worst_first<'r, 'e>(review: &'r Review<'_, 'e>) -> Vec<&'r Reviewed<'e>> {
    let mut targets: Vec<&Reviewed<'e>> = review.targets.iter().collect();
    targets.sort_by_key(|target| std::cmp::Reverse(target.verdict));
    targets
}

/// `2 targets: 1 stop, 1 go`.
fn counted(review: &Review<'_, '_>) -> String {
    let parts = Verdict::ALL.into_iter().rev().filter_map(|verdict| match review.count(verdict) {
        0 => None,
        number => Some(format!("{} {}", words::number(number as u64), verdict.name())),
    });
    let parts: Vec<String> = parts.collect();
    format!("{}: {}", words::count(words::len(&review.targets), "target"), parts.join(", "))
}

/// What a failed or unknown precondition is called beside its number.
fn mark(answer: Answer) -> &'static str {
    match answer {
        Answer::Pass => "pass",
        Answer::Fail(Weight::Stops) => "STOP",
        Answer::Fail(Weight::Decides) => "decide",
        Answer::Fail(Weight::Informs) => "note",
        Answer::Unknown(_) => "unknown",
        Answer::NotApplicable => "n/a",
    }
}

/// The order in which preconditions are shown: what matters first.
fn order(answer: Answer) -> u8 {
    match answer {
        Answer::Fail(Weight::Stops) => 0,
        Answer::Unknown(_) => 1,
        Answer::Fail(Weight::Decides) => 2,
        Answer::Fail(Weight::Informs) => 3,
        Answer::Pass => 4,
        Answer::NotApplicable => 5,
    }
}

/// How many can do it, by how surely: `2 now, 1 after activating a role`.
fn able(target: &Reviewed<'_>) -> String {
    let Some(targeted) = &target.who.targeted else { return "not known".to_owned() };
    let parts = Effect::ALL.into_iter().filter_map(|effect| {
        match targeted.able.iter().filter(|able| able.effect == effect).count() {
            0 => None,
            number => Some(format!("{} {}", words::number(number as u64), effect.words())),
        }
    });
    let parts: Vec<String> = parts.collect();
    let told =
        if parts.is_empty() { "nobody, as far as was read".to_owned() } else { parts.join("; ") };
    match target.who.gaps.len() {
        0 => told,
        number => format!("{told}; {} could change that", words::count(number as u64, "gap")),
    }
}

/// Targets of which the same holds, each with those that are like it; worst first.
fn alike<'r, 'e>(review: &'r Review<'_, 'e>) -> Vec<(&'r Reviewed<'e>, Vec<&'r Reviewed<'e>>)> {
    let mut found: Vec<(&Reviewed<'e>, Vec<&Reviewed<'e>>)> = Vec::new();
    let mut positions = BTreeMap::new();
    for target in worst_first(review) {
        let checks = target.checks.iter();
        let answers: Vec<(&str, u8)> =
            checks.map(|check| (check.precondition.id, order(check.judged.answer))).collect();
        let key = (target.verdict, target.vault.as_deref().map(str::to_lowercase), answers);
        if let Some((_, others)) = positions.get(&key).and_then(|at: &usize| found.get_mut(*at)) {
            others.push(target);
        } else {
            positions.insert(key, found.len());
            found.push((target, Vec::new()));
        }
    }
    found
}

/// The names of targets that are like another one.
fn names(others: &[&Reviewed<'_>]) -> String {
    const MOST: usize = 50;
    let named: Vec<&str> = others.iter().take(MOST).map(|other| other.name.as_str()).collect();
    let more = others.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", named.join(", "))
}

/// The first of those who can do it, strongest first.
fn first_able(target: &Reviewed<'_>, access: Access<'_, '_>, most: usize) -> Vec<String> {
    let Some(targeted) = &target.who.targeted else { return Vec::new() };
    let named = targeted.able.iter().take(most);
    let mut names: Vec<String> = named
        .map(|able| format!("{} ({})", label(able.principal, access), able.effect.name()))
        .collect();
    if targeted.able.len() > most {
        names.push(format!("and {} more", targeted.able.len() - most));
    }
    names
}

fn label(principal: PrincipalId, access: Access<'_, '_>) -> String {
    let known = access.principal(principal);
    known.name.clone().unwrap_or_else(|| known.id.clone())
}

/// Who is to do it, and whether it can.
fn caller(target: &Reviewed<'_>, access: Access<'_, '_>) -> String {
    match &target.who.caller {
        Caller::Unnamed => "the request names no caller".to_owned(),
        Caller::Stranger(named) => format!("{named}: nothing that was read names it"),
        Caller::Known(who) => {
            let can =
                target.who.caller_effect().map_or("cannot, as far as was read", Effect::words);
            format!("{}: {can}", label(*who, access))
        }
    }
}

/// Whether the caller holds a minimum.
fn covered(covered: &Covered) -> String {
    let lacks = |lacks: &[Enforced]| {
        const MOST: usize = 3;
        let named = lacks.iter().take(MOST);
        let named: Vec<String> = named
            .map(|enforced| format!("{} on {}", enforced.name(), enforced.on.name()))
            .collect();
        let more = lacks.len().saturating_sub(MOST);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("not held: it lacks {}{more}", named.join(", "))
    };
    match covered {
        Covered::Yes => "held".to_owned(),
        Covered::Lacks(actions) => lacks(actions),
        Covered::Unknown(why) => format!("not known: {why}"),
        Covered::None => "none stated".to_owned(),
    }
}

/// What a Resource Guard holds and who could approve.
fn held(block: &Block<'_>, access: Access<'_, '_>) -> String {
    let Obstacle::Mua { guard, approvers, .. } = &block.obstacle else { return String::new() };
    let guard = guard.as_deref().map_or("a Resource Guard that was not read", words::name);
    let perhaps = if block.is_certain { "holds it" } else { "may hold it, if it selects it" };
    let names: Vec<String> = approvers
        .iter()
        .take(8)
        .map(|(who, effect)| format!("{} ({})", label(*who, access), effect.name()))
        .collect();
    let who = if names.is_empty() {
        "nobody that was read could approve".to_owned()
    } else {
        format!("could approve: {}", names.join(", "))
    };
    format!("{guard} {perhaps}; {who}")
}

/// Whether somebody agreed.
fn approval(approval: &Approval) -> Option<String> {
    match approval {
        Approval::NotSaid => None,
        Approval::Given(who) => Some(format!("{who} agreed, as the request says")),
        Approval::Refused(why) => Some(format!("what the request says does not count: {why}")),
        Approval::Unknown(why) => {
            Some(format!("whether somebody else agreed cannot be told: {why}"))
        }
    }
}

/// `yes, until 2026-12-04T02:00:00Z: how`.
fn undo(target: &Reviewed<'_>) -> String {
    let until = target.undo.until.map_or_else(String::new, |until| format!(", until {until}"));
    let how =
        if target.undo.how.is_empty() { String::new() } else { format!(": {}", target.undo.how) };
    format!("{}{until}{how}", target.undo.verdict.name())
}
