//! `rule.toml`: the only metadata of a rule.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Fix;
use crate::finding::Severity;
use crate::inventory::CodeLanguage;

/// The metadata of one rule, as its `rule.toml` gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Metadata {
    /// Kebab-case, unique over all families, permanent.
    pub id: String,
    /// One line that says what is wrong when it fires.
    pub title: String,
    /// The family, which is also the folder.
    pub family: String,
    /// Severity of a failure.
    pub severity: Severity,
    /// GitHub's `security-severity`, a number from 0.1 to 10 as text. Absent for `info`.
    #[serde(default)]
    pub security_severity: Option<String>,
    /// The profiles that switch it on.
    pub profiles: Vec<Profile>,
    /// The version that brought it.
    pub since: String,
    /// ARM types it judges, or the words `gap`, `snapshot`, `suppression`, `any`.
    pub applies_to: Vec<String>,
    /// What it can judge; a rule pack that leaves it out judges what it is given.
    #[serde(default, deserialize_with = "some_inputs")]
    pub inputs: Vec<Input>,
    /// What it reads.
    #[serde(default)]
    pub facts: Vec<FactDeclaration>,
    /// Its parameters, by kebab-case name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Framework to control ids, for example `MCSB = ["BR-2"]`.
    #[serde(default)]
    pub controls: BTreeMap<String, Vec<String>>,
    /// Why it matters.
    pub rationale: String,
    /// How it is judged: what passes, what is unknown, what is not applicable.
    pub judged: String,
    /// How to mend it.
    pub remediation: Remediation,
    /// Which attribute of code repairs a finding.
    #[serde(default, rename = "fix")]
    pub fixes: Vec<Fix>,
    /// Addresses of the sources.
    pub references: Vec<String>,
    /// Former ids.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// True for the `scan` family: shown as a notice of the run, never uploaded as an alert.
    #[serde(default)]
    pub notice: bool,
    /// A rule pack may opt out of the projection and see whole resources.
    #[serde(default)]
    pub whole_resource: bool,
    /// Every bundled `unknown_` case is impossible for a rule that nothing can blind; it says why.
    #[serde(default)]
    pub never_unknown: Option<String>,
}

/// Something that a rule can judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// A tenant.
    Live,
    /// What was collected from one.
    Snapshot,
    /// Terraform, and its plans.
    Terraform,
    /// ARM templates.
    Arm,
    /// Bicep.
    Bicep,
    /// Scripts and pipelines.
    Script,
    /// Something before and after.
    Change,
}

impl Input {
    /// Code that declares resources.
    pub const CODE: [Self; 3] = [Self::Terraform, Self::Arm, Self::Bicep];

    /// What code of a language is.
    pub const fn of(language: CodeLanguage) -> Self {
        match language {
            CodeLanguage::Terraform => Self::Terraform,
            CodeLanguage::Arm => Self::Arm,
            CodeLanguage::Bicep => Self::Bicep,
            CodeLanguage::Script => Self::Script,
        }
    }
}

impl Metadata {
    /// Whether it judges what code of a language declares or does, or what Azure answers. A rule that names all languages
    /// of declarations, or no input at all, judges everything; one that names nothing else judges no answer.
    pub fn judges_what_is_in(&self, language: Option<CodeLanguage>) -> bool {
        let named = |input: &Input| self.inputs.contains(input);
        let is_wide = self.inputs.is_empty() || Input::CODE.iter().all(named);
        let of_code = |language| is_wide || named(&Input::of(language));
        let has_more = self.inputs.iter().any(|input| !Input::CODE.contains(input));
        language.map_or(self.inputs.is_empty() || has_more, of_code)
    }
}

