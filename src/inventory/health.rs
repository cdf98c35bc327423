//! What the service says of a protection's health, in one byte a source.
//!
//! Nearly every one of a million items is healthy. Whoever wants the words of the others reads them
//! from the body.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::fact::{Scalar, gather, is_word};
use super::{Fact, Reason, Section};

/// The sources of health that a protection has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Health {
    /// `healthStatus`: the check before each backup of a virtual machine.
    pub check: Fact<HealthStatus>,
    /// `protectionStatus`.
    pub protection: Fact<HealthStatus>,
    /// `protectedItemHealthStatus`, of a database in a virtual machine.
    pub workload: Fact<HealthStatus>,
    /// `healthDetails`, of a virtual machine.
    pub details: Fact<HealthDetails>,
}

impl Health {
    /// Every source unknown for one reason.
    pub(super) fn unknown(reason: Reason) -> Self {
        Self {
            check: Fact::Unknown(reason),
            protection: Fact::Unknown(reason),
            workload: Fact::Unknown(reason),
            details: Fact::Unknown(reason),
        }
    }
}

/// Health in the words of all its sources, from good to bad
/// (<https://learn.microsoft.com/rest/api/backup/protected-items/get#healthstatus>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthStatus {
    /// `Healthy` or `Passed`.
    Healthy,
    /// `IRPending`: there is nothing to judge before the first backup.
    IRPending,
    /// Backups run, but the service suggests to do something.
    ActionSuggested,
    /// Backups fail or will fail.
    ActionRequired,
    /// `Unhealthy`.
    Unhealthy,
    /// The database or its host does not answer.
    NotReachable,
}

impl HealthStatus {
    /// Azure's spelling, of those that are no good.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::IRPending => "IRPending",
            Self::ActionSuggested => "ActionSuggested",
            Self::ActionRequired => "ActionRequired",
            Self::Unhealthy => "Unhealthy",
            Self::NotReachable => "NotReachable",
        }
    }
}

impl Scalar<'_> for HealthStatus {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        const ALL: [HealthStatus; 6] = [
            HealthStatus::Healthy,
            HealthStatus::IRPending,
            HealthStatus::ActionSuggested,
            HealthStatus::ActionRequired,
            HealthStatus::Unhealthy,
            HealthStatus::NotReachable,
        ];
        if is_word(&text, "Passed") {
            return Some(Self::Healthy);
        }
        ALL.into_iter().find(|status| is_word(&text, status.name()))
    }
}

/// What the details of an item's health hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HealthDetails {
    /// Nothing, or only that everything is well, as in nearly every recorded machine.
    #[default]
    Fine,
    /// At least one condition that is not.
    Trouble,
}

/// The start of the titles that say that all is well.
const FINE: &str = "IaasVmHealthGreen";

/// Whether a title of `healthDetails` says that all is well.
pub fn is_fine(title: &str) -> bool {
    title.get(..FINE.len()).is_some_and(|start| is_word(start, FINE))
}

/// Reads `healthDetails` without keeping any of it.
pub(super) fn details<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Fact<HealthDetails>, D::Error> {
    gather::<D, Section<Detail<'de>>, HealthDetails>(deserializer)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail<'a> {
    #[serde(borrow)]
    title: Fact<Cow<'a, str>>,
}

impl<'a> Extend<Section<Detail<'a>>> for HealthDetails {
    fn extend<I: IntoIterator<Item = Section<Detail<'a>>>>(&mut self, details: I) {
        for detail in details {
            // An entry without a title is still an entry.
            if !matches!(detail.get(|detail| detail.title), Fact::Known(title) if is_fine(&title)) {
                *self = Self::Trouble;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_tell_trouble_from_the_green_default() {
        let read =
            |text: &str| details(&mut serde_json::Deserializer::from_str(text)).expect("any value");
        let green = r#"{"code":400239,"title":"IaasVmHealthGreenDefault","message":""}"#;
        let agent = r#"{"code":400196,"title":"UserErrorGuestAgentStatusUnavailable"}"#;
        for (text, expected) in [
            ("null", Fact::Absent),
            ("[]", Fact::Known(HealthDetails::Fine)),
            (&format!("[{green}]"), Fact::Known(HealthDetails::Fine)),
            (&format!("[{green},{agent}]"), Fact::Known(HealthDetails::Trouble)),
            ("[{\"code\":1}]", Fact::Known(HealthDetails::Trouble)),
            ("[null]", Fact::Known(HealthDetails::Trouble)),
            ("{}", Fact::Unknown(Reason::UnrecognisedValue)),
            ("7", Fact::Unknown(Reason::UnrecognisedValue)),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
