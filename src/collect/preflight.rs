//! What an identity may not read, found out before anything is read.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use serde::Deserialize;

use super::error::CollectError;
use super::plan::topic::{Asked, Topic};
use super::plan::{Plan, queries};
use super::scope::Scopes;
use crate::azure::{Client, Failure, Get, GraphQuery};
use crate::inventory::id;

/// Where a subscription says what the caller may do in it
/// (<https://learn.microsoft.com/rest/api/authorization/permissions>).
const PERMISSIONS: &str = "/providers/Microsoft.Authorization/permissions";

/// The version of that question.
const PERMISSIONS_VERSION: &str = "2022-04-01";

/// Subscriptions that are asked at a time.
const SUBSCRIPTIONS: usize = 32;

/// What is missing in some places.
#[derive(Debug)]
pub struct Findings {
    /// The ids and names of subscriptions, or the directory.
    pub places: Vec<String>,
    /// Topics that cannot be read there, by the permission that is missing; or why that cannot be told.
    pub missing: Result<BTreeMap<&'static str, Vec<&'static str>>, Failure>,
}

/// One set of permissions: a role's.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Permission {
    actions: Vec<String>,
    not_actions: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    id: String,
    #[serde(default)]
    name: String,
}

/// Asks each subscription what the caller may read there: one request each, and one for the directory.
///
/// # Errors
/// When not even the subscriptions can be read.
pub async fn preflight(
    client: &Client,
    plan: &Plan,
    scopes: &Scopes,
) -> Result<Vec<Findings>, CollectError> {
    let mut findings: Vec<Findings> = Vec::new();
    let mut answers = stream::iter(subscriptions(client, plan, scopes).await?)
        .map(|subscription| async move {
            let permissions = permissions(client, &subscription).await;
            (subscription, permissions)
        })
        .buffered(SUBSCRIPTIONS);
    while let Some((subscription, permissions)) = answers.next().await {
        let missing = permissions.map(|permissions| missing(plan, &permissions));
        let place = format!("{} ({})", subscription.id, subscription.name);
        // Mostly one assignment above all of them decides.
        let same = |known: &&mut Findings| known.missing == missing;
        match findings.iter_mut().find(same) {
            Some(known) => known.places.push(place),
            None => findings.push(Findings { places: vec![place], missing }),
        }
    }
    drop(answers);
    findings.extend(directory(client, plan).await);
    Ok(findings)
}

async fn permissions(
    client: &Client,
    subscription: &Subscription,
) -> Result<Vec<Permission>, Failure> {
    let get = Get::arm(format!("{}{PERMISSIONS}", subscription.id), PERMISSIONS_VERSION);
    let mut permissions = Vec::new();
    let mut pages = client.pages(&get);
    while let Some(page) = pages.next().await? {
        let rows = page.rows.iter().map(|row| serde_json::from_slice(row.as_bytes()));
        permissions.extend(rows.filter_map(Result::<Permission, _>::ok));
    }
    Ok(permissions)
}

async fn subscriptions(
    client: &Client,
    plan: &Plan,
    scopes: &Scopes,
) -> Result<Vec<Subscription>, CollectError> {
    let first = queries(plan).into_iter().find(super::plan::Query::is_first);
    let Some(query) = first.map(|query| query.only(&["subscriptions"])) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for (subscriptions, management_groups) in scopes.first() {
        let graph = GraphQuery { text: query.text(), subscriptions, management_groups };
        let mut pages = client.query(&graph);
        while let Some(page) = pages.next().await.map_err(CollectError::Unreadable)? {
            let rows = page.rows.iter().map(|row| serde_json::from_slice(row.as_bytes()));
            found.extend(rows.filter_map(Result::<Subscription, _>::ok));
        }
    }
    for guid in scopes.subscriptions() {
        let id = format!("/subscriptions/{guid}");
        if !found.iter().any(|known| id::same(&known.id, &id)) {
            found.push(Subscription { id, name: "not visible".to_owned() });
        }
    }
    if found.is_empty() {
        return Err(CollectError::Nothing { scopes: scopes.ids().join(", ") });
    }
    Ok(found)
}

fn missing(plan: &Plan, permissions: &[Permission]) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut missing: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let is_of_resources = |topic: &&&Topic| topic.asked != Asked::Directory;
    for topic in plan.topics().iter().filter(is_of_resources) {
        if !permissions.iter().any(|permission| permission.allows(topic.permission)) {
            missing.entry(topic.permission).or_default().push(topic.name);
        }
    }
    missing
}

/// Whether groups can be read at all.
async fn directory(client: &Client, plan: &Plan) -> Option<Findings> {
    let topic = plan.topics().iter().find(|topic| topic.asked == Asked::Directory)?;
    let get = Get::directory("/v1.0/groups").with("$top", "1").with("$select", "id");
    let missing = client.get(&get).await.map(|_| BTreeMap::new()).or_else(|failure| {
        let is_refused = failure.status == Some(403);
        let missing = BTreeMap::from([(topic.permission, vec![topic.name])]);
        if is_refused { Ok(missing) } else { Err(failure) }
    });
    Some(Findings { places: vec!["Microsoft Graph".to_owned()], missing })
}

impl Permission {
    fn allows(&self, action: &str) -> bool {
        let is_in = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
        is_in(&self.actions) && !is_in(&self.not_actions)
    }
}

/// Whether a pattern of a role, in which `*` stands for any text, means an action.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = action.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::plan::Wish;
    use crate::collect::plan::version::Versions;

    fn role(actions: &[&str], not_actions: &[&str]) -> Permission {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Permission { actions: own(actions), not_actions: own(not_actions) }
    }

    #[test]
    fn a_pattern_means_what_roles_mean_by_it() {
        let read = "Microsoft.RecoveryServices/vaults/read";
        for pattern in ["*", "*/read", read, "microsoft.recoveryservices/*", "M*/V*s/READ"] {
            assert!(matches(pattern, read), "{pattern}");
        }
        for pattern in ["", "*/write", "Microsoft.RecoveryServices/vaults", "Microsoft.Compute/*"] {
            assert!(!matches(pattern, read), "{pattern}");
        }
    }

    #[test]
    fn reader_reads_everything_and_backup_reader_does_not() {
        let plan = Plan::new(&Wish::default(), Versions::default()).expect("a plan");
        assert!(missing(&plan, &[role(&["*/read"], &[])]).is_empty());
        let backup =
            role(&["Microsoft.RecoveryServices/*/read"], &["*/backupResourceGuardProxies/read"]);
        let missing = missing(&plan, &[backup]);
        let links = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read";
        assert_eq!(missing.get(links), Some(&vec!["guard-links"]));
        assert!(missing.contains_key("Microsoft.Compute/virtualMachines/read"));
        assert!(!missing.contains_key("Microsoft.RecoveryServices/vaults/read"));
    }
}
