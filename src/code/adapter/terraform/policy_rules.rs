//! The rules of a policy of a Backup vault: one rule says when backups run and which points get which tag, and one for
//! each tag and store says how long they are kept.
//! <https://learn.microsoft.com/rest/api/dataprotection/backup-policies/create-or-update>

use std::sync::Arc;

use super::apply::{convert, object};
use super::draft::Draft;
use super::frame::Frame;
use super::row::{How, Literal, Row, same};
use crate::code::value::Value;

/// What differs between the policies of the datasources.
pub struct Rules {
    /// The argument with the repeating intervals.
    pub intervals: &'static str,
    /// The type of the backups.
    pub backup: &'static str,
    /// The store into which backups go.
    pub store: &'static str,
    /// The type of what is backed up.
    pub datasource: &'static str,
    /// How long points without a tag are kept.
    pub default: Defaults,
    /// The block of a retention rule that says which points get its tag; empty if the rule itself does.
    pub criteria: &'static str,
    /// Whether a rule has blocks that say how long each store keeps; else it has one duration.
    pub has_lifecycles: bool,
}

/// How long points without a tag are kept.
pub enum Defaults {
    /// Arguments, each with its store.
    Durations(&'static [(&'static str, &'static str)]),
    /// A block like that of other rules.
    Rule(&'static str),
}

const LIST: &str = "properties.policyRules";

const CRITERIA: &[Row] = &[
    super::row::fixed("objectType", "ScheduleBasedBackupCriteria"),
    super::row::row("absolute_criteria", "absoluteCriteria", How::Listed, super::row::Absent::Same),
    Row::Together(&["days_of_month"], days_of_month),
    same("days_of_week", "daysOfTheWeek"),
    same("months_of_year", "monthsOfYear"),
    same("weeks_of_month", "weeksOfTheMonth"),
    same("scheduled_backup_times", "scheduleTimes"),
];

/// Puts the list of rules.
pub fn put(frame: &Frame<'_>, draft: &mut Draft, rules: &Rules) {
    let place = frame.place;
    let datasource = Value::text(rules.datasource, place);
    draft.put("properties.datasourceTypes", place, Value::list(vec![datasource], place));
    let tags = match frame.blocks("retention_rule") {
        Ok(tags) => tags,
        Err((unknown, at)) => {
            return draft.put(LIST, place, Value::from_unknown(Arc::clone(unknown), at));
        }
    };
    let mut list = Vec::new();
    if let Some(intervals) = frame.value(rules.intervals) {
        list.push(backup_rule(frame, rules, &intervals, &tags));
    }
    match &rules.default {
        Defaults::Durations(durations) => {
            for (argument, store) in *durations {
                if let Some(duration) = frame.value(argument) {
                    let lifecycles = vec![lifecycle(frame, duration, text(frame, store))];
                    list.push(retention_rule(frame, None, Value::list(lifecycles, place)));
                }
            }
        }
        Defaults::Rule(block) => match frame.blocks(block) {
            Ok(found) => list
                .extend(found.iter().map(|found| retention_rule(found, None, lifecycles(found)))),
            Err((unknown, at)) => list.push(Value::from_unknown(Arc::clone(unknown), at)),
        },
    }
    for tag in &tags {
        let kept = if rules.has_lifecycles {
            lifecycles(tag)
        } else {
            let duration =
                tag.value("duration").map(|it| lifecycle(tag, it, text(tag, rules.store)));
            Value::list(duration.into_iter().collect::<Vec<_>>(), tag.place)
        };
        list.push(retention_rule(tag, tag.value("name"), kept));
    }
    draft.put(LIST, place, Value::list(list, place));
}

fn text(frame: &Frame<'_>, text: &'static str) -> Value {
    Literal::Text(text).at(frame.place)
}

/// When backups run, and which points get which tag.
fn backup_rule(frame: &Frame<'_>, rules: &Rules, intervals: &Value, tags: &[Frame<'_>]) -> Value {
    let place = frame.place;
    let mut rule = Draft::default();
    rule.put("objectType", place, text(frame, "AzureBackupRule"));
    rule.put("name", place, text(frame, "BackupRule"));
    rule.put("backupParameters.objectType", place, text(frame, "AzureBackupParams"));
    rule.put("backupParameters.backupType", place, text(frame, rules.backup));
    rule.put("dataStore.dataStoreType", place, text(frame, rules.store));
    rule.put("trigger.objectType", place, text(frame, "ScheduleBasedTriggerContext"));
    let intervals = convert(intervals, How::Same, frame);
    rule.put("trigger.schedule.repeatingTimeIntervals", place, intervals);
    if let Some(zone) = frame.value("time_zone") {
        rule.put("trigger.schedule.timeZone", place, zone);
    }
    let mut tagging: Vec<Value> = tags.iter().map(|tag| tagging(tag, rules)).collect();
    let mut default = Draft::default();
    default.put("isDefault", place, Value::bool(true, place));
    default.put("taggingPriority", place, Value::number(99.0, place));
    default.put("tagInfo.tagName", place, text(frame, "Default"));
    tagging.push(default.finish(place));
    rule.put("trigger.taggingCriteria", place, Value::list(tagging, place));
    rule.finish(place)
}

/// Which points get a tag.
fn tagging(tag: &Frame<'_>, rules: &Rules) -> Value {
    let place = tag.place;
    let mut tagging = Draft::default();
    tagging.put("isDefault", place, Value::bool(false, place));
    if let Some(priority) = tag.value("priority") {
        tagging.put("taggingPriority", place, convert(&priority, How::Number, tag));
    }
    if let Some(name) = tag.value("name") {
        tagging.put("tagInfo.tagName", place, name);
    }
    let criteria = if rules.criteria.is_empty() {
        Value::list(vec![object(CRITERIA, tag)], place)
    } else {
        match tag.blocks(rules.criteria) {
            Ok(found) => {
                let items: Vec<Value> = found.iter().map(|found| object(CRITERIA, found)).collect();
                Value::list(items, place)
            }
            Err((unknown, at)) => Value::from_unknown(Arc::clone(unknown), at),
        }
    };
    tagging.put("criteria", place, criteria);
    tagging.finish(place)
}

fn days_of_month(frame: &Frame<'_>, draft: &mut Draft) {
    let Some(days) = frame.value("days_of_month") else { return };
    let Some(items) = days.as_list() else {
        return draft.put("daysOfMonth", frame.place, days);
    };
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let date = convert(item, How::Number, frame);
            let is_last = date.as_number() == Some(0.0);
            let mut day = Draft::default();
            day.put("date", item.place, date);
            day.put("isLast", item.place, Value::bool(is_last, item.place));
            day.finish(item.place)
        })
        .collect();
    draft.put("daysOfMonth", frame.place, Value::list(items, days.place));
}

