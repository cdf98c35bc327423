//! The page of a rule, as Markdown: the same text in `README.md`, `explain` and SARIF help.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Change, Fix, Metadata, Parameter, controls};
use crate::inventory::{Kind, Property};

/// The page of one rule.
pub fn page(metadata: &Metadata, language: &str) -> String {
    let mut page = String::new();
    let number = metadata
        .security_severity
        .as_deref()
        .map(|number| format!(" ({number})"))
        .unwrap_or_default();
    let profiles: Vec<_> = metadata.profiles.iter().map(|profile| profile.name()).collect();
    let _ = write!(
        page,
        "# `{}`\n\n{}\n\n| | |\n| --- | --- |\n| Severity | {}{number} |\n| Family | {} |\n| Profiles | {} |\n| Written in | {language} |\n| Since | {} |\n",
        metadata.id,
        sentence(&metadata.title),
        metadata.severity,
        metadata.family,
        profiles.join(", "),
        metadata.since,
    );
    if !metadata.aliases.is_empty() {
        let _ = writeln!(page, "| Former ids | {} |", metadata.aliases.join(", "));
    }
    section(&mut page, "Why", &metadata.rationale);
    section(&mut page, "How it is judged", &metadata.judged);
    let applies: Vec<_> = metadata.applies_to.iter().map(|name| format!("* `{name}`")).collect();
    section(&mut page, "Judges", &applies.join("\n"));
    parameters(&mut page, &metadata.id, &metadata.parameters);
    if !metadata.facts.is_empty() {
        let rows: Vec<_> = metadata
            .facts
            .iter()
            .map(|fact| {
                let path = if fact.path.is_empty() {
                    "(the list)".to_owned()
                } else {
                    format!("`{}`", fact.path)
                };
                let note = if fact.optional { "helps, not needed" } else { "needed" };
                format!("| `{}` | {path} | {note} |", fact.r#type)
            })
            .collect();
        section(
            &mut page,
            "Reads",
            &format!("| type | property | |\n| --- | --- | --- |\n{}", rows.join("\n")),
        );
    }
    section(&mut page, "How to mend it", &metadata.remediation.text);
    let snippets = [
        ("Azure CLI", "sh", &metadata.remediation.az),
        ("Terraform", "terraform", &metadata.remediation.terraform),
        ("Bicep", "bicep", &metadata.remediation.bicep),
    ];
    for (title, language, snippet) in snippets {
        if let Some(snippet) = snippet {
            let _ = write!(page, "\n{title}:\n\n```{language}\n{}\n```\n", snippet.trim());
        }
    }
    if let Some(reason) = &metadata.remediation.untestable {
        let _ = write!(page, "\nWhy no pair of cases shows all of it: {}\n", sentence(reason));
    }
    fixes(&mut page, &metadata.fixes);
    if !metadata.controls.is_empty() {
        let rows: Vec<_> = metadata
            .controls
            .iter()
            .map(|(framework, controls)| format!("* {framework}: {}", controls.join(", ")))
            .collect();
        section(&mut page, "Controls", &rows.join("\n"));
    }
    if !metadata.references.is_empty() {
        let references: Vec<_> =
            metadata.references.iter().map(|address| format!("* <{address}>")).collect();
        section(&mut page, "Sources", &references.join("\n"));
    }
    page
}

fn section(page: &mut String, title: &str, text: &str) {
    let _ = write!(page, "\n## {title}\n\n{}\n", text.trim());
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

fn parameters(page: &mut String, id: &str, parameters: &BTreeMap<String, Parameter>) {
    if parameters.is_empty() {
        return;
    }
    let rows: Vec<_> = parameters
        .iter()
        .map(|(name, parameter)| {
            let bounds = match (parameter.minimum, parameter.maximum) {
                (Some(low), Some(high)) => format!(" ({low} to {high})"),
                (Some(low), None) => format!(" (at least {low})"),
                (None, Some(high)) => format!(" (at most {high})"),
                (None, None) => String::new(),
            };
            format!(
                "| `{name}` | `{}` | {}{bounds} |",
                parameter.default,
                parameter.description.trim()
            )
        })
        .collect();
    let first =
        parameters.iter().next().map(|(name, parameter)| format!("{name} = {}", parameter.default));
    let example = first.unwrap_or_default();
    section(
        page,
        "Parameters",
        &format!(
            "| name | default | meaning |\n| --- | --- | --- |\n{}\n\n```toml\n[rules.{id}]\n{example}\n```",
            rows.join("\n")
        ),
    );
}

fn fixes(page: &mut String, fixes: &[Fix]) {
    if fixes.is_empty() {
        return;
    }
    let rows: Vec<_> = fixes
        .iter()
        .map(|fix| {
            let change = match &fix.change {
                Change::Value(value) => format!("becomes `{value}`"),
                Change::Parameter { name, text: None, at_most: None, of_each: None } => {
                    format!("becomes `{name}`")
                }
                Change::Parameter { name, text, at_most, of_each } => {
                    let text = text
                        .as_ref()
                        .map(|text| format!("`{}`, the number being ", text.replace("{}", "…")));
                    let most = at_most.map(|most| format!(" if that is at most {most}"));
                    let each = of_each.map(|each| format!(" / {each}, rounded up"));
                    format!(
                        "becomes {}`{name}`{}{}",
                        text.unwrap_or_default(),
                        each.unwrap_or_default(),
                        most.unwrap_or_default()
                    )
                }
                Change::Remove => "is taken out".to_owned(),
            };
            let when = fix.when.as_ref().map(|when| format!(", where it says `{when}`"));
            let option = if fix.safe { "`--fix`" } else { "`--unsafe-fixes`" };
            format!(
                "| `{}` | `{}` | {change}{} | {option} |",
                fix.r#type,
                fix.path,
                when.unwrap_or_default()
            )
        })
        .collect();
    section(
        page,
        "What a fix writes into code",
        &format!("| type | property | | with |\n| --- | --- | --- | --- |\n{}", rows.join("\n")),
    );
}

/// A kind of input and whether it carries a property.
const INPUTS: [&str; 3] = ["snapshot", "resource-graph", "list"];

/// Which inputs can feed a rule: computed from its facts and the property table.
///
/// A Resource Graph export has no children of vaults but those of its backup tables; a LIST leaves
/// out what the property table says.
pub fn coverage(metadata: &Metadata) -> Vec<(&'static str, bool)> {
    let feeds = |input: &str| {
        let needed: Vec<_> = metadata.facts.iter().filter(|fact| !fact.optional).collect();
        let groups: BTreeSet<_> = needed.iter().filter_map(|fact| fact.group.as_deref()).collect();
        let carried = |fact: &super::FactDeclaration| {
            let kind = Kind::of_type(&fact.r#type);
            match input {
                "snapshot" => true,
                // Read through ARM only: see the table list of Resource Graph,
                // <https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources>.
                "resource-graph" => !matches!(
                    kind,
                    Kind::BackupConfig
                        | Kind::StorageConfig
                        | Kind::EncryptionConfig
                        | Kind::RecoveryServicesGuardLink
                        | Kind::BackupVaultGuardLink
                        | Kind::RecoveryServicesPoint
                        | Kind::BackupVaultPoint
                        | Kind::Lock
                ),
                _ => {
                    let left_out = Property::of(kind, &fact.path).is_some_and(|property| {
                        kind == Kind::RecoveryServicesVault
                            && property.carried_with.iter().all(|path| {
                                matches!(
                                    *path,
                                    "properties.securitySettings" | "properties.redundancySettings"
                                )
                            })
                            && !property.carried_with.is_empty()
                    });
                    !left_out
                }
            }
        };
        let alone = needed.iter().filter(|fact| fact.group.is_none()).all(|fact| carried(fact));
        let grouped = groups.into_iter().all(|group| {
            needed.iter().any(|fact| fact.group.as_deref() == Some(group) && carried(fact))
        });
        alone && grouped
    };
    INPUTS.into_iter().map(|input| (input, feeds(input))).collect()
}

/// Whether a rule judges nothing that Azure shows, only what code and scripts say.
fn is_of_code(metadata: &Metadata) -> bool {
    let facts = &metadata.facts;
    metadata.applies_to.iter().all(|name| is_code(name))
        || !facts.is_empty()
            && facts.iter().all(|fact| is_code(&fact.r#type) || fact.path.starts_with("terraform."))
}

/// Whether a type is none of Azure.
fn is_code(name: &str) -> bool {
    name.starts_with("Script/") || name.starts_with("Terraform/")
}

/// The ARM actions a caller needs so that a rule can read its facts.
pub fn permissions(metadata: &Metadata) -> BTreeSet<String> {
    metadata
        .facts
        .iter()
        .filter(|fact| fact.r#type.contains('/') && !is_code(&fact.r#type))
        .map(|fact| match Kind::of_type(&fact.r#type) {
            // Items are listed at the vault, not below their containers.
            Kind::ProtectedItem => {
                "Microsoft.RecoveryServices/vaults/backupProtectedItems/read".to_owned()
            }
            _ => format!("{}/read", fact.r#type),
        })
        .collect()
}

/// The index of all rules: by family, with the inputs that can feed each, and the permissions.
pub fn index<'m>(rules: impl Iterator<Item = (&'m Metadata, &'m str)> + Clone) -> String {
    let mut text = String::from(
        "# Rules\n\nThis page is generated from the `rule.toml` files. `backuplint explain ID` prints a rule's page.\n",
    );
    let families: BTreeSet<&str> =
        rules.clone().map(|(metadata, _)| metadata.family.as_str()).collect();
    for family in families {
        let _ = write!(
            text,
            "\n## {family}\n\n| rule | severity | profiles | language | {} |\n| --- | --- | --- | --- |{}\n",
            INPUTS.join(" | "),
            " --- |".repeat(INPUTS.len()),
        );
        for (metadata, language) in rules.clone().filter(|(metadata, _)| metadata.family == family)
        {
            let profiles: Vec<_> = metadata.profiles.iter().map(|profile| profile.name()).collect();
            let inputs: Vec<_> = coverage(metadata)
                .into_iter()
                .map(|(_, fed)| match fed {
                    _ if is_of_code(metadata) => "-",
                    true => "yes",
                    false => "unknown",
                })
                .collect();
            let _ = writeln!(
                text,
                "| [`{id}`]({family}/{folder}/README.md): {title} | {severity} | {profiles} | {language} | {inputs} |",
                id = metadata.id,
                folder = metadata.id.replace('-', "_"),
                title = metadata.title.trim_end_matches('.'),
                severity = metadata.severity,
                profiles = profiles.join(", "),
                inputs = inputs.join(" | "),
            );
        }
    }
    text.push_str(
        "\nInputs: `snapshot` is what a collection with all permissions gives; `resource-graph` an export of \
         Resource Graph; `list` the answer of a LIST call. Where an input cannot feed a rule the verdict is \
         `unknown`, never a pass. What stands in code, scripts and pipelines (`-`) only `lint` reads; rules of the family \
         change judge a plan, or such an input before and after.\n",
    );
    text.push_str(&by_control(rules.clone().map(|(metadata, _)| metadata)));
    text.push_str(
        "\n## Permissions\n\nThe role Reader grants all of them. Backup Reader does not \
         grant the guard links.\n\n",
    );
    let permissions: BTreeSet<String> =
        rules.flat_map(|(metadata, _)| permissions(metadata)).collect();
    for permission in permissions {
        let _ = writeln!(text, "* `{permission}`");
    }
    text
}

/// Which rules speak of which control.
fn by_control<'m>(rules: impl Iterator<Item = &'m Metadata> + Clone) -> String {
    let rules: Vec<&Metadata> = rules.collect();
    let controls = controls(rules.iter().copied());
    let mut text = String::from(
        "\n## Controls\n\n`backuplint rules list --control ID` lists the rules of one; `audit --select ID` runs \
         them. A rule speaks of a control where it checks part of it: no control is covered by rules alone.\n",
    );
    for framework in controls.chunk_by(|left, right| left.framework == right.framework) {
        let _ = write!(
            text,
            "\n### {}\n\n| control | rules |\n| --- | --- |\n",
            framework[0].framework
        );
        for control in framework {
            let links: Vec<String> = control
                .rules
                .iter()
                .map(|at| {
                    let Metadata { id, family, .. } = rules[*at];
                    format!("[`{id}`]({family}/{}/README.md)", id.replace('-', "_"))
                })
                .collect();
            let _ = writeln!(text, "| {} | {} |", control.id, links.join(", "));
        }
    }
    text
}
