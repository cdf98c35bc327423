//! What moves between the two sides of a resource, and which way.

use std::borrow::Cow;

use serde_json::Value;

use super::identity::{self, Standing};
use super::setting::{SETTINGS, Scale, Setting, Strength};
use super::{Changes, Deed, ResourceChange, Sides, guard, item, policy, setting};
use crate::inventory::{Estate, Fact, Found, Kind, Reason, Resource, id};

/// Which way a setting moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Backups are less protected than before.
    Weaker,
    /// Backups are better protected than before.
    Stronger,
    /// Backups are protected as before.
    Neither,
}

/// What was seen that makes a move weaken something: a property, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The id of its resource.
    pub on: String,
    /// The property.
    pub path: &'static str,
    /// What stands there.
    pub observed: String,
}

/// One setting that moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// What configuration calls it.
    pub setting: &'static str,
    /// What a sentence calls it.
    pub title: Cow<'static, str>,
    /// Where it stands in the resource.
    pub path: Cow<'static, str>,
    /// What was in force.
    pub before: Value,
    /// What will be in force.
    pub after: Value,
    /// Which way it moves.
    pub direction: Direction,
    /// Whether there is no way back.
    pub is_final: bool,
    /// What makes it weaken something, where the setting does not tell by itself.
    pub causes: Vec<Cause>,
}

/// One setting of which nobody can tell whether it moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// What configuration calls it.
    pub setting: &'static str,
    /// Where it stands in the resource.
    pub path: Cow<'static, str>,
    /// Why.
    pub reason: Reason,
    /// Whether it may be a step of no return.
    pub may_be_final: bool,
}

/// Everything that moves in a resource, or may.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// What moves.
    pub shifts: Vec<Shift>,
    /// What may move.
    pub doubts: Vec<Doubt>,
}

impl Doubt {
    /// The doubt as a clause: `whether soft-delete gets weaker is unknown`.
    pub fn described(&self) -> String {
        if self.setting == identity::SETTING {
            return "whether the vault loses a managed identity that it needs is unknown"
                .to_owned();
        }
        format!("whether {} gets weaker is unknown", self.setting)
    }
}

impl Shift {
    /// The move as a clause: `soft delete goes from On to Off`.
    pub fn described(&self) -> String {
        format!("{} goes from {} to {}", self.title, shown(&self.before), shown(&self.after))
    }
}

/// A value as a sentence names it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Compares the two sides of a resource. One that is made is compared with Azure's defaults; of one that goes there is
/// nothing to compare.
pub fn compare<'a>(change: &ResourceChange<'a>, changes: &Changes<'_, 'a>) -> Comparison {
    let before = change.before().map(|before| before.id.as_str());
    compare_in(change, changes, changes.before, before)
}

/// The same where the vault stands in an estate, by its id there.
pub fn compare_in<'a>(
    change: &ResourceChange<'a>,
    changes: &Changes<'_, 'a>,
    estate: &Estate<'a>,
    on: Option<&str>,
) -> Comparison {
    let mut comparison = Comparison::default();
    match &change.sides {
        Sides::Both(before, after) => {
            comparison.settings(Some(before), after);
            comparison.stores(before, after);
            policy::compare(before, after, &mut comparison);
            item::compare(before, after, changes, &mut comparison);
            guard::compare(before, after, &mut comparison);
            let standing = Standing { vault: on.and_then(|on| estate.vault(on)), estate };
            identity::compare(before, after, changes, standing, &mut comparison);
            comparison.hand_over(change, changes);
        }
        Sides::After(after) => comparison.settings(None, after),
        Sides::Before(_) => {}
    }
    comparison
}

impl Comparison {
    /// Notes a move; what is the same on both sides is none.
    pub(super) fn add(
        &mut self,
        setting: (&'static str, impl Into<Cow<'static, str>>),
        path: impl Into<Cow<'static, str>>,
        before: Value,
        after: Value,
        direction: Direction,
    ) {
        let (setting, title) = (setting.0, setting.1.into());
        let path = path.into();
        self.shifts.push(Shift {
            setting,
            title,
            path,
            before,
            after,
            direction,
            is_final: false,
            causes: Vec::new(),
        });
    }

    pub(super) fn doubt(
        &mut self,
        setting: &'static str,
        path: impl Into<Cow<'static, str>>,
        reason: Reason,
    ) {
        let path = path.into();
        self.doubts.push(Doubt { setting, path, reason, may_be_final: false });
    }

    fn settings(&mut self, before: Option<&Resource<'_>>, after: &Resource<'_>) {
        for setting in SETTINGS {
            let Some(path) = setting.path(after.kind) else { continue };
            let now = setting.read(after, path);
            let was = match before {
                Some(before) if is_same(before, after, path) => continue,
                Some(before) => setting.read(before, path),
                None => unset(setting),
            };
            self.setting(setting, path, was, now);
        }
        let is_off = |shift: &Shift| {
            let off = ["disabled", "off"];
            shift.setting == "soft-delete"
                && off.contains(&shown(&shift.after).to_lowercase().as_str())
        };
        // How long deleted data would be kept counts no more.
        if self.shifts.iter().any(is_off) {
            self.shifts.retain(|shift| shift.setting != "soft-delete-retention");
        }
    }

