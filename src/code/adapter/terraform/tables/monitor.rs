//! Who hears of what happens to backups, and over which networks vaults are reached.

use crate::code::adapter::terraform::monitor::{
    alert_condition, conditions, connections, logs, mute, tell, zone_group,
};
use crate::code::adapter::terraform::row::{Mapping, Row, Target, number, same, same_or, truth_or};

pub const MAPPINGS: &[Mapping] = &[
    of(
        &["azurerm_monitor_diagnostic_setting"],
        "Microsoft.Insights/diagnosticSettings",
        &["{target_resource_id}/providers/Microsoft.Insights/diagnosticSettings/{name}"],
        DIAGNOSTICS,
    ),
    of(
        &["azurerm_monitor_action_group"],
        "Microsoft.Insights/actionGroups",
        &["{group}/providers/Microsoft.Insights/actionGroups/{name}"],
        ACTION_GROUP,
    ),
    of(
        &["azurerm_monitor_activity_log_alert"],
        "Microsoft.Insights/activityLogAlerts",
        &["{group}/providers/Microsoft.Insights/activityLogAlerts/{name}"],
        ACTIVITY_LOG_ALERT,
    ),
    of(
        &["azurerm_monitor_metric_alert"],
        "Microsoft.Insights/metricAlerts",
        &["{group}/providers/Microsoft.Insights/metricAlerts/{name}"],
        METRIC_ALERT,
    ),
    of(
        &["azurerm_monitor_scheduled_query_rules_alert_v2"],
        "Microsoft.Insights/scheduledQueryRules",
        &["{group}/providers/Microsoft.Insights/scheduledQueryRules/{name}"],
        QUERY_RULE,
    ),
    of(
        &["azurerm_monitor_alert_processing_rule_action_group"],
        "Microsoft.AlertsManagement/actionRules",
        PROCESSING_ID,
        ADD_GROUPS,
    ),
    of(
        &["azurerm_monitor_alert_processing_rule_suppression"],
        "Microsoft.AlertsManagement/actionRules",
        PROCESSING_ID,
        SUPPRESSION,
    ),
    of(
        &["azurerm_private_endpoint"],
        "Microsoft.Network/privateEndpoints",
        &["{group}/providers/Microsoft.Network/privateEndpoints/{name}"],
        ENDPOINT,
    ),
    Mapping {
        names: &["azurerm_private_endpoint"],
        kind: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        target: Target::Child("private_dns_zone_group", "privateDnsZoneGroups"),
        rows: &[same("name", "name"), Row::Together(&["private_dns_zone_ids"], zone_group)],
        answers: &[],
    },
    of(
        &["azurerm_log_analytics_workspace"],
        "Microsoft.OperationalInsights/workspaces",
        &["{group}/providers/Microsoft.OperationalInsights/workspaces/{name}"],
        &[same("name", "name"), same("location", "location")],
    ),
    of(
        &["azurerm_private_dns_zone"],
        "Microsoft.Network/privateDnsZones",
        &["{group}/providers/Microsoft.Network/privateDnsZones/{name}"],
        &[same("name", "name")],
    ),
];

const PROCESSING_ID: &[&str] = &["{group}/providers/Microsoft.AlertsManagement/actionRules/{name}"];

const fn of(
    names: &'static [&'static str],
    kind: &'static str,
    ids: &'static [&'static str],
    rows: &'static [Row],
) -> Mapping {
    Mapping { names, kind, target: Target::Resource(ids), rows, answers: &[] }
}

const DIAGNOSTICS: &[Row] = &[
    same("name", "name"),
    same("log_analytics_workspace_id", "properties.workspaceId"),
    same("log_analytics_destination_type", "properties.logAnalyticsDestinationType"),
    same("storage_account_id", "properties.storageAccountId"),
    same("eventhub_authorization_rule_id", "properties.eventHubAuthorizationRuleId"),
    same("eventhub_name", "properties.eventHubName"),
    same("partner_solution_id", "properties.marketplacePartnerId"),
    Row::Together(&["enabled_log", "log"], logs),
];

