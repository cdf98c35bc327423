//! When a policy runs, and the longest time between two runs.

use std::borrow::Cow;

use serde::Deserialize;

use super::retention::Tagging;
use super::{Fact, List, Properties, Reason, Section, Span, Texts, whole};
use crate::inventory::Time;

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// A schedule of a Recovery Services vault, of either form.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Schedule<'a> {
    #[serde(borrow)]
    pub schedule_policy_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    schedule_run_frequency: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    schedule_run_days: Texts<'a>,
    #[serde(borrow)]
    schedule_run_times: Texts<'a>,
    schedule_weekly_frequency: Fact<f64>,
    schedule_frequency_in_mins: Fact<f64>,
    hourly_schedule: Section<Hourly>,
    #[serde(borrow)]
    daily_schedule: Section<Times<'a>>,
    #[serde(borrow)]
    weekly_schedule: Section<Times<'a>>,
}

#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Hourly {
    interval: Fact<f64>,
    schedule_window_duration: Fact<f64>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Times<'a> {
    #[serde(borrow)]
    schedule_run_days: Texts<'a>,
    #[serde(borrow)]
    schedule_run_times: Texts<'a>,
}

/// What starts the backups of a Backup vault's rule.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Trigger<'a> {
    #[serde(borrow)]
    schedule: Section<Repeating<'a>>,
    #[serde(borrow)]
    pub tagging_criteria: List<Section<Tagging<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Repeating<'a> {
    #[serde(borrow)]
    repeating_time_intervals: Texts<'a>,
    #[serde(borrow)]
    time_zone: Fact<Cow<'a, str>>,
}

/// When one schedule runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// At least once in every span.
    Every(Span),
    /// At these seconds of every week, which begins on Sunday.
    Weekly(Vec<i64>),
}

/// When everything in a policy runs that makes a recovery point.
pub(super) fn runs(properties: &Properties<'_>) -> Result<Vec<Runs>, Reason> {
    let mut all = Vec::new();
    if let Some(schedule) = properties.schedule_policy.optional()? {
        all.extend(schedule.runs()?);
    }
    for sub in properties.sub_protection_policy.optional()? {
        let Some(sub) = sub.optional()? else { continue };
        if let Some(schedule) = sub.schedule_policy.optional()? {
            all.extend(schedule.runs()?);
        }
    }
    for rule in properties.policy_rules.optional()? {
        let Some(rule) = rule.optional()? else { continue };
        let Some(trigger) = rule.trigger.optional()? else { continue };
        let Some(schedule) = trigger.schedule.optional()? else { continue };
        let local = matches!(&schedule.time_zone, Fact::Known(zone) if !zone.trim().is_empty());
        for interval in schedule.repeating_time_intervals.optional()? {
            let Some(interval) = interval.as_ref().optional()? else { continue };
            all.push(repeating(interval, local).ok_or(Reason::UnrecognisedValue)?);
        }
    }
    Ok(all)
}

/// The most full or differential backups that a policy starts on one day. Backups of logs make no
/// recovery point of their own.
pub(super) fn most_a_day(properties: &Properties<'_>) -> Result<u32, Reason> {
    let mut total = 0;
    if let Some(schedule) = properties.schedule_policy.optional()? {
        total += schedule.most_a_day()?;
    }
    for sub in properties.sub_protection_policy.optional()? {
        let Some(sub) = sub.optional()? else { continue };
        let form = sub.policy_type.as_ref().optional()?;
        if form.is_some_and(|form| form.eq_ignore_ascii_case("Log")) {
            continue;
        }
        if let Some(schedule) = sub.schedule_policy.optional()? {
            total += schedule.most_a_day()?;
        }
    }
    for rule in properties.policy_rules.optional()? {
        let Some(rule) = rule.optional()? else { continue };
        let Some(trigger) = rule.trigger.optional()? else { continue };
        let Some(schedule) = trigger.schedule.optional()? else { continue };
        for interval in schedule.repeating_time_intervals.optional()? {
            let Some(interval) = interval.as_ref().optional()? else { continue };
            total += repeating(interval, false).ok_or(Reason::UnrecognisedValue)?.most_a_day();
        }
    }
    Ok(total)
}

