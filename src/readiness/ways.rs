//! Every way to restore an item, judged by the preconditions of a request that nobody makes yet: what only whoever
//! restores can say is left open.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Basis;
use super::choice::{OF_POINT, choose};
use super::ground::Ground;
use super::offer::{WAYS, offered};
use super::speed;
use super::standing::{OF_VAULT, Standing, standings, vault_ids};
use super::verdict::{Readiness, is_open};
use super::way::Way;
use crate::access::operation::{self, Operation};
use crate::inventory::{IdKey, Protection, Reason};
use crate::review::unasked::{
    Case, Meant, Points, Subject, judge, missing_of, somebody_holds_all, time_of,
};
use crate::review::{Answer, Arguments, Check, MissingFact};

/// What whoever restores chooses then, and a review judges: the target, and another subscription.
const OPEN: [&str; 2] = ["P13", "P14"];

/// The ways to restore the items of an estate.
pub struct Ways<'w, 'e, 'a> {
    basis: Basis<'w, 'e, 'a>,
    operations: Vec<&'static Operation>,
    points: Points<'e, 'a>,
    vaults: HashMap<IdKey, Vec<Standing<'e>>>,
}

impl<'w, 'e, 'a> Ways<'w, 'e, 'a> {
    /// Makes ready to judge these operations of [`WAYS`].
    pub fn new(basis: Basis<'w, 'e, 'a>, ways: &[&str]) -> Self {
        let wanted = WAYS.iter().filter(|way| ways.contains(way));
        let operations: Vec<&Operation> = wanted.filter_map(|way| operation::find(way)).collect();
        let points = Points::of_all(basis.estate);
        let ground = Ground { basis, points: &points };
        let vaults: Vec<(IdKey, Vec<Standing<'e>>)> = vault_ids(basis.estate)
            .into_par_iter()
            .map(|vault| (IdKey::of(vault), standings(ground, &operations, vault)))
            .collect();
        Self { basis, operations, vaults: vaults.into_iter().collect(), points }
    }

    /// The operations, in their order.
    pub fn operations(&self) -> &[&'static Operation] {
        &self.operations
    }

    fn ground(&self) -> Ground<'_, 'w, 'e, 'a> {
        Ground { basis: self.basis, points: &self.points }
    }

    /// Judges every way to restore an item, in the order of [`Self::operations`].
    pub fn of(&self, item: &'e Protection<'a>) -> Vec<Way<'e, 'a>> {
        let vault_id = item.vault_id();
        let standings = vault_id.and_then(|vault| self.vaults.get(&IdKey::of(vault)));
        let subject = Subject {
            on: item.resource.id.as_str(),
            kind: item.resource.kind,
            vault: self.basis.estate.vault_holding(item),
            vault_id,
            item: Some(item),
            deleted: None,
            policy: self.basis.estate.policy_of(item),
            machine: self.basis.estate.machine_of(item),
            unread: None,
        };
        let newest = self.points.meant(item, &Arguments::default(), self.basis.estate);
        let ways = self.operations.iter().enumerate();
        let judged = ways.map(|(at, operation)| {
            let standing = standings.and_then(|standings| standings.get(at));
            match (offered(operation, item), standing) {
                (Ok(true), Some(standing)) => {
                    self.way(item, &subject, newest.clone(), operation, standing)
                }
                (Ok(false), _) => Way::not_judged(operation, Readiness::NotOffered, Vec::new()),
                (Ok(true), None) => {
                    let says = "which vault it lies in is not known";
                    Way::unknown(operation, item, Reason::UnrecognisedValue, "", says)
                }
                (Err((reason, path, says)), _) => Way::unknown(operation, item, reason, path, says),
            }
        });
        judged.collect()
    }

    fn way(
        &self,
        item: &'e Protection<'a>,
        subject: &Subject<'e, 'a>,
        newest: Meant<'e, 'a>,
        operation: &'static Operation,
        standing: &Standing<'e>,
    ) -> Way<'e, 'a> {
        let ground = self.ground();
        let mut case = ground.case(&standing.request, &standing.who, subject);
        let mut checks = choose(&mut case, item, newest, &self.points);
        let is_own =
            |id: &&&str| !OPEN.contains(id) && !OF_VAULT.contains(id) && !OF_POINT.contains(id);
        let own = operation.preconditions.iter().filter(is_own);
        checks.extend(own.filter_map(|id| judge(&case, id)));
        for check in &standing.checks {
            let of_items = standing.who.targeted.as_ref().is_some_and(|all| !all.only.is_empty());
            // Somebody may have a role on the item alone.
            if check.precondition.id == "P30" && of_items && check.judged.answer != Answer::Pass {
                let who = ground.ask(&standing.request, subject);
                let judged = somebody_holds_all(&Case { who: &who, ..case.clone() });
                checks.push(Check { precondition: check.precondition, judged });
            } else {
                checks.push(check.clone());
            }
        }
        let (point, taken) = match case.meant(item) {
            Meant::Point(found) => (Some(found), time_of(found)),
            Meant::Told(time) => (None, Some(time)),
            Meant::None | Meant::Unknown(..) => (None, None),
        };
        let Basis { estate, parameters, now, .. } = self.basis;
        let readiness = Readiness::of(&checks, parameters);
        let speed = speed::of(operation, (estate, now), item, point, taken);
        let is_guarded = standing.who.held().next().is_some();
        Way { operation, readiness, checks, point, taken, speed, is_guarded }
    }

    /// What decides a way that is not ready, and comes first.
    pub fn decisive<'v>(&self, way: &'v Way<'_, '_>) -> Option<&'v Check> {
        way.readiness.decisive(&way.checks, self.basis.parameters)
    }

    /// What is missing of a way that is unknown, and who could grant it.
    pub fn missing(&self, item: &Protection<'_>, way: &Way<'_, '_>) -> Vec<MissingFact> {
        let Basis { estate, access, parameters, .. } = self.basis;
        let on = item.resource.id.as_str();
        let open = way.checks.iter().filter(|check| is_open(check, parameters));
        open.filter_map(|check| missing_of(estate, access, on, check)).collect()
    }
}
