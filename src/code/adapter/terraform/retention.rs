//! Which points of a month or year are kept, and where a policy for file shares says how long.

use std::sync::Arc;

use super::apply::{self, convert, like};
use super::draft::Draft;
use super::frame::Frame;
use super::row::{How, Literal};
use super::tables::TIERS;
use crate::code::terraform::types;
use crate::code::value::{Content, Map, Value};

const BY_WEEK: &str = "retentionScheduleWeekly";
const BY_DAY: &str = "retentionScheduleDaily.daysOfTheMonth";
const FORMAT: &str = "retentionScheduleFormatType";

/// By week and weekday, or by days of the month.
pub fn format(frame: &Frame<'_>, draft: &mut Draft) {
    weekly(frame, draft);
    let days = frame.value("days");
    let last = frame.value("include_last_days");
    let is_last = match &last {
        Some(value) => types::boolean(value).unwrap_or(value.as_unknown().is_some()),
        None => false,
    };
    let by_day = days.is_some() || is_last;
    let word = if by_day { "Daily" } else { "Weekly" };
    draft.put(FORMAT, frame.place, Literal::Text(word).at(frame.place));
    if !by_day {
        return;
    }
    let mut items: Vec<Value> = match &days {
        Some(value) => match days_of(value, frame) {
            Ok(items) => items,
            Err(unknown) => return draft.put(BY_DAY, frame.place, unknown),
        },
        None => Vec::new(),
    };
    match last {
        Some(value) if value.as_unknown().is_some() => {
            return draft.put(BY_DAY, frame.place, value);
        }
        Some(value) if is_last => items.push(day(Value::number(0.0, value.place), true)),
        _ => {}
    }
    draft.put(BY_DAY, frame.place, Value::list(items, frame.place));
}

/// The same with a word for it, in policies for databases, whose day 0 is the last of the month.
pub fn format_type(frame: &Frame<'_>, draft: &mut Draft) {
    weekly(frame, draft);
    if let Some(word) = frame.value("format_type") {
        draft.put(FORMAT, frame.place, convert(&word, How::Same, frame));
    }
    if let Some(days) = frame.value("monthdays") {
        let value = match days_of(&days, frame) {
            Ok(items) => like(&days, Content::List(items.into())),
            Err(unknown) => unknown,
        };
        draft.put(BY_DAY, frame.place, value);
    }
}

fn weekly(frame: &Frame<'_>, draft: &mut Draft) {
    for (argument, name) in [("weekdays", "daysOfTheWeek"), ("weeks", "weeksOfTheMonth")] {
        if let Some(value) = frame.value(argument) {
            let value = convert(&value, How::Same, frame);
            draft.put(&format!("{BY_WEEK}.{name}"), frame.place, value);
        }
    }
}

fn days_of(value: &Value, frame: &Frame<'_>) -> Result<Vec<Value>, Value> {
    let Content::List(items) = &value.content else { return Err(value.clone()) };
    let day = |item: &Value| {
        let number = convert(item, How::Number, frame);
        let is_last = number.as_number() == Some(0.0);
        day(number, is_last)
    };
    Ok(items.iter().map(day).collect())
}

fn day(date: Value, is_last: bool) -> Value {
    let place = date.place;
    let mut map = Map::new();
    map.push(Arc::from("date"), place, date);
    map.push(Arc::from("isLast"), place, Value::bool(is_last, place));
    Value::map(map, place)
}

/// With the tier `vault-standard` the vault keeps what else the snapshots alone would keep.
pub fn of_file_shares(frame: &Frame<'_>, draft: &mut Draft) {
    const PLAIN: &str = "properties.retentionPolicy";
    const VAULT: &str = "properties.vaultRetentionPolicy";
    let tier = frame.value("backup_tier");
    match tier.as_ref().map(|tier| &tier.content) {
        Some(Content::Unknown(unknown)) => {
            let value = Value::from_unknown(Arc::clone(unknown), frame.place);
            draft.put(VAULT, frame.place, value.clone());
            draft.put(PLAIN, frame.place, value);
        }
        Some(Content::Text(text)) if text.eq_ignore_ascii_case("vault-standard") => {
            apply::rows(TIERS, frame, &format!("{VAULT}.vaultRetention."), draft);
            let days = match frame.value("snapshot_retention_in_days") {
                Some(value) => convert(&value, How::Number, frame),
                None => Value::number(0.0, frame.place),
            };
            draft.put(&format!("{VAULT}.snapshotRetentionInDays"), frame.place, days);
        }
        _ => apply::rows(TIERS, frame, &format!("{PLAIN}."), draft),
    }
}