/// How long the points with a tag are kept; without a name those that have none.
fn retention_rule(frame: &Frame<'_>, name: Option<Value>, lifecycles: Value) -> Value {
    let place = frame.place;
    let mut rule = Draft::default();
    rule.put("objectType", place, text(frame, "AzureRetentionRule"));
    rule.put("isDefault", place, Value::bool(name.is_none(), place));
    rule.put("name", place, name.unwrap_or_else(|| text(frame, "Default")));
    rule.put("lifecycles", place, lifecycles);
    rule.finish(place)
}

/// The blocks that say how long each store keeps.
fn lifecycles(frame: &Frame<'_>) -> Value {
    match frame.blocks("life_cycle") {
        Ok(found) => {
            let items: Vec<Value> = found
                .iter()
                .map(|found| {
                    let nothing = || Value::null(found.place);
                    let duration = found.value("duration").unwrap_or_else(nothing);
                    lifecycle(
                        found,
                        duration,
                        found.value("data_store_type").unwrap_or_else(nothing),
                    )
                })
                .collect();
            Value::list(items, frame.place)
        }
        Err((unknown, at)) => Value::from_unknown(Arc::clone(unknown), at),
    }
}

fn lifecycle(frame: &Frame<'_>, duration: Value, store: Value) -> Value {
    let place = frame.place;
    let mut lifecycle = Draft::default();
    lifecycle.put("deleteAfter.objectType", place, text(frame, "AbsoluteDeleteOption"));
    lifecycle.put("deleteAfter.duration", place, duration);
    lifecycle.put("sourceDataStore.dataStoreType", place, store);
    lifecycle.finish(place)
}
