//! No active backup instance covers the Kubernetes cluster.

use crate::inventory::Resource;
use crate::rule::{Check, Context, Outcome, Verdict};

/// Judges AKS clusters.
pub const CHECK: Check = Check::Resource(check);

fn check(cluster: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.is_exempt(cluster, cluster.created()) {
        return Ok(Outcome::NotApplicable);
    }
    let backup = context.backup_by_instance(cluster, |_| Ok(true));
    let missing = "no Backup vault has a backup instance for it";
    context.demand_backup(cluster, backup, missing, "an active backup instance")
}
