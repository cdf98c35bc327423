//! An item has, or will have, nearly as many recovery points as the service keeps.

use crate::inventory::{Fact, Protection, Reason, Tiers};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances.
pub const CHECK: Check = Check::Protection(check);

const COUNT: &str = "properties.extendedInfo.recoveryPointCount";

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    let unknown = |reason, path: &'static str| Undecided {
        reason,
        path: path.into(),
        message: String::new(),
    };
    if item.is_soft_deleted().map_err(|reason| unknown(reason, item.soft_deleted_path()))? {
        return Ok(Outcome::NotApplicable);
    }
    let limit = context.parameters.integer("limit");
    let most = context.parameters.number("ratio") * number(limit);
    let expected =
        || format!("fewer than {most:.0} of the {limit} recovery points that the service keeps");
    let read = context.estate.points_read(&item.resource);
    let counted = item.recovery_points.known().unwrap_or_default().max(read);
    if f64::from(counted) >= most {
        let path = if item.recovery_points == Fact::Known(counted) { COUNT } else { "" };
        let message = format!("it has {counted} recovery points: at {limit} its backups fail");
        return Outcome::fail(Defect::at(path, message).observed(counted).expected(expected()));
    }
    let active = item.is_active().map_err(|reason| unknown(reason, item.state_path()))?;
    if !active {
        // Nothing is added any more; without a count there is nothing to say.
        let known = matches!(item.recovery_points, Fact::Known(_))
            || context.estate.points_of(&item.resource).1.is_ok();
        return Ok(if known { Outcome::Pass } else { Outcome::NotApplicable });
    }
    let path = item.policy_path();
    let unread = |message: &str| Undecided {
        reason: Reason::NotCollected,
        path: path.into(),
        message: message.to_owned(),
    };
    let policy = item.policy.as_ref().decide(path)?.filter(|id| !id.is_empty());
    policy.ok_or_else(|| unread("it names no backup policy"))?;
    let policy =
        context.estate.policy_of(item).ok_or_else(|| unread("its backup policy was not read"))?;
    let unreadable = |reason| Undecided {
        reason,
        path: path.into(),
        message: format!("backup policy {} cannot be read in full", policy.resource.id.name()),
    };
    let (Some(runs), Some(tiers)) = (
        policy.runs_a_day.optional().map_err(unreadable)?,
        policy.retention.optional().map_err(unreadable)?,
    ) else {
        return Ok(Outcome::Pass);
    };
    let projected = projected(runs, &tiers).map_err(unreadable)?;
    if number(projected) < most {
        return Ok(Outcome::Pass);
    }
    let name = policy.resource.id.name();
    let message = format!(
        "backup policy {name} makes it keep {projected} recovery points: at {limit} its backups fail"
    );
    Outcome::fail(
        Defect::at(path, message)
            .observed(projected)
            .expected(expected())
            .related(policy.resource.id.as_str(), "its backup policy"),
    )
}

/// Runs times retention of each tier. A point that several tiers keep counts once a tier: the limit is
/// far away, and too many is the safe side.
fn projected(runs: u32, tiers: &Tiers) -> Result<i64, Reason> {
    const PERIODS: [i64; 4] = [1, 7, 30, 365];
    let mut points = 0i64;
    for (nth, (tier, period)) in tiers.all().into_iter().zip(PERIODS).enumerate() {
        let days = tier.optional()?.map_or(0, |kept| kept.0 / 86_400);
        let runs = if nth == 0 { i64::from(runs.max(1)) } else { 1 };
        points = points.saturating_add((days + period - 1) / period * runs);
    }
    Ok(points)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn number(count: i64) -> f64 {
    count as f64
}
