//! Who is told when somebody touches the backups: alerts, the groups they tell, and what each watches.
//!
//! Built once when an estate is linked. A question costs a few look-ups by scope and operation, however
//! many alerts there are. The answer has three values: an alert that may leave an event out is neither
//! proof that somebody is told nor proof that nobody is.

mod activity_log;
mod group;
mod metric;
mod query;
#[cfg(test)]
mod tests;
mod voice;
mod watch;

use std::borrow::Cow;
use std::collections::HashMap;

pub use activity_log::ActivityLogAlert;
pub use group::ActionGroup;
pub use metric::MetricAlert;
pub use query::ScheduledQueryRule;
pub use watch::Watch;

use foldhash::fast::RandomState;

use super::id::{self, ByKey};
use super::resource::View;
use super::{Coverage, Fact, IdKey, Kind, List, Reason, Resource, ResourceId};
use group::GroupState;
use voice::{Groups, Helper, Voice};

/// Whether an alert speaks of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covers {
    /// Always.
    Yes,
    /// It depends on what cannot be told from here.
    Maybe(Reason),
    /// Never.
    No,
}

/// Whether one of these scopes counts; `None` stands for one of which code does not tell enough.
fn covers_any<S: AsRef<str>>(scopes: &[S], counts: impl Fn(&str) -> Option<bool>) -> Covers {
    let answers = scopes.iter().map(|scope| match counts(scope.as_ref()) {
        Some(counts) => Covers::yes_if(counts),
        None => Covers::Maybe(Reason::UnresolvedExpression),
    });
    answers.fold(Covers::No, Covers::or)
}

impl Covers {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Maybe(reason), _) | (_, Self::Maybe(reason)) => Self::Maybe(reason),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Maybe(reason), _) | (_, Self::Maybe(reason)) => Self::Maybe(reason),
            (Self::No, Self::No) => Self::No,
        }
    }

    fn yes_if(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// An operation on a resource, or on something below it, as the activity log records it.
#[derive(Clone, Copy, Debug)]
pub struct Event<'e> {
    /// The ARM operation, such as `Microsoft.RecoveryServices/vaults/delete`.
    pub operation: &'e str,
    /// The vault or guard it is done to, or in.
    pub resource: &'e ResourceId<'e>,
}

impl Event<'_> {
    /// The type of what the operation is done to.
    fn resource_type(&self) -> &str {
        let (rest, last) = self.operation.rsplit_once('/').unwrap_or((self.operation, ""));
        if last.eq_ignore_ascii_case("action") {
            rest.rsplit_once('/').map_or(rest, |(rest, _)| rest)
        } else {
            rest
        }
    }

    /// Whether it is done to the resource itself, not to a child.
    fn is_at_resource(&self) -> bool {
        id::type_of(self.resource.as_str())
            .is_some_and(|name| name.eq_ignore_ascii_case(self.resource_type()))
    }
}

/// What sets an alert off.
#[derive(Debug)]
enum Signal<'a> {
    ActivityLog(ActivityLogAlert<'a>),
    Query(ScheduledQueryRule<'a>),
    Metric(MetricAlert<'a>),
    /// Its body cannot be read, so it may be anything that its kind can be.
    Malformed(Resource<'a>),
}

#[derive(Debug)]
struct Alert<'a> {
    voice: Voice,
    signal: Signal<'a>,
}

impl<'a> Alert<'a> {
    fn resource(&self) -> &Resource<'a> {
        match &self.signal {
            Signal::ActivityLog(alert) => &alert.resource,
            Signal::Query(rule) => &rule.resource,
            Signal::Metric(alert) => &alert.resource,
            Signal::Malformed(resource) => resource,
        }
    }
}

/// Alerts that stand at a scope, by what they name there.
type Index = HashMap<(IdKey, IdKey), Vec<usize>, RandomState>;

/// Every alert of an estate, by what it watches.
#[derive(Debug, Default)]
pub struct Monitoring<'a> {
    alerts: Vec<Alert<'a>>,
    /// Activity log alerts by scope and operation; those on any operation by scope and [`ANY`].
    by_operation: Index,
    /// Metric alerts by scope and metric.
    by_metric: Index,
    /// Log queries by scope and the operations they name; those that may speak of any by [`ANY`].
    by_query: Index,
    /// Log queries on workspaces, by the same names.
    on_workspaces: HashMap<IdKey, Vec<usize>, ByKey>,
    /// Alerts whose scopes are unknown.
    anywhere: Vec<usize>,
    helpers: Vec<Helper<'a>>,
    /// The workspaces that the logs of a vault or subscription are sent to, each with the source's id.
    workspaces: HashMap<IdKey, Vec<(String, String)>, ByKey>,
}

/// In place of an operation.
const ANY: &str = "";

/// Metric of finished restores (<https://learn.microsoft.com/azure/backup/metrics-overview>).
pub const RESTORE_HEALTH: &str = "RestoreHealthEvent";

