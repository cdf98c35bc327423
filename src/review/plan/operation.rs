//! The operations of the table that the steps of a plan are.

use super::super::request::{Arguments, Request, Retention};
use super::Asked;
use super::step::Reading;
use super::world::Seen;
use crate::access::operation;
use crate::change::{Deed, Direction, Shift};
use crate::inventory::{BackupPolicy, Estate, Kind, Resource, View as _, id};

/// Requests for all steps; one for all targets of an operation with the same arguments.
pub(super) struct Requests<'p> {
    asked: &'p Asked,
    requests: Vec<Request>,
}

impl<'p> Requests<'p> {
    pub fn new(asked: &'p Asked) -> Self {
        Self { asked, requests: Vec::new() }
    }

    pub fn done(self) -> Vec<Request> {
        self.requests
    }

    /// The operations that a step is, by the position of the request and the target.
    pub fn add<'a>(
        &mut self,
        reading: &Reading<'_, 'a>,
        world: &Estate<'a>,
    ) -> Vec<(usize, String)> {
        let Seen::Here(resource) = reading.seen else { return Vec::new() };
        let asked = of(reading, resource);
        // An operation on what is not there is none; the step says that it is not.
        let is_there =
            |on: &String| id::same(on, resource.id.as_str()) || world.vault(on).is_some();
        let asked = asked.into_iter().filter(|(_, on, _)| is_there(on));
        asked.filter_map(|(id, on, arguments)| self.request(id, on, arguments)).collect()
    }

    /// The deletion of a vault with what is around it.
    pub fn deletion(&mut self, vault: String) -> Option<(usize, String)> {
        self.request("delete-vault", vault, Arguments::default())
    }

    fn request(&mut self, id: &str, on: String, arguments: Arguments) -> Option<(usize, String)> {
        let operation = operation::find(id)?;
        let known = self.requests.iter().position(|request| {
            request.operation.id == operation.id && request.arguments == arguments
        });
        let at = known.unwrap_or_else(|| {
            self.requests.push(Request {
                operation,
                ticket: self.asked.ticket.clone(),
                reason: None,
                caller: self.asked.caller.clone(),
                approved_by: self.asked.approved_by.clone(),
                targets: Vec::new(),
                select: None,
                window: None,
                arguments,
            });
            self.requests.len() - 1
        });
        let targets = &mut self.requests[at].targets;
        if !targets.iter().any(|target| id::same(target, &on)) {
            targets.push(on.clone());
        }
        Some((at, on))
    }
}

/// What a step does, in terms of the table: the operation, what it is done to, and its arguments.
fn of(
    reading: &Reading<'_, '_>,
    resource: &Resource<'_>,
) -> Vec<(&'static str, String, Arguments)> {
    let kind = resource.kind;
    let on = resource.id.as_str().to_owned();
    let vault = resource.id.vault().unwrap_or(&on).to_owned();
    let is_gone = matches!(reading.change.deed, Deed::Destroyed | Deed::Replaced);
    let mut found = Vec::new();
    let mut add = |id: &'static str, on: &str, arguments: Arguments| {
        found.push((id, on.to_owned(), arguments));
    };
    if is_gone {
        match kind {
            kind if kind.is_vault() => add("delete-vault", &on, Arguments::default()),
            kind if kind.is_protection() => add("stop-delete-data", &on, Arguments::default()),
            Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink => {
                add("remove-mua", &vault, Arguments::default());
            }
            _ => {}
        }
        return found;
    }
    let shifts = &reading.comparison.shifts;
    let weaker = |names: &[&str]| {
        let is_weaker = |shift: &&Shift| shift.direction == Direction::Weaker;
        shifts.iter().filter(is_weaker).any(|shift| names.contains(&shift.setting))
    };
    match kind {
        Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy => {
            if weaker(&["retention", "schedule", "instant-restore-days"])
                && let Some(retention) = reading.change.after().and_then(retention)
            {
                let arguments = Arguments { retention: Some(retention), ..Arguments::default() };
                add("modify-policy", &on, arguments);
            }
        }
        kind if kind.is_protection() => {
            let stopped = shifts.iter().find(|shift| {
                shift.setting == "protection" && shift.direction == Direction::Weaker
            });
            match stopped.map(|shift| shift.after.as_str() == Some("SoftDeleted")) {
                Some(true) => add("stop-delete-data", &on, Arguments::default()),
                Some(false) => add("stop-retain-data", &on, Arguments::default()),
                None => {}
            }
        }
        _ => {
            if weaker(&["soft-delete", "soft-delete-retention"]) {
                add("disable-soft-delete", &vault, Arguments::default());
            }
            if weaker(&["immutability"]) {
                add("reduce-immutability", &vault, Arguments::default());
            }
            if weaker(&["multi-user-authorization"]) {
                add("remove-mua", &vault, Arguments::default());
            }
            if kind != Kind::BackupVault
                && let Some(shift) = shifts.iter().find(|shift| shift.setting == "redundancy")
            {
                let redundancy = shift.after.as_str().map(str::to_owned);
                add("change-redundancy", &vault, Arguments { redundancy, ..Arguments::default() });
            }
        }
    }
    found
}

/// What a policy keeps afterwards; none where some of it is unknown.
fn retention(policy: &Resource<'_>) -> Option<Retention> {
    const DAY: i64 = 86_400;
    let policy = BackupPolicy::read(policy.clone()).ok()?;
    let tiers = policy.retention.optional().ok()?.unwrap_or_default();
    let mut days = [None; 4];
    for (days, tier) in days.iter_mut().zip(tiers.all()) {
        let span = tier.optional().ok()?;
        *days = span.and_then(|span| u32::try_from(span.0 / DAY).ok());
    }
    Some(Retention { days })
}
