//! Backup policies of both vault kinds, and how far apart their scheduled runs are.

use std::borrow::Cow;

use serde::Deserialize;

use super::resource::View;
use super::{Fact, List, Malformed, Moment, Reason, Resource, Section, Span};

/// A backup policy.
#[derive(Clone, Debug)]
pub struct BackupPolicy<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// The longest time between two scheduled runs. Absent: no schedule, backup is continuous or on
    /// demand only.
    pub gap: Fact<Span>,
}

impl<'a> View<'a> for BackupPolicy<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = resource.envelope::<PolicyProperties<'a>>()?.properties;
        let gap = properties.get(|properties| gap_of(&properties));
        Ok(Self { resource, gap })
    }
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PolicyProperties<'a> {
    #[serde(borrow)]
    schedule_policy: Section<Schedule<'a>>,
    #[serde(borrow)]
    sub_protection_policy: List<Section<SubPolicy<'a>>>,
    #[serde(borrow)]
    policy_rules: List<Section<Rule<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SubPolicy<'a> {
    #[serde(borrow)]
    schedule_policy: Section<Schedule<'a>>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Schedule<'a> {
    #[serde(borrow)]
    schedule_run_frequency: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    schedule_run_days: Texts<'a>,
    schedule_frequency_in_mins: Fact<f64>,
    hourly_schedule: Section<Hourly>,
    #[serde(borrow)]
    weekly_schedule: Section<Weekly<'a>>,
}

#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Hourly {
    interval: Fact<f64>,
    schedule_window_duration: Fact<f64>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Weekly<'a> {
    #[serde(borrow)]
    schedule_run_days: Texts<'a>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Rule<'a> {
    #[serde(borrow)]
    trigger: Section<Trigger<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Trigger<'a> {
    #[serde(borrow)]
    schedule: Section<Repeating<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Repeating<'a> {
    #[serde(borrow)]
    repeating_time_intervals: Texts<'a>,
}

type Texts<'a> = List<Fact<Cow<'a, str>>>;

/// When one schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    /// At least once in every span.
    Every(Span),
    /// On these days of the week, as bits from Sunday.
    Weekdays(u8),
}

fn gap_of(properties: &PolicyProperties<'_>) -> Fact<Span> {
    match runs_of(properties) {
        Ok(runs) => combined(&runs),
        Err(reason) => Fact::Unknown(reason),
    }
}

fn runs_of(properties: &PolicyProperties<'_>) -> Result<Vec<Runs>, Reason> {
    let mut runs = Vec::new();
    if let Some(schedule) = properties.schedule_policy.optional()? {
        runs.extend(run_of(schedule)?);
    }
    for sub in properties.sub_protection_policy.optional()? {
        let Some(sub) = sub.optional()? else { continue };
        if let Some(schedule) = sub.schedule_policy.optional()? {
            runs.extend(run_of(schedule)?);
        }
    }
    for rule in properties.policy_rules.optional()? {
        let Some(rule) = rule.optional()? else { continue };
        let Some(trigger) = rule.trigger.optional()? else { continue };
        let Some(schedule) = trigger.schedule.optional()? else { continue };
        for interval in schedule.repeating_time_intervals.optional()? {
            let Some(interval) = interval.as_ref().optional()? else { continue };
            runs.push(repeating_interval(interval).ok_or(Reason::UnrecognisedValue)?);
        }
    }
    Ok(runs)
}

/// Several schedules together run at least as often as the most frequent of them.
fn combined(runs: &[Runs]) -> Fact<Span> {
    let mut weekdays = 0;
    let mut least: Option<Span> = None;
    for run in runs {
        match run {
            Runs::Every(span) => least = Some(least.map_or(*span, |old| old.min(*span))),
            Runs::Weekdays(days) => weekdays |= days,
        }
    }
    let weekly = (weekdays != 0).then(|| Span::days(longest_weekday_gap(weekdays)));
    match (least, weekly) {
        (Some(left), Some(right)) => Fact::Known(left.min(right)),
        (Some(only), None) | (None, Some(only)) => Fact::Known(only),
        (None, None) => Fact::Absent,
    }
}

/// When one schedule runs; `None` if it has none.
fn run_of(schedule: &Schedule<'_>) -> Result<Option<Runs>, Reason> {
    if let Some(minutes) = schedule.schedule_frequency_in_mins.optional()? {
        let minutes = whole(minutes).filter(|minutes| *minutes > 0);
        let minutes = minutes.ok_or(Reason::UnrecognisedValue)?;
        return Ok(Some(Runs::Every(Span::minutes(minutes))));
    }
    let Some(frequency) = schedule.schedule_run_frequency.as_ref().optional()? else {
        return Ok(None);
    };
    match frequency.to_ascii_lowercase().as_str() {
        // An hourly frequency without its window cannot be judged.
        "hourly" => hourly_gap(*schedule.hourly_schedule.optional()?.ok_or(Reason::NotCollected)?),
        "daily" => Ok(Span::days(1)),
        "weekly" => {
            let weekly =
                schedule.weekly_schedule.optional()?.map(|weekly| &weekly.schedule_run_days);
            let days = match weekly {
                Some(List(Fact::Absent)) | None => &schedule.schedule_run_days,
                Some(days) => days,
            };
            return weekdays(days.optional()?).map(|days| Some(Runs::Weekdays(days)));
        }
        _ => Err(Reason::UnrecognisedValue),
    }
    .map(|gap| Some(Runs::Every(gap)))
}