impl<'a> Monitoring<'a> {
    /// Reads every alert among the resources, which stand in the order of their ids.
    pub(super) fn new(others: &[Resource<'a>], coverage: &Coverage) -> Self {
        let of_kind = |kind: Kind| others.iter().filter(move |resource| resource.kind == kind);
        let mut groups = Groups { known: HashMap::default(), coverage };
        for resource in of_kind(Kind::ActionGroup) {
            let state = ActionGroup::read(resource.clone())
                .map_or(GroupState::Unknown(Reason::UnrecognisedValue), |group| group.state());
            groups.known.insert(resource.id.key(), (resource.id.clone(), state));
        }
        let mut monitoring = Self::default();
        for resource in of_kind(Kind::ActivityLogAlert) {
            match ActivityLogAlert::read(resource.clone()) {
                Ok(alert) => {
                    let voice = groups.voice(alert.enabled, &alert.groups);
                    monitoring.add_activity_alert(alert, voice);
                }
                Err(_) => monitoring.add_malformed(resource),
            }
        }
        for resource in of_kind(Kind::ScheduledQueryRule) {
            match ScheduledQueryRule::read(resource.clone()) {
                Ok(rule) => {
                    let voice = groups.voice(rule.enabled, &rule.groups);
                    monitoring.add_query(rule, voice);
                }
                Err(_) => monitoring.add_malformed(resource),
            }
        }
        for resource in of_kind(Kind::MetricAlert) {
            match MetricAlert::read(resource.clone()) {
                Ok(alert) => {
                    let voice = groups.voice(alert.enabled, &alert.groups);
                    monitoring.add_metric_alert(alert, voice);
                }
                Err(_) => monitoring.add_malformed(resource),
            }
        }
        for resource in of_kind(Kind::AlertProcessingRule) {
            monitoring.helpers.extend(Helper::read(resource, &groups));
        }
        for resource in of_kind(Kind::DiagnosticSetting) {
            monitoring.note_workspace(resource);
        }
        monitoring
    }

    fn add_activity_alert(&mut self, alert: ActivityLogAlert<'a>, voice: Voice) {
        let at = self.alerts.len();
        match &alert.scopes {
            Ok(scopes) => {
                let operations = alert.operations().unwrap_or_else(|| vec![ANY]);
                for scope in scopes {
                    for operation in &operations {
                        let key = (IdKey::of(scope), IdKey::of(operation));
                        self.by_operation.entry(key).or_default().push(at);
                    }
                }
            }
            Err(_) => self.anywhere.push(at),
        }
        self.alerts.push(Alert { voice, signal: Signal::ActivityLog(alert) });
    }

    fn add_query(&mut self, rule: ScheduledQueryRule<'a>, voice: Voice) {
        let at = self.alerts.len();
        match &rule.scopes {
            Ok(scopes) => {
                let vague = rule.is_vague().then_some(ANY);
                for operation in rule.named().chain(vague).map(IdKey::of) {
                    for scope in scopes {
                        self.by_query.entry((IdKey::of(scope), operation)).or_default().push(at);
                    }
                    // What nobody hears may as well not reach the workspace.
                    let is_heard = !matches!(voice, Voice::Mute { .. });
                    if is_heard && scopes.iter().any(|scope| is_workspace(scope)) {
                        self.on_workspaces.entry(operation).or_default().push(at);
                    }
                }
            }
            Err(_) => self.anywhere.push(at),
        }
        self.alerts.push(Alert { voice, signal: Signal::Query(rule) });
    }

    fn add_metric_alert(&mut self, alert: MetricAlert<'a>, voice: Voice) {
        let at = self.alerts.len();
        match &alert.scopes {
            Ok(scopes) => {
                for scope in scopes {
                    for metric in alert.metrics() {
                        let key = (IdKey::of(scope), IdKey::of(metric));
                        self.by_metric.entry(key).or_default().push(at);
                    }
                }
            }
            Err(_) => self.anywhere.push(at),
        }
        self.alerts.push(Alert { voice, signal: Signal::Metric(alert) });
    }

    fn add_malformed(&mut self, resource: &Resource<'a>) {
        let (reason, because) = (Reason::UnrecognisedValue, "its body cannot be read".to_owned());
        self.anywhere.push(self.alerts.len());
        self.alerts.push(Alert {
            voice: Voice::Unknown { reason, because },
            signal: Signal::Malformed(resource.clone()),
        });
    }

    /// Remembers where the logs of a resource go. Which of its categories are sent is the business of the
    /// rules on diagnostic settings.
    fn note_workspace(&mut self, setting: &Resource<'a>) {
        let Some(source) = id::parent_of(setting.id.as_str()) else { return };
        if let Fact::Known(workspace) = setting.text("properties.workspaceId") {
            let sent = self.workspaces.entry(IdKey::of(source)).or_default();
            sent.push((source.to_owned(), workspace));
        }
    }
}

fn is_workspace(scope: &str) -> bool {
    id::type_of(scope)
        .is_some_and(|name| name.eq_ignore_ascii_case("Microsoft.OperationalInsights/workspaces"))
}

/// The texts of a list.
fn texts<'a>(list: &List<Fact<Cow<'a, str>>>) -> Result<Vec<Cow<'a, str>>, Reason> {
    let text = |element: &Fact<Cow<'a, str>>| element.clone().optional().transpose();
    list.optional()?.iter().filter_map(text).collect()
}

/// The scopes of an alert. Official examples leave the slash in front out.
fn scopes(list: &List<Fact<Cow<'_, str>>>) -> Result<Vec<String>, Reason> {
    let rooted = |scope: Cow<'_, str>| {
        let scope = scope.trim().trim_matches('/');
        format!("/{scope}")
    };
    Ok(texts(list)?.into_iter().map(rooted).collect())
}
