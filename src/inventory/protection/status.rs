//! How the last backup ended.

use std::borrow::Cow;

use crate::inventory::fact::{Scalar, is_word};

/// How a backup ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupStatus {
    /// It has not run yet.
    IRPending,
    /// It worked: `Completed` or `Healthy`.
    Completed,
    /// It worked, and something deserves a look.
    CompletedWithWarnings,
    /// It failed, or anything else.
    Other,
}

impl Scalar<'_> for BackupStatus {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let is = |name: &str| is_word(&text, name);
        Some(match () {
            () if is("IRPending") => Self::IRPending,
            () if is("Completed") || is("Healthy") => Self::Completed,
            () if is("CompletedWithWarnings") => Self::CompletedWithWarnings,
            () => Self::Other,
        })
    }
}

impl BackupStatus {
    /// Whether that backup left a recovery point.
    pub fn is_completed(self) -> bool {
        matches!(self, Self::Completed | Self::CompletedWithWarnings)
    }
}
