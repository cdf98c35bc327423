//! What one part of the input holds, each resource in the view of its kind.

use super::super::directory::DirectoryObject;
use super::super::history::{Job, RecoveryPoint};
use super::super::machine::VirtualMachine;
use super::super::protection::Protection;
use super::super::resource::{Resource, View};
use super::super::script::ScriptOperation;
use super::super::{Kind, Malformed};

/// The resources of one part of the input, in its order.
#[derive(Debug, Default)]
pub struct Part<'a> {
    /// Items and instances.
    pub protections: Vec<Protection<'a>>,
    /// Virtual machines.
    pub machines: Vec<VirtualMachine<'a>>,
    /// Jobs.
    pub jobs: Vec<Job<'a>>,
    /// Recovery points.
    pub points: Vec<RecoveryPoint<'a>>,
    /// Operations of scripts.
    pub operations: Vec<ScriptOperation<'a>>,
    /// Everything else.
    pub others: Vec<Resource<'a>>,
    /// Objects of the directory, which are no resources.
    pub directory: Vec<DirectoryObject<'a>>,
}

impl<'a> Part<'a> {
    /// Reads one resource into the view of its kind.
    ///
    /// # Errors
    /// When its body is not what its type promises.
    pub fn add(&mut self, resource: Resource<'a>) -> Result<(), Malformed> {
        match resource.kind {
            Kind::ProtectedItem | Kind::BackupInstance => {
                self.protections.push(Protection::read(resource)?);
            }
            Kind::VirtualMachine => self.machines.push(VirtualMachine::read(resource)?),
            Kind::RecoveryServicesJob | Kind::BackupVaultJob => {
                self.jobs.push(Job::read(resource)?);
            }
            Kind::RecoveryServicesPoint | Kind::BackupVaultPoint => {
                self.points.push(RecoveryPoint::read(resource)?);
            }
            _ => self.others.push(resource),
        }
        Ok(())
    }
}

impl<'a> Part<'a> {
    /// Every resource of the part.
    pub fn resources(&self) -> impl Iterator<Item = &Resource<'a>> {
        (self.protections.iter().map(|item| &item.resource))
            .chain(self.machines.iter().map(|machine| &machine.resource))
            .chain(self.jobs.iter().map(|job| &job.resource))
            .chain(self.points.iter().map(|point| &point.resource))
            .chain(self.operations.iter().map(|operation| &operation.resource))
            .chain(&self.others)
    }
}
