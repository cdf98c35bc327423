//! `backuplint rules new ID`: a rule that passes its own tests from the first minute.

use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::super::{exit, output, terminal};
use crate::engine::RuleSet;
use crate::rule::Metadata;

/// Options of `rules new`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  backuplint rules new vault-tag-missing --dir policies\n  backuplint rules test policies"
)]
pub(in crate::cli) struct NewArgs {
    /// The id: kebab-case, names the defect, reads well after \"allow\"
    id: String,
    /// The family, which becomes a folder
    #[arg(long, value_name = "NAME", default_value = "vault")]
    family: String,
    /// Where rule packs are kept
    #[arg(long, value_name = "DIR", default_value = "policies")]
    dir: PathBuf,
}

/// The rule cannot be written.
#[derive(Debug, Error, Diagnostic)]
enum NewError {
    #[error("{0} is there already")]
    #[diagnostic(code(backuplint::rules), help("choose another id, or remove the folder"))]
    Exists(String),
    #[error("`{id}` is taken by a bundled rule")]
    #[diagnostic(code(backuplint::rules), help("ids are unique over all families and packs"))]
    Taken { id: String },
    #[error("{0}")]
    #[diagnostic(
        code(backuplint::rules),
        help("use small letters, digits and hyphens, for example vault-tag-missing")
    )]
    BadName(String),
}

pub(in crate::cli) fn run(args: &NewArgs) -> miette::Result<u8> {
    let NewArgs { id, family, dir } = args;
    let toml = RULE_TOML.replace("{id}", id).replace("{family}", family);
    Metadata::parse(&toml).map_err(|error| NewError::BadName(error.to_string()))?;
    if family.is_empty() || !family.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Err(NewError::BadName(format!("family `{family}` is not a snake_case word")).into());
    }
    if RuleSet::bundled()?.find(id).is_some() {
        return Err(NewError::Taken { id: id.clone() }.into());
    }
    let name = id.replace('-', "_");
    let folder = dir.join(family).join(&name);
    if folder.exists() {
        return Err(NewError::Exists(folder.display().to_string()).into());
    }
    let files = [
        ("rule.toml", toml),
        ("check.rego", CHECK_REGO.replace("{family}", family).replace("{name}", &name)),
        ("cases/fail_no_owner_tag.snapshot.json", case(r#""environment": "prod""#, "resources")),
        ("cases/pass_owner_tag.snapshot.json", case(r#""owner": "payments""#, "resources")),
        ("cases/unknown_listed_without_tags.snapshot.json", unknown_case()),
    ];
    for (file, text) in files {
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|cause| {
                crate::engine::LoadError::Unreadable { path: parent.display().to_string(), cause }
            })?;
        }
        output::write_file(&path, |out| out.write_all(text.as_bytes()))?;
    }
    terminal::note(&format!(
        "wrote {0}\nnext: edit rule.toml, check.rego and cases/, then run `backuplint rules test {0}`",
        folder.display()
    ));
    Ok(exit::CLEAN)
}

fn case(tags: &str, list: &str) -> String {
    CASE.replace("{tags}", &format!("\n      \"tags\": {{ {tags} }},")).replace("{list}", list)
}

fn unknown_case() -> String {
    CASE.replace("{tags}", "").replace("{list}", "listed")
}

const RULE_TOML: &str = r#"id = "{id}"
title = "The vault has no owner tag"
family = "{family}"
severity = "low"
security-severity = "2.0"
profiles = ["default"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
inputs = ["live", "snapshot", "terraform", "arm", "bicep"]
rationale = "When a restore is needed at night, nobody should have to guess whom to call."
judged = "Fails when the vault has no `owner` tag. Unknown when its tags were not read."
references = ["https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"]

# Every property the rule reads. What is not declared here is not in `input`.
[[facts]]
type = "Microsoft.RecoveryServices/vaults"
path = "tags.owner"

[remediation]
text = "Tag the vault with the team that answers for it."
az = "az backup vault update --name VAULT --resource-group GROUP --tags owner=TEAM"
"#;

const CHECK_REGO: &str = r#"# The vault has no owner tag.
package policies.{family}.{name}

deny contains {
	"path": "tags.owner",
	"message": "the vault has no owner tag",
	"observed": null,
	"expected": "the team that answers for it",
} if {
	not input.tags.owner
}
"#;

const CASE: &str = r#"{
  "schema": "backuplint.snapshot/1",
  "collectedAt": "2026-11-20T02:00:00Z",
  "{list}": [
    {
      "id": "/subscriptions/0b7a1c5e-1111-4222-8333-944455556666/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/rsv-example",
      "name": "rsv-example",
      "type": "Microsoft.RecoveryServices/vaults",
      "location": "westeurope",{tags}
      "properties": { "provisioningState": "Succeeded" }
    }
  ]
}
"#;