/// 24 h less the whole intervals that fit into the window, but at least the interval.
fn hourly_gap(hourly: Hourly) -> Result<Span, Reason> {
    let hours = |fact: Fact<f64>| fact.optional()?.and_then(whole).ok_or(Reason::UnrecognisedValue);
    let (interval, window) = (hours(hourly.interval)?, hours(hourly.schedule_window_duration)?);
    if interval == 0 {
        return Err(Reason::UnrecognisedValue);
    }
    Ok(Span::hours((24 - window / interval * interval).max(interval)))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && (0.0..1e9).contains(&number)).then(|| number.floor() as i64)
}

fn weekdays(names: &[Fact<Cow<'_, str>>]) -> Result<u8, Reason> {
    const NAMES: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let mut days = 0;
    for name in names {
        let name = name.as_ref().optional()?.ok_or(Reason::UnrecognisedValue)?;
        let at = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        days |= 1 << at.ok_or(Reason::UnrecognisedValue)?;
    }
    if days == 0 { Err(Reason::UnrecognisedValue) } else { Ok(days) }
}

/// The longest run of days without a backup, around the week.
fn longest_weekday_gap(days: u8) -> i64 {
    let mut longest = 0;
    let mut since = 0;
    // Twice around, so that the gap over the week's end counts in full.
    for day in 0..14 {
        since += 1;
        if days & (1 << (day % 7)) != 0 {
            if day >= 7 {
                longest = longest.max(since);
            }
            since = 0;
        }
    }
    longest
}

/// `R/start/period` (ISO 8601-1 §5.6). A weekly period runs on the weekday of its start.
fn repeating_interval(text: &str) -> Option<Runs> {
    let mut parts = text.split('/');
    let (_, start, period) = (parts.next()?, parts.next()?, parts.next()?);
    let period = Span::parse(period).filter(|period| period.0 > 0)?;
    if period != Span::days(7) {
        return Some(Runs::Every(period));
    }
    let Some(Moment::At(start)) = super::fact::Scalar::from_text(Cow::Borrowed(start)) else {
        return Some(Runs::Every(period));
    };
    // 1970-01-01 was a Thursday.
    let weekday = (start.0.div_euclid(86_400) + 4).rem_euclid(7);
    Some(Runs::Weekdays(1 << weekday))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(properties: &str) -> Fact<Span> {
        let properties: PolicyProperties<'_> = serde_json::from_str(properties).expect("a policy");
        gap_of(&properties)
    }

    #[test]
    fn gaps_of_schedules() {
        let hours = |hours| Fact::Known(Span::hours(hours));
        for (policy, expected) in [
            (r#"{"schedulePolicy":{"scheduleRunFrequency":"Daily"}}"#, hours(24)),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Weekly","scheduleRunDays":["Sunday","Wednesday"]}}"#,
                hours(4 * 24),
            ),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Weekly","weeklySchedule":{"scheduleRunDays":["monday"]}}}"#,
                hours(7 * 24),
            ),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Hourly","hourlySchedule":{"interval":4,"scheduleWindowDuration":12}}}"#,
                hours(12),
            ),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Hourly","hourlySchedule":{"interval":4,"scheduleWindowDuration":24}}}"#,
                hours(4),
            ),
            (
                r#"{"subProtectionPolicy":[{"schedulePolicy":{"scheduleRunFrequency":"Weekly","scheduleRunDays":["Sunday"]}},{"schedulePolicy":{"scheduleFrequencyInMins":120}}]}"#,
                hours(2),
            ),
            (
                r#"{"policyRules":[{"trigger":{"schedule":{"repeatingTimeIntervals":["R/2020-04-05T13:00:00+00:00/PT4H"]}}},{}]}"#,
                hours(4),
            ),
            (
                // A Sunday and a Wednesday.
                r#"{"policyRules":[{"trigger":{"schedule":{"repeatingTimeIntervals":["R/2026-11-22T02:00:00Z/P1W","R/2026-11-25T02:00:00Z/P1W"]}}}]}"#,
                hours(4 * 24),
            ),
            (r#"{"policyRules":[{"trigger":{}}]}"#, Fact::Absent),
            (
                r#"{"policyRules":null,"subProtectionPolicy":null,"schedulePolicy":{"scheduleRunFrequency":"Daily","scheduleRunDays":null}}"#,
                hours(24),
            ),
            (
                r#"{"schedulePolicy":{"scheduleFrequencyInMins":0}}"#,
                Fact::Unknown(Reason::UnrecognisedValue),
            ),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Hourly"}}"#,
                Fact::Unknown(Reason::NotCollected),
            ),
            (
                r#"{"schedulePolicy":{"scheduleRunFrequency":"Fortnightly"}}"#,
                Fact::Unknown(Reason::UnrecognisedValue),
            ),
        ] {
            assert_eq!(gap(policy), expected, "{policy}");
        }
    }
}
