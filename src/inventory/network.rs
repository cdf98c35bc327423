//! Private endpoints: whether a vault can be reached through one, and which DNS zones it has.
//!
//! Two places tell of a connection: the vault's own list, and the endpoint, which code declares and
//! which may lie in any subscription. Nothing is concluded from an endpoint's name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::id::ByKey;
use super::{
    Completeness, Estate, Fact, IdKey, Kind, List, Malformed, Reason, Resource, Section, Vault,
    View, id, placeholder,
};

/// What a vault's endpoints serve
/// (<https://learn.microsoft.com/azure/backup/private-endpoints-overview>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultService {
    /// Backups and restores.
    Backup,
    /// Replication and failover.
    SiteRecovery,
}

/// Every group of a Recovery Services vault. The secondary one serves restores from the paired region.
const GROUPS: [&str; 3] = ["AzureBackup", "AzureBackup_secondary", "AzureSiteRecovery"];

impl VaultService {
    /// The group that an endpoint names.
    pub fn group(self) -> &'static str {
        match self {
            Self::Backup => GROUPS[0],
            Self::SiteRecovery => GROUPS[2],
        }
    }

    /// What the vault itself says when its list of connections is not at hand.
    pub fn state_path(self) -> &'static str {
        match self {
            Self::Backup => "properties.privateEndpointStateForBackup",
            Self::SiteRecovery => "properties.privateEndpointStateForSiteRecovery",
        }
    }

    /// The part of a connection's id that tells the group where API 2020-02-02 names none:
    /// `ENDPOINT.NUMBER.backup.GUID`.
    fn mark(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::SiteRecovery => "siterecovery",
        }
    }
}

/// Where a vault lists its connections.
pub const CONNECTIONS: &str = "properties.privateEndpointConnections";

/// Whether a vault can be reached through a private endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateAccess {
    /// A connection is approved and provisioned.
    Open,
    /// There is none; those that exist cannot be used.
    Closed(Vec<IdleConnection>),
}

impl PrivateAccess {
    /// The connections that nothing can pass.
    pub fn idle(&self) -> &[IdleConnection] {
        match self {
            Self::Open => &[],
            Self::Closed(idle) => idle,
        }
    }
}

/// A connection that nothing can pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleConnection {
    /// The id of the endpoint, or of the connection where no endpoint is named.
    pub id: String,
    /// Its state in Azure's word.
    pub state: String,
}

/// Why it cannot be told whether a vault can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessUnknown {
    /// The reason.
    pub reason: Reason,
    /// The property of the vault that would tell.
    pub path: &'static str,
}

/// One connection, as the vault or the endpoint shows it.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Connection<'a> {
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
    private_link_service_id: Fact<Cow<'a, str>>,
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
struct Entry<'a> {
    #[serde(borrow)]
    id: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    properties: Section<Connection<'a>>,
}

type Entries<'a> = List<Section<Entry<'a>>>;

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct VaultEntries<'a> {
    #[serde(borrow)]
    private_endpoint_connections: Entries<'a>,
}

/// How a connection came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It was read from Azure.
    Read,
    /// Code declares it, and Azure approves it at once.
    Declared,
    /// Code declares it, and somebody has to approve it.
    DeclaredManual,
}

