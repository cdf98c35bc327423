//! One principal alone can lose every recovery point of the vault, before anybody has to notice.

use crate::access::destruction::{
    Actor, Course, How, Path, Range, Step, Summary, VaultDestruction, in_words,
};
use crate::access::{Access, action::sets};
use crate::inventory::{Fact, Reason, Vault};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges vaults of both kinds.
pub const CHECK: Check = Check::Vault(check);

/// Role assignments that a finding names.
const CHAINS: usize = 5;

fn check(vault: &Vault<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.estate.coverage.is_declared() {
        let message = "code does not show who holds what";
        return Err(Undecided::because(Reason::SourceCannotSay, message));
    }
    let access = context.access();
    let Some(found) = access.destruction(vault.resource.id.as_str()) else {
        return Ok(Outcome::NotApplicable);
    };
    if found.has_points == Fact::Known(false) {
        return Ok(Outcome::NotApplicable);
    }
    let days = u32::try_from(context.parameters.integer("min-delay-days")).unwrap_or_default();
    let without;
    let mut found = found;
    let emergency = &context.declarations.break_glass;
    if found.analysis.vault.within(1, days) != Some(false) && !emergency.is_empty() {
        without = access.destruction_without(&found.vault, &access.behind(emergency));
        found = without.as_ref().unwrap_or(found);
    }
    match (found.analysis.vault.within(1, days), found.has_points) {
        (Some(false), _) => Ok(Outcome::Pass),
        (Some(true), Fact::Unknown(reason)) => {
            let message = "one principal could destroy the backups, and whether the vault holds any was not read";
            Err(Undecided::because(reason, message))
        }
        (Some(true), _) => Outcome::fail(defect(found, access, days)),
        (None, _) => Err(undecided(found, &found.analysis.vault)),
    }
}

fn defect(found: &VaultDestruction, access: Access<'_, '_>, days: u32) -> Defect {
    let analysis = &found.analysis;
    let summary = found.summary(access);
    let delay = analysis.vault.proven.delay_of(1).unwrap_or_default();
    let mut message = message(&summary, delay);
    if let Some(best) = summary.improvements.first() {
        message += "; what would help most is to ";
        message += &best.does_briefly();
    }
    let defect = Defect::at("", message)
        .observed(in_words(1, delay))
        .expected(format!("more than one person, or at least {days} days"));
    let steps = analysis.path.iter().flat_map(|path: &Path| &path.steps);
    let mut chains = Vec::new();
    for step in steps {
        chains_of(found, step, access, &mut chains);
    }
    chains.truncate(CHAINS);
    chains.into_iter().fold(defect, |defect, (id, says)| defect.related(id, says))
}

fn message(summary: &Summary, delay: u32) -> String {
    let ways = summary.proven.ways.first();
    let first = ways.and_then(|ways| ways.named.first()?.first());
    let first = first.map(Actor::label).unwrap_or_default();
    let who = match ways.map_or(0, |ways| ways.sets) {
        0 | 1 => format!("{first} can"),
        count => format!("each of {count} principals, such as {first}, can"),
    };
    let when = match delay {
        0 => "at once".to_owned(),
        1 => "after a day".to_owned(),
        days => format!("after {days} days"),
    };
    let steps = summary.course.as_ref().map(Course::says).unwrap_or_default();
    format!("{who} destroy every recovery point alone, {when}: {}", steps.join(", then "))
}

/// The role assignments behind one step, each once, with what they give.
fn chains_of(
    found: &VaultDestruction,
    step: &Step,
    access: Access<'_, '_>,
    chains: &mut Vec<(String, String)>,
) {
    let Some(principal) = found.principal(step.holder, step.member) else { return };
    let wanted = match step.how {
        How::Grants | How::ActivatesAndGrants => sets::GRANT,
        How::Holds | How::Activates | How::MayHold => found.actions(step.power),
    };
    let scope = found.scope(step.power);
    let scope = if scope.is_empty() { "/" } else { &scope };
    for chain in access.chains(scope, principal, wanted) {
        if chains.iter().any(|(known, _)| known == chain.assignment) {
            continue;
        }
        chains.push((chain.assignment.to_owned(), chain.says(principal, access)));
    }
}

fn undecided(found: &VaultDestruction, range: &Range) -> Undecided {
    let words = |choices: &[crate::access::destruction::Choice]| {
        choices.first().map(|choice| in_words(choice.people, choice.delay))
    };
    let least = words(&range.possible.choices).unwrap_or_default();
    let most = words(&range.proven.choices).unwrap_or_else(|| {
        let never = range.proven.never;
        if never { "nobody before the points expire" } else { "nobody who is known" }.to_owned()
    });
    let missing: Vec<&str> = found.missing.iter().map(|missing| missing.what.as_str()).collect();
    let reasons = found.missing.iter().map(|missing| missing.reason);
    let reason = reasons.min().unwrap_or(Reason::NotCollected);
    let message = format!(
        "to destroy every recovery point takes between “{least}” and “{most}”; not known is {}",
        missing.join(", ")
    );
    Undecided::because(reason, message)
}
