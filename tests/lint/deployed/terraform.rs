//! Templates that Terraform deploys.

use super::{Row, UNLOCKED, bicep, linking, parameters, vault};

const GROUP: &str = "azurerm_resource_group_template_deployment";

/// A deployment by Terraform.
fn deployment(kind: &str, template: &str, more: &str) -> String {
    format!(
        "resource \"{kind}\" \"d\" {{\n  name = \"d\"\n  resource_group_name = \"rg\"\n  deployment_mode = \"Incremental\"\n  \
         template_content = {template}\n  {more}\n}}\n"
    )
}

fn given(state: &str) -> String {
    format!("parameters_content = jsonencode({{ state = {{ value = {state} }} }})")
}

fn disabled() -> String {
    given("\"Disabled\"")
}

/// A plan that makes the deployment of this template, with its vault disabled.
fn plan(template: &str) -> String {
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let values = serde_json::json!({
        "name": "d", "resource_group_name": "rg", "deployment_mode": "Incremental",
        "template_content": template.to_string(),
        "parameters_content": r#"{"state":{"value":"Disabled"}}"#,
    });
    let resource = |name: &str, values: serde_json::Value| {
        serde_json::json!({
            "address": format!("{GROUP}.d"), "mode": "managed", "type": GROUP, "name": "d",
            "provider_name": "registry.terraform.io/hashicorp/azurerm", name: values,
        })
    };
    let change = serde_json::json!({
        "actions": ["create"], "before": null, "after": values, "after_unknown": {},
        "before_sensitive": false, "after_sensitive": {},
    });
    serde_json::json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [resource("values", values)]}},
        "resource_changes": [resource("change", change)],
    })
    .to_string()
}

