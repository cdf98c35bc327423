//! `[review]`: what an organisation decides about changes.

use super::error::Problems;
use super::nearest::{listed, nearest};
use super::reader::Fields;

/// What is left out is none, and the review's own default counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewOptions {
    /// `inform` or `block`.
    pub replace_existing_requires_running: Option<String>,
    /// `documented` or `guide`.
    pub minimum: Option<String>,
    /// On-demand backups a day that are supported.
    pub on_demand_supported: Option<u32>,
    /// Attempts a day at which the service refuses more.
    pub on_demand_hard_cap: Option<u32>,
    /// Least days that an on-demand point is kept.
    pub on_demand_min_days: Option<u32>,
    /// Days in which a restore beside production counts as a test.
    pub parallel_restore_days: Option<u32>,
    /// Hours in which a point counts as one of today's state.
    pub fresh_point_hours: Option<u32>,
    /// Hours that may lie between the reading of the estate and the window.
    pub reading_max_hours: Option<u32>,
    /// Hours that a mounted recovery point stays.
    pub file_recovery_hours: Option<u32>,
    /// GB above which restoring disks may be faster than copying files.
    pub file_recovery_large_gb: Option<f64>,
}

/// What may decide whether a machine has to run.
pub(super) const DEMANDS: [&str; 2] = ["inform", "block"];
/// Whose minimum of roles may count.
pub(super) const MINIMA: [&str; 2] = ["documented", "guide"];

impl ReviewOptions {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Self {
        let options = Self {
            replace_existing_requires_running: word(
                problems,
                &mut fields,
                "replace-existing-requires-running",
                DEMANDS,
            ),
            minimum: word(problems, &mut fields, "minimum", MINIMA),
            on_demand_supported: whole(problems, &mut fields, "on-demand-supported"),
            on_demand_hard_cap: whole(problems, &mut fields, "on-demand-hard-cap"),
            on_demand_min_days: whole(problems, &mut fields, "on-demand-min-days"),
            parallel_restore_days: whole(problems, &mut fields, "parallel-restore-days"),
            fresh_point_hours: whole(problems, &mut fields, "fresh-point-hours"),
            reading_max_hours: whole(problems, &mut fields, "reading-max-hours"),
            file_recovery_hours: whole(problems, &mut fields, "file-recovery-hours"),
            file_recovery_large_gb: fields.number(problems, "file-recovery-large-gb"),
        };
        fields.finish(problems);
        options
    }
}

fn word<'t>(
    problems: &mut Problems,
    fields: &mut Fields<'t>,
    key: &'t str,
    words: [&str; 2],
) -> Option<String> {
    let found = fields.text(problems, key, words[0])?;
    if words.contains(&found.text.as_str()) {
        return Some(found.text);
    }
    let label = nearest(&found.text, words)
        .map_or_else(|| "no such word".to_owned(), |near| format!("did you mean `{near}`?"));
    let message = format!("`{key}` is neither {} nor {}", words[0], words[1]);
    problems.value(found.at, message, label, format!("use {}", listed(words)));
    None
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is above zero, and a float that is too large saturates"
)]
fn whole<'t>(problems: &mut Problems, fields: &mut Fields<'t>, key: &'t str) -> Option<u32> {
    let number = fields.number(problems, key)?;
    if number.fract() != 0.0 {
        let at = fields.key_at(key);
        let help = format!("write for example `{key} = 3`");
        problems.value(at, format!("`{key}` is no whole number"), "has a fraction", help);
        return None;
    }
    Some(number as u32)
}
