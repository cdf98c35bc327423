//! Whether a vault can be reached through a private endpoint, and whether anything in it needs that.

use serde::Deserialize;

use super::connection::{Connection, Entries, Link, Origin, Passage, connections_of};
use super::endpoint::Endpoints;
use super::service::VaultService;
use crate::inventory::{Completeness, Estate, Kind, Reason, Vault, id};

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

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct VaultEntries<'a> {
    #[serde(borrow)]
    private_endpoint_connections: Entries<'a>,
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
