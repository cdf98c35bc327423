//! Whether anybody hears an alert: its switch, its action groups, and the processing rules that add some.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use super::group::GroupState;
use super::{scopes, texts};
use crate::inventory::id::{self, ByKey};
use crate::inventory::{Coverage, Fact, IdKey, Kind, List, Reason, Resource, ResourceId, Section};

/// Whether anybody hears an alert.
#[derive(Debug)]
pub(super) enum Voice {
    Loud,
    /// Nobody does, and why.
    Mute {
        because: String,
        lacks_group: bool,
    },
    Unknown {
        reason: Reason,
        because: String,
    },
}

/// The action groups that were read, and which lists of them were.
pub(super) struct Groups<'g, 'a> {
    pub known: HashMap<IdKey, (ResourceId<'a>, GroupState), ByKey>,
    pub coverage: &'g Coverage,
}

impl Groups<'_, '_> {
    pub fn state(&self, group: &str) -> GroupState {
        if let Some((_, state)) =
            self.known.get(&IdKey::of(group)).filter(|(known, _)| id::same(known.as_str(), group))
        {
            return *state;
        }
        if self.coverage.is_declared() {
            return GroupState::Unknown(Reason::OutsideThisSource);
        }
        match self.coverage.list_of(group, Kind::ActionGroup) {
            Ok(()) => GroupState::Missing,
            Err(reason) => GroupState::Unknown(reason),
        }
    }

    /// Whether anybody hears an alert that is enabled so and tells these groups.
    pub fn voice(&self, enabled: Fact<bool>, groups: &Result<Vec<Cow<'_, str>>, Reason>) -> Voice {
        let mute =
            |because: &str, lacks_group| Voice::Mute { because: because.to_owned(), lacks_group };
        let unknown =
            |reason, because: &str| Voice::Unknown { reason, because: because.to_owned() };
        match enabled {
            Fact::Known(true) => {}
            Fact::Known(false) => return mute("it is disabled", false),
            Fact::Absent => {
                return unknown(Reason::NotCollected, "it does not say whether it is enabled");
            }
            Fact::Unknown(reason) => {
                return unknown(reason, "it is unknown whether it is enabled");
            }
        }
        let groups = match groups {
            Ok(groups) => groups,
            Err(reason) => return unknown(*reason, "its action groups are unknown"),
        };
        let mut worst = mute("it has no action group", true);
        for group in groups {
            let name = id::name_of(group);
            let because = match self.state(group) {
                GroupState::Live => return Voice::Loud,
                GroupState::Unknown(reason) => {
                    let because = format!(
                        "it cannot be told whether its action group {name} passes alerts on"
                    );
                    worst = Voice::Unknown { reason, because };
                    continue;
                }
                GroupState::Disabled => format!("its action group {name} is disabled"),
                GroupState::Deaf => format!("its action group {name} reaches nobody"),
                GroupState::Missing => format!("its action group {name} does not exist"),
            };
            if matches!(worst, Voice::Mute { .. }) {
                worst = Voice::Mute { because, lacks_group: true };
            }
        }
        worst
    }
}

/// A processing rule that adds action groups to the alerts of its scopes.
#[derive(Debug)]
pub(super) struct Helper<'a> {
    pub resource: Resource<'a>,
    pub scopes: Vec<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ProcessingProperties<'a> {
    enabled: Fact<bool>,
    #[serde(borrow)]
    scopes: List<Fact<Cow<'a, str>>>,
    #[serde(borrow)]
    actions: List<Section<ProcessingAction<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ProcessingAction<'a> {
    #[serde(borrow)]
    action_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    action_group_ids: List<Fact<Cow<'a, str>>>,
}

impl<'a> Helper<'a> {
    /// A rule that may pass alerts on; none if it is off, only suppresses, or tells nobody.
    pub fn read(resource: &Resource<'a>, groups: &Groups<'_, 'a>) -> Option<Self> {
        let properties =
            resource.envelope::<ProcessingProperties<'a>>().ok()?.properties.0.known()?;
        if properties.enabled == Fact::Known(false) {
            return None;
        }
        let adds = |action: &Section<ProcessingAction<'_>>| {
            let Fact::Known(action) = &action.0 else { return false };
            let adds = matches!(&action.action_type, Fact::Known(name) if name.eq_ignore_ascii_case("AddActionGroups"));
            let told = texts(&action.action_group_ids).unwrap_or_default();
            adds && told.iter().any(|group| {
                matches!(groups.state(group), GroupState::Live | GroupState::Unknown(_))
            })
        };
        let tells = properties.actions.optional().unwrap_or_default().iter().any(adds);
        let scopes = scopes(&properties.scopes).ok()?;
        tells.then(|| Self { resource: resource.clone(), scopes })
    }
}
