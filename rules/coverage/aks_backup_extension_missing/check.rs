//! The Kubernetes cluster is to be backed up and has no working backup extension.

use crate::inventory::{Completeness, Fact, Kind, Reason, Resource};
use crate::rule::{Backup, Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges AKS clusters.
pub const CHECK: Check = Check::Resource(check);

const TYPE: &str = "microsoft.dataprotection.kubernetes";
const EXPECTED: &str = "the extension microsoft.dataprotection.kubernetes in state Succeeded";

fn check(cluster: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.is_exempt(cluster, cluster.created()) {
        return Ok(Outcome::NotApplicable);
    }
    if !context.parameters.boolean("always") {
        // Without a backup instance `aks-cluster-not-backed-up` has said enough.
        let Backup::Active(_) = context.backup_by_instance(cluster, |_| Ok(true))? else {
            return Ok(Outcome::NotApplicable);
        };
    }
    let verdict = judge(cluster, context)?;
    if matches!(verdict, Outcome::Fail(_)) {
        context.undecided_exemption(cluster).map_or(Ok(()), Err)?;
    }
    Ok(verdict)
}

fn judge(cluster: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    let mut broken = None;
    let mut undecided = None;
    for extension in context.estate.children_of(cluster.id.as_str(), Kind::KubernetesExtension) {
        match extension.text("properties.extensionType") {
            Fact::Known(found) if !found.eq_ignore_ascii_case(TYPE) => continue,
            Fact::Known(_) => {}
            Fact::Absent | Fact::Unknown(_) => {
                let message = format!("the type of extension {} is unknown", extension.id.name());
                undecided = Some(Undecided::because(Reason::NotCollected, message));
                continue;
            }
        }
        match extension.text("properties.provisioningState") {
            Fact::Known(state) if state.eq_ignore_ascii_case("Succeeded") => {
                return Ok(Outcome::Pass);
            }
            Fact::Known(state) => broken = Some((extension, state)),
            // Code asks for it; the state is what Azure makes of it.
            Fact::Absent if extension.completeness == Completeness::Declared => {
                return Ok(Outcome::Pass);
            }
            state @ (Fact::Absent | Fact::Unknown(_)) => {
                let reason = state.optional().err().unwrap_or(Reason::NotCollected);
                let message = format!("the state of extension {} is unknown", extension.id.name());
                undecided = Some(Undecided::because(reason, message));
            }
        }
    }
    undecided.map_or(Ok(()), Err)?;
    if let Some((extension, state)) = broken {
        return Outcome::fail(
            Defect::at("", format!("its backup extension is in state {state}"))
                .observed(state)
                .expected(EXPECTED)
                .related(extension.id.as_str(), "the backup extension"),
        );
    }
    let list = context.estate.coverage.list_of(cluster.id.as_str(), Kind::KubernetesExtension);
    list.map_err(|reason| Undecided::because(reason, "its extensions were not read"))?;
    Outcome::fail(Defect::at("", "it has no backup extension").expected(EXPECTED))
}