impl Connection<'_> {
    /// Whether it serves this service.
    fn serves(&self, service: VaultService) -> Result<bool, Reason> {
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
    fn leads_elsewhere(&self) -> bool {
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
fn connections_of(list: Entries<'_>) -> Vec<Result<Connection<'_>, Reason>> {
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
struct Link {
    /// What to call it: by its endpoint, else by itself.
    name: String,
    /// By service, in the order of [`VaultService`].
    serves: [Result<bool, Reason>; 2],
    obstacle: Result<Option<String>, Reason>,
}

impl Link {
    fn new(connection: &Connection<'_>, origin: Origin, endpoint: Option<&str>) -> Self {
        let name = endpoint.or_else(|| connection.name()).unwrap_or_default();
        Self {
            name: name.to_owned(),
            serves: [VaultService::Backup, VaultService::SiteRecovery]
                .map(|service| connection.serves(service)),
            obstacle: connection.obstacle(origin),
        }
    }

    /// What it means for one service.
    fn passage(&self, service: VaultService) -> Result<Passage, Reason> {
        if !self.serves[service as usize]? {
            return Ok(Passage::Elsewhere);
        }
        Ok(self.obstacle.clone()?.map_or(Passage::Open, Passage::Blocked))
    }
}

/// What a connection means for one service.
enum Passage {
    /// It is for another service.
    Elsewhere,
    /// Traffic can pass.
    Open,
    /// Its state stands in the way.
    Blocked(String),
}

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
pub(super) struct Endpoints {
    /// The id of the target, and the connection.
    by_target: HashMap<IdKey, Vec<(String, Link)>, ByKey>,
    /// By project of code, why it is unknown of some endpoint where it leads: it may be any vault there.
    unresolved: BTreeMap<String, Reason>,
}

impl Endpoints {
    /// Reads every endpoint once.
    fn new<'e, 'a: 'e>(resources: impl Iterator<Item = &'e Resource<'a>>) -> Self {
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
    fn doubt_of(&self, vault: &Resource<'_>) -> Option<Reason> {
        let unresolved = &self.unresolved;
        let reason = match placeholder::project_of(vault.id.as_str()) {
            Some(project) => unresolved.get(project).or_else(|| unresolved.get("")),
            None => unresolved.values().next(),
        };
        reason.copied()
    }

    /// The connections of endpoints that lead to a vault.
    fn to(&self, vault: &Resource<'_>) -> impl Iterator<Item = &Link> {
        let links = self.by_target.get(&vault.id.key()).map_or(&[][..], Vec::as_slice);
        links.iter().filter(|(target, _)| id::same(target, vault.id.as_str())).map(|(_, link)| link)
    }
}

impl<'a> Estate<'a> {
    fn endpoints(&self) -> &Endpoints {
        self.endpoints.get_or_init(|| Endpoints::new(self.of_kind(Kind::PrivateEndpoint)))
    }

    /// Whether a vault can be reached through a private endpoint for a service. An endpoint of another
    /// vault, or for the other service, never counts.
    ///
    /// The vault's own list decides, together with endpoints that it does not name; where it was not
    /// read, an approved endpoint, else what the vault says of itself.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn private_access(
        &self,
        vault: &Vault<'a>,
        service: VaultService,
    ) -> Result<PrivateAccess, AccessUnknown> {
        let own = vault.links();
        let listed = own.as_ref().map_or(&[][..], Vec::as_slice);
        let endpoints = self.endpoints();
        // What the vault says of an endpoint counts, not what the endpoint says of itself.
        let is_listed =
            |link: &&Link| listed.iter().flatten().any(|listed| id::same(&listed.name, &link.name));
        let others = endpoints.to(&vault.resource).filter(|link| !is_listed(link)).map(Ok);
        let mut idle = Vec::new();
        let mut doubt = None;
        for link in listed.iter().map(Result::as_ref).chain(others) {
            match link.map_err(|reason| *reason).and_then(|link| link.passage(service)) {
                Ok(Passage::Elsewhere) => {}
                Ok(Passage::Open) => return Ok(PrivateAccess::Open),
                Ok(Passage::Blocked(state)) => {
                    let id = link.map_or("", |link| link.name.as_str()).to_owned();
                    idle.push(IdleConnection { id, state });
                }
                Err(reason) => doubt = Some(reason),
            }
        }
        if vault.resource.completeness == Completeness::Declared {
            doubt = doubt.or_else(|| endpoints.doubt_of(&vault.resource));
        }
        match (doubt, own) {
            (Some(reason), _) => Err(AccessUnknown { reason, path: CONNECTIONS }),
            (None, Ok(_)) => Ok(PrivateAccess::Closed(idle)),
            (None, Err(_)) => vault
                .says_it_is_private(service)
                .map(|says| if says { PrivateAccess::Open } else { PrivateAccess::Closed(idle) }),
        }
    }
}

impl Vault<'_> {
    /// The connections that the vault lists. Code cannot write that list: there the endpoints tell.
    fn links(&self) -> Result<Vec<Result<Link, Reason>>, Reason> {
        let declared = self.resource.completeness == Completeness::Declared;
        if declared || self.resource.fact(CONNECTIONS).optional()?.is_none() {
            return Ok(Vec::new());
        }
        let envelope = self.resource.envelope::<VaultEntries<'_>>();
        let entries = envelope.map_err(|_| Reason::UnrecognisedValue)?.properties.0.optional()?;
        let list = entries.unwrap_or_default().private_endpoint_connections;
        let link = |found: Result<Connection<'_>, Reason>| {
            found.map(|connection| Link::new(&connection, Origin::Read, None))
        };
        Ok(connections_of(list).into_iter().map(link).collect())
    }

    /// What the vault says of itself. `None` stands for no endpoint at all.
    fn says_it_is_private(&self, service: VaultService) -> Result<bool, AccessUnknown> {
        let path = service.state_path();
        let said = self.resource.text(path).absent_is_unknown(Reason::NotCollected).optional();
        match said {
            Ok(said) => Ok(said.is_some_and(|said| said.eq_ignore_ascii_case("Enabled"))),
            Err(reason) => Err(AccessUnknown { reason, path }),
        }
    }
}

impl<'a> Estate<'a> {
    /// Whether anything in a vault needs a service of it. Code is judged as it will be used: what it
    /// declares of a vault is meant to hold backups.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn needs(&self, vault: &Vault<'a>, service: VaultService) -> Result<bool, Reason> {
        let id = vault.resource.id.as_str();
        match service {
            VaultService::Backup => {
                let declared = vault.resource.completeness == Completeness::Declared;
                let some = declared || self.held_by(id).total > 0;
                if some { Ok(true) } else { vault.items_read.map(|()| false) }
            }
            VaultService::SiteRecovery => {
                if self.of_kind(Kind::ReplicatedItem).any(|item| item.id.is_within(id)) {
                    return Ok(true);
                }
                self.coverage.list_of(id, Kind::ReplicatedItem).map(|()| false)
            }
        }
    }
}

