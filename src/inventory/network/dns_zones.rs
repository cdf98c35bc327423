//! The DNS zones that register the addresses of an endpoint.

use std::borrow::Cow;

use serde::Deserialize;

use crate::inventory::{Estate, Fact, Kind, List, Reason, Resource, Section, id};

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
