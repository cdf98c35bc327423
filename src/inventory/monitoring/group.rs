//! Action groups: whom an alert tells.

use std::borrow::Cow;

use serde::Deserialize;

use crate::inventory::resource::View;
use crate::inventory::{Fact, List, Malformed, Reason, Resource, Section};

/// A group of receivers that alerts notify.
#[derive(Clone, Debug)]
pub struct ActionGroup<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Whether it is enabled.
    pub enabled: Fact<bool>,
    /// Whether any receiver is there and has not been unsubscribed.
    pub reaches_somebody: Fact<bool>,
}

/// Whether a group passes alerts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupState {
    Live,
    Disabled,
    /// It has no receiver, or all of them have been unsubscribed.
    Deaf,
    Missing,
    Unknown(Reason),
}

type Receivers<'a> = List<Section<Receiver<'a>>>;

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Receiver<'a> {
    /// Only mail and text messages have one: their receivers can unsubscribe.
    #[serde(borrow)]
    status: Fact<Cow<'a, str>>,
}

/// Every kind of receiver of the template reference
/// (<https://learn.microsoft.com/azure/templates/microsoft.insights/actiongroups>).
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
struct GroupProperties<'a> {
    enabled: Fact<bool>,
    arm_role_receivers: Receivers<'a>,
    automation_runbook_receivers: Receivers<'a>,
    azure_app_push_receivers: Receivers<'a>,
    azure_function_receivers: Receivers<'a>,
    email_receivers: Receivers<'a>,
    event_hub_receivers: Receivers<'a>,
    incident_receivers: Receivers<'a>,
    itsm_receivers: Receivers<'a>,
    logic_app_receivers: Receivers<'a>,
    sms_receivers: Receivers<'a>,
    voice_receivers: Receivers<'a>,
    webhook_receivers: Receivers<'a>,
}

impl<'a> View<'a> for ActionGroup<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = match resource.envelope::<GroupProperties<'a>>()?.properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => GroupProperties::default(),
            Fact::Unknown(reason) => {
                let unknown = Fact::Unknown(reason);
                return Ok(Self { resource, enabled: unknown, reaches_somebody: unknown });
            }
        };
        let reaches_somebody = properties.reaches_somebody();
        Ok(Self { resource, enabled: properties.enabled, reaches_somebody })
    }
}

impl GroupProperties<'_> {
    fn reaches_somebody(&self) -> Fact<bool> {
        let lists = [
            &self.arm_role_receivers,
            &self.automation_runbook_receivers,
            &self.azure_app_push_receivers,
            &self.azure_function_receivers,
            &self.email_receivers,
            &self.event_hub_receivers,
            &self.incident_receivers,
            &self.itsm_receivers,
            &self.logic_app_receivers,
            &self.sms_receivers,
            &self.voice_receivers,
            &self.webhook_receivers,
        ];
        let mut reaches = Fact::Known(false);
        for list in lists {
            match list.optional() {
                Ok(receivers) if receivers.iter().any(is_subscribed) => return Fact::Known(true),
                Ok(_) => {}
                Err(reason) => reaches = Fact::Unknown(reason),
            }
        }
        reaches
    }
}

fn is_subscribed(receiver: &Section<Receiver<'_>>) -> bool {
    match &receiver.0 {
        Fact::Known(receiver) => {
            !matches!(&receiver.status, Fact::Known(status) if status.eq_ignore_ascii_case("Disabled"))
        }
        Fact::Absent | Fact::Unknown(_) => false,
    }
}

impl ActionGroup<'_> {
    /// Whether it passes alerts on.
    pub(super) fn state(&self) -> GroupState {
        match (self.enabled, self.reaches_somebody) {
            (Fact::Known(false), _) => GroupState::Disabled,
            (_, Fact::Known(false)) => GroupState::Deaf,
            (Fact::Known(true), Fact::Known(true)) => GroupState::Live,
            (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => GroupState::Unknown(reason),
            (Fact::Absent, _) | (_, Fact::Absent) => GroupState::Unknown(Reason::NotCollected),
        }
    }
}
