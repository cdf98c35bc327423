//! Schedules and retention as data: a policy's properties, and what must be read from them.

use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::inventory::{Body, ResourceId};

const SCHEDULES: &str = include_str!("../../../tests/data/policies/schedules.json");
const RETENTION: &str = include_str!("../../../tests/data/policies/retention.json");

#[derive(Deserialize)]
struct Row {
    name: String,
    kind: String,
    properties: Value,
    gap: Option<String>,
    retention: Option<Value>,
}

fn rows(text: &str) -> Vec<Row> {
    serde_json::from_str(text).expect("a table of policies")
}

fn read(kind: &str, properties: &Value, then: impl FnOnce(&BackupPolicy<'_>)) {
    let kind = match kind {
        "backup-vault" => Kind::BackupVaultPolicy,
        _ => Kind::RecoveryServicesPolicy,
    };
    let body = serde_json::json!({ "properties": properties }).to_string();
    let policy = BackupPolicy::read(Resource {
        id: ResourceId::new(
            "/subscriptions/s/resourceGroups/g/providers/p/vaults/v/backupPolicies/p",
        ),
        kind,
        body: Body::Json(&body),
        completeness: Completeness::Complete,
        flat: false,
    });
    then(&policy.expect("a policy"));
}

/// In the largest unit that the table uses and that fits.
fn shown(span: Fact<Span>) -> String {
    match span {
        Fact::Known(Span(seconds)) if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        Fact::Known(Span(seconds)) if seconds % 60 == 0 => format!("{}m", seconds / 60),
        Fact::Known(Span(seconds)) => format!("{seconds}s"),
        Fact::Absent => "absent".to_owned(),
        Fact::Unknown(reason) => format!("unknown: {reason}"),
    }
}

fn in_hours(text: &str) -> String {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    days.map_or_else(|| text.to_owned(), |days| format!("{}h", days * 24))
}

#[test]
fn gaps_of_schedules() {
    let rows = rows(SCHEDULES);
    assert!(rows.len() > 100, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let expected = row.gap.expect("a gap");
        read(&row.kind, &row.properties, |policy| {
            let found = shown(policy.gap);
            if found != expected {
                wrong.push(format!("{}: {found}, not {expected}", row.name));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn spans_of_retention() {
    let rows = rows(RETENTION);
    assert!(rows.len() > 50, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let expected = row.retention.expect("a retention");
        read(&row.kind, &row.properties, |policy| {
            let found: Value = match policy.retention {
                Fact::Known(tiers) => {
                    let names = ["daily", "weekly", "monthly", "yearly", "longest"];
                    let spans = tiers.all().into_iter().chain([tiers.longest()]);
                    let members =
                        names.into_iter().zip(spans).filter(|(_, span)| !span.is_absent());
                    members
                        .map(|(name, span)| (name.to_owned(), Value::from(shown(span))))
                        .collect()
                }
                other => shown(other.map(|_| Span(0))).into(),
            };
            let expected: Value = match expected {
                Value::Object(tiers) => tiers
                    .into_iter()
                    .map(|(name, span)| {
                        (name, Value::from(in_hours(span.as_str().unwrap_or_default())))
                    })
                    .collect(),
                other => other,
            };
            if found != expected {
                wrong.push(format!("{}: {found}, not {expected}", row.name));
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_of_policies() {
    let schedule = |form: &str| serde_json::json!({ "schedulePolicyType": form });
    let standard = schedule("SimpleSchedulePolicy");
    let enhanced = schedule("simpleSchedulePolicyV2");
    let v1 = Fact::Known(PolicyType::V1);
    let v2 = Fact::Known(PolicyType::V2);
    for (management, written, schedule, expected) in [
        ("AzureIaasVM", serde_json::json!(null), &standard, v1),
        ("azureiaasvm", serde_json::json!("V1"), &standard, v1),
        ("AzureIaasVM", serde_json::json!("v2"), &enhanced, v2),
        ("AzureIaasVM", serde_json::json!(null), &enhanced, v2),
        (
            "AzureIaasVM",
            serde_json::json!("V3"),
            &enhanced,
            Fact::Unknown(Reason::UnrecognisedValue),
        ),
        (
            "AzureIaasVM",
            serde_json::json!("Invalid"),
            &standard,
            Fact::Unknown(Reason::UnrecognisedValue),
        ),
        ("AzureIaasVM", serde_json::json!(2), &enhanced, Fact::Unknown(Reason::UnrecognisedValue)),
        ("AzureStorage", serde_json::json!(null), &standard, Fact::Absent),
    ] {
        let properties = serde_json::json!({
            "backupManagementType": management, "policyType": written, "schedulePolicy": schedule,
        });
        read("recovery-services", &properties, |policy| {
            assert_eq!(policy.policy_type, expected, "{properties}");
        });
    }
    read("recovery-services", &serde_json::json!({}), |policy| {
        assert_eq!(policy.policy_type, Fact::Unknown(Reason::NotCollected));
    });
}

#[test]
fn numbers_of_policies() {
    for (number, expected) in [
        (serde_json::json!(5), Fact::Known(5)),
        (serde_json::json!(5.0), Fact::Known(5)),
        (serde_json::json!("5"), Fact::Known(5)),
        (serde_json::json!(0), Fact::Known(0)),
        (serde_json::json!(null), Fact::Absent),
        (serde_json::json!(-1), Fact::Unknown(Reason::UnrecognisedValue)),
        (serde_json::json!(1e300), Fact::Unknown(Reason::UnrecognisedValue)),
        (serde_json::json!("many"), Fact::Unknown(Reason::UnrecognisedValue)),
    ] {
        let properties = serde_json::json!({
            "instantRpRetentionRangeInDays": number, "protectedItemsCount": number,
        });
        read("recovery-services", &properties, |policy| {
            assert_eq!(policy.instant_restore_days, expected, "{number}");
            assert_eq!(policy.protected_items, expected, "{number}");
        });
    }
}

#[test]
fn one_tier_proves_that_some_point_is_kept_long_enough() {
    let tiers = Tiers {
        daily: Fact::Known(Span::days(30)),
        yearly: Fact::Unknown(Reason::UnresolvedExpression),
        ..Tiers::default()
    };
    assert_eq!(tiers.reach(Span::days(30)), Ok(true));
    assert_eq!(tiers.reach(Span::days(31)), Err(Reason::UnresolvedExpression));
    let known = Tiers { yearly: Fact::Absent, ..tiers };
    assert_eq!(known.reach(Span::days(31)), Ok(false));
}

#[test]
fn runs_of_the_busiest_day() {
    let runs = |text: &str| {
        let properties: Properties<'_> = serde_json::from_str(text).expect("a policy");
        schedule::most_a_day(&properties)
    };
    for (policy, expected) in [
        (r#"{"schedulePolicy":{"scheduleRunFrequency":"Daily"}}"#, Ok(1)),
        (
            r#"{"schedulePolicy":{"scheduleRunFrequency":"Weekly","scheduleRunDays":["Sunday"],"scheduleRunTimes":["2026-01-01T01:00:00Z","2026-01-01T13:00:00Z"]}}"#,
            Ok(2),
        ),
        (
            r#"{"schedulePolicy":{"scheduleRunFrequency":"Hourly","hourlySchedule":{"interval":4,"scheduleWindowDuration":12}}}"#,
            Ok(4),
        ),
        (
            r#"{"schedulePolicy":{"scheduleRunFrequency":"Hourly","hourlySchedule":{"interval":4,"scheduleWindowDuration":24}}}"#,
            Ok(6),
        ),
        (
            r#"{"subProtectionPolicy":[{"policyType":"Full","schedulePolicy":{"scheduleRunFrequency":"Daily"}},{"policyType":"Log","schedulePolicy":{"scheduleFrequencyInMins":15}}]}"#,
            Ok(1),
        ),
        (
            r#"{"policyRules":[{"trigger":{"schedule":{"repeatingTimeIntervals":["R/2020-04-05T13:00:00+00:00/PT4H"]}}},{}]}"#,
            Ok(6),
        ),
        (r#"{"policyRules":[{}]}"#, Ok(0)),
        (
            r#"{"schedulePolicy":{"scheduleRunFrequency":"Fortnightly"}}"#,
            Err(Reason::UnrecognisedValue),
        ),
    ] {
        assert_eq!(runs(policy), expected, "{policy}");
    }
}
