//! What can be asked when: a question that follows from answers waits for these, and for nothing else, so
//! that no quota lies idle while another is used up.

use std::collections::BTreeMap;

use super::Run;
use crate::collect::known::{Places, Subscription};
use crate::collect::plan::topic::{Asked, Place, Topic};
use crate::collect::plan::{Query, queries};
use crate::snapshot::write::WriteError;

/// One part of the snapshot that is read by itself.
#[derive(Debug)]
pub enum Task {
    /// A query of Resource Graph.
    Query(Query),
    /// A list of one subscription, and each resource of it.
    Each { topic: &'static Topic, subscription: Subscription },
    /// A question at each of some places of one subscription.
    Places { topic: &'static Topic, subscription: Subscription, places: Vec<String> },
    /// Those whom assignments name.
    Directory(&'static Topic),
}

impl Task {
    /// The topics that it brings answers to.
    fn topics(&self) -> &[&'static Topic] {
        match self {
            Self::Query(query) => &query.topics,
            Self::Each { topic, .. } | Self::Places { topic, .. } | Self::Directory(topic) => {
                std::slice::from_ref(topic)
            }
        }
    }
}

/// The topics that are not read to their end.
#[derive(Debug)]
pub struct Agenda {
    /// Topics that wait for others.
    waiting: Vec<&'static Topic>,
    /// The tasks of others that are not done, by the name of the topic.
    begun: BTreeMap<&'static str, usize>,
}

impl Agenda {
    /// Everything that a run asks once the subscriptions are known.
    pub fn new(run: &Run<'_>) -> Self {
        let is_first = |topic: &Topic| {
            queries(run.plan).iter().any(|query| {
                query.is_first() && query.topics.iter().any(|own| own.name == topic.name)
            })
        };
        let topics = run.plan.topics().iter().copied();
        Self { waiting: topics.filter(|topic| !is_first(topic)).collect(), begun: BTreeMap::new() }
    }

    /// The tasks that can be done from now on, and how many parts they are together with those that an earlier
    /// run has done.
    pub fn ready(
        &mut self,
        run: &Run<'_>,
        subscriptions: &[Subscription],
    ) -> Result<(Vec<Task>, usize), WriteError> {
        let (mut tasks, mut parts) = (Vec::new(), 0);
        loop {
            let (waiting, ready): (Vec<_>, Vec<_>) = self
                .waiting
                .iter()
                .partition(|topic| topic.waits_for().iter().any(|name| self.is_open(name)));
            if ready.is_empty() {
                return Ok((tasks, parts));
            }
            self.waiting = waiting;
            let new = of_topics(run, &ready, subscriptions)?;
            parts += new.len();
            for task in new.into_iter().filter(|task| !run.is_done(task)) {
                for topic in task.topics() {
                    *self.begun.entry(topic.name).or_default() += 1;
                }
                tasks.push(task);
            }
        }
    }

    /// A task is done.
    pub fn end(&mut self, task: &Task) {
        for topic in task.topics() {
            if let Some(left) = self.begun.get_mut(topic.name) {
                *left -= 1;
            }
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.waiting.iter().any(|topic| topic.name == name)
            || self.begun.get(name).is_some_and(|left| *left > 0)
    }
}

fn of_topics(
    run: &Run<'_>,
    topics: &[&'static Topic],
    subscriptions: &[Subscription],
) -> Result<Vec<Task>, WriteError> {
    let is_of = |query: &Query| {
        topics.iter().any(|topic| query.topics.iter().any(|own| own.name == topic.name))
    };
    // Topics of queries wait for nothing, so that those of one query are ready together.
    let mut tasks: Vec<Task> =
        queries(run.plan).into_iter().filter(is_of).map(Task::Query).collect();
    for topic in topics {
        match topic.asked {
            Asked::Graph(..) => {}
            Asked::Directory => tasks.push(Task::Directory(topic)),
            Asked::Each(_) => tasks.extend(
                subscriptions
                    .iter()
                    .map(|subscription| Task::Each { topic, subscription: subscription.clone() }),
            ),
            Asked::List(place, _) | Asked::Get(place, _) => {
                let mut found = run.known().places(place)?;
                add_subscriptions(place, subscriptions, &mut found);
                tasks.extend(found.into_iter().map(|(guid, places)| {
                    // They are sorted.
                    let known = subscriptions.binary_search_by(|known| known.guid.cmp(&guid));
                    let known = known.ok().and_then(|at| subscriptions.get(at)).cloned();
                    let subscription =
                        known.unwrap_or_else(|| Subscription { guid, ..Subscription::default() });
                    Task::Places { topic, subscription, places }
                }));
            }
        }
    }
    Ok(tasks)
}

fn add_subscriptions(place: Place, subscriptions: &[Subscription], found: &mut Places) {
    if matches!(place, Place::Subscription | Place::AnyVault) {
        for subscription in subscriptions {
            let id = format!("/subscriptions/{}", subscription.guid);
            found.entry(subscription.guid.clone()).or_default().push(id);
        }
    }
}
