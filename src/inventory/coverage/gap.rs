//! What should have been readable and was not, and why.

use std::fmt;

use crate::inventory::{Reason, id};

/// Something that should have been readable and was not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The ARM scope, or the file and line.
    pub scope: String,
    /// The ARM type asked for; `file`, `line` or `body` for what is wrong with an input.
    pub kind: String,
    /// The HTTP status, if a service answered.
    pub status: Option<u16>,
    /// Why it is missing.
    pub reason: GapReason,
    /// The ARM action that the caller lacks, if that is the cause.
    pub permission: Option<String>,
    /// What happened, for a person.
    pub message: String,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// Two inputs say different things of it, and nothing tells which is newer.
    Contradictory,
    /// The service refused.
    Forbidden,
    /// The file or body is not what it should be.
    Malformed,
    /// Nobody asked for it.
    NotCollected,
    /// It is there and was deliberately not read.
    Skipped,
    /// The service answered "too many requests" until the retries ran out.
    Throttled,
    /// The answer ends before the list does.
    Truncated,
    /// A word of a manifest that this version does not know, as it is spelled there.
    Other(String),
}

impl GapReason {
    const KNOWN: [Self; 7] = [
        Self::Contradictory,
        Self::Forbidden,
        Self::Malformed,
        Self::NotCollected,
        Self::Skipped,
        Self::Throttled,
        Self::Truncated,
    ];

    /// The reason that a manifest spells so, in any case.
    pub fn of(text: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|reason| reason.as_str().eq_ignore_ascii_case(text))
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    /// The word of reports.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Contradictory => "contradictory",
            Self::Forbidden => "forbidden",
            Self::Malformed => "malformed",
            Self::NotCollected => "not-collected",
            Self::Skipped => "skipped",
            Self::Throttled => "throttled",
            Self::Truncated => "truncated",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for GapReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Gap {
    /// Something wrong with a file, or with a part of one.
    pub fn of_input(
        scope: impl Into<String>,
        kind: &str,
        reason: GapReason,
        message: impl Into<String>,
    ) -> Self {
        Self {
            scope: scope.into(),
            kind: kind.to_owned(),
            status: None,
            reason,
            permission: None,
            message: message.into(),
        }
    }

    /// Whether the caller was refused.
    pub fn is_forbidden(&self) -> bool {
        self.reason == GapReason::Forbidden || matches!(self.status, Some(401 | 403))
    }

    /// The reason that facts behind this gap are unknown for.
    pub fn fact_reason(&self) -> Reason {
        if self.is_forbidden() {
            Reason::Forbidden
        } else if self.reason == GapReason::Throttled || self.status == Some(429) {
            Reason::Throttled
        } else {
            Reason::NotCollected
        }
    }

    /// Whether it says that the tenant has no licence for Privileged Identity Management: then there is no
    /// schedule to be read, and whoever holds a role holds it for good
    /// (<https://github.com/JulianHayward/Azure-MG-Sub-Governance-Reporting/issues/114>).
    pub(super) fn is_unlicensed(&self) -> bool {
        self.message.contains("AadPremiumLicenseRequired")
    }

    /// Whether it stands between us and a list of `type_name` at or around `scope`.
    pub(super) fn hides(&self, scope: &str, type_name: &str) -> bool {
        stands_between(&self.scope, &self.kind, scope, type_name)
    }
}

/// Whether what is missing of `kind` at `missing` belongs to the list of `type_name` at `scope`.
pub(super) fn stands_between(missing: &str, kind: &str, scope: &str, type_name: &str) -> bool {
    (kind.eq_ignore_ascii_case(type_name) || kind == "*")
        && (id::is_within(scope, missing) || id::is_within(missing, scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_gaps_keep_a_strangers_spelling() {
        for reason in GapReason::KNOWN {
            assert_eq!(GapReason::of(&reason.as_str().to_ascii_uppercase()), reason);
        }
        assert_eq!(GapReason::of("Quota-Reached").as_str(), "Quota-Reached");
    }
}
