//! What is special about lists of Azure Backup: flat names for what has deep ids, and filters.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::super::answer::Answer;
use super::super::filter::{self, Condition};
use super::super::request::Request;
use super::super::world::resource::Resource;

/// A list of a vault that holds resources from deeper down.
pub struct Alias {
    list: &'static str,
    /// The type of what it holds.
    pub kind: &'static str,
}

const ALIASES: &[Alias] = &[
    Alias {
        list: "microsoft.recoveryservices/vaults/backupprotecteditems",
        kind: "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
    },
    Alias {
        list: "microsoft.recoveryservices/vaults/backupprotectioncontainers",
        kind: "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers",
    },
    Alias {
        list: "microsoft.recoveryservices/vaults/replicationprotecteditems",
        kind: "microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems",
    },
];

/// What a list of this type stands for.
pub fn alias(kind: &str) -> Option<&'static Alias> {
    ALIASES.iter().find(|alias| alias.list == kind)
}

/// The conditions that a row must meet.
pub struct Filter {
    conditions: Vec<Condition>,
    /// The member that holds a row's time, in lists that a time can be asked of.
    time: Option<&'static str>,
}

/// Members that lists of backups can be narrowed by.
const NARROWING: &[&str] = &[
    "backupinstanceid",
    "backupmanagementtype",
    "containername",
    "fabricname",
    "friendlyname",
    "itemtype",
    "jobid",
    "operation",
    "policyname",
    "status",
    "workloadtype",
];

/// Members that are called otherwise in a filter than in a body.
const NAMES: &[(&str, &str)] =
    &[("itemtype", "workloadType"), ("backupinstanceid", "backupInstanceId")];

/// Conditions that say how much is shown, not of what.
const HINTS: &[&str] = &["expand", "expandproperties", "restorepointquerytype"];

impl Filter {
    /// The filter of a question for a list of this name.
    ///
    /// # Errors
    /// The answer to a filter that is not understood.
    pub fn of(request: &Request, list: &str) -> Result<Self, Answer> {
        let text = request.parameter("$filter").filter(|text| !text.trim().is_empty());
        let conditions = text.map(filter::parse).transpose()?.unwrap_or_default();
        let time = match list {
            "backupjobs" => Some("startTime"),
            "recoverypoints" => Some("recoveryPointTime"),
            _ => None,
        };
        for condition in &conditions {
            let known = match condition {
                Condition::Function(..) => false,
                Condition::Comparison(name, operator, value) => {
                    let is_time = is_time(name) && time.is_some();
                    let is_known =
                        NARROWING.contains(&name.as_str()) || HINTS.contains(&name.as_str());
                    match operator.as_str() {
                        "eq" => is_known || is_time && moment(value).is_some(),
                        "ge" | "gt" | "le" | "lt" => is_time && moment(value).is_some(),
                        _ => false,
                    }
                }
            };
            if !known {
                let message =
                    format!("The filter '{}' is not supported.", text.unwrap_or_default());
                return Err(Answer::error(400, "InvalidFilterInQueryString", &message));
            }
        }
        Ok(Self { conditions, time })
    }

    /// Whether a row stays.
    pub fn takes(&self, resource: &Resource) -> bool {
        self.conditions.iter().all(|condition| match condition {
            Condition::Function(..) => false,
            Condition::Comparison(name, operator, value) => {
                self.holds(resource, name, operator, value)
            }
        })
    }

    fn holds(&self, resource: &Resource, name: &str, operator: &str, value: &str) -> bool {
        if HINTS.contains(&name) {
            return true;
        }
        if let Some(time) = self.time.filter(|_| is_time(name)) {
            let own = resource.text_property(time).and_then(|text| text.parse::<Timestamp>().ok());
            let (Some(own), Some(asked)) = (own, moment(value)) else { return false };
            // The service takes `startTime eq` and `endTime eq` as the ends of a period.
            return match (name, operator) {
                ("starttime" | "startdate", "eq") | (_, "ge") => own >= asked,
                (_, "eq" | "le") => own <= asked,
                (_, "gt") => own > asked,
                _ => own < asked,
            };
        }
        let known = NAMES.iter().find(|(asked, _)| *asked == name).map_or(name, |(_, known)| known);
        let own = resource.property(known);
        let text = own.map(|own| own.as_str().map_or_else(|| own.to_string(), str::to_owned));
        text.is_some_and(|text| text.eq_ignore_ascii_case(value))
    }
}

fn is_time(name: &str) -> bool {
    matches!(name, "starttime" | "endtime" | "startdate" | "enddate" | "recoverypointtime")
}

/// A time as filters write it: RFC 3339, or `2026-11-20 02:00:00 AM`.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let time = ["%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| DateTime::strptime(format, text).ok())?;
    Offset::UTC.to_timestamp(time).ok()
}
