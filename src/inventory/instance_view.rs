//! How a machine runs: its power state, its agent, its extensions.

use std::borrow::Cow;

use serde::Deserialize;

use super::fact::Scalar;
use super::{Fact, List, Reason, Section};

/// How a machine runs, as its host and its agent tell it.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceView<'a> {
    #[serde(borrow)]
    pub(super) statuses: List<Section<Status<'a>>>,
    pub(super) power_state: Section<PowerCode>,
    /// The machine's agent; Resource Graph does not show it.
    #[serde(borrow)]
    pub vm_agent: Section<VmAgent<'a>>,
    /// The extensions as the agent runs them.
    #[serde(borrow)]
    pub extensions: List<Section<ExtensionView<'a>>>,
}

/// The machine's agent.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct VmAgent<'a> {
    /// Its version.
    #[serde(borrow)]
    pub vm_agent_version: Fact<Cow<'a, str>>,
    /// What it says of itself.
    #[serde(borrow)]
    pub statuses: List<Section<Status<'a>>>,
}

/// One extension as the agent runs it.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct ExtensionView<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Fact<Cow<'a, str>>,
    /// Publisher and type, such as `Microsoft.Azure.RecoveryServices.VMSnapshot`.
    #[serde(borrow, rename = "type")]
    pub handler: Fact<Cow<'a, str>>,
    /// What it says of itself.
    #[serde(borrow)]
    pub statuses: List<Section<Status<'a>>>,
}

/// One status of an instance view.
#[derive(Clone, Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Status<'a> {
    /// `ProvisioningState/succeeded`, `PowerState/running` and so on.
    #[serde(borrow)]
    pub code: Fact<Cow<'a, str>>,
    /// `Info`, `Warning` or `Error`.
    #[serde(borrow)]
    pub level: Fact<Cow<'a, str>>,
    /// For people, `Ready` and the like.
    #[serde(borrow)]
    pub display_status: Fact<Cow<'a, str>>,
    /// For people.
    #[serde(borrow)]
    pub message: Fact<Cow<'a, str>>,
}

#[derive(Clone, Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct PowerCode {
    pub code: Fact<PowerState>,
}

/// Whether a machine runs
/// (<https://learn.microsoft.com/azure/virtual-machines/states-billing>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is Azure's own name")]
pub enum PowerState {
    Starting,
    Running,
    Stopping,
    Stopped,
    Deallocating,
    Deallocated,
}

impl Scalar<'_> for PowerState {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        let start = ["PowerState/", "VM "].into_iter().find(|start| {
            text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
        });
        let name = &text[start?.len()..];
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match () {
            () if is("starting") => Some(Self::Starting),
            () if is("running") => Some(Self::Running),
            () if is("stopping") => Some(Self::Stopping),
            () if is("stopped") => Some(Self::Stopped),
            () if is("deallocating") => Some(Self::Deallocating),
            () if is("deallocated") => Some(Self::Deallocated),
            () => None,
        }
    }
}

impl InstanceView<'_> {
    /// Whether one of the machine's statuses has this code.
    pub fn has_status(&self, code: &str) -> bool {
        let statuses = self.statuses.optional().unwrap_or_default();
        statuses.iter().any(|status| {
            matches!(status.optional(), Ok(Some(Status { code: Fact::Known(known), .. }))
                if known.eq_ignore_ascii_case(code))
        })
    }

    /// Whether the machine runs.
    pub fn power_state(&self) -> Fact<PowerState> {
        if let Fact::Known(power) = &self.power_state.0 {
            return power.code;
        }
        let statuses = match self.statuses.optional() {
            Ok(statuses) => statuses,
            Err(reason) => return Fact::Unknown(reason),
        };
        let codes = statuses.iter().filter_map(|status| match status.optional() {
            Ok(Some(Status { code: Fact::Known(code), .. })) => Some(code),
            _ => None,
        });
        let is_power = |code: &&Cow<'_, str>| {
            code.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("PowerState/"))
        };
        match codes.into_iter().find(is_power) {
            Some(code) => PowerState::from_text(Cow::Borrowed(code))
                .map_or(Fact::Unknown(Reason::UnrecognisedValue), Fact::Known),
            // A machine that was never started shows none.
            None => Fact::Unknown(Reason::NotCollected),
        }
    }
}
