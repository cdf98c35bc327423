//! Metadata of a lone Rego file: the `# METADATA` block that OPA's own tools read.
//!
//! A policy without one still runs, over every resource and as a rule of medium severity: that is
//! how policies that people already have keep working unchanged.

use serde_json::Value;

use super::load::LoadError;
use crate::finding::Severity;
use crate::rego::Source;
use crate::rule::{Metadata, Profile, Remediation};

/// Whether the module answers anything a rule answers.
pub(super) fn has_answers(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        ["deny", "warn", "violation"].iter().any(|name| {
            line.strip_prefix(name).is_some_and(|rest| {
                rest.starts_with([' ', '[', '\t', '=', '{', ':']) || rest.is_empty()
            })
        })
    })
}

/// The metadata of a lone file.
pub(super) fn metadata(path: &str, text: &str, file_name: &str) -> Result<Metadata, LoadError> {
    let source = Source { name: path.to_owned(), text: text.to_owned() };
    let block = crate::rego::metadata(&source)
        .map_err(|diagnostic| LoadError::Annotation { diagnostics: vec![diagnostic] })?;
    let (line, block) = block.map_or((1, Value::Null), |block| (block.line, block.value));
    let custom = &block["custom"];
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    let list_of = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(text_of).collect()
    };
    let stem =
        file_name.trim_end_matches(".rego").to_ascii_lowercase().replace(['_', '.', ' '], "-");
    let id = text_of(&custom["id"]).unwrap_or(stem);
    let invalid =
        |message: String| LoadError::AnnotationValue { path: path.to_owned(), line, message };
    let severity: Severity =
        text_of(&custom["severity"]).as_deref().unwrap_or("medium").parse().map_err(invalid)?;
    let targets = list_of(&custom["targets"]);
    let number = match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("7.5"),
        Severity::Medium => Some("5.0"),
        Severity::Low => Some("2.5"),
        Severity::Info => None,
    };
    let title = text_of(&block["title"]).unwrap_or_else(|| id.replace('-', " "));
    Ok(Metadata {
        family: text_of(&custom["category"]).unwrap_or_else(|| "pack".to_owned()),
        rationale: text_of(&block["description"]).unwrap_or_else(|| title.clone()),
        title,
        id,
        severity,
        security_severity: number.map(str::to_owned),
        profiles: Profile::ALL.to_vec(),
        since: env!("CARGO_PKG_VERSION").to_owned(),
        applies_to: if targets.is_empty() { vec!["any".to_owned()] } else { targets },
        inputs: Vec::new(),
        facts: Vec::new(),
        fixes: Vec::new(),
        parameters: std::collections::BTreeMap::new(),
        controls: std::collections::BTreeMap::new(),
        judged: "As its Rego module says.".to_owned(),
        remediation: Remediation {
            text: text_of(&custom["remediation"])
                .unwrap_or_else(|| "See the policy's own documentation.".to_owned()),
            az: None,
            terraform: None,
            bicep: None,
            untestable: None,
        },
        references: block["related_resources"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| text_of(entry).or_else(|| text_of(&entry["ref"])))
            .collect(),
        aliases: Vec::new(),
        notice: false,
        whole_resource: true,
        never_unknown: None,
    })
}
