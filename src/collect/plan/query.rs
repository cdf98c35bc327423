//! Queries of Resource Graph: as few as there are tables and conditions.

use std::fmt::Write;

use super::Plan;
use super::topic::{Asked, Condition, Table, Topic};

/// One query, and the topics whose rows it brings.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which table it reads.
    pub table: Table,
    condition: Condition,
    /// What its rows are of; their types tell them apart.
    pub topics: Vec<&'static Topic>,
}

/// The queries of a plan. Fifteen within five seconds are all that one identity may ask
/// (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>),
/// so topics share them.
pub fn queries(plan: &Plan) -> Vec<Query> {
    let mut queries: Vec<Query> = Vec::new();
    for topic in plan.topics() {
        let Asked::Graph(table, condition) = topic.asked else { continue };
        let same = |query: &&mut Query| query.table == table && query.condition == condition;
        match queries.iter_mut().find(same) {
            Some(query) => query.topics.push(topic),
            None => queries.push(Query { table, condition, topics: vec![topic] }),
        }
    }
    queries
}

impl Query {
    /// In the Kusto query language. Nothing is projected away: columns that a table does not have would be
    /// errors, and what it has is what Azure Resource Manager answers. The order is what makes Resource
    /// Graph give the second page
    /// (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>).
    pub fn text(&self) -> String {
        let types = self.topics.iter().map(|topic| topic.kind.to_ascii_lowercase());
        let mut text = self.table.name().to_owned();
        let _ = write!(text, "\n| where type in~ ({})", quoted(types));
        match self.condition {
            Condition::None => {}
            Condition::OneOf(property, texts) => {
                let texts = quoted(texts.iter().map(|text| (*text).to_owned()));
                let _ = write!(text, "\n| where properties.{property} in~ ({texts})");
            }
            Condition::Not(property, not) => {
                let _ = write!(text, "\n| where properties.{property} !~ '{not}'");
            }
        }
        text + "\n| order by id asc"
    }

    /// The same query for the topics of these names alone.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.topics.retain(|topic| names.contains(&topic.name));
        self
    }

    /// Whether it finds the subscriptions, in which all others look.
    pub fn is_first(&self) -> bool {
        self.table == Table::ResourceContainers
    }

    /// The condition on its rows.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The topic that a row of this type belongs to.
    pub fn topic_of(&self, kind: &str) -> Option<usize> {
        self.topics.iter().position(|topic| topic.kind.eq_ignore_ascii_case(kind))
    }
}

fn quoted(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ")
}
