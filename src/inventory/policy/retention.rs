//! How long recovery points are kept, by tier.
//!
//! What counts is the copy that outlives the datasource: the vault's, where there is one, before
//! snapshots that lie beside the data.

use std::borrow::Cow;

use serde::Deserialize;

use super::{Fact, List, Properties, Reason, Rule, Schedule, Section, Span, Texts};

/// How long the recovery points of each tier are kept. Absent: the policy has no such tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tiers {
    /// Points of every day, or of several times a day.
    pub daily: Fact<Span>,
    /// One point a week.
    pub weekly: Fact<Span>,
    /// One point a month.
    pub monthly: Fact<Span>,
    /// One point a year.
    pub yearly: Fact<Span>,
}

/// A tier, most frequent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

const TIERS: [Tier; 4] = [Tier::Daily, Tier::Weekly, Tier::Monthly, Tier::Yearly];

impl Tier {
    fn name(self) -> &'static str {
        ["Daily", "Weekly", "Monthly", "Yearly"][self as usize]
    }

    /// The longest time between two points of the tier.
    fn period(self) -> Span {
        Span::days([1, 7, 31, 366][self as usize])
    }

    /// The tier of points that are so far apart.
    fn of(gap: Span) -> Self {
        TIERS.into_iter().find(|tier| gap <= tier.period()).unwrap_or(Self::Yearly)
    }
}

impl Tiers {
    /// The tiers from daily to yearly.
    pub fn all(&self) -> [Fact<Span>; 4] {
        [self.daily, self.weekly, self.monthly, self.yearly]
    }

    /// The longest time that any point is kept. Absent: there is no tier.
    pub fn longest(&self) -> Fact<Span> {
        self.all().into_iter().fold(Fact::Absent, longer)
    }

    /// Whether some point is kept for at least this long, which one known tier proves.
    ///
    /// # Errors
    /// The reason, if no known tier is long enough and another is unknown.
    pub fn reach(&self, least: Span) -> Result<bool, Reason> {
        if self.all().into_iter().any(|tier| matches!(tier, Fact::Known(span) if span >= least)) {
            return Ok(true);
        }
        self.longest().optional().map(|_| false)
    }

    fn of_one(tier: Tier, span: Fact<Span>) -> Self {
        let mut tiers = Self::default();
        *tiers.tier(tier) = span;
        tiers
    }

    fn tier(&mut self, tier: Tier) -> &mut Fact<Span> {
        match tier {
            Tier::Daily => &mut self.daily,
            Tier::Weekly => &mut self.weekly,
            Tier::Monthly => &mut self.monthly,
            Tier::Yearly => &mut self.yearly,
        }
    }

    /// Bodies without any tier have lost it on the way: Azure refuses such a policy.
    fn or_lost(self) -> Fact<Self> {
        if self == Self::default() {
            Fact::Unknown(Reason::NotCollected)
        } else {
            Fact::Known(self)
        }
    }
}

/// The longer of two; unknown if either is.
fn longer(left: Fact<Span>, right: Fact<Span>) -> Fact<Span> {
    match (left, right) {
        (Fact::Known(left), Fact::Known(right)) => Fact::Known(left.max(right)),
        (Fact::Unknown(reason), _) | (_, Fact::Unknown(reason)) => Fact::Unknown(reason),
        (known, Fact::Absent) | (Fact::Absent, known) => known,
    }
}

/// `retentionPolicy` of a Recovery Services vault, of either form.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Retention<'a> {
    #[serde(borrow)]
    daily_schedule: Section<Kept<'a>>,
    #[serde(borrow)]
    weekly_schedule: Section<Kept<'a>>,
    #[serde(borrow)]
    monthly_schedule: Section<Kept<'a>>,
    #[serde(borrow)]
    yearly_schedule: Section<Kept<'a>>,
    /// The simple form: one span for every point.
    #[serde(borrow)]
    retention_duration: Section<Duration<'a>>,
}

/// What a file share's policy keeps in the vault, beside its snapshots.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VaultRetention<'a> {
    #[serde(borrow)]
    vault_retention: Section<Retention<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Kept<'a> {
    #[serde(borrow)]
    retention_duration: Section<Duration<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Duration<'a> {
    count: Fact<f64>,
    #[serde(borrow)]
    duration_type: Fact<Cow<'a, str>>,
}

/// How long one store of a Backup vault's policy keeps a point.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Lifecycle<'a> {
    delete_after: Section<DeleteAfter>,
    #[serde(borrow)]
    source_data_store: Section<Store<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct DeleteAfter {
    duration: Fact<Span>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Store<'a> {
    #[serde(borrow)]
    data_store_type: Fact<Cow<'a, str>>,
}

