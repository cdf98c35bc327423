//! When backups run, in the shapes that ARM has for each workload.
//! <https://learn.microsoft.com/rest/api/backup/protection-policies/create-or-update>

use std::sync::Arc;

use super::apply::{convert, like};
use super::draft::Draft;
use super::frame::Frame;
use super::row::{How, Literal};
use crate::code::value::{Cause, Content, Value};

const TIME: &str = "backup.time";
const FREQUENCY: &str = "backup.frequency";
const WEEKDAYS: &str = "backup.weekdays";

/// The schedule of a policy for virtual machines: standard policies have a flat one, enhanced ones an object for each
/// frequency.
pub fn of_machines(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.schedulePolicy";
    if is_unknown_block(frame, PATH, draft) {
        return;
    }
    let Some(policy_type) = frame.value("policy_type") else {
        return flat(frame, PATH, draft);
    };
    match &policy_type.content {
        Content::Text(text) if text.eq_ignore_ascii_case("V2") => enhanced(frame, PATH, draft),
        Content::Unknown(_) => {
            // Both shapes name the frequency; the objects are read first, and neither contradicts the other.
            enhanced(frame, PATH, draft);
            draft.put(&format!("{PATH}.schedulePolicyType"), frame.place, policy_type);
        }
        _ => flat(frame, PATH, draft),
    }
}

fn flat(frame: &Frame<'_>, path: &str, draft: &mut Draft) {
    fixed(frame, draft, &format!("{path}.schedulePolicyType"), "SimpleSchedulePolicy");
    copy(frame, draft, FREQUENCY, &format!("{path}.scheduleRunFrequency"), How::Same);
    copy(frame, draft, WEEKDAYS, &format!("{path}.scheduleRunDays"), How::Same);
    copy(frame, draft, TIME, &format!("{path}.scheduleRunTimes"), How::By(times));
}

fn enhanced(frame: &Frame<'_>, path: &str, draft: &mut Draft) {
    fixed(frame, draft, &format!("{path}.schedulePolicyType"), "SimpleSchedulePolicyV2");
    copy(frame, draft, FREQUENCY, &format!("{path}.scheduleRunFrequency"), How::Same);
    let frequency = frame.text(FREQUENCY);
    let may_be = |name: &str| {
        frequency.as_ref().is_none_or(|frequency| frequency.eq_ignore_ascii_case(name))
    };
    if may_be("Hourly") {
        let hourly = format!("{path}.hourlySchedule");
        copy(frame, draft, "backup.hour_interval", &format!("{hourly}.interval"), How::Number);
        let start = format!("{hourly}.scheduleWindowStartTime");
        copy(frame, draft, TIME, &start, How::By(time));
        let window = format!("{hourly}.scheduleWindowDuration");
        copy(frame, draft, "backup.hour_duration", &window, How::Number);
    }
    if may_be("Daily") {
        let times_path = format!("{path}.dailySchedule.scheduleRunTimes");
        copy(frame, draft, TIME, &times_path, How::By(times));
    }
    if may_be("Weekly") {
        let weekly = format!("{path}.weeklySchedule");
        copy(frame, draft, WEEKDAYS, &format!("{weekly}.scheduleRunDays"), How::Same);
        copy(frame, draft, TIME, &format!("{weekly}.scheduleRunTimes"), How::By(times));
    }
}

/// The schedule of a policy for file shares.
pub fn of_file_shares(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "properties.schedulePolicy";
    if is_unknown_block(frame, PATH, draft) {
        return;
    }
    fixed(frame, draft, &format!("{PATH}.schedulePolicyType"), "SimpleSchedulePolicy");
    copy(frame, draft, FREQUENCY, &format!("{PATH}.scheduleRunFrequency"), How::Same);
    copy(frame, draft, TIME, &format!("{PATH}.scheduleRunTimes"), How::By(times));
    let hourly = format!("{PATH}.hourlySchedule");
    copy(frame, draft, "backup.hourly.interval", &format!("{hourly}.interval"), How::Number);
    let start = format!("{hourly}.scheduleWindowStartTime");
    copy(frame, draft, "backup.hourly.start_time", &start, How::By(time));
    let window = format!("{hourly}.scheduleWindowDuration");
    copy(frame, draft, "backup.hourly.window_duration", &window, How::Number);
}

/// The schedule of one of the policies that a policy for databases is made of. Backups of logs run all day.
pub fn of_workloads(frame: &Frame<'_>, draft: &mut Draft) {
    const PATH: &str = "schedulePolicy";
    if is_unknown_block(frame, PATH, draft) {
        return;
    }
    let is_log = frame.text("policy_type").is_some_and(|kind| kind.eq_ignore_ascii_case("Log"));
    let form = if is_log { "LogSchedulePolicy" } else { "SimpleSchedulePolicy" };
    fixed(frame, draft, &format!("{PATH}.schedulePolicyType"), form);
    let minutes = format!("{PATH}.scheduleFrequencyInMins");
    copy(frame, draft, "backup.frequency_in_minutes", &minutes, How::Number);
    copy(frame, draft, FREQUENCY, &format!("{PATH}.scheduleRunFrequency"), How::Same);
    copy(frame, draft, WEEKDAYS, &format!("{PATH}.scheduleRunDays"), How::Same);
    copy(frame, draft, TIME, &format!("{PATH}.scheduleRunTimes"), How::By(times));
}

/// Whether the block `backup` cannot be known; then neither can the schedule.
fn is_unknown_block(frame: &Frame<'_>, path: &str, draft: &mut Draft) -> bool {
    let Err((unknown, place)) = frame.blocks("backup") else { return false };
    draft.put(path, frame.place, Value::from_unknown(Arc::clone(unknown), place));
    true
}

fn copy(frame: &Frame<'_>, draft: &mut Draft, argument: &str, path: &str, how: How) {
    if let Some(value) = frame.value(argument) {
        draft.put(path, frame.place, convert(&value, how, frame));
    }
}

fn fixed(frame: &Frame<'_>, draft: &mut Draft, path: &str, text: &'static str) {
    draft.put(path, frame.place, Literal::Text(text).at(frame.place));
}

/// `23:00` as the time that ARM has: of any day, in the time zone of the policy.
pub fn time(value: &Value, _: &Frame<'_>) -> Value {
    let text = match &value.content {
        Content::Text(text) => text,
        Content::Unknown(unknown) => {
            return like(value, Content::Unknown(super::apply::formless(unknown)));
        }
        _ => return no_time(value),
    };
    let is_clock = text.len() == 5
        && text.split_once(':').is_some_and(|(hour, minute)| {
            let below = |text: &str, limit: u8| text.parse::<u8>().is_ok_and(|found| found < limit);
            below(hour, 24) && below(minute, 60)
        });
    if is_clock {
        like(value, Content::Text(format!("2025-01-01T{text}:00Z").into()))
    } else {
        no_time(value)
    }
}

fn no_time(value: &Value) -> Value {
    let detail = "this is not a time such as 23:00";
    Value::unknown(Cause::InvalidExpression, detail, value.place, value.place)
        .with_via(value.via.clone())
}

/// The one time of a schedule.
fn times(value: &Value, frame: &Frame<'_>) -> Value {
    let item = time(value, frame);
    like(value, Content::List(Arc::from([item])))
}
