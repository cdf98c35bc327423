//! Templates and modules that templates and Bicep deploy.

use super::{Row, UNLOCKED, bicep, linking, parameters, vault};

fn uri(path: &str) -> String {
    format!(r#""uri": "[uri(deployment().properties.templateLink.uri, '{path}')]""#)
}

pub fn rows() -> Vec<Row> {
    let row = |name, files, named, judged| Row { name, files, named, judged, told: &[] };
    vec![
        row(
            "a relative path",
            vec![
                (
                    "main.json",
                    linking("", &[(r#""relativePath": "nested/vault.json""#, "Disabled")]),
                ),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json"],
        ),
        row(
            "a relative path that is computed",
            vec![
                (
                    "main.json",
                    linking(
                        r#""folder": {"type": "string", "defaultValue": "nested"}"#,
                        &[(
                            r#""relativePath": "[concat(parameters('folder'), '/vault.json')]""#,
                            "Disabled",
                        )],
                    ),
                ),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json"],
        ),
        row(
            "an address beside the template itself",
            vec![
                ("main.json", linking("", &[(&uri("nested/vault.json"), "Disabled")])),
                ("nested/vault.json", vault(UNLOCKED)),
                ("other/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json", "pass other/vault.json"],
        ),
        row(
            "an address of a template that has one itself",
            vec![
                ("main.json", linking("", &[(&uri("nested/middle.json"), "")])),
                ("nested/middle.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                ("nested/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail nested/vault.json via main.json nested/middle.json"],
        ),
        row(
            "a template that only the default of another one names",
            vec![
                (
                    "a/main.json",
                    linking("", &[(&uri("../b/middle.json"), "")]).replace(
                        r#""templateLink""#,
                        r#""parameters": {"link": {"value": "other.json"}}, "templateLink""#,
                    ),
                ),
                (
                    "b/middle.json",
                    linking(
                        r#""link": {"type": "string", "defaultValue": "vault.json"}"#,
                        &[(
                            r#""uri": "[uri(deployment().properties.templateLink.uri, parameters('link'))]""#,
                            "Disabled",
                        )],
                    ),
                ),
                ("b/other.json", vault(UNLOCKED)),
                ("b/vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail b/other.json via a/main.json b/middle.json", "pass b/vault.json"],
        ),
        Row {
            told: &["deploys itself", "is not read"],
            ..row(
                "two that deploy each other",
                vec![
                    (
                        "a.json",
                        linking("", &[(&uri("b.json"), ""), (&uri("vault.json"), "Disabled")]),
                    ),
                    ("b.json", linking("", &[(&uri("a.json"), "")])),
                    ("vault.json", vault(UNLOCKED)),
                ],
                &[],
                &["fail vault.json via a.json"],
            )
        },
        Row {
            told: &["vault.parameters.json is not used"],
            ..row(
                "parameters of a template that another one deploys",
                vec![
                    ("main.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                    ("vault.json", vault(UNLOCKED)),
                    ("vault.parameters.json", parameters("Locked")),
                ],
                &[],
                &["fail vault.json via main.json"],
            )
        },
        row(
            "parameters of a template that the command line names",
            vec![
                ("main.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                ("vault.json", vault(UNLOCKED)),
                ("vault.parameters.json", parameters("Disabled")),
            ],
            &["vault.json"],
            &["fail vault.json via main.json", "fail vault.json via vault.parameters.json"],
        ),
        row(
            "a template that the command line names",
            vec![
                ("main.json", linking("", &[(&uri("vault.json"), "Disabled")])),
                ("vault.json", vault(UNLOCKED)),
            ],
            &["vault.json"],
            &["fail vault.json via main.json", "pass vault.json"],
        ),
        row(
            "a module of Bicep",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.bicep' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.bicep", bicep("state")),
            ],
            &[],
            &["fail vault.bicep via main.bicep"],
        ),
        row(
            "a module of Bicep that the command line names",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.bicep' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.bicep", bicep("state")),
            ],
            &["vault.bicep"],
            &["fail vault.bicep via main.bicep", "unknown vault.bicep"],
        ),
        row(
            "a template as a module of Bicep",
            vec![
                (
                    "main.bicep",
                    "module v 'vault.json' = {\n  name: 'v'\n  params: { state: 'Disabled' }\n}\n"
                        .to_owned(),
                ),
                ("vault.json", vault(UNLOCKED)),
            ],
            &[],
            &["fail vault.json via main.bicep"],
        ),
    ]
}
