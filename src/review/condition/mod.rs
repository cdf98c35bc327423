//! The preconditions, each a function from what was read to an answer.

mod copy;
mod enable;
pub(super) mod guard;
mod history;
mod key;
mod machine;
mod point;
mod policy;
pub(super) mod target;
mod vault;

use super::Parameters;
use super::check::{Check, Judged, REQUEST};
use super::point::{Meant, Points};
use super::request::Request;
use super::subject::Subject;
use super::who::Who;
use crate::access::Access;
use crate::access::operation::{PRECONDITIONS, Precondition, precondition};
use crate::inventory::{
    Estate, Fact, Found, Kind, Protection, Reason, Resource, Scalar, Span, Time, Vault,
    VirtualMachine, Workload, id,
};

/// Everything that a precondition is judged by.
#[derive(Clone)]
pub(crate) struct Case<'c, 'e, 'a> {
    pub request: &'c Request,
    pub parameters: &'c Parameters,
    pub estate: &'e Estate<'a>,
    pub access: Access<'e, 'a>,
    /// When the estate was as shown.
    pub now: Time,
    /// When it is to happen.
    pub when: Time,
    pub subject: &'c Subject<'e, 'a>,
    pub points: &'c Points<'e, 'a>,
    /// The point that is meant, where that is known already; else the request says which.
    pub chosen: Option<Meant<'e, 'a>>,
    pub who: &'c Who<'e>,
}