    fn setting(
        &mut self,
        setting: &Setting,
        path: &'static str,
        was: Fact<Strength>,
        now: Fact<Strength>,
    ) {
        let (was, now) = match (was, now) {
            (Fact::Known(was), Fact::Known(now)) => (was, now),
            // What this source cannot say, it does not change.
            (Fact::Absent, Fact::Absent) | (_, Fact::Unknown(Reason::SourceCannotSay)) => return,
            (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => {
                return self.may_move(setting, path, reason);
            }
            (Fact::Absent, Fact::Known(_)) | (Fact::Known(_), Fact::Absent) => {
                return self.may_move(setting, path, Reason::SourceCannotSay);
            }
        };
        if was.rank == now.rank {
            return;
        }
        let direction = if now.rank < was.rank { Direction::Weaker } else { Direction::Stronger };
        let is_final = setting.is_final && now.rank == setting.scale.strongest();
        self.shifts.push(Shift {
            setting: setting.name,
            title: setting.title.into(),
            path: path.into(),
            before: was.shown,
            after: now.shown,
            direction,
            is_final,
            causes: Vec::new(),
        });
    }

    fn may_move(&mut self, setting: &Setting, path: &'static str, reason: Reason) {
        let may_be_final = setting.is_final;
        self.doubts.push(Doubt { setting: setting.name, path: path.into(), reason, may_be_final });
    }

    /// The redundancy of each store of a Backup vault; snapshots in an operational store lie beside the datasource.
    fn stores(&mut self, before: &Resource<'_>, after: &Resource<'_>) {
        const STORES: &str = "properties.storageSettings";
        if after.kind != Kind::BackupVault || is_same(before, after, STORES) {
            return;
        }
        let stores = |resource: &Resource<'_>| match resource.fact(STORES) {
            Fact::Known(stores) => Ok(stores.to_json()),
            Fact::Absent => Ok(Value::Null),
            Fact::Unknown(reason) => Err(reason),
        };
        let (was, now) = match (stores(before), stores(after)) {
            (Ok(was), Ok(now)) => (was, now),
            (Err(reason), _) | (_, Err(reason)) => return self.doubt("redundancy", STORES, reason),
        };
        for store in was.as_array().into_iter().flatten() {
            let name = store["datastoreType"].as_str().unwrap_or_default();
            let found = now.as_array().into_iter().flatten().enumerate().find(|(_, other)| {
                other["datastoreType"]
                    .as_str()
                    .is_some_and(|other| other.eq_ignore_ascii_case(name))
            });
            let Some((at, other)) =
                found.filter(|_| !name.eq_ignore_ascii_case("OperationalStore"))
            else {
                continue;
            };
            let path = format!("{STORES}[{at}].type");
            let scale = Scale::Words(setting::REDUNDANCY, None);
            let (was, now) = (scale.rank(store["type"].clone()), scale.rank(other["type"].clone()));
            let (Fact::Known(was), Fact::Known(now)) = (was, now) else {
                self.doubt("redundancy", path, Reason::UnresolvedExpression);
                continue;
            };
            let direction = match now.rank.cmp(&was.rank) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Less => Direction::Weaker,
                std::cmp::Ordering::Greater => Direction::Stronger,
            };
            let title = format!("the redundancy of {name}");
            self.add(("redundancy", title), path, was.shown, now.shown, direction);
        }
    }

    /// A vault loses multi-user authorization with its link, of which the change speaks by itself.
    fn hand_over<'a>(&mut self, change: &ResourceChange<'a>, changes: &Changes<'_, 'a>) {
        if !self.shifts.iter().any(|shift| shift.setting == "multi-user-authorization") {
            return;
        }
        let vault = change.resource().id.as_str();
        let loses_link = changes.resources.iter().any(|other| {
            let kind = other.resource().kind;
            matches!(kind, Kind::RecoveryServicesGuardLink | Kind::BackupVaultGuardLink)
                && matches!(other.deed, Deed::Destroyed | Deed::Replaced)
                && other.resource().id.vault().is_some_and(|of| id::same(of, vault))
        });
        if loses_link {
            self.shifts.retain(|shift| shift.setting != "multi-user-authorization");
        }
    }
}

/// Azure makes a resource with its defaults, and without what has none.
fn unset(setting: &Setting) -> Fact<Strength> {
    match setting.scale {
        Scale::Words(_, None) => Fact::Known(Strength { rank: 0, shown: Value::Null }),
        _ => setting.scale.by_default(),
    }
}

/// Whether the same stands at a path on both sides, and all of it is known.
fn is_same(before: &Resource<'_>, after: &Resource<'_>, path: &str) -> bool {
    match (before.find(path), after.find(path)) {
        (Found::Value(before), Found::Value(after)) => {
            !before.holds_unknown() && !after.holds_unknown() && before.to_json() == after.to_json()
        }
        _ => false,
    }
}
