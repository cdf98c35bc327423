//! How the agent and the snapshot extension in a machine are.

use super::{
    Estate, Fact, Found, HealthDetails, InstanceView, Kind, Protection, Resource, VirtualMachine,
};

const EXTENSIONS: [&str; 2] = ["VMSnapshot", "VMSnapshotLinux"];

impl Protection<'_> {
    /// The first condition that the service names and that is one of these: its path and its title. Few items are in
    /// trouble, and only of those the codes are asked for.
    pub fn condition_among<'c, C: AsRef<[&'c str]>>(
        &self,
        codes: impl FnOnce() -> C,
    ) -> Option<(String, String)> {
        if self.health.details != Fact::Known(HealthDetails::Trouble) {
            return None;
        }
        let codes = codes();
        for path in self.resource.paths("properties.healthDetails[].title") {
            let Found::Value(title) = self.resource.find(&path) else { continue };
            let Some(title) = title.to_text() else { continue };
            if codes.as_ref().iter().any(|code| code.eq_ignore_ascii_case(&title)) {
                return Some((path, title));
            }
        }
        None
    }
}

impl VirtualMachine<'_> {
    /// A snapshot extension that is there and did not succeed, and its state.
    pub fn broken_extension<'e, 'a>(
        &'e self,
        estate: &'e Estate<'a>,
    ) -> Option<(&'e Resource<'a>, String)> {
        let id = self.resource.id.as_str();
        for found in estate.children_of(id, Kind::VirtualMachineExtension) {
            let is = |text: &str| EXTENSIONS.iter().any(|name| name.eq_ignore_ascii_case(text));
            let kind = found.text("properties.type").known();
            // Azure Backup names its extension after the type, which a cut body may not show.
            if !is(kind.as_deref().unwrap_or_else(|| found.id.name())) {
                continue;
            }
            let Fact::Known(state) = found.text("properties.provisioningState") else { continue };
            if !state.eq_ignore_ascii_case("Succeeded") {
                return Some((found, state));
            }
        }
        None
    }
}

impl InstanceView<'_> {
    /// Whether the agent says that it is ready; `None` if it says nothing.
    pub fn is_agent_ready(&self) -> Option<bool> {
        let agent = self.vm_agent.optional().ok()??;
        let status = agent.statuses.optional().ok()?.first()?.optional().ok()??;
        match (&status.display_status, &status.code) {
            (Fact::Known(text), _) => Some(text.eq_ignore_ascii_case("Ready")),
            (_, Fact::Known(code)) => {
                Some(code.eq_ignore_ascii_case("ProvisioningState/succeeded"))
            }
            _ => None,
        }
    }
}
