//! What a review comes to for one target: the verdict, what changes, what is lost, until when it can be
//! undone, and whether there is a better way.

use super::check::{Answer, Check, Weight};
use super::condition::Case;
use super::point::{self, Meant};
use super::request::{Request, TIERS};
use super::who::{Approval, Who};
use crate::access::operation::Reversible;
use crate::inventory::{Fact, Reason, Span, Time, Vault};

/// What a review comes to, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything that must hold does.
    Go,
    /// It would work, and somebody has to agree.
    NeedsApproval,
    /// Something that decides was not read or not said.
    CannotTell,
    /// Something that must hold does not.
    Stop,
}

impl Verdict {
    /// Every verdict, best first.
    pub const ALL: [Self; 4] = [Self::Go, Self::NeedsApproval, Self::CannotTell, Self::Stop];

    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::NeedsApproval => "needs-approval",
            Self::CannotTell => "cannot-tell",
            Self::Stop => "stop",
        }
    }

    /// The same for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Go => "GO",
            Self::NeedsApproval => "NEEDS APPROVAL",
            Self::CannotTell => "CANNOT TELL",
            Self::Stop => "STOP",
        }
    }

    /// What preconditions come to: what is unknown never counts as held.
    pub(super) fn of(checks: &[Check], who: &Who<'_>) -> Self {
        let any =
            |wanted: fn(&Answer) -> bool| checks.iter().any(|check| wanted(&check.judged.answer));
        if any(|answer| *answer == Answer::Fail(Weight::Stops)) {
            return Self::Stop;
        }
        if any(|answer| matches!(answer, Answer::Unknown(_))) {
            return Self::CannotTell;
        }
        let asks =
            any(|answer| *answer == Answer::Fail(Weight::Decides)) || who.held().next().is_some();
        if asks { Self::agreed(&who.approval) } else { Self::Go }
    }

    /// What one answer comes to by itself.
    pub(super) const fn of_answer(answer: Answer) -> Self {
        match answer {
            Answer::Pass | Answer::NotApplicable | Answer::Fail(Weight::Informs) => Self::Go,
            Answer::Fail(Weight::Stops) => Self::Stop,
            Answer::Fail(Weight::Decides) => Self::NeedsApproval,
            Answer::Unknown(_) => Self::CannotTell,
        }
    }

    /// What a change comes to that somebody else has to accept.
    pub(super) const fn agreed(approval: &Approval) -> Self {
        match approval {
            Approval::Given(_) => Self::Go,
            Approval::NotSaid | Approval::Refused(_) => Self::NeedsApproval,
            Approval::Unknown(_) => Self::CannotTell,
        }
    }
}

/// What something is before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub what: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// Whether it can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The short answer.
    pub verdict: Reversible,
    /// How.
    pub how: String,
    /// The last time at which it can, where it runs out.
    pub until: Option<Time>,
}

/// What else would do, or would do better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The operation.
    pub operation: &'static str,
    /// Why.
    pub because: String,
}

/// The days for which a vault keeps what is deleted; Azure's own where nothing is set.
pub(super) fn soft_delete_days(vault: &Vault<'_>) -> Result<u32, Reason> {
    const DEFAULT_DAYS: u32 = 14;
    vault.soft_delete_days().or_default(DEFAULT_DAYS)
}

/// Whether soft delete is known to be on.
fn keeps_deleted(vault: &Vault<'_>) -> Option<bool> {
    let settings = vault.soft_delete();
    if settings.off().is_some() {
        return Some(false);
    }
    (settings.unknown.is_none() && !settings.known.is_empty()).then_some(true)
}

