//! Rules as reporting descriptors, and their controls as taxonomies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
    ReportingDescriptorReference, ReportingDescriptorRelationship, Tool, ToolComponent,
    ToolComponentReference,
};

use super::notification::NOTIFICATIONS;
use crate::finding::{Level, Severity};
use crate::report::escape::visible;
use crate::result::Report;
use crate::rule::Metadata;

/// Longest name and description that GitHub takes.
const NAME: usize = 255;
const DESCRIPTION: usize = 1024;
/// GitHub rejects a rule with more tags, and shows the first ten.
const TAGS: usize = 20;

/// The active rules, and where each one stands in the file.
pub struct Catalogue<'a> {
    report: &'a Report<'a>,
    /// By index of the report's rules: the index in `driver.rules`, or in `driver.notifications` for
    /// rules about the run.
    positions: Vec<i64>,
    /// What the user made of each rule's severity, where it has findings to tell by.
    severities: Vec<Severity>,
    /// Framework to controls, in the order of the taxonomies.
    controls: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Catalogue<'a> {
    pub fn of(report: &'a Report<'a>) -> Self {
        let (mut rules, mut notices) = (0, i64::try_from(NOTIFICATIONS.len()).expect("a handful"));
        let mut controls: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut positions = Vec::with_capacity(report.rules.len());
        for rule in &report.rules {
            let next = if rule.notice { &mut notices } else { &mut rules };
            positions.push(*next);
            *next += 1;
            for (framework, ids) in &rule.controls {
                controls
                    .entry(framework.as_str())
                    .or_default()
                    .extend(ids.iter().map(String::as_str));
            }
        }
        let mut severities: Vec<_> = report.rules.iter().map(|rule| rule.severity).collect();
        for entry in report.findings.entries() {
            severities[entry.outline.rule] = entry.outline.severity;
        }
        Self { report, positions, severities, controls }
    }

    /// The index of a rule in the list of the file that holds it.
    pub fn position(&self, rule: usize) -> i64 {
        self.positions[rule]
    }

    pub fn tool(&self) -> Tool {
        let rules = self.report.rules.iter().enumerate();
        let own = NOTIFICATIONS.iter().map(|(id, what, next)| {
            ReportingDescriptor::builder()
                .id(*id)
                .name(pascal(id))
                .short_description(message(what))
                .full_description(message(what))
                .help(message(next))
                .build()
        });
        let notices =
            rules.clone().filter(|(_, rule)| rule.notice).map(|(at, _)| self.descriptor(at));
        let mut driver = ToolComponent::builder()
            .name(env!("CARGO_PKG_NAME"))
            .full_name(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")))
            .version(env!("CARGO_PKG_VERSION"))
            .semantic_version(env!("CARGO_PKG_VERSION"))
            .short_description(message(env!("CARGO_PKG_DESCRIPTION")))
            .notifications(own.chain(notices).collect::<Vec<_>>())
            .rules(
                rules
                    .filter(|(_, rule)| !rule.notice)
                    .map(|(at, _)| self.descriptor(at))
                    .collect::<Vec<_>>(),
            )
            .build();
        let home = env!("CARGO_PKG_REPOSITORY");
        driver.information_uri = (!home.is_empty()).then(|| home.to_owned());
        let taxonomies =
            self.controls.keys().zip(0..).map(|(framework, at)| component(framework, at));
        driver.supported_taxonomies = Some(taxonomies.collect());
        Tool::builder().driver(driver).build()
    }

    /// GitHub ignores taxonomies and reads tags; other consumers do the reverse.
    pub fn taxonomies(&self) -> Vec<ToolComponent> {
        let taxonomy = |(framework, controls): (&&str, &BTreeSet<&str>)| {
            let taxa =
                controls.iter().map(|control| ReportingDescriptor::builder().id(*control).build());
            ToolComponent::builder()
                .name(*framework)
                .short_description(message(&format!(
                    "Controls of {framework} that rules refer to."
                )))
                .is_comprehensive(false)
                .taxa(taxa.collect::<Vec<_>>())
                .build()
        };
        self.controls.iter().map(taxonomy).collect()
    }

    fn descriptor(&self, at: usize) -> ReportingDescriptor {
        let rule = &self.report.rules[at];
        let severity = self.severities[at];
        let short = first_filled([&rule.title, &rule.id, &rule.id]);
        let full = first_filled([&rule.rationale, &rule.title, &rule.id]);
        let mut descriptor = ReportingDescriptor::builder()
            .id(rule.id.clone())
            .name(pascal(&rule.id))
            .short_description(message(&clip(&visible(short), DESCRIPTION)))
            .full_description(message(&clip(full, DESCRIPTION)))
            .help(help(rule))
            .default_configuration(
                ReportingConfiguration::builder().level(level(severity.level())).build(),
            )
            .properties(properties(rule, severity))
            .build();
        descriptor.help_uri =
            rule.references.iter().find(|address| address.starts_with("https://")).cloned();
        descriptor.deprecated_ids = (!rule.aliases.is_empty()).then(|| rule.aliases.clone());
        descriptor.relationships =
            Some(self.relationships(rule)).filter(|relationships| !relationships.is_empty());
        descriptor
    }

    fn relationships(&self, rule: &Metadata) -> Vec<ReportingDescriptorRelationship> {
        let mut relationships = Vec::new();
        for ((framework, known), at) in self.controls.iter().zip(0..) {
            for control in rule.controls.get(*framework).into_iter().flatten() {
                let mut target = ReportingDescriptorReference::builder()
                    .id(control.clone())
                    .tool_component(component(framework, at))
                    .build();
                target.index = known
                    .iter()
                    .position(|known| known == control)
                    .and_then(|at| i64::try_from(at).ok());
                relationships.push(
                    ReportingDescriptorRelationship::builder()
                        .target(target)
                        .kinds(vec!["relevant".to_owned()])
                        .build(),
                );
            }
        }
        relationships
    }
}