pub fn rows() -> Vec<Row> {
    let row = |name, files, named, judged| Row { name, files, named, judged, told: &[] };
    let file = "file(\"${path.module}/vault.json\")";
    vec![
        row(
            "a file",
            vec![("main.tf", deployment(GROUP, file, &disabled())), ("vault.json", vault(UNLOCKED))],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a file that nothing deploys stays, be it the same text",
            vec![
                ("main.tf", deployment(GROUP, file, &disabled())),
                ("vault.json", vault(UNLOCKED)),
                ("copy.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf", "pass copy.json"],
        ),
        row(
            "a file that the command line names",
            vec![("main.tf", deployment(GROUP, file, &disabled())), ("vault.json", vault(UNLOCKED))],
            &["vault.json"],
            &["fail vault.json via main.tf", "pass vault.json"],
        ),
        row(
            "a file of another folder, by way of a module",
            vec![
                (
                    "main.tf",
                    "module \"m\" {\n  source = \"./m\"\n  template = file(\"${path.module}/arm/vault.json\")\n}\n"
                        .to_owned(),
                ),
                (
                    "m/main.tf",
                    format!(
                        "variable \"template\" {{}}\nlocals {{\n  text = var.template\n}}\n{}",
                        deployment("azurerm_subscription_template_deployment", "local.text", &disabled())
                    ),
                ),
                ("arm/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail arm/vault.json via m/main.tf main.tf"],
        ),
        row(
            "each of a set of files",
            vec![
                (
                    "main.tf",
                    deployment(
                        GROUP,
                        "file(\"${path.module}/${each.key}\")",
                        "for_each = fileset(path.module, \"*.json\")",
                    ),
                ),
                ("a.json", vault(UNLOCKED)),
                ("b.json", vault(r#", "defaultValue": "Disabled""#).replace("\"rsv\"", "\"rsv-b\"")),
                ("other/c.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail b.json via main.tf", "pass a.json via main.tf", "pass other/c.json"],
        ),
        row(
            "a file that is rendered, and is no JSON before",
            vec![
                (
                    "main.tf",
                    deployment(
                        GROUP,
                        "templatefile(\"${path.module}/vault.json\", { state = \"Disabled\" })",
                        "",
                    ),
                ),
                (
                    "vault.json",
                    vault(", \"defaultValue\": %{ if state == \"\" }\"Unlocked\"%{ else }\"${state}\"%{ endif }"),
                ),
            ],
            &[],
            &["fail main.tf via vault.json"],
        ),
        row(
            "an object that was a file",
            vec![
                (
                    "main.tf",
                    "resource \"azapi_resource\" \"d\" {\n  type = \"Microsoft.Resources/deployments@2024-03-01\"\n  name = \"d\"\n  \
                     parent_id = \"/subscriptions/5e1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg\"\n  body = { properties = {\n    \
                     template = jsondecode(file(\"${path.module}/vault.json\"))\n    parameters = { state = { value = \"Disabled\" } }\n  } }\n}\n"
                        .to_owned(),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a secret among the parameters",
            vec![
                (
                    "main.tf",
                    format!(
                        "variable \"key\" {{\n  default   = \"x\"\n  sensitive = true\n}}\n{}",
                        deployment(
                            GROUP,
                            file,
                            "parameters_content = jsonencode({ state = { value = \"Disabled\" }, name = { value = var.key } })"
                        )
                    ),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "parameters of a file",
            vec![
                (
                    "main.tf",
                    deployment(
                        GROUP,
                        file,
                        "parameters_content = jsonencode(jsondecode(file(\"${path.module}/vault.parameters.json\")).parameters)",
                    ),
                ),
                ("vault.json", vault(UNLOCKED)),
                ("vault.parameters.json", parameters("Disabled")),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a secret as a parameter",
            vec![
                (
                    "main.tf",
                    format!(
                        "variable \"key\" {{\n  default   = \"Disabled\"\n  sensitive = true\n}}\n{}",
                        deployment(GROUP, file, "parameters_content = jsonencode({ state = { value = var.key } })")
                    ),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["unknown vault.json via main.tf"],
        ),
        row(
            "a deployment that may not be made",
            vec![
                (
                    "main.tf",
                    format!(
                        "variable \"on\" {{}}\n{}",
                        deployment(GROUP, file, &format!("count = var.on ? 1 : 0\n  {}", disabled()))
                    ),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a plan, in which the provider has written the template anew",
            vec![
                (
                    "main.tf",
                    format!("variable \"state\" {{}}\n{}", deployment(GROUP, file, &given("var.state"))),
                ),
                ("vault.json", vault(UNLOCKED)),
                ("plan.json", plan(&vault(UNLOCKED))),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        row(
            "a deployment that is not made",
            vec![
                ("main.tf", deployment(GROUP, file, "count = 0")),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["pass vault.json"],
        ),
        row(
            "what the compiler wrote, beside its source",
            vec![
                ("main.tf", deployment(GROUP, file, &disabled())),
                ("vault.bicep", bicep("'Unlocked'")),
                (
                    "vault.json",
                    vault(UNLOCKED).replacen(
                        '{',
                        r#"{"metadata": {"_generator": {"name": "bicep", "version": "0.40.2"}}, "#,
                        1,
                    ),
                ),
            ],
            &[],
            &["fail vault.json via main.tf"],
        ),
        Row {
            told: &["its template is not known"],
            ..row(
                "a template that cannot be known",
                vec![
                    (
                        "main.tf",
                        format!("variable \"t\" {{}}\n{}", deployment(GROUP, "var.t", &disabled())),
                    ),
                    ("vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["pass vault.json"],
            )
        },
        Row {
            // What Terraform hands over has no address that a link could start from.
            told: &["its template is not read whole"],
            ..row(
                "a link that cannot be followed",
                vec![
                    (
                        "main.tf",
                        deployment(GROUP, "file(\"${path.module}/arm/main.json\")", ""),
                    ),
                    ("arm/main.json", linking("", &[(r#""relativePath": "vault.json""#, "Disabled")])),
                    ("arm/vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["pass arm/vault.json"],
            )
        },
    ]
}
