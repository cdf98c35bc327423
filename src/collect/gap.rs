//! What a failure means for a snapshot: a gap, or an answer after all.

use super::plan::topic::{Asked, Topic};
use crate::azure::{Failure, FailureKind};
use crate::inventory::{Gap, GapReason};

/// What is in a snapshot when something was listed and was gone a moment later.
const VANISHED: &str = "vanished";

/// Codes of errors that say that there is nothing to list, and the topics of which they say it: without a
/// licence for Privileged Identity Management nobody has a schedule, and an account of another kind holds no
/// shares or blobs.
const NOTHING_THERE: [(&str, [&str; 2]); 3] = [
    ("AadPremiumLicenseRequired", ["role-eligibilities", "role-schedules"]),
    ("FeatureNotSupportedForAccount", ["file-shares", "blob-containers"]),
    ("FeatureNotSupportedForAccountType", ["file-shares", "blob-containers"]),
];

/// Whether a failure at a scope is as good as an empty answer.
pub fn is_empty_answer(topic: &Topic, scope: &str, failure: &Failure) -> bool {
    let says = |code: &str| {
        failure.code.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(code))
            || failure.message.contains(code)
    };
    let is_list = !matches!(topic.asked, Asked::Get(..));
    failure.kind == FailureKind::NotRegistered && is_list && !is_in_use(topic, scope)
        || NOTHING_THERE.iter().any(|(code, topics)| topics.contains(&topic.name) && says(code))
        // A key that a vault names and that is not there any more is what a rule looks for.
        || failure.kind == FailureKind::NotFound && topic.name == "keys"
}

/// Whether something of the topic's resource provider is there: then it must be registered, whatever it says.
fn is_in_use(topic: &Topic, scope: &str) -> bool {
    let provider = |text: &str| text.split('/').next().map(str::to_ascii_lowercase);
    let of_scope = scope.rsplit_once("/providers/").and_then(|(_, rest)| provider(rest));
    of_scope.is_some() && of_scope == provider(topic.kind)
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
        let is_empty = |name: &str, scope: &str, failure: &Failure| {
            is_empty_answer(topic(name), scope, failure)
        };
        let (subscription, vault) = ("/s", "/s/providers/Microsoft.RecoveryServices/vaults/v");
        let cluster = "/s/providers/Microsoft.ContainerService/managedClusters/c";
        assert!(!is_empty("role-eligibilities", subscription, &refused));
        refused.code = Some("AadPremiumLicenseRequired".to_owned());
        assert!(is_empty("role-eligibilities", subscription, &refused));
        assert!(!is_empty("role-assignments", subscription, &refused));
        let gone = failure(FailureKind::NotFound, Some(404));
        assert!(is_empty("keys", "/s/providers/Microsoft.KeyVault/vaults/k/keys/n", &gone));
        assert!(!is_empty("backup-config", vault, &gone));
        let unused = failure(FailureKind::NotRegistered, Some(409));
        assert!(is_empty("vaults", subscription, &unused));
        assert!(is_empty("aks-extensions", cluster, &unused));
        assert!(!is_empty("guard-links", vault, &unused));
        assert!(!is_empty("backup-config", vault, &unused));
    }
}
