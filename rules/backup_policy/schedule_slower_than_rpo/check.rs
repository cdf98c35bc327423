//! Backups run too rarely for the recovery point objective of the data.

use crate::inventory::Protection;
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.declarations.classes.iter().all(|class| class.rpo.is_none()) {
        return Ok(Outcome::NotApplicable);
    }
    if !context.is_active(item)? {
        return Ok(Outcome::NotApplicable);
    }
    let classes = context.classes_of_datasource(item);
    let objectives = classes.known.iter().filter_map(|class| Some((*class, class.rpo?)));
    let Some((class, rpo)) = objectives.min_by_key(|(_, rpo)| *rpo) else {
        return classes.undecided.map_or(Ok(Outcome::NotApplicable), Err);
    };
    let policy = context.policy_of(item)?;
    let gap = policy.gap.optional().map_err(|reason| Undecided {
        reason,
        path: item.policy_path().into(),
        message: format!("when backup policy {} runs is unknown", policy.resource.id.name()),
    })?;
    // Without a schedule backup is continuous, which no objective is tighter than.
    let Some(gap) = gap.filter(|gap| *gap > rpo) else {
        return classes.undecided.map_or(Ok(Outcome::Pass), Err);
    };
    let message = format!(
        "backup policy {} leaves {gap} between two backups, but {} allows {rpo}",
        policy.resource.id.name(),
        class.described(),
    );
    Outcome::fail(
        Defect::at(item.policy_path(), message)
            .observed(gap.to_string())
            .expected(format!("{rpo} at most"))
            .related(policy.resource.id.as_str(), "the backup policy that decides it"),
    )
}
