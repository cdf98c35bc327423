//! Plans: written by hand to the documented format.

use std::path::Path;

use super::support::show;
use crate::code::terraform::diagnostic::DiagnosticKind;
use crate::code::terraform::plan::read;

const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},
"resource_changes":[
{"address":"module.m[\"a\"].azurerm_backup_policy_vm.p","module_address":"module.m[\"a\"]","mode":"managed","type":"azurerm_backup_policy_vm","name":"p","provider_name":"registry.terraform.io/hashicorp/azurerm",
 "change":{"actions":["delete","create"],"before":{"name":"old","sku":"a"},"after":{"name":"new","secret":"s","backup":[{"frequency":"Daily"}]},
 "after_unknown":{"id":true,"recovery_vault_name":true,"backup":[{"time":true}]},"before_sensitive":false,"after_sensitive":{"secret":true},"replace_paths":[["name"],["backup",0,"time"]]}},
{"address":"azurerm_recovery_services_vault.v","mode":"managed","type":"azurerm_recovery_services_vault","name":"v","change":{"actions":["delete"],"before":{"name":"v"},"after":null,"after_unknown":{}}}],
"configuration":{"provider_config":{"azurerm":{"name":"azurerm","full_name":"registry.terraform.io/hashicorp/azurerm","version_constraint":"~> 4.0","expressions":{"features":[{"recovery_service":[{"purge_protected_items_from_vault_on_destroy":{"constant_value":true}}]}]}}},
"root_module":{"module_calls":{"m":{"module":{"resources":[{"address":"azurerm_backup_policy_vm.p","expressions":{"recovery_vault_name":{"references":["azurerm_recovery_services_vault.w.name","azurerm_recovery_services_vault.w"]}}}]}}}}}}"#;

#[test]
fn a_plan_gives_instances_and_changes() {
    let plan = read(Path::new("plan.json"), PLAN, 0);
    assert!(plan.root.diagnostics.is_empty());
    assert_eq!(plan.changes.len(), 2);
    assert_eq!(plan.root.instances.len(), 1);
    let policy = &plan.changes[0];
    assert_eq!(policy.actions, ["delete".into(), "create".into()]);
    assert_eq!(policy.replace_paths, ["name", "backup[0].time"]);
    assert_eq!(show(&policy.before), r#"{"name":"old","sku":"a"}"#);
    let after = policy.after.as_map().unwrap();
    assert!(after.get("secret").unwrap().is_sensitive());
    assert_eq!(
        show(after.get("recovery_vault_name").unwrap()),
        "?AfterApply <module.m.azurerm_recovery_services_vault.w#name>"
    );
    assert!(
        show(after.get("backup").unwrap())
            .starts_with(r#"[{"frequency":"Daily","time":?AfterApply"#)
    );
    assert!(plan.changes[1].after.is_null());
    assert_eq!(
        show(&plan.root.providers[0].body),
        r#"{"features":[{"recovery_service":[{"purge_protected_items_from_vault_on_destroy":true}]}]}"#
    );
    assert_eq!(&*plan.root.requirements[0].version, "~> 4.0");
}

#[test]
fn a_plan_finds_the_place_in_the_code() {
    let root = super::support::root(
        "plan-places",
        &[
            (
                "main.tf",
                "variable \"all\" {}\nmodule \"m\" {\n  source   = \"./m\"\n  for_each = var.all\n}\n",
            ),
            (
                "m/main.tf",
                "resource \"azurerm_backup_policy_vm\" \"p\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n",
            ),
        ],
    );
    let mut plan = read(Path::new("plan.json"), PLAN, 7);
    assert_eq!(plan.root.instances[0].header.file, 7);
    plan.locate(&root);
    let policy = &plan.root.instances[0];
    assert_eq!(policy.header, root.instances[0].header);
    assert_eq!(policy.modules.len(), 1);
    assert!(policy.lifecycle.prevent_destroy.is_some());
    assert_eq!(&*policy.address, "module.m[\"a\"].azurerm_backup_policy_vm.p");
}

#[test]
fn what_is_no_plan_is_told() {
    for (text, kind) in [
        ("{", DiagnosticKind::Syntax),
        ("{}", DiagnosticKind::Format),
        (r#"{"format_version":"9.0"}"#, DiagnosticKind::Format),
        (r#"{"format_version":"1.0","values":{}}"#, DiagnosticKind::Format),
    ] {
        let plan = read(Path::new("plan.json"), text, 0);
        assert_eq!(plan.root.diagnostics.first().map(|told| told.kind), Some(kind), "{text}");
    }
}