/// A profile: a named set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What every estate should pass.
    Default,
    /// Adds what a security team asks for.
    Strict,
    /// Adds what regulated data needs.
    Regulated,
    /// Tidiness, opt-in beside any other.
    Hygiene,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Default, Self::Strict, Self::Regulated, Self::Hygiene];

    /// The name used in configuration and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Strict => "strict",
            Self::Regulated => "regulated",
            Self::Hygiene => "hygiene",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One property a rule reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FactDeclaration {
    /// The ARM type that carries it.
    pub r#type: String,
    /// The dotted path, or empty for "the list of these resources".
    #[serde(default)]
    pub path: String,
    /// Facts of one group are several sources for the same thing: one known member suffices.
    #[serde(default)]
    pub group: Option<String>,
    /// Texts, in whatever case, with which a resource is none that the rule speaks of: the engine answers that it is not
    /// applicable, and does not ask the rule. Only of rules in Rego, and of a property of what is judged: anything else
    /// would have no effect, and is refused. A native rule answers so itself.
    #[serde(default)]
    pub exempt: Vec<String>,
    /// Read when there, never a reason for `unknown`.
    #[serde(default)]
    pub optional: bool,
    /// Why no body in the rule's cases has it; else such a path is taken for a typo.
    #[serde(default)]
    pub unseen: Option<String>,
}

/// One parameter of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameter {
    /// What it means.
    pub description: String,
    /// Its value unless configured; its type is the parameter's type.
    pub default: toml::Value,
    /// Least number allowed.
    #[serde(default)]
    pub minimum: Option<f64>,
    /// Greatest number allowed.
    #[serde(default)]
    pub maximum: Option<f64>,
    /// The only texts allowed, for a text or a list of texts.
    #[serde(default)]
    pub values: Option<Vec<String>>,
}

/// How to mend a finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Remediation {
    /// In words.
    pub text: String,
    /// Azure CLI.
    #[serde(default)]
    pub az: Option<String>,
    /// Terraform.
    #[serde(default)]
    pub terraform: Option<String>,
    /// Bicep.
    #[serde(default)]
    pub bicep: Option<String>,
    /// Why no pair of cases shows it: a fail case and the same, repaired, that passes.
    #[serde(default)]
    pub untestable: Option<String>,
}

/// A `rule.toml` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// Not TOML, or not of this shape.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// A value that contradicts another or the contract.
    #[error("{0}")]
    Invalid(String),
}

impl Metadata {
    /// Reads and checks a `rule.toml`.
    ///
    /// # Errors
    /// When it is not TOML of this shape or breaks the contract of rules.
    pub fn parse(text: &str) -> Result<Self, MetadataError> {
        let metadata: Self = toml::from_str(text)?;
        metadata.check()?;
        let blanks = metadata.blanks();
        if blanks.is_empty() {
            return Ok(metadata);
        }
        Err(MetadataError::Invalid(format!("not filled in yet: {}", blanks.join(", "))))
    }

