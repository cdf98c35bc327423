//! A connection between an endpoint and a vault: what it serves, and whether traffic can pass.

use std::borrow::Cow;

use serde::Deserialize;

use super::service::{GROUPS, VaultService};
use crate::inventory::{Fact, Kind, List, Reason, Section, id};

/// One connection, as the vault or the endpoint shows it.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Connection<'a> {
    /// Its own id, which stands beside these properties.
    #[serde(skip)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    provisioning_state: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    private_link_service_connection_state: Section<LinkState<'a>>,
    #[serde(borrow)]
    group_ids: List<Fact<Cow<'a, str>>>,
    /// Only the vault shows it.
    #[serde(borrow)]
    private_endpoint: Section<Reference<'a>>,
    /// Only the endpoint shows it.
    #[serde(borrow)]
    pub(super) private_link_service_id: Fact<Cow<'a, str>>,
}

#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
struct LinkState<'a> {
    #[serde(borrow)]
    status: Fact<Cow<'a, str>>,
}

#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
struct Reference<'a> {
    #[serde(borrow)]
    id: Fact<Cow<'a, str>>,
}

/// An element of either list of connections.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct Entry<'a> {
    #[serde(borrow)]
    id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    properties: Section<Connection<'a>>,
}

/// A list of connections.
pub(super) type Entries<'a> = List<Section<Entry<'a>>>;

/// How a connection came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was read from Azure.
    Read,
    /// Code declares it, and Azure approves it at once.
    Declared,
    /// Code declares it, and somebody has to approve it.
    DeclaredManual,
}

impl Connection<'_> {
    /// Whether it serves this service.
    pub(super) fn serves(&self, service: VaultService) -> Result<bool, Reason> {
        let groups = self.group_ids.optional()?;
        if groups.is_empty() {
            return self.serves_by_id(service);
        }
        let mut doubt = None;
        for group in groups {
            match group {
                Fact::Known(group) if group.eq_ignore_ascii_case(service.group()) => {
                    return Ok(true);
                }
                Fact::Known(group)
                    if GROUPS.iter().any(|known| known.eq_ignore_ascii_case(group)) => {}
                Fact::Known(_) => doubt = Some(Reason::UnrecognisedValue),
                Fact::Absent => doubt = Some(Reason::NotCollected),
                Fact::Unknown(reason) => doubt = Some(*reason),
            }
        }
        doubt.map_or(Ok(false), Err)
    }

    fn serves_by_id(&self, service: VaultService) -> Result<bool, Reason> {
        let name = id::name_of(self.id.as_deref().unwrap_or_default());
        let says = |service: VaultService| {
            name.split('.').any(|part| part.eq_ignore_ascii_case(service.mark()))
        };
        match (says(VaultService::Backup), says(VaultService::SiteRecovery)) {
            (true, false) => Ok(service == VaultService::Backup),
            (false, true) => Ok(service == VaultService::SiteRecovery),
            _ => Err(Reason::NotCollected),
        }
    }

    /// Whether its target is known and no Recovery Services vault.
    pub(super) fn leads_elsewhere(&self) -> bool {
        let Fact::Known(target) = &self.private_link_service_id else { return false };
        id::type_of(target).is_some_and(|name| Kind::of_type(&name) != Kind::RecoveryServicesVault)
    }

    /// What to call it: by its endpoint, else by itself.
    fn name(&self) -> Option<&str> {
        self.endpoint().or(self.id.as_deref())
    }

    /// The endpoint's id, where the vault shows it.
    fn endpoint(&self) -> Option<&str> {
        match self.private_endpoint.optional() {
            Ok(Some(Reference { id: Fact::Known(id) })) => Some(id),
            _ => None,
        }
    }

    /// `None` if traffic can pass, else the state that stands in the way.
    fn obstacle(&self, origin: Origin) -> Result<Option<String>, Reason> {
        let status = self.private_link_service_connection_state.clone().get(|state| state.status);
        let approved = one_of(status, "Approved", &["Pending", "Rejected", "Disconnected"]);
        let provisioned = one_of(
            self.provisioning_state.clone(),
            "Succeeded",
            &["Pending", "Creating", "Updating", "Deleting", "Failed", "Canceled"],
        );
        match (approved, provisioned) {
            (Fact::Known(Some(state)), _) | (_, Fact::Known(Some(state))) => Ok(Some(state)),
            (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => Err(reason),
            (Fact::Known(None), Fact::Known(None)) => Ok(None),
            (Fact::Absent, _) | (_, Fact::Absent) => match origin {
                Origin::Read => Err(Reason::NotCollected),
                Origin::Declared => Ok(None),
                Origin::DeclaredManual => Err(Reason::SourceCannotSay),
            },
        }
    }
}

/// Known and `None` if it is the good value, known and itself if it is one of the bad ones.
fn one_of(value: Fact<Cow<'_, str>>, good: &str, bad: &[&str]) -> Fact<Option<String>> {
    value.and_then(|value| {
        if value.eq_ignore_ascii_case(good) {
            Fact::Known(None)
        } else if bad.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
            Fact::Known(Some(value.into_owned()))
        } else {
            Fact::Unknown(Reason::UnrecognisedValue)
        }
    })
}

/// The elements of a list of connections; a list that is unknown is one unknown element.
pub(super) fn connections_of(list: Entries<'_>) -> Vec<Result<Connection<'_>, Reason>> {
    match list.0.optional() {
        Ok(entries) => entries.unwrap_or_default().into_iter().map(connection_of).collect(),
        Err(reason) => vec![Err(reason)],
    }
}

fn connection_of(entry: Section<Entry<'_>>) -> Result<Connection<'_>, Reason> {
    let entry = entry.0.optional()?.ok_or(Reason::NotCollected)?;
    let connection = entry.properties.0.optional()?.ok_or(Reason::NotCollected)?;
    Ok(Connection { id: entry.id.known(), ..connection })
}

/// What one connection means for a vault.
#[derive(Debug)]
pub(super) struct Link {
    /// What to call it: by its endpoint, else by itself.
    pub(super) name: String,
    /// By service, in the order of [`VaultService`].
    serves: [Result<bool, Reason>; 2],
    obstacle: Result<Option<String>, Reason>,
}

impl Link {
    pub(super) fn new(connection: &Connection<'_>, origin: Origin, endpoint: Option<&str>) -> Self {
        let name = endpoint.or_else(|| connection.name()).unwrap_or_default();
        Self {
            name: name.to_owned(),
            serves: [VaultService::Backup, VaultService::SiteRecovery]
                .map(|service| connection.serves(service)),
            obstacle: connection.obstacle(origin),
        }
    }

    /// What it means for one service.
    pub(super) fn passage(&self, service: VaultService) -> Result<Passage, Reason> {
        if !self.serves[service as usize]? {
            return Ok(Passage::Elsewhere);
        }
        Ok(self.obstacle.clone()?.map_or(Passage::Open, Passage::Blocked))
    }
}

/// What a connection means for one service.
pub(super) enum Passage {
    /// It is for another service.
    Elsewhere,
    /// Traffic can pass.
    Open,
    /// Its state stands in the way.
    Blocked(String),
}
