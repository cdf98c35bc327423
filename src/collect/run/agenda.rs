//! What can be asked when: a question that follows from answers waits for these, and for nothing else, so
//! that no quota lies idle while another is used up.

use std::collections::BTreeMap;

use tokio::sync::watch;

use super::Run;
use super::ask::Asking;
use super::each::{Fates, named};
use crate::collect::known::{Places, Subscription, add_place};
use crate::collect::plan::topic::{Asked, Place, Topic};
use crate::collect::plan::{Query, queries};
use crate::snapshot::write::WriteError;

/// One part of the snapshot that is read by itself.
#[derive(Debug)]
pub enum Task {
    /// A query of Resource Graph.
    Query(Query),
    /// A list of one subscription, which leads to each resource of it.
    List { topic: &'static Topic, subscription: Subscription },
    /// Each resource of such a list. Others hear what became of them.
    Each {
        topic: &'static Topic,
        subscription: Subscription,
        listed: Box<Asking>,
        fates: watch::Sender<Fates>,
    },
    /// A question at each of some places of one subscription, some of which may only be listed so far.
    Places {
        topic: &'static Topic,
        subscription: Subscription,
        places: Vec<String>,
        fates: Vec<watch::Receiver<Fates>>,
    },
    /// Those whom assignments name.
    Directory(&'static Topic),
}

/// How far a task has come.
#[derive(Debug)]
pub enum Step {
    /// A list is read, and nothing of it is written.
    Listed { topic: &'static Topic, subscription: Subscription, listed: Box<Asking> },
    /// All that there is to these topics in this part is written.
    Done(Vec<&'static Topic>),
}

impl Task {
    /// The topics that it brings answers to.
    pub fn topics(&self) -> &[&'static Topic] {
        match self {
            Self::Query(query) => &query.topics,
            Self::List { topic, .. }
            | Self::Each { topic, .. }
            | Self::Places { topic, .. }
            | Self::Directory(topic) => std::slice::from_ref(topic),
        }
    }
}

/// What a list of one subscription names.
#[derive(Debug)]
struct Listing {
    topic: &'static str,
    guid: String,
    ids: Vec<String>,
    fates: watch::Receiver<Fates>,
}

/// The topics that are not read to their end.
#[derive(Debug)]
pub struct Agenda {
    /// Topics that wait for others.
    waiting: Vec<&'static Topic>,
    /// The tasks of others that are not done, by the name of the topic.
    begun: BTreeMap<&'static str, usize>,
    /// Those of them that are lists and not read yet.
    unlisted: BTreeMap<&'static str, usize>,
    /// The lists that are read.
    listings: Vec<Listing>,
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
        Self {
            waiting: topics.filter(|topic| !is_first(topic)).collect(),
            begun: BTreeMap::new(),
            unlisted: BTreeMap::new(),
            listings: Vec::new(),
        }
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
            let (waiting, ready): (Vec<_>, Vec<_>) =
                self.waiting.iter().partition(|topic| self.must_wait(topic));
            if ready.is_empty() {
                return Ok((tasks, parts));
            }
            self.waiting = waiting;
            let new = self.of_topics(run, &ready, subscriptions)?;
            parts += new.len();
            for task in new.into_iter().filter(|task| !run.is_done(task)) {
                for topic in task.topics() {
                    *self.begun.entry(topic.name).or_default() += 1;
                    if matches!(task, Task::List { .. }) {
                        *self.unlisted.entry(topic.name).or_default() += 1;
                    }
                }
                tasks.push(task);
            }
        }
    }

    /// A task has come so far; answers the task that goes on with it, if there is one.
    pub fn step(&mut self, step: Step) -> Option<Task> {
        match step {
            Step::Done(topics) => {
                for topic in topics {
                    count_down(&mut self.begun, topic);
                }
                None
            }
            Step::Listed { topic, subscription, listed } => {
                count_down(&mut self.unlisted, topic);
                let (fates, told) = watch::channel(None);
                self.listings.push(Listing {
                    topic: topic.name,
                    guid: subscription.guid.clone(),
                    ids: named(&listed).map(|(_, id)| id.into_owned()).collect(),
                    fates: told,
                });
                Some(Task::Each { topic, subscription, listed, fates })
            }
        }
    }

    fn must_wait(&self, topic: &Topic) -> bool {
        let open = if topic.follows_lists() { &self.unlisted } else { &self.begun };
        topic.waits_for().iter().any(|name| {
            self.waiting.iter().any(|waiting| waiting.name == *name)
                || open.get(name).is_some_and(|left| *left > 0)
        })
    }

    fn of_topics(
        &self,
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
                Asked::Each(_) => {
                    tasks.extend(subscriptions.iter().map(|subscription| Task::List {
                        topic,
                        subscription: subscription.clone(),
                    }));
                }
                Asked::List(place, _) | Asked::Get(place, _) => {
                    let mut found = run.known().places(place)?;
                    add_subscriptions(place, subscriptions, &mut found);
                    let listings = self.open_listings(topic);
                    for id in listings.iter().flat_map(|listing| &listing.ids) {
                        add_place(id.clone(), &mut found);
                    }
                    tasks.extend(found.into_iter().map(|(guid, places)| {
                        let own = listings.iter().filter(|listing| listing.guid == guid);
                        let fates = own.map(|listing| listing.fates.clone()).collect();
                        let subscription = known(subscriptions, guid);
                        Task::Places { topic, subscription, places: in_order(places), fates }
                    }));
                }
            }
        }
        Ok(tasks)
    }

    /// The lists that name places of this topic and whose resources are not all read.
    fn open_listings(&self, topic: &Topic) -> Vec<&Listing> {
        let is_open = |listing: &&Listing| {
            topic.follows_lists()
                && topic.sources().contains(&listing.topic)
                && listing.fates.borrow().is_none()
        };
        self.listings.iter().filter(is_open).collect()
    }
}

fn count_down(counts: &mut BTreeMap<&'static str, usize>, topic: &Topic) {
    if let Some(left) = counts.get_mut(topic.name) {
        *left -= 1;
    }
}

fn known(subscriptions: &[Subscription], guid: String) -> Subscription {
    // They are sorted.
    let at = subscriptions.binary_search_by(|known| known.guid.cmp(&guid));
    let found = at.ok().and_then(|at| subscriptions.get(at)).cloned();
    found.unwrap_or_else(|| Subscription { guid, ..Subscription::default() })
}

/// Each place once, in an order that does not depend on whether a list spelled it or the resource itself.
fn in_order(mut places: Vec<String>) -> Vec<String> {
    places.sort_by_cached_key(|place| place.to_ascii_lowercase());
    places.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    places
}

fn add_subscriptions(place: Place, subscriptions: &[Subscription], found: &mut Places) {
    if matches!(place, Place::Subscription | Place::AnyVault) {
        for subscription in subscriptions {
            let id = format!("/subscriptions/{}", subscription.guid);
            found.entry(subscription.guid.clone()).or_default().push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn places_are_in_the_same_order_however_they_are_spelled() {
        let places = |names: &[&str]| in_order(names.iter().map(|name| (*name).into()).collect());
        assert_eq!(places(&["/a/C", "/a/b", "/A/c"]), ["/a/b", "/a/C"]);
        assert_eq!(places(&["/A/B", "/a/c"]), ["/A/B", "/a/c"]);
    }
}
