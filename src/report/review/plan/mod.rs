//! Reviews of plans: for a person, as JSON, as Markdown for a pull request, and as SARIF.

mod human;
mod json;
mod markdown;
mod sarif;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::super::{Options, words};
use super::{Beside, Form};
use crate::change::Deed;
use crate::inventory::placeholder;
use crate::review::Verdict;
use crate::review::plan::{Apply, Held, JudgedStep, PlanReview, Step, Toll};

/// The JSON Schema (draft 2020-12) of `backuplint.plan-review/1`.
pub const JSON_SCHEMA: &str = include_str!("../../schema/plan-review-1.schema.json");

/// Writes the review of a plan. [`Beside::request`] is the path of the plan, or of what it leads to.
///
/// # Errors
/// When the writer fails.
pub fn write(
    review: &PlanReview<'_>,
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

/// `3 steps: 1 stop, 2 needs-approval; 4 other changes of backup resources do no harm`.
fn counted(review: &PlanReview<'_>) -> String {
    let parts = Verdict::ALL.into_iter().rev().filter_map(|verdict| match review.count(verdict) {
        0 => None,
        number => Some(format!("{} {}", words::number(number as u64), verdict.name())),
    });
    let parts: Vec<String> = parts.collect();
    let mut text = words::count(words::len(&review.steps), "step");
    if !parts.is_empty() {
        text = format!("{text}: {}", parts.join(", "));
    }
    let text = match review.not_judged.len() {
        0 => text,
        number => {
            let changes = words::count(number as u64, "change");
            format!("{text}; {changes} of something else not judged")
        }
    };
    let text = match review.harmless {
        0 => text,
        1 => format!("{text}; 1 other change of a backup resource does no harm"),
        more => format!(
            "{text}; {} other changes of backup resources do no harm",
            words::number(more as u64)
        ),
    };
    match review.unread {
        0 => text,
        unread => {
            let parts = words::count(unread as u64, "part");
            format!("{text}; {parts} of what is compared could not be read, and may change as well")
        }
    }
}

/// What nothing judges, by type and by what becomes of it: `azurerm_linux_web_app: 2 updated (a, b)`.
fn not_judged(review: &PlanReview<'_>) -> Vec<String> {
    const MOST: usize = 3;
    let mut groups: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for found in &review.not_judged {
        groups.entry((&found.type_name, deed(found.deed))).or_default().push(&found.on);
    }
    let line = |((type_name, deed), names): ((&str, &str), Vec<&str>)| {
        let named = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(MOST);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{type_name}: {} {deed} ({named}{more})", words::number(names.len() as u64))
    };
    groups.into_iter().map(line).collect()
}

/// What a step is done to, as people name it: by its address in code, or by its name.
fn title(step: &Step) -> String {
    match &step.address {
        Some(address) => address.clone(),
        None => words::name(&placeholder::readable(&step.on)).to_owned(),
    }
}

/// The word for what becomes of a resource.
const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Kept => "kept",
        Deed::Created => "created",
        Deed::Updated => "updated",
        Deed::Replaced => "replaced",
        Deed::Destroyed => "destroyed",
        Deed::Released => "released",
        Deed::Unknown(_) => "unknown",
    }
}

/// Whom a step hits, by what they lose: those who lose most first, and the vaults last.
fn grouped(step: &Step, most: usize) -> Vec<String> {
    let mut groups: Vec<(&Toll, String, Vec<&str>)> = Vec::new();
    for hit in &step.hits {
        let words = hit.toll.words();
        match groups.iter_mut().find(|(_, known, _)| *known == words) {
            Some((_, _, names)) => names.push(&hit.name),
            None => groups.push((&hit.toll, words, vec![&hit.name])),
        }
    }
    let weight = |toll: &Toll| (toll.surely, toll.perhaps.unwrap_or(u64::MAX));
    groups.sort_by_key(|(toll, ..)| std::cmp::Reverse(weight(toll)));
    let list = |names: &[&str]| {
        let named = names.iter().take(most).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(most);
        if more == 0 { named } else { format!("{named} and {more} more") }
    };
    let line = |(_, words, names): (&Toll, String, Vec<&str>)| {
        let names = list(&names);
        if words.is_empty() { names } else { format!("{words}: {names}") }
    };
    let mut lines: Vec<String> = groups.into_iter().map(line).collect();
    if !step.vaults.is_empty() {
        let names: Vec<&str> = step.vaults.iter().map(|vault| words::name(vault)).collect();
        lines.push(list(&names));
    }
    lines
}