pub(super) fn undo(case: &Case<'_, '_, '_>) -> Undo {
    let reversal = case.request.operation.reversal;
    let mut undo = Undo { verdict: reversal.verdict, how: reversal.how.to_owned(), until: None };
    let Some(vault) = case.subject.vault else { return undo };
    match case.request.operation.id {
        "stop-delete-data" => match keeps_deleted(vault) {
            Some(true) => match soft_delete_days(vault) {
                Ok(0) => {
                    undo.verdict = Reversible::No;
                    "soft delete keeps nothing: the points are gone at once"
                        .clone_into(&mut undo.how);
                }
                Ok(days) => {
                    undo.until = Some(case.when.plus(Span::days(i64::from(days))));
                    undo.how = format!("undelete it within {days} days; the guide says 14");
                }
                Err(_) => {
                    "undelete it while soft delete keeps it; for how many days was not read"
                        .clone_into(&mut undo.how);
                }
            },
            Some(false) => {
                undo.verdict = Reversible::No;
                "soft delete is off: the points are gone at once".clone_into(&mut undo.how);
            }
            None => "only while soft delete keeps the points, and whether it does was not read"
                .clone_into(&mut undo.how),
        },
        "change-redundancy" if case.estate.held_by(vault.resource.id.as_str()).total > 0 => {
            undo.verdict = Reversible::No;
        }
        _ => {}
    }
    undo
}

/// What will be lost, in sentences without a full stop.
pub(super) fn lost(case: &Case<'_, '_, '_>) -> Vec<String> {
    let mut lost = Vec::new();
    let item = case.subject.item;
    match case.request.operation.id {
        "replace-existing" => {
            let what = match item.map(|item| case.meant(item)) {
                Some(Meant::Point(found)) => match point::time_of(found) {
                    Some(time) => format!(
                        "everything written to the disks since {time} ({} before the change)",
                        case.when.since(time)
                    ),
                    None => {
                        "everything written to the disks since the point, whose time was not read"
                            .to_owned()
                    }
                },
                Some(Meant::Told(time)) => format!("everything written to the disks since {time}"),
                _ => "everything written to the disks since the point".to_owned(),
            };
            lost.push(what);
        }
        "stop-delete-data" => {
            if let Some(item) = item {
                let points = case.points.of_item(item);
                let number = usize::try_from(item.recovery_points.known().unwrap_or(0))
                    .unwrap_or(0)
                    .max(points.len());
                let times: Vec<Time> =
                    points.iter().filter_map(|point| point::time_of(point)).collect();
                let range = match (times.last(), times.first()) {
                    (Some(oldest), Some(newest)) => {
                        format!(", from {} to {}", oldest.date(), newest.date())
                    }
                    _ => String::new(),
                };
                lost.push(if number == 0 {
                    "every recovery point of the item; how many there are was not read".to_owned()
                } else {
                    format!("every recovery point of the item: at least {number}{range}")
                });
            } else {
                lost.push("every recovery point of the item".to_owned());
            }
        }
        "stop-retain-data" => lost.push(
            "from then on nothing new is backed up; points expire by the backup policy, or never"
                .to_owned(),
        ),
        "disable-soft-delete" => lost.push("the time in which a deletion can be undone".to_owned()),
        "reduce-immutability" => {
            lost.push("the promise that no point is deleted before it expires".to_owned());
        }
        "delete-vault" => {
            lost.push("the vault with its settings, its backup policies and its roles".to_owned());
        }
        "remove-mua" => {
            lost.push("the second person for everything that the guard holds".to_owned());
        }
        "unregister-container" => {
            lost.push("the tie between the server and the vault; its points stay".to_owned());
        }
        _ => {}
    }
    lost
}