type Condition = fn(&Case<'_, '_, '_>) -> Judged;

/// By number, as in the table of preconditions.
const CONDITIONS: [Condition; 31] = [
    enable::same_place,
    enable::policy_fits,
    enable::not_in_another_vault,
    machine::agent_is_healthy,
    machine::disks_within_limits,
    enable::network_path,
    history::item_is_active,
    history::on_demand_below_limit,
    history::retain_until,
    history::nothing_in_progress,
    point::point_exists,
    target::staging_account,
    target::target_exists,
    target::other_subscription,
    machine::can_be_replaced,
    machine::runs,
    history::restored_in_parallel,
    history::fresh_point,
    point::in_other_region,
    machine::files_can_be_recovered,
    vault::immutability,
    vault::soft_delete,
    guard::guarded,
    vault::locks,
    policy::what_a_policy_change_means,
    copy::other_copies,
    vault::is_empty,
    vault::redundancy_is_open,
    copy::can_be_undeleted,
    guard::caller_holds_all,
    key::can_be_used,
];

/// Judges every precondition of the operation, in the order of the table.
pub(super) fn checks(case: &Case<'_, '_, '_>) -> Vec<Check> {
    let mut wanted: Vec<&'static str> = case.request.operation.preconditions.to_vec();
    // A staging account that somebody names takes part in any restore.
    let arguments = &case.request.arguments;
    let is_staged =
        arguments.staging_account.is_some() || arguments.unbound(&["staging-account"]).is_some();
    if is_staged && !wanted.contains(&"P12") {
        wanted.push("P12");
    }
    let mut found: Vec<&'static Precondition> =
        wanted.into_iter().filter_map(precondition).collect();
    found.sort_by_key(|found| PRECONDITIONS.iter().position(|known| known.id == found.id));
    found.into_iter().filter_map(|found| judge(case, found.id)).collect()
}

/// Judges one precondition.
pub(crate) fn judge(case: &Case<'_, '_, '_>, id: &str) -> Option<Check> {
    let found = PRECONDITIONS.iter().zip(CONDITIONS).find(|(known, _)| known.id == id);
    found.map(|(precondition, judge)| {
        let judged = unbound(case, id).unwrap_or_else(|| judge(case));
        Check { precondition, judged }
    })
}

/// Which preconditions an argument decides.
const DECIDES: [(&str, &[&str]); 8] = [
    ("recovery-point", &["P11", "P15", "P17", "P19"]),
    ("staging-account", &["P12", "P30"]),
    ("target-group", &["P13", "P14", "P30"]),
    ("target-network", &["P13", "P30"]),
    ("target-region", &["P12", "P13"]),
    ("retain-until", &["P9"]),
    ("backup-policy", &["P2", "P25"]),
    ("retention", &["P25"]),
];

/// A precondition is unknown where an argument is given that decides it, and nobody knows its value.
fn unbound(case: &Case<'_, '_, '_>, precondition: &str) -> Option<Judged> {
    let decides = |key: &str| {
        DECIDES.iter().any(|(known, decided)| *known == key && decided.contains(&precondition))
    };
    let found = case.request.arguments.unbound.iter().find(|unbound| decides(unbound.key))?;
    let path = format!("arguments.{}", found.key);
    let judged = Judged::unknown(Reason::UnresolvedExpression, found.says.clone());
    Some(judged.at(REQUEST, path, "not known").fix("write the value in the command"))
}

impl<'e, 'a> Case<'_, 'e, 'a> {
    /// The operation's id.
    fn operation(&self) -> &'static str {
        self.request.operation.id
    }

    /// The recovery point that is meant.
    pub(crate) fn meant(&self, item: &Protection<'_>) -> Meant<'e, 'a> {
        self.chosen
            .clone()
            .unwrap_or_else(|| self.points.meant(item, &self.request.arguments, self.estate))
    }

    /// The vault, or why it was not read.
    fn vault(&self) -> Result<&'e Vault<'a>, Judged> {
        if let Some(vault) = self.subject.vault {
            return Ok(vault);
        }
        let Some(named) = self.subject.vault_id else {
            return Err(Judged::unsaid("vault", "the request does not say which vault"));
        };
        match self.estate.exists(named) {
            Ok(false) => Err(Judged::stops("there is no such vault").at(named, "", "missing")),
            unread => {
                let reason = unread.err().unwrap_or(Reason::NotCollected);
                Err(Judged::unknown(reason, "the vault was not read").at(named, "", "not read"))
            }
        }
    }

    /// The item or instance, or why it was not read.
    fn item(&self) -> Result<&'e Protection<'a>, Judged> {
        self.subject.item.ok_or_else(|| {
            let reason = self.subject.unread.unwrap_or(Reason::NotCollected);
            Judged::unknown(reason, "the item was not read").at(self.subject.on, "", "not read")
        })
    }

    /// The machine that is, or is to be, backed up; `None` where it is known to be something else.
    fn machine(&self) -> Result<Option<&'e VirtualMachine<'a>>, Judged> {
        if let Some(machine) = self.subject.machine {
            return Ok(Some(machine));
        }
        let on = match self.subject.item {
            Some(item) if !item.may_be(Workload::VirtualMachine) => return Ok(None),
            Some(item) => match item.datasource.as_ref().optional() {
                Ok(Some(datasource)) => datasource.as_ref(),
                Ok(None) => return Err(self.machine_unread(Reason::NotCollected)),
                Err(reason) => return Err(self.machine_unread(reason)),
            },
            None if self.subject.kind.is_protection() => {
                return Err(
                    self.machine_unread(self.subject.unread.unwrap_or(Reason::NotCollected))
                );
            }
            None => self.subject.on,
        };
        let kind = id::type_of(on).map_or(Kind::Other, |name| Kind::of_type(&name));
        if kind != Kind::VirtualMachine && id::type_of(on).is_some() {
            return Ok(None);
        }
        match self.estate.exists(on) {
            Ok(false) => Err(Judged::stops("the machine does not exist")
                .at(on, "", "missing")
                .fix("restore to a new machine, or restore its disks")),
            unread => Err(self.machine_unread(unread.err().unwrap_or(Reason::NotCollected))),
        }
    }

    fn machine_unread(&self, reason: Reason) -> Judged {
        Judged::unknown(reason, "the machine was not read").at(self.subject.on, "", "not read")
    }
}

/// A value at a path, as it stands there.
pub(crate) fn read<'a, T: Scalar<'a>>(resource: &Resource<'a>, path: &str) -> Fact<T> {
    match resource.find(path) {
        Found::Value(value) => value.read().unwrap_or(Fact::Unknown(Reason::UnrecognisedValue)),
        Found::Null | Found::Absent => Fact::Absent,
        Found::Unknown(reason) => Fact::Unknown(reason),
    }
}

/// Whole days, as people count them.
fn days(span: Span) -> i64 {
    span.0.div_euclid(24 * 60 * 60)
}

/// `1 item`, `2 items`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