/// How many are hit, and what they lose together; none where it hits nobody.
fn hits(step: &Step) -> Option<String> {
    let at_least = if step.is_whole.is_ok() { "" } else { "at least " };
    let mut text = match (step.hits.len(), step.vaults.len()) {
        (0, 0) => return None,
        (0, vaults) => format!("{at_least}{}", words::count(vaults as u64, "vault")),
        (items, 0) => format!("{at_least}{}", words::count(items as u64, "item")),
        (items, vaults) => format!(
            "{at_least}{}, {}",
            words::count(items as u64, "item"),
            words::count(vaults as u64, "vault")
        ),
    };
    let losing = step.hits.iter().filter(|hit| !hit.toll.words().is_empty());
    let (mut least, mut most) = (0, Some(0));
    for hit in losing {
        least += hit.toll.surely;
        most = most.zip(hit.toll.perhaps).map(|(most, more): (u64, u64)| most + more);
    }
    let lost = match (least, most) {
        (0, Some(0)) => return Some(text),
        (0, None) => "recovery points may be lost; how many was not read".to_owned(),
        (0, Some(most)) => format!("up to {} may be lost", words::count(most, "recovery point")),
        (least, Some(most)) if least == most => {
            format!("{} lost", words::count(least, "recovery point"))
        }
        (least, Some(most)) => {
            format!("{} to {} lost", words::number(least), words::count(most, "recovery point"))
        }
        (least, None) => format!("at least {} lost", words::count(least, "recovery point")),
    };
    text.push_str("; ");
    text.push_str(&lost);
    Some(text)
}

/// The roles that suffice, narrowest first.
fn roles(apply: &Apply) -> String {
    const MOST: usize = 4;
    if apply.needs.is_empty() {
        return "nothing of backups".to_owned();
    }
    let named = apply.roles.iter().take(MOST).copied();
    let named: Vec<&str> = named.collect();
    let mut text = match (named.is_empty(), apply.roles.len().saturating_sub(MOST)) {
        (true, _) if apply.unlisted.len() == apply.needs.len() => {
            "the shipped roles say nothing of these actions".to_owned()
        }
        (true, _) => "no built-in role holds all of it".to_owned(),
        (false, 0) => format!("any of {}", named.join(", ")),
        (false, more) => format!("any of {} and {more} more", named.join(", ")),
    };
    if !apply.unlisted.is_empty() && !named.is_empty() {
        text = format!("{text}; not looked up: {}", apply.unlisted.join(", "));
    }
    text
}

/// What the caller lacks.
fn caller(review: &PlanReview<'_>) -> String {
    let Some(caller) = review.asked.caller.as_deref() else {
        return "nobody is named, so that nobody can tell whether it may: --caller".to_owned();
    };
    let of = |held: fn(&Held) -> bool| -> Vec<String> {
        let needs = review.apply.needs.iter();
        needs
            .filter(|need| need.caller.as_ref().is_some_and(held))
            .map(|need| {
                format!("{} on {}", need.action, words::name(&placeholder::readable(&need.on)))
            })
            .collect()
    };
    let lacks = of(|held| *held == Held::No);
    let unknown = of(|held| held.name() == "unknown");
    let first = |list: &[String]| {
        let more = list.len().saturating_sub(3);
        let named = list.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        if more == 0 { named } else { format!("{named} and {more} more") }
    };
    match (lacks.is_empty(), unknown.is_empty()) {
        (true, true) => format!("{caller}: holds everything that it takes"),
        (false, _) => format!("{caller}: lacks {}", first(&lacks)),
        (true, false) => format!("{caller}: whether it holds {} was not read", first(&unknown)),
    }
}

/// The steps of a verdict that is at least as bad as what is shown in full.
fn is_bad(step: &JudgedStep<'_>) -> bool {
    step.verdict != Verdict::Go
}
