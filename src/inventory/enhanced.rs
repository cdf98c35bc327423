//! Which machines only enhanced backup policies take.

use super::{
    AttachedDisk, Estate, Fact, Reason, SecurityType, VirtualMachine, needs_enhanced_policy,
};

impl VirtualMachine<'_> {
    /// Why it needs an enhanced backup policy, if it does: one proof outweighs what is unknown
    /// (<https://learn.microsoft.com/azure/backup/backup-azure-vms-enhanced-policy>).
    ///
    /// # Errors
    /// Why that cannot be told.
    pub fn enhanced_need(
        &self,
        estate: &Estate<'_>,
        allows_trusted_launch: bool,
    ) -> Result<Option<String>, Reason> {
        let mut unknown = None;
        match self.security {
            Fact::Known(SecurityType::Confidential) => {
                return Ok(Some("is a confidential one".to_owned()));
            }
            Fact::Known(SecurityType::TrustedLaunch) if !allows_trusted_launch => {
                return Ok(Some("uses trusted launch".to_owned()));
            }
            Fact::Known(_) | Fact::Absent => {}
            Fact::Unknown(reason) => unknown = Some(reason),
        }
        if matches!(self.disks, Fact::Known(disks) if disks.perhaps_enhanced == 0) {
            return unknown.map_or(Ok(None), Err);
        }
        let details = self.details();
        let data = match details.data_disks {
            Fact::Known(disks) => disks,
            Fact::Absent => Vec::new(),
            Fact::Unknown(reason) => return Err(reason),
        };
        for disk in data {
            match disk.and_then(|disk| kind_of(&disk, estate)) {
                Fact::Known(sku) if needs_enhanced_policy(&sku) => {
                    return Ok(Some(format!("has a disk of type {sku}")));
                }
                Fact::Known(_) | Fact::Absent => {}
                Fact::Unknown(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or(Ok(None), Err)
    }
}

/// The machine's word, else the disk's own: a deallocated machine does not show it.
fn kind_of(disk: &AttachedDisk<'_>, estate: &Estate<'_>) -> Fact<String> {
    if disk.is_unmanaged() {
        return Fact::Absent;
    }
    match disk.sku() {
        Fact::Absent => match disk.resource(estate) {
            Some(found) => found.resource.text("sku.name").absent_is_unknown(Reason::NotCollected),
            None => Fact::Unknown(Reason::NotCollected),
        },
        sku => sku.map(str::to_owned),
    }
}
