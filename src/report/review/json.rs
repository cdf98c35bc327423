//! `backuplint.review/1`: a change as it was judged, for scripts.

use std::io::{self, Write};

use serde::Serialize;

use super::super::layout;
use super::super::unread::{GapShape, ReadingShape};
use super::{Beside, approval};
use crate::access::operation::Enforced;
use crate::access::who_can::{Effect, Obstacle};
use crate::access::{Access, PrincipalId};
use crate::review::{
    Answer, Approval, Caller, Check, Covered, Judged, Review, Reviewed, Verdict, Weight,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    schema: &'static str,
    tool: Tool,
    operation: &'a str,
    title: &'a str,
    ticket: Option<&'a str>,
    reason: Option<&'a str>,
    caller: Option<&'a str>,
    approved_by: Option<&'a str>,
    as_of: String,
    when: String,
    verdict: &'static str,
    summary: Summary,
    minimum: Minimum,
    notes: &'a [&'a str],
    statements: Vec<Statement<'a>>,
    targets: Vec<Target<'a>>,
    gaps: Vec<GapShape<'a>>,
    reading: ReadingShape<'a>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    targets: usize,
    go: usize,
    needs_approval: usize,
    cannot_tell: usize,
    stop: usize,
}

#[derive(Serialize)]
struct Minimum {
    documented: String,
    guide: String,
    counts: &'static str,
}

/// What something comes to, by itself.
#[derive(Serialize)]
pub(super) struct Statement<'a> {
    answer: &'static str,
    weight: Option<&'static str>,
    reason: Option<&'static str>,
    message: &'a str,
    fix: Option<&'a str>,
}

/// A target as it was judged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target<'a> {
    on: String,
    #[serde(rename = "type")]
    type_name: &'static str,
    name: &'a str,
    vault: Option<String>,
    verdict: &'static str,
    preconditions: Vec<Precondition<'a>>,
    changes: Vec<ChangeShape<'a>>,
    lost: &'a [String],
    undo: UndoShape<'a>,
    who: WhoShape<'a>,
    advice: Vec<AdviceShape<'a>>,
    missing: Vec<MissingShape<'a>>,
}

#[derive(Serialize)]
struct Precondition<'a> {
    id: &'static str,
    says: &'static str,
    answer: &'static str,
    weight: Option<&'static str>,
    reason: Option<&'static str>,
    message: &'a str,
    evidence: Vec<EvidenceShape<'a>>,
    fix: Option<&'a str>,
    claims: Option<ClaimsShape<'a>>,
}

#[derive(Serialize)]
struct EvidenceShape<'a> {
    resource: String,
    path: &'a str,
    observed: &'a str,
}

#[derive(Serialize)]
struct ClaimsShape<'a> {
    guide: &'a str,
    documentation: &'a str,
    parameter: Option<&'static str>,
    value: &'a str,
}

#[derive(Serialize)]
struct ChangeShape<'a> {
    what: &'a str,
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct UndoShape<'a> {
    possible: &'static str,
    how: &'a str,
    until: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WhoShape<'a> {
    able: Vec<Able<'a>>,
    caller: CallerShape<'a>,
    approval: ApprovalShape,
    held_by: Vec<HeldShape<'a>>,
    also_needed: Vec<Needed>,
    gaps: Vec<GapShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Able<'a> {
    principal_id: &'a str,
    principal_type: &'static str,
    name: Option<&'a str>,
    effect: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallerShape<'a> {
    principal_id: Option<&'a str>,
    name: Option<&'a str>,
    effect: Option<&'static str>,
    documented_minimum: CoveredShape,
    guide_minimum: CoveredShape,
}

#[derive(Serialize)]
struct CoveredShape {
    holds: &'static str,
    lacks: Vec<Needed>,
}

#[derive(Serialize)]
struct Needed {
    action: &'static str,
    at: &'static str,
}

#[derive(Serialize)]
struct ApprovalShape {
    state: &'static str,
    says: Option<String>,
}

#[derive(Serialize)]
struct HeldShape<'a> {
    guard: Option<String>,
    certain: bool,
    operations: &'a [&'static str],
    approvers: Vec<Able<'a>>,
}

#[derive(Serialize)]
struct AdviceShape<'a> {
    operation: &'static str,
    because: &'a str,
}

#[derive(Serialize)]
struct MissingShape<'a> {
    precondition: &'static str,
    at: String,
    message: &'a str,
    reason: &'static str,
    permission: Option<&'a str>,
    granters: &'a [String],
}