fn component(name: &str, index: i64) -> ToolComponentReference {
    ToolComponentReference::builder().name(name).index(index).build()
}

pub fn level(level: Level) -> Value {
    Value::from(level.name())
}

fn properties(rule: &Metadata, severity: Severity) -> PropertyBag {
    // After an override the rule's own number would contradict the level.
    let number = match (&rule.security_severity, severity) {
        (Some(number), severity) if severity == rule.severity => Some(number.as_str()),
        (_, Severity::Critical) => Some("9.5"),
        (_, Severity::High) => Some("8.0"),
        (_, Severity::Medium) => Some("5.0"),
        (_, Severity::Low) => Some("2.0"),
        (_, Severity::Info) => None,
    };
    let problem = match severity.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let mut more = BTreeMap::from([
        // A failure is proven by what was read; what is not proven is no result.
        ("precision".to_owned(), Value::from("high")),
        ("problem.severity".to_owned(), Value::from(problem)),
    ]);
    if let Some(number) = number {
        // A string that parses as a number: anything else fails the upload.
        more.insert("security-severity".to_owned(), Value::from(number));
    }
    PropertyBag::builder().tags(tags(rule, number.is_some())).additional_properties(more).build()
}

/// Most telling first, since only ten are shown.
fn tags(rule: &Metadata, security: bool) -> Vec<String> {
    let mut tags = Vec::new();
    tags.extend(security.then(|| "security".to_owned()));
    tags.push("azure-backup".to_owned());
    tags.push(slug(&rule.family));
    for (framework, controls) in &rule.controls {
        tags.extend(controls.iter().map(|control| slug(&format!("{framework} {control}"))));
    }
    let mut seen = BTreeSet::new();
    tags.retain(|tag| !tag.is_empty() && seen.insert(tag.clone()));
    tags.truncate(TAGS);
    tags
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

fn pascal(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    clip(&name, NAME)
}

fn first_filled(texts: [&str; 3]) -> &str {
    texts.into_iter().map(str::trim).find(|text| !text.is_empty()).unwrap_or("rule")
}

/// Cuts to so many UTF-16 code units, which is never more characters than GitHub counts.
fn clip(text: &str, most: usize) -> String {
    let mut units = 0;
    let cut = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    if cut.is_none() {
        return text.to_owned();
    }
    let mut units = 0;
    let fitting = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < most
    });
    fitting.chain(['…']).collect()
}

pub fn message(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn help(rule: &Metadata) -> MultiformatMessageString {
    let remediation = &rule.remediation;
    let mut text = first_filled([&remediation.text, &rule.rationale, &rule.title]).to_owned();
    let mut markdown = String::new();
    let mut section = |title: &str, body: &str| {
        if !body.trim().is_empty() {
            markdown.extend([title, body.trim(), "\n\n"]);
        }
    };
    section("", &rule.rationale);
    section("## How it is judged\n\n", &rule.judged);
    section("## How to mend it\n\n", &remediation.text);
    for (title, language, snippet) in [
        ("Azure CLI", "sh", &remediation.az),
        ("Terraform", "hcl", &remediation.terraform),
        ("Bicep", "bicep", &remediation.bicep),
    ] {
        if let Some(snippet) = snippet {
            let fence = fence(snippet);
            section(
                &format!("### {title}\n\n"),
                &format!("{fence}{language}\n{}\n{fence}", snippet.trim()),
            );
            text.extend(["\n\n", title, ":\n", snippet.trim()]);
        }
    }
    let references: Vec<_> =
        rule.references.iter().map(|address| format!("* <{address}>")).collect();
    section("## References\n\n", &references.join("\n"));
    section("", &format!("More: `backuplint explain {}`", rule.id));
    MultiformatMessageString::builder().text(text).markdown(markdown.trim()).build()
}

/// Longer than every run of backticks inside.
fn fence(snippet: &str) -> String {
    let longest = snippet.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::{clip, fence, pascal, slug};

    #[test]
    fn names_and_limits() {
        assert_eq!(pascal("soft-delete-disabled"), "SoftDeleteDisabled");
        assert_eq!(slug("NIST 800-53 CP-9(8)"), "nist-800-53-cp-9-8");
        assert_eq!(slug("ISO 27001 A.8.13"), "iso-27001-a.8.13");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
        assert_eq!(clip(&"🦀".repeat(600), 1024).encode_utf16().count(), 1023);
        assert_eq!(fence("a ``` b"), "````");
    }
}