/// What is before and after.
pub(super) fn changes(case: &Case<'_, '_, '_>) -> Vec<Change> {
    let change = |what: &str, before: String, after: &str| Change {
        what: what.to_owned(),
        before,
        after: after.to_owned(),
    };
    let state = || {
        case.subject.item.map_or_else(
            || "not read".to_owned(),
            |item| match item.state {
                Fact::Known(state) => state.name().to_owned(),
                Fact::Absent | Fact::Unknown(_) => "not read".to_owned(),
            },
        )
    };
    let setting = |settings: crate::inventory::Settings| {
        settings
            .known
            .first()
            .map_or_else(|| "not read".to_owned(), |setting| settings.describe(setting))
    };
    let vault = case.subject.vault;
    let arguments = &case.request.arguments;
    match case.request.operation.id {
        "enable-protection" => {
            vec![change("protection", "none".to_owned(), "the first backup is a full one")]
        }
        "stop-retain-data" => vec![change("protection", state(), "ProtectionStopped, points kept")],
        "stop-delete-data" => vec![change("protection", state(), "stopped, points deleted")],
        "undelete" => vec![change(
            "protection",
            "soft-deleted".to_owned(),
            "ProtectionStopped until it is resumed",
        )],
        "disable-soft-delete" => vault.map_or_else(Vec::new, |vault| {
            vec![change("soft delete", setting(vault.soft_delete()), "off")]
        }),
        "reduce-immutability" => vault.map_or_else(Vec::new, |vault| {
            vec![change("immutability", setting(vault.immutability()), "Disabled")]
        }),
        "change-redundancy" => vault.map_or_else(Vec::new, |vault| {
            vec![change(
                "redundancy",
                setting(vault.redundancies()),
                arguments.redundancy.as_deref().unwrap_or("not said"),
            )]
        }),
        "remove-mua" => vec![change("multi-user authorization", "on".to_owned(), "off")],
        "modify-policy" => tiers(case),
        "replace-existing" => vec![change(
            "the machine's disks",
            "as they are".to_owned(),
            "as they were at the point",
        )],
        _ => Vec::new(),
    }
}

fn tiers(case: &Case<'_, '_, '_>) -> Vec<Change> {
    let (Some(policy), Some(after)) = (case.subject.policy, case.request.arguments.retention)
    else {
        return Vec::new();
    };
    let before = policy.retention.known().unwrap_or_default().all();
    let rows = TIERS.into_iter().zip(before).zip(after.days);
    rows.filter_map(|((name, before), after)| {
        let before = match before {
            Fact::Known(span) => Some(format!("{} days", span.0 / 86_400)),
            Fact::Absent => None,
            Fact::Unknown(_) => Some("not read".to_owned()),
        };
        let after = after.map(|days| format!("{days} days"));
        (before.is_some() || after.is_some()).then(|| Change {
            what: format!("{name} retention"),
            before: before.unwrap_or_else(|| "none".to_owned()),
            after: after.unwrap_or_else(|| "none".to_owned()),
        })
    })
    .collect()
}

/// Whether there is a better way: what the guide's tables say of the purpose, and what the request shows.
pub(super) fn advice(request: &Request, large_gb: f64, is_replaced_untested: bool) -> Vec<Advice> {
    let own = request.operation.id;
    let mut advice: Vec<Advice> = Vec::new();
    let mut better = |operation: &'static str, because: &str| {
        if operation != own && !advice.iter().any(|known| known.operation == operation) {
            advice.push(Advice { operation, because: because.to_owned() });
        }
    };
    match request.arguments.purpose.as_deref() {
        Some("keep-original") => {
            better("restore-create-new", "the original stays as it is, to be compared with");
        }
        Some("test") => better(
            "restore-create-new",
            "a test restores into an isolated place, beside production",
        ),
        Some("single-file") => {
            better("file-recovery", "a single file is there much faster than a machine");
        }
        Some("will-not-boot") => {
            better(
                "replace-existing",
                "the disk of the machine itself is replaced, after the point was tested beside it",
            );
        }
        Some("reconfigure-or-migrate") => {
            better("restore-disks", "a machine of another shape can be made of the disks");
        }
        Some("region-lost") => {
            better("cross-region-restore", "nothing else restores in the other region");
        }
        Some("maintenance-or-deployment") => {
            better(
                "on-demand-backup",
                "a point of the moment before the change, beside the schedule",
            );
        }
        Some("audit-date") => {
            better("on-demand-backup", "a point of that date, with a retention of its own");
        }
        Some("outside-schedule") => {
            better("on-demand-backup", "it completes the schedule, which still runs");
        }
        Some("continuous-protection") => {
            better("enable-protection", "the schedule protects it without anybody's doing");
        }
        _ => {}
    }
    if own == "replace-existing" && is_replaced_untested {
        better(
            "restore-create-new",
            "test the point beside production before anything is overwritten",
        );
    }
    if own == "file-recovery" && request.arguments.size_gb.is_some_and(|size| size > large_gb) {
        better(
            "restore-disks",
            "copying that much over the network may take longer than restoring the disks",
        );
    }
    advice
}
