//! The state of protection.

use std::borrow::Cow;

use crate::inventory::fact::{Scalar, is_word};

/// State of protection, of both vault kinds
/// (<https://learn.microsoft.com/rest/api/backup/protected-items/get#protectionstate>,
/// <https://learn.microsoft.com/rest/api/dataprotection/backup-instances/get#currentprotectionstate>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is Azure's own name")]
pub enum ProtectionState {
    Protected,
    IRPending,
    ProtectionError,
    ProtectionStopped,
    ProtectionPaused,
    BackupsSuspended,
    ProtectionConfigured,
    ConfiguringProtection,
    ConfiguringProtectionFailed,
    UpdatingProtection,
    BackupSchedulesSuspended,
    RetentionSchedulesSuspended,
    SoftDeleting,
    SoftDeleted,
    NotProtected,
}

/// Azure's spelling of each state, in the order of [`ProtectionState`].
pub const STATES: &[&str] = &[
    "Protected",
    "IRPending",
    "ProtectionError",
    "ProtectionStopped",
    "ProtectionPaused",
    "BackupsSuspended",
    "ProtectionConfigured",
    "ConfiguringProtection",
    "ConfiguringProtectionFailed",
    "UpdatingProtection",
    "BackupSchedulesSuspended",
    "RetentionSchedulesSuspended",
    "SoftDeleting",
    "SoftDeleted",
    "NotProtected",
];

const ALL_STATES: [ProtectionState; 15] = [
    ProtectionState::Protected,
    ProtectionState::IRPending,
    ProtectionState::ProtectionError,
    ProtectionState::ProtectionStopped,
    ProtectionState::ProtectionPaused,
    ProtectionState::BackupsSuspended,
    ProtectionState::ProtectionConfigured,
    ProtectionState::ConfiguringProtection,
    ProtectionState::ConfiguringProtectionFailed,
    ProtectionState::UpdatingProtection,
    ProtectionState::BackupSchedulesSuspended,
    ProtectionState::RetentionSchedulesSuspended,
    ProtectionState::SoftDeleting,
    ProtectionState::SoftDeleted,
    ProtectionState::NotProtected,
];

impl ProtectionState {
    /// Azure's spelling.
    pub fn name(self) -> &'static str {
        STATES[self as usize]
    }

    /// Whether backups are meant to run.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Protected
                | Self::IRPending
                | Self::ProtectionError
                | Self::ProtectionConfigured
                | Self::UpdatingProtection
                | Self::ConfiguringProtection
                | Self::RetentionSchedulesSuspended
        )
    }

    /// Whether somebody stopped, paused or suspended backups.
    pub fn is_stopped(self) -> bool {
        matches!(
            self,
            Self::ProtectionStopped
                | Self::ProtectionPaused
                | Self::BackupsSuspended
                | Self::BackupSchedulesSuspended
        )
    }
}

impl Scalar<'_> for ProtectionState {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let at = STATES.iter().position(|name| is_word(&text, name))?;
        ALL_STATES.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_name() {
        for (state, name) in ALL_STATES.into_iter().zip(STATES) {
            assert_eq!(ProtectionState::from_text(Cow::Borrowed(name)), Some(state));
            assert_eq!(state.name(), *name);
        }
        assert_eq!(ProtectionState::from_text(Cow::Borrowed("Invalid")), None);
    }
}
