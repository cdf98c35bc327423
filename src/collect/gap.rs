//! What a failure means for a snapshot: a gap, or an answer after all.

use super::plan::topic::{Asked, Topic};
use crate::azure::{Failure, FailureKind};
use crate::inventory::{Gap, GapReason};

/// What is in a snapshot when something was listed and was gone a moment later.
const VANISHED: &str = "vanished";

/// Codes of errors that say that there is nothing to list: without a licence for Privileged Identity
/// Management nobody has a schedule, and an account of another kind holds no shares or blobs.
const NOTHING_THERE: [&str; 3] = [
    "AadPremiumLicenseRequired",
    "FeatureNotSupportedForAccount",
    "FeatureNotSupportedForAccountType",
];

/// Whether a failure is as good as an empty answer.
pub fn is_empty_answer(topic: &Topic, failure: &Failure) -> bool {
    let says = |code: &str| {
        failure.code.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(code))
            || failure.message.contains(code)
    };
    failure.kind == FailureKind::NotRegistered
        || NOTHING_THERE.iter().any(|code| says(code))
        // A key that a vault names and that is not there any more is what a rule looks for.
        || failure.kind == FailureKind::NotFound && topic.name == "keys"
}

/// The gap that a failure leaves at a scope.
pub fn gap(topic: &Topic, scope: &str, failure: &Failure) -> Gap {
    let is_refused = matches!(failure.kind, FailureKind::Forbidden | FailureKind::Unauthorized);
    let needed = || Some(topic.permission.to_owned());
    Gap {
        scope: scope.to_owned(),
        kind: gap_kind(topic).to_owned(),
        status: failure.status,
        reason: reason(topic, failure),
        permission: if is_refused { failure.missing_action.clone().or_else(needed) } else { None },
        message: failure.message.clone(),
    }
}

/// The type that is missing, without the condition of a list of a part.
pub fn gap_kind(topic: &Topic) -> &'static str {
    topic.kind.split_once('?').map_or(topic.kind, |(kind, _)| kind)
}

fn reason(topic: &Topic, failure: &Failure) -> GapReason {
    match failure.kind {
        FailureKind::Forbidden | FailureKind::Unauthorized => GapReason::Forbidden,
        FailureKind::Throttled => GapReason::Throttled,
        FailureKind::Malformed => GapReason::Malformed,
        FailureKind::TooLarge
        | FailureKind::PageLoop
        | FailureKind::ForeignLink
        | FailureKind::CountMismatch => GapReason::Truncated,
        // It was listed, or lies in something that was.
        FailureKind::NotFound if !matches!(topic.asked, Asked::Directory) => {
            GapReason::Other(VANISHED.to_owned())
        }
        kind => GapReason::Other(kind.word().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::NetworkFault;
    use crate::collect::plan::table::TOPICS;

    fn failure(kind: FailureKind, status: Option<u16>) -> Failure {
        Failure {
            kind,
            status,
            code: None,
            message: "what Azure says".to_owned(),
            missing_action: None,
            requests: 1,
            path: "/subscriptions/s".to_owned(),
        }
    }

    fn topic(name: &str) -> &'static Topic {
        TOPICS.iter().find(|topic| topic.name == name).expect("a topic")
    }

    #[test]
    fn every_failure_leaves_a_gap_with_its_reason() {
        let cases = [
            (FailureKind::Unauthorized, "forbidden"),
            (FailureKind::Forbidden, "forbidden"),
            (FailureKind::NotFound, "vanished"),
            (FailureKind::Rejected, "rejected"),
            (FailureKind::Throttled, "throttled"),
            (FailureKind::Server, "server-error"),
            (FailureKind::Network(NetworkFault::Tls), "tls"),
            (FailureKind::Malformed, "malformed"),
            (FailureKind::TooLarge, "truncated"),
            (FailureKind::PageLoop, "truncated"),
            (FailureKind::ForeignLink, "truncated"),
            (FailureKind::CountMismatch, "truncated"),
        ];
        for (kind, reason) in cases {
            let gap = gap(topic("locks"), "/subscriptions/s", &failure(kind, Some(400)));
            assert_eq!((gap.reason.as_str(), gap.status), (reason, Some(400)), "{kind}");
            assert_eq!(gap.permission.is_some(), reason == "forbidden", "{kind}");
            assert_eq!(
                (gap.kind.as_str(), gap.scope.as_str()),
                ("Microsoft.Authorization/locks", "/subscriptions/s")
            );
        }
    }

    #[test]
    fn what_azure_says_is_missing_counts_more_than_what_we_think() {
        let mut failure = failure(FailureKind::Forbidden, Some(403));
        let restores = topic("restores");
        let found = gap(restores, "/v", &failure);
        assert_eq!(found.permission.as_deref(), Some(restores.permission));
        assert_eq!(found.kind, "Microsoft.RecoveryServices/vaults/backupJobs");
        failure.missing_action = Some("a/b/read".to_owned());
        assert_eq!(gap(restores, "/v", &failure).permission.as_deref(), Some("a/b/read"));
    }

    #[test]
    fn some_failures_are_answers() {
        let mut refused = failure(FailureKind::Rejected, Some(400));
        assert!(!is_empty_answer(topic("role-eligibilities"), &refused));
        refused.code = Some("AadPremiumLicenseRequired".to_owned());
        assert!(is_empty_answer(topic("role-eligibilities"), &refused));
        let gone = failure(FailureKind::NotFound, Some(404));
        assert!(is_empty_answer(topic("keys"), &gone));
        assert!(!is_empty_answer(topic("backup-config"), &gone));
        assert!(is_empty_answer(topic("vaults"), &failure(FailureKind::NotRegistered, Some(409))));
    }
}
