//! The tables against the list of all arguments, if it is there: `BACKUPLINT_CORPUS` names the directory.

use std::path::PathBuf;

use crate::code::adapter::terraform::{argument, arguments};
use crate::code::value::Content;

#[test]
fn every_argument_is_mapped_or_left_out_on_purpose() {
    let Some(corpus) = std::env::var_os("BACKUPLINT_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: BACKUPLINT_CORPUS does not name the directory of real code");
        return;
    };
    let text = corpus.join("expectations/terraform-azurerm-arguments.json");
    let text = std::fs::read_to_string(text).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut missing = Vec::new();
    for (kind, listed) in expected.as_object().unwrap() {
        let Some(known) = arguments(kind) else {
            missing.push(kind.clone());
            continue;
        };
        let is_known = |argument: &str| {
            known.iter().any(|known| {
                // The list names an inner block without the outer one, the tables some with it.
                known == argument
                    || known.ends_with(&format!(".{argument}"))
                    || known.starts_with(&format!("{argument}."))
            })
        };
        for argument in listed.as_array().unwrap() {
            let argument = argument["arg"].as_str().unwrap();
            if !is_known(argument) {
                missing.push(format!("{kind}.{argument}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_property_leads_back_to_its_argument() {
    let vault = "azurerm_recovery_services_vault";
    let soft_delete = "properties.securitySettings.softDeleteSettings.softDeleteState";
    let found = argument(vault, soft_delete, Some(4)).unwrap();
    assert_eq!(found.path, "soft_delete_enabled");
    let value = found.value(&Content::Text("Enabled".into()));
    assert!(matches!(value, Some(Content::Bool(true))));
    assert!(argument(vault, soft_delete, Some(5)).is_none());
    assert!(argument(vault, soft_delete, None).is_none());
    let alerts = "properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures";
    let found = argument(vault, alerts, None).unwrap();
    assert_eq!(found.path, "monitoring.alerts_for_all_job_failures_enabled");
    assert!(argument(vault, "properties.restoreSettings", None).is_none());
}
