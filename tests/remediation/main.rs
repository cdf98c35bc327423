//! The remediation of every rule, proven: for each kind of vault that a rule fails there is a failing case
//! whose passing twin differs in nothing but facts that the rule declares, and the snippets say the
//! difference. Where the corpora are at hand, types, properties and arguments in snippets exist.

#![allow(
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says aloud what it skips; its helpers are no API"
)]

mod corpus;
mod fixed;
mod pair;
mod snippet;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backuplint::rule::Metadata;
use pair::Change;
use serde_json::Value;
use snippet::{Language, Value as Written};

/// Every bundled rule with its folder.
fn rules() -> impl Iterator<Item = (Metadata, PathBuf)> {
    backuplint::rules::BUNDLED.iter().map(|bundled| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(bundled.folder);
        (Metadata::parse(bundled.toml).expect("valid"), folder)
    })
}

#[test]
fn every_remediation_turns_a_failing_case_into_its_passing_twin() {
    let mut wrong = Vec::new();
    for (metadata, folder) in rules() {
        let remediation = &metadata.remediation;
        let has_snippet = [&remediation.az, &remediation.terraform, &remediation.bicep];
        if has_snippet.iter().all(|snippet| snippet.is_none()) {
            continue;
        }
        let text = std::fs::read_to_string(folder.join("cases/expected.json")).unwrap_or_default();
        let expected: Value = serde_json::from_str(&text).unwrap_or_default();
        let cases = expected.as_object().into_iter().flatten().map(|(name, _)| name);
        let mut open: BTreeSet<_> = cases
            .filter_map(|name| name.strip_prefix("fail_"))
            .flat_map(|stem| pair::failing(&expected, stem))
            .collect();
        let mut reasons = Vec::new();
        for stem in pair::stems(&folder) {
            let found = pair::compare(&folder, &stem, &metadata);
            match found.and_then(|change| is_said(&metadata, &change)) {
                Ok(()) => {
                    for kind in pair::failing(&expected, &stem) {
                        open.remove(kind);
                    }
                }
                Err(reason) => reasons.push(format!("      {stem}: {reason}")),
            }
        }
        if metadata.remediation.untestable.is_some() {
            if open.is_empty() {
                wrong.push(format!("{}: pairs show it all, so `untestable` is wrong", metadata.id));
            }
            continue;
        }
        for kind in open {
            let of = if kind.is_empty() { String::new() } else { format!(" of a {kind}") };
            wrong.push(format!("{}: no pair{of}\n{}", metadata.id, reasons.join("\n")));
        }
    }
    assert!(
        wrong.is_empty(),
        "fail_STEM and pass_STEM must differ in declared facts alone, and the snippets say the new value \
         (or rule.toml says why not: remediation.untestable)\n{}",
        wrong.join("\n")
    );
}

