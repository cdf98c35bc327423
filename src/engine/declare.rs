//! The configuration's declarations as rules see them: selectors and globs become functions, so that
//! a rule knows nothing of files.

use crate::config::{self, Config, Pattern, Selector, TagValue};
use crate::inventory::{Fact, Reason, Resource, Span, id};
use crate::rule::{
    Class, Data, DataMatcher, Declarations, Mandate, Named, Operator, RestoreEvidence,
    ServedTarget, Serves, Staging,
};

/// Turns the declarations of a configuration into those of the rule contract.
pub fn declarations(config: &mut Config) -> Declarations {
    Declarations {
        classes: std::mem::take(&mut config.classes).into_iter().map(class).collect(),
        mandates: std::mem::take(&mut config.mandates).into_iter().map(mandate).collect(),
        operators: std::mem::take(&mut config.operators).into_iter().map(operator).collect(),
        staging: staging(std::mem::take(&mut config.staging)),
        restore_evidence: std::mem::take(&mut config.restore_evidence)
            .into_iter()
            .map(|evidence| RestoreEvidence {
                vault: named(evidence.vault),
                date: evidence.date,
                note: evidence.note,
            })
            .collect(),
        break_glass: std::mem::take(&mut config.break_glass.principals),
    }
}

fn class(class: config::Class) -> Class {
    Class {
        name: class.name,
        holds: matcher(class.selector),
        min_retention: class.min_retention,
        max_retention: class.max_retention,
        rpo: class.rpo_hours.and_then(hours),
        rto: class.rto_hours.and_then(hours),
        security_level: class.security_level,
        framework: class.framework,
    }
}

/// Hours to the minute: `0.5` is half an hour.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn hours(hours: f64) -> Option<Span> {
    (hours.is_finite() && (0.0..1e6).contains(&hours))
        .then(|| Span::minutes((hours * 60.0).round() as i64))
}

fn mandate(mandate: config::Mandate) -> Mandate {
    Mandate {
        holds: matcher(mandate.selector),
        vaults: mandate.vaults.into_iter().map(named).collect(),
        policies: mandate.policies.into_iter().map(named).collect(),
    }
}

fn operator(operator: config::Operator) -> Operator {
    Operator {
        principal: operator.principal,
        operations: operator.operations.into_iter().map(|operation| operation.name).collect(),
        on: operator.on.into_iter().map(named).collect(),
    }
}

/// A pattern without a slash is a name, and holds for the last segment of an id.
fn named(pattern: Pattern) -> Named {
    let text = pattern.text().to_owned();
    let is_name = !text.contains('/');
    Named {
        text,
        matches: Box::new(move |candidate: &str| {
            pattern.matches(candidate) || (is_name && pattern.matches(id::name_of(candidate)))
        }),
    }
}

fn staging(config: config::Staging) -> Staging {
    let mut staging =
        Staging { require_per_region: config.require_per_region, ..Staging::default() };
    for pattern in config.ids {
        staging.named.push(named(pattern.clone()));
        staging.accounts.push(Box::new(move |account| pattern.matches(account.id.as_str())));
    }
    if let Some(selector) = config.selector {
        let holds = matcher(selector);
        // A declaration speaks of what is known.
        staging.accounts.push(Box::new(move |account| holds(&Data::of(account)) == Some(true)));
    }
    for serves in config.serves {
        let targets = serves.targets.into_iter().map(|target| ServedTarget {
            text: target.text().to_owned(),
            is_vault: Box::new(move |vault: &str| target.matches(vault)),
        });
        let targets = targets.collect();
        staging.named.push(named(serves.account.clone()));
        let account = serves.account;
        staging
            .serves
            .push(Serves { account: Box::new(move |id: &str| account.matches(id)), targets });
    }
    staging
}

fn matcher(selector: Selector) -> DataMatcher {
    Box::new(move |data: &Data<'_, '_>| {
        let tags: Vec<(&str, Fact<String>)> = selector
            .tags
            .iter()
            .map(|(name, _)| (name.as_str(), tag(data.resource, name)))
            .collect();
        let value = |name: &str| match tags
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
        {
            Some(Fact::Known(value)) => TagValue::Known(value.as_str()),
            Some(Fact::Unknown(_)) => TagValue::Unknown,
            Some(Fact::Absent) | None => TagValue::Absent,
        };
        selector.holds(data.id, &data.type_name, value)
    })
}

fn tag(resource: Option<&Resource<'_>>, name: &str) -> Fact<String> {
    resource.map_or(Fact::Unknown(Reason::NotCollected), |resource| resource.tag(name))
}
