//! Asking who is told of an event.

use super::voice::Helper;
use super::{ANY, Alert, Covers, Event, Monitoring, ScheduledQueryRule, Signal, Voice, covers_any};
use crate::inventory::{Coverage, IdKey, Kind, Reason, Resource, ResourceId, id, placeholder};

/// Who is told of an event.
#[derive(Debug)]
pub enum Watch<'m, 'a> {
    /// An enabled alert with a live action group speaks of it.
    By(&'m Resource<'a>),
    /// Nobody can tell from what was read.
    Perhaps {
        /// Why not.
        reason: Reason,
        /// What stands in the way, as one sentence.
        because: String,
    },
    /// Nobody.
    Nobody {
        /// An alert that would speak of it, and why it does not.
        silent: Option<(&'m Resource<'a>, &'m str)>,
    },
}

/// Operations of which Azure Backup raises an alert by itself: data deleted, soft delete or MUA turned off,
/// retention cut (<https://learn.microsoft.com/azure/backup/backup-azure-monitoring-alerts>). A processing
/// rule may pass it on.
const BUILT_IN: [&str; 7] = [
    "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete",
    "Microsoft.RecoveryServices/vaults/backupconfig/write",
    "Microsoft.RecoveryServices/vaults/backupPolicies/write",
    "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/delete",
    "Microsoft.DataProtection/backupVaults/backupInstances/delete",
    "Microsoft.DataProtection/backupVaults/backupPolicies/write",
    "Microsoft.DataProtection/backupVaults/backupResourceGuardProxies/delete",
];

impl<'a> Monitoring<'a> {
    /// Who is told of an event. Proof that somebody is counts whatever was not read.
    pub fn watch(&self, event: &Event<'_>, coverage: &Coverage) -> Watch<'_, 'a> {
        let mut sought = Sought::default();
        let wanted = [event.operation, ANY].map(IdKey::of);
        let is_watched = !self.by_operation.is_empty();
        for scope in scopes_of(event.resource.as_str()).filter(|_| is_watched) {
            let scope = IdKey::of(scope);
            for operation in wanted {
                let found = self.by_operation.get(&(scope, operation)).into_iter().flatten();
                if sought.take(found.map(|at| &self.alerts[*at]), |alert| alert.covers(event)) {
                    break;
                }
            }
        }
        self.watch_by_queries(&mut sought, event, wanted, coverage);
        let anywhere = self.anywhere_near(event.resource);
        sought.take(anywhere, |alert| alert.covers(event));
        self.conclude(&sought, event, &[Kind::ActivityLogAlert, Kind::ScheduledQueryRule], coverage)
    }

    /// Who is told when a metric of a vault shows something at all.
    pub fn watch_metric(
        &self,
        metric: &str,
        vault: &Resource<'_>,
        coverage: &Coverage,
    ) -> Watch<'_, 'a> {
        let mut sought = Sought::default();
        for scope in scopes_of(vault.id.as_str()) {
            let key = (IdKey::of(scope), IdKey::of(metric));
            let found = self.by_metric.get(&key).into_iter().flatten().map(|at| &self.alerts[*at]);
            sought.take(found.chain(self.anywhere_near(&vault.id)), |alert| match &alert.signal {
                Signal::Metric(alert) => alert.covers(metric, vault),
                Signal::Malformed(alert) if alert.kind == Kind::MetricAlert => {
                    may_be(alert, &vault.id)
                }
                _ => Covers::No,
            });
        }
        let event = Event { operation: metric, resource: &vault.id };
        self.conclude(&sought, &event, &[Kind::MetricAlert], coverage)
    }

    /// Alerts of which nobody knows what they watch; each project of code counts for itself.
    fn anywhere_near<'m>(
        &'m self,
        resource: &ResourceId<'_>,
    ) -> impl Iterator<Item = &'m Alert<'a>> {
        let anywhere = self.anywhere.iter().map(|at| &self.alerts[*at]);
        anywhere.filter(|alert| {
            let own = alert.resource().id.as_str();
            !placeholder::are_of_two_projects(own, resource.as_str())
        })
    }

