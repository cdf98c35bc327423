//! Alerts on the metrics of a vault.

use std::borrow::Cow;

use serde::Deserialize;

use super::activity_log::{Told, told};
use super::{Covers, scopes, texts};
use crate::inventory::resource::View;
use crate::inventory::{
    Fact, List, Malformed, Reason, Resource, Section, agreeing_regions, id, placeholder,
};

/// An alert on a metric (<https://learn.microsoft.com/azure/templates/microsoft.insights/metricalerts>).
#[derive(Debug)]
pub struct MetricAlert<'a> {
    /// Who it is.
    pub resource: Resource<'a>,
    /// Whether it is enabled.
    pub enabled: Fact<bool>,
    /// The vaults, or what lies above them.
    pub scopes: Result<Vec<String>, Reason>,
    /// The action groups it tells.
    pub groups: Result<Vec<Cow<'a, str>>, Reason>,
    /// What kind of resource it watches below a wider scope.
    target_type: Fact<Cow<'a, str>>,
    target_region: Fact<Cow<'a, str>>,
    criteria: Section<Criteria<'a>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct MetricProperties<'a> {
    enabled: Fact<bool>,
    #[serde(borrow)]
    scopes: List<Fact<Cow<'a, str>>>,
    #[serde(borrow)]
    target_resource_type: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    target_resource_region: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    criteria: Section<Criteria<'a>>,
    #[serde(borrow)]
    actions: List<Section<Told<'a>>>,
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
    metric_name: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    operator: Fact<Cow<'a, str>>,
    threshold: Fact<f64>,
    #[serde(borrow)]
    dimensions: List<Section<Dimension<'a>>>,
}

/// A part of the events that counts.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Dimension<'a> {
    #[serde(borrow)]
    operator: Fact<Cow<'a, str>>,
    #[serde(borrow)]
    values: List<Fact<Cow<'a, str>>>,
}

impl<'a> View<'a> for MetricAlert<'a> {
    fn read(resource: Resource<'a>) -> Result<Self, Malformed> {
        let properties = match resource.envelope::<MetricProperties<'a>>()?.properties.0 {
            Fact::Known(properties) => properties,
            Fact::Absent => MetricProperties::default(),
            Fact::Unknown(reason) => MetricProperties {
                enabled: Fact::Unknown(reason),
                scopes: List(Fact::Unknown(reason)),
                criteria: Section(Fact::Unknown(reason)),
                ..MetricProperties::default()
            },
        };
        Ok(Self {
            enabled: properties.enabled,
            scopes: scopes(&properties.scopes),
            groups: told(&properties.actions),
            target_type: properties.target_resource_type,
            target_region: properties.target_resource_region,
            criteria: properties.criteria,
            resource,
        })
    }
}

impl MetricAlert<'_> {
    /// The metrics it reads.
    pub(super) fn metrics(&self) -> Vec<&str> {
        let named = |criterion: &Fact<Cow<'_, str>>| matches!(criterion, Fact::Known(_));
        let criteria = self.criteria();
        let names = criteria.iter().filter(|criterion| named(&criterion.metric_name));
        names
            .filter_map(|criterion| criterion.metric_name.as_ref().known())
            .map(AsRef::as_ref)
            .collect()
    }

    fn criteria(&self) -> Vec<&Criterion<'_>> {
        let list = match self.criteria.optional() {
            Ok(Some(criteria)) => criteria.all_of.optional().unwrap_or_default(),
            _ => &[],
        };
        list.iter().filter_map(|criterion| criterion.optional().ok()?).collect()
    }

    /// Whether any event of the metric at a vault sets it off.
    pub(super) fn covers(&self, metric: &str, vault: &Resource<'_>) -> Covers {
        let criteria = match self.criteria.optional() {
            Err(reason) => return Covers::Maybe(reason),
            Ok(_) => self.criteria(),
        };
        let is_asked = |criterion: &&&Criterion<'_>| matches!(&criterion.metric_name, Fact::Known(name) if name.eq_ignore_ascii_case(metric));
        let Some(asked) = criteria.iter().find(is_asked) else { return Covers::No };
        let alone =
            if criteria.len() == 1 { Covers::Yes } else { Covers::Maybe(Reason::Conditional) };
        let may_be = |scope: &str| placeholder::same(scope, vault.id.as_str()).is_none();
        let mut covers = alone
            .and(any_event(&asked.operator, asked.threshold))
            .and(every_part(&asked.dimensions));
        match &self.scopes {
            Ok(scopes) if scopes.iter().any(|scope| id::same(scope, vault.id.as_str())) => covers,
            Ok(scopes) if scopes.iter().any(|scope| may_be(scope)) => {
                covers.and(Covers::Maybe(Reason::UnresolvedExpression))
            }
            Ok(_) => {
                if let Fact::Known(name) = &self.target_type {
                    covers =
                        covers.and(Covers::yes_if(name.eq_ignore_ascii_case(&vault.type_name())));
                }
                match (&self.target_region, vault.location()) {
                    (Fact::Known(region), Fact::Known(found)) => {
                        covers.and(match agreeing_regions(region, &found) {
                            Some(same) => Covers::yes_if(same),
                            None => Covers::Maybe(Reason::UnresolvedExpression),
                        })
                    }
                    (Fact::Absent, _) => covers,
                    _ => covers.and(Covers::Maybe(Reason::Conditional)),
                }
            }
            Err(reason) => covers.and(Covers::Maybe(*reason)),
        }
    }
}

/// Whether one event is enough.
pub(super) fn any_event(operator: &Fact<Cow<'_, str>>, threshold: Fact<f64>) -> Covers {
    let (Fact::Known(operator), Fact::Known(threshold)) = (operator, threshold) else {
        return Covers::Maybe(Reason::Conditional);
    };
    let enough = (operator.eq_ignore_ascii_case("GreaterThan") && threshold < 1.0)
        || (operator.eq_ignore_ascii_case("GreaterThanOrEqual") && threshold <= 1.0);
    if enough { Covers::Yes } else { Covers::Maybe(Reason::Conditional) }
}

/// Whether every value of every dimension counts.
pub(super) fn every_part(dimensions: &List<Section<Dimension<'_>>>) -> Covers {
    let is_whole = |dimension: &Section<Dimension<'_>>| {
        let Fact::Known(dimension) = &dimension.0 else { return false };
        let includes = matches!(&dimension.operator, Fact::Known(name) if name.eq_ignore_ascii_case("Include"));
        includes
            && texts(&dimension.values).is_ok_and(|values| values.iter().any(|value| value == "*"))
    };
    match dimensions.optional() {
        Ok(dimensions) if dimensions.iter().all(is_whole) => Covers::Yes,
        Ok(_) => Covers::Maybe(Reason::Conditional),
        Err(reason) => Covers::Maybe(reason),
    }
}