/// Which backups of a Backup vault's rule get which tag, and so which retention.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Tagging<'a> {
    #[serde(borrow)]
    tag_info: Section<Tag<'a>>,
    #[serde(borrow)]
    criteria: List<Section<Criteria<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Tag<'a> {
    #[serde(borrow)]
    tag_name: Fact<Cow<'a, str>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Criteria<'a> {
    #[serde(borrow)]
    absolute_criteria: Texts<'a>,
    days_of_month: List<Section<IgnoredObject>>,
    #[serde(borrow)]
    days_of_the_week: Texts<'a>,
    #[serde(borrow)]
    months_of_year: Texts<'a>,
    #[serde(borrow)]
    weeks_of_the_month: Texts<'a>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct IgnoredObject {}

/// How long a policy keeps full recovery points; `gap` says in which tier its plain points are.
pub(super) fn of(properties: &Properties<'_>, gap: Fact<Span>) -> Fact<Tiers> {
    match find(properties, gap) {
        Ok(tiers) => tiers,
        Err(reason) => Fact::Unknown(reason),
    }
}

fn find(properties: &Properties<'_>, gap: Fact<Span>) -> Result<Fact<Tiers>, Reason> {
    if let Some(vault) = properties.vault_retention_policy.optional()?
        && let Some(retention) = vault.vault_retention.optional()?
    {
        return Ok(retention.tiers(gap).or_lost());
    }
    if let Some(retention) = properties.retention_policy.optional()? {
        return Ok(retention.tiers(gap).or_lost());
    }
    let rules = properties.policy_rules.optional()?;
    if !rules.is_empty() {
        return tiers_of_rules(rules, gap).map(Tiers::or_lost);
    }
    let subs = properties.sub_protection_policy.optional()?;
    if subs.is_empty() {
        return Err(Reason::NotCollected);
    }
    for sub in subs {
        let Some(sub) = sub.optional()? else { continue };
        let form = sub.policy_type.as_ref().optional()?.ok_or(Reason::UnrecognisedValue)?;
        if form.eq_ignore_ascii_case("Full") {
            let retention = sub.retention_policy.optional()?.ok_or(Reason::NotCollected)?;
            let own = sub.schedule_policy.optional()?.map(Schedule::runs).transpose()?.flatten();
            return Ok(retention.tiers(super::schedule::gap(own.as_slice())).or_lost());
        }
    }
    Ok(Fact::Absent)
}

impl Retention<'_> {
    fn tiers(&self, gap: Fact<Span>) -> Tiers {
        let span = |tier: &Section<Kept<'_>>| match tier.optional() {
            Ok(None) => Fact::Absent,
            Ok(Some(tier)) => span_of(&tier.retention_duration),
            Err(reason) => Fact::Unknown(reason),
        };
        let tiers = Tiers {
            daily: span(&self.daily_schedule),
            weekly: span(&self.weekly_schedule),
            monthly: span(&self.monthly_schedule),
            yearly: span(&self.yearly_schedule),
        };
        if tiers == Tiers::default() && !self.retention_duration.0.is_absent() {
            return plain_points(gap, span_of(&self.retention_duration));
        }
        tiers
    }
}

/// Points without a tier of their own are in the tier of their schedule; continuous ones in the daily.
fn plain_points(gap: Fact<Span>, span: Fact<Span>) -> Tiers {
    match gap {
        Fact::Known(gap) => Tiers::of_one(Tier::of(gap), span),
        Fact::Absent => Tiers::of_one(Tier::Daily, span),
        Fact::Unknown(reason) => Tiers::of_one(Tier::Daily, Fact::Unknown(reason)),
    }
}

/// A week is 7 days, a month 30, a year 365.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn span_of(duration: &Section<Duration<'_>>) -> Fact<Span> {
    let read = || {
        let duration = duration.optional()?.ok_or(Reason::NotCollected)?;
        let count = duration.count.optional()?.ok_or(Reason::NotCollected)?;
        let unit = duration.duration_type.as_ref().optional()?.ok_or(Reason::NotCollected)?;
        let days = [("Days", 1.0), ("Weeks", 7.0), ("Months", 30.0), ("Years", 365.0)]
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit));
        let days = days.map(|(_, days)| days * count).filter(|days| (0.0..1e7).contains(days));
        days.map(|days| Span((days * 86_400.0) as i64)).ok_or(Reason::UnrecognisedValue)
    };
    read().map_or_else(Fact::Unknown, Fact::Known)
}