    /// Looks at log queries: those that read where the events of the resource are known to be, and if where
    /// they are sent is not known in full, those on any workspace.
    fn watch_by_queries<'m>(
        &'m self,
        sought: &mut Sought<'m, 'a>,
        event: &Event<'_>,
        wanted: [IdKey; 2],
        coverage: &Coverage,
    ) {
        if self.by_query.is_empty() {
            return;
        }
        let own = event.resource.as_str();
        let subscription = subscription_of(event.resource);
        let sent = self.sent_from(own).chain(self.sent_from(&subscription));
        for scope in scopes_of(own).chain(sent).map(IdKey::of) {
            for operation in wanted {
                let found = self.by_query.get(&(scope, operation)).into_iter().flatten();
                sought.take(found.map(|at| &self.alerts[*at]), |alert| {
                    alert.covers_if(event, |rule| self.delivers(rule, event, &subscription))
                });
            }
        }
        let Err(reason) = coverage.list_of(&subscription, Kind::DiagnosticSetting) else { return };
        for operation in wanted {
            let found = self.on_workspaces.get(&operation).into_iter().flatten();
            let mut found = found.map(|at| &self.alerts[*at]);
            while !sought.is_settled() {
                let Some(alert) = found.next() else { break };
                let may_reach = |_: &ScheduledQueryRule<'_>| Covers::Maybe(reason);
                sought.take(std::iter::once(alert), |alert| alert.covers_if(event, may_reach));
            }
        }
    }

    /// The workspaces that the logs of a resource or subscription are known to be sent to.
    fn sent_from(&self, source: &str) -> impl Iterator<Item = &str> {
        let sent = self.workspaces.get(&IdKey::of(source)).into_iter().flatten();
        sent.filter(move |(from, _)| id::same(from, source)).map(|(_, to)| to.as_str())
    }

    /// Whether what a query reads is known to hold the events of a resource: those of the activity log come from
    /// its subscription, others from itself.
    fn delivers(
        &self,
        rule: &ScheduledQueryRule<'_>,
        event: &Event<'_>,
        subscription: &str,
    ) -> Covers {
        let source = if rule.reads_activity_log() { subscription } else { event.resource.as_str() };
        let holds = |scope: &str| {
            let sent = self.sent_from(source).any(|workspace| id::same(workspace, scope));
            if sent { Some(true) } else { placeholder::within(event.resource.as_str(), scope) }
        };
        match &rule.scopes {
            Ok(scopes) => covers_any(scopes, holds),
            Err(reason) => Covers::Maybe(*reason),
        }
    }

    fn conclude<'m>(
        &'m self,
        sought: &Sought<'m, 'a>,
        event: &Event<'_>,
        kinds: &[Kind],
        coverage: &Coverage,
    ) -> Watch<'m, 'a> {
        if let Some(alert) = sought.by {
            return Watch::By(alert.resource());
        }
        if let Some((alert, reason, because)) = sought.perhaps {
            let name = alert.resource().id.name();
            let because = match (&alert.signal, because) {
                (_, Some(because)) => format!("alert {name} may speak of it, but {because}"),
                (Signal::Query(_), None) => {
                    format!("whether the query of alert {name} shows it cannot be told")
                }
                _ => format!("a condition of alert {name} may leave it out"),
            };
            return Watch::Perhaps { reason, because };
        }
        let lacks_group = sought
            .silent
            .is_some_and(|alert| matches!(alert.voice, Voice::Mute { lacks_group: true, .. }));
        let raised =
            lacks_group || BUILT_IN.iter().any(|name| name.eq_ignore_ascii_case(event.operation));
        let may_hold =
            |scope: &str| placeholder::within(event.resource.as_str(), scope) != Some(false);
        // What another project of code leaves open is none of this one's.
        let is_near = |helper: &&Helper<'_>| {
            let own = helper.resource.id.as_str();
            !placeholder::are_of_two_projects(own, event.resource.as_str())
        };
        let helper = self
            .helpers
            .iter()
            .filter(is_near)
            .find(|helper| helper.scopes.iter().any(|scope| may_hold(scope)));
        if let Some(helper) = helper.filter(|_| raised) {
            let name = helper.resource.id.name();
            let because = format!("processing rule {name} adds an action group to alerts there");
            return Watch::Perhaps { reason: Reason::Conditional, because };
        }
        let subscription = subscription_of(event.resource);
        // Queries stand where their workspace does, or where their resources do.
        let sent = self.sent_from(event.resource.as_str()).chain(self.sent_from(&subscription));
        let elsewhere = sent
            .filter(|_| kinds.contains(&Kind::ScheduledQueryRule))
            .map(|workspace| subscription_of(&ResourceId::new(workspace)))
            .map(|scope| (scope, Kind::ScheduledQueryRule));
        let lists = kinds.iter().map(|kind| (subscription.clone(), *kind)).chain(elsewhere);
        for (scope, kind) in lists {
            if let Err(reason) = coverage.list_of(&scope, kind) {
                let because = format!("the list of {} in {scope} was not read", kind.type_name());
                return Watch::Perhaps { reason, because };
            }
        }
        Watch::Nobody {
            silent: sought.silent.and_then(|alert| match &alert.voice {
                Voice::Mute { because, .. } => Some((alert.resource(), because.as_str())),
                _ => None,
            }),
        }
    }
}

