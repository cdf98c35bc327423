//! The snapshot is older than it should be; its verdicts hold for its own time.

use crate::finding::Level;
use crate::inventory::{Reason, SnapshotInfo, Span};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges the snapshots among the inputs.
pub const CHECK: Check = Check::Snapshot(check);

fn check(snapshot: &SnapshotInfo, context: &Context<'_, '_>) -> Verdict {
    let collected = snapshot.collected_at.ok_or_else(|| {
        Undecided::because(Reason::NotCollected, "it does not say when it was collected")
    })?;
    let age = context.wall_clock.since(collected);
    let limit = Span::hours(context.parameters.integer("max-hours"));
    if age <= limit {
        return Ok(Outcome::Pass);
    }
    Outcome::fail(
        Defect::at("", format!("it was collected {age} ago; verdicts about time are as of then"))
            .observed(collected.to_string())
            .expected(format!("younger than {limit}"))
            .level(Level::Note),
    )
}