/// The rules of a Backup vault's policy. Each tag has rules of its name that say how long; which
/// backups get the tag stands with the schedule, whatever the tag is called.
fn tiers_of_rules(rules: &[Section<Rule<'_>>], gap: Fact<Span>) -> Result<Tiers, Reason> {
    let mut tags: Vec<(&str, Stores)> = Vec::new();
    let mut untagged = Stores::default();
    for rule in rules {
        let Some(rule) = rule.optional()? else { continue };
        let lifecycles = rule.lifecycles.optional()?;
        if lifecycles.is_empty() {
            continue;
        }
        let name = rule.name.as_ref().optional()?.map_or("", |name| name.as_ref());
        if rule.is_default.or_default(false)? || name.eq_ignore_ascii_case("Default") {
            untagged.add(lifecycles)?;
            continue;
        }
        let at = tags.iter().position(|(known, _)| known.eq_ignore_ascii_case(name));
        let at = at.unwrap_or_else(|| {
            tags.push((name, Stores::default()));
            tags.len() - 1
        });
        tags[at].1.add(lifecycles)?;
    }
    let mut tiers = Tiers::default();
    for (name, stores) in &tags {
        if let Some(tier) = tier_of_tag(rules, name)? {
            let kept = tiers.tier(tier);
            *kept = longer(*kept, stores.kept());
        }
    }
    let mut plain = plain_points(gap, untagged.kept());
    for tier in TIERS {
        // A tag that every run gets leaves nothing to the default rule.
        let leaves_some = !matches!(gap, Fact::Known(gap) if gap >= tier.period());
        let kept = tiers.tier(tier);
        if kept.is_absent() || leaves_some {
            *kept = longer(*kept, *plain.tier(tier));
        }
    }
    Ok(tiers)
}

/// How long the stores of one tag keep a point.
#[derive(Clone, Copy, Default)]
struct Stores {
    vault: Fact<Span>,
    operational: Fact<Span>,
}

impl Stores {
    fn add(&mut self, lifecycles: &[Section<Lifecycle<'_>>]) -> Result<(), Reason> {
        for lifecycle in lifecycles {
            let Some(lifecycle) = lifecycle.optional()? else { continue };
            let store = lifecycle.source_data_store.optional()?.ok_or(Reason::NotCollected)?;
            let store = store.data_store_type.as_ref().optional()?.ok_or(Reason::NotCollected)?;
            let span = match lifecycle.delete_after.optional() {
                Ok(Some(after)) => after.duration.absent_is_unknown(Reason::NotCollected),
                Ok(None) => Fact::Unknown(Reason::NotCollected),
                Err(reason) => Fact::Unknown(reason),
            };
            let kept = match store.to_ascii_lowercase().as_str() {
                // The archive holds what leaves the vault.
                "vaultstore" | "archivestore" => &mut self.vault,
                "operationalstore" => &mut self.operational,
                _ => return Err(Reason::UnrecognisedValue),
            };
            *kept = longer(*kept, span);
        }
        Ok(())
    }

    /// A point that the vault holds outlives the snapshot beside the data.
    fn kept(&self) -> Fact<Span> {
        if self.vault.is_absent() { self.operational } else { self.vault }
    }
}

/// The tier of what gets a tag; `None` if no scheduled backup does.
fn tier_of_tag(rules: &[Section<Rule<'_>>], tag: &str) -> Result<Option<Tier>, Reason> {
    let mut tier: Option<Tier> = None;
    for rule in rules {
        let Some(rule) = rule.optional()? else { continue };
        let Some(trigger) = rule.trigger.optional()? else { continue };
        for tagging in trigger.tagging_criteria.optional()? {
            let Some(tagging) = tagging.optional()? else { continue };
            let Some(info) = tagging.tag_info.optional()? else { continue };
            let name = info.tag_name.as_ref().optional()?;
            if !name.is_some_and(|name| name.eq_ignore_ascii_case(tag)) {
                continue;
            }
            for criteria in tagging.criteria.optional()? {
                let Some(criteria) = criteria.optional()? else { continue };
                let found = criteria.tier()?;
                tier = Some(tier.map_or(found, |known| known.min(found)));
            }
        }
    }
    // Old bodies name the tag after the tier and leave the criteria out.
    Ok(tier.or_else(|| TIERS.into_iter().find(|tier| tier.name().eq_ignore_ascii_case(tag))))
}

impl Criteria<'_> {
    /// How often a backup meets these criteria.
    fn tier(&self) -> Result<Tier, Reason> {
        if let Some(marker) = self.absolute_criteria.optional()?.first() {
            let marker = marker.as_ref().optional()?.map_or("", |marker| marker.as_ref());
            let known = [
                ("AllBackup", Tier::Daily),
                ("FirstOfDay", Tier::Daily),
                ("FirstOfWeek", Tier::Weekly),
                ("FirstOfMonth", Tier::Monthly),
                ("FirstOfYear", Tier::Yearly),
            ];
            let found = known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(marker));
            return found.map(|(_, tier)| tier).ok_or(Reason::UnrecognisedValue);
        }
        let months = self.months_of_year.optional()?.len();
        let of_month = !self.weeks_of_the_month.optional()?.is_empty()
            || !self.days_of_month.optional()?.is_empty();
        let days = self.days_of_the_week.optional()?.len();
        Ok(match (months, of_month, days) {
            (1..=11, ..) => Tier::Yearly,
            (_, true, _) => Tier::Monthly,
            (_, _, 1..=6) => Tier::Weekly,
            _ => Tier::Daily,
        })
    }
}
