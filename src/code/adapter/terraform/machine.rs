//! Parts of virtual machines that take several arguments.

use super::apply::{convert, formless};
use super::draft::Draft;
use super::frame::Frame;
use super::row::{How, Literal};
use crate::code::value::{Content, Value};

/// Whether a machine is a trusted launch one, or a confidential one.
pub fn security(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.securityProfile.securityType";
    if let Some(encryption) = frame.value("os_disk.security_encryption_type") {
        let value = match &encryption.content {
            Content::Unknown(unknown) => Value::from_unknown(formless(unknown), encryption.place),
            _ => Value::text("ConfidentialVM", encryption.place),
        };
        return draft.put(PATH, frame.place, value);
    }
    let mut doubt = None;
    for argument in ["secure_boot_enabled", "vtpm_enabled"] {
        let Some(value) = frame.value(argument) else { continue };
        let value = convert(&value, How::Truth, frame);
        match &value.content {
            Content::Bool(true) => {
                let trusted = Value::text("TrustedLaunch", value.place);
                return draft.put(PATH, frame.place, trusted);
            }
            Content::Unknown(_) => doubt = Some(value),
            _ => {}
        }
    }
    // Without either the provider makes an ordinary machine.
    let ordinary = || Literal::Text("Standard").at(frame.place);
    draft.put(PATH, frame.place, doubt.unwrap_or_else(ordinary));
}

/// The disk of a machine in the older resource.
pub fn managed_os_disk(frame: &Frame<'_>, draft: &mut Draft) {
    for (argument, name) in [("managed_disk_id", "id"), ("managed_disk_type", "storageAccountType")]
    {
        if let Some(value) = frame.value(argument) {
            let value = convert(&value, How::Same, frame);
            draft.put(&format!("managedDisk.{name}"), frame.place, value);
        }
    }
}

/// The disk that an attachment adds to its machine.
pub fn data_disks(frame: &Frame<'_>, draft: &mut Draft) {
    let mut disk = Draft::default();
    if let Some(lun) = frame.value("lun") {
        disk.put("lun", frame.place, convert(&lun, How::Number, frame));
    }
    if let Some(id) = frame.value("managed_disk_id") {
        disk.put("managedDisk.id", frame.place, convert(&id, How::Same, frame));
    }
    let list = Value::list(vec![disk.finish(frame.place)], frame.place);
    draft.put("properties.storageProfile.dataDisks", frame.place, list);
}