/// Whether the snippets say what changed.
fn is_said(metadata: &Metadata, change: &Change) -> Result<(), String> {
    let remediation = &metadata.remediation;
    let resources = remediation.bicep.as_ref().map(|text| snippet::read(text, Language::Bicep));
    let is_written = |kind: &str| {
        resources.as_ref().is_none_or(|resources| {
            resources.iter().any(|resource| resource.kind.eq_ignore_ascii_case(kind))
        })
    };
    // What Azure changes by itself: a vault's child repeats its setting, a flag follows a link.
    let direct: Vec<_> = change.properties.iter().filter(|(kind, _, _)| is_written(kind)).collect();
    if direct.is_empty() && change.added.is_empty() && !change.properties.is_empty() {
        return Err("the Bicep snippet writes none of the resources that changed".to_owned());
    }
    if let Some(resources) = &resources {
        for kind in &change.added {
            if !resources.iter().any(|resource| resource.kind.eq_ignore_ascii_case(kind)) {
                return Err(format!("the Bicep snippet has no {kind}"));
            }
        }
        for (kind, path, value) in &direct {
            let Some(value) = value else { continue };
            let steps: Vec<&str> = path.split('.').collect();
            let written: Vec<&Written> = resources
                .iter()
                .filter(|resource| resource.kind.eq_ignore_ascii_case(kind))
                .flat_map(|resource| &resource.members)
                .filter(|member| member.name == steps[0])
                .flat_map(|member| member.value.at(&steps[1..]))
                .collect();
            let says = |written: &&Written| match written {
                Written::Literal(literal) => is_same(literal, value),
                Written::Expression => true,
                // The case gives each element of a list as a value of its own.
                Written::List(items) => {
                    let is_it = |item: &Written| matches!(item, Written::Literal(literal) if is_same(literal, value));
                    items.iter().any(is_it)
                        || items.is_empty() && value.as_array().is_some_and(Vec::is_empty)
                }
                Written::Members(_) => false,
            };
            if !written.iter().any(says) {
                return Err(format!(
                    "the Bicep snippet does not set {path} to {value} in a {kind}"
                ));
            }
        }
    }
    if remediation.bicep.is_none() && remediation.terraform.is_none() {
        // Something to do, not to set: what changes is what it leads to.
        return Ok(());
    }
    let values = direct.iter().filter_map(|(_, path, value)| {
        let value = value.as_ref().filter(|value| is_word(value))?;
        Some((path.rsplit('.').next().unwrap_or_default(), value))
    });
    for (name, value) in values {
        if let Some(text) = &remediation.terraform {
            let mut said = false;
            for resource in &snippet::read(text, Language::Terraform) {
                snippet::walk(&resource.members, &mut Vec::new(), &mut |path, written| {
                    said |= match written {
                        Written::Literal(literal) => is_spelled(literal, value),
                        Written::Expression => path.last() == Some(&snake(name).as_str()),
                        Written::Members(_) | Written::List(_) => false,
                    };
                    if let Written::List(items) = written {
                        said |= items.iter().any(|item| {
                            matches!(item, Written::Literal(literal) if is_spelled(literal, value))
                        });
                    }
                });
            }
            if !said {
                return Err(format!("the Terraform snippet does not say {value} ({name})"));
            }
        }
        if let Some(text) = &remediation.az {
            let mut words = text.split(|c: char| c.is_whitespace() || "=\"'{}[],:".contains(c));
            if !words.any(|word| is_spelled(word, value)) {
                return Err(format!("the az snippet does not say {value} ({name})"));
            }
        }
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_same(written: &str, value: &Value) -> bool {
    let value = plain(value);
    let number = |text: &str| text.parse::<f64>().ok();
    written.eq_ignore_ascii_case(&value)
        || number(written).is_some() && number(written) == number(&value)
}

/// The same, where languages have their own words for on and off.
fn is_spelled(written: &str, value: &Value) -> bool {
    const SWITCHES: [&[&str]; 2] =
        [&["enabled", "enable", "on", "true"], &["disabled", "disable", "off", "false"]];
    let letters = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    let (left, right) = (letters(written), letters(&plain(value)));
    is_same(written, value)
        || !right.is_empty() && left == right
        || SWITCHES
            .iter()
            .any(|words| words.contains(&left.as_str()) && words.contains(&right.as_str()))
}

/// Whether a snippet can say the value: not an id, an address, a time or the like.
fn is_word(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let is_time = text.len() > 9 && text.starts_with(|c: char| c.is_ascii_digit());
            !text.is_empty()
                && !is_time
                && text.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
        }
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// `sourceResourceId` as Terraform writes names.
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
        text
    })
}

#[test]
fn untestable_remediations_say_why() {
    for (metadata, _) in rules() {
        let reason = metadata.remediation.untestable.as_deref();
        assert!(reason.is_none_or(|reason| reason.len() > 20), "{}: {reason:?}", metadata.id);
    }
}

#[test]
fn what_does_not_exist_is_found() {
    let Some(corpus) = corpus::Corpus::open() else { return };
    let bicep = "resource v 'Microsoft.RecoveryServices/vaults@2025-08-01' = {\n  name: 'v' // its name\n  properties: {\n    securitySettings: {\n      imutabilitySettings: { state: 'Unlocked' }\n      immutabilitySettings: {\n        state: 'Unlokked'\n      }\n    }\n    provisioningState: 'x'\n  }\n}\n";
    let terraform = "resource \"azurerm_recovery_services_vault\" \"v\" {\n  # ...\n  immutability = \"Lokked\"\n  encryption {\n    key_idd = azurerm_key_vault_key.k.id\n  }\n}\n";
    let check = |text, language| {
        let found = snippet::read(text, language);
        let found =
            found.iter().flat_map(|resource| corpus.check(resource, language).expect("known"));
        found.collect::<Vec<_>>().join("\n")
    };
    let wrong = check(bicep, Language::Bicep);
    for part in [
        "there is no",
        ".imutabilitySettings",
        "cannot be Unlokked",
        "provisioningState is read-only",
    ] {
        assert!(wrong.contains(part), "no {part} in\n{wrong}");
    }
    let wrong = check(terraform, Language::Terraform);
    for part in ["cannot be Lokked", "no argument encryption.key_idd"] {
        assert!(wrong.contains(part), "no {part} in\n{wrong}");
    }
}

#[test]
fn snippets_name_what_exists() {
    let Some(corpus) = corpus::Corpus::open() else { return };
    let mut wrong = Vec::new();
    let mut unchecked = BTreeSet::new();
    for (metadata, _) in rules() {
        let mut check = |text: &Option<String>, language| {
            for resource in text.iter().flat_map(|text| snippet::read(text, language)) {
                match corpus.check(&resource, language) {
                    Some(problems) => wrong.extend(
                        problems.into_iter().map(|what| format!("{}: {what}", metadata.id)),
                    ),
                    None => drop(unchecked.insert(resource.kind)),
                }
            }
        };
        check(&metadata.remediation.bicep, Language::Bicep);
        check(&metadata.remediation.terraform, Language::Terraform);
    }
    eprintln!("types that the corpus does not have, unchecked: {unchecked:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
