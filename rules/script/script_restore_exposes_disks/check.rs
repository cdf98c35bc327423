//! A script restores disks that anybody may export.

use crate::inventory::script::ScriptOperation;
use crate::rule::script::{Written, judge_settings};
use crate::rule::{Check, Context, Verdict};

/// Judges each operation of a script.
pub const CHECK: Check = Check::Operation(check);

const SETTINGS: [Written; 1] = [Written {
    operations: &["backup restore restore-disks", "Restore-AzRecoveryServicesBackupItem"],
    options: &["--disk-access-option", "-DiskAccessOption"],
    wrong: &["EnablePublicAccessForAllDisks"],
    message: "the script restores disks that can be exported over public networks",
}];

fn check(script: &ScriptOperation<'_>, context: &Context<'_, '_>) -> Verdict {
    judge_settings(script, context, &SETTINGS)
}
