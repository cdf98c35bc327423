//! Alerts on log queries, read by the operations that the text of the query names.
//!
//! A query is not evaluated. One that names an operation in full is taken to watch it; one that reads
//! backup logs or the activity log in another way may watch anything.

use std::borrow::Cow;

use serde::Deserialize;

use super::metric::{Dimension, any_event, every_part};
use super::{Covers, scopes, texts};
use crate::inventory::resource::View;
use crate::inventory::{Fact, List, Malformed, Reason, Resource, Section};

/// An alert on the result of a log query
/// (<https://learn.microsoft.com/azure/templates/microsoft.insights/scheduledqueryrules>).
#[derive(Debug)]
pub struct ScheduledQueryRule<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Whether it is enabled.
    pub enabled: Fact<bool>,
    /// What it queries: a workspace, or resources whose logs lie in some workspace.
    pub scopes: Result<Vec<String>, Reason>,
    /// The action groups it tells.
    pub groups: Result<Vec<Cow<'a, str>>, Reason>,
    /// Whether one row is enough.
    trigger: Covers,
    text: Text,
}

/// What the text of a query says.
#[derive(Debug, Default)]
struct Text {
    /// Operations in full, in lower case.
    named: Vec<String>,
    vague: bool,
    excludes: bool,
    reads_activity_log: bool,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct QueryProperties<'a> {
    enabled: Fact<bool>,
    #[serde(borrow)]
    scopes: List<Fact<Cow<'a, str>>>,
    #[serde(borrow)]
    criteria: Section<Criteria<'a>>,
    #[serde(borrow)]
    actions: Section<Actions<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Actions<'a> {
    #[serde(borrow)]
    action_groups: List<Fact<Cow<'a, str>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Criteria<'a> {
    #[serde(borrow)]
    all_of: List<Section<Criterion<'a>>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Criterion<'a> {
    #[serde(borrow)]
    query: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    operator: Fact<Cow<'a, str>>,
    threshold: Fact<f64>,
    #[serde(borrow)]
    dimensions: List<Section<Dimension<'a>>>,
    failing_periods: Section<FailingPeriods>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct FailingPeriods {
    min_failing_periods_to_alert: Fact<f64>,
}

impl<'a> View<'a> for ScheduledQueryRule<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = match resource.envelope::<QueryProperties<'a>>()?.properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => QueryProperties::default(),
            Fact::Unknown(reason) => QueryProperties {
                enabled: Fact::Unknown(reason),
                scopes: List(Fact::Unknown(reason)),
                criteria: Section(Fact::Unknown(reason)),
                actions: Section(Fact::Unknown(reason)),
            },
        };
        let groups = properties.actions.optional().and_then(|actions| {
            actions.map_or(Ok(Vec::new()), |actions| texts(&actions.action_groups))
        });
        let criteria = match properties.criteria.optional() {
            Ok(Some(criteria)) => criteria.all_of.optional(),
            // The form before 2021 has none.
            Ok(None) => Err(Reason::UnrecognisedValue),
            Err(reason) => Err(reason),
        };
        let (trigger, text) = match criteria {
            Ok(criteria) => read_criteria(criteria),
            Err(reason) => (Covers::Maybe(reason), Text { vague: true, ..Text::default() }),
        };
        Ok(Self {
            enabled: properties.enabled,
            scopes: scopes(&properties.scopes),
            groups,
            trigger,
            text,
            resource,
        })
    }
}