impl Tool {
    /// This program.
    pub(super) const fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// Writes the review as JSON, one target a line.
pub(super) fn write(
    review: &Review<'_, '_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (request, operation) = (review.request, review.operation());
    let root = Root {
        schema: "backuplint.review/1",
        tool: Tool::this(),
        operation: operation.id,
        title: operation.title,
        ticket: request.ticket.as_deref(),
        reason: request.reason.as_deref(),
        caller: request.caller.as_deref(),
        approved_by: request.approved_by.as_deref(),
        as_of: review.as_of.to_string(),
        when: review.when.to_string(),
        verdict: review.verdict.name(),
        summary: Summary {
            targets: review.targets.len(),
            go: review.count(Verdict::Go),
            needs_approval: review.count(Verdict::NeedsApproval),
            cannot_tell: review.count(Verdict::CannotTell),
            stop: review.count(Verdict::Stop),
        },
        minimum: Minimum {
            documented: operation.documented_minimum.words("none stated"),
            guide: operation.guide_minimum.words("the guide names none"),
            counts: review.minimum.name(),
        },
        notes: operation.notes,
        statements: review.statements.iter().map(statement).collect(),
        targets: review.targets.iter().map(|target| shape(target, beside.access)).collect(),
        gaps: beside.unread.gaps().collect(),
        reading: beside.unread.reading(),
    };
    layout::write(&root, out, 2)
}

pub(super) fn shape<'a>(target: &'a Reviewed<'_>, access: Access<'a, '_>) -> Target<'a> {
    let undo = &target.undo;
    let changes = target.changes.iter();
    Target {
        on: target.on.to_lowercase(),
        type_name: target.type_name,
        name: &target.name,
        vault: target.vault.as_ref().map(|vault| vault.to_lowercase()),
        verdict: target.verdict.name(),
        preconditions: target.checks.iter().map(precondition).collect(),
        changes: changes
            .map(|change| ChangeShape {
                what: &change.what,
                before: &change.before,
                after: &change.after,
            })
            .collect(),
        lost: &target.lost,
        undo: UndoShape {
            possible: undo.verdict.name(),
            how: &undo.how,
            until: undo.until.map(|until| until.to_string()),
        },
        who: who(target, access),
        advice: target
            .advice
            .iter()
            .map(|advice| AdviceShape { operation: advice.operation, because: &advice.because })
            .collect(),
        missing: target
            .missing
            .iter()
            .map(|missing| MissingShape {
                precondition: missing.precondition,
                at: missing.at.to_lowercase(),
                message: &missing.says,
                reason: missing.reason.name(),
                permission: missing.permission.as_deref(),
                granters: &missing.granters,
            })
            .collect(),
    }
}

pub(super) fn statement(judged: &Judged) -> Statement<'_> {
    let (weight, reason) = match judged.answer {
        Answer::Fail(weight) => (Some(Weight::name(weight)), None),
        Answer::Unknown(reason) => (None, Some(reason.name())),
        Answer::Pass | Answer::NotApplicable => (None, None),
    };
    Statement {
        answer: judged.answer.name(),
        weight,
        reason,
        message: &judged.says,
        fix: judged.fix.as_deref(),
    }
}

fn precondition(check: &Check) -> Precondition<'_> {
    let judged = &check.judged;
    let (weight, reason) = match judged.answer {
        Answer::Fail(weight) => (Some(Weight::name(weight)), None),
        Answer::Unknown(reason) => (None, Some(reason.name())),
        Answer::Pass | Answer::NotApplicable => (None, None),
    };
    Precondition {
        id: check.precondition.id,
        says: check.precondition.says,
        answer: judged.answer.name(),
        weight,
        reason,
        message: &judged.says,
        evidence: judged
            .evidence
            .iter()
            .map(|seen| EvidenceShape {
                resource: seen.resource.to_lowercase(),
                path: &seen.path,
                observed: &seen.observed,
            })
            .collect(),
        fix: judged.fix.as_deref(),
        claims: judged.claims.as_ref().map(|claims| ClaimsShape {
            guide: claims.guide,
            documentation: claims.documentation,
            parameter: claims.parameter,
            value: &claims.value,
        }),
    }
}

fn who<'a>(target: &'a Reviewed<'_>, access: Access<'a, '_>) -> WhoShape<'a> {
    let who = &target.who;
    let targeted = who.targeted.as_ref();
    let able = targeted.map_or(&[][..], |targeted| &targeted.able);
    let known = match who.caller {
        Caller::Known(caller) => Some(access.principal(caller)),
        Caller::Unnamed | Caller::Stranger(_) => None,
    };
    let [documented, guide] = &who.minima;
    WhoShape {
        able: able.iter().map(|able| named(able.principal, able.effect, access)).collect(),
        caller: CallerShape {
            principal_id: known.map(|known| known.id.as_str()),
            name: known.and_then(|known| known.name.as_deref()),
            effect: who.caller_effect().map(Effect::name),
            documented_minimum: covered(documented),
            guide_minimum: covered(guide),
        },
        approval: ApprovalShape {
            state: match who.approval {
                Approval::NotSaid => "not-said",
                Approval::Given(_) => "given",
                Approval::Refused(_) => "refused",
                Approval::Unknown(_) => "unknown",
            },
            says: approval(&who.approval),
        },
        held_by: who.held().filter_map(|block| held(block, access)).collect(),
        also_needed: targeted
            .map_or(&[][..], |targeted| &targeted.elsewhere)
            .iter()
            .map(needed)
            .collect(),
        gaps: who
            .gaps
            .iter()
            .map(|gap| GapShape {
                scope: gap.scope.to_lowercase(),
                kind: gap.kind,
                reason: gap.reason.name(),
                message: &gap.message,
            })
            .collect(),
    }
}

fn held<'a>(
    block: &'a crate::access::who_can::Block<'_>,
    access: Access<'a, '_>,
) -> Option<HeldShape<'a>> {
    let Obstacle::Mua { guard, operations, approvers, .. } = &block.obstacle else { return None };
    Some(HeldShape {
        guard: guard.as_ref().map(|guard| guard.to_lowercase()),
        certain: block.is_certain,
        operations,
        approvers: approvers.iter().map(|(who, effect)| named(*who, *effect, access)).collect(),
    })
}

fn named<'a>(principal: PrincipalId, effect: Effect, access: Access<'a, '_>) -> Able<'a> {
    let known = access.principal(principal);
    Able {
        principal_id: &known.id,
        principal_type: known.kind.name(),
        name: known.name.as_deref(),
        effect: effect.name(),
    }
}

fn covered(covered: &Covered) -> CoveredShape {
    let lacks = match covered {
        Covered::Lacks(lacks) => lacks.iter().map(needed).collect(),
        Covered::Yes | Covered::Unknown(_) | Covered::None => Vec::new(),
    };
    CoveredShape { holds: covered.name(), lacks }
}

fn needed(enforced: &Enforced) -> Needed {
    Needed { action: enforced.name(), at: enforced.on.name() }
}