impl Runs {
    fn most_a_day(&self) -> u32 {
        let most = match self {
            Self::Every(span) => (DAY / span.0.max(1)).max(1),
            Self::Weekly(moments) => (0..7)
                .map(|day| moments.iter().filter(|moment| moment.div_euclid(DAY) == day).count())
                .max()
                .and_then(|most| i64::try_from(most).ok())
                .unwrap_or_default(),
        };
        u32::try_from(most).unwrap_or(u32::MAX)
    }
}

/// Several schedules together run at least as often as the most frequent of them.
pub(super) fn gap(runs: &[Runs]) -> Fact<Span> {
    let mut moments = Vec::new();
    let mut least: Option<Span> = None;
    for run in runs {
        match run {
            Runs::Every(span) => least = Some(least.map_or(*span, |old| old.min(*span))),
            Runs::Weekly(more) => moments.extend_from_slice(more),
        }
    }
    let weekly = longest_between(&mut moments, WEEK);
    match (least, weekly) {
        (Some(left), Some(right)) => Fact::Known(left.min(right)),
        (Some(only), None) | (None, Some(only)) => Fact::Known(only),
        (None, None) => Fact::Absent,
    }
}

/// The longest time between two neighbours among moments that come again after each period.
fn longest_between(moments: &mut [i64], period: i64) -> Option<Span> {
    moments.sort_unstable();
    let (first, last) = (*moments.first()?, *moments.last()?);
    let around = period - last + first;
    let inner = moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
    Some(Span(around.max(inner)))
}

impl Schedule<'_> {
    /// When it runs; `None` if it says nothing of that.
    pub fn runs(&self) -> Result<Option<Runs>, Reason> {
        if let Some(minutes) = self.schedule_frequency_in_mins.optional()? {
            let minutes = whole(minutes).filter(|minutes| *minutes > 0);
            let minutes = minutes.ok_or(Reason::UnrecognisedValue)?;
            return Ok(Some(Runs::Every(Span::minutes(minutes))));
        }
        let Some(frequency) = self.schedule_run_frequency.as_ref().optional()? else {
            return Ok(None);
        };
        match frequency.to_ascii_lowercase().as_str() {
            // An hourly frequency without its window cannot be judged.
            "hourly" => self.hourly_schedule.optional()?.ok_or(Reason::NotCollected)?.runs(),
            "daily" => self.daily(),
            "weekly" => self.weekly(),
            _ => Err(Reason::UnrecognisedValue),
        }
        .map(Some)
    }

    /// The most runs on one day.
    fn most_a_day(&self) -> Result<u32, Reason> {
        let frequency = self.schedule_run_frequency.as_ref().optional()?;
        if frequency.is_some_and(|frequency| frequency.eq_ignore_ascii_case("hourly")) {
            let hourly = self.hourly_schedule.optional()?.ok_or(Reason::NotCollected)?;
            let (interval, window) = hourly.hours()?;
            // With a window of a whole day the run at its end is the first one of the next day.
            let most = (window / interval + 1).min(24 / interval);
            return u32::try_from(most).map_err(|_| Reason::UnrecognisedValue);
        }
        Ok(self.runs()?.map_or(0, |runs| runs.most_a_day()))
    }

    fn daily(&self) -> Result<Runs, Reason> {
        let times = clock_times(match self.daily_schedule.optional()? {
            Some(daily) if !daily.schedule_run_times.0.is_absent() => &daily.schedule_run_times,
            _ => &self.schedule_run_times,
        })?;
        Ok(Runs::Weekly(moments(0..7, &times)))
    }

    fn weekly(&self) -> Result<Runs, Reason> {
        let own = self.weekly_schedule.optional()?;
        let days = weekdays(match own {
            Some(weekly) if !weekly.schedule_run_days.0.is_absent() => &weekly.schedule_run_days,
            _ => &self.schedule_run_days,
        })?;
        let times = clock_times(match own {
            Some(weekly) if !weekly.schedule_run_times.0.is_absent() => &weekly.schedule_run_times,
            _ => &self.schedule_run_times,
        })?;
        let mut moments = moments(days.into_iter(), &times);
        // The MARS agent can run every second, third or fourth week. 0 stands where nobody chose.
        let every = match self.schedule_weekly_frequency.optional()? {
            Some(weeks) => whole(weeks).ok_or(Reason::UnrecognisedValue)?.max(1),
            None => 1,
        };
        if every == 1 {
            return Ok(Runs::Weekly(moments));
        }
        longest_between(&mut moments, every.saturating_mul(WEEK))
            .map(Runs::Every)
            .ok_or(Reason::UnrecognisedValue)
    }
}