/// The DNS zones of a private endpoint, by name.
#[derive(Clone, Debug, Default)]
pub struct DnsZones {
    /// Those that were read.
    pub found: Vec<String>,
    /// Why there may be more.
    pub unread: Option<Reason>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ZoneGroup<'a> {
    #[serde(borrow)]
    private_dns_zone_configs: List<Section<ZoneConfig<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct ZoneConfig<'a> {
    #[serde(borrow)]
    properties: Section<Zone<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Zone<'a> {
    #[serde(borrow)]
    private_dns_zone_id: Fact<Cow<'a, str>>,
}

impl<'a> Estate<'a> {
    /// The DNS zones that register an endpoint's addresses. An endpoint has one group of zones at
    /// most (<https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration>), so a
    /// group that was read is all there is.
    pub fn dns_zones_of(&self, endpoint: &Resource<'a>) -> DnsZones {
        let id = endpoint.id.as_str();
        let mut groups = self.children_of(id, Kind::PrivateDnsZoneGroup).peekable();
        let mut zones = DnsZones::default();
        if groups.peek().is_none() {
            zones.unread = self.coverage.list_of(id, Kind::PrivateDnsZoneGroup).err();
        }
        for group in groups {
            if let Err(reason) = zones.add(group) {
                zones.unread = Some(reason);
            }
        }
        zones
    }
}

impl DnsZones {
    fn add(&mut self, group: &Resource<'_>) -> Result<(), Reason> {
        group.fact("properties.privateDnsZoneConfigs").optional()?;
        let envelope = group.envelope::<ZoneGroup<'_>>();
        let group = envelope.map_err(|_| Reason::UnrecognisedValue)?.properties.0.optional()?;
        let configs = group.unwrap_or_default().private_dns_zone_configs;
        let mut doubt = None;
        for config in configs.0.optional()?.unwrap_or_default() {
            let zone = config.get(|config| config.properties.get(|zone| zone.private_dns_zone_id));
            match zone {
                Fact::Known(zone) => self.found.push(id::name_of(&zone).to_owned()),
                Fact::Absent => {}
                Fact::Unknown(reason) => doubt = Some(reason),
            }
        }
        doubt.map_or(Ok(()), Err)
    }
}
