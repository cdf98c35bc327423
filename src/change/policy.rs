//! What a backup policy promises: how often it runs, and how long it keeps what it makes.

use serde_json::Value;

use super::compare::{Comparison, Direction};
use crate::inventory::{BackupPolicy, Fact, Kind, Reason, Resource, Span, Tiers, View as _};

/// The tiers of retention, most frequent first.
const TIERS: [&str; 4] =
    ["daily retention", "weekly retention", "monthly retention", "yearly retention"];

const DAY: i64 = Span::days(1).0;
const HOUR: i64 = Span::hours(1).0;

/// One promise that moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// `retention` or `schedule`.
    pub setting: &'static str,
    /// What a sentence calls it.
    pub title: &'static str,
    /// What was promised: days of retention, hours between two backups.
    pub before: Value,
    /// What will be.
    pub after: Value,
    /// Which way.
    pub direction: Direction,
}

/// Everything that moves between two policies, or why some of it cannot be told.
pub fn moves(before: &BackupPolicy<'_>, after: &BackupPolicy<'_>) -> (Vec<Move>, Option<Reason>) {
    let (mut moves, mut doubt) = (Vec::new(), None);
    match (before.retention, after.retention) {
        (Fact::Known(was), Fact::Known(now)) => tiers(&was, &now, &mut moves, &mut doubt),
        (Fact::Absent, Fact::Absent) => {}
        (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => doubt = Some(reason),
        (Fact::Known(was), Fact::Absent) => {
            tiers(&was, &Tiers::default(), &mut moves, &mut doubt);
        }
        (Fact::Absent, Fact::Known(now)) => {
            tiers(&Tiers::default(), &now, &mut moves, &mut doubt);
        }
    }
    match (before.gap, after.gap) {
        (Fact::Known(was), Fact::Known(now)) if was != now => {
            moves.push(schedule(Some(was), Some(now)));
        }
        (Fact::Known(was), Fact::Absent) => moves.push(schedule(Some(was), None)),
        (Fact::Absent, Fact::Known(now)) => moves.push(schedule(None, Some(now))),
        (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => doubt = doubt.or(Some(reason)),
        _ => {}
    }
    (moves, doubt)
}

fn schedule(was: Option<Span>, now: Option<Span>) -> Move {
    let hours = |span: Option<Span>| span.map_or(Value::Null, |span| (span.0 / HOUR).into());
    let is_slower = match (was, now) {
        (Some(was), Some(now)) => now > was,
        (was, _) => was.is_some(),
    };
    Move {
        setting: "schedule",
        title: "the number of hours between two backups",
        before: hours(was),
        after: hours(now),
        direction: if is_slower { Direction::Weaker } else { Direction::Stronger },
    }
}

/// A tier is not weaker as long as points that are more frequent are kept for as long.
fn tiers(was: &Tiers, now: &Tiers, moves: &mut Vec<Move>, doubt: &mut Option<Reason>) {
    let (was, now) = (was.all(), now.all());
    for (at, title) in TIERS.into_iter().enumerate() {
        let (Ok(before), Ok(after)) = (was[at].optional(), now[at].optional()) else {
            let unknown = |fact: Fact<Span>| fact.optional().err();
            *doubt = doubt.or(unknown(was[at])).or(unknown(now[at]));
            continue;
        };
        if before == after {
            continue;
        }
        let reach = |tiers: &[Fact<Span>], span: Span| {
            tiers[..=at].iter().any(|tier| matches!(tier, Fact::Known(kept) if *kept >= span))
        };
        let direction = match (before, after) {
            (Some(before), _) if !reach(&now, before) => Direction::Weaker,
            (_, Some(after)) if !reach(&was, after) => Direction::Stronger,
            _ => continue,
        };
        let days = |span: Option<Span>| span.map_or(Value::Null, |span| (span.0 / DAY).into());
        moves.push(Move {
            setting: "retention",
            title,
            before: days(before),
            after: days(after),
            direction,
        });
    }
}

/// Compares two bodies of a policy.
pub fn compare(before: &Resource<'_>, after: &Resource<'_>, comparison: &mut Comparison) {
    if !matches!(after.kind, Kind::RecoveryServicesPolicy | Kind::BackupVaultPolicy) {
        return;
    }
    let was = BackupPolicy::read(before.clone());
    let (Ok(was), Ok(now)) = (was, BackupPolicy::read(after.clone())) else {
        return comparison.doubt("retention", "properties", Reason::UnrecognisedValue);
    };
    let (moves, doubt) = moves(&was, &now);
    for moved in moves {
        let path = path(after, moved.title);
        let title = match moved.setting {
            "retention" => format!("{} in days", moved.title).into(),
            _ => std::borrow::Cow::Borrowed(moved.title),
        };
        comparison.add((moved.setting, title), path, moved.before, moved.after, moved.direction);
    }
    if let Some(reason) = doubt {
        comparison.doubt("retention", path(after, ""), reason);
    }
}

/// Where a policy says it, as closely as its form tells.
fn path(policy: &Resource<'_>, title: &str) -> String {
    let tier = match title.split_once(' ') {
        Some((tier @ ("daily" | "weekly" | "monthly" | "yearly"), _)) => Some(tier),
        _ => None,
    };
    let base = ["properties.retentionPolicy", "properties.vaultRetentionPolicy.vaultRetention"];
    let exact = tier
        .into_iter()
        .flat_map(|tier| base.map(|base| format!("{base}.{tier}Schedule.retentionDuration.count")));
    let schedule = ["properties.schedulePolicy".to_owned()];
    let rest = [
        "properties.retentionPolicy",
        "properties.vaultRetentionPolicy",
        "properties.subProtectionPolicy",
        "properties.policyRules",
    ];
    let candidates = exact
        .chain(schedule.into_iter().filter(|_| tier.is_none() && !title.is_empty()))
        .chain(rest.map(str::to_owned));
    candidates
        .into_iter()
        .find(|path| policy.find(path).is_there())
        .unwrap_or_else(|| "properties".to_owned())
}