    /// What `rules new` leaves to the author, and nobody wrote yet.
    fn blanks(&self) -> Vec<&'static str> {
        let texts = [
            ("title", &self.title),
            ("rationale", &self.rationale),
            ("judged", &self.judged),
            ("remediation.text", &self.remediation.text),
        ];
        let empty = texts.into_iter().filter(|(_, text)| text.trim().is_empty());
        let open = self.facts.iter().filter(|fact| fact.path.ends_with('.')).map(|_| "facts.path");
        empty.map(|(name, _)| name).chain(open.take(1)).collect()
    }

    /// Whether it judges this type, or this word of `applies-to`.
    pub fn judges(&self, type_name: &str) -> bool {
        self.applies_to.iter().any(|name| name.eq_ignore_ascii_case(type_name))
    }

    /// Checks what only a rule in Rego may say.
    ///
    /// # Errors
    /// When a native rule says it, which would have no effect.
    pub fn check_native(&self) -> Result<(), MetadataError> {
        match self.facts.iter().find(|fact| !fact.exempt.is_empty()) {
            Some(fact) => Err(MetadataError::Invalid(format!(
                "`exempt` of `{}` has no effect on a rule in Rust: answer `NotApplicable` in check.rs",
                fact.path
            ))),
            None => Ok(()),
        }
    }

    /// Why an `exempt` would have no effect, if one has none.
    fn idle_exemption(&self) -> Option<String> {
        self.facts.iter().filter(|fact| !fact.exempt.is_empty()).find_map(|fact| {
            let FactDeclaration { r#type: kind, path, .. } = fact;
            let is_judged = self.applies_to.iter().any(|name| name.eq_ignore_ascii_case(kind));
            match path.as_str() {
                _ if !is_judged => Some(format!(
                    "`exempt` of `{path}` has no effect: applies-to does not name `{kind}`"
                )),
                "" => Some(format!("`exempt` of `{kind}` has no effect: the fact has no path")),
                path if path.contains("[]") => {
                    Some(format!("`exempt` of `{path}` has no effect: a list is no text"))
                }
                _ => None,
            }
        })
    }

    fn check(&self) -> Result<(), MetadataError> {
        let invalid = |message: String| Err(MetadataError::Invalid(message));
        if !is_rule_id(&self.id) {
            return invalid(format!("id `{}` is not kebab-case", self.id));
        }
        match (&self.security_severity, self.severity) {
            (None, Severity::Info) => {}
            (None, _) => return invalid("security-severity is missing".to_owned()),
            (Some(number), severity) => match number.parse::<f64>() {
                Ok(value) if severity.holds(value) => {}
                _ => {
                    return invalid(format!(
                        "security-severity `{number}` is outside the band of `{severity}`"
                    ));
                }
            },
        }
        if self.profiles.is_empty() {
            return invalid("profiles is empty: nothing would ever switch the rule on".to_owned());
        }
        if self.applies_to.is_empty() {
            return invalid("applies-to is empty: the rule would judge nothing".to_owned());
        }
        if let Some(name) = self.parameters.keys().find(|name| !is_rule_id(name)) {
            return invalid(format!("parameter `{name}` is not kebab-case"));
        }
        if let Some(problem) = self.idle_exemption() {
            return invalid(problem);
        }
        if let Some(problem) = self.fixes.iter().find_map(|fix| fix.problem(self)) {
            return invalid(problem);
        }
        Ok(())
    }
}

/// Whether a text is kebab-case, as ids of rules and names of parameters are.
pub fn is_rule_id(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.split('-').all(|word| !word.is_empty() && word.bytes().all(is_letter))
}

/// A list that is there says something: an empty one is what `rules new` left open.
fn some_inputs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Input>, D::Error> {
    let inputs = Vec::deserialize(deserializer)?;
    if inputs.is_empty() {
        return Err(D::Error::custom(
            "inputs is empty: name what the rule can judge, such as \"snapshot\", or leave the line out for whatever it is given",
        ));
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::Metadata;
    use crate::inventory::CodeLanguage;

    #[test]
    fn a_rule_judges_what_its_inputs_name() {
        let terraform = include_str!("../../rules/iac/destroy_deletes_backup_data/rule.toml");
        let azure = include_str!("../../rules/vault/redundancy_locked_in/rule.toml");
        let script = include_str!("../../rules/script/script_deletes_vault/rule.toml");
        let all = include_str!("../../rules/vault/soft_delete_disabled/rule.toml");
        for (text, judges) in [
            (terraform, [false, true, false, false]),
            (azure, [true, false, false, false]),
            // Whatever an operation was read from, nothing else has any.
            (script, [true, false, false, true]),
            (all, [true, true, true, true]),
        ] {
            let rule = Metadata::parse(text).unwrap();
            let sources = [
                None,
                Some(CodeLanguage::Terraform),
                Some(CodeLanguage::Arm),
                Some(CodeLanguage::Script),
            ];
            assert_eq!(sources.map(|source| rule.judges_what_is_in(source)), judges, "{}", rule.id);
        }
    }
}