impl Hourly {
    /// Interval and window.
    fn hours(self) -> Result<(i64, i64), Reason> {
        let hours =
            |fact: Fact<f64>| fact.optional()?.and_then(whole).ok_or(Reason::UnrecognisedValue);
        let (interval, window) = (hours(self.interval)?, hours(self.schedule_window_duration)?);
        if !(1..=24).contains(&interval) || window > 24 {
            return Err(Reason::UnrecognisedValue);
        }
        Ok((interval, window))
    }

    /// Runs go from the start of the day's window to its end; then comes the night. 24 h less the whole
    /// intervals that fit into the window, but at least the interval.
    fn runs(self) -> Result<Runs, Reason> {
        let (interval, window) = self.hours()?;
        Ok(Runs::Every(Span::hours((24 - window / interval * interval).max(interval))))
    }
}

/// The seconds of the day at which backups start. A single one matters only relative to others, so
/// it may be missing or unreadable.
fn clock_times(times: &Texts<'_>) -> Result<Vec<i64>, Reason> {
    let times = times.optional()?;
    let read = |time: &Fact<Cow<'_, str>>| {
        let text = time.as_ref().optional()?.ok_or(Reason::UnrecognisedValue)?;
        let time = Time::parse(text).ok_or(Reason::UnrecognisedValue)?;
        Ok(time.0.rem_euclid(DAY))
    };
    match times {
        [] => Ok(vec![0]),
        [only] => Ok(vec![read(only).unwrap_or_default()]),
        several => several.iter().map(read).collect(),
    }
}

fn moments(days: impl Iterator<Item = i64>, times: &[i64]) -> Vec<i64> {
    days.flat_map(|day| times.iter().map(move |time| day * DAY + time)).collect()
}

fn weekdays(names: &Texts<'_>) -> Result<Vec<i64>, Reason> {
    const NAMES: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let names = names.optional()?;
    let day = |name: &Fact<Cow<'_, str>>| {
        let name = name.as_ref().optional()?.ok_or(Reason::UnrecognisedValue)?;
        let found = (0..).zip(NAMES).find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(day, _)| day).ok_or(Reason::UnrecognisedValue)
    };
    if names.is_empty() {
        return Err(Reason::UnrecognisedValue);
    }
    names.iter().map(day).collect()
}

/// `R/start/period` (ISO 8601-1 §5.6), without end. `local`: the schedule names its time zone, so the
/// clock counts and the offset, which changes with daylight saving, does not.
fn repeating(text: &str, local: bool) -> Option<Runs> {
    let mut parts = text.trim().split('/');
    let (repeat, start, period) = (parts.next()?, parts.next()?, parts.next()?);
    if !repeat.eq_ignore_ascii_case("R") || parts.next().is_some() {
        return None;
    }
    let period = Span::parse(period).filter(|period| period.0 > 0)?;
    let start = Time::parse(if local { without_offset(start) } else { start })?;
    // Only what comes again at the same times each week can be laid over other schedules.
    if period.0 < 3_600 || WEEK % period.0 != 0 {
        return Some(Runs::Every(period));
    }
    // 1970-01-01 was a Thursday.
    let first = (start.0 + 4 * DAY).rem_euclid(period.0);
    Some(Runs::Weekly((0..WEEK / period.0).map(|nth| first + nth * period.0).collect()))
}

/// The time on the clock: `2024-01-15T02:00:00` of `2024-01-15T02:00:00-08:00`.
fn without_offset(start: &str) -> &str {
    let clock = start.find(['T', 't', ' ']).map_or(start.len(), |at| at + 1);
    let end = start.get(clock..).and_then(|rest| rest.find(['Z', 'z', '+', '-']));
    end.and_then(|at| start.get(..clock + at)).unwrap_or(start)
}
