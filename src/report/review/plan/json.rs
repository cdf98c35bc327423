//! `backuplint.plan-review/1`: the review of a plan, for scripts.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::super::super::layout;
use super::super::super::unread::{GapShape, ReadingShape};
use super::super::Beside;
use super::super::json::{Statement, Target, Tool, shape as target, statement};
use crate::change::{Direction, Doubt, Shift};
use crate::inventory::Reason;
use crate::review::Verdict;
use crate::review::plan::{Held, Hit, JudgedStep, Needed, NotJudged, PlanReview};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    schema: &'static str,
    tool: Tool,
    change: &'a str,
    ticket: Option<&'a str>,
    caller: Option<&'a str>,
    approved_by: Option<&'a str>,
    as_of: String,
    has_estate: bool,
    verdict: &'static str,
    summary: Summary,
    steps: Vec<StepShape<'a>>,
    not_judged: Vec<NotJudgedShape<'a>>,
    apply: ApplyShape<'a>,
    gaps: Vec<GapShape<'a>>,
    reading: ReadingShape<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    steps: usize,
    go: usize,
    needs_approval: usize,
    cannot_tell: usize,
    stop: usize,
    harmless: usize,
    not_judged: usize,
}

/// A change that nothing judges.
#[derive(Serialize)]
struct NotJudgedShape<'a> {
    on: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    deed: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepShape<'a> {
    on: String,
    address: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: &'a str,
    deed: &'static str,
    forced_by: &'a [String],
    verdict: &'static str,
    statements: Vec<Statement<'a>>,
    moves: Vec<MoveShape<'a>>,
    doubts: Vec<DoubtShape<'a>>,
    hits: HitsShape<'a>,
    operations: Vec<OperationShape<'a>>,
}

#[derive(Serialize)]
struct MoveShape<'a> {
    setting: &'static str,
    title: &'a str,
    path: &'a str,
    before: &'a Value,
    after: &'a Value,
    direction: &'static str,
    #[serde(rename = "final")]
    is_final: bool,
}

#[derive(Serialize)]
struct DoubtShape<'a> {
    setting: &'static str,
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct HitsShape<'a> {
    all: bool,
    reason: Option<&'static str>,
    items: Vec<HitShape<'a>>,
    vaults: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HitShape<'a> {
    on: String,
    name: &'a str,
    recovery_points: Option<u64>,
    all_recovery_points: bool,
    lost_at_least: u64,
    lost_at_most: Option<u64>,
}

#[derive(Serialize)]
struct OperationShape<'a> {
    operation: &'static str,
    target: Target<'a>,
}

#[derive(Serialize)]
struct ApplyShape<'a> {
    needs: Vec<NeedShape<'a>>,
    roles: &'a [&'static str],
    unlisted: &'a [String],
}

#[derive(Serialize)]
struct NeedShape<'a> {
    action: &'a str,
    on: String,
    caller: Option<&'static str>,
}

/// Writes the review as JSON, one step a line.
pub(super) fn write(
    review: &PlanReview<'_>,
    beside: Beside<'_, '_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let asked = review.asked;
    let root = Root {
        schema: "backuplint.plan-review/1",
        tool: Tool::this(),
        change: beside.request,
        ticket: asked.ticket.as_deref(),
        caller: asked.caller.as_deref(),
        approved_by: asked.approved_by.as_deref(),
        as_of: review.as_of.to_string(),
        has_estate: asked.has_world,
        verdict: review.verdict.name(),
        summary: Summary {
            steps: review.steps.len(),
            go: review.count(Verdict::Go),
            needs_approval: review.count(Verdict::NeedsApproval),
            cannot_tell: review.count(Verdict::CannotTell),
            stop: review.count(Verdict::Stop),
            harmless: review.harmless,
            not_judged: review.not_judged.len(),
        },
        steps: review.steps.iter().map(|judged| step(review, judged, beside)).collect(),
        not_judged: review.not_judged.iter().map(not_judged).collect(),
        apply: ApplyShape {
            needs: review.apply.needs.iter().map(need).collect(),
            roles: &review.apply.roles,
            unlisted: &review.apply.unlisted,
        },
        gaps: beside.unread.gaps().collect(),
        reading: beside.unread.reading(),
    };
    layout::write(&root, out, 2)
}

fn step<'a>(
    review: &'a PlanReview<'_>,
    judged: &'a JudgedStep<'_>,
    beside: Beside<'a, '_>,
) -> StepShape<'a> {
    let step = judged.step;
    let operations = review.operations(judged).map(|(operation, reviewed)| OperationShape {
        operation: operation.operation().id,
        target: target(reviewed, beside.access),
    });
    StepShape {
        on: step.on.to_lowercase(),
        address: step.address.as_deref(),
        type_name: &step.type_name,
        deed: super::deed(step.deed),
        forced_by: &step.forced_by,
        verdict: judged.verdict.name(),
        statements: step.judged.iter().map(statement).collect(),
        moves: step.shifts.iter().map(moved).collect(),
        doubts: step.doubts.iter().map(doubt).collect(),
        hits: HitsShape {
            all: step.is_whole.is_ok(),
            reason: step.is_whole.err().map(Reason::name),
            items: step.hits.iter().map(hit).collect(),
            vaults: step.vaults.iter().map(|vault| vault.to_lowercase()).collect(),
        },
        operations: operations.collect(),
    }
}

fn not_judged(found: &NotJudged) -> NotJudgedShape<'_> {
    NotJudgedShape { on: &found.on, type_name: &found.type_name, deed: super::deed(found.deed) }
}

fn moved(shift: &Shift) -> MoveShape<'_> {
    MoveShape {
        setting: shift.setting,
        title: &shift.title,
        path: &shift.path,
        before: &shift.before,
        after: &shift.after,
        direction: match shift.direction {
            Direction::Weaker => "weaker",
            Direction::Stronger => "stronger",
            Direction::Neither => "neither",
        },
        is_final: shift.is_final,
    }
}

fn doubt(doubt: &Doubt) -> DoubtShape<'_> {
    DoubtShape { setting: doubt.setting, path: &doubt.path, reason: doubt.reason.name() }
}

fn hit(hit: &Hit) -> HitShape<'_> {
    HitShape {
        on: hit.on.to_lowercase(),
        name: &hit.name,
        recovery_points: hit.toll.points,
        all_recovery_points: hit.toll.is_whole,
        lost_at_least: hit.toll.surely,
        lost_at_most: hit.toll.perhaps,
    }
}

fn need(need: &Needed) -> NeedShape<'_> {
    NeedShape {
        action: &need.action,
        on: need.on.to_lowercase(),
        caller: need.caller.map(Held::name),
    }
}