const ACTION_GROUP: &[Row] = &[
    same("name", "name"),
    same("tags", "tags"),
    same("short_name", "properties.groupShortName"),
    truth_or("enabled", "properties.enabled", true),
    Row::Blocks("arm_role_receiver", "properties.armRoleReceivers", RECEIVER),
    Row::Blocks("automation_runbook_receiver", "properties.automationRunbookReceivers", RECEIVER),
    Row::Blocks("azure_app_push_receiver", "properties.azureAppPushReceivers", RECEIVER),
    Row::Blocks("azure_function_receiver", "properties.azureFunctionReceivers", RECEIVER),
    Row::Blocks("email_receiver", "properties.emailReceivers", RECEIVER),
    Row::Blocks("event_hub_receiver", "properties.eventHubReceivers", RECEIVER),
    Row::Blocks("itsm_receiver", "properties.itsmReceivers", RECEIVER),
    Row::Blocks("logic_app_receiver", "properties.logicAppReceivers", RECEIVER),
    Row::Blocks("sms_receiver", "properties.smsReceivers", RECEIVER),
    Row::Blocks("voice_receiver", "properties.voiceReceivers", RECEIVER),
    Row::Blocks("webhook_receiver", "properties.webhookReceivers", RECEIVER),
];

/// Whom it tells matters, not how.
const RECEIVER: &[Row] = &[same("name", "name")];

const ACTIVITY_LOG_ALERT: &[Row] = &[
    same("name", "name"),
    same("tags", "tags"),
    truth_or("enabled", "properties.enabled", true),
    same("scopes", "properties.scopes"),
    Row::Together(&["criteria"], alert_condition),
    Row::Blocks("action", "properties.actions.actionGroups", ACTION),
];

const ACTION: &[Row] = &[same("action_group_id", "actionGroupId")];

const METRIC_ALERT: &[Row] = &[
    same("name", "name"),
    same("tags", "tags"),
    truth_or("enabled", "properties.enabled", true),
    same("scopes", "properties.scopes"),
    same("target_resource_type", "properties.targetResourceType"),
    same("target_resource_location", "properties.targetResourceRegion"),
    Row::Blocks("criteria", "properties.criteria.allOf", METRIC),
    Row::Blocks("action", "properties.actions", ACTION),
];

const METRIC: &[Row] = &[
    same("metric_namespace", "metricNamespace"),
    same("metric_name", "metricName"),
    same("operator", "operator"),
    number("threshold", "threshold"),
    Row::Blocks("dimension", "dimensions", DIMENSION),
];

const DIMENSION: &[Row] =
    &[same("name", "name"), same("operator", "operator"), same("values", "values")];

const QUERY_RULE: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    truth_or("enabled", "properties.enabled", true),
    same("scopes", "properties.scopes"),
    Row::Blocks("criteria", "properties.criteria.allOf", QUERY),
    Row::Block("action", "properties.actions", &[same("action_groups", "actionGroups")]),
];

const QUERY: &[Row] = &[
    same("query", "query"),
    same("operator", "operator"),
    number("threshold", "threshold"),
    Row::Blocks("dimension", "dimensions", DIMENSION),
    number(
        "failing_periods.minimum_failing_periods_to_trigger_alert",
        "failingPeriods.minFailingPeriodsToAlert",
    ),
    number(
        "failing_periods.number_of_evaluation_periods",
        "failingPeriods.numberOfEvaluationPeriods",
    ),
];

const ADD_GROUPS: &[Row] = &[
    same("name", "name"),
    same("tags", "tags"),
    same_or("location", "location", "Global"),
    truth_or("enabled", "properties.enabled", true),
    same("scopes", "properties.scopes"),
    Row::Together(&["add_action_group_ids"], tell),
    Row::Together(&["condition", "schedule"], conditions),
];

const SUPPRESSION: &[Row] = &[
    same("name", "name"),
    same("tags", "tags"),
    same_or("location", "location", "Global"),
    truth_or("enabled", "properties.enabled", true),
    same("scopes", "properties.scopes"),
    Row::Together(&[], mute),
    Row::Together(&["condition", "schedule"], conditions),
];

const ENDPOINT: &[Row] = &[
    same("name", "name"),
    same("location", "location"),
    same("tags", "tags"),
    same("subnet_id", "properties.subnet.id"),
    Row::Together(&["private_service_connection"], connections),
];
