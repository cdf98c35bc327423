//! What a change of a backup policy means: P25.

use super::super::check::Judged;
use super::super::point;
use super::super::request::{Retention, TIERS};
use super::{Case, count, days};
use crate::inventory::{BackupPolicy, Fact, Protection, Span};

/// P25: which items the policy has, each tier before and after, and which points would be pruned.
pub(super) fn what_a_policy_change_means(case: &Case<'_, '_, '_>) -> Judged {
    judge(case).unwrap_or_else(|judged| judged)
}

fn judge(case: &Case<'_, '_, '_>) -> Result<Judged, Judged> {
    let policy = policy(case)?;
    let at = policy.resource.id.as_str();
    let after = wanted(case)?;
    let tiers = tiers(policy)?;
    let items = items(case, policy)?;
    let number = count(items.len(), "item");
    let mut seen = Vec::new();
    let mut shorter = Vec::new();
    for ((name, before), after) in TIERS.into_iter().zip(tiers).zip(after.days) {
        if before.is_none() && after.is_none() {
            continue;
        }
        let told = |days: Option<i64>| {
            days.map_or_else(|| "none".to_owned(), |days| format!("{days} days"))
        };
        let after = after.map(i64::from);
        seen.push(format!("{name} {} → {}", told(before), told(after)));
        if before.unwrap_or(0) > after.unwrap_or(0) {
            shorter.push(name);
        }
    }
    let seen = seen.join(", ");
    if shorter.is_empty() {
        return Ok(Judged::pass(format!("no tier is shortened; the backup policy has {number}"))
            .at(at, "properties.retentionPolicy", seen));
    }
    let pruned = pruned(case, &items, after);
    let lost = match pruned {
        Ok(0) => "no point that was read is older than that".to_owned(),
        Ok(points) => format!("at least {} would be pruned", count(points, "point")),
        Err(()) => "which points would be pruned was not read".to_owned(),
    };
    let says = format!("the {} retention is shortened for {number}: {lost}", shorter.join(" and "));
    let mut judged = Judged::decides(says)
        .at(at, "properties.retentionPolicy", seen)
        .fix("give the items that need the longer retention a backup policy of their own first");
    for item in items.iter().take(20) {
        judged =
            judged.at(item.resource.id.as_str(), "properties.policyId", policy.resource.id.name());
    }
    Ok(judged)
}

fn policy<'e, 'a>(case: &Case<'_, 'e, 'a>) -> Result<&'e BackupPolicy<'a>, Judged> {
    case.subject.policy.ok_or_else(|| {
        let reason = case.subject.unread.unwrap_or(crate::inventory::Reason::NotCollected);
        Judged::unknown(reason, "the backup policy was not read").at(
            case.subject.on,
            "",
            "not read",
        )
    })
}

fn wanted(case: &Case<'_, '_, '_>) -> Result<Retention, Judged> {
    case.request.arguments.retention.ok_or_else(|| {
        Judged::unsaid("retention", "the request does not say what each tier keeps afterwards")
    })
}

/// The days that each tier keeps; none where there is no such tier.
fn tiers(policy: &BackupPolicy<'_>) -> Result<[Option<i64>; 4], Judged> {
    let unread = |reason| {
        Judged::unknown(reason, "what the backup policy keeps was not read").at(
            policy.resource.id.as_str(),
            "properties.retentionPolicy",
            "not read",
        )
    };
    let tiers = policy.retention.optional().map_err(unread)?.unwrap_or_default();
    let mut found = [None; 4];
    for (found, tier) in found.iter_mut().zip(tiers.all()) {
        *found = tier.optional().map_err(unread)?.map(days);
    }
    Ok(found)
}

/// The items of the policy.
fn items<'e, 'a>(
    case: &Case<'_, 'e, 'a>,
    policy: &BackupPolicy<'_>,
) -> Result<Vec<&'e Protection<'a>>, Judged> {
    let at = policy.resource.id.as_str();
    let vault = case.vault()?;
    vault.items_read.map_err(|reason| {
        Judged::unknown(reason, "the items of the backup policy were not all read")
            .at(at, "", "not read")
    })?;
    let all = case.estate.protections_in(vault.resource.id.as_str());
    let named = |item: &&Protection<'_>| matches!(&item.policy, Fact::Known(policy) if crate::inventory::id::same(policy, at));
    Ok(all.filter(named).collect())
}

/// The points that were read and are older than the longest time that any is kept afterwards.
fn pruned(
    case: &Case<'_, '_, '_>,
    items: &[&Protection<'_>],
    after: Retention,
) -> Result<usize, ()> {
    let longest = after.days.iter().flatten().max().copied().unwrap_or(0);
    let limit = case.when.plus(Span::days(-i64::from(longest)));
    let mut number = 0;
    let mut is_whole = true;
    for item in items {
        is_whole &= case.estate.points_of(&item.resource).1.is_ok();
        let points = case.points.of_item(item).iter();
        number +=
            points.filter(|point| point::time_of(point).is_some_and(|time| time < limit)).count();
    }
    if is_whole || number > 0 { Ok(number) } else { Err(()) }
}

/// The first tier that the request shortens.
pub(super) fn is_shortened(case: &Case<'_, '_, '_>) -> Result<Option<&'static str>, Judged> {
    let after = wanted(case)?;
    let before = tiers(policy(case)?)?;
    let mut all = TIERS.into_iter().zip(before).zip(after.days);
    let shorter = |((_, before), after): &((&str, Option<i64>), Option<u32>)| {
        before.unwrap_or(0) > i64::from(after.unwrap_or(0))
    };
    Ok(all.find(shorter).map(|((name, _), _)| name))
}
