//! The plan and the findings of a preflight, as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::collect::Scopes;
use crate::collect::plan::topic::{Asked, Place, Topic};
use crate::collect::plan::{Plan, queries};
use crate::collect::preflight::Findings;
use crate::report;

/// What would be asked.
pub(super) fn plan(plan: &Plan, scopes: &Scopes) -> String {
    let mut text = String::new();
    let scopes = if scopes.is_everything() {
        "everything that the identity sees".to_owned()
    } else {
        scopes.ids().join(", ")
    };
    let _ = writeln!(text, "Scope: {scopes}\n");
    let queries = queries(plan);
    let _ = writeln!(
        text,
        "Resource Graph, {} queries of at least one request each, one for every 1000 rows:",
        queries.len()
    );
    for query in &queries {
        let names: Vec<&str> = query.topics.iter().map(|topic| topic.name).collect();
        let _ = writeln!(text, "  {}: {}", query.table.name(), names.join(", "));
    }
    let _ = writeln!(text, "\nAzure Resource Manager, at least one request for each:");
    let mut by_place: BTreeMap<&str, Vec<&Topic>> = BTreeMap::new();
    for topic in plan.topics() {
        if let Some(place) = place_of(topic) {
            by_place.entry(place).or_default().push(topic);
        }
    }
    for (place, topics) in &by_place {
        let _ = writeln!(text, "  {place}");
        let width = topics.iter().map(|topic| topic.name.len()).max().unwrap_or_default();
        for topic in topics {
            let (name, version) = (topic.name, plan.versions.of(topic.area));
            let _ = writeln!(text, "    {name:width$}  {}  ({version})", topic.call());
        }
    }
    if plan.topics().iter().any(|topic| topic.asked == Asked::Directory) {
        let _ = writeln!(
            text,
            "\nMicrosoft Graph, one request for 15 people, applications or groups that assignments name, and one \
             for the members of each group."
        );
    }
    text.push_str("\nPermissions; the role Reader has all of Azure Resource Manager's:\n");
    for permission in plan.permissions() {
        let _ = writeln!(text, "  {permission}");
    }
    text
}

fn place_of(topic: &Topic) -> Option<&'static str> {
    match topic.asked {
        Asked::List(place, _) | Asked::Get(place, _) => Some(place.words()),
        Asked::Each(_) => Some(Place::Subscription.words()),
        Asked::Graph(..) | Asked::Directory => None,
    }
}

/// What is missing, and whether that is nothing.
pub(super) fn findings(findings: &[Findings]) -> (String, bool) {
    let mut text = String::new();
    let mut is_complete = true;
    for Findings { places, missing } in findings {
        for place in places {
            let _ = writeln!(text, "{}", report::visible(place));
        }
        match missing {
            Ok(missing) if missing.is_empty() => text.push_str("  everything can be read\n"),
            Ok(missing) => {
                is_complete = false;
                let _ = writeln!(text, "  {} permissions are missing:", missing.len());
                for (permission, topics) in missing {
                    let _ = writeln!(text, "    {permission} ({})", topics.join(", "));
                }
            }
            Err(failure) => {
                is_complete = false;
                let cause = report::visible(&failure.message).into_owned();
                let _ = writeln!(text, "  what can be read is not known: {cause}");
            }
        }
    }
    text.push_str(
        "\nThis is what roles on the subscriptions give; what a vault or a denial refuses shows when it is read.\n",
    );
    (text, is_complete)
}
