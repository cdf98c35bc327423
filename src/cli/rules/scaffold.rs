//! `backuplint rules new ID`: the files of a rule with what only its author knows left open, so that nothing wrong is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use miette::Diagnostic;
use thiserror::Error;

use super::super::{exit, output, terminal};
use crate::engine::RuleSet;
use crate::inventory::Kind;
use crate::report;
use crate::rule::is_rule_id;

/// Options of `rules new`.
#[derive(Debug, Args)]
#[command(
    after_help = "What it leaves empty is yours to fill in: until then `rules test` and every other command refuse the rule.

Examples:
  backuplint rules new vault-owner-missing --dir policies
  backuplint rules new disk-public-access --on Microsoft.Compute/disks --family network --dir policies
  backuplint rules test policies"
)]
pub(in crate::cli) struct NewArgs {
    /// The id: kebab-case, names the defect, reads well after \"allow\"
    id: String,
    /// The type that it judges, as Azure Resource Manager writes it
    #[arg(long, value_name = "TYPE", default_value = "Microsoft.RecoveryServices/vaults")]
    on: String,
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
    #[error("`{name}` is no type of resource")]
    #[diagnostic(code(backuplint::rules))]
    NoType {
        name: String,
        #[help]
        help: String,
    },
}

pub(in crate::cli) fn run(args: &NewArgs) -> miette::Result<u8> {
    let NewArgs { id, on, family, dir } = args;
    if !is_rule_id(id) {
        let id = report::visible(id);
        return Err(NewError::BadName(format!("id `{id}` is not kebab-case")).into());
    }
    if family.is_empty() || !family.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        let family = report::visible(family);
        return Err(NewError::BadName(format!("family `{family}` is not a snake_case word")).into());
    }
    if RuleSet::bundled()?.find(id).is_some() {
        return Err(NewError::Taken { id: id.clone() }.into());
    }
    let kind = resource_type(on)?;
    let name = id.replace('-', "_");
    let folder = dir.join(family).join(&name);
    if folder.exists() {
        return Err(NewError::Exists(folder.display().to_string()).into());
    }
    let filled = |text: &str| {
        text.replace("{id}", id)
            .replace("{family}", family)
            .replace("{name}", &name)
            .replace("{package}", package(dir))
            .replace("{type}", &kind)
            .replace("{version}", env!("CARGO_PKG_VERSION"))
    };
    let case = |list| CASE.replace("{resource}", &example(&kind)).replace("{list}", list);
    let files = [
        ("rule.toml", filled(RULE_TOML)),
        ("check.rego", filled(CHECK_REGO)),
        ("cases/fail_example.snapshot.json", case("resources")),
        ("cases/pass_example.snapshot.json", case("resources")),
        ("cases/unknown_example.snapshot.json", case("listed")),
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
        "wrote {0}\nnext: fill in rule.toml, check.rego and cases/, then run `backuplint rules test {0}`",
        folder.display()
    ));
    Ok(exit::CLEAN)
}

/// Where modules of this folder belong: bundled rules lie beside their registry.
fn package(dir: &Path) -> &'static str {
    if dir.join("mod.rs").is_file() { "backuplint.rules" } else { "policies" }
}

/// Letters that a slip gets wrong.
const MOST_SLIPS: usize = 3;

/// The type as Azure spells it. One that this version does not know is taken as it is, unless it looks like a slip.
fn resource_type(name: &str) -> Result<String, NewError> {
    let known = || Kind::all().map(Kind::type_name).filter(|name| name.contains('.'));
    if let Some(known) = known().find(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(known.to_owned());
    }
    let slips = |known: &str| strsim::levenshtein(&known.to_lowercase(), &name.to_lowercase());
    let near = known().map(|known| (slips(known), known)).min();
    let help = match near.filter(|(slips, _)| *slips <= MOST_SLIPS) {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None if is_type(name) => return Ok(name.to_owned()),
        None if name.to_ascii_lowercase().starts_with("script/") => {
            "a rule on scripts starts from one that is there: `backuplint rules list --family script`"
                .to_owned()
        }
        None => {
            let ends = |known: &&str| {
                known.rsplit('/').next().is_some_and(|end| end.eq_ignore_ascii_case(name))
            };
            let same: Vec<String> = known().filter(ends).map(|known| format!("`{known}`")).collect();
            if same.is_empty() {
                "write it as Azure Resource Manager does, for example Microsoft.DataProtection/backupVaults"
                    .to_owned()
            } else {
                format!("did you mean {}?", same.join(" or "))
            }
        }
    };
    Err(NewError::NoType { name: report::visible(name).into_owned(), help })
}

/// Whether a text has the form of a type: a provider with dots, and words behind slashes.
fn is_type(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split_once('/').is_some_and(|(provider, kinds)| {
        provider.contains('.') && provider.split('.').all(is_word) && kinds.split('/').all(is_word)
    })
}

/// The id, name and type of a resource of a type, as members of JSON.
fn example(kind: &str) -> String {
    const SUBSCRIPTION: &str = "/subscriptions/0b7a1c5e-1111-4222-8333-944455556666";
    let (provider, kinds) = kind.split_once('/').unwrap_or((kind, ""));
    let group = format!("{SUBSCRIPTION}/resourceGroups/example");
    let id = match Kind::of_type(kind) {
        Kind::Subscription => SUBSCRIPTION.to_owned(),
        Kind::ResourceGroup => group,
        Kind::ManagementGroup => format!("/providers/{kind}/example"),
        _ => kinds.split('/').fold(format!("{group}/providers/{provider}"), |id, kind| {
            format!("{id}/{kind}/example")
        }),
    };
    format!("\"id\": \"{id}\",\n      \"name\": \"example\",\n      \"type\": \"{kind}\"")
}

const RULE_TOML: &str = r#"id = "{id}"
# What is wrong when it fires, in one line.
title = ""
family = "{family}"
severity = "low"
security-severity = "2.0"
profiles = ["default"]
since = "{version}"
applies-to = ["{type}"]
# What it can judge: "live", "snapshot", "terraform", "arm", "bicep". Name a language when a case in it is here.
inputs = []
# Why it matters.
rationale = ""
# What fails, what passes, what is unknown, what is not applicable.
judged = ""
# Addresses of the sources, such as Microsoft's documentation.
references = []

# Every property the rule reads. What is not declared here is not in `input`.
[[facts]]
type = "{type}"
path = "properties."

[remediation]
# How to mend it, in words; `az`, `terraform` and `bicep` take commands and code.
text = ""
"#;

const CHECK_REGO: &str = r#"# What is wrong when it fires.
package {package}.{family}.{name}

deny contains {
	"path": "properties.",
	"message": "",
	"observed": null,
	"expected": "",
} if {
	# The defect: a condition on `input.properties`. As it stands, the rule never fires.
	false
}
"#;

const CASE: &str = r#"{
  "schema": "backuplint.snapshot/1",
  "collectedAt": "2026-11-20T02:00:00Z",
  "{list}": [
    {
      {resource},
      "location": "westeurope",
      "properties": {}
    }
  ]
}
"#;
