//! What an estate knows of the jobs and recovery points of its items.

use super::super::history::Job;
use super::super::jobs::OwnJob;
use super::super::protection::Protection;
use super::super::resource::Resource;
use super::super::{Fact, Kind, Moment, Reason, Time};
use super::Estate;

/// What a snapshot calls the list of the restores of a Recovery Services vault.
pub const RESTORES: &str = "Microsoft.RecoveryServices/vaults/backupJobs?operation=Restore";

impl<'a> Estate<'a> {
    /// The newest recovery point or completed backup job known for an item or instance.
    ///
    /// Absent: the lists that would show one were read and show none. Unknown: they were not read.
    pub fn newest_point(&self, protection: &Resource<'_>) -> Fact<Moment> {
        if let Some(found) = self.newest_point.get(&protection.id) {
            return *found;
        }
        let (points, jobs) = if protection.kind == Kind::BackupInstance {
            (Kind::BackupVaultPoint, Kind::BackupVaultJob)
        } else {
            (Kind::RecoveryServicesPoint, Kind::RecoveryServicesJob)
        };
        let scope = protection.id.as_str();
        match self.coverage.list_of(scope, points).or_else(|_| self.coverage.list_of(scope, jobs)) {
            Ok(()) => Fact::Absent,
            Err(reason) => Fact::Unknown(reason),
        }
    }

    /// The number of recovery points read of an item or instance.
    pub fn points_read(&self, protection: &Resource<'_>) -> u32 {
        if self.points_by_owner.is_empty() {
            return 0;
        }
        self.points_by_owner.get(&protection.id).copied().unwrap_or_default()
    }

    /// The same, and whether those are all.
    pub fn points_of(&self, protection: &Resource<'_>) -> (u32, Result<(), Reason>) {
        let count = self.points_read(protection);
        let kind = if protection.kind == Kind::BackupInstance {
            Kind::BackupVaultPoint
        } else {
            Kind::RecoveryServicesPoint
        };
        (count, self.coverage.list_of(protection.id.as_str(), kind))
    }

    /// The jobs of an item or instance, newest first; those that do not say when they began come
    /// before all others.
    ///
    /// A job that may as well be another item's is among them, marked as not certain.
    pub fn jobs_of<'e>(
        &'e self,
        protection: &Protection<'_>,
    ) -> impl Iterator<Item = OwnJob<'e, 'a>> {
        self.job_index.of(protection, &self.jobs)
    }

    /// The jobs of a vault, newest first.
    pub fn jobs_in<'e>(&'e self, vault: &'e str) -> impl Iterator<Item = &'e Job<'a>> {
        self.job_index.within(vault, &self.jobs)
    }

    /// The time from which on all jobs of a vault are known: what the manifest says, or else the
    /// start of the oldest job that was read.
    ///
    /// # Errors
    /// Why no time is known: the list was not read or is broken, or it was read and is empty, and
    /// nothing says how far back it reaches.
    pub fn job_window(&self, vault: &str) -> Result<Time, Reason> {
        self.job_index.window(vault, &self.coverage)
    }

    /// The time from which on all restores of a vault are known. They may be known for longer than its other
    /// jobs, of which there are too many.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn restore_window(&self, vault: &str) -> Result<Time, Reason> {
        let jobs = self.job_window(vault);
        self.coverage.unbroken(vault, Kind::RecoveryServicesJob.type_name())?;
        match (jobs, self.coverage.since(vault, RESTORES)) {
            (Ok(jobs), Some(restores)) => Ok(jobs.min(restores)),
            (Err(_), Some(restores)) => Ok(restores),
            (jobs, None) => jobs,
        }
    }

    /// The same as [`Self::job_window`] for the vault that an item or instance lies in.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn job_window_of(&self, protection: &Protection<'_>) -> Result<Time, Reason> {
        match self.vault_windows.get(protection.links.vault as usize) {
            Some(window) => *window,
            None => self.job_window(protection.vault_id().unwrap_or_default()),
        }
    }

    /// The same as [`Self::restore_window`] for the vault that an item or instance lies in.
    ///
    /// # Errors
    /// As [`Self::job_window`].
    pub fn restore_window_of(&self, protection: &Protection<'_>) -> Result<Time, Reason> {
        match self.restore_windows.get(protection.links.vault as usize) {
            Some(window) => *window,
            None => self.restore_window(protection.vault_id().unwrap_or_default()),
        }
    }
}
