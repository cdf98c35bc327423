//! Private endpoints, and where those of an estate lead.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::connection::{Connection, Entries, Link, Origin, connections_of};
use super::service::VaultService;
use crate::inventory::id::ByKey;
use crate::inventory::{
    Completeness, Fact, IdKey, List, Malformed, Reason, Resource, View, id, placeholder,
};

/// A private endpoint.
#[derive(Debug)]
pub struct PrivateEndpoint<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    connections: Vec<(Result<Connection<'a>, Reason>, Origin)>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct EndpointProperties<'a> {
    #[serde(borrow)]
    private_link_service_connections: Entries<'a>,
    #[serde(borrow)]
    manual_private_link_service_connections: Entries<'a>,
}

impl<'a> View<'a> for PrivateEndpoint<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = resource.envelope::<EndpointProperties<'a>>()?.properties;
        let properties = match properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => EndpointProperties::default(),
            Fact::Unknown(reason) => EndpointProperties {
                private_link_service_connections: List(Fact::Unknown(reason)),
                ..EndpointProperties::default()
            },
        };
        let declared = resource.completeness == Completeness::Declared;
        let lists = [
            (properties.private_link_service_connections, Origin::Declared),
            (properties.manual_private_link_service_connections, Origin::DeclaredManual),
        ];
        let connections = lists.into_iter().flat_map(|(list, origin)| {
            let origin = if declared { origin } else { Origin::Read };
            connections_of(list).into_iter().map(move |connection| (connection, origin))
        });
        Ok(Self { connections: connections.collect(), resource })
    }
}

impl PrivateEndpoint<'_> {
    /// Whether it leads to a Recovery Services vault for this service.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn serves(&self, service: VaultService) -> Result<bool, Reason> {
        let mut doubt = None;
        for (connection, _) in &self.connections {
            let serves = match connection {
                Ok(connection) if connection.leads_elsewhere() => Ok(false),
                Ok(connection) => connection.serves(service),
                Err(reason) => Err(*reason),
            };
            match serves {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => doubt = Some(reason),
            }
        }
        doubt.map_or(Ok(false), Err)
    }
}

/// The endpoints of an estate by what they lead to.
#[derive(Debug, Default)]
pub(in crate::inventory) struct Endpoints {
    /// The id of the target, and the connection.
    by_target: HashMap<IdKey, Vec<(String, Link)>, ByKey>,
    /// By project of code, why it is unknown of some endpoint where it leads: it may be any vault there.
    unresolved: BTreeMap<String, Reason>,
}

impl Endpoints {
    /// Reads every endpoint once.
    pub(super) fn new<'e, 'a: 'e>(resources: impl Iterator<Item = &'e Resource<'a>>) -> Self {
        let mut endpoints = Self::default();
        for resource in resources {
            match PrivateEndpoint::read(resource.clone()) {
                Ok(endpoint) => endpoint.connections.iter().for_each(|(connection, origin)| {
                    endpoints.add(resource, connection.as_ref(), *origin);
                }),
                Err(_) => endpoints.doubt(resource, Reason::UnrecognisedValue),
            }
        }
        endpoints
    }

    fn add(
        &mut self,
        endpoint: &Resource<'_>,
        connection: Result<&Connection<'_>, &Reason>,
        origin: Origin,
    ) {
        match connection.map(|connection| (connection, &connection.private_link_service_id)) {
            Ok((connection, Fact::Known(target))) => {
                let link = Link::new(connection, origin, Some(endpoint.id.as_str()));
                let links = self.by_target.entry(IdKey::of(target)).or_default();
                links.push((target.clone().into_owned(), link));
            }
            Ok((_, Fact::Absent)) => {}
            Ok((_, Fact::Unknown(reason))) | Err(reason) => self.doubt(endpoint, *reason),
        }
    }

    fn doubt(&mut self, endpoint: &Resource<'_>, reason: Reason) {
        let project = placeholder::project_of(endpoint.id.as_str()).unwrap_or_default();
        self.unresolved.insert(project.to_owned(), reason);
    }

    /// Why some endpoint may lead to a vault, if one may.
    pub(super) fn doubt_of(&self, vault: &Resource<'_>) -> Option<Reason> {
        let unresolved = &self.unresolved;
        let reason = match placeholder::project_of(vault.id.as_str()) {
            Some(project) => unresolved.get(project).or_else(|| unresolved.get("")),
            None => unresolved.values().next(),
        };
        reason.copied()
    }

    /// The connections of endpoints that lead to a vault.
    pub(super) fn to(&self, vault: &Resource<'_>) -> impl Iterator<Item = &Link> {
        let links = self.by_target.get(&vault.id.key()).map_or(&[][..], Vec::as_slice);
        links.iter().filter(|(target, _)| id::same(target, vault.id.as_str())).map(|(_, link)| link)
    }
}
