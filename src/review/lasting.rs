//! Whether a recovery point that is listed can still be restored from, and where its copies are.

use std::borrow::Cow;

use super::condition::read;
use super::point::Speed;
use crate::inventory::{Fact, Kind, Moment, Reason, RecoveryPoint, Resource, Span, Time};

/// The copies of a point.
pub(crate) struct Copies {
    /// Where they are, fastest first; empty if the point says nothing of it.
    pub kept: Vec<Speed>,
    /// One that is no more: where that stands, and what.
    pub gone: Option<(String, String)>,
    /// One of which nobody can tell what it is, or whether it is still there: where that stands, and why.
    pub doubt: Option<(String, Reason)>,
}

/// States of a copy that can be restored from, of both kinds of vaults
/// (<https://learn.microsoft.com/rest/api/backup/recovery-points/get#recoverypointtierstatus>; that of a data store
/// is free text, of which examples show one).
const USABLE: [&str; 3] = ["Valid", "Rehydrated", "COMMITTED"];
/// States of a copy that is no more.
const GONE: [&str; 4] = ["Deleted", "Disabled", "Invalid", "Expired"];

impl Copies {
    /// Reads what a point says.
    pub fn of(point: &Resource<'_>) -> Self {
        let (list, state) = if point.kind == Kind::BackupVaultPoint {
            ("properties.recoveryPointDataStoresDetails[]", "state")
        } else {
            ("properties.recoveryPointTierDetails[]", "status")
        };
        let mut copies = Self { kept: Vec::new(), gone: None, doubt: None };
        for path in point.paths(&format!("{list}.type")) {
            let entry = path.strip_suffix("type").unwrap_or(&path);
            copies.add(point, &path, format!("{entry}{state}"));
        }
        copies.kept.sort_unstable();
        copies.kept.dedup();
        copies
    }

    fn add(&mut self, point: &Resource<'_>, path: &str, state: String) {
        let is_any = |value: &str, known: &[&str]| {
            known.iter().any(|known| known.eq_ignore_ascii_case(value))
        };
        match read::<Cow<'_, str>>(point, &state) {
            Fact::Known(value) if is_any(&value, &GONE) => {
                self.gone.get_or_insert((state, value.into_owned()));
                return;
            }
            Fact::Known(value) if !is_any(&value, &USABLE) => {
                self.doubt.get_or_insert((state, Reason::UnrecognisedValue));
                return;
            }
            Fact::Unknown(reason) => {
                self.doubt.get_or_insert((state, reason));
                return;
            }
            Fact::Known(_) | Fact::Absent => {}
        }
        let reason = match point.text(path) {
            Fact::Known(name) => match name.to_ascii_lowercase().as_str() {
                "instantrp" | "operationalstore" => return self.kept.push(Speed::Snapshot),
                "hardenedrp" | "vaultstore" => return self.kept.push(Speed::Vault),
                "archivedrp" | "archivestore" => return self.kept.push(Speed::Archive),
                _ => Reason::UnrecognisedValue,
            },
            Fact::Absent => return,
            Fact::Unknown(reason) => reason,
        };
        self.doubt.get_or_insert((path.to_owned(), reason));
    }

    /// Where all of them are.
    ///
    /// # Errors
    /// Why that cannot be told of one.
    pub fn all(self) -> Result<Vec<Speed>, Reason> {
        self.doubt.map_or(Ok(self.kept), |(_, reason)| Err(reason))
    }
}

/// What stands against a point that is listed.
pub(super) enum Against {
    /// It cannot be restored: what it is, where that stands, and what stands there.
    Stops { says: &'static str, path: String, observed: String },
    /// Nobody can tell.
    Unknown { reason: Reason, says: String, path: String },
    /// A part of the data is not in it.
    Partial { path: &'static str },
}

/// How long reading an estate may take: the clock is when it began.
const READING: Span = Span::days(1);

/// Whether a time is yet to come; what was taken while the estate was read is not.
pub(super) fn is_to_come(time: Time, now: Time) -> bool {
    time.since(now) > READING
}

/// What stands against a point, as it was at a time: the worst first.
pub(super) fn against(point: &RecoveryPoint<'_>, when: Time) -> Option<Against> {
    let point = &point.resource;
    softly_deleted(point)
        .or_else(|| without_copies(point))
        .or_else(|| expired(point, when))
        .or_else(|| incomplete(point))
}

/// Soft delete keeps points that were deleted, or that a policy let expire
/// (<https://learn.microsoft.com/azure/backup/backup-azure-enhanced-soft-delete-about>).
fn softly_deleted(point: &Resource<'_>) -> Option<Against> {
    const PATH: &str = "properties.recoveryPointProperties.isSoftDeleted";
    match read::<bool>(point, PATH) {
        Fact::Known(true) => Some(Against::Stops {
            says: "the point is soft-deleted: it can be restored only when it was undeleted",
            path: PATH.to_owned(),
            observed: "true".to_owned(),
        }),
        Fact::Unknown(reason) => Some(Against::Unknown {
            reason,
            says: "whether the point is soft-deleted cannot be told".to_owned(),
            path: PATH.to_owned(),
        }),
        Fact::Known(false) | Fact::Absent => None,
    }
}

fn without_copies(point: &Resource<'_>) -> Option<Against> {
    let copies = Copies::of(point);
    if !copies.kept.is_empty() {
        return None;
    }
    if let Some((path, reason)) = copies.doubt {
        let says = "whether a copy of the point is still there cannot be told".to_owned();
        return Some(Against::Unknown { reason, says, path });
    }
    let says = "no copy of the point is left";
    copies.gone.map(|(path, observed)| Against::Stops { says, path, observed })
}

fn expired(point: &Resource<'_>, when: Time) -> Option<Against> {
    let path = if point.kind == Kind::BackupVaultPoint {
        "properties.expiryTime"
    } else {
        "properties.recoveryPointProperties.expiryTime"
    };
    let (reason, says) = match read::<Moment>(point, path) {
        Fact::Known(Moment::At(expiry)) if expiry <= when => {
            let says = format!("the point expired on {expiry}: from then on it may be gone");
            (Reason::SourceCannotSay, says)
        }
        Fact::Unknown(reason) => (reason, "when the point expires cannot be told".to_owned()),
        Fact::Known(_) | Fact::Absent => return None,
    };
    Some(Against::Unknown { reason, says, path: path.to_owned() })
}

/// <https://learn.microsoft.com/rest/api/dataprotection/recovery-points/get#recoverypointcompletionstate>
fn incomplete(point: &Resource<'_>) -> Option<Against> {
    const PATH: &str = "properties.recoveryPointState";
    let reason = match read::<Cow<'_, str>>(point, PATH) {
        Fact::Known(state) if state.eq_ignore_ascii_case("Partial") => {
            return Some(Against::Partial { path: PATH });
        }
        Fact::Known(state) if !state.eq_ignore_ascii_case("Completed") => Reason::UnrecognisedValue,
        Fact::Unknown(reason) => reason,
        Fact::Known(_) | Fact::Absent => return None,
    };
    let says = "whether the point is complete cannot be told".to_owned();
    Some(Against::Unknown { reason, says, path: PATH.to_owned() })
}