/// The best answer so far.
#[derive(Default)]
struct Sought<'m, 'a> {
    by: Option<&'m Alert<'a>>,
    /// With why nobody may hear it, if that is what stands in the way.
    perhaps: Option<(&'m Alert<'a>, Reason, Option<&'m str>)>,
    silent: Option<&'m Alert<'a>>,
}

impl<'m, 'a: 'm> Sought<'m, 'a> {
    /// Whether nothing that may be true changes the answer any more.
    fn is_settled(&self) -> bool {
        self.by.is_some() || self.perhaps.is_some()
    }

    /// Looks at alerts until one is heard, and answers whether one was.
    fn take(
        &mut self,
        alerts: impl Iterator<Item = &'m Alert<'a>>,
        covers: impl Fn(&Alert<'a>) -> Covers,
    ) -> bool {
        for alert in alerts {
            if self.by.is_some() {
                break;
            }
            match (covers(alert), &alert.voice) {
                (Covers::No, _) | (Covers::Maybe(_), Voice::Mute { lacks_group: false, .. }) => {}
                (Covers::Yes, Voice::Loud) => self.by = Some(alert),
                // A processing rule may add the group that it lacks.
                (Covers::Yes, Voice::Mute { .. })
                | (Covers::Maybe(_), Voice::Mute { lacks_group: true, .. }) => {
                    self.silent = self.silent.or(Some(alert));
                }
                (Covers::Maybe(reason), Voice::Loud) => {
                    self.perhaps.get_or_insert((alert, reason, None));
                }
                (_, Voice::Unknown { reason, because }) => {
                    self.perhaps.get_or_insert((alert, *reason, Some(because)));
                }
            }
        }
        self.by.is_some()
    }
}

impl<'a> Alert<'a> {
    fn covers(&self, event: &Event<'_>) -> Covers {
        match &self.signal {
            Signal::ActivityLog(alert) => alert.covers(event),
            Signal::Query(_) => self.covers_if(event, |rule| match &rule.scopes {
                Ok(_) => Covers::No,
                Err(reason) => Covers::Maybe(*reason),
            }),
            Signal::Malformed(alert) if alert.kind != Kind::MetricAlert => {
                may_be(alert, event.resource)
            }
            Signal::Metric(_) | Signal::Malformed(_) => Covers::No,
        }
    }

    /// The same for a log query that reads the event, as far as `delivers` says so.
    fn covers_if(
        &self,
        event: &Event<'_>,
        delivers: impl Fn(&ScheduledQueryRule<'a>) -> Covers,
    ) -> Covers {
        match &self.signal {
            Signal::Query(rule) => rule.covers(event.operation).and(delivers(rule)),
            _ => Covers::No,
        }
    }
}

/// Whether an alert that cannot be read may watch a resource: one of its own subscription.
fn may_be(alert: &Resource<'_>, resource: &ResourceId<'_>) -> Covers {
    let subscription = resource.subscription().unwrap_or_default();
    match alert.id.subscription() {
        Some(own) if !own.eq_ignore_ascii_case(subscription) => Covers::No,
        _ => Covers::Maybe(Reason::UnrecognisedValue),
    }
}

/// Every leading part of an id that a scope can be, the longest first.
pub(super) fn scopes_of(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id.trim_end_matches('/')), |id| {
        id.rfind('/').map(|at| &id[..at]).filter(|_| !id.is_empty())
    })
}

fn subscription_of(resource: &ResourceId<'_>) -> String {
    format!("/subscriptions/{}", resource.subscription().unwrap_or_default())
}