fn read_criteria(criteria: &[Section<Criterion<'_>>]) -> (Covers, Text) {
    let conditional = Covers::Maybe(Reason::Conditional);
    let mut trigger = if criteria.len() == 1 { Covers::Yes } else { conditional };
    let mut text = Text::default();
    for criterion in criteria {
        let Fact::Known(criterion) = &criterion.0 else {
            text.vague = true;
            continue;
        };
        match &criterion.query {
            Fact::Known(query) => text.read(query),
            Fact::Absent | Fact::Unknown(_) => text.vague = true,
        }
        let periods = match criterion.failing_periods.optional() {
            Ok(None) => Covers::Yes,
            Ok(Some(periods)) => match periods.min_failing_periods_to_alert {
                Fact::Known(least) if least > 1.0 => conditional,
                Fact::Unknown(reason) => Covers::Maybe(reason),
                _ => Covers::Yes,
            },
            Err(reason) => Covers::Maybe(reason),
        };
        trigger = trigger
            .and(any_event(&criterion.operator, criterion.threshold))
            .and(every_part(&criterion.dimensions))
            .and(periods);
    }
    (trigger, text)
}

impl ScheduledQueryRule<'_> {
    /// The operations that the query names, in lower case.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.text.named.iter().map(String::as_str)
    }

    /// Whether it may watch operations it does not name.
    pub(super) fn is_vague(&self) -> bool {
        self.text.vague
    }

    /// Whether it reads the activity log, not the logs of the vault.
    pub(super) fn reads_activity_log(&self) -> bool {
        self.text.reads_activity_log
    }

    /// Whether an operation among what it reads sets it off.
    pub(super) fn covers(&self, operation: &str) -> Covers {
        let named = self.named().any(|named| named.eq_ignore_ascii_case(operation));
        let text = match (named, self.text.excludes) {
            (true, false) => Covers::Yes,
            (false, _) if !self.text.vague => Covers::No,
            _ => Covers::Maybe(Reason::Conditional),
        };
        text.and(self.trigger)
    }
}

/// Comparisons that take rows out.
const EXCLUSIONS: [&str; 8] =
    ["!=", "!~", "!in", "!has", "!contains", "!startswith", "!endswith", "not("];

/// Comparisons with a part of an operation's name.
const PARTIAL: [&str; 5] = ["startswith", "endswith", "contains", " has", "matches regex"];

/// What a query on backups reads or names.
const BACKUP: [&str; 4] = ["recoveryservices", "dataprotection", "azurebackup", "azureactivity"];

impl Text {
    fn read(&mut self, query: &str) {
        let mut rest = String::new();
        for line in query.lines() {
            let line = without_comment(line).to_ascii_lowercase();
            self.read_line(&line, &mut rest);
        }
        let mentions = |words: &[&str]| words.iter().any(|word| rest.contains(word));
        self.excludes |= mentions(&EXCLUSIONS);
        self.reads_activity_log |= rest.contains("azureactivity");
        self.vague |= mentions(&BACKUP) && (self.named.is_empty() || mentions(&PARTIAL));
    }

    /// Takes the operations out of a line and leaves the rest.
    fn read_line(&mut self, line: &str, rest: &mut String) {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "./-_".contains(letter);
        let mut left = line;
        while let Some(at) = left.find("microsoft.") {
            let (before, from) = left.split_at(at);
            let (word, after) =
                from.split_at(from.find(|letter| !is_part(letter)).unwrap_or(from.len()));
            rest.push_str(before);
            let is_operation =
                ["/write", "/delete", "/action"].iter().any(|verb| word.ends_with(verb));
            if is_operation {
                self.named.push(word.to_owned());
            } else {
                rest.push_str(word);
            }
            left = after;
        }
        rest.push_str(left);
        rest.push('\n');
    }
}

/// A line without the comment at its end; the two slashes of an address begin none.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.find(" //").map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Text {
        let mut text = Text::default();
        text.read(query);
        text
    }

    #[test]
    fn an_operation_in_full_is_named_and_nothing_else() {
        let text = read(
            "AzureActivity\n| where OperationNameValue =~ 'Microsoft.RecoveryServices/vaults/delete' // not write",
        );
        assert_eq!(text.named, ["microsoft.recoveryservices/vaults/delete"]);
        assert!(!text.vague && !text.excludes && text.reads_activity_log);
    }

    #[test]
    fn a_part_of_a_name_may_be_anything() {
        let whole = read("AzureActivity | where CategoryValue == 'Administrative'");
        let partial = read("AzureActivity | where OperationNameValue endswith '/delete'");
        let jobs = read("AddonAzureBackupJobs | where JobOperation == 'Restore'");
        assert!(whole.vague && partial.vague && jobs.vague);
        assert!(!read("Heartbeat | where Computer == 'a'").vague);
        let other = read(
            "AzureActivity | where OperationNameValue =~ 'Microsoft.Network/networkSecurityGroups/write'",
        );
        assert!(!other.vague);
    }

    #[test]
    fn what_is_commented_out_or_excluded_is_not_watched() {
        assert_eq!(read("// Microsoft.RecoveryServices/vaults/delete\nHeartbeat").named, [""; 0]);
        let excluded = read(
            "AzureActivity | where OperationNameValue !~ 'Microsoft.RecoveryServices/vaults/delete'",
        );
        assert!(excluded.excludes);
    }
}
