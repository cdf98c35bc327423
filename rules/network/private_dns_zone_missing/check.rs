//! A private endpoint for backups has no DNS zone for an address that backups need.

use crate::inventory::{PrivateEndpoint, Reason, Resource, VaultService, View as _};
use crate::rule::{Check, Context, Defect, Outcome, Undecided, Verdict};

/// Judges private endpoints.
pub const CHECK: Check = Check::Resource(check);

fn check(resource: &Resource<'_>, context: &Context<'_, '_>) -> Verdict {
    if context.parameters.boolean("custom-dns") {
        return Ok(Outcome::NotApplicable);
    }
    let endpoint = PrivateEndpoint::read(resource.clone())
        .map_err(|error| Undecided::because(Reason::UnrecognisedValue, error.to_string()))?;
    match endpoint.serves(VaultService::Backup) {
        Ok(true) => {}
        Ok(false) => return Ok(Outcome::NotApplicable),
        Err(reason) => {
            return Err(Undecided::because(reason, "what the endpoint leads to is unknown"));
        }
    }
    let zones = context.estate.dns_zones_of(resource);
    let missing: Vec<&str> = (context.parameters.list("zones").into_iter())
        .filter(|wanted| !zones.found.iter().any(|zone| serves(zone, wanted)))
        .collect();
    if missing.is_empty() {
        return Ok(Outcome::Pass);
    }
    if let Some(reason) = zones.unread {
        return Err(Undecided::because(reason, "its DNS zone groups were not read to the end"));
    }
    let message = format!(
        "it has no private DNS zone for {}: such addresses resolve to public ones, or not at all",
        missing.join(", ")
    );
    Outcome::fail(Defect::at("", message).observed(zones.found).expected(missing))
}

/// Whether a zone, by its name, answers for a service in any cloud
/// (<https://learn.microsoft.com/azure/private-link/private-endpoint-dns>).
fn serves(zone: &str, service: &str) -> bool {
    let zone = zone.to_ascii_lowercase();
    let labels: Vec<&str> = zone.split('.').collect();
    match labels.as_slice() {
        // The second label is the short name of the region.
        ["privatelink", _, "backup", "windowsazure", _] => service == "backup",
        ["privatelink", name, "core", ..] => *name == service,
        _ => false,
    }
}
