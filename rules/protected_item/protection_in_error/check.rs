//! The service itself says that protection of the item is in trouble.

use crate::finding::Level;
use crate::inventory::{
    AGENT_CODES, Fact, Found, HealthDetails, HealthStatus, Protection, ProtectionState, is_fine,
};
use crate::rule::{Check, Context, Decide, Defect, Outcome, Verdict, is_running};

/// Judges protected items and backup instances whose backups are meant to run.
pub const CHECK: Check = Check::Protection(check);

fn check(item: &Protection<'_>, _: &Context<'_, '_>) -> Verdict {
    if let Some(defect) = bad_state(item) {
        return Outcome::fail(defect);
    }
    if !is_running(item)? {
        return Ok(Outcome::NotApplicable);
    }
    if let Fact::Known(_) = item.error {
        let observed = words(item, "properties.protectionErrorDetails.code").unwrap_or_default();
        let message = "the backup instance ran into an error: its backups may no longer run";
        return Outcome::fail(
            Defect::at("properties.protectionErrorDetails", message)
                .observed(observed)
                .expected("no error"),
        );
    }
    let worst = sources(item)
        .into_iter()
        .filter_map(|(path, fact)| Some((path, fact.known()?)))
        .filter(|(_, status)| *status > HealthStatus::IRPending)
        .max_by_key(|(_, status)| *status);
    let Some((path, status)) = worst else {
        for (path, fact) in sources(item) {
            fact.decide(path)?;
        }
        item.error.decide("properties.protectionErrorDetails")?;
        return Ok(Outcome::Pass);
    };
    if is_agent_alone(item) {
        return Ok(Outcome::NotApplicable);
    }
    let cause = cause(item).map(|cause| format!(" ({cause})")).unwrap_or_default();
    let defect = Defect::at(path, format!("the service calls it {}{cause}", status.name()))
        .observed(status.name())
        .expected(if path.ends_with("healthStatus") { "Passed" } else { "Healthy" });
    let suggested = status == HealthStatus::ActionSuggested;
    Outcome::fail(if suggested { defect.level(Level::Note) } else { defect })
}

/// A state that says it all, also one in which backups never began.
fn bad_state(item: &Protection<'_>) -> Option<Defect> {
    let Fact::Known(state) = item.state else { return None };
    let message = match state {
        ProtectionState::ProtectionError => "protection is in error: its backups do not run",
        ProtectionState::RetentionSchedulesSuspended => {
            "expired recovery points are no longer removed: retention of the instance is suspended"
        }
        ProtectionState::ConfiguringProtectionFailed => {
            "protection could not be set up: no backup has ever run"
        }
        _ => return None,
    };
    let deleted = item.is_soft_deleted() == Ok(true);
    (!deleted).then(|| {
        Defect::at(item.state_path(), message).observed(state.name()).expected("active protection")
    })
}

fn sources(item: &Protection<'_>) -> [(&'static str, Fact<HealthStatus>); 3] {
    [
        ("properties.protectionStatus", item.health.protection),
        ("properties.protectedItemHealthStatus", item.health.workload),
        ("properties.healthStatus", item.health.check),
    ]
}

/// Whether all that is wrong is the agent in the machine, of which `vm-backup-agent-unhealthy` speaks.
fn is_agent_alone(item: &Protection<'_>) -> bool {
    item.health.details == Fact::Known(HealthDetails::Trouble)
        && titles(item).iter().all(|title| title.as_deref().is_some_and(is_agent))
}

fn is_agent(title: &str) -> bool {
    AGENT_CODES.iter().any(|code| code.eq_ignore_ascii_case(title))
}

/// What the service names as the cause, the agent last.
fn cause(item: &Protection<'_>) -> Option<String> {
    let title = titles(item).into_iter().flatten().min_by_key(|title| is_agent(title));
    let success = |code: &String| !code.is_empty() && !code.eq_ignore_ascii_case("Success");
    title.or_else(|| words(item, "properties.lastBackupErrorDetail.code").filter(success))
}

/// The titles of the conditions that are not fine; `None` for one without.
fn titles(item: &Protection<'_>) -> Vec<Option<String>> {
    item.resource
        .paths("properties.healthDetails[].title")
        .iter()
        .map(|path| words(item, path))
        .filter(|title| !title.as_deref().is_some_and(is_fine))
        .collect()
}

fn words(item: &Protection<'_>, path: &str) -> Option<String> {
    match item.resource.find(path) {
        Found::Value(text) => text.to_text(),
        _ => None,
    }
}
